// An address finds its place while it is typed: asked for after a short rest, the latest answer counts.

import { NotSent, post } from "./send.js";

const PAUSE = 250;
const PARTS = ["town", "zip", "county", "state"];
const asked = new Map();

function inputOf(path) {
  const box = [...document.querySelectorAll("[data-field]")].find((one) => one.dataset.field === path);
  return box?.querySelector("input:not([type=hidden]), select, textarea") ?? null;
}

const placeOf = (prefix) => [...document.querySelectorAll("[data-place]")].find((one) => one.dataset.place === prefix);

async function look(prefix, number) {
  const place = placeOf(prefix);
  if (!place) return;
  const values = Object.fromEntries(PARTS.map((part) => [part, inputOf(`${prefix}_${part}`)?.value ?? ""]));
  try {
    const { status, data } = await post(place.dataset.url, { at: prefix, ...values });
    const now = placeOf(prefix);
    if (status !== 200 || !now || asked.get(prefix)?.number !== number) return;
    const fresh = document.createRange().createContextualFragment(data.html).querySelector("[data-place]");
    // The region that says it aloud stays, so that the change is heard; somebody at a button keeps the place.
    if (now.contains(document.activeElement) && now.textContent === fresh.textContent) return;
    now.querySelector("[role=status]").replaceChildren(...fresh.querySelector("[role=status]").childNodes);
    now.querySelector(".place-candidates")?.remove();
    const candidates = fresh.querySelector(".place-candidates");
    if (candidates) now.append(candidates);
  } catch (error) {
    // Without a connection nothing is said of the place; what is typed is saved later all the same.
    if (!(error instanceof NotSent)) throw error;
  }
}

function changed(event) {
  const path = event.target.closest("[data-field]")?.dataset.field ?? "";
  const [, prefix, part] = /^(.*)_([a-z]+)$/.exec(path) ?? [];
  if (!PARTS.includes(part) || !placeOf(prefix)) return;
  clearTimeout(asked.get(prefix)?.timer);
  const number = (asked.get(prefix)?.number ?? 0) + 1;
  asked.set(prefix, { number, timer: setTimeout(() => look(prefix, number), event.type === "input" ? PAUSE : 0) });
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);

document.addEventListener("click", (event) => {
  const button = event.target.closest(".place-candidates button");
  if (!button) return;
  event.preventDefault();
  const answers = Object.entries(JSON.parse(button.value));
  for (const [path, value] of answers) {
    const input = inputOf(path);
    if (!input || input.value === value) continue;
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  inputOf(answers[0][0])?.focus();
});
