// Completion, hover and signatures, all of them the compiler's; with the value a name holds now.

import { autocompletion, snippetCompletion } from "@codemirror/autocomplete";
import { StateEffect, StateField } from "@codemirror/state";
import { ViewPlugin, hoverTooltip, keymap, showTooltip } from "@codemirror/view";
import { box, positionOf, present } from "./compiler.js";

const BEGINS = /[\w.#(,]$/;
const SIGNATURE_AFTER_MS = 150;
const KINDS = { enumerator: "enum", type: "class", FUNCTION_BLOCK: "class", keyword: "keyword", function: "function", parameter: "property", snippet: "text" };
const COMMENT = /\(\*[^]*?\*\)|\/\/[^\n]*/g;

/** Where each POU of a text begins, and its name. */
export function pous(text) {
  const code = text.replace(COMMENT, (comment) => comment.replace(/[^\n]+/g, (row) => " ".repeat(row.length)));
  return [...code.matchAll(/\b(?:PROGRAM|FUNCTION_BLOCK)\s+([A-Za-z_]\w*)/gi)].map((found) => ({ from: found.index, name: found[1] }));
}

/** The POU a position stands in, by its name; "" outside. */
export function pouAt(found, position) {
  return found.findLast((pou) => pou.from < position)?.name ?? "";
}

function option(pou, item, index) {
  const unit = /  (\S+)$/.exec(item.detail)?.[1] ?? "";
  const completion = {
    label: item.label,
    detail: item.detail,
    type: KINDS[item.sort] ?? "variable",
    boost: Math.max(-99, 99 - index),
    info: item.comment || item.path ? () => about(pou, item, unit) : undefined,
  };
  if (!item.snippet) return { ...completion, apply: item.insert };
  return snippetCompletion(item.insert.replace(/\$0/g, "${9}").replace(/\$(\d)/g, "${$1}"), completion);
}

async function about(pou, item, unit) {
  const now = await present(pou, item.path);
  return box("", [item.detail, item.comment, now.startsWith("now ") && unit ? `${now} ${unit}` : now]);
}

function completion(compiler) {
  return async (context) => {
    const { doc } = context.state;
    const line = doc.lineAt(context.pos);
    if (!context.explicit && !BEGINS.test(doc.sliceString(line.from, context.pos))) return null;
    const found = await compiler.tell("completion", doc, context.pos);
    if (!found?.items.length) return null;
    const pou = pouAt(pous(doc.toString()), context.pos);
    const options = found.items.map((item, index) => option(pou, item, index));
    return { from: context.pos - found.typed.length, options, validFor: /^\w*$/ };
  };
}

function hover(compiler) {
  return hoverTooltip(async (view, position) => {
    const { doc } = view.state;
    const found = await compiler.tell("hover", doc, position);
    if (!found) return null;
    const now = await present(found.unit, found.path);
    return {
      pos: positionOf(doc, found.span.line, found.span.column),
      end: positionOf(doc, found.span.end_line, found.span.end_column),
      above: true,
      create: () => ({ dom: box("cm-told", [found.code, found.role, found.comment, now]) }),
    };
  });
}

const signed = StateEffect.define();

const signature = StateField.define({
  create: () => null,
  update(tooltip, transaction) {
    let next = tooltip && transaction.docChanged ? { ...tooltip, pos: transaction.changes.mapPos(tooltip.pos) } : tooltip;
    for (const effect of transaction.effects) if (effect.is(signed)) next = effect.value;
    return next;
  },
  provide: (field) => showTooltip.from(field),
});

function call(found, position) {
  const create = () => {
    const dom = box("cm-signature", []);
    const before = found.active === null ? found.label : found.label.slice(0, at(found));
    const active = found.active === null ? "" : found.arguments[found.active].label;
    dom.append(before);
    const strong = dom.appendChild(document.createElement("b"));
    strong.textContent = active;
    dom.append(found.label.slice(before.length + active.length));
    const detail = found.active === null ? found.comment : found.arguments[found.active].detail;
    if (detail) dom.append(box("cm-detail", [detail]));
    return { dom };
  };
  return { pos: position, above: true, create };
}

/** Where the active argument begins in the label. */
function at(found) {
  let start = found.label.indexOf("(") + 1;
  for (const argument of found.arguments.slice(0, found.active)) start = found.label.indexOf(argument.label, start) + argument.label.length;
  return found.label.indexOf(found.arguments[found.active].label, start);
}

function signatures(compiler) {
  return ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.view = view;
        this.timer = 0;
      }
      update(update) {
        const shown = update.state.field(signature);
        if (update.focusChanged && !this.view.hasFocus && shown) this.timer = setTimeout(() => this.look());
        if (!update.docChanged && !(update.selectionSet && shown)) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.look(), SIGNATURE_AFTER_MS);
      }
      async look() {
        const { state } = this.view;
        const { head, empty } = state.selection.main;
        const shown = state.field(signature);
        const open = empty && /[(,]/.test(state.doc.sliceString(Math.max(0, head - 2000), head));
        const found = open && this.view.hasFocus ? await compiler.tell("signature", state.doc, head) : null;
        if (this.closed || this.view.state.doc !== state.doc || this.view.state.selection.main.head !== head) return;
        if (found || shown) this.view.dispatch({ effects: signed.of(found ? call(found, head) : null) });
      }
      destroy() {
        this.closed = true;
        clearTimeout(this.timer);
      }
    },
  );
}

function closeSignature(view) {
  if (!view.state.field(signature)) return false;
  view.dispatch({ effects: signed.of(null) });
  return true;
}

/** Everything of this file for one editor. */
export function help(compiler) {
  return [
    autocompletion({ override: [completion(compiler)], activateOnTypingDelay: 100, icons: false }),
    hover(compiler),
    signature,
    signatures(compiler),
    keymap.of([{ key: "Escape", run: closeSignature }]),
  ];
}
