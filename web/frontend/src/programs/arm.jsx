// Arming: what changes, why, by whom, and how long the set waits to be confirmed.

import { useEffect, useState } from "preact/hooks";
import { get } from "../lib/post.js";
import { Ask } from "../parts/ask.jsx";

export function Arm({ name, draft, sound, differs, waits, changes, others, said, onDone }) {
  const [versions, setVersions] = useState({});
  useEffect(() => {
    if (!others.length) return setVersions({});
    get("/api/programs").then((found) => setVersions(Object.fromEntries(found.programs.filter((p) => others.includes(p.name)).map((p) => [p.name, p.draft?.version ?? 0]))), () => {});
    return undefined;
  }, [others]);
  const because = whyNot({ draft, sound, differs, waits, said });
  const read = (form) => ({ reason: form.reason, within_s: Number(form.within) * 60, over: form.over === "on" });
  return (
    <>
      <Ask does={`Arm ${name}`} label="Arm" strong path={`/api/programs/${name}/arm`} content={{ version: draft.version, others: versions }} read={read} disabled={because !== ""} because={because} onDone={onDone}>
        <ul class="changes" aria-label="What arming changes">
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
        <p>The set takes over between two scans and goes back by itself unless it is confirmed, or at once when a program stops. It does not go back while a trip is under way.</p>
        <p>
          <label>
            confirm within (minutes)
            <input name="within" type="number" min="0.2" max="1440" step="any" defaultValue="5" required />
          </label>
        </p>
        <p>
          <label class="line">
            <input name="over" type="checkbox" />
            arm it although another text was armed since this draft was begun
          </label>
        </p>
      </Ask>
      {because && <span class="faint">{because}</span>}
    </>
  );
}

function whyNot({ draft, sound, differs, waits, said }) {
  if (waits) return "an armed set waits to be confirmed";
  if (!differs) return "nothing to arm: this text runs";
  if (draft.kind !== "saved") return "the draft is not saved yet";
  if (!sound) return said || "not checked yet";
  return "";
}
