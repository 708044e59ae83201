"""A set on trial: what brings the old one back, and what lets the new one stay.

took over --100 scans without a fault, and confirmed where that was asked for--> stays
    |---- a fault | nobody confirmed it in time, and no trip is under way | a person takes it back ----> goes back
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from plc.core.arming import Arming
from plc.core.quantity import time_text
from plc.engine.swap import TRIAL_SCANS

T = TypeVar("T")

WARN_NS = 60 * 1_000_000_000
"""How long before a set goes back unconfirmed people are told."""
AFTER_TRIP_NS = 60 * 1_000_000_000
"""How long after a trip an unconfirmed set stays at least: nothing changes under whoever looks after the trip."""


@dataclass(slots=True)
class Trial(Generic[T]):
    """``old`` is what to go back to and ``before`` who armed that. ``due_ns`` is CLOCK_MONOTONIC, 0: to be confirmed
    by nobody."""

    old: T
    before: Arming
    within_ns: int
    due_ns: int
    scans: int = 0
    confirmed_by: str = ""
    taken_back_by: str = ""
    held: bool = False
    warned: bool = False

    @property
    def waits(self) -> bool:
        """Whether a person has yet to confirm it."""
        return self.due_ns > 0 and not self.confirmed_by

    def scanned(self, faulted: str, wall_ns: int, tripping: bool) -> str:
        """Count a scan; why the set must go back, or empty. ``tripping``: a trip is under way."""
        self.scans += 1
        if faulted:
            return faulted
        if self.taken_back_by:
            return f"{self.taken_back_by} took it back"
        if not self.waits:
            return ""
        self.held = tripping
        if tripping:
            self.due_ns = max(self.due_ns, wall_ns + AFTER_TRIP_NS)
            self.warned = False
        return f"nobody confirmed it within {time_text(self.within_ns)}" if wall_ns >= self.due_ns else ""

    def warns(self, wall_ns: int) -> bool:
        """Whether people must be told, now, that it goes back soon."""
        if not self.waits or self.held or self.warned or wall_ns < self.due_ns - WARN_NS:
            return False
        self.warned = True
        return True

    @property
    def passed(self) -> bool:
        return self.scans >= TRIAL_SCANS and not self.waits
