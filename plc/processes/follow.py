"""Following an event ring through restarts of its writer: each event once, and how many were lost.

RUN_DIR/events --EventFollower--> (events, lost), Position        the position is kept by the journal
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from plc.core.event import Event
from plc.engine.event_ring import EventRing
from plc.engine.shared import SharedMemoryError
from plc.store.journal import Position

MOST = 1000
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """What tells one start of the machine from another; empty where the kernel does not say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


class EventFollower:
    """One ring. A ring made anew counts from 1 again; its name says so: boot and inode of its file."""

    def __init__(self, path: Path, position: Position | None) -> None:
        self._path = path
        self._ring: EventRing | None = None
        self._boot = boot_id()
        self._decode = msgspec.json.Decoder(Event).decode
        self.position = position or Position("", 0)

    def take(self) -> tuple[list[Event], int]:
        """The events that came since, at most MOST, and how many before or among them were overwritten unread."""
        ring = self._current()
        if ring is None:
            return [], 0
        found = ring.after(self.position.event, MOST)
        self.position = Position(self.position.ring, found.last)
        return [self._decode(record) for record in found.records], found.lost

    def _current(self) -> EventRing | None:
        try:
            name = f"{self._boot}:{self._path.stat().st_ino}"
        except OSError:
            return self._ring
        if self._ring is None or name != self.position.ring:
            try:
                ring = EventRing.open(self._path)
            except SharedMemoryError:
                return self._ring
            if self._ring is not None:
                self._ring.close()
            self._ring = ring
            if name != self.position.ring:
                self.position = Position(name, 0)
        return self._ring
