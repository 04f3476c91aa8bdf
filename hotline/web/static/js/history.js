// Earlier reports beside the form: searched anew when an answer about a person, an address or a school was saved.

import { refresh } from "./partials.js";
import { flush } from "./autosave.js";
import { NotSent, post } from "./send.js";

const SEARCHED = /(^|_)(name|date|age|sex|school|phone|address|street|town|zip)$/;

const SHOWN = /danger|safety|indian|tribe/;

document.addEventListener("field-saved", ({ detail }) => {
  const [section, ...rest] = detail.path.split("/");
  if (section !== "reporter" && SEARCHED.test(rest.at(-1))) refresh("history");
  if (rest.length === 2 || SHOWN.test(detail.path)) refresh("who");
});

// How many there are stands on top as well, where it is seen while one types.
document.addEventListener("part-changed", ({ target }) => {
  if (target.dataset.live !== "history") return;
  document.getElementById("history-number").textContent = document.getElementById("history-count").dataset.count;
});

// A judgement stays on the page: what is being typed below keeps its place.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-prior]")) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  fields.set("do", event.submitter?.value ?? "");
  try {
    await post(form.action, fields);
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
  }
  await Promise.all([refresh("history"), refresh("panel")]);
  const same = document.getElementById(form.id) ?? document.getElementById("history-title");
  (same.querySelector("button") ?? same).focus();
});

// Leaving for the search loses nothing that was typed.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("#search-people, .prior a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  event.preventDefault();
  await flush(2000);
  location.assign(link.href);
});
