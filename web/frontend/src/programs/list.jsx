// Which programs there are, what of them runs, which have a draft; templates to begin from; who armed what.

import { useEffect, useState } from "preact/hooks";
import { moment } from "../lib/format.js";
import { useLive } from "../lib/live.js";
import { get } from "../lib/post.js";
import { Ask } from "../parts/ask.jsx";
import { StateTag } from "../parts/state_tag.jsx";
import { Begin } from "./begin.jsx";

const ORIGINS = { "armed here": "armed on this controller", site: "of the site folder", shipped: "shipped", block: "shipped block", new: "new, never armed" };

export function List() {
  const [listed, setListed] = useState(null);
  const [problem, setProblem] = useState("");
  const hash = useLive((s) => s.head?.set_hash);
  const waits = useLive((s) => Boolean(s.confirm));
  const load = () => get("/api/programs").then((found) => (setListed(found), setProblem("")), (error) => setProblem(error.message));
  useEffect(() => {
    load();
    const timer = setInterval(() => document.hidden || load(), 5000);
    return () => clearInterval(timer);
  }, [hash, waits]);
  if (!listed) return <section class="sheet"><h2>Programs</h2><p>{problem || "Loading."}</p></section>;
  const blocks = listed.programs.filter((program) => program.origin === "block" && !program.draft);
  const main = listed.programs.filter((program) => !blocks.includes(program));
  return (
    <>
      {problem && <p class="refusal" role="alert">{problem}</p>}
      <section class="sheet">
        <div class="row between">
          <h2>Programs</h2>
          <Begin listed={listed} />
        </div>
        <Table programs={main} />
        <details>
          <summary>{blocks.length} shipped blocks that programs use</summary>
          <Table programs={blocks} />
        </details>
      </section>
      <History listed={listed} waits={waits} onDone={load} />
    </>
  );
}

function Table({ programs }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of programs">
      <table>
        <thead>
          <tr>
            <th>program</th>
            <th>runs</th>
            <th>text</th>
            <th class="num">lines</th>
            <th>draft</th>
          </tr>
        </thead>
        <tbody>
          {programs.map((program) => (
            <tr key={program.name}>
              <th scope="row">
                <a href={`/programs/${program.name}`}>{program.name}</a>
              </th>
              <td>
                <Runs program={program} />
              </td>
              <td>{ORIGINS[program.origin]}</td>
              <td class="num">{program.lines}</td>
              <td>{program.draft ? <Draft draft={program.draft} /> : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Runs({ program }) {
  const { state, task } = program;
  if (!state) return task ? `in ${task}` : "";
  if (state.state !== "running") {
    return (
      <>
        <StateTag level={state.protective ? "alarm" : "warn"}>{state.state}{state.protective && ", PROTECTION LOST"}</StateTag>
        <p>{state.fault}</p>
      </>
    );
  }
  return `in ${task || "its own task"}${state.protective ? ", protective" : ""}`;
}

function Draft({ draft }) {
  return (
    <>
      {draft.differs ? <StateTag level="warn">draft, not armed</StateTag> : "same as the armed text"} {draft.who && `by ${draft.who}, `}
      {moment(draft.saved_ns / 1e6)}
      {draft.differs && draft.outdated && <p>begun from an older text</p>}
    </>
  );
}

function History({ listed, waits, onDone }) {
  return (
    <section class="sheet">
      <h2>Sets armed here</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Sets armed here">
        <table>
          <thead>
            <tr>
              <th>set</th>
              <th>armed</th>
              <th>by</th>
              <th>why</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {listed.history.map((set, index) => (
              <tr key={`${set.set_hash} ${set.at_ns} ${index}`}>
                <td class="mono">{set.set_hash.slice(0, 12)}</td>
                <td>{set.at_ns ? moment(set.at_ns / 1e6) : "with the site folder"}</td>
                <td>{set.who}</td>
                <td>{set.reason}</td>
                <td>
                  {set.set_hash === listed.set_hash ? (
                    "runs"
                  ) : (
                    <Ask does={`Arm again ${set.set_hash.slice(0, 12)}`} label="arm again" path="/api/sets/arm" content={{ set_hash: set.set_hash }} disabled={waits} because="a set waits to be confirmed" says="It takes over with timers and latches as they are now, and must be confirmed within 5 minutes." onDone={onDone} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
