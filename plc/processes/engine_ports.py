"""The engine's ports on shared memory: segments through rings, latches in a mapped file.

in-<bus> --freeze--> SITE          segments --commit--> out-<bus>          latches <--> mapped file
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plc.core.plan import Plan
from plc.core.run_paths import RunPaths
from plc.core.segments import InputSegment, OutputSegment
from plc.engine.latches import TwoCopies
from plc.engine.ports import segment_offsets
from plc.engine.ring import Ring
from plc.engine.shared import SharedMemoryError, map_existing, map_new
from plc.lang.types import Struct

LATCHES_SIZE = 1024 * 1024
RETAINED_SIZE = 1024 * 1024


class RingInputs:
    """Copies what came since the last scan; a bus that gave nothing keeps its last segment in SITE."""

    def __init__(self, plan: Plan, run: RunPaths, site: Struct) -> None:
        sizes = [InputSegment.size(len(bus.inputs)) for bus in plan.buses]
        rings = [Ring.create(run.input(bus.name), size) for bus, size in zip(plan.buses, sizes, strict=True)]
        self._places = list(zip(rings, segment_offsets(plan, site), sizes, strict=True))
        self._taken = [0] * len(rings)

    def freeze(self, site: bytearray, wall_ns: int) -> None:
        view = memoryview(site)
        for number, (ring, offset, size) in enumerate(self._places):
            if ring.sequence == self._taken[number]:
                continue
            slot = ring.latest(view[offset : offset + size])
            if slot is not None:
                self._taken[number] = slot.sequence


class RingOutputs:
    """Publishes each bus's segment; ``epoch`` is the fence epoch an engine that starts now works under."""

    def __init__(self, plan: Plan, run: RunPaths) -> None:
        self._rings = [Ring.create(run.output(bus.name), OutputSegment.size(len(bus.outputs))) for bus in plan.buses]
        self.epoch = max((ring.fence for ring in self._rings), default=0)

    def commit(self, segments: Sequence[OutputSegment], scan: int) -> None:
        for ring, segment in zip(self._rings, segments, strict=True):
            ring.publish(segment.memory, scan)


def mapped_memo(path: Path, size: int) -> TwoCopies:
    """Two copies in a mapped file of that size, which outlives the engine."""
    try:
        memory = map_existing(path)
    except SharedMemoryError:
        memory = None
    if memory is None or len(memory) != size:
        memory = map_new(path, size, lambda view: None)
    return TwoCopies(memory)
