// Live values: one stream from the controller, merged section by section into `state`.
//
//   /api/live --EventSource--> {"n", SECTION: value, ...} --merge--> state --> useLive, onLive
//
// Without a message for STALE_MS, or with values that are older than that, `state.stale` says why.

import { useEffect, useState } from "preact/hooks";

const STALE_MS = 3000;
const RETRY_MS = 5000;
const HIDDEN_MS = 10000;

export const state = { n: 0, stale: "no values yet" };
const readers = new Set();
let source = null;
let heardAt = 0;
let refused = "";
let retryTimer = 0;
let hideTimer = 0;

function tell() {
  for (const reader of readers) reader(state);
}

function merge(text) {
  Object.assign(state, JSON.parse(text));
  heardAt = performance.now();
  refused = "";
  judge();
  tell();
}

function judge() {
  const silentMs = heardAt ? performance.now() - heardAt : Infinity;
  const ageMs = state.head?.age_ms;
  if (refused) state.stale = refused;
  else if (!heardAt) state.stale = "no values yet";
  else if (silentMs > STALE_MS) state.stale = `the controller's page does not answer for ${Math.round(silentMs / 1000)} s`;
  else if (ageMs == null) state.stale = "the engine has not run yet";
  else if (ageMs > STALE_MS) state.stale = `the engine last scanned ${Math.round(ageMs / 1000)} s ago`;
  else state.stale = "";
  document.body.classList.toggle("stale", state.stale !== "");
}

async function whyRefused() {
  try {
    const answer = await fetch("/api/live/places");
    const places = await answer.json();
    refused = places.free ? "" : `${places.most} pages are open already; close one, this page tries again by itself`;
  } catch {
    refused = "";
  }
}

function open() {
  clearTimeout(retryTimer);
  if (source) return;
  source = new EventSource("/api/live");
  source.onmessage = (event) => merge(event.data);
  source.onerror = () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    whyRefused().then(() => {
      retryTimer = setTimeout(open, RETRY_MS);
    });
  };
}

function close() {
  source?.close();
  source = null;
}

// A browser keeps at most six connections to a host: a page nobody sees gives its one back.
function follow() {
  clearTimeout(hideTimer);
  if (document.hidden) hideTimer = setTimeout(close, HIDDEN_MS);
  else open();
}

export function start() {
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", follow);
  setInterval(() => {
    const before = state.stale;
    judge();
    if (state.stale !== before) tell();
  }, 500);
  follow();
}

/** Calls `draw(state)` now and for each message; returns what ends it. */
export function onLive(draw) {
  readers.add(draw);
  draw(state);
  return () => readers.delete(draw);
}

/** What `select(state)` gives, re-rendering only when it changes (sections keep their identity until they change). */
export function useLive(select) {
  const [value, setValue] = useState(() => select(state));
  useEffect(() => onLive((now) => setValue(() => select(now))), []);
  return value;
}
