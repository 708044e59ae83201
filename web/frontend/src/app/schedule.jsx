// The schedule: the next ten runs from the code that runs them, the entries, what became of the last ones.

import { useEffect, useState } from "preact/hooks";
import { mount } from "../lib/mount.jsx";
import { useLive } from "../lib/live.js";
import { get } from "../lib/post.js";
import { duration } from "../lib/format.js";
import { Ask } from "../parts/ask.jsx";
import { EntryFields, readEntry } from "../parts/entry_fields.jsx";
import { StateTag } from "../parts/state_tag.jsx";

mount(function Schedule() {
  const station = useLive((s) => s.station);
  const [choices, setChoices] = useState(null);
  useEffect(() => void get("/api/schedule/choices").then(setChoices, () => {}), []);
  if (station === undefined) return <p class="sheet">No values yet.</p>;
  if (station === null) return <p class="sheet refusal">The station does not run: nothing is scheduled until it is back. The supervisor starts it by itself.</p>;
  return (
    <>
      <Clock clock={station.clock} />
      <NextRuns runs={station.next_runs} zone={station.clock.timezone} />
      <Entries entries={station.entries} choices={choices} />
      <LastRuns runs={station.last_runs} />
    </>
  );
});

function Clock({ clock }) {
  const local = new Date(clock.calendar_ns / 1e6).toLocaleString("en-GB", { timeZone: clock.timezone, dateStyle: "full", timeStyle: "medium" });
  return (
    <section class="sheet live">
      <p>
        Site time <strong>{local}</strong>, {clock.timezone}
        {clock.synchronised === false && <> <StateTag level="warn">clock NOT synchronised</StateTag></>}
      </p>
      {clock.held && <p class="refusal">The schedule waits: {clock.held}</p>}
    </section>
  );
}

function NextRuns({ runs, zone }) {
  return (
    <section class="sheet live">
      <h2>The next {runs.length === 1 ? "run" : `${runs.length} runs`}, {zone}</h2>
      {!runs.length && <p>None: no entry is enabled.</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Next runs">
        <table>
          <tbody>
            {runs.map((next) => (
              <tr key={`${next.run.entry}@${next.run.nominal}`}>
                <td>{next.local}</td>
                <th scope="row">{next.run.entry}</th>
                <td>
                  {next.does}
                  {next.run.dst && <> <StateTag level="warn">clock change: {next.run.dst}</StateTag></>}
                  {next.run.note && <p>{next.run.note}</p>}
                  {next.clashes.length > 0 && <p><StateTag level="warn">clashes with {next.clashes.join(", ")}</StateTag></p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Entries({ entries, choices }) {
  return (
    <section class="sheet">
      <div class="row between">
        <h2>Entries</h2>
        {choices && (
          <Ask does="Add an entry" path="/api/schedule/add" read={readEntry}>
            <EntryFields choices={choices} />
          </Ask>
        )}
      </div>
      {!entries.length && <p>None.</p>}
      <div class="scroll live" tabIndex={0} role="region" aria-label="Entries">
        <table>
          <thead><tr><th>entry</th><th>when</th><th>does</th><th>if missed</th><th>by</th><th></th></tr></thead>
          <tbody>
            {entries.map(({ schedule, enabled, by }) => (
              <tr key={schedule.name}>
                <th scope="row">{schedule.name}</th>
                <td><code>{schedule.cron}</code></td>
                <td>
                  {words(schedule)} {!enabled && <StateTag level="warn">disabled</StateTag>}
                </td>
                <td>{schedule.missed}</td>
                <td>{by}</td>
                <td>
                  <span class="row">
                    {choices && (
                      <Ask label="change" does={`Change ${schedule.name}`} path="/api/schedule/change" read={readEntry}>
                        <EntryFields choices={choices} entry={schedule} />
                      </Ask>
                    )}
                    <Ask label={enabled ? "disable" : "enable"} does={`${enabled ? "Disable" : "Enable"} ${schedule.name}`} path={`/api/schedule/${enabled ? "disable" : "enable"}`} content={{ subject: schedule.name }} says={enabled ? "It stays in the list and does not run." : "It runs again from its next time on."} />
                    <Ask label="remove" does={`Remove ${schedule.name}`} path="/api/schedule/remove" content={{ subject: schedule.name }} says="It goes from the list." />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function words(schedule) {
  const lasting = schedule.for_ns ? ` for ${duration(schedule.for_ns / 1e9)}` : "";
  if (schedule.action === "switch") return `switches ${schedule.target} ${schedule.on ? "on" : "off"}${lasting}`;
  return `${schedule.action === "run" ? "starts" : "pauses"} ${schedule.target}${lasting}`;
}

const LEVELS = { refused: "warn", unanswered: "warn", missed: "warn" };

function LastRuns({ runs }) {
  return (
    <section class="sheet live">
      <h2>What became of the last runs</h2>
      {!runs.length && <p>None yet.</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Last runs">
        <table>
          <tbody>
            {runs.map((record) => (
              <tr key={`${record.run.entry}@${record.run.nominal}`}>
                <td>{record.run.nominal.replace("T", " ")}</td>
                <th scope="row">{record.run.entry}</th>
                <td><StateTag level={LEVELS[record.state] ?? ""}>{record.state}</StateTag></td>
                <td>{record.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
