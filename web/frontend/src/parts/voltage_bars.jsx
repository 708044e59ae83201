// Every block's voltage as a bar of its string, as in a discharge analysis: the bar is now, the mark the lowest of the test.
// Drawn on a canvas, since 510 bars move at once; the sentence below says the same in words.

import { useEffect, useRef } from "preact/hooks";
import { onLive, useLive } from "../lib/live.js";
import { column, mean } from "../lib/modules.js";

const HEIGHT = 110;
const LOWEST_CELL_V = 1.67;

export function VoltageBars({ lowest }) {
  const strings = useLive((s) => s.strings) ?? [];
  return (
    <section class="sheet">
      <h2>Block voltages</h2>
      <p class="faint">Bar: now. Mark: lowest in this or the last test. Dashed: {LOWEST_CELL_V} V a cell, where a test stops.</p>
      {strings.map((string, index) => (
        <Bars key={string.name} string={string} number={index + 1} lowest={lowest[index + 1]} />
      ))}
    </section>
  );
}

function Bars({ string, number: n, lowest }) {
  const canvas = useRef(null);
  const told = useRef(null);
  const marks = useRef(lowest);
  marks.current = lowest;
  useEffect(() => {
    let seen = null;
    let seenMarks = null;
    return onLive((state) => {
      if (seen === state[`V${n}`] && seenMarks === marks.current) return;
      seen = state[`V${n}`];
      seenMarks = marks.current;
      const volts = column(state, "V", n);
      draw(canvas.current, volts, marks.current, string.cells);
      told.current.textContent = sentence(string.name, volts);
    });
  }, []);
  return (
    <div class="live">
      <h3>{string.name}</h3>
      <canvas ref={canvas} height={HEIGHT} role="img" aria-label={`Block voltages of ${string.name}; the sentence below tells the weakest`} />
      <p ref={told} class="faint" />
    </div>
  );
}

function sentence(name, volts) {
  const order = volts.values.map((v, i) => [v, i + 1]).filter(([, i]) => volts.ok[i - 1]).sort((a, b) => a[0] - b[0]);
  if (!order.length) return `${name}: no data`;
  const said = order.slice(0, 3).map(([v, i]) => `module ${i} ${v.toFixed(2)} V`);
  return `Mean ${mean(volts).toFixed(2)} V; lowest ${said.join(", ")}. ${volts.values.length - order.length ? `${volts.values.length - order.length} without data.` : ""}`;
}

function draw(canvas, { values, ok }, marks, cells) {
  const width = canvas.parentElement.clientWidth;
  if (canvas.width !== width) canvas.width = width;
  const limit = LOWEST_CELL_V * cells;
  const [low, high] = [limit * 0.94, cells * 2.5];
  const y = (v) => HEIGHT - 4 - ((Math.min(Math.max(v, low), high) - low) / (high - low)) * (HEIGHT - 10);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, HEIGHT);
  const step = width / values.length;
  const bar = Math.max(2, step - 2);
  values.forEach((v, i) => {
    const x = i * step;
    if (v == null || !ok[i]) {
      pen.strokeStyle = "#5a646b";
      pen.setLineDash([3, 3]);
      pen.strokeRect(x + 0.5, 6, bar - 1, HEIGHT - 11);
      pen.setLineDash([]);
      return;
    }
    pen.fillStyle = v < limit ? "#b3261e" : "#8a9399";
    pen.fillRect(x, y(v), bar, HEIGHT - 4 - y(v));
    if (marks?.[i] != null) {
      pen.fillStyle = "#20262a";
      pen.fillRect(x, y(marks[i]) - 1, bar, 3);
    }
  });
  pen.strokeStyle = "#20262a";
  pen.setLineDash([6, 4]);
  pen.beginPath();
  pen.moveTo(0, y(limit));
  pen.lineTo(width, y(limit));
  pen.stroke();
  pen.setLineDash([]);
}
