// A new program: from a template whose blanks are filled by pickers. The result is an ordinary draft.

import { useRef, useState } from "preact/hooks";
import { Refused, post } from "../lib/post.js";

export function Begin({ listed }) {
  const dialog = useRef(null);
  const [problem, setProblem] = useState("");
  const [picked] = useState(listed.templates[0]);
  if (!picked) return null;
  const begin = async (event) => {
    event.preventDefault();
    const { program, ...blanks } = Object.fromEntries(new FormData(event.currentTarget));
    try {
      await post(`/api/programs/${encodeURIComponent(program)}/begin`, { template: picked.name, blanks });
      location.href = `/programs/${program}`;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <>
      <button onClick={() => dialog.current.showModal()}>New from template</button>
      <dialog ref={dialog} aria-label="New from template">
        <form onSubmit={begin}>
          <h2>{picked.title}</h2>
          <p class="row">
            <label>
              name of the program
              <input name="program" required pattern="[A-Za-z_][A-Za-z0-9_]{0,63}" title="letters, digits and _" maxLength={64} />
            </label>
          </p>
          <p class="row">
            {picked.blanks.map((blank) => (
              <Blank key={blank.name} blank={blank} listed={listed} />
            ))}
          </p>
          <p class="faint">It becomes a draft: nothing runs until it is armed.</p>
          {problem && <p class="refusal" role="alert">{problem}</p>}
          <p class="row">
            <button class="strong">Begin the draft</button>
            <button type="button" onClick={() => dialog.current.close()}>
              Leave it
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}

function Blank({ blank, listed }) {
  if (blank.kind === "number") {
    return (
      <label>
        {blank.label} ({blank.unit})
        <input name={blank.name} type="number" step="any" required min={blank.least} max={blank.most} defaultValue={blank.default} />
      </label>
    );
  }
  const choices = { string: ["all", ...listed.strings], task: listed.tasks, choice: blank.choices }[blank.kind];
  return (
    <label>
      {blank.label}
      <select name={blank.name} defaultValue={blank.default || choices[0]}>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </label>
  );
}
