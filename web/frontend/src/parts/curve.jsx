// The warmest module of the hottest string since the start, and the ghost: the same string without the controller.

import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { onLive, useLive } from "../lib/live.js";
import { get } from "../lib/post.js";
import { plantClock } from "../lib/format.js";
import "./curve.css";

const STROKES = ["#3a4249", "#6a747b", "#8a9399", "#4e5b63", "#757f86"];
const GHOST = "#b3261e";

export function Curve() {
  const strings = useLive((s) => s.strings) ?? [];
  const ghosts = useLive((s) => s.ghosts);
  const [picked, setPicked] = useState("hottest");
  if (!strings.length || !ghosts) return <section class="sheet"><h2>Warmest module</h2><p>No values yet.</p></section>;
  const named = Object.keys(ghosts);
  return (
    <section class="sheet">
      <div class="row between">
        <h2>Warmest module{named.length ? ", and the ghost without a controller" : ""}</h2>
        <label class="line">
          string
          <select value={picked} onChange={(event) => setPicked(event.currentTarget.value)}>
            <option value="hottest">hottest</option>
            <option value="all">all</option>
            {strings.map((s) => <option key={s.name}>{s.name}</option>)}
          </select>
        </label>
      </div>
      <Plot strings={strings.map((s) => s.name)} ghosts={named} picked={picked} />
    </section>
  );
}

function chosen(data, strings, picked) {
  if (picked === "all") return strings.map((_, index) => index);
  if (picked !== "hottest") return [strings.indexOf(picked)];
  const tops = strings.map((_, index) => Math.max(...data.lines[index].filter((v) => v != null), -Infinity));
  return [tops.indexOf(Math.max(...tops))];
}

function Plot({ strings, ghosts, picked }) {
  const box = useRef(null);
  const told = useRef(null);
  useEffect(() => {
    const data = { t: [], lines: [...strings, ...ghosts].map(() => []) };
    let plot = null;
    let shown = "";
    let seen = null;
    let gone = false;
    const redraw = () => {
      const which = data.t.length ? chosen(data, strings, picked) : [0];
      const key = which.join();
      const rows = [data.t, ...which.map((index) => data.lines[index]), ...ghosts.map((_, g) => data.lines[strings.length + g])];
      if (key !== shown || !plot) {
        plot?.destroy();
        plot = new uPlot(options(box.current, which.map((index) => strings[index]), ghosts), rows, box.current);
        shown = key;
      } else plot.setData(rows);
      told.current.textContent = sentence(data, which.map((index) => strings[index]), which, ghosts, strings.length);
    };
    const load = () =>
      get("/api/curve")
        .then((kept) => {
          if (gone) return;
          data.t = kept.t;
          data.lines = [...strings, ...ghosts].map((name) => kept.lines[name] ?? []);
          redraw();
        })
        .catch(() => setTimeout(() => gone || load(), 3000));
    load();
    const end = onLive((state) => {
      if (!state.point || state.point === seen) return;
      seen = state.point;
      if (data.t.length && seen.t <= data.t[data.t.length - 1]) {
        if (seen.t < data.t[data.t.length - 1]) load();
        return;
      }
      data.t.push(seen.t);
      seen.values.forEach((value, index) => data.lines[index].push(value));
      redraw();
    });
    const fit = new ResizeObserver(() => plot?.setSize({ width: box.current.clientWidth, height: 240 }));
    fit.observe(box.current);
    return () => {
      gone = true;
      end();
      fit.disconnect();
      plot?.destroy();
    };
  }, [picked]);
  return (
    <>
      <div class="curve live" ref={box} role="img" aria-label="Curve of temperatures; the sentence below tells the last values" />
      <p ref={told} class="faint" />
    </>
  );
}

function sentence(data, names, which, ghosts, first) {
  const last = (line) => line?.[line.length - 1];
  const said = names.map((name, i) => `${name} ${last(data.lines[which[i]])?.toFixed(1) ?? "no data"} °C`);
  ghosts.forEach((name, g) => said.push(`${name} ${last(data.lines[first + g])?.toFixed(1) ?? "no data"} °C`));
  return `Now: ${said.join(", ")}.`;
}

function options(box, names, ghosts) {
  const line = (label, stroke, dash) => ({ label, stroke, dash, width: 2, points: { show: false }, value: (_, v) => (v == null ? "–" : `${v.toFixed(1)} °C`) });
  const axis = { stroke: "#20262a", grid: { stroke: "#d5d9db" }, ticks: { stroke: "#c3c8cb" }, font: "12px system-ui, sans-serif" };
  return {
    width: box.clientWidth,
    height: 240,
    cursor: { drag: { x: true, y: false } },
    scales: { x: { time: false } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((t) => plantClock(t).slice(0, -3)), space: 70 },
      { ...axis, values: (_, ticks) => ticks.map((v) => `${v} °C`), size: 62 },
    ],
    series: [
      { label: "plant time", value: (_, t) => (t == null ? "–" : plantClock(t)) },
      ...names.map((name, index) => line(name, STROKES[index % STROKES.length])),
      ...ghosts.map((name) => line(`${name} (no controller)`, GHOST, [6, 4])),
    ],
  };
}
