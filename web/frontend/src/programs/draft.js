// One draft as somebody types it: saved on the server, mirrored in this browser until the server has it.
//
//   typed --mirror at once--> localStorage      typed --after a moment--> server --version--> saved
//                                                            |-- another tab was faster: conflict, nothing overwritten
//                                                            |-- no answer: away, tried again every second

import { Refused, get, post } from "../lib/post.js";

const SAVE_AFTER_MS = 300;
const AGAIN_MS = 1000;
const LOOK_MS = 2500;

export class DraftKeeper {
  /** `told(state)` for each change; `arrived(text)` when another tab's text takes the place of the one shown. */
  constructor(name, loaded, told, arrived) {
    this.name = name;
    this.base = loaded.draft?.base ?? loaded.armed.digest;
    this.version = loaded.draft?.version ?? 0;
    this.saved = loaded.draft?.text ?? loaded.armed.text;
    this.text = this.saved;
    this.told = told;
    this.arrived = arrived;
    this.state = { kind: "saved", version: this.version, savedNs: loaded.draft?.saved_ns ?? 0 };
    this.timer = 0;
    this.sending = false;
    this.restore();
    this.looking = setInterval(() => this.look(), LOOK_MS);
    this.onFocus = () => this.look();
    window.addEventListener("focus", this.onFocus);
  }

  close() {
    clearTimeout(this.timer);
    clearInterval(this.looking);
    window.removeEventListener("focus", this.onFocus);
  }

  get key() {
    return `cellkeeper-draft-${this.name}`;
  }

  get dirty() {
    return this.text !== this.saved;
  }

  tell(kind, more = {}) {
    this.state = { kind, version: this.version, savedNs: this.state.savedNs, ...more };
    this.told(this.state);
  }

  /** What this browser typed and the server never got, after a crash of either. */
  restore() {
    let mirrored = null;
    try {
      mirrored = JSON.parse(localStorage.getItem(this.key));
    } catch {
      mirrored = null;
    }
    if (!mirrored || mirrored.text === this.saved) return this.forget();
    this.text = mirrored.text;
    this.version = mirrored.version;
    this.base = mirrored.base;
    this.timer = setTimeout(() => this.save(), 0);
  }

  mirror() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ text: this.text, version: this.version, base: this.base }));
    } catch {
      // a full or forbidden store: the server alone keeps it
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was mirrored
    }
  }

  typed(text) {
    if (text === this.text) return;
    this.text = text;
    this.mirror();
    if (this.state.kind === "conflict") return;
    this.tell("typing");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || this.state.kind === "conflict") return;
    if (!this.dirty) {
      this.forget();
      return this.tell("saved");
    }
    const text = this.text;
    this.sending = true;
    this.tell("saving");
    try {
      const answer = await post(`/api/programs/${this.name}/draft`, { text, version: this.version, base: this.base });
      this.version = answer.version;
      this.base = answer.base;
      this.saved = text;
      this.state.savedNs = answer.saved_ns;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.sending = false;
      return this.refused(error);
    }
    this.sending = false;
    if (this.dirty) {
      this.mirror();
      this.timer = setTimeout(() => this.save(), 0);
    } else {
      this.forget();
      this.tell("saved");
    }
  }

  refused(error) {
    if (error.status === 409) return this.tell("conflict", { said: error.message, standing: error.content.standing });
    if (error.status === 400 || error.status === 413) return this.tell("refused", { said: error.message });
    this.tell("away", { said: error.message });
    this.timer = setTimeout(() => this.save(), AGAIN_MS);
  }

  /** In a conflict: my text goes over the other. */
  async keepMine() {
    this.version = this.state.standing?.version ?? 0;
    this.tell("typing");
    await this.save();
  }

  /** In a conflict: the other's text, or the armed one, takes the place of mine (undo brings mine back). */
  async takeTheirs() {
    const found = await get(`/api/programs/${this.name}`);
    this.take(found.draft, found.armed);
  }

  take(draft, armed) {
    this.version = draft?.version ?? 0;
    this.base = draft?.base ?? armed.digest;
    this.saved = this.text = draft?.text ?? armed.text;
    this.state.savedNs = draft?.saved_ns ?? 0;
    this.forget();
    this.tell("saved");
    this.arrived(this.text);
  }

  /** Whether another tab wrote meanwhile; nothing typed here is touched. */
  async look() {
    if (document.hidden || this.dirty || this.sending || this.state.kind === "conflict") return;
    let found;
    try {
      found = await get(`/api/programs/${this.name}`);
    } catch {
      return;
    }
    if (this.dirty || this.sending || (found.draft?.version ?? 0) === this.version) return;
    this.take(found.draft, found.armed);
  }
}
