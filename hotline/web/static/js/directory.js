// The directory of help, on its page or under the bar of a call: found while typing, noted without leaving.

import { refresh } from "./partials.js";
import { NotSent, post } from "./send.js";

const PAUSE = 250;
let timer = null;
let latest = 0;

async function search(form) {
  const number = latest += 1;
  const { status, data } = await post(form.action, new URLSearchParams(new FormData(form)));
  const results = form.closest("[data-directory]")?.querySelector("[data-results]");
  if (status !== 200 || number !== latest || !results) return;
  const focused = results.contains(document.activeElement) ? document.activeElement.closest("li")?.id : null;
  results.replaceChildren(document.createRange().createContextualFragment(data.html));
  if (focused) document.getElementById(focused)?.querySelector("button")?.focus();
}

/** Without a connection the entries that are there stay; the page says by itself that nobody answers. */
async function patiently(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
  }
}

function later(event) {
  const form = event.target.closest("form[data-search]");
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => patiently(() => search(form)), event.type === "input" ? PAUSE : 0);
}

document.addEventListener("input", later);
document.addEventListener("change", later);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-search]")) {
    event.preventDefault();
    clearTimeout(timer);
    patiently(() => search(form));
  } else if (form.matches("[data-refer]")) {
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form));
    fields.set(event.submitter.name, event.submitter.value);
    const asked = form.closest("[data-directory]").querySelector("[data-search]");
    patiently(async () => {
      await post(form.action, fields);
      await search(asked);
      await refresh("bar");
    });
  }
});
