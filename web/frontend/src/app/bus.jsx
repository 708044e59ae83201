// The bus monitor: decoded frames as they go by, what does not answer, a line for a foreign master.

import { useEffect, useState } from "preact/hooks";
import { mount } from "../lib/mount.jsx";
import { useLive } from "../lib/live.js";
import { get } from "../lib/post.js";
import { StateTag } from "../parts/state_tag.jsx";
import { TripFrames } from "../parts/trip_frames.jsx";
import "../parts/bus.css";

const LOOK_MS = 500;
const SHOWN = 60;

mount(function BusPage() {
  const buses = useLive((s) => s.buses) ?? [];
  const [picked, setPicked] = useState("");
  const name = picked || buses[0]?.name;
  return (
    <>
      <div class="row sheet">
        <div class="row" role="group" aria-label="Bus">
          {buses.map((bus) => (
            <button key={bus.name} aria-pressed={bus.name === name} onClick={() => setPicked(bus.name)}>
              {bus.name}
            </button>
          ))}
        </div>
      </div>
      <TripFrames />
      {name && <Monitor key={name} name={name} />}
    </>
  );
});

function useFrames(name, running) {
  const [told, setTold] = useState({ frames: [] });
  useEffect(() => {
    let timer = 0;
    let gone = false;
    let kept = [];
    let last = 0;
    const look = async () => {
      try {
        if (!document.hidden) {
          const found = await get(`/api/bus/${name}?after=${last}`);
          if (gone) return;
          const newest = found.frames[found.frames.length - 1]?.number;
          kept = [...kept, ...found.frames].slice(-400);
          last = newest ?? last;
          setTold({ ...found, frames: kept });
        }
      } catch (error) {
        if (!gone) setTold((was) => ({ ...was, error: error.message }));
      }
      timer = setTimeout(look, LOOK_MS);
    };
    if (running) look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [name, running]);
  return told;
}

const FILTERS = {
  all: () => true,
  writes: (frame) => frame.write,
  "not good": (frame) => !frame.good,
};

function Monitor({ name }) {
  const [running, setRunning] = useState(true);
  const [filter, setFilter] = useState("all");
  const [unit, setUnit] = useState("");
  const told = useFrames(name, running);
  const frames = told.frames.filter((f) => FILTERS[filter](f) && (!unit || String(f.unit) === unit || f.device.toLowerCase().startsWith(unit.toLowerCase())));
  const newest = told.frames[told.frames.length - 1]?.at_ns ?? 0;
  return (
    <>
      <section class="sheet">
        <div class="row between">
          <h2>Bus {name}</h2>
          <span class="row">
            <label class="line">unit or device <input size={8} value={unit} onInput={(event) => setUnit(event.currentTarget.value)} /></label>
            <span class="row" role="group" aria-label="Which frames">
              {Object.keys(FILTERS).map((key) => <button key={key} aria-pressed={filter === key} onClick={() => setFilter(key)}>{key}</button>)}
            </span>
            <button onClick={() => setRunning(!running)}>{running ? "Hold" : "Go on"}</button>
          </span>
        </div>
        {told.error && <p class="refusal" role="alert">{told.error}</p>}
        <div class="scroll frames" tabIndex={0} role="region" aria-label="Frames, the newest first">
          <table>
            <thead><tr><th class="num">ms ago</th><th></th><th class="num">unit</th><th>device</th><th>says</th><th class="bytes">bytes</th></tr></thead>
            <tbody>
              {frames.slice(-SHOWN).reverse().map((frame) => (
                <tr key={frame.number} class={`${frame.trip ? "trip" : ""} ${frame.good ? "" : "bad"}`}>
                  <td class="num">{((newest - frame.at_ns) / 1e6).toFixed(1)}</td>
                  <td>{frame.out ? "→" : "←"}<span class="unseen">{frame.out ? "asks" : "answers"}</span></td>
                  <td class="num">{frame.unit}</td>
                  <td>{frame.device}</td>
                  <td>
                    {frame.trip && <StateTag level="alarm">TRIP {frame.trip}</StateTag>} {!frame.good && "✕ "}
                    {frame.says}
                  </td>
                  <td class="bytes mono">{frame.bytes}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <div class="grid">
        <section class="sheet">
          <h2>Not answering</h2>
          {!told.silent?.length && <p>All {told.devices ?? ""} devices answer.</p>}
          <ul>
            {told.silent?.slice(0, 40).map((device) => <li key={device.name}>{device.name} (unit {device.unit}): {device.reason}</li>)}
            {told.silent?.length > 40 && <li>and {told.silent.length - 40} more</li>}
          </ul>
          <h3>Since the driver started</h3>
          <dl class="facts">
            {Object.entries(told.counters ?? {}).flatMap(([word, count]) => [<dt key={word}>{word}</dt>, <dd key={`${word}#`}>{count.toLocaleString("en")}</dd>])}
          </dl>
        </section>
        {told.look && (
          <section class="sheet">
            <h2>Look with a master that is not ours</h2>
            <p>The same simulated devices over Modbus TCP, to read:</p>
            <pre tabIndex={0} id="look">{told.look}</pre>
            <p class="faint">mbpoll is a Debian package. Numbers are registers as they are: of a module type, map version, mV, 0.1 °C.</p>
          </section>
        )}
      </div>
    </>
  );
}
