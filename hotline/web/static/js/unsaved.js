// How far the form is saved: one word beside its name, a loud banner when the network is away, counts by section.

import { words } from "./problems.js";

const indicator = document.getElementById("save-state");
const banner = document.getElementById("not-saved");
let listed = "";

function list(waiting) {
  const paths = waiting.map((field) => field.path).join(" ");
  if (paths === listed) return;
  listed = paths;
  const links = waiting.map((field) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${field.control.id}`;
    link.textContent = field.title;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      field.control.focus();
    });
    item.append(link);
    return item;
  });
  banner.querySelector("ul").replaceChildren(...links);
  const count = banner.querySelector("[data-count]");
  count.textContent = waiting.length ? `${banner.dataset.unsaved} ${waiting.length}` : banner.dataset.none;
}

function countOpen(fields) {
  const open = new Map();
  for (const field of fields) {
    if (!field.isNeeded || !field.isEmpty) continue;
    const section = field.box.closest("[data-section]")?.dataset.section;
    open.set(section, (open.get(section) ?? 0) + 1);
  }
  for (const mark of document.querySelectorAll("[data-open]")) {
    const count = open.get(mark.dataset.open) ?? 0;
    const number = mark.querySelector("[data-number]");
    if (number.textContent !== String(count)) number.textContent = count;
    mark.hidden = count === 0;
  }
}

/** Say what is saved of `fields` and what is not; `isAway`: the network is. */
export function tell(fields, isAway) {
  const unsaved = fields.filter((field) => field.isUnsaved);
  const waiting = unsaved.filter((field) => field.isWaiting);
  let state = "saved";
  if (waiting.length) state = isAway ? "away" : "saving";
  else if (unsaved.length) state = "refused";
  if (indicator.dataset.state !== state) {
    indicator.dataset.state = state;
    indicator.textContent = words[state];
  }
  const isLoud = isAway;
  if (isLoud) list(waiting);
  if (banner.hidden === isLoud) banner.hidden = !isLoud;
  countOpen(fields);
}
