// Each relay: what is commanded and by whom, what the coil reports, what it does without a controller.

import { useLive } from "../lib/live.js";
import { Ask } from "./ask.jsx";
import { StateTag } from "./state_tag.jsx";

const word = (on) => (on == null ? "not known" : on ? "on" : "off");

export function Relays() {
  const relays = useLive((s) => s.relays) ?? [];
  const facts = useLive((s) => s.relay_facts) ?? {};
  return (
    <section class="sheet">
      <h2>Relays</h2>
      <div class="scroll live" tabIndex={0} role="region" aria-label="Table of relays">
        <table>
          <thead>
            <tr><th>relay</th><th>command</th><th>reads</th><th>fail state</th><th>switch</th></tr>
          </thead>
          <tbody>
            {relays.map((relay) => (
              <tr key={relay.name}>
                <th scope="row">{relay.name}</th>
                <td>
                  {relay.command == null ? <span class="faint">none</span> : word(relay.command)}
                  {relay.source !== "nobody" && <small class="faint"> by {relay.source}</small>}
                </td>
                <td>
                  {relay.mismatch ? <StateTag level="alarm">{word(relay.read_back)}: DOES NOT FOLLOW</StateTag> : relay.read_back == null ? <StateTag level="unknown">not known</StateTag> : word(relay.read_back)}
                </td>
                <td>{facts[relay.name]?.fail_state ?? "–"}</td>
                <td><Switch relay={relay} people={facts[relay.name]?.people ?? []} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Switch({ relay, people }) {
  const programs = useLive((s) => s.programs) ?? [];
  const byItself = /^(nobody|trip|fault of|held)/.test(relay.source) || programs.some((program) => program.name === relay.source);
  if (!people.length) return null;
  return (
    <span class="row">
      {people.map((state) => (
        <Ask
          key={state}
          label={state}
          does={`${relay.name} ${state}`}
          says={`Switches ${relay.name} ${state} until somebody gives it back, or for the minutes given.`}
          path="/api/commands"
          content={{ kind: "switch", subject: relay.name, state }}
          read={({ minutes, ...rest }) => ({ ...rest, for_s: Number(minutes || 0) * 60 })}
        >
          <p><label>for how many minutes (empty: until given back) <input name="minutes" type="number" min="0" max="10000" /></label></p>
        </Ask>
      ))}
      {!byItself && <Ask label="give back" does={`Give back ${relay.name}`} path="/api/commands" content={{ kind: "release", subject: relay.name }} says={`${relay.name} goes back to its program.`} />}
    </span>
  );
}
