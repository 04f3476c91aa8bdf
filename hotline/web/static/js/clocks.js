// Running times: written here once a second, so that the part around them need not change.

// The computer's clock may be wrong; the page says what the time was when it was sent.
const offset = Number(document.querySelector('meta[name="now"]').content) - Date.now();

function running(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function tick() {
  const now = Date.now() + offset;
  for (const element of document.querySelectorAll("[data-since]")) {
    element.textContent = running(now - Date.parse(element.dataset.since));
  }
  for (const element of document.querySelectorAll("[data-until]")) {
    element.textContent = running(Date.parse(element.dataset.until) - now + 999);
  }
}

tick();
setInterval(tick, 500);
document.addEventListener("part-changed", tick);
