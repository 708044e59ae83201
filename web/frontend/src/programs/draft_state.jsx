// Where what is typed stands: on the controller, on its way, or only in this browser.

import { useRef } from "preact/hooks";
import { moment } from "../lib/format.js";
import { Refused, post } from "../lib/post.js";

const WORDS = {
  typing: "typing …",
  saving: "saving …",
  conflict: "▲ not saved: changed in another tab",
  away: "▲ the controller's page does not answer: kept in this browser, saved as soon as it is back",
};

export function DraftState({ state, differs, armed }) {
  const said = state.kind === "refused" ? `▲ not saved: ${state.said}` : state.kind === "saved" ? saved(state, differs, armed) : WORDS[state.kind];
  const bad = ["conflict", "away", "refused"].includes(state.kind);
  return (
    <p role="status" class={bad ? "refusal" : ""} data-draft={state.kind}>
      {said}
    </p>
  );
}

function saved(state, differs, armed) {
  if (!differs) return armed.origin === "new" ? "a new draft" : "this is the armed text: it runs";
  return `draft saved ${state.savedNs ? moment(state.savedNs / 1e6) : ""}: it does not run until it is armed`;
}

export function GiveUp({ name, keeper, draft }) {
  const dialog = useRef(null);
  const give = async () => {
    try {
      await post(`/api/programs/${name}/give-up`, { version: draft.version });
      dialog.current.close();
      await keeper.takeTheirs();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 404) location.href = "/programs";
      else keeper.refused(error);
    }
  };
  return (
    <>
      <button disabled={draft.kind !== "saved"} onClick={() => dialog.current.showModal()}>
        Give up the draft
      </button>
      <dialog ref={dialog} aria-label="Give up the draft">
        <p>The draft of {name} is removed and the armed text shown again. Undo (Ctrl+Z) in this tab brings your text back.</p>
        <p class="row">
          <button class="strong" onClick={give}>
            Give up the draft
          </button>
          <button onClick={() => dialog.current.close()}>Keep it</button>
        </p>
      </dialog>
    </>
  );
}
