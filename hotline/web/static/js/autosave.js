// Each field is saved as it is typed. What is not yet saved is said aloud, tried again and never thrown away.
//
// Nothing is kept in the browser's storage: what is not on the server is only on the page.

import { NotSent } from "./send.js";
import { Field } from "./field.js";
import { refresh } from "./partials.js";
import { words } from "./problems.js";

const PAUSE = 400;
const form = document.querySelector("[data-save]");
const indicator = document.getElementById("save-state");
const banner = document.getElementById("not-saved");
const fields = new Map();
let misses = 0;
let working = null;

/** The questions on the page, in their order. */
export function all() {
  return [...form.querySelectorAll("[data-field]")].map((box) => fields.get(box.dataset.field)).filter(Boolean);
}

function tell() {
  const unsaved = [...fields.values()].filter((field) => field.isUnsaved);
  const waiting = unsaved.filter((field) => field.isWaiting);
  let state = "saved";
  if (waiting.length) state = misses > 0 ? "away" : "saving";
  else if (unsaved.length) state = "refused";
  if (indicator.dataset.state !== state) {
    indicator.dataset.state = state;
    indicator.textContent = words[state];
  }
  banner.hidden = state !== "away";
  const count = String(waiting.length);
  const spot = banner.querySelector("[data-count]");
  if (spot.textContent !== count) spot.textContent = count;
}

/** Are other questions asked now than those on the page? */
function differs(asked) {
  const wanted = new Set(asked);
  const there = all().map((field) => field.path);
  return there.length !== wanted.size || there.some((path) => !wanted.has(path));
}

function rest(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    window.addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

async function sendAll() {
  let next;
  while ((next = [...fields.values()].find((field) => field.isWaiting && field.timer === null))) {
    tell();
    try {
      const answer = await next.send(form.dataset.save + new URL(form.dataset.url, location.href).search, work);
      misses = 0;
      if (answer) document.dispatchEvent(new CustomEvent("field-saved", { detail: { path: next.path } }));
      if (answer?.asked && differs(answer.asked)) refresh("form");
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      misses += 1;
      tell();
      await rest(Math.min(10000, 500 * 2 ** misses));
    }
  }
  tell();
}

/** Send what waits, one field after the other, until nothing is left. */
async function work() {
  tell();
  while (working) await working;
  if (![...fields.values()].some((field) => field.isWaiting && field.timer === null)) return;
  working = sendAll().finally(() => { working = null; });
  await working;
}

function changed(event) {
  const field = fields.get(event.target.closest("[data-field]")?.dataset.field);
  if (!field) return;
  clearTimeout(field.timer);
  field.timer = null;
  field.forgive();
  if (event.type === "input") {
    field.timer = setTimeout(() => { field.timer = null; work(); }, PAUSE);
    tell();
  } else {
    work();
  }
}

/** Save everything now; true when nothing is left unsaved after at most `patience` milliseconds. */
export async function flush(patience) {
  if (!form) return true;
  for (const field of fields.values()) {
    clearTimeout(field.timer);
    field.timer = null;
  }
  const inTime = new Promise((resolve) => { setTimeout(resolve, patience); });
  await Promise.race([work(), inTime]);
  return ![...fields.values()].some((field) => field.isUnsaved);
}

/** Look after the questions that are new on the page, and forget those that are gone. */
function adopt() {
  const boxes = new Map([...form.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]));
  for (const path of [...fields.keys()]) if (!boxes.has(path)) fields.delete(path);
  for (const [path, box] of boxes) if (!fields.has(path)) fields.set(path, new Field(box));
}

if (form) {
  adopt();
  for (const kind of ["input", "change", "focusout"]) form.addEventListener(kind, changed);
  form.addEventListener("part-changed", adopt);
  window.addEventListener("beforeunload", (event) => {
    if ([...fields.values()].some((field) => field.isWaiting)) event.preventDefault();
  });
  tell();
}
