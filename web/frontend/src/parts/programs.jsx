// The running programs: which protect, which have faulted.

import { useLive } from "../lib/live.js";
import { Ask } from "./ask.jsx";
import { StateTag } from "./state_tag.jsx";

export function Programs() {
  const programs = useLive((s) => s.programs) ?? [];
  const pauses = useLive((s) => s.pauses) ?? [];
  return (
    <section class="sheet">
      <div class="row between">
        <h2>Programs</h2>
        <a href="/programs">Edit programs</a>
      </div>
      <div class="scroll live" tabIndex={0} role="region" aria-label="Table of programs">
        <table>
          <tbody>
            {programs.map((program) => {
              const lost = program.state !== "running";
              const pause = pauses.find((p) => p.program === program.name);
              return (
                <tr key={program.name}>
                  <th scope="row">{program.name}</th>
                  <td>{program.protective ? "protective" : ""}</td>
                  <td>
                    {lost ? <StateTag level={program.protective ? "alarm" : "warn"}>{program.state}{program.protective && ", PROTECTION LOST"}</StateTag> : pause ? <StateTag level="warn">pauses, asked by {pause.who}</StateTag> : "running"}
                    {program.fault && <p>{program.fault}</p>}
                  </td>
                  <td>{program.state === "faulted" && <Ask does="restart" path="/api/commands" content={{ kind: "restart", subject: program.name }} says={`${program.name} goes on with the values it had.`} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
