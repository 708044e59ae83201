"""What a trial on the virtual clock is asked and what it answers: one JSON each."""

from __future__ import annotations

from dataclasses import dataclass

HOURS_MOST = 12.0


@dataclass(frozen=True, slots=True)
class TryRequest:
    """``armed`` and ``texts`` as in CheckRequest; ``state`` is the state directory, for the cache of machine code."""

    site: str
    state: str
    armed: dict[str, str]
    texts: dict[str, str]
    hours: float = 3.0
    step_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Track:
    """A relay or breaker over plant time: (second, value) for each change. A relay is "on" or "off", "" without a
    command; a breaker as its contacts say."""

    name: str
    changes: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a lane, at its plant second."""

    at_s: float
    kind: str
    subject: str
    text: str
    priority: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One set's run. ``hottest_degc`` has each string's hottest block, one value for each of ``Tried.curve_s``."""

    set_hash: str
    relays: tuple[Track, ...]
    breakers: tuple[Track, ...]
    events: tuple[Happened, ...]
    hottest_degc: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Tried:
    """Both lanes over the same plant, seed and scenario. ``differences`` are sentences. ``problem`` says why there is
    no result, and what to do; then all else is empty."""

    problem: str = ""
    armed: Lane | None = None
    draft: Lane | None = None
    differences: tuple[str, ...] = ()
    curve_s: tuple[float, ...] = ()
    lasted_s: float = 0.0
    step_s: float = 0.0
    faulty: str = ""
    scenario: str = ""
    took_s: float = 0.0
