// The page of a draft: another child without leaving it, the next open question, errors in view.

import { all, flush } from "./autosave.js";
import { refresh } from "./partials.js";

const form = document.getElementById("form");

// A section's buttons work without scripts; with them the page stays.
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const section = event.submitter?.name === "add" ? event.submitter.value : null;
  await flush(5000);
  if (!section) return;
  const known = new Set([...form.querySelectorAll("[data-field]")]);
  const address = new URL(form.dataset.url, location.href);
  // Entries that were added and are still empty are not stored anywhere: the address asks for as many as there are.
  const count = document.querySelectorAll(`#section-${section} .form-instance`).length + 1;
  const others = address.searchParams.getAll("least").filter((one) => !one.startsWith(`${section}.`));
  address.searchParams.delete("least");
  for (const one of [...others, `${section}.${count}`]) address.searchParams.append("least", one);
  address.searchParams.delete("have");
  form.dataset.url = address.pathname + address.search;
  await refresh("form");
  const fresh = [...form.querySelectorAll("[data-field]")].find((box) => !known.has(box));
  fresh?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
});

document.getElementById("next-open").addEventListener("click", () => {
  const open = all().filter((field) => field.isEmpty && field.isNeeded);
  const here = document.activeElement.closest?.("[data-field]");
  const after = open.find((field) => here && here.compareDocumentPosition(field.box) & Node.DOCUMENT_POSITION_FOLLOWING);
  (after ?? open[0])?.control?.focus();
});

// To a section is to its first question: whoever goes there wants to write.
form.addEventListener("click", (event) => {
  const link = event.target.closest("#sections a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const section = document.querySelector(link.hash);
  const control = section.querySelector("input:not([type=hidden]), select, textarea");
  if (!control) return;
  event.preventDefault();
  section.scrollIntoView();
  control.focus({ preventScroll: true });
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) event.target.blur();
});

// What stays in view below the bar, and what is scrolled to, must not hide under it.
const bar = document.querySelector(".bar");
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
}).observe(bar);

document.getElementById("wrong")?.focus();
