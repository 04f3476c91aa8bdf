// The browser as a telephone. One tab of the browser holds the line; when it goes, the next one takes over.
//
// A softphone is an object with these methods; the phone company's and the simulator's are two of them:
//   register()       ready to call and to be called
//   join(leg)        open the line for a leg of ours; resolves when the line is down again
//   mute(on)         send no sound; the server is told apart from this
//   hangUp()         the line goes down
//   onState(tell)    tell(state) with connecting, talking, ready, refused (no microphone) or broken
// Which call waits for whom is the server's business: the bar names the leg, the softphone dials in for it.

import { refresh } from "./partials.js";
import { get, NotSent, post } from "./send.js";
import { SimulatedSoftphone } from "./softphone-simulated.js";
import { TwilioSoftphone } from "./softphone-twilio.js";

const TRIES = 5;
const PAUSE = 800;
const meta = document.querySelector('meta[name="softphone"]');
const shown = document.getElementById("softphone-state");
const phone = new (meta.content === "twilio" ? TwilioSoftphone : SimulatedSoftphone)(fetchToken);
let leg = null;
let tries = 0;
let isMuted = false;
let isComing = false;
let isBusy = false;
let isLeaving = false;

async function fetchToken() {
  const answer = await get(meta.dataset.token, { Accept: "application/json" });
  if (!answer.ok) throw new NotSent();
  return answer.json();
}

function show(state) {
  shown.dataset.state = state;
  const words = shown.dataset[state] ?? "";
  if (shown.textContent !== words) shown.textContent = words;
}

async function quietly(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
    return null;
  }
}

/** Tell the server whether this browser will dial in: it need not wait for one that can't. */
async function tell(isUp) {
  if (document.getElementById("own-line").dataset.telephone === (isUp ? "softphone" : "ring")) return;
  await quietly(() => post(meta.dataset.tell, { up: isUp ? "yes" : "no" }));
}

async function open(wanted) {
  if (leg !== wanted) tries = 0;
  if (leg === wanted && tries >= TRIES) return;
  leg = wanted;
  tries += 1;
  isMuted = false;
  isBusy = true;
  await phone.join(wanted);
  // Hung up at once when the server is out of order: it is asked again while the leg is still wanted.
  await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  isBusy = false;
  await refresh("bar");
  look();
}

async function comeBack(address) {
  if (isComing) return;
  isComing = true;
  await quietly(() => post(address, {}));
  await refresh("bar");
  isComing = false;
  look();
}

function look() {
  const line = document.getElementById("own-line");
  if (!line || isLeaving || line.dataset.telephone === "desk") return;
  const wantsMute = line.dataset.muted === "yes";
  if (isBusy && wantsMute !== isMuted) setMuted(wantsMute);
  if (line.dataset.state === "lost" && !isBusy) comeBack(line.dataset.comeBack);
  else if (line.dataset.state === "wanted" && !isBusy) open(line.dataset.leg);
}

function setMuted(on) {
  isMuted = on;
  phone.mute(on);
}

async function start() {
  phone.onState((state) => {
    show(state);
    if (state === "refused" || state === "broken") tell(false);
    if (state === "ready" || state === "talking") tell(true);
  });
  await phone.register();
  document.addEventListener("part-changed", look);
  // The microphone is off at once, not only when the server has answered.
  document.addEventListener("microphone", (event) => { if (isBusy) setMuted(event.detail === "off"); });
  window.addEventListener("pagehide", () => { isLeaving = true; phone.hangUp(); });
  look();
}

// An accepted call opens another page: that one dials in, for this one would cut the line on its way out. A call may
// be accepted before the line is ready.
document.addEventListener("submit", (event) => { if (event.target.matches("[data-accept]")) isLeaving = true; });
show("elsewhere");
navigator.locks.request("hotline-softphone", async () => {
  await start();
  // Held until the page goes.
  await new Promise(() => {});
});
