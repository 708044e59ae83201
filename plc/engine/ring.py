"""A ring: the newest of something, written by one process, read by any number, never torn, never waited for.

    header   magic, payload size, slot stride, newest sequence, fence epoch
    4 slots  sequence (0 = being written), scan, monotonic ns | payload

The writer fills the slot after the newest, then points the header at it. So a writer that dies in the middle leaves
the newest slot as it was, and a reader meets a slot being written only if the writer lapped it three times.
"""

from __future__ import annotations

import mmap
import time
from dataclasses import dataclass
from pathlib import Path

from plc.engine.shared import HEADER_SIZE, WORD, Barrier, SharedMemoryError, map_existing, map_new

SLOTS = 4
SLOT_HEADER = 64
MAGIC = int.from_bytes(b"CKRING01", "little")

# words of the header
_MAGIC, _PAYLOAD, _STRIDE, _NEWEST, _FENCE = range(5)
# words of a slot's header
_SEQUENCE, _SCAN, _MONOTONIC = range(3)


@dataclass(frozen=True, slots=True)
class Slot:
    """What a read found: ``sequence`` counts publications from 1, ``scan`` is the writer's, the instant is wall ns."""

    sequence: int
    scan: int
    monotonic_ns: int


class Ring:
    """One mapped ring. ``create`` for its only writer, ``open`` for readers and for the supervisor's fence word."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._bytes = memoryview(memory)
        self._words = self._bytes.cast("Q")
        self.payload_size = self._words[_PAYLOAD]
        stride = self._words[_STRIDE]
        starts = [HEADER_SIZE + stride * n for n in range(SLOTS)]
        self._slots = [start // WORD for start in starts]
        self._payloads = [self._bytes[start + SLOT_HEADER :][: self.payload_size] for start in starts]
        self._barrier = Barrier()

    @classmethod
    def create(cls, path: str | Path, payload_size: int) -> Ring:
        """The writer's ring of ``payload_size`` bytes. A ring already there with that size goes on (sequence, fence,
        newest slot; its readers keep their mapping); otherwise a new file takes its name."""
        path = Path(path)
        stride = SLOT_HEADER + (payload_size + SLOT_HEADER - 1) // SLOT_HEADER * SLOT_HEADER
        try:
            ring = cls.open(path)
        except SharedMemoryError:
            pass
        else:
            if ring.payload_size == payload_size:
                return ring
            ring.close()

        def prepare(view: memoryview) -> None:
            with view.cast("Q") as words:
                words[_MAGIC], words[_PAYLOAD], words[_STRIDE] = MAGIC, payload_size, stride

        return cls(map_new(path, HEADER_SIZE + SLOTS * stride, prepare))

    @classmethod
    def open(cls, path: str | Path) -> Ring:
        """An existing ring. Raises SharedMemoryError if it is not there or not a ring."""
        memory = map_existing(Path(path))
        with memoryview(memory) as view, view.cast("Q") as words:
            magic, stride = words[_MAGIC], words[_STRIDE]
            fits = magic == MAGIC and len(view) == HEADER_SIZE + SLOTS * stride and stride >= words[_PAYLOAD]
        if not fits:
            memory.close()
            raise SharedMemoryError(f"{path} is not a ring of this version; stop the controller and remove its folder")
        return cls(memory)

    def publish(self, payload: bytes | bytearray | memoryview, scan: int) -> None:
        """Make ``payload`` (exactly ``payload_size`` bytes) the newest. The ring's only writer calls this."""
        words, barrier = self._words, self._barrier
        sequence = words[_NEWEST] + 1
        number = sequence % SLOTS
        slot = self._slots[number]
        words[slot + _SEQUENCE] = 0
        barrier()
        self._payloads[number][:] = memoryview(payload).cast("B")
        words[slot + _SCAN] = scan
        words[slot + _MONOTONIC] = time.monotonic_ns()
        barrier()
        words[slot + _SEQUENCE] = sequence
        words[_NEWEST] = sequence
        # the sequence word may become visible after the newest word on some processors: a reader then sees a slot
        # that does not match and looks again, until both are there

    def latest(self, into: bytearray | memoryview) -> Slot | None:
        """Copy the newest payload to the start of ``into``; None if nothing was published yet."""
        words, barrier = self._words, self._barrier
        while True:
            sequence = words[_NEWEST]
            if sequence == 0:
                return None
            barrier()
            number = sequence % SLOTS
            slot = self._slots[number]
            if words[slot + _SEQUENCE] == sequence:
                barrier()
                memoryview(into)[: self.payload_size] = self._payloads[number]
                found = Slot(sequence, words[slot + _SCAN], words[slot + _MONOTONIC])
                barrier()
                if words[slot + _SEQUENCE] == sequence:
                    return found

    @property
    def sequence(self) -> int:
        """Publications so far; a change says that something new has come."""
        return self._words[_NEWEST]

    @property
    def fence(self) -> int:
        """The fence epoch: segments of an older epoch no longer count. Set by the supervisor alone."""
        return self._words[_FENCE]

    @fence.setter
    def fence(self, epoch: int) -> None:
        self._words[_FENCE] = epoch

    def close(self) -> None:
        """Let go of the memory; the file stays. Idempotent."""
        for view in (*self._payloads, self._words, self._bytes):
            view.release()
        self._memory.close()
