// A trial on the virtual clock: draft and armed set over the same simulated plant, side by side.

import { useState } from "preact/hooks";
import { plantClock } from "../lib/format.js";
import { Refused, post } from "../lib/post.js";

const WIDTH = 1000;
const LANES = ["armed", "draft"];

export function Try({ name, text, others, sound }) {
  const [hours, setHours] = useState("3");
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState(null);
  const run = async () => {
    setBusy(true);
    setResult(null);
    try {
      setResult({ of: text, ...(await post(`/api/programs/${name}/try`, { text, others, hours: Number(hours) })) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setResult({ problem: error.message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <h2>Try on the virtual clock</h2>
      <p class="faint">The draft and the armed set each run with the real scan over a simulated plant of their own, from the prepared state, with the same seed and scenario. Nothing that runs is touched.</p>
      <p class="row">
        <label class="line">
          plant hours
          <input type="number" min="0.1" max="12" step="any" value={hours} onInput={(event) => setHours(event.currentTarget.value)} />
        </label>
        <button class="strong" disabled={!sound || busy} onClick={run}>
          {busy ? "trying …" : "Try the draft"}
        </button>
        {!sound && <span class="faint">the draft has errors, or is not checked yet</span>}
      </p>
      {result?.problem && <p class="refusal" role="alert">{result.problem}</p>}
      {result?.draft && <Result result={result} stale={result.of !== text} />}
    </>
  );
}

function Result({ result, stale }) {
  const { armed, draft } = result;
  const rows = [...tracks(armed.breakers, draft.breakers, "breaker"), ...tracks(armed.relays, draft.relays, "relay")];
  return (
    <div role="region" aria-label="Result of the trial">
      {stale && <p class="refusal">The text has changed since this trial.</p>}
      <ul class="changes" aria-label="What differs">
        {result.differences.map((said) => (
          <li key={said}>{said}</li>
        ))}
      </ul>
      <p class="faint">
        {plantClock(result.lasted_s)} of plant time in steps of {result.step_s} s{result.scenario && `, scenario ${result.scenario} with string ${result.faulty}`}; took {result.took_s} s
      </p>
      <div class="scroll timeline" tabIndex={0} role="region" aria-label="Timeline of breakers and relays">
        <Axis lasted={result.lasted_s} />
        {rows.map((row) => (
          <Row key={row.name} row={row} lasted={result.lasted_s} />
        ))}
        {result.faulty && <Curve result={result} />}
      </div>
      <details>
        <summary>Trips, alarms and faults of both</summary>
        <div class="grid">
          {LANES.map((lane) => (
            <Events key={lane} name={lane} events={result[lane].events} />
          ))}
        </div>
      </details>
    </div>
  );
}

function tracks(before, after, kind) {
  return after.map((track, index) => ({ name: track.name, kind, armed: before[index].changes, draft: track.changes }));
}

/** The stretches of a track that are drawn: a breaker that is open, a relay that is on. */
function stretches(changes, kind, lasted) {
  return changes.flatMap(([at, value], index) => {
    const until = changes[index + 1]?.[0] ?? lasted;
    const drawn = kind === "breaker" ? value !== "CLOSED" : value === "on";
    return drawn ? [{ at, until, value }] : [];
  });
}

function Row({ row, lasted }) {
  return (
    <div class="trow">
      <span class="tname">
        {row.name} <span class="faint">{row.kind === "breaker" ? "open" : "on"}</span>
      </span>
      <svg viewBox={`0 0 ${WIDTH} 34`} preserveAspectRatio="none" role="img" aria-label={told(row, lasted)}>
        {LANES.map((lane, index) => (
          <g key={lane} class={lane}>
            <line x1="0" x2={WIDTH} y1={index * 17 + 15} y2={index * 17 + 15} class="base" />
            {stretches(row[lane], row.kind, lasted).map((s) => (
              <rect key={s.at} x={(s.at / lasted) * WIDTH} width={Math.max(3, ((s.until - s.at) / lasted) * WIDTH)} y={index * 17 + 2} height="13" class={s.value.toLowerCase()}>
                <title>{`${lane}: ${s.value} from ${plantClock(s.at)} to ${plantClock(s.until)}`}</title>
              </rect>
            ))}
          </g>
        ))}
      </svg>
    </div>
  );
}

function told(row, lasted) {
  const say = (lane) => {
    const found = stretches(row[lane], row.kind, lasted);
    return found.length ? found.slice(0, 3).map((s) => `${s.value} from ${plantClock(s.at)} to ${plantClock(s.until)}`).join(", ") : row.kind === "breaker" ? "stays closed" : "stays off";
  };
  return `${row.name}: armed ${say("armed")}; draft ${say("draft")}`;
}

function Axis({ lasted }) {
  const marks = Array.from({ length: 7 }, (_, index) => (lasted * index) / 6);
  return (
    <div class="trow axis">
      <span class="tname">
        <span class="key armed">armed</span> <span class="key draft">draft</span>
      </span>
      <span class="marks">
        {marks.map((at) => (
          <span key={at}>{plantClock(at)}</span>
        ))}
      </span>
    </div>
  );
}

function Curve({ result }) {
  const lanes = LANES.map((lane) => ({ lane, values: result[lane].hottest_degc[result.faulty] ?? [] }));
  const all = lanes.flatMap((lane) => lane.values);
  if (!all.length) return null;
  const low = Math.min(...all) - 1;
  const high = Math.max(...all) + 1;
  const points = (values) => values.map((v, index) => `${(result.curve_s[index] / result.lasted_s) * WIDTH},${100 - ((v - low) / (high - low)) * 100}`).join(" ");
  return (
    <div class="trow">
      <span class="tname">
        {result.faulty} hottest block <span class="faint">{low.toFixed(0)} to {high.toFixed(0)} °C</span>
      </span>
      <svg viewBox={`0 0 ${WIDTH} 100`} preserveAspectRatio="none" class="curve" role="img" aria-label={`hottest block of ${result.faulty}: armed up to ${Math.max(...lanes[0].values)} degC, draft up to ${Math.max(...lanes[1].values)} degC`}>
        {lanes.map(({ lane, values }) => (
          <polyline key={lane} class={lane} points={points(values)} />
        ))}
      </svg>
    </div>
  );
}

function Events({ name, events }) {
  return (
    <div>
      <h3>{name}</h3>
      <ul class="events">
        {events.map((event, index) => (
          <li key={index}>
            <b class="mono">{plantClock(event.at_s)}</b> {event.kind}: {event.text}
          </li>
        ))}
        {!events.length && <li>nothing happened</li>}
      </ul>
    </div>
  );
}
