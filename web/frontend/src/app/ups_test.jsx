// The UPS battery test: start and abort it, watch every block's voltage, see which were the weakest.

import { useEffect, useState } from "preact/hooks";
import { mount } from "../lib/mount.jsx";
import { useLive } from "../lib/live.js";
import { get } from "../lib/post.js";
import { duration, moment, number } from "../lib/format.js";
import { Ask } from "../parts/ask.jsx";
import { StateTag } from "../parts/state_tag.jsx";
import { VoltageBars } from "../parts/voltage_bars.jsx";

const REASONS = {
  NO_REASON: "",
  UPS_SILENT: "the UPS does not answer; restore its bus",
  NOT_ON_MAINS: "the UPS is not on mains, or tests already",
  BREAKER_NOT_CLOSED: "a breaker is not closed",
  STRING_NOT_ON_FLOAT: "a string is not on float; wait until it is charged",
  MODULE_WARM: "a module is too warm to be loaded; let it cool",
  RECENT_DISCHARGE: "the strings were discharged less than a day ago; wait",
  DID_NOT_START: "the UPS did not start the test",
  BLOCK_LOW: "a block's voltage fell under its lowest",
  MODULE_HOT: "a module got too hot",
  OPERATOR: "somebody aborted it",
  UPS_REPORTS_FAILURE: "the UPS says that the battery failed",
  MODULES_SILENT: "too many modules do not answer",
  MAINS_FAILED: "the mains failed during the test: this was no test any more",
};

mount(function UpsTest() {
  const test = useLive((s) => s.ups_test);
  if (test === undefined) return <p class="sheet">No values yet.</p>;
  if (test === null) return <p class="sheet">No program of this site tests a UPS. One needs VAR_INPUT Start, Abort and VAR_OUTPUT State, Result, Reason, Lasted; the shipped one is ups_test.</p>;
  return (
    <>
      <div class="grid">
        <Now test={test} />
        <Ups />
      </div>
      <VoltageBars lowest={test.lowest} />
      <Past count={test.records} />
    </>
  );
});

function Now({ test }) {
  const stale = useLive((s) => s.stale);
  const runs = ["STARTING", "TESTING", "STOPPING"].includes(test.state);
  const level = test.result === "FAILED" || test.result === "ABORTED" ? "alarm" : test.result === "REFUSED" ? "warn" : "";
  return (
    <section class="sheet live">
      <h2>Battery test</h2>
      <p class="row">
        now <StateTag level={runs ? "warn" : ""}>{test.state}</StateTag>
        {test.state === "TESTING" && `for ${duration(test.lasted_s)} of plant time`}
      </p>
      {test.result !== "NONE" && (
        <p class="row" role="status">
          last <StateTag level={level}>{test.result}</StateTag> {REASONS[test.reason] ?? test.reason}
        </p>
      )}
      <p class="row">
        <Ask does="Start the test" strong={!runs} disabled={runs || Boolean(stale)} because={stale || "a test runs already"} path="/api/commands" content={{ kind: "start", subject: test.program }} says="The UPS takes the load from the batteries. The controller stops it before a block is harmed, and refuses where the plant is not fit for it." />
        <Ask does="Abort the test" strong={runs} disabled={!runs} because="no test runs" path="/api/commands" content={{ kind: "abort", subject: test.program }} says="The UPS goes back to mains." />
      </p>
    </section>
  );
}

function Ups() {
  const all = useLive((s) => s.ups) ?? [];
  const shown = (value, digits, unit) => (value == null ? <StateTag level="unknown">no data</StateTag> : `${number(value, digits)} ${unit}`);
  const said = (value, yes, no, level) => (value == null ? <StateTag level="unknown">not known</StateTag> : value ? <StateTag level={level}>{yes}</StateTag> : no);
  return all.map((ups) => (
    <section class="sheet live" key={ups.name}>
      <h2>UPS {ups.name}</h2>
      <dl class="facts">
        <dt>load</dt><dd>{shown(ups.load, 0, "%")}</dd>
        <dt>charge</dt><dd>{shown(ups.charge, 0, "%")}</dd>
        <dt>battery</dt><dd>{shown(ups.battery_voltage, 1, "V")}</dd>
        <dt>autonomy</dt><dd>{shown(ups.autonomy, 0, "min")}</dd>
        <dt>mains</dt><dd>{said(ups.input_bad, "BAD", "good", "alarm")}</dd>
        <dt>on battery</dt><dd>{said(ups.on_battery, ups.testing ? "yes, testing" : "YES", "no", ups.testing ? "" : "alarm")}</dd>
        <dt>test</dt><dd>{said(ups.testing, "runs", "none", "warn")}{ups.test_failed ? <> <StateTag level="alarm">last one failed, says the UPS</StateTag></> : ""}</dd>
      </dl>
    </section>
  ));
}

function Past({ count }) {
  const [records, setRecords] = useState([]);
  useEffect(() => void get("/api/ups_tests").then(setRecords, () => {}), [count]);
  return (
    <section class="sheet">
      <h2>Tests so far</h2>
      {!records.length && <p>None since this state directory began.</p>}
      {records.map((record) => (
        <article key={record.ended_unix_ns}>
          <h3>
            {moment(record.ended_unix_ns / 1e6)}: {record.result}, {duration(record.lasted_s)} of plant time
          </h3>
          {REASONS[record.reason] && <p>{REASONS[record.reason]}</p>}
          {record.weakest.length > 0 && (
            <div class="scroll" tabIndex={0} role="region" aria-label="Weakest blocks">
              <table>
                <thead><tr><th>weakest blocks</th><th class="num">lowest voltage</th><th class="num">under its string's mean</th></tr></thead>
                <tbody>
                  {record.weakest.map((weak) => (
                    <tr key={`${weak.string}.${weak.module}`}>
                      <th scope="row">{weak.string} module {weak.module}</th>
                      <td class="num">{number(weak.lowest_v, 2)} V</td>
                      <td class="num">{number(weak.under_mean_v, 3)} V</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </article>
      ))}
    </section>
  );
}
