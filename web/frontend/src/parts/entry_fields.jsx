// The fields of a schedule's entry. What may be chosen comes from the running set and the site file.

import { useState } from "preact/hooks";

const WHAT = { run: "start a program", pause: "pause a program", switch: "switch a relay" };
const EXAMPLES = [
  ["30 2 1 * *", "02:30 on the first of each month"],
  ["0 6 * * 1", "06:00 on Mondays"],
  ["0 * * * *", "every full hour"],
];

export function EntryFields({ choices, entry }) {
  const [action, setAction] = useState(entry?.action ?? "run");
  const targets = action === "switch" ? Object.keys(choices.switch) : choices[action];
  const [target, setTarget] = useState(entry?.target ?? targets[0] ?? "");
  const chosen = targets.includes(target) ? target : (targets[0] ?? "");
  const states = choices.switch[chosen] ?? ["on", "off"];
  return (
    <>
      <p class="row">
        <label>
          name <input name="name" required maxLength={32} pattern="[A-Za-z][A-Za-z0-9_]*" readOnly={Boolean(entry)} defaultValue={entry?.name} />
        </label>
        <label>
          when (minute, hour, day, month, weekday) <input class="mono" name="cron" required defaultValue={entry?.cron ?? "30 2 1 * *"} />
        </label>
      </p>
      <p class="faint">
        {EXAMPLES.map(([cron, says]) => <span key={cron}><code>{cron}</code> {says}. </span>)}
      </p>
      <p class="row">
        <label>
          does
          <select name="action" value={action} onChange={(event) => setAction(event.currentTarget.value)}>
            {Object.entries(WHAT).map(([key, says]) => <option key={key} value={key}>{says}</option>)}
          </select>
        </label>
        <label>
          which
          <select name="target" required value={chosen} onChange={(event) => setTarget(event.currentTarget.value)}>
            {targets.map((name) => <option key={name}>{name}</option>)}
          </select>
        </label>
        {action === "switch" && (
          <label>
            to
            <select name="to" defaultValue={entry && !entry.on ? "off" : "on"}>
              {states.map((state) => <option key={state}>{state}</option>)}
            </select>
          </label>
        )}
        {action !== "run" && (
          <label>
            for how long <input name="lasting" size={8} placeholder="4 h" required={action === "pause"} defaultValue={entry?.for_ns ? `${entry.for_ns / 1e9} s` : ""} />
          </label>
        )}
        <label>
          if missed
          <select name="missed" defaultValue={entry?.missed ?? "skip"}>
            <option value="skip">skip it</option>
            <option value="late">run it late</option>
          </select>
        </label>
      </p>
    </>
  );
}

export function readEntry({ to, ...form }) {
  return { ...form, on: to !== "off" };
}
