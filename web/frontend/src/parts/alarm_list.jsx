// Alarms to ISA-18.2: one a string, most urgent first; acknowledging is not clearing.

import { useLive } from "../lib/live.js";
import { moment } from "../lib/format.js";
import { Ask } from "./ask.jsx";
import { StateTag } from "./state_tag.jsx";
import { useAlarms } from "./strip.jsx";
import "./alarm_list.css";

const SHORT = 6;

export function AlarmList({ short = false }) {
  const alarms = useAlarms();
  const station = useLive((s) => s.station);
  const groups = grouped(alarms);
  const shown = short ? groups.slice(0, SHORT) : groups;
  const open = alarms.filter((alarm) => alarm.state !== "acknowledged");
  return (
    <section class="sheet">
      <div class="row between">
        <h2>Alarms</h2>
        {!short && station && open.length > 0 && (
          <Ask does="Acknowledge all" says="You have seen them. They stay until their cause is gone." why="seen" path="/api/alarms/acknowledge" content={{ subject: "*" }} />
        )}
        {short && <a href="/alarms">All alarms</a>}
      </div>
      {station === null && <p class="faint">The station does not run: these are the engine's own, they cannot be acknowledged.</p>}
      {!alarms.length && <p>None.</p>}
      <ul class="alarms live">
        {shown.map((group) => <Group key={group[0].key} group={group} station={station} short={short} />)}
      </ul>
      {shown.length < groups.length && <p><a href="/alarms">{groups.length - shown.length} more</a></p>}
    </section>
  );
}

// Alarms of one flood stand under the one that came first.
function grouped(alarms) {
  const floods = new Map();
  for (const alarm of alarms) {
    const key = alarm.flood ? `flood ${alarm.flood}` : alarm.key;
    floods.set(key, [...(floods.get(key) ?? []), alarm]);
  }
  return [...floods.values()].map((group) => group.sort((a, b) => (b.first_out ?? false) - (a.first_out ?? false)));
}

function Group({ group, station, short }) {
  const [first, ...others] = group;
  return (
    <>
      <AlarmRow alarm={first} station={station} short={short} />
      {others.length > 0 && (
        <li class="came-with">
          <details>
            <summary>
              {others.length} more came with it
              {urgent(others) > 0 && <> <StateTag level="alarm">{urgent(others)} of priority 1</StateTag></>}
            </summary>
            <ul class="alarms">{others.map((alarm) => <AlarmRow key={alarm.key} alarm={alarm} station={station} short={short} />)}</ul>
          </details>
        </li>
      )}
    </>
  );
}

const urgent = (alarms) => alarms.filter((alarm) => alarm.priority === 1 && alarm.state !== "acknowledged").length;

function AlarmRow({ alarm, station, short }) {
  const fresh = alarm.state === "unacknowledged";
  const level = alarm.state.startsWith("cleared") || alarm.state === "acknowledged" ? "" : alarm.priority === 1 ? "alarm" : "warn";
  return (
    <li class={`alarm-row ${fresh ? "fresh" : ""}`}>
      <div class="row">
        <StateTag level={level}>priority {alarm.priority}</StateTag>
        {alarm.first_out && <StateTag level="alarm">FIRST OUT</StateTag>}
        <span class="faint">{alarm.state}{alarm.acknowledged_by && ` by ${alarm.acknowledged_by}`}</span>
        {alarm.raised_ns && <span class="faint">{moment(alarm.raised_ns / 1e6)}</span>}
        {alarm.count > 1 && <span class="faint">{alarm.count} times</span>}
        {alarm.members?.length > 1 && <span class="faint">{alarm.members.length} sources</span>}
      </div>
      <p><strong>{alarm.text}</strong></p>
      {alarm.response && <p>{alarm.response}</p>}
      {!short && station && alarm.state !== "acknowledged" && (
        <Ask does="Acknowledge" says={`You have seen "${alarm.text}". It stays until its cause is gone.`} why="seen" path="/api/alarms/acknowledge" content={{ subject: alarm.key }} />
      )}
    </li>
  );
}
