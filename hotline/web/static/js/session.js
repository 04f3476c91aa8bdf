// The overlay that asks to sign in again without leaving the page: the form and the call stay.

import { meetSession, NotSent, setFormToken } from "./send.js";

const overlay = document.getElementById("sign-in-again");
const problem = overlay.querySelector("[role=alert]");

document.addEventListener("session-ended", () => {
  if (!overlay.open) overlay.showModal();
});

// Closing it would leave a page that looks alive and saves nothing.
overlay.addEventListener("cancel", (event) => event.preventDefault());

function restored() {
  overlay.close();
  document.dispatchEvent(new CustomEvent("session-restored"));
}

// Somebody who signed in in another tab need not do so again here.
window.addEventListener("focus", async () => {
  if (!overlay.open) return;
  try {
    if (await meetSession()) restored();
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
  }
});

overlay.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  problem.hidden = true;
  try {
    const answer = await fetch("/sign-in", {
      method: "POST",
      headers: { Accept: "application/json", "X-Script": "1" },
      body: new URLSearchParams(new FormData(form)),
    });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.message);
    form.reset();
    // Somebody else: what the page shows is not theirs.
    if (data.person !== document.querySelector('meta[name="person"]').content) location.reload();
    setFormToken(data.form_token);
    restored();
  } catch (error) {
    problem.textContent = error instanceof TypeError ? overlay.dataset.away : error.message;
    problem.hidden = false;
  }
});
