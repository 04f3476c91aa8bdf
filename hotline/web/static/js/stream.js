// The live stream: the server tells what has changed. While it is away, parts ask by themselves as before.

const AGAIN = [1, 2, 5, 10];
const QUIET = 40;

let source = null;
let failures = 0;
let watch = null;

/** Whether the stream is there now. */
export function isStreaming() {
  return source?.readyState === EventSource.OPEN && watch !== null;
}

/** Keep a stream open; `told(topics)` at each piece of news, `changed()` when it has come or gone. */
export function stream({ told, changed }) {
  const address = document.querySelector('meta[name="streams"]')?.content;
  if (!address || !window.EventSource || !document.querySelector("[data-on]:not([data-on=''])")) return;

  const lost = () => {
    const was = isStreaming();
    clearTimeout(watch);
    watch = null;
    source?.close();
    if (was) changed();
    const wait = AGAIN[Math.min(failures, AGAIN.length - 1)];
    failures += 1;
    setTimeout(open, 1000 * wait);
  };

  // A connection that died without a word: the server says something at least every 15 seconds.
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(lost, 1000 * QUIET);
  };

  function open() {
    source = new EventSource(address, { withCredentials: true });
    source.addEventListener("ready", () => { failures = 0; heard(); changed(); });
    source.addEventListener("here", heard);
    source.addEventListener("told", (event) => { heard(); told(event.data.split(" ")); });
    // After an answer other than 200 the browser does not try again by itself.
    source.addEventListener("error", lost);
  }

  open();
  // The page goes away: its stream must not be taken for a lost one.
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) lost(); });
}
