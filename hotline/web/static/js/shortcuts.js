// Single keys for the buttons that name one. They can be switched off, and never act while somebody types.

const COOKIE = "hotline_keys";
const dialog = document.getElementById("keys");
const box = document.getElementById("keys-on");

const isOn = () => !document.cookie.split("; ").includes(`${COOKIE}=off`);

function isTyping(element) {
  return element.isContentEditable || element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
}

box.checked = isOn();
box.addEventListener("change", () => {
  const kept = box.checked ? "on" : "off";
  document.cookie = `${COOKIE}=${kept}; path=/; max-age=31536000; samesite=lax`;
});
const opener = document.getElementById("keys-open");
opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());
document.getElementById("keys-close").addEventListener("click", () => dialog.close());

document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing;
  if (busy || !isOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const wanted = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === event.key.toLowerCase(),
  );
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("button, a, summary")) wanted.click();
  else wanted.focus();
});
