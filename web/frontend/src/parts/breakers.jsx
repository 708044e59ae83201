// Each breaker: what its contacts say, where its trip sequence stands, what is missing until a reset, the reset.

import { useLive } from "../lib/live.js";
import { duration } from "../lib/format.js";
import { Ask } from "./ask.jsx";
import { StateTag, breakerLevel } from "./state_tag.jsx";
import "./breakers.css";

const PHASES = {
  normal: "no trip",
  requested: "a trip is asked for; it begins as soon as inputs are read",
  held: "held back: too many strings have opened within the hour; a person must confirm it",
  pulse: "the trip coil is pulsed, the contacts are awaited",
  latched: "tripped and latched",
  resettable: "tripped; may be reset now",
};

export function Breakers() {
  const breakers = useLive((s) => s.breakers);
  const simulated = document.querySelector(".simulated");
  if (!breakers) return <section class="sheet"><h2>Breakers</h2><p>No values yet.</p></section>;
  const tripped = breakers.filter((b) => b.phase !== "normal");
  const others = breakers.filter((b) => b.phase === "normal");
  return (
    <section class="live" aria-label="Breakers">
      {!tripped.length && <p class="sheet">No breaker has tripped.</p>}
      {tripped.map((breaker) => <Tripped key={breaker.name} breaker={breaker} simulated={simulated} />)}
      <div class="sheet scroll" tabIndex={0} role="region" aria-label="Breakers without a trip">
        <table>
          <thead><tr><th>breaker</th><th>string</th><th>contacts</th><th>trip sequence</th></tr></thead>
          <tbody>
            {others.map((breaker) => (
              <tr key={breaker.name}>
                <th scope="row">{breaker.name}</th>
                <td>{breaker.strings}</td>
                <td><StateTag level={breakerLevel(breaker)}>{breaker.state}</StateTag></td>
                <td>
                  {breaker.pending_ns >= 0 ? <StateTag level="alarm">TRIPS in {duration(breaker.pending_ns / 1e9)} of plant time</StateTag> : PHASES.normal}
                  {!breaker.armed && " · alarm only, not armed"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Tripped({ breaker, simulated }) {
  const waiting = useLive((s) => s.waiting?.[breaker.name]);
  const may = breaker.phase === "resettable";
  return (
    <article class="sheet tripped" aria-label={`Trip of ${breaker.name}`}>
      <div class="row between">
        <h2>{breaker.strings}: {breaker.name} {breaker.failed ? "did NOT open" : "tripped"}</h2>
        <span class="row">
          <StateTag level={breakerLevel(breaker)}>{breaker.state}</StateTag>
          {breaker.failed && <StateTag level="alarm">FAILED TO OPEN</StateTag>}
          {!breaker.armed && <StateTag level="warn">ALARM ONLY: not armed</StateTag>}
        </span>
      </div>
      <p class="first-out">First out: {breaker.first_out}</p>
      <p>{PHASES[breaker.phase] ?? breaker.phase}.</p>
      {breaker.missing.length > 0 && (
        <>
          <h3>Missing until it may be reset</h3>
          <ul>{(waiting?.length ? [...breaker.missing.filter((text) => !text.endsWith("allow the reset yet")), ...waiting] : breaker.missing).map((text) => <li key={text}>{text}</li>)}</ul>
        </>
      )}
      <div class="row">
        {breaker.phase === "held" && (
          <Ask does={`Confirm the trip of ${breaker.name}`} strong path="/api/commands" content={{ kind: "confirm", subject: breaker.name }} says={`${breaker.name} opens now.`} />
        )}
        <Ask
          does={`Reset ${breaker.name}`}
          strong={may}
          disabled={!may}
          because={breaker.missing.join("; ") || "the trip is under way"}
          path="/api/commands"
          content={{ kind: "reset", subject: breaker.name }}
          says={`Takes back the latch of ${breaker.name}. It closes nothing: the breaker is closed by hand, once the string has been looked at.`}
        />
        {simulated && breaker.state === "OPEN" && (
          <Ask does={`Close ${breaker.name} by hand`} path="/api/demo/close" content={{ subject: breaker.name }} why="demo: close by hand" says="On this simulated site a click stands for the hand at the breaker." />
        )}
      </div>
    </article>
  );
}
