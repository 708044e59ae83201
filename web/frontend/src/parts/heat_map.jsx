// Every module of every string at a glance, by its deviation from its string's mean. Drawn by hand: 510 cells at 5 Hz.
//
// Grey is the mean. Warmer or higher: a darker cell with ▲; colder or lower: a darker cell with ▽. No data: hatched, "?".

import { useEffect, useRef, useState } from "preact/hooks";
import { onLive, useLive } from "../lib/live.js";
import { column, mean } from "../lib/modules.js";
import "./heat_map.css";

// Deviations at which a cell is drawn one step darker.
const STEPS = { T: [2, 4, 6, 8, 10], V: [0.1, 0.2, 0.3, 0.45, 0.6] };
const UNIT = { T: "°C", V: "V" };
const DIGITS = { T: 1, V: 2 };

export function HeatMap() {
  const [what, setWhat] = useState("T");
  const strings = useLive((s) => s.strings) ?? [];
  const names = strings.map((string) => `${string.name}:${string.count}`).join();
  return (
    <section class="sheet">
      <div class="row between">
        <h2>Modules against their string's mean</h2>
        <div class="row" role="group" aria-label="What is drawn">
          <button aria-pressed={what === "T"} onClick={() => setWhat("T")}>Temperature</button>
          <button aria-pressed={what === "V"} onClick={() => setWhat("V")}>Voltage</button>
        </div>
      </div>
      <Cells key={names} strings={strings} what={what} />
      <Legend what={what} />
    </section>
  );
}

function Legend({ what }) {
  const steps = STEPS[what];
  const unit = what === "T" ? "K" : "V";
  return (
    <p class="legend faint">
      <span class="cell d0" /> within {steps[0]} {unit}
      <span class="cell up d2">▴</span> over by {steps[1]} {unit}
      <span class="cell up d5">▲</span> by {steps[4]} {unit} or more
      <span class="cell down d3">▾</span> under
      <span class="cell old">~</span> old value
      <span class="cell none">?</span> no data
    </p>
  );
}

function Cells({ strings, what }) {
  const root = useRef(null);
  const told = useRef(null);
  useEffect(() => {
    const rows = strings.map((_, index) => ({ cells: [...root.current.children[index].querySelectorAll("button")], seen: {} }));
    let at = "";
    const say = (text) => {
      if (text !== at) told.current.textContent = at = text;
    };
    let pointed = null;
    const point = (event) => {
      const cell = event.target.closest?.("button");
      if (cell) {
        pointed = cell;
        say(cell.ariaLabel);
      }
    };
    root.current.addEventListener("pointerover", point);
    root.current.addEventListener("focusin", point);
    const end = onLive((state) => {
      rows.forEach((row, index) => draw(row, state, index + 1, strings[index].name, what));
      if (pointed) say(pointed.ariaLabel);
    });
    const element = root.current;
    return () => {
      end();
      element.removeEventListener("pointerover", point);
      element.removeEventListener("focusin", point);
    };
  }, [what]);
  return (
    <>
      <div class="heat live" ref={root} onKeyDown={walk}>
        {strings.map((string, index) => (
          <div class="heat-row" key={string.name} role="group" aria-label={`Modules of ${string.name}`}>
            <span class="heat-name">{string.name}</span>
            {Array.from({ length: string.count }, (_, module) => (
              <button key={module} type="button" class="cell none" tabIndex={index === 0 && module === 0 ? 0 : -1} onClick={() => showModule(index + 1)} aria-label={`${string.name} module ${module + 1}: no data`} />
            ))}
          </div>
        ))}
      </div>
      <p class="heat-told" ref={told}>Point at a module, or walk with the arrow keys; Enter shows its string in the table.</p>
    </>
  );
}

function showModule(number) {
  document.dispatchEvent(new CustomEvent("show-string", { detail: number }));
}

function draw(row, state, number, name, what) {
  const [values, bits] = [state[`${what}${number}`], state[`K${number}`]];
  if (row.seen.values === values && row.seen.bits === bits && row.seen.what === what) return;
  row.seen = { values, bits, what };
  const shown = column(state, what, number);
  const middle = mean(shown);
  row.cells.forEach((cell, index) => {
    const look = lookOf(shown, middle, index, what);
    if (cell.className !== look.css) cell.className = look.css;
    if (cell.textContent !== look.sign) cell.textContent = look.sign;
    const label = `${name} module ${index + 1}: ${look.text}`;
    if (cell.ariaLabel !== label) cell.ariaLabel = label;
  });
}

function lookOf({ values, ok }, middle, index, what) {
  const value = values[index];
  if (value == null) return { css: "cell none", sign: "?", text: "no data" };
  const said = `${value.toFixed(DIGITS[what])} ${UNIT[what]}`;
  if (!ok[index]) return { css: "cell old", sign: "~", text: `${said}, old or not plausible` };
  const off = value - middle;
  const step = STEPS[what].filter((limit) => Math.abs(off) >= limit).length;
  const text = `${said}, ${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(DIGITS[what])} ${what === "T" ? "K" : "V"} from the mean`;
  if (!step) return { css: "cell d0", sign: "", text };
  const sign = off > 0 ? (step > 3 ? "▲" : "▴") : step > 3 ? "▼" : "▾";
  return { css: `cell ${off > 0 ? "up" : "down"} d${step}`, sign, text };
}

// Arrow keys move among the cells; Tab leaves the map.
function walk(event) {
  const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  const move = moves[event.key];
  const here = event.target.closest("button");
  if (!move || !here) return;
  event.preventDefault();
  const rows = [...event.currentTarget.children].map((row) => [...row.querySelectorAll("button")]);
  const row = rows.findIndex((cells) => cells.includes(here));
  const next = rows[row + move[0]]?.[Math.min(rows[row].indexOf(here) + move[1], (rows[row + move[0]]?.length ?? 1) - 1)];
  if (!next) return;
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
