// One question of the form: its element, what stands in it, what is saved of it.

import { NotSent, post } from "./send.js";
import { ask, clearProblem, showProblem, words } from "./problems.js";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export class Field {
  constructor(box) {
    this.box = box;
    this.path = box.dataset.field;
    this.version = box.dataset.version;
    this.timer = null;
    this.refused = null;
    this.inConflict = false;
    const isWrong = box.querySelector(".usa-error-message") !== null;
    this.saved = isWrong ? null : this.values();
    if (isWrong) this.refused = this.values();
  }

  get inputs() {
    return [...this.box.querySelectorAll("[name]")].filter((input) => input.name === this.path && input.type !== "hidden");
  }

  values() {
    return this.inputs
      .filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked)
      .map((input) => input.value);
  }

  get isEmpty() {
    return !this.values().some((value) => value.trim());
  }

  get isUnsaved() {
    return !same(this.values(), this.saved);
  }

  /** Is there something to send? What was refused waits for a change; what is in conflict, for a choice. */
  get isWaiting() {
    return !this.inConflict && this.isUnsaved && !same(this.values(), this.refused);
  }

  /** Back at the saved value nothing is wrong any more. */
  forgive() {
    if (this.refused === null || this.isUnsaved) return;
    this.refused = null;
    clearProblem(this.box);
  }

  /** Show another value than the one that was typed here. */
  take(value) {
    const wanted = [value ?? ""].flat();
    for (const input of this.inputs) {
      if (["radio", "checkbox"].includes(input.type)) input.checked = wanted.includes(input.value);
      else input.value = wanted[0] ?? "";
    }
  }

  /** Save what stands here; the server's answer, or null when it was not taken. Throws NotSent. */
  async send(url, settled) {
    const sent = this.values();
    const body = new URLSearchParams({ path: this.path, base_version: this.version });
    for (const value of sent) body.append("value", value);
    const { status, data } = await post(url, body);
    if (status === 200) {
      this.version = String(data.version);
      this.saved = sent;
      this.refused = null;
      clearProblem(this.box);
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

  /** Somebody saved another value meanwhile: both are shown, and a person chooses. */
  meet(data, settled) {
    this.inConflict = true;
    ask(this.box, data.value, data.message, (mine) => {
      this.inConflict = false;
      this.version = String(data.version);
      clearProblem(this.box);
      if (!mine) {
        this.take(data.value);
        this.saved = this.values();
      }
      settled();
    });
  }
}
