"""The layout of what drivers and engine exchange through rings: columns, so that a scan copies and loops.

    input segment   Cycle i64 | Value f64[n] | Sampled i64[n] | Sequence u32[n] | Good u8[n]
    output segment  ValidUntil i64 | Epoch i64 | Value f64[m] | Until i64[m] | Stamp u32[m]

Each segment is padded to a multiple of 8 bytes. Times are CLOCK_MONOTONIC in ns (wall time, whatever the
simulation speed). The input layout is the C layout of the structure the plant declarations give it.
"""

from __future__ import annotations

from collections.abc import Sequence


def _padded(size: int) -> int:
    return (size + 7) // 8 * 8


class InputSegment:
    """A bus's readings. ``Good`` FALSE: not available or not plausible; ``Sampled`` 0: never read.

    ``sequence`` advances only with a new conversion of the device, ``cycle`` is the last full poll's length in ns.
    """

    def __init__(self, count: int) -> None:
        self.memory = bytearray(self.size(count))
        view = memoryview(self.memory)
        self._cycle = view[0:8].cast("q")
        at = 8
        self.value = view[at : at + 8 * count].cast("d")
        at += 8 * count
        self.sampled = view[at : at + 8 * count].cast("q")
        at += 8 * count
        self.sequence = view[at : at + 4 * count].cast("I")
        at += 4 * count
        self.good = view[at : at + count]

    @staticmethod
    def size(count: int) -> int:
        """Bytes of a segment with ``count`` places."""
        return _padded(8 + 21 * count)

    @property
    def cycle_ns(self) -> int:
        return int(self._cycle[0])

    @cycle_ns.setter
    def cycle_ns(self, ns: int) -> None:
        self._cycle[0] = ns


class OutputSegment:
    """A bus's commands.

    ``value`` NaN: no command, leave the output as it is. ``until`` not 0: the driver ends it (writes the opposite)
    at that instant by itself. ``stamp`` changes with each new command. After ``valid_until_ns``, or once the ring's
    fence epoch exceeds ``epoch``, nothing here counts and the driver applies fail states.
    """

    def __init__(self, count: int) -> None:
        self.memory = bytearray(self.size(count))
        view = memoryview(self.memory)
        self._head = view[0:16].cast("q")
        at = 16
        self.value = view[at : at + 8 * count].cast("d")
        at += 8 * count
        self.until = view[at : at + 8 * count].cast("q")
        at += 8 * count
        self.stamp = view[at : at + 4 * count].cast("I")

    @staticmethod
    def size(count: int) -> int:
        """Bytes of a segment with ``count`` places."""
        return _padded(16 + 20 * count)

    @property
    def valid_until_ns(self) -> int:
        return int(self._head[0])

    @valid_until_ns.setter
    def valid_until_ns(self, ns: int) -> None:
        self._head[0] = ns

    @property
    def epoch(self) -> int:
        return int(self._head[1])

    @epoch.setter
    def epoch(self, number: int) -> None:
        self._head[1] = number

    def command(self, index: int, value: float, until_ns: int = 0) -> None:
        """Set one output; the stamp advances only if the command differs from the standing one."""
        if self.value[index] != value or self.until[index] != until_ns:
            self.value[index] = value
            self.until[index] = until_ns
            self.stamp[index] = (self.stamp[index] + 1) & 0xFFFFFFFF

    def clear(self, indices: Sequence[int]) -> None:
        """Take back commands: these outputs stay as they are."""
        for index in indices:
            self.value[index] = float("nan")
            self.until[index] = 0
