// Buttons and longer choices of the call without leaving the page: the line stays up, and the form as it is.

import { refresh } from "./partials.js";
import { get, NotSent, post } from "./send.js";

const panel = document.getElementById("call-panel");
const said = document.getElementById("act-said");
const overlay = document.getElementById("sign-in-again");
let opener = null;

function say(text) {
  said.hidden = !text;
  said.textContent = text ?? "";
}

function close() {
  panel.hidden = true;
  panel.replaceChildren();
  document.getElementById(opener)?.focus();
  opener = null;
}

function closeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "usa-button usa-button--unstyled panel-close";
  button.textContent = panel.dataset.close;
  button.addEventListener("click", close);
  return button;
}

async function openPanel(link) {
  try {
    const answer = await get(link.href);
    if (!answer.ok) return;
    panel.replaceChildren(document.createRange().createContextualFragment(await answer.text()), closeButton());
    panel.hidden = false;
    opener = link.id;
    panel.querySelector("h2").focus();
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
    say(overlay.dataset.away);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (opener === link.id) close();
  else openPanel(link);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden && !document.querySelector("dialog[open]")) close();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-act]")) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const button = event.submitter;
  if (button?.dataset.mute) document.dispatchEvent(new CustomEvent("microphone", { detail: button.value === "mute" ? "off" : "on" }));
  try {
    const fields = new URLSearchParams(new FormData(form));
    if (button?.name) fields.set(button.name, button.value);
    const { status, data } = await post(form.action, fields);
    say(status < 400 ? data.message : data.message ?? overlay.dataset.away);
    if (status < 400 && form.dataset.act === "close") close();
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
    say(overlay.dataset.away);
  } finally {
    delete form.dataset.sending;
  }
  await refresh("bar");
});

// A panel belongs to a live call.
document.addEventListener("part-changed", () => {
  if (!panel.hidden && !document.getElementById("controls")) close();
});
