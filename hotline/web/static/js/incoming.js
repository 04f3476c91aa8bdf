// A call that is offered while its person is on another page than the console: told in the title, taken with one key.

import "./partials.js";

const box = document.querySelector('[data-live="incoming"]');
const title = document.title;
let shown = null;

function look() {
  const offer = box.querySelector("[data-incoming]");
  const id = offer?.dataset.incoming ?? null;
  if (id === shown) return;
  shown = id;
  document.title = id ? `☎ ${box.querySelector("strong").textContent} · ${title}` : title;
}

if (box) {
  box.addEventListener("part-changed", look);
  look();
  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing;
    const isOff = document.cookie.split("; ").includes("hotline_keys=off");
    const isTyping = event.target.isContentEditable || event.target.matches?.("input, textarea, select");
    if (busy || isOff || isTyping || event.key.toLowerCase() !== "a" || document.querySelector("dialog[open]")) return;
    document.getElementById("incoming-accept")?.click();
  });
}
