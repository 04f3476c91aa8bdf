// The public form: each field is saved as it is typed. What is not yet saved is said and tried again.
// Nothing is kept in the browser. Without this script every page works by its buttons.

const PAUSE = 600;
const form = document.querySelector("form[data-save]");
const indicator = document.getElementById("save-state");
const banner = document.getElementById("not-saved");
const saved = new Map();
const refused = new Map();
const timers = new Map();
let working = null;
let misses = 0;
let leaving = false;

const boxes = () => [...form.querySelectorAll("[data-field]")];
const inputs = (box) =>
  [...box.querySelectorAll("[name]")].filter((one) => one.name === box.dataset.field && one.type !== "hidden");
const values = (box) =>
  inputs(box).filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked).map((one) => one.value);
const text = (list) => JSON.stringify(list);
const isChanged = (box) => text(values(box)) !== saved.get(box.dataset.field);
const isWaiting = (box) => isChanged(box) && text(values(box)) !== refused.get(box.dataset.field);

function tell(why = "") {
  const waiting = boxes().some(isWaiting);
  const state = waiting ? "saving" : boxes().some(isChanged) ? "refused" : "saved";
  if (indicator.dataset.state !== state) {
    indicator.dataset.state = state;
    indicator.textContent = form.dataset[state];
  }
  banner.hidden = !why;
  banner.querySelector("[data-why]").textContent = why ? form.dataset[why] : "";
  banner.querySelector("a").hidden = why !== "ended";
}

function showProblem(box, message) {
  const id = `${box.id.replace(/-group$/, "")}-problem`;
  let spot = document.getElementById(id);
  if (!message) {
    spot?.remove();
  } else {
    if (!spot) {
      spot = document.createElement("span");
      spot.id = id;
      (box.querySelector("legend") ?? box.querySelector("label")).insertAdjacentElement("afterend", spot);
    }
    spot.className = "usa-error-message";
    spot.setAttribute("role", "alert");
    spot.textContent = `${form.dataset.error} ${message}`;
  }
  box.classList.toggle("usa-form-group--error", Boolean(message));
  const said = box.querySelector("fieldset") ?? inputs(box)[0];
  const others = (said.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  const ids = message ? [...others, id] : others;
  if (ids.length) said.setAttribute("aria-describedby", ids.join(" "));
  else said.removeAttribute("aria-describedby");
  if (said.nodeName === "FIELDSET") return;
  if (message) said.setAttribute("aria-invalid", "true");
  else said.removeAttribute("aria-invalid");
}

function setVersion(box, version) {
  box.dataset.version = String(version);
  box.querySelector('input[type=hidden][name^="version:"]').value = String(version);
}

async function send(box) {
  const sent = values(box);
  const body = new URLSearchParams({ path: box.dataset.field, base_version: box.dataset.version });
  for (const name of ["online_token", "form_token"]) {
    const token = form.querySelector(`[name="${name}"]`);
    if (token) body.append(name, token.value);
  }
  for (const value of sent) body.append("value", value);
  const answer = await fetch(form.dataset.save + location.search, {
    method: "POST", body, cache: "no-store", credentials: "same-origin", redirect: "error",
    headers: { Accept: "application/json", "X-Script": "1" }, signal: AbortSignal.timeout(15000),
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error("away");
  const data = await answer.json();
  if (answer.status === 200) {
    setVersion(box, data.version);
    saved.set(box.dataset.field, text(sent));
    refused.delete(box.dataset.field);
    showProblem(box, "");
    const there = boxes().map((one) => one.dataset.field);
    if (there.length !== data.asked.length || data.asked.some((path) => !there.includes(path))) await askAnew();
    return;
  }
  if (answer.status === 401 || answer.status === 403) throw new Error("ended");
  if (answer.status === 409 && data.version != null) setVersion(box, data.version);
  refused.set(box.dataset.field, text(sent));
  showProblem(box, data.message);
}

/** An answer asked for other questions: take those that are new, and let go of those that are not asked any more. */
async function askAnew() {
  const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const wanted = [...fresh.querySelectorAll("form[data-save] [data-field]")];
  const ids = new Set(wanted.map((box) => box.id));
  for (const box of boxes()) if (!ids.has(box.id)) box.remove();
  for (const block of form.querySelectorAll(".form-address")) if (!block.querySelector("[data-field]")) block.remove();
  for (const [place, box] of wanted.entries()) {
    if (document.getElementById(box.id)) continue;
    // The parts of an address come together, with their heading.
    const whole = box.closest(".form-address");
    const piece = whole && !document.getElementById(whole.id) ? whole : box;
    const sibling = wanted.slice(0, place).reverse().map((one) => piece === box ? one : one.closest(".form-address") ?? one)
      .find((one) => one.parentNode === piece.parentNode);
    const here = sibling ? document.getElementById(sibling.id) : null;
    const made = document.importNode(piece, true);
    if (here) here.after(made);
    else document.getElementById(piece.parentNode.id)?.append(made);
  }
  for (const box of boxes()) if (!saved.has(box.dataset.field)) saved.set(box.dataset.field, text(values(box)));
}

async function sendAll() {
  let next;
  while ((next = boxes().find((box) => isWaiting(box) && !timers.has(box.dataset.field)))) {
    tell(misses ? "away" : "");
    try {
      await send(next);
      misses = 0;
    } catch (error) {
      misses += 1;
      tell(error.message === "ended" ? "ended" : "away");
      await new Promise((resolve) => { setTimeout(resolve, Math.min(10000, 500 * 2 ** misses)); });
    }
  }
  tell();
}

function work() {
  working ??= sendAll().finally(() => { working = null; });
}

function changed(event) {
  const box = event.target.closest("[data-field]");
  if (!box) return;
  const path = box.dataset.field;
  clearTimeout(timers.get(path));
  timers.delete(path);
  if (event.type === "input") timers.set(path, setTimeout(() => { timers.delete(path); work(); }, PAUSE));
  else work();
  tell(misses ? "away" : "");
}

if (form) {
  for (const box of boxes()) {
    const isWrong = box.querySelector(".usa-error-message") !== null;
    saved.set(box.dataset.field, isWrong ? "" : text(values(box)));
    if (isWrong) refused.set(box.dataset.field, text(values(box)));
  }
  for (const kind of ["input", "change", "focusout"]) form.addEventListener(kind, changed);
  // The button posts everything that stands here.
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && boxes().some(isWaiting)) event.preventDefault();
  });
  tell();
  document.getElementById("wrong")?.focus();
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
