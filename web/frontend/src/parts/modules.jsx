// The modules of one string, or of all, sortable. Rows are made once; their cells are written as values come.

import { useEffect, useRef, useState } from "preact/hooks";
import { onLive, useLive } from "../lib/live.js";
import { B, R, T, V, age } from "../lib/modules.js";
import { duration, NONE } from "../lib/format.js";
import "./modules.css";

const COLUMNS = [
  { key: "module", title: "module", sort: (m) => m.string * 1000 + m.index },
  { key: "V", title: "voltage", unit: "V", bit: V, scale: 1000, digits: 3 },
  { key: "T", title: "temperature", unit: "°C", bit: T, scale: 10, digits: 1 },
  { key: "R", title: "resistance", unit: "mΩ", bit: R, scale: 100, digits: 2 },
  { key: "B", title: "bypass", unit: "mA", bit: B, scale: 1, digits: 0 },
  { key: "ok", title: "Ok", sort: (m, s) => s[`K${m.string}`]?.[m.index] ?? -1 },
  { key: "age", title: "age", sort: (m, s) => age(s, m.string, m.index) ?? Infinity },
];
const SORT_EVERY_MS = 2000;

export function Modules() {
  const strings = useLive((s) => s.strings) ?? [];
  const [chosen, setChosen] = useState(1);
  const [sort, setSort] = useState({ key: "module", down: false });
  const section = useRef(null);
  useEffect(() => {
    const show = (event) => {
      setChosen(event.detail);
      section.current.scrollIntoView({ block: "start" });
    };
    document.addEventListener("show-string", show);
    return () => document.removeEventListener("show-string", show);
  }, []);
  if (!strings.length) return null;
  const shown = chosen ? [chosen] : strings.map((_, index) => index + 1);
  const order = (key) => setSort((was) => ({ key, down: was.key === key ? !was.down : key !== "module" }));
  return (
    <section class="sheet" ref={section}>
      <div class="row between">
        <h2>Modules</h2>
        <label class="line">
          string
          <select value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            <option value={0}>all</option>
            {strings.map((string, index) => <option key={string.name} value={index + 1}>{string.name}</option>)}
          </select>
        </label>
      </div>
      <div class="scroll modules live" tabIndex={0} role="region" aria-label="Table of modules">
        <table>
          <thead>
            <tr>
              {COLUMNS.map((c) => (
                <th key={c.key} class={c.unit || c.key === "age" ? "num" : ""} aria-sort={sort.key === c.key ? (sort.down ? "descending" : "ascending") : "none"}>
                  <button onClick={() => order(c.key)}>
                    {c.title}{c.unit && ` ${c.unit}`}
                    {sort.key === c.key ? (sort.down ? " ▾" : " ▴") : ""}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <Rows key={shown.join()} strings={strings} shown={shown} sort={sort} />
        </table>
      </div>
    </section>
  );
}

function Rows({ strings, shown, sort }) {
  const body = useRef(null);
  useEffect(() => {
    const modules = shown.flatMap((string) => Array.from({ length: strings[string - 1].count }, (_, index) => ({ string, index })));
    for (const module of modules) module.row = rowFor(strings[module.string - 1].name, module.index);
    body.current.replaceChildren(...modules.map((module) => module.row));
    body.current.modules = modules;
    return onLive((state) => modules.forEach((module) => write(module, state)));
  }, []);
  useEffect(() => {
    let sortedAt = 0;
    return onLive((state) => {
      if (sort.key === "module" && sortedAt) return;
      if (performance.now() - sortedAt < SORT_EVERY_MS && sortedAt) return;
      sortedAt = performance.now();
      arrange(body.current, state, sort);
    });
  }, [sort.key, sort.down]);
  return <tbody ref={body} />;
}

function rowFor(name, index) {
  const row = document.createElement("tr");
  for (const c of COLUMNS) {
    const cell = document.createElement(c.key === "module" ? "th" : "td");
    if (c.key === "module") cell.scope = "row";
    if (c.unit || c.key === "age") cell.className = "num";
    cell.textContent = c.key === "module" ? `${name} ${index + 1}` : NONE;
    row.append(cell);
  }
  return row;
}

function write(module, state) {
  const bits = state[`K${module.string}`]?.[module.index] ?? 0;
  const cells = module.row.children;
  COLUMNS.forEach((c, at) => {
    if (!c.unit) return;
    const raw = state[`${c.key}${module.string}`]?.[module.index];
    put(cells[at], raw == null ? "no data" : (raw / c.scale).toFixed(c.digits), raw == null ? "num none" : bits & c.bit ? "num" : "num old");
  });
  const bad = COLUMNS.filter((c) => c.bit && !(bits & c.bit)).map((c) => c.title);
  put(cells[5], bad.length ? `not Ok: ${bad.join(", ")}` : "Ok", bad.length ? "old" : "");
  put(cells[6], duration(age(state, module.string, module.index)), "num");
}

function put(cell, text, css) {
  if (cell.textContent !== text) cell.textContent = text;
  if (cell.className !== css) cell.className = css;
}

function arrange(body, state, { key, down }) {
  const c = COLUMNS.find((column) => column.key === key);
  const value = c.sort ?? ((m, s) => s[`${key}${m.string}`]?.[m.index] ?? -Infinity);
  const sorted = [...body.modules].sort((a, b) => (down ? -1 : 1) * (value(a, state) - value(b, state)));
  sorted.forEach((module, at) => {
    if (body.children[at] !== module.row) body.insertBefore(module.row, body.children[at]);
  });
}
