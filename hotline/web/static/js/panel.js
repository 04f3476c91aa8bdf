// The panel beside the form: asked for again after every saved field; a missing answer leads to its question.

import { refresh } from "./partials.js";

document.addEventListener("field-saved", () => refresh("panel"));

function controlOf(id) {
  const box = document.getElementById(id);
  if (!box) return null;
  if (box.matches("input, select, textarea")) return box;
  return box.querySelector("input:checked") ?? box.querySelector("input:not([type=hidden]), select, textarea");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-question]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const control = controlOf(link.dataset.question);
  if (!control) return;
  event.preventDefault();
  control.focus({ preventScroll: true });
  control.closest("[data-field]")?.scrollIntoView({ block: "center" });
});
