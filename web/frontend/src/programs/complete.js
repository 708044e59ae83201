// Completion by the controller's own names: tags of the plant, members of types, the text's own variables; with type,
// unit and the value they hold now.

import { get, post } from "../lib/post.js";
import { KEYWORDS } from "./st.js";

const PATH = /(?:[A-Za-z_]\w*(?:\[[^\]\n]*\])?\.)*[A-Za-z_]?\w*$/;
const SECTION = /\bVAR(?:_\w+)?\b[^]*?\bEND_VAR\b/gi;
const VARIABLE = /([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*:\s*(?:ARRAY\s*\[([^\]]*)\]\s*OF\s+)?([A-Za-z_]\w*)/gi;
const COMMENT = /\(\*[^]*?\*\)|\/\/[^\n]*/g;
const MEASURED = new Set(["REAL", "LREAL"]);

let asked = null;

/** {plant, types, enumerations}, asked once; empty while the controller does not answer. */
export function names() {
  asked ??= get("/api/symbols").catch(() => {
    asked = null;
    return { plant: [], types: {}, enumerations: {} };
  });
  return asked;
}

/** The variables a text declares: name -> {name, type, bounds}. */
export function variables(text) {
  const found = new Map();
  for (const [section] of text.replace(COMMENT, "").matchAll(SECTION)) {
    for (const [, listed, bounds, type] of section.matchAll(VARIABLE)) {
      for (const name of listed.split(",")) found.set(name.trim().toUpperCase(), { name: name.trim(), type, bounds: bounds ?? "", unit: "" });
    }
  }
  return found;
}

/** The POU a position stands in, by its name; "" outside. */
export function pouAt(text, position) {
  const found = [...text.slice(0, position).replace(COMMENT, (c) => c.replace(/[^\n]/g, " ")).matchAll(/\b(?:PROGRAM|FUNCTION_BLOCK)\s+([A-Za-z_]\w*)/gi)];
  return found.at(-1)?.[1] ?? "";
}

function reach(symbols, own, steps) {
  const [first, ...rest] = steps.map((step) => step.replace(/\[.*$/, ""));
  let member = own.get(first.toUpperCase()) ?? symbols.plant.find((m) => m.name.toUpperCase() === first.toUpperCase());
  let unit = member?.unit ?? "";
  for (const step of rest) {
    member = symbols.types[member?.type.toUpperCase()]?.find((m) => m.name.toUpperCase() === step.toUpperCase());
    unit = member?.unit || unit;
  }
  return member ? { ...member, unit } : null;
}

function detail(member, unit) {
  const type = member.bounds ? `ARRAY[${member.bounds}] OF ${member.type}` : member.type;
  return unit ? `${type}  ${unit}` : type;
}

function info(pou, path, member, unit) {
  return async () => {
    const box = document.createElement("div");
    const told = (text) => {
      const line = document.createElement("div");
      line.textContent = text;
      box.append(line);
    };
    told(detail(member, unit));
    if (member.role === "input" || member.role === "output") told(`${member.role} of the block`);
    const plain = member.bounds ? `${path}[${member.bounds.split("..")[0]}]` : path;
    const asks = [plain, `${plain}.Value`];
    try {
      const { values } = await post("/api/values", { pou, paths: asks });
      const now = values[plain] ?? values[`${plain}.Value`];
      told(now ? `now ${now.join("  ")}${unit ? ` ${unit}` : ""}` : "no single value");
    } catch {
      told("no value now");
    }
    return box;
  };
}

function option(pou, prefix, inherited) {
  return (member) => {
    const unit = member.unit || (MEASURED.has(member.type) ? inherited : "");
    return { label: member.name, detail: detail(member, unit), info: info(pou, prefix + member.name, member, unit) };
  };
}

/** A CodeMirror completion source. */
export async function complete(context) {
  const before = context.matchBefore(PATH);
  if (!before || (before.from === before.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  const symbols = await names();
  const own = variables(text);
  const pou = pouAt(text, context.pos);
  const steps = before.text.split(".");
  const typed = steps.pop();
  const from = context.pos - typed.length;
  if (steps.length) {
    const member = reach(symbols, own, steps);
    const members = member && symbols.types[member.type.toUpperCase()];
    if (!members) return null;
    return { from, options: members.map(option(pou, `${steps.join(".")}.`, member.unit)), validFor: /^\w*$/ };
  }
  if (!typed && !context.explicit) return null;
  const options = [
    ...[...own.values()].map(option(pou, "", "")),
    ...symbols.plant.map(option(pou, "", "")),
    ...Object.keys(symbols.enumerations).flatMap((of) => symbols.enumerations[of].map((name) => ({ label: name, type: "enum", detail: of }))),
    ...Object.keys(symbols.types).map((label) => ({ label, type: "class", detail: "type or block", boost: -1 })),
    ...[...KEYWORDS].map((label) => ({ label, type: "keyword", boost: -2 })),
  ];
  return { from, options, validFor: /^\w*$/ };
}
