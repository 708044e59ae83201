// Live values beside the lines: what each line's names hold in the running set, all of one scan.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";
import { post } from "../lib/post.js";
import { pouAt, pous } from "./complete.js";
import { KEYWORDS } from "./st.js";

const EVERY_MS = 500;
const NAMES_A_LINE = 4;
const NAMES_MOST = 150;
const NAME = /(?<![\w#%])[A-Za-z_]\w*(?![\w#])(?:\[[^\]\n]*\]|\.[A-Za-z_]\w*)*/g;

class Values extends WidgetType {
  constructor(text) {
    super();
    this.text = text;
  }
  eq(other) {
    return other.text === this.text;
  }
  toDOM() {
    const box = document.createElement("span");
    box.className = "cm-now";
    box.textContent = this.text;
    box.setAttribute("aria-hidden", "true");
    return box;
  }
}

const shown = StateEffect.define();

export const lineValues = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(shown)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The names in a line of code, comments and text left out. */
function namesIn(line) {
  const code = line.replace(/\/\/.*$|\(\*.*?(?:\*\)|$)|\/\*.*?(?:\*\/|$)|'[^']*'|\{[^}]*\}/g, " ").replace(/\b\w+\s*:=(?=[^;]*[,)])/g, " ");
  return [...code.matchAll(NAME)].map(([name]) => name).filter((name) => !KEYWORDS.has(name.toUpperCase()));
}

function visible(view) {
  const known = pous(view.state.doc.toString());
  const lines = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      lines.push({ end: line.to, pou: pouAt(known, line.from), names: [...new Set(namesIn(line.text))].slice(0, NAMES_A_LINE * 2) });
      at = line.to + 1;
    }
  }
  return lines.filter((line) => line.names.length);
}

function said(line, values) {
  const parts = line.names.flatMap((name) => {
    const now = values[name];
    if (!now) return [];
    const same = now.every((value) => value === now[0]);
    return [`${name} = ${same ? now[0] : now.join(" ")}${same && now.length > 1 ? ` (all ${now.length})` : ""}`];
  });
  return parts.slice(0, NAMES_A_LINE).join("   ");
}

async function ask(view) {
  const lines = visible(view);
  const byPou = new Map();
  for (const line of lines) byPou.set(line.pou, [...(byPou.get(line.pou) ?? []), line]);
  const marks = [];
  let left = NAMES_MOST;
  for (const [pou, own] of byPou) {
    const paths = [...new Set(own.flatMap((line) => line.names))].slice(0, left);
    left -= paths.length;
    if (!paths.length) continue;
    const { values } = await post("/api/values", { pou, paths });
    for (const line of own) {
      const text = said(line, values);
      if (text && line.end <= view.state.doc.length) marks.push(Decoration.widget({ widget: new Values(text), side: 1 }).range(line.end));
    }
  }
  return Decoration.set(marks, true);
}

/** Asks while the page is seen; `away(text)` is told when there are no values, "" when there are again. */
export function liveLines(away) {
  return ViewPlugin.define((view) => {
    let busy = false;
    const tick = async () => {
      if (busy || document.hidden) return;
      busy = true;
      const before = view.state.doc;
      try {
        const marks = await ask(view);
        if (view.state.doc === before) view.dispatch({ effects: shown.of(marks) });
        away("");
      } catch (error) {
        view.dispatch({ effects: shown.of(Decoration.none) });
        away(error.message);
      } finally {
        busy = false;
      }
    };
    const timer = setInterval(tick, EVERY_MS);
    setTimeout(tick, 0);
    return {
      destroy() {
        clearInterval(timer);
      },
    };
  });
}

/** Takes the values away. */
export function clearLines(view) {
  view.dispatch({ effects: shown.of(Decoration.none) });
}
