// The strip under the page's head: is the controller well, which set runs and who armed it, alarms, who am I.

import { useState } from "preact/hooks";
import { useLive } from "../lib/live.js";
import { setWho, useWho } from "../lib/who.js";
import { ConfirmBanner } from "../programs/confirm.jsx";
import { bytes, duration, ms, NONE } from "../lib/format.js";

export function Strip() {
  const stale = useLive((s) => s.stale);
  const head = useLive((s) => s.head);
  return (
    <>
      <div class="strip live" aria-label="Health of the controller" role="group">
        <SetRunning head={head} />
        <Scan head={head} />
        <Buses head={head} />
        <Clock />
        <Disk />
        <Processes />
        <AlarmCount />
        <Who />
      </div>
      {stale && (
        <p class="banner stale" role="status">
          NOT LIVE: {stale}. What is drawn below is as it was then.
        </p>
      )}
      <ConfirmBanner />
    </>
  );
}

function SetRunning({ head }) {
  const armed = useLive((s) => s.armed);
  const hash = head?.set_hash;
  const by = armed?.who ? `armed by ${armed.who}` : "as it was at the start";
  return (
    <span title={hash ?? ""}>
      set <b class="mono">{hash ? hash.slice(0, 12) : NONE}</b> {hash && by}
    </span>
  );
}

function Scan({ head }) {
  const longest = head && Math.max(head.late_worst_ns ?? 0, head.exec_worst_ns ?? 0);
  return (
    <span title="how late the scan began and how long it took; worst since the engine started">
      scan late <b>{ms(head?.late_ns)}</b> took <b>{ms(head?.exec_ns)}</b> worst {longest ? ms(longest) : NONE}
    </span>
  );
}

function Buses({ head }) {
  const buses = useLive((s) => s.buses) ?? [];
  return buses.map((bus, index) => {
    const age = head?.bus_ms?.[index];
    const bad = bus.lost || bus.fresh < bus.count;
    return (
      <span key={bus.name} class={bad ? "bad" : ""}>
        {bad && "▲ "}bus {bus.name}{" "}
        {bus.lost ? "✕ LOST" : <><b>{bus.fresh}</b> of {bus.count} fresh, {age == null ? "nothing read" : `newest ${duration(age / 1000)}`}</>}
      </span>
    );
  });
}

function Clock() {
  const clock = useLive((s) => s.station?.clock);
  const said = clock?.synchronised;
  return (
    <span class={said === false ? "bad" : ""} title="what the kernel says of this machine's clock">
      clock <b>{said === true ? "synchronised" : said === false ? "NOT synchronised" : "unknown"}</b>
    </span>
  );
}

function Disk() {
  const disk = useLive((s) => s.disk);
  const low = disk && disk.free < disk.size * 0.05;
  return (
    <span class={low ? "bad" : ""}>
      disk <b>{disk ? `${bytes(disk.free)} free` : "unknown"}</b>
    </span>
  );
}

function Processes() {
  const processes = useLive((s) => s.processes) ?? [];
  return processes
    .filter((process) => process.state !== "running")
    .map((process) => (
      <span key={process.name} class="bad">
        ▲ {process.name} {process.state}
        {process.reason && `: ${process.reason}`}
      </span>
    ));
}

export function useAlarms() {
  const station = useLive((s) => s.station);
  const engine = useLive((s) => s.alarms);
  if (station) return station.alarms;
  return (engine ?? []).map((alarm) => ({ ...alarm, state: "unacknowledged", subject: "", members: [] }));
}

function AlarmCount() {
  const alarms = useAlarms();
  const open = alarms.filter((alarm) => alarm.state !== "acknowledged").length;
  const top = Math.min(...alarms.map((alarm) => alarm.priority));
  const level = alarms.length ? (top === 1 ? "p1" : "p2") : "";
  const text = `${alarms.length} alarm${alarms.length === 1 ? "" : "s"}`;
  return (
    <a href="/alarms" class={`count ${level}`}>
      {alarms.length ? "▲ " : ""}
      {text}
      {open ? `, ${open} not acknowledged` : ""}
    </a>
  );
}

function Who() {
  const name = useWho();
  const [asking, setAsking] = useState(false);
  if (asking) {
    const keep = (event) => {
      event.preventDefault();
      setWho(new FormData(event.currentTarget).get("name"));
      setAsking(false);
    };
    return (
      <form class="push row" onSubmit={keep}>
        <label class="line">
          your name <input name="name" defaultValue={name} maxLength={60} autoFocus autocomplete="name" />
        </label>
        <button>Keep</button>
      </form>
    );
  }
  return (
    <span class="push">
      {name ? <>you are <b>{name}</b> (not signed in)</> : "nobody named"}{" "}
      <button class="plain" onClick={() => setAsking(true)}>
        {name ? "change" : "who are you?"}
      </button>
    </span>
  );
}
