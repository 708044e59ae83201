"""A heartbeat: two words in shared memory by which a process shows that it still goes round."""

from __future__ import annotations

import mmap
import os
import time
from pathlib import Path

from plc.engine.shared import HEADER_SIZE, Barrier, SharedMemoryError, map_existing, map_new

# words of the file
_BEAT, _SCAN, _PID = range(3)


class Heartbeat:
    """One mapped heartbeat. ``own`` for the process that beats, ``open`` for who watches it."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._words = memoryview(memory).cast("Q")
        self._barrier = Barrier()

    @classmethod
    def own(cls, path: Path) -> Heartbeat:
        """This process's heartbeat, not yet beaten; an old one of that name is replaced, so that no beat of a dead
        process counts for its successor."""

        def prepare(view: memoryview) -> None:
            with view.cast("Q") as words:
                words[_PID] = os.getpid()

        return cls(map_new(path, HEADER_SIZE, prepare))

    @classmethod
    def open(cls, path: Path, pid: int) -> Heartbeat | None:
        """The heartbeat of process ``pid``; None as long as that process has not made it."""
        try:
            heartbeat = cls(map_existing(path))
        except SharedMemoryError:
            return None
        if heartbeat.pid == pid:
            return heartbeat
        heartbeat.close()
        return None

    def beat(self, scan: int = 0) -> None:
        """Say: alive now, at this scan."""
        self._words[_SCAN] = scan
        self._barrier()
        self._words[_BEAT] = time.monotonic_ns()

    @property
    def beaten_ns(self) -> int:
        """The last beat, CLOCK_MONOTONIC; 0 before the first."""
        return self._words[_BEAT]

    @property
    def scan(self) -> int:
        return self._words[_SCAN]

    @property
    def pid(self) -> int:
        return self._words[_PID]

    def close(self) -> None:
        """Let go of the memory; the file stays. Idempotent."""
        self._words.release()
        self._memory.close()
