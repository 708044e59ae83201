"""The raw segments as the engine uses them: what a place reads now, and what a place is told.

Readings: SITE's copy of the input segments        Coils: the output segments of the next commit
"""

from __future__ import annotations

import math

from plc.core.plan import InputRef, OutputRef, Plan
from plc.core.segments import OutputSegment
from plc.engine.area import Area
from plc.engine.ports import segment_offsets


class Readings:
    """The frozen input segments inside SITE."""

    def __init__(self, plan: Plan, site: Area) -> None:
        self._value: list[memoryview[float]] = []
        self._sampled: list[memoryview] = []
        self._good: list[memoryview] = []
        self._stale_after_ns = [bus.stale_after_ns for bus in plan.buses]
        for bus, offset in zip(plan.buses, segment_offsets(plan, site.layout), strict=True):
            count = len(bus.inputs)
            values, sampled, good = offset + 8, offset + 8 + 8 * count, offset + 8 + 20 * count
            self._value.append(site.view[values:sampled].cast("d"))
            self._sampled.append(site.view[sampled : sampled + 8 * count].cast("q"))
            self._good.append(site.view[good : good + count])

    def contact(self, ref: InputRef, wall_ns: int) -> bool | None:
        """Whether a contact is active; None when that is not known: never read, not available or stale."""
        bus, index = ref.bus, ref.index
        sampled = self._sampled[bus][index]
        if not sampled or not self._good[bus][index] or wall_ns - sampled > self._stale_after_ns[bus]:
            return None
        return bool(self._value[bus][index] >= 0.5)

    def sampled_ns(self, ref: InputRef) -> int:
        return int(self._sampled[ref.bus][ref.index])

    def newest_ns(self, bus: int) -> int:
        """When the bus last gave anything; 0: never."""
        return max(self._sampled[bus], default=0)

    def fresh(self, bus: int, wall_ns: int) -> int:
        """How many places of the bus are good and not stale."""
        oldest = max(1, wall_ns - self._stale_after_ns[bus])
        pairs = zip(self._sampled[bus], self._good[bus], strict=True)
        return sum(1 for sampled, good in pairs if good and sampled >= oldest)


class Coils:
    """The output segments. A place never commanded holds NaN: its driver leaves the output as it is."""

    def __init__(self, plan: Plan, first_stamp: int) -> None:
        """``first_stamp`` differs from any stamp before a restart, so that a driver takes the first command as new."""
        self.segments = tuple(OutputSegment(len(bus.outputs)) for bus in plan.buses)
        for segment in self.segments:
            segment.clear(range(len(segment.value)))
            for index in range(len(segment.stamp)):
                segment.stamp[index] = first_stamp & 0xFFFFFFFF

    def command(self, ref: OutputRef, value: float, until_ns: int = 0) -> None:
        self.segments[ref.bus].command(ref.index, value, until_ns)

    def again(self, ref: OutputRef) -> None:
        """Have the standing command written once more."""
        stamp = self.segments[ref.bus].stamp
        stamp[ref.index] = (stamp[ref.index] + 1) & 0xFFFFFFFF

    def clear(self, ref: OutputRef) -> None:
        self.segments[ref.bus].clear((ref.index,))

    def value(self, ref: OutputRef) -> float | None:
        """The standing command; None when there is none."""
        value = self.segments[ref.bus].value[ref.index]
        return None if math.isnan(value) else value

    def seal(self, valid_until_ns: int, epoch: int) -> None:
        for segment in self.segments:
            segment.valid_until_ns = valid_until_ns
            segment.epoch = epoch
