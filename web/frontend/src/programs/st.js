// Structured Text for the eye: words, numbers, comments. What is right or wrong is the controller's compiler's to say.

import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const words = (text) => new Set(text.split(" "));

export const KEYWORDS = words(
  "PROGRAM END_PROGRAM FUNCTION END_FUNCTION FUNCTION_BLOCK END_FUNCTION_BLOCK VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP VAR_GLOBAL END_VAR CONSTANT RETAIN TYPE END_TYPE STRUCT END_STRUCT ARRAY OF IF THEN ELSIF ELSE END_IF CASE END_CASE FOR TO BY DO END_FOR WHILE END_WHILE REPEAT UNTIL END_REPEAT EXIT CONTINUE RETURN",
);
const OPERATORS = words("AND OR XOR NOT MOD AND_THEN OR_ELSE");
const VALUES = words("TRUE FALSE NULL NAN");
export const TYPES = words(
  "BOOL SINT INT DINT LINT USINT UINT UDINT ULINT REAL LREAL BYTE WORD DWORD LWORD TIME LTIME DATE STRING Measurement Measurements Contact BreakerStatus BatteryString",
);
const UPPER_TYPES = new Set([...TYPES].map((name) => name.toUpperCase()));

function comment(stream, state) {
  while (!stream.eol()) {
    if (stream.match("(*")) state.depth += 1;
    else if (stream.match("*)")) {
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
  if (stream.match("(*")) {
    state.depth = 1;
    return comment(stream, state);
  }
  if (stream.match(/^\{[^}]*\}?/)) return "meta";
  if (stream.match(/^'(?:[^'$]|\$.)*'?/)) return "string";
  if (stream.match(/^(?:T|TIME|LT|LTIME|D|DATE|TOD|DT)#[\w.:+-]+/i)) return "number";
  if (stream.match(/^\d[\d_]*(?:#\w+|(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)/)) return "number";
  const found = stream.match(/^[A-Za-z_]\w*/);
  if (found) {
    const word = found[0].toUpperCase();
    if (KEYWORDS.has(word)) return "keyword";
    if (OPERATORS.has(word)) return "operatorKeyword";
    if (VALUES.has(word)) return "atom";
    if (UPPER_TYPES.has(word)) return "typeName";
    return "variableName";
  }
  stream.next();
  return "operator";
}

export const structuredText = StreamLanguage.define({
  name: "structured-text",
  startState: () => ({ depth: 0 }),
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
