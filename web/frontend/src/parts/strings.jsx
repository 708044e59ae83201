// Each string: its state, its breaker, what it draws, its warmest block. Normal is grey.

import { useLive } from "../lib/live.js";
import { column, mean, warmest } from "../lib/modules.js";
import { duration, number } from "../lib/format.js";
import { StateTag, breakerLevel } from "./state_tag.jsx";
import "./strings.css";

export function Strings() {
  const strings = useLive((s) => s.strings);
  const breakers = useLive((s) => s.breakers) ?? [];
  if (!strings) return <section class="sheet"><h2>Strings</h2><p>No values yet.</p></section>;
  return (
    <section class="strings live" aria-label="Strings">
      {strings.map((string, index) => (
        <StringCard key={string.name} string={string} number={index + 1} breaker={breakers.find((b) => b.name === string.breaker)} />
      ))}
    </section>
  );
}

function StringCard({ string, number: n, breaker }) {
  const level = breakerLevel(breaker);
  return (
    <article class={`sheet string ${breaker ? level : ""}`} aria-label={`String ${string.name}`}>
      <div class="row between">
        <h2>{string.name}</h2>
        <StateTag level={string.state === "UNKNOWN" ? "unknown" : ""}>{string.state}</StateTag>
      </div>
      <div class="row between">
        <span>breaker {string.breaker || "none"}</span>
        {breaker && <StateTag level={level}>{breaker.latched ? `${breaker.state}, TRIPPED` : breaker.state}</StateTag>}
      </div>
      {breaker && !breaker.armed && <p><StateTag level="warn">ALARM ONLY: not armed</StateTag></p>}
      {breaker && breaker.pending_ns >= 0 && (
        <p>
          <StateTag level="alarm">TRIPS in {duration(breaker.pending_ns / 1e9)} of plant time</StateTag>
        </p>
      )}
      {breaker?.latched && (
        <p>
          <a href="/trips">Why did {string.breaker} open?</a>
        </p>
      )}
      <dl class="facts">
        <dt>current</dt>
        <dd>{!string.has_current ? "no sensor" : <Shown value={string.current} ok={string.current_ok} digits={2} unit="A" />}</dd>
        <dt>ambient</dt>
        <dd><Shown value={string.ambient} ok={string.ambient_ok} digits={1} unit="°C" /></dd>
        <Temperatures n={n} />
        <dt>smoke</dt>
        <dd>{string.smoke == null ? <StateTag level="unknown">not known</StateTag> : string.smoke ? <StateTag level="alarm">SMOKE</StateTag> : "none"}</dd>
      </dl>
    </article>
  );
}

function Temperatures({ n }) {
  useLive((s) => s[`T${n}`]);
  useLive((s) => s[`V${n}`]);
  const bits = useLive((s) => s[`K${n}`]);
  const facts = useLive((s) => summary(s, n));
  const [warm, at, degc, volts, fresh, count] = facts.split("|");
  return (
    <>
      <dt>mean</dt>
      <dd>
        {degc} °C, {volts} V
      </dd>
      <dt>warmest</dt>
      <dd>
        {warm} °C{at && `, module\u00a0${at}`}
      </dd>
      <dt>modules</dt>
      <dd>{bits == null ? "–" : fresh === count ? `${count} read` : <StateTag level="unknown">{fresh} of {count} read</StateTag>}</dd>
    </>
  );
}

function summary(state, n) {
  const temperatures = column(state, "T", n);
  const volts = column(state, "V", n);
  const at = warmest(temperatures);
  const fresh = temperatures.ok.filter(Boolean).length;
  const warm = at < 0 ? null : temperatures.values[at];
  return [number(warm, 1), at < 0 ? "" : at + 1, number(mean(temperatures), 1), number(mean(volts), 2), fresh, temperatures.values.length].join("|");
}

function Shown({ value, ok, digits, unit }) {
  if (value == null) return <StateTag level="unknown">no data</StateTag>;
  if (!ok) return <StateTag level="unknown">{number(value, digits)} {unit}, old</StateTag>;
  return <>{number(value, digits)} {unit}</>;
}
