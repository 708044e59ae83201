// A write: a button that asks why, sends it, and shows the controller's own answer.

import { useRef, useState } from "preact/hooks";
import { Refused, post } from "../lib/post.js";
import { setWho, useWho } from "../lib/who.js";

/**
 * <Ask does="Reset Q4" path="/api/commands" content={{kind: "reset", subject: "Q4"}} />
 *   `says`     what will happen, above the reason
 *   `why`      a reason already typed for the person, who may change it
 *   `label`    a shorter text on the button; `does` holds its words
 *   `strong`   the main action of its place
 *   `disabled` with `because`: why not yet
 *   `onDone`   gets the answer
 *   `children` more fields of the form; their names join the content
 */
export function Ask({ does, path, content, says, why = "", strong, disabled, because, onDone, children, label, read = (x) => x }) {
  const dialog = useRef(null);
  const name = useWho();
  const [told, setTold] = useState(null);
  const [busy, setBusy] = useState(false);

  const begin = () => {
    setTold(null);
    dialog.current.showModal();
  };
  const send = async (event) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget));
    if (form.who) setWho(form.who);
    delete form.who;
    setBusy(true);
    try {
      const answer = await post(path, { ...content, ...read(form) });
      setTold({ ok: true, text: answer.text ?? "done" });
      dialog.current.close();
      onDone?.(answer);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setTold({ ok: false, text: error.message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button class={strong ? "strong" : label ? "small" : ""} aria-label={does} disabled={disabled} title={disabled ? because : undefined} onClick={begin}>
        {label ?? does}
      </button>
      {told?.ok && <span class="done" role="status">{told.text}</span>}
      <dialog ref={dialog} aria-label={does}>
        <form onSubmit={send}>
          <h2>{does}</h2>
          {says && <p>{says}</p>}
          {children}
          {!name && (
            <p>
              <label>
                your name <input name="who" required maxLength={60} autocomplete="name" />
              </label>
            </p>
          )}
          <p>
            <label>
              why <input name="reason" required maxLength={300} defaultValue={why} size={44} />
            </label>
          </p>
          {told && !told.ok && <p class="refusal" role="alert">{told.text}</p>}
          <p class="row">
            <button class="strong" disabled={busy}>{does}</button>
            <button type="button" onClick={() => dialog.current.close()}>
              Leave it
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
