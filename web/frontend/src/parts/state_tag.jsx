// A state as a word in a box: grey when normal, filled when somebody should look, hatched when not known.

const SIGN = { alarm: "▲ ", warn: "△ ", unknown: "? " };

export function StateTag({ level = "", children }) {
  return (
    <span class={`tag ${level}`}>
      {SIGN[level] ?? ""}
      {children}
    </span>
  );
}

export function breakerLevel(breaker) {
  if (!breaker || breaker.state === "UNKNOWN") return "unknown";
  if (breaker.failed || breaker.state === "CONTRADICTORY") return "alarm";
  if (breaker.latched) return "alarm";
  return breaker.state === "CLOSED" ? "" : "warn";
}
