// Numbers and times as a person reads them. What is not known is "–", never 0.

export const NONE = "–";

export function number(value, digits) {
  return value == null || Number.isNaN(value) ? NONE : value.toFixed(digits);
}

export function ms(ns) {
  return ns == null ? NONE : `${(ns / 1e6).toFixed(2)} ms`;
}

/** A duration in plain words: 4.2 s, 3 min 20 s, 4 h, 5 h 12 min, 3 d. */
export function duration(seconds) {
  if (seconds == null || Number.isNaN(seconds)) return NONE;
  const s = Math.max(0, seconds);
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  const parts = (large, word, small, other) => (small ? `${large} ${word} ${small} ${other}` : `${large} ${word}`);
  if (s < 3600) return parts(Math.floor(s / 60), "min", Math.floor(s % 60), "s");
  if (s < 172800) return parts(Math.floor(s / 3600), "h", Math.floor((s % 3600) / 60), "min");
  return `${Math.floor(s / 86400)} d`;
}

/** Plant time since the start as 1:39:00. */
export function plantClock(seconds) {
  if (seconds == null) return NONE;
  const s = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
}

/** Unix milliseconds in this browser's time: 24 Nov 14:03:07. */
export function moment(unixMs) {
  if (!unixMs) return NONE;
  const day = new Date(unixMs).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${day} ${new Date(unixMs).toLocaleTimeString("en-GB")}`;
}

export function bytes(count) {
  if (count == null) return NONE;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = count;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 && unit ? 1 : 0)} ${units[unit]}`;
}
