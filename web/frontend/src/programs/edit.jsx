// One program: its text being typed, its problems, its differences, a trial of it, and arming.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLive } from "../lib/live.js";
import { Refused, get, post } from "../lib/post.js";
import { Arm } from "./arm.jsx";
import { DraftKeeper } from "./draft.js";
import { differences, edit } from "./editor.js";
import { DraftState, GiveUp } from "./draft_state.jsx";
import { Try } from "./try.jsx";
import "./programs.css";

const RECHECK_MS = 1500;
const SHOWN = ["edit", "differences", "try"];

export function Edit({ name }) {
  const [loaded, setLoaded] = useState(null);
  const [problem, setProblem] = useState("");
  const load = () => get(`/api/programs/${name}`).then(setLoaded, (error) => setProblem(error.message));
  useEffect(() => {
    load();
  }, [name]);
  if (problem) return <section class="sheet"><h2>{name}</h2><p class="refusal" role="alert">{problem}</p><p><a href="/programs">All programs</a></p></section>;
  if (!loaded) return <section class="sheet"><h2>{name}</h2><p>Loading.</p></section>;
  return <Desk name={name} loaded={loaded} />;
}

function Desk({ name, loaded }) {
  const [armed, setArmed] = useState(loaded.armed);
  const [text, setText] = useState(null);
  const [draft, setDraft] = useState({ kind: "saved", version: 0 });
  const [verdict, setVerdict] = useState({ kind: "waiting" });
  const [others, setOthers] = useState([]);
  const [shown, setShown] = useState("edit");
  const [valuesOn, setValuesOn] = useState(true);
  const [away, setAway] = useState("");
  const [unformatted, setUnformatted] = useState("");
  const place = useRef(null);
  const editor = useRef(null);
  const along = useRef(others);
  along.current = others;

  const keeper = useMemo(
    () =>
      new DraftKeeper(name, loaded, setDraft, (next) => {
        editor.current?.show(next);
        setText(next);
      }),
    [],
  );

  const check = async (of) => {
    setVerdict((before) => ({ ...before, busy: true }));
    try {
      const checked = await post(`/api/programs/${name}/check`, { text: of, others: along.current });
      setVerdict({ kind: "checked", of, ...checked });
      return checked.diagnostics;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setVerdict({ kind: "none", of, said: error.message });
      if (error.status !== 422 && error.status !== 400) setTimeout(() => of === keeper.text && editor.current?.recheck(), RECHECK_MS);
      return [];
    }
  };

  useEffect(() => {
    setText(keeper.text);
    setDraft(keeper.state);
    const typed = (next) => {
      keeper.typed(next);
      setText(next);
      setUnformatted("");
    };
    editor.current = edit(place.current, { name, text: keeper.text, typed, check, away: setAway, others: () => along.current, told: setUnformatted });
    const leave = (event) => {
      if (keeper.dirty) event.preventDefault();
    };
    window.addEventListener("beforeunload", leave);
    return () => {
      window.removeEventListener("beforeunload", leave);
      editor.current.close();
      keeper.close();
    };
  }, []);

  const hash = useLive((s) => s.head?.set_hash);
  const waits = useLive((s) => Boolean(s.confirm));
  const reload = () =>
    get(`/api/programs/${name}`).then((found) => {
      setArmed(found.armed);
      if (!found.draft && found.armed.text === keeper.text) keeper.take(null, found.armed);
    }, () => {});
  useEffect(() => {
    if (hash && hash !== loaded.set_hash) reload();
    if (hash) loaded.set_hash = hash;
  }, [hash, waits]);

  const current = text ?? "";
  const differs = current !== armed.text;
  const errors = verdict.kind === "checked" ? [...verdict.diagnostics.filter((d) => d.severity === "error"), ...verdict.elsewhere] : [];
  const sound = verdict.kind === "checked" && verdict.of === current && !errors.length;
  return (
    <>
      <section class="sheet">
        <div class="row between">
          <h2>
            <a href="/programs">Programs</a> / {name}
          </h2>
          <DraftState state={draft} differs={differs} armed={armed} />
        </div>
        {draft.kind === "conflict" && <Conflict keeper={keeper} draft={draft} mine={current} />}
        <div class="row">
          <div class="row" role="tablist" aria-label="Views of the program">
            {SHOWN.map((view) => (
              <button key={view} role="tab" id={`tab-${view}`} aria-selected={shown === view} onClick={() => setShown(view)}>
                {{ edit: "Text", differences: "Differences", try: "Try" }[view]}
              </button>
            ))}
          </div>
          <Arm name={name} draft={draft} sound={sound} differs={differs} waits={waits} changes={verdict.changes ?? []} others={others} said={verdict.said ?? (errors.length ? `${errors.length} error${errors.length > 1 ? "s" : ""} first` : "")} onDone={reload} />
          {differs && <GiveUp name={name} keeper={keeper} draft={draft} />}
        </div>
      </section>
      <section id="view-edit" class="sheet" role="tabpanel" aria-labelledby="tab-edit" hidden={shown !== "edit"}>
        <div class="row between">
          <Verdict verdict={verdict} errors={errors} current={current} />
          <div class="row">
            <button onClick={() => editor.current.format()} title="the one layout of all programs (Shift+Alt+F)">
              Format
            </button>
            <label class="line">
              <input type="checkbox" checked={valuesOn} onChange={(event) => (setValuesOn(event.currentTarget.checked), editor.current.values(event.currentTarget.checked))} />
              values of the running set beside the lines{differs && valuesOn ? " (the draft does not run)" : ""}
            </label>
          </div>
        </div>
        {unformatted && <p class="refusal" role="alert">{unformatted}</p>}
        {valuesOn && away && <p class="faint">no values: {away}</p>}
        <div ref={place} class="editor" />
        <p class="faint">Ctrl+Space completes by meaning, pointing at a name tells what it is, Shift+Alt+F formats, F8 goes to the next problem, Esc then Tab leaves the editor. What you type is kept on the controller; it does not run until it is armed.</p>
        <Problems verdict={verdict} goTo={(line, column) => editor.current.goTo(line, column)} />
        <Along name={name} others={others} setOthers={setOthers} recheck={() => editor.current.recheck()} />
      </section>
      {shown === "differences" && <Differences name={name} armed={armed} text={current} changes={sound ? verdict.changes : []} />}
      <section id="view-try" class="sheet" role="tabpanel" aria-labelledby="tab-try" hidden={shown !== "try"}>
        <Try name={name} text={current} others={others} sound={sound} />
      </section>
    </>
  );
}

function Verdict({ verdict, errors, current }) {
  if (verdict.kind === "none") return <p class="refusal" role="status">{verdict.said}</p>;
  if (verdict.kind === "waiting" || verdict.of !== current) return <p role="status" class="faint">checking …</p>;
  const advice = verdict.diagnostics.length + verdict.elsewhere.length - errors.length;
  const told = errors.length ? `✕ ${errors.length} error${errors.length > 1 ? "s" : ""}` : "✓ no errors";
  return (
    <p role="status" data-verdict={errors.length ? "errors" : "sound"}>
      <b>{told}</b>
      {advice > 0 && `, ${advice} advice`} <span class="faint">checked by the controller's compiler in {Math.round(verdict.took_ms)} ms</span>
    </p>
  );
}

function Problems({ verdict, goTo }) {
  if (verdict.kind !== "checked") return null;
  const here = verdict.diagnostics;
  if (!here.length && !verdict.elsewhere.length) return null;
  return (
    <ul class="problems" aria-label="Problems">
      {here.map((d, index) => (
        <li key={index} class={d.severity}>
          <button class="plain" onClick={() => goTo(d.span.line, d.span.column)}>
            line {d.span.line}
          </button>
          <span>
            <b><Code code={d.code} title={verdict.codes[d.code]} /></b> {d.what} <span class="cure">→ {d.cure}</span>
            {verdict.codes[d.code] && <span class="faint"> ({verdict.codes[d.code]})</span>}
          </span>
        </li>
      ))}
      {verdict.elsewhere.map((d, index) => (
        <li key={`e${index}`} class={d.severity}>
          <span class="faint">{d.span.file.split("/").at(-1)} line {d.span.line}</span>
          <span>
            <b><Code code={d.code} title={verdict.codes[d.code]} /></b> {d.what} <span class="cure">→ {d.cure}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A problem's code; those of the language lead to their page. */
function Code({ code, title }) {
  return title ? <a href={`/problems/${encodeURIComponent(code)}`} target="_blank" title={title}>{code}</a> : code;
}

function Conflict({ keeper, draft, mine }) {
  const place = useRef(null);
  const theirs = draft.standing?.text ?? null;
  useEffect(() => {
    if (theirs === null) return undefined;
    return differences(place.current, { before: theirs, after: mine, label: "the other text, and yours over it" });
  }, [theirs]);
  return (
    <div class="refusal" role="alert">
      <p>{draft.said}</p>
      {theirs !== null && <p>Below: green is yours, red stands in the other tab.</p>}
      <div ref={place} />
      <p class="row">
        <button onClick={() => keeper.keepMine()}>Keep mine</button>
        <button onClick={() => keeper.takeTheirs()}>{theirs === null ? "Take the armed text" : "Take the other"}</button>
        <span class="faint">Whichever goes can be brought back with undo (Ctrl+Z) in its own tab.</span>
      </p>
    </div>
  );
}

function Differences({ name, armed, text, changes }) {
  const place = useRef(null);
  useEffect(() => differences(place.current, { before: armed.text, after: text, label: `differences of ${name}` }), [armed.text, text]);
  return (
    <section id="view-differences" class="sheet" role="tabpanel" aria-labelledby="tab-differences">
      <h2>{armed.text === text ? "The draft is the armed text" : armed.origin === "new" ? "A new program" : "Draft against the armed text"}</h2>
      {changes.length > 0 && (
        <ul class="changes" aria-label="What changes">
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
      <div ref={place} class="editor" />
    </section>
  );
}

function Along({ name, others, setOthers, recheck }) {
  const [drafts, setDrafts] = useState([]);
  useEffect(() => {
    get("/api/programs").then((found) => setDrafts(found.programs.filter((p) => p.name !== name && p.draft?.differs)), () => {});
  }, [name]);
  useEffect(() => {
    if (drafts.length) recheck();
  }, [others]);
  if (!drafts.length) return null;
  const toggle = (draft, on) => setOthers(on ? [...others, draft] : others.filter((other) => other !== draft));
  return (
    <fieldset class="along">
      <legend>Other drafts that go with it</legend>
      {drafts.map((draft) => (
        <label key={draft.name} class="line">
          <input type="checkbox" checked={others.includes(draft.name)} onChange={(event) => toggle(draft.name, event.currentTarget.checked)} />
          {draft.name}
        </label>
      ))}
    </fieldset>
  );
}
