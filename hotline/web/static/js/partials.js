// Parts that refresh themselves: asked for again and again, and changed in place so that focus and typing stay.

import { get, NotSent } from "./send.js";
import { isStreaming, stream } from "./stream.js";

const SLOWEST = 10;

function sameKind(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && (old.id ?? "") === (fresh.id ?? "");
}

function copyAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

function change(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE || old.hasAttribute("data-hold")) return;
  // What a person opened or wrote stays as they left it.
  const open = old.nodeName === "DETAILS" && old.open;
  copyAttributes(old, fresh);
  if (open) old.open = true;
  if (old.matches("[data-since], [data-until]")) return;
  if (old.nodeName === "TEXTAREA") {
    // What was typed is not its text: that is only what it was sent with.
    if (old.defaultValue !== fresh.defaultValue) old.defaultValue = fresh.defaultValue;
    return;
  }
  changeChildren(old, fresh);
}

/** Make the children of `old` those of `fresh`. A node whose id is still wanted is kept, with what is open in it. */
function changeChildren(old, fresh) {
  const coming = [...fresh.childNodes];
  const wanted = new Set(coming.map((node) => node.id).filter(Boolean));
  for (const [place, next] of coming.entries()) {
    let here = old.childNodes[place];
    if (here && !sameKind(here, next) && next.id) {
      const known = [...old.childNodes].slice(place).find((node) => sameKind(node, next));
      if (known) {
        while (old.childNodes[place] !== known && !wanted.has(old.childNodes[place].id)) old.childNodes[place].remove();
        if (old.childNodes[place] !== known) old.insertBefore(known, old.childNodes[place]);
        here = known;
      }
    }
    if (!here) old.append(next);
    else if (sameKind(here, next)) change(here, next);
    else if (wanted.has(here.id)) here.before(next);
    else here.replaceWith(next);
  }
  while (old.childNodes.length > coming.length) old.lastChild.remove();
}

class Part {
  constructor(box) {
    this.box = box;
    this.version = null;
    this.misses = 0;
    this.timer = null;
    this.topics = (box.dataset.on ?? "").split(" ").filter(Boolean);
  }

  /** Resolves once the part is as fresh as it was when this was called, or fresher. */
  refresh() {
    clearTimeout(this.timer);
    this.onceMore = Boolean(this.asking);
    this.asking ??= this.askUntilFresh();
    return this.asking;
  }

  async askUntilFresh() {
    do {
      this.onceMore = false;
      await this.ask();
    } while (this.onceMore);
    this.asking = null;
    this.schedule();
  }

  async ask() {
    try {
      const answer = await get(this.box.dataset.url, this.version ? { "If-None-Match": this.version } : {});
      if (answer.status === 200) {
        const box = document.createElement("div");
        box.append(document.createRange().createContextualFragment(await answer.text()));
        this.version = answer.headers.get("ETag");
        this.box.dispatchEvent(new CustomEvent("part-changing"));
        changeChildren(this.box, box);
        this.box.dispatchEvent(new CustomEvent("part-changed", { bubbles: true }));
      }
      this.reached(answer.status < 500);
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      this.reached(false);
    }
  }

  reached(well) {
    this.misses = well ? 0 : this.misses + 1;
    this.box.toggleAttribute("data-stale", this.misses > 2);
    document.dispatchEvent(new CustomEvent("reached", { detail: this.misses < 3 }));
  }

  schedule() {
    const seconds = Number(this.box.dataset.seconds);
    if (!seconds) return;
    const slower = document.hidden ? 2 : 1;
    const wait = this.isTold() ? SLOWEST : Math.min(SLOWEST, seconds * slower * 2 ** this.misses);
    this.timer = setTimeout(() => this.refresh(), 1000 * wait);
  }

  /** Whether the stream tells when this part changes; asking now and then is only a safety net. */
  isTold() {
    return isStreaming() && this.topics.length > 0;
  }

  /** Whether this part shows something of `topic`. */
  isAbout(topic) {
    return this.topics.some((own) => topic === own || topic.startsWith(`${own}:`));
  }
}

const parts = new Map();

/** Ask for the part `name` now. */
export function refresh(name) {
  return parts.get(name)?.refresh();
}

for (const box of document.querySelectorAll("[data-live]")) {
  const part = new Part(box);
  parts.set(box.dataset.live, part);
  if (Number(box.dataset.seconds)) part.refresh();
}

stream({
  told: (topics) => {
    for (const part of parts.values()) if (topics.some((topic) => part.isAbout(topic))) part.refresh();
  },
  // Nobody knows what was missed meanwhile; and from now on the pace is another.
  changed: () => {
    for (const part of parts.values()) if (part.topics.length && Number(part.box.dataset.seconds)) part.refresh();
  },
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const part of parts.values()) if (Number(part.box.dataset.seconds)) part.refresh();
});
