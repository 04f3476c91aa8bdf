// The incoming call: seen, heard of and answered without leaving what one is typing.

import { flush } from "./autosave.js";

const title = document.title;
let shown = null;

function look() {
  const offer = document.querySelector("[data-offer]");
  const id = offer?.dataset.offer ?? null;
  if (id === shown) return;
  shown = id;
  document.title = id ? `☎ ${offer.querySelector("h2").textContent} · ${title}` : title;
  // Somebody who is typing keeps the cursor; the key answers from anywhere else.
  if (id && document.activeElement === document.body) document.getElementById("accept").focus();
}

document.addEventListener("part-changed", look);
look();

// What is being typed is saved before the page changes. `data-flush="all"`: and only if all of it could be saved.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-accept], [data-flush], [data-leave]") || form.dataset.flushed) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const isSaved = await flush(form.matches("[data-accept]") ? 1000 : 5000);
  delete form.dataset.sending;
  if (form.dataset.flush === "all" && !isSaved) {
    document.querySelector(".usa-form-group--error")?.scrollIntoView({ block: "center" });
    return;
  }
  // A form can't be sent while its own submit event is still on the way: requestSubmit would do nothing.
  await new Promise((resolve) => { setTimeout(resolve); });
  form.dataset.flushed = "yes";
  form.requestSubmit(event.submitter);
});
