// Requests of our scripts: they name themselves, carry the form's token and notice when the session has ended.

const meta = (name) => document.querySelector(`meta[name="${name}"]`);

export class NotSent extends Error {}

let again = null;

/** Show the sign-in overlay once, however many requests need it; resolves when somebody signed in. */
function signInAgain() {
  again ??= new Promise((resolve) => {
    document.addEventListener("session-restored", () => { again = null; resolve(); }, { once: true });
    document.dispatchEvent(new CustomEvent("session-ended"));
  });
  return again;
}

/** Take over the token of the present session, everywhere on the page. */
export function setFormToken(token) {
  if (!token || token === meta("form-token").content) return;
  meta("form-token").content = token;
  for (const input of document.querySelectorAll('input[name="form_token"]')) input.value = token;
}

async function send(url, options) {
  let answer;
  try {
    answer = await fetch(url, {
      cache: "no-store", credentials: "same-origin", redirect: "error", ...options,
      headers: { "X-Script": "1", ...options.headers },
      signal: AbortSignal.timeout(15000),
    });
  } catch {
    throw new NotSent();
  }
  noteSession(answer.headers.get("X-Form-Token"), answer.headers.get("X-Person"));
  return answer;
}

function noteSession(token, person) {
  // What the page shows belongs to somebody else than the one who sits here now.
  if (person && person !== meta("person").content) location.reload();
  setFormToken(token);
}

/** Whether somebody is signed in (perhaps in another tab); the page takes over that session. */
export async function meetSession() {
  const answer = await send("/session", { headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const data = await answer.json();
  noteSession(data.form_token, data.person);
  return true;
}

/** Ask for a part of the page. Throws NotSent when nobody answers; after 401 it asks again once somebody signed in. */
export async function get(url, headers = {}) {
  for (;;) {
    const answer = await send(url, { headers: { Accept: "text/html", ...headers } });
    if (answer.status !== 401) return answer;
    await signInAgain();
  }
}

/** Post `fields` from a page that goes away: the browser sends it afterwards, and nobody hears the answer. */
export function postLast(url, fields) {
  fetch(url, {
    method: "POST",
    keepalive: true,
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-Script": "1", "X-Form-Token": meta("form-token").content },
    body: fields,
  }).catch(() => {});
}

/** Post `fields`; the answer's status and its data. Throws NotSent when nobody answers. */
export async function post(url, fields) {
  for (;;) {
    const token = meta("form-token").content;
    const answer = await send(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-Form-Token": token },
      body: fields instanceof URLSearchParams ? fields : new URLSearchParams(fields),
    });
    if (answer.status === 401) {
      await signInAgain();
    } else if (answer.status !== 403 || !(await meetSession()) || token === meta("form-token").content) {
      const isData = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
      return { status: answer.status, data: isData ? await answer.json() : {} };
    }
  }
}
