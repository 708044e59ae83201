// The editor: CodeMirror in a shadow root, where its style sheets are constructed ones, which the page's policy allows.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { linter, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { diff, unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { Compiler, positionOf } from "./compiler.js";
import { help } from "./complete.js";
import { clearLines, lineValues, liveLines } from "./lines.js";
import { colours, structuredText } from "./st.js";

const LINT_AFTER_MS = 250;

const look = EditorView.theme({
  "&": { fontSize: "14px", background: "#fff", border: "1px solid #8a9399", maxHeight: "70vh" },
  "&.cm-focused": { outline: "3px solid #1d4f91" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace', overflow: "auto" },
  ".cm-gutters": { background: "#f6f7f7", color: "#5a646b" },
  ".cm-now": { color: "#3f6212", background: "#f2f5ea", marginLeft: "2.5em", padding: "0 0.4em", fontSize: "0.88em", whiteSpace: "pre-wrap" },
  ".cm-code": { fontWeight: "600", marginRight: "0.5em" },
  ".cm-cure": { display: "block" },
  ".cm-tooltip": { maxWidth: "min(36rem, 90vw)", color: "#20262a", background: "#f6f7f7", border: "1px solid #8a9399" },
  ".cm-told, .cm-signature": { padding: "0.3em 0.6em", fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: "0.85em", whiteSpace: "pre-wrap" },
  ".cm-tooltip.cm-signature": { pointerEvents: "none" },
  ".cm-detail": { color: "#5a646b" },
  ".cm-completionInfo": { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: "0.85em" },
  ".cm-collapsedLines": { color: "#20262a" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"…"' },
  ".cm-changedLine": { background: "#e6f2e0" },
  ".cm-deletedChunk": { background: "#f9e4e2" },
});

const reading = [structuredText, colours, look, lineNumbers(), EditorView.lineWrapping];

function rooted(element) {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  root.replaceChildren(place);
  return { parent: place, root };
}

/** A problem of the compiler at its place in the text. */
function mark(doc, problem) {
  const { span } = problem;
  const from = positionOf(doc, span.line, span.column);
  const to = Math.max(from, positionOf(doc, span.end_line, span.end_column));
  return {
    from: from === to && from > 0 && from === doc.lineAt(from).to && doc.lineAt(from).length ? from - 1 : from,
    to,
    severity: problem.severity === "error" ? "error" : "info",
    message: `${problem.what}; ${problem.cure}`,
    renderMessage() {
      const box = document.createElement("div");
      const code = box.appendChild(document.createElement("a"));
      code.className = "cm-code";
      code.textContent = problem.code;
      code.href = `/problems/${encodeURIComponent(problem.code)}`;
      code.target = "_blank";
      code.title = "what this means";
      box.append(problem.what);
      const cure = box.appendChild(document.createElement("span"));
      cure.className = "cm-cure";
      cure.textContent = `→ ${problem.cure}`;
      return box;
    },
  };
}

/**
 * @param element     where it stands
 * @param text        to begin with
 * @param typed(text) for each change by the person
 * @param check(text) gives the compiler's problems
 * @param away(said)  when there are no live values
 * @param others()    the drafts that go with it
 * @param told(said)  why the text was not formatted, "" when it was
 */
export function edit(element, { name, text, typed, check, away, others, told }) {
  const values = new Compartment();
  const compiler = new Compiler(name, others);
  const place = rooted(element);
  const view = new EditorView({
    ...place,
    state: EditorState.create({
      doc: text,
      extensions: [
        reading,
        highlightActiveLineGutter(),
        highlightActiveLine(),
        history(),
        drawSelection(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        help(compiler),
        highlightSelectionMatches(),
        lintGutter(),
        linter(async (of) => (await check(of.state.doc.toString())).map((problem) => mark(of.state.doc, problem)), { delay: LINT_AFTER_MS }),
        keymap.of([{ key: "Shift-Alt-f", run: (of) => (format(of, compiler).then(told), true) }, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": `text of ${name}`, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) typed(update.state.doc.toString());
        }),
        lineValues,
        values.of(liveLines(away)),
      ],
    }),
  });
  return {
    show(next) {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    goTo(line, column) {
      const found = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({ selection: { anchor: Math.min(found.from + column - 1, found.to) }, scrollIntoView: true });
      view.focus();
    },
    async recheck() {
      const { doc } = view.state;
      const problems = await check(doc.toString());
      if (view.state.doc === doc) view.dispatch(setDiagnostics(view.state, problems.map((problem) => mark(doc, problem))));
    },
    values(on) {
      view.dispatch({ effects: values.reconfigure(on ? liveLines(away) : []) });
      if (!on) clearLines(view);
    },
    format: () => format(view, compiler).then(told),
    close() {
      view.destroy();
    },
  };
}

/** Lays the text out where it stood when asked; what was typed meanwhile stays. Gives why not, or "". */
async function format(view, compiler) {
  const { doc } = view.state;
  let laid;
  try {
    laid = await compiler.ask("format", doc);
  } catch (error) {
    return error.message;
  }
  if (laid.text === null) return `left as it is: line ${laid.diagnostics[0].span.line}: ${laid.diagnostics[0].what}; ${laid.diagnostics[0].cure}`;
  if (view.state.doc === doc) view.dispatch({ changes: changed(doc.toString(), laid.text), userEvent: "input.format" });
  return "";
}

/** The lines that differ, each as a change of its own, so that cursor and marks stay where they are. */
function changed(before, after) {
  return diff(before, after).map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: after.slice(fromB, toB) }));
}

/** The text with its differences from `before` in it; read only. */
export function differences(element, { before, after, label }) {
  const view = new EditorView({
    ...rooted(element),
    state: EditorState.create({
      doc: after,
      extensions: [
        reading,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ "aria-label": label }),
        unifiedMergeView({ original: before, mergeControls: false, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } }),
      ],
    }),
  });
  return () => view.destroy();
}
