// One question of the form: its element, what stands in it, what is saved of it.

import { NotSent, post, postLast } from "./send.js";
import { ask, clearProblem, showProblem, words } from "./problems.js";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isMark = (input) => ["radio", "checkbox"].includes(input.type);

export class Field {
  constructor(box) {
    this.box = box;
    this.path = box.dataset.field;
    this.version = box.dataset.version;
    this.timer = null;
    this.refused = null;
    this.inConflict = false;
    this.last = null;
    const isWrong = box.querySelector(".usa-error-message") !== null;
    this.saved = isWrong ? null : this.values();
    // What stood there in `version`: by it the server can merge what was typed meanwhile elsewhere.
    this.base = this.saved;
    if (isWrong) {
      this.refused = this.values();
    }
  }

  get inputs() {
    return [...this.box.querySelectorAll("[name]")].filter((input) => input.name === this.path && input.type !== "hidden");
  }

  values() {
    return this.inputs.filter((input) => !isMark(input) || input.checked).map((input) => input.value);
  }

  /** What the question is called, with the child or caregiver it is about. */
  get title() {
    const own = this.box.querySelector("legend, label")?.cloneNode(true);
    own?.querySelector(".usa-hint--required")?.remove();
    const entry = this.box.closest(".form-instance")?.querySelector(":scope > legend");
    return [entry, own].filter(Boolean).map((one) => one.textContent.trim()).join(": ");
  }

  get control() {
    return this.box.querySelector("input:not([type=hidden]), select, textarea");
  }

  get isEmpty() {
    return !this.values().some((value) => value.trim());
  }

  get isNeeded() {
    return this.box.querySelector(".usa-hint--required") !== null;
  }

  get isUnsaved() {
    return !same(this.values(), this.saved);
  }

  /** Is there something to send? What was refused waits for a change; what is in conflict, for a choice. */
  get isWaiting() {
    return !this.inConflict && this.isUnsaved && !same(this.values(), this.refused);
  }

  /** While this is typed in or something is wrong here, a refresh of the page's part leaves it alone. */
  hold() {
    this.box.toggleAttribute("data-hold", this.inConflict || this.isUnsaved);
    return this.box.hasAttribute("data-hold");
  }

  isRight() {
    this.refused = null;
    clearProblem(this.box);
  }

  /** Back at the saved value nothing is wrong any more. */
  forgive() {
    if (this.refused !== null && !this.isUnsaved) this.isRight();
  }

  /** Show another value than the one that was typed here. */
  take(value) {
    const wanted = [value ?? ""].flat();
    for (const input of this.inputs) {
      if (isMark(input)) input.checked = wanted.includes(input.value);
      else this.write(input, wanted[0] ?? "");
    }
  }

  write(input, text) {
    if (input.value === text) return;
    const { selectionStart: start, selectionEnd: end } = input;
    const before = input.value;
    input.value = text;
    if (document.activeElement !== input || start === null || start === undefined) return;
    // The cursor stays behind the same words, wherever others were put in.
    let shared = 0;
    while (shared < start && before[shared] === text[shared]) shared += 1;
    const shift = shared < start ? text.length - before.length : 0;
    input.setSelectionRange(Math.max(0, start + shift), Math.max(0, end + shift));
  }

  /** A refreshed part brought a newer value to a question in which nobody was typing. */
  catchUp() {
    const shown = this.box.dataset.version;
    if (Number(shown) <= Number(this.version)) return;
    for (const input of this.inputs) {
      if (isMark(input)) input.checked = input.defaultChecked;
      else if (input.nodeName === "SELECT") input.value = [...input.options].find((one) => one.defaultSelected)?.value ?? "";
      else this.write(input, input.defaultValue);
    }
    this.settle(shown, this.values());
  }

  settle(version, values) {
    this.version = String(version);
    this.saved = this.base = values;
  }

  message(stamp) {
    const sent = this.values();
    const body = new URLSearchParams({ path: this.path, base_version: this.version, stamp });
    for (const value of sent) body.append("value", value);
    for (const value of this.base?.length ? this.base : [""]) body.append("seen", value);
    if (this.base === null) body.delete("seen");
    return { sent, body };
  }

  /** Save what stands here; the server's answer, or null when it was not taken. Throws NotSent. */
  async send(url, stamp, settled) {
    const { sent, body } = this.message(stamp);
    const { status, data } = await post(url, body);
    if (status === 200) {
      this.keep(data, sent);
      return data;
    }
    if (status >= 500) throw new NotSent();
    if (status === 409 && data.version != null) {
      this.meet(data, settled);
    } else {
      this.refused = sent;
      showProblem(this.box, data.message ?? words.refused);
    }
    return null;
  }

  keep(data, sent) {
    this.isRight();
    if (data.as_typed) {
      this.settle(data.version, sent);
    } else if (same(this.values(), sent)) {
      this.take(data.value);
      this.settle(data.version, this.values());
    } else {
      // Typed on meanwhile: what is merged comes when that is sent, on what this page still shows.
      this.saved = this.base = sent;
    }
  }

  /** The page goes away: send what is still here, without waiting for an answer. */
  sendLast(url, stamp) {
    const { sent, body } = this.message(stamp);
    if (same(sent, this.last)) return;
    this.last = sent;
    postLast(url, body);
  }

  /** Somebody saved another value meanwhile: both are shown, and a person chooses. */
  meet(data, settled) {
    this.inConflict = true;
    ask(this.box, data.value, data.message, (chosen) => {
      this.inConflict = false;
      const typed = this.values();
      this.take(data.value);
      this.settle(data.version, this.values());
      if (chosen === "mine") this.take(typed);
      if (chosen === "both") this.take(`${[data.value].flat().join(", ")}\n${typed[0]}`);
      this.isRight();
      settled();
    });
  }
}
