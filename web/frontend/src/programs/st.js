// Structured Text for the eye: words, numbers, comments. What is right or wrong is the controller's compiler's to say.

import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

import known from "./words.json";

/** Never names; the soft ones are where the grammar does not ask for them. */
export const KEYWORDS = new Set(known.keywords);
const OPERATORS = new Set(known.operators);
const SOFT = new Set(known.soft);
const VALUES = new Set(["TRUE", "FALSE", "NAN"]);
const TYPES = new Set(known.types);
const CLOSING = { "(*": "*)", "/*": "*/" };

/** Comments of one kind nest. */
function comment(stream, state) {
  while (!stream.eol()) {
    if (stream.match(state.opened)) state.depth += 1;
    else if (stream.match(CLOSING[state.opened])) {
      state.depth -= 1;
      if (!state.depth) return "comment";
    } else stream.next();
  }
  return "comment";
}

function token(stream, state) {
  if (state.depth) return comment(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match("//")) {
    stream.skipToEnd();
    return "comment";
  }
  const opened = Object.keys(CLOSING).find((mark) => stream.match(mark));
  if (opened) {
    Object.assign(state, { opened, depth: 1 });
    return comment(stream, state);
  }
  if (stream.match(/^\{[^}]*\}?/)) return "meta";
  if (stream.match(/^'(?:[^'$]|\$.)*'?/)) return "string";
  if (stream.match(/^L?(?:T|TIME|D|DATE|TOD|TIME_OF_DAY|DT|DATE_AND_TIME)#[\w.:+-]+/i)) return "number";
  if (stream.match(/^[A-Za-z_]\w*#[\w.#+-]+/) || stream.match(/^%[A-Za-z][\w.*]*/)) return "number";
  if (stream.match(/^\d[\d_]*(?:#\w+|(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)/)) return "number";
  const found = stream.match(/^[A-Za-z_]\w*/);
  if (found) {
    const word = found[0].toUpperCase();
    if (KEYWORDS.has(word) || SOFT.has(word)) return "keyword";
    if (OPERATORS.has(word)) return "operatorKeyword";
    if (VALUES.has(word)) return "atom";
    if (TYPES.has(word)) return "typeName";
    return "variableName";
  }
  stream.next();
  return "operator";
}

export const structuredText = StreamLanguage.define({
  name: "structured-text",
  startState: () => ({ depth: 0, opened: "" }),
  copyState: (state) => ({ ...state }),
  token,
  languageData: { commentTokens: { line: "//", block: { open: "(*", close: "*)" } }, closeBrackets: { brackets: ["(", "["] } },
  tokenTable: { operatorKeyword: tags.operatorKeyword },
});

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword], color: "#1d4f91", fontWeight: "600" },
    { tag: tags.typeName, color: "#1d4f91" },
    { tag: tags.number, color: "#6b2c91" },
    { tag: tags.string, color: "#6b2c91" },
    { tag: tags.atom, color: "#6b2c91", fontWeight: "600" },
    { tag: tags.comment, color: "#5a646b", fontStyle: "italic" },
    { tag: tags.meta, color: "#7a4d00" },
  ]),
);
