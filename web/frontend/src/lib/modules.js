// The strings' columns as the page uses them: plain numbers per module, means over what is Ok.

export const V = 1;
export const T = 2;
export const R = 4;
export const B = 8;

const SCALE = { V: 1000, T: 10, R: 100, B: 1 };
const BIT = { V, T, R, B };

/** One string's column: {values: number|null by module, ok: bool by module}. */
export function column(state, key, number) {
  const raw = state[`${key}${number}`] ?? [];
  const bits = state[`K${number}`] ?? [];
  return {
    values: raw.map((value) => (value == null ? null : value / SCALE[key])),
    ok: raw.map((value, index) => value != null && (bits[index] & BIT[key]) !== 0),
  };
}

/** The mean of the places that are Ok; null where none is. */
export function mean({ values, ok }) {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (ok[i]) {
      sum += values[i];
      count += 1;
    }
  }
  return count ? sum / count : null;
}

/** The place of the largest value that is Ok; -1 where none is. */
export function warmest({ values, ok }) {
  let at = -1;
  for (let i = 0; i < values.length; i += 1) if (ok[i] && (at < 0 || values[i] > values[at])) at = i;
  return at;
}

/** Seconds of the clock since module `index`'s temperature was sampled; null where nothing was read. */
export function age(state, number, index) {
  const sampled = state[`A${number}`]?.[index];
  const head = state.head;
  if (sampled == null || !head?.program_s) return null;
  return Math.max(0, head.program_s - sampled) / (head.speed ?? 1);
}
