// Each field is saved as it is typed. What is not yet saved is said aloud, tried again and never thrown away.
//
// Nothing is kept in the browser's storage: what is not on the server is only on the page.

import { NotSent } from "./send.js";
import { Field } from "./field.js";
import { refresh } from "./partials.js";
import { tell } from "./unsaved.js";

const PAUSE = 400;
const SLOW = 4000;
const form = document.querySelector("[data-save]");
const fields = new Map();
// Which page sent it as its how-manieth: when an answer is lost, the server knows this page's own value again.
const page = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
let count = 0;
let misses = 0;
let isSlow = false;
let working = null;
let known = null;
let isOffline = false;
let held = [];

const stamp = () => `${page}.${count += 1}`;

/** The questions on the page, in their order. */
export function all() {
  return [...form.querySelectorAll("[data-field]")].map((box) => fields.get(box.dataset.field)).filter(Boolean);
}

function say() {
  tell(all(), misses > 0 || isSlow || isOffline);
}

/** The version of the report of which this page shows everything: a refresh asks for what is newer. */
function know(version) {
  known = version;
  const address = new URL(form.dataset.url, location.href);
  // An entry may have been asked for while an older answer was on its way: then this page does not show it yet.
  const isShown = form.querySelector("[data-least]").dataset.least === address.searchParams.getAll("least").sort().join(" ");
  if (version === null || !isShown) address.searchParams.delete("have");
  else address.searchParams.set("have", String(version));
  form.dataset.url = address.pathname + address.search;
}

function learn({ parts, report_version: version }) {
  if (parts.includes("form")) refresh("form");
  else if (known !== null && version - known <= 1) know(version);
  else refresh("form");
}

function rest(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
  });
}

const isReady = (field) => field.isWaiting && field.timer === null;

async function sendOne(field) {
  const slow = setTimeout(() => { isSlow = true; say(); }, SLOW);
  try {
    const answer = await field.send(form.dataset.save, stamp(), work);
    misses = 0;
    isOffline = false;
    if (!answer) return;
    learn(answer);
    document.dispatchEvent(new CustomEvent("field-saved", { detail: { path: field.path, parts: answer.parts } }));
  } finally {
    clearTimeout(slow);
    isSlow = false;
  }
}

async function sendAll() {
  let next;
  while ((next = [...fields.values()].find(isReady))) {
    say();
    try {
      await sendOne(next);
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      misses += 1;
      say();
      await rest(Math.min(10000, 500 * 2 ** misses));
    }
  }
  misses = 0;
  say();
}

/** Send what waits, one field after the other, until nothing is left. */
async function work() {
  say();
  while (working) await working;
  if (![...fields.values()].some(isReady)) return;
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
    say();
  } else {
    work();
  }
}

function waitNoLonger() {
  for (const field of fields.values()) {
    clearTimeout(field.timer);
    field.timer = null;
  }
}

/** Save everything now; true when nothing is left unsaved after at most `patience` milliseconds. */
export async function flush(patience) {
  if (!form) return true;
  waitNoLonger();
  const inTime = new Promise((resolve) => { setTimeout(resolve, patience); });
  await Promise.race([work(), inTime]);
  return ![...fields.values()].some((field) => field.isUnsaved);
}

/** A part is about to change: what is being typed in, or is wrong, stays as it is. */
function hold() {
  held = [...fields.values()].filter((field) => field.hold());
}

/** Look after the questions that are new on the page, forget those that are gone, show what others saved. */
function adopt() {
  const boxes = new Map([...form.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]));
  for (const [path, field] of fields) if (boxes.get(path) !== field.box) fields.delete(path);
  for (const [path, box] of boxes) {
    const field = fields.get(path);
    if (!field) fields.set(path, new Field(box));
    else if (!held.includes(field)) field.catchUp();
  }
  // What was held back is still to be shown.
  know(held.length ? null : Number(form.querySelector("[data-report-version]").dataset.reportVersion));
  held = [];
  say();
}

function sendLast() {
  for (const field of fields.values()) if (field.isWaiting) field.sendLast(form.dataset.save, stamp());
}

if (form) {
  adopt();
  for (const kind of ["input", "change", "focusout"]) form.addEventListener(kind, changed);
  form.addEventListener("part-changing", hold);
  form.addEventListener("part-changed", adopt);
  for (const kind of ["online", "offline"]) {
    window.addEventListener(kind, () => {
      isOffline = kind === "offline";
      say();
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    waitNoLonger();
    work();
  });
  // Sent before the page that comes next is asked for, so that it shows what was typed here.
  window.addEventListener("beforeunload", (event) => {
    if (![...fields.values()].some((field) => field.isWaiting)) return;
    sendLast();
    event.preventDefault();
  });
  window.addEventListener("pagehide", sendLast);
}
