// What the controller's compiler knows at a place of the text: the same that `plc lsp` tells other editors.

import { post } from "../lib/post.js";

/** Line and column of a position, as the compiler counts: from 1, in characters. */
export function placeOf(doc, position) {
  const line = doc.lineAt(position);
  return { line: line.number, column: [...doc.sliceString(line.from, position)].length + 1 };
}

/** The position of a place in the text, at most its line's end. */
export function positionOf(doc, line, column) {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  const before = [...found.text].slice(0, Math.max(0, column - 1)).join("");
  return found.from + before.length;
}

/** Asks for one program; answers null where the compiler has nothing to tell or no time. */
export class Compiler {
  constructor(name, others) {
    this.name = name;
    this.others = others;
  }

  async ask(wanted, doc, position = 0) {
    const content = { wanted, text: doc.toString(), others: this.others(), ...placeOf(doc, position) };
    return post(`/api/programs/${this.name}/help`, content);
  }

  async tell(wanted, doc, position) {
    try {
      return await this.ask(wanted, doc, position);
    } catch {
      return null;
    }
  }
}

/** What a name holds in the running set, as text; "" for nothing. */
export async function present(pou, path) {
  if (!path) return "";
  const plain = path.replace(/\[[^\]]*[A-Za-z_][^\]]*\]/g, "[1]");
  try {
    const { values } = await post("/api/values", { pou, paths: [...new Set([path, `${path}.Value`, plain, `${plain}.Value`])] });
    const now = values[path] ?? values[`${path}.Value`] ?? values[plain] ?? values[`${plain}.Value`];
    return now ? `now ${now.join("  ")}` : "no single value";
  } catch {
    return "no value now";
  }
}

/** Lines of text in a box of their own. */
export function box(className, lines) {
  const made = document.createElement("div");
  made.className = className;
  for (const text of lines.filter(Boolean)) {
    const line = document.createElement("div");
    line.textContent = text;
    made.append(line);
  }
  return made;
}
