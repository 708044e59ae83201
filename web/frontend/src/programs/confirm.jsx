// An armed set that waits: what happens by itself and when, and the two buttons that decide it.

import { useLive } from "../lib/live.js";
import { duration } from "../lib/format.js";
import { Ask } from "../parts/ask.jsx";

/** Nothing where no set waits. For every page. */
export function ConfirmBanner({ onDone }) {
  const confirm = useLive((s) => s.confirm);
  const armed = useLive((s) => s.armed);
  const head = useLive((s) => s.head);
  if (!confirm || !head) return null;
  const hash = head.set_hash;
  return (
    <div class="banner confirm" role="status">
      <p>
        Set <b class="mono">{hash.slice(0, 12)}</b>, armed by {armed?.who || "somebody"} ({armed?.reason}), waits to be confirmed:{" "}
        {confirm.held ? "a trip is under way, it does not go back until that is over." : <>it goes back by itself in <b>{duration(confirm.left_s)}</b>.</>}
      </p>
      <p class="row">
        <Ask does="Confirm the set" strong path="/api/sets/confirm" content={{ set_hash: hash }} says="The set stays, also after a restart." onDone={onDone} />
        <Ask does="Take the set back" path="/api/sets/revert" content={{ set_hash: hash }} says={`Set ${confirm.back_to.slice(0, 12)} runs again, with timers and latches as they are now. The drafts are kept.`} onDone={onDone} />
      </p>
    </div>
  );
}
