// The frames that opened a breaker, with their milliseconds after the scan that began the pulse.

import { useEffect, useState } from "preact/hooks";
import { useLive } from "../lib/live.js";
import { get } from "../lib/post.js";
import { moment } from "../lib/format.js";
import { StateTag } from "./state_tag.jsx";

export function TripFrames() {
  const breakers = useLive((s) => s.breakers);
  const [trip, setTrip] = useState(null);
  useEffect(() => {
    const load = () => get("/api/trips").then(({ trips }) => setTrip(trips.find((t) => t.frames.length) ?? null), () => {});
    load();
    const later = setTimeout(load, 2500);
    return () => clearTimeout(later);
  }, [breakers]);
  if (!trip) return null;
  return (
    <section class="sheet" aria-label="Frames of the last trip">
      <h2>
        The last trip on the wire: {trip.strings.join(", ")}, {trip.breaker}, {moment(trip.unix_ns / 1e6)}
      </h2>
      <FrameList frames={trip.frames} />
    </section>
  );
}

export function FrameList({ frames }) {
  return (
    <ol class="wire">
      {frames.map(({ bus, after_ms: after, frame }) => (
        <li key={frame.at_ns}>
          <strong>+{after.toFixed(1)} ms</strong>
          <span>{frame.out ? "→" : "←"} {bus}, {frame.device}</span>
          <span>
            {frame.trip && <StateTag level="alarm">TRIP</StateTag>} {frame.says} <code>{frame.bytes}</code>
          </span>
        </li>
      ))}
    </ol>
  );
}
