// The demo's steps, on simulated sites only: what a person does to the plant to see what the controller does.

import { useEffect, useState } from "preact/hooks";
import { useLive } from "../lib/live.js";
import { get, post, Refused } from "../lib/post.js";
import { useWho } from "../lib/who.js";
import "./steps.css";

const LOOK_MS = 2000;

function usePlant() {
  const [plant, setPlant] = useState(null);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      if (!document.hidden)
        get("/api/demo/plant").then(setPlant, () => setPlant(null));
      timer = setTimeout(look, LOOK_MS);
    };
    look();
    return () => clearTimeout(timer);
  }, []);
  return plant;
}

export function Steps() {
  const simulated = document.querySelector(".simulated");
  return simulated ? <Panel /> : null;
}

function Panel() {
  const name = useWho();
  const plant = usePlant();
  const strings = useLive((s) => s.strings) ?? [];
  const breakers = useLive((s) => s.breakers) ?? [];
  const buses = useLive((s) => s.buses) ?? [];
  const [told, setTold] = useState(null);
  const [string, setString] = useState("");
  const tripped = breakers.find((breaker) => breaker.latched);

  const act = async (what, subject, reason) => {
    setTold({ ok: true, text: "asked …" });
    try {
      const answer = await post(`/api/demo/${what}`, { who: name || "a guest of the demo", subject, reason });
      setTold({ ok: true, text: answer.text });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setTold({ ok: false, text: error.message });
    }
  };
  return (
    <section class="sheet steps" aria-label="Steps of the demo">
      <h2>This plant is simulated: try it</h2>
      <ol>
        <li>
          <span class="row">
            <select aria-label="String to burn" value={string} onChange={(event) => setString(event.currentTarget.value)}>
              <option value="">{plant ? `${plant.faulty} (dry already)` : "the dry one"}</option>
              {strings.filter((s) => s.name !== plant?.faulty).map((s) => <option key={s.name}>{s.name}</option>)}
            </select>
            <button onClick={() => act("burn", string, "demo: make it burn")}>Make it burn</button>
          </span>
          <small>{plant?.burning ? `${plant.faulty} burns. The dry one trips about 70 s after a start, another 2 to 4 minutes after the click.` : "Nothing burns yet."}</small>
        </li>
        <li>
          {tripped ? <a class="button strong" href="/trips">Why did {tripped.name} open?</a> : <button disabled title="nothing has tripped yet">Why did it open?</button>}
          <small>{tripped ? tripped.first_out : "No breaker has tripped."}</small>
        </li>
        <li>
          <a class="button" href="/programs/thermal_runaway">Change the limit</a>
          <small>Edit, check, arm, confirm. The running program is not touched until then.</small>
        </li>
        <li>
          <button onClick={() => act("start_again", "", "demo: start again")}>Start again</button>
          <small>Plant, latches and programs as at the start; the armed set stays.</small>
        </li>
        <li>
          <span class="row">
            {buses.map(({ name: bus }) =>
              plant?.cut[bus] ? (
                <button key={bus} onClick={() => act("restore", bus, "demo: restore the bus")}>Restore bus {bus}</button>
              ) : (
                <button key={bus} onClick={() => act("cut", bus, "demo: cut the bus")}>Cut bus {bus}</button>
              ),
            )}
          </span>
          <small>No reading comes any more; every relay goes where its fail state says.</small>
        </li>
        <li>
          <button onClick={() => act("kill_engine", "", "demo: kill the engine")}>Kill the engine</button>
          <small>SIGKILL. The drivers apply fail states, the next engine takes over with every latch.</small>
        </li>
      </ol>
      {told && <p class={told.ok ? "done" : "refusal"} role={told.ok ? "status" : "alert"}>{told.text}</p>}
    </section>
  );
}
