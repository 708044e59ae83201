"""What differs between two lanes of a trial, one sentence a relay or breaker.

Q4: OPEN at 1:08:00 armed, at 1:00:10 draft --> "Q4 opens 470 s earlier with the draft: at 1:00:10, not at 1:08:00"
"""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.tried import Lane, Track


def differences(armed: Lane, draft: Lane) -> tuple[str, ...]:
    """Sentences; one that says so when nothing differs."""
    found = [*_breakers(armed, draft), *_relays(armed, draft), *_faults(armed, draft)]
    return tuple(found) or ("no relay, breaker or program fault differs",)


def clock(seconds: float) -> str:
    """Plant time since the start, as 1:08:00."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _breakers(armed: Lane, draft: Lane) -> Iterator[str]:
    for was, now in zip(armed.breakers, draft.breakers, strict=True):
        before, after = _first(was, "OPEN"), _first(now, "OPEN")
        if before == after:
            continue
        if before is None and after is not None:
            yield f"{now.name} opens at {clock(after)} with the draft; with the armed set it does not open"
        elif after is None and before is not None:
            yield f"{now.name} does not open with the draft; with the armed set it opens at {clock(before)}"
        elif before is not None and after is not None:
            when = f"{abs(after - before):.0f} s {'earlier' if after < before else 'later'}"
            yield f"{now.name} opens {when} with the draft: at {clock(after)}, not at {clock(before)}"


def _relays(armed: Lane, draft: Lane) -> Iterator[str]:
    for was, now in zip(armed.relays, draft.relays, strict=True):
        if was.changes == now.changes:
            continue
        at = next((a for a in _instants(was, now) if _value(was, a) != _value(now, a)), None)
        if at is not None:
            before, after = _value(was, at) or "not commanded", _value(now, at) or "not commanded"
            yield f"{now.name} differs first at {clock(at)}: {after} with the draft, {before} with the armed set"


def _faults(armed: Lane, draft: Lane) -> Iterator[str]:
    def stopped(lane: Lane) -> set[str]:
        return {event.subject for event in lane.events if event.kind == "program fault"}

    for event in draft.events:
        if event.kind == "program fault" and event.subject not in stopped(armed):
            yield f"with the draft {event.subject} stops at {clock(event.at_s)}: {event.text}"
    for name in sorted(stopped(armed) - stopped(draft)):
        yield f"{name} no longer stops with the draft"


def _first(track: Track, value: str) -> float | None:
    return next((at_s for at_s, now in track.changes if now == value), None)


def _instants(*tracks: Track) -> list[float]:
    return sorted({at_s for track in tracks for at_s, _ in track.changes})


def _value(track: Track, at_s: float) -> str:
    return next((value for since_s, value in reversed(track.changes) if since_s <= at_s), "")
