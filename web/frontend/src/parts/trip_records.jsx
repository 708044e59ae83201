// Every trip so far with its why, recorded at the scan that asked for it, and what the breaker did since.

import { useEffect, useState } from "preact/hooks";
import { useLive } from "../lib/live.js";
import { moment, plantClock } from "../lib/format.js";
import { get } from "../lib/post.js";
import { StateTag } from "./state_tag.jsx";
import { FrameList } from "./trip_frames.jsx";

export function TripRecords() {
  const breakers = useLive((s) => s.breakers);
  const [told, setTold] = useState(null);
  useEffect(() => {
    let gone = false;
    const load = () => get("/api/trips").then((found) => gone || setTold(found), () => {});
    load();
    // the record is written a moment after the request shows, its frames once the pulse is over
    const later = [500, 2500].map((ms) => setTimeout(load, ms));
    return () => {
      gone = true;
      later.forEach(clearTimeout);
    };
  }, [breakers]);
  if (!told) return null;
  return (
    <section class="records" aria-label="Record of trips">
      <h2>Why, as it was at the trip</h2>
      {!told.trips.length && <p class="sheet">No trip has been recorded.</p>}
      {told.trips.map((trip) => <Record key={`${trip.unix_ns}${trip.breaker}`} trip={trip} steps={stepsOf(trip, told)} />)}
    </section>
  );
}

// What the breaker did from this trip on, until the next one.
function stepsOf(trip, { trips, steps }) {
  const next = Math.min(...trips.filter((t) => t.breaker === trip.breaker && t.unix_ns > trip.unix_ns).map((t) => t.unix_ns));
  return steps.filter((step) => step.subject === trip.breaker && step.wall_ns >= trip.unix_ns && step.wall_ns < next);
}

function Record({ trip, steps }) {
  return (
    <article class="sheet" aria-label={`Trip of ${trip.breaker} recorded`}>
      <h3>{trip.text}</h3>
      <p class="faint">
        {moment(trip.unix_ns / 1e6)}, plant time {plantClock(trip.program_ns / 1e9)}, scan {trip.scan}, set <span class="mono">{trip.set_hash.slice(0, 12)}</span>. {lateness(trip)}
      </p>
      {trip.causes.map((cause) => <Cause key={cause.key} cause={cause} trip={trip} />)}
      <h3>What the breaker did</h3>
      <ol class="sequence">
        {steps.map((step) => (
          <li key={step.sequence}>
            <span>+{((step.wall_ns - trip.unix_ns) / 1e6).toFixed(0)} ms</span>
            <strong>{step.kind}</strong>
            <span>{step.text}</span>
          </li>
        ))}
        {!steps.length && <li>Not known any more: the engine's events begin later.</li>}
      </ol>
      {trip.frames.length > 0 && (
        <>
          <h3>What went over the wire, counted from the scan that began the pulse</h3>
          <FrameList frames={trip.frames} />
        </>
      )}
    </article>
  );
}

function lateness({ late_scans: late }) {
  if (late < 0) return "Its legs were gone when they were to be read: nobody was there to record them.";
  if (late === 0) return "Read from the very scan that asked for the trip.";
  return `Read ${late} scans after the one that asked for the trip.`;
}

function Cause({ cause, trip }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Legs of ${cause.key}`}>
      <table>
        <caption class="unseen">Legs of {cause.key}</caption>
        <thead>
          <tr><th>leg</th><th>holds</th><th>value</th><th>limit</th><th>since</th><th>line</th></tr>
        </thead>
        <tbody>
          {cause.legs.map((leg) => (
            <tr key={leg.name} class={leg.holds ? "" : "leg-no"}>
              <th scope="row">{leg.name}{leg.says !== leg.name && <><br /><span class="faint">{leg.says}</span></>}</th>
              <td data-label="holds">{leg.holds == null ? <StateTag level="unknown">not known</StateTag> : leg.holds ? <StateTag level="alarm">YES</StateTag> : "no"}</td>
              <td data-label="value">{leg.value || "–"}</td>
              <td data-label="limit">{leg.limit || "–"}</td>
              <td data-label="since">{leg.since_s == null ? "–" : `${plantClock(leg.since_s)} (${((trip.program_ns / 1e9 - leg.since_s) / 60).toFixed(0)} min before)`}</td>
              <td data-label="line">
                <a href={`/programs/${cause.program}?line=${leg.line}`}>{leg.file} line {leg.line || "?"}</a>
                <br />
                <code>{leg.code}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
