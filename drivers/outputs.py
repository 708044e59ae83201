"""What else an output segment asks for: equalization targets and commands, and where the segment comes from."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Protocol

from drivers.line import SECOND_NS
from plc.core.catalogue import OutputKind
from plc.core.plan import OutputField
from plc.core.segments import OutputSegment

REFRESH_TARGETS_NS = 20 * SECOND_NS
"""A target expires in the module after 60 s; three refreshes fall into that."""


class OutputSource(Protocol):
    """The engine's side of a bus."""

    @property
    def sequence(self) -> int:
        """Changes with each publication; cheap."""

    @property
    def fence(self) -> int:
        """Segments of an older epoch no longer count; cheap."""

    def refresh(self) -> OutputSegment | None:
        """The newest segment; None before the first. It stays as it is until the next call."""


class Targets:
    """Equalization targets of the strings on this bus: broadcast when they change and every 20 s, one run of
    neighbouring strings after the other, then how long they hold."""

    def __init__(self, places: Sequence[OutputField]) -> None:
        self._places = [(index, place.number) for index, place in enumerate(places) if place.kind is OutputKind.TARGET]
        self._standing: Mapping[int, float] = {}
        self._sent: Mapping[int, float] = {}
        self._sent_ns = 0
        self._waiting: deque[Mapping[int, float]] = deque()

    def follow(self, segment: OutputSegment | None, live: bool) -> None:
        """Take the newest segment; without a live one nothing is sent and the targets expire."""
        if segment is None or not live:
            self._standing = {}
            self._waiting.clear()
            return
        volts = ((number, segment.value[index]) for index, number in self._places)
        self._standing = {number: value for number, value in volts if math.isfinite(value)}

    def next(self, now_ns: int) -> Mapping[int, float] | None:
        """The run to be broadcast now; an empty one stands for how long targets hold. None: nothing is due."""
        is_old = now_ns - self._sent_ns >= REFRESH_TARGETS_NS
        if self._standing and (self._standing != self._sent or is_old):
            self._sent, self._sent_ns = self._standing, now_ns
            self._waiting = deque((*runs(self._standing), {}))
        return self._waiting[0] if self._waiting else None

    def done(self) -> None:
        """The first one was sent."""
        self._waiting.popleft()


def runs(volts: Mapping[int, float]) -> list[dict[int, float]]:
    """The targets in runs of neighbouring strings."""
    found: list[dict[int, float]] = []
    for string in sorted(volts):
        if not found or string - 1 not in found[-1]:
            found.append({})
        found[-1][string] = volts[string]
    return found


class Commands:
    """Starts each command once for each new stamp with value 1; a stamp that stood there at start-up is not new."""

    def __init__(self, places: Sequence[OutputField]) -> None:
        self._places = [(index, place) for index, place in enumerate(places) if place.kind is OutputKind.COMMAND]
        self._seen: dict[int, int] = {}
        self._waiting: deque[OutputField] = deque()

    def begin(self, segment: OutputSegment | None) -> None:
        """What stands there at start-up has been started before."""
        self._seen = {index: segment.stamp[index] if segment is not None else 0 for index, _ in self._places}

    def follow(self, segment: OutputSegment | None, live: bool) -> None:
        if segment is None or not live:
            self._waiting.clear()
            return
        for index, place in self._places:
            stamp = segment.stamp[index]
            if stamp != self._seen[index]:
                self._seen[index] = stamp
                if segment.value[index] == 1.0:
                    self._waiting.append(place)

    @property
    def next(self) -> OutputField | None:
        return self._waiting[0] if self._waiting else None

    def done(self) -> None:
        """The first one was sent; whether it was answered or not, it is not repeated."""
        self._waiting.popleft()
