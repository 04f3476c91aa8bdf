// Keeps the page up to date without reloading it; every button also works as a plain form.
(function () {
  "use strict";

  const EVERY_MS = 500;
  const parser = new DOMParser();
  let asking = false;

  function byId(id, root) {
    return (root || document).getElementById(id);
  }

  // The transcript only grows: a screen reader then speaks the new lines and nothing else.
  function showTranscript(fresh) {
    const list = byId("transcript");
    const shown = list.children.length;
    const lines = Array.from(byId("transcript", fresh).children);
    lines.slice(shown).forEach(function (line) { list.append(line); });
    if (lines.length > shown) { list.scrollTop = list.scrollHeight; }
  }

  function showIfChanged(id, fresh) {
    const now = byId(id);
    const then = byId(id, fresh);
    if (now && then && now.innerHTML !== then.innerHTML) { now.innerHTML = then.innerHTML; }
    if (now && then) { now.className = then.className; }
  }

  function show(html) {
    const fresh = parser.parseFromString(html, "text/html");
    showTranscript(fresh);
    showIfChanged("state", fresh);
    const phones = byId("phones");
    const focused = document.activeElement;
    // A button that somebody is about to press must not be replaced under them.
    if (focused === phones || !phones.contains(focused)) { showIfChanged("phones", fresh); }
    const controls = byId("controls");
    const next = byId("controls", fresh);
    if (controls && next) { controls.disabled = next.disabled; }
    const dial = document.querySelector(".go");
    dial.disabled = fresh.querySelector(".go").disabled;
    document.title = fresh.title;
  }

  async function refresh() {
    if (asking) { return; }
    asking = true;
    try {
      const answer = await fetch(window.location.href, { cache: "no-store" });
      if (answer.ok) { show(await answer.text()); }
    } catch (error) {
      byId("state").textContent = "The simulator does not answer";
    } finally {
      asking = false;
    }
  }

  // Forms of a running call are sent in the background, so that the focus stays where it is.
  document.addEventListener("submit", async function (event) {
    const form = event.target;
    if (!form.closest("#controls, #phones")) { return; }
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    const text = form.querySelector("input:not([type=hidden])");
    if (text) { text.value = ""; }
    if (form.closest("#phones")) { byId("phones").focus(); }
    try { await fetch(form.action, { method: "POST", body: data }); } catch (error) { /* refresh says so */ }
    refresh();
  });

  document.addEventListener("keydown", function (event) {
    const typing = event.target.matches("input, select, textarea");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) { return; }
    const key = Array.from(document.querySelectorAll(".keys button")).find(function (button) {
      return button.value === event.key;
    });
    if (key && !key.matches(":disabled")) { event.preventDefault(); key.click(); }
  });

  byId("transcript").scrollTop = byId("transcript").scrollHeight;
  window.setInterval(refresh, EVERY_MS);
})();
