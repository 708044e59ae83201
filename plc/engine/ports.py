"""What the engine needs of the world, and plain in-memory worlds for tests and the pure simulation.

Inputs.freeze -> scan -> Latches.store, Retained.store -> Outputs.commit
                   |---> Events.emit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from plc.core.event import Event
from plc.core.plan import InputRef, Plan
from plc.core.segments import InputSegment, OutputSegment
from plc.engine.area import UnknownPath, locate
from plc.lang.types import Struct


class Inputs(Protocol):
    def freeze(self, site: bytearray, wall_ns: int) -> None:
        """Copy each bus's newest segment to its place in SITE, see ``segment_offsets``. Bounded, never blocks."""


class Outputs(Protocol):
    def commit(self, segments: Sequence[OutputSegment], scan: int) -> None:
        """Hand the segments, one for each bus of the plan, to the drivers."""


class Events(Protocol):
    def emit(self, event: Event) -> None:
        """Keep an event; its sequence number is given here."""


class Memo(Protocol):
    """Keeps a few kilobytes across a restart of the engine."""

    def load(self) -> bytes | None:
        """What was stored last; None when nothing valid is there."""

    def store(self, image: bytes) -> None: ...


def segment_offsets(plan: Plan, site: Struct) -> tuple[int, ...]:
    """Where in SITE each bus's raw input segment lies. Raises ValueError when the layout has no room for one."""
    offsets = []
    for bus in plan.buses:
        try:
            offsets.append(locate(site, f"{bus.name}_inputs").offset)
        except UnknownPath as exc:
            raise ValueError(
                f"the plant declarations have no {bus.name}_inputs; make them anew from this site"
            ) from exc
    return tuple(offsets)


class HeldInputs:
    """Input segments that hold what is written into them."""

    def __init__(self, plan: Plan, site: Struct) -> None:
        self.segments = tuple(InputSegment(len(bus.inputs)) for bus in plan.buses)
        self._offsets = segment_offsets(plan, site)

    def freeze(self, site: bytearray, wall_ns: int) -> None:
        for segment, offset in zip(self.segments, self._offsets, strict=True):
            site[offset : offset + len(segment.memory)] = segment.memory

    def sample(self, ref: InputRef, value: float, wall_ns: int, good: bool = True) -> None:
        """A new conversion of one place."""
        segment = self.segments[ref.bus]
        segment.value[ref.index] = value
        segment.sampled[ref.index] = wall_ns
        segment.sequence[ref.index] = (segment.sequence[ref.index] + 1) & 0xFFFFFFFF
        segment.good[ref.index] = int(good)


class KeptOutputs:
    """Keeps the last commit; ``segments`` are the engine's own, so read them before the next scan."""

    def __init__(self) -> None:
        self.segments: Sequence[OutputSegment] = ()
        self.scan = 0

    def commit(self, segments: Sequence[OutputSegment], scan: int) -> None:
        self.segments = segments
        self.scan = scan


class EventList:
    """Keeps every event in ``events``."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(replace(event, sequence=len(self.events) + 1))


class KeptMemo:
    """Keeps the last image."""

    def __init__(self, image: bytes | None = None) -> None:
        self.image = image

    def load(self) -> bytes | None:
        return self.image

    def store(self, image: bytes) -> None:
        self.image = image
