"""The event ring: the last events, as JSON records with sequence numbers, so that a reader knows when it lost some.

    header    magic, places, room, newest sequence, next position, claimed position
    places    sequence, position, length       one for each of the last 8,192 records
    room      2 MiB of record text; positions count for ever, a record never wraps

The writer first claims the stretch it is going to overwrite; a reader that finds its record's stretch claimed after
copying it throws the copy away and counts the record as lost.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from plc.core.event import Event
from plc.engine.shared import HEADER_SIZE, WORD, Barrier, SharedMemoryError, map_existing, map_new

PLACES = 8192
ROOM = 2 * 1024 * 1024
RECORD_MAX = 16 * 1024
TEXT_MAX = 2000
MAGIC = int.from_bytes(b"CKEVENT1", "little")

# words of the header
_MAGIC, _PLACES, _ROOM, _NEWEST, _NEXT, _CLAIMED = range(6)
# words of a place
_SEQUENCE, _POSITION, _LENGTH = range(3)
_PLACE_SIZE = 4 * WORD


@dataclass(frozen=True, slots=True)
class Records:
    """What a read found: ``records`` in order, the sequence number of the last one (to go on from), and how many
    after the reader's last one were overwritten before it came."""

    records: tuple[bytes, ...]
    last: int
    lost: int


class EventRing:
    """One mapped event ring. ``create`` for its only writer, ``open`` for readers."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._bytes = memoryview(memory)
        self._words = self._bytes.cast("Q")
        self._room = self._bytes[HEADER_SIZE + PLACES * _PLACE_SIZE :]
        self._barrier = Barrier()
        self._encode = msgspec.json.Encoder().encode

    @classmethod
    def create(cls, path: str | Path) -> EventRing:
        """The writer's event ring; one that is already there goes on where it stopped."""
        path = Path(path)
        try:
            return cls.open(path)
        except SharedMemoryError:
            return cls(map_new(path, HEADER_SIZE + PLACES * _PLACE_SIZE + ROOM, _prepare))

    @classmethod
    def open(cls, path: str | Path) -> EventRing:
        """An existing event ring. Raises SharedMemoryError if it is not there or of another version."""
        memory = map_existing(Path(path))
        with memoryview(memory) as view, view.cast("Q") as words:
            fits = (words[_MAGIC], words[_PLACES], words[_ROOM]) == (MAGIC, PLACES, ROOM)
            fits = fits and len(view) == HEADER_SIZE + PLACES * _PLACE_SIZE + ROOM
        if not fits:
            memory.close()
            raise SharedMemoryError(
                f"{path} is no event ring of this version; stop the controller and remove its folder"
            )
        return cls(memory)

    @property
    def newest(self) -> int:
        """The last event's sequence number; 0 before the first."""
        return self._words[_NEWEST]

    def emit(self, event: Event) -> None:
        """Append an event under this ring's next sequence number; one too long loses its tail, never the engine."""
        numbered = replace(event, sequence=self.newest + 1)
        record = self._encode(numbered)
        if len(record) > RECORD_MAX:
            record = self._encode(replace(numbered, text=event.text[:TEXT_MAX], values={}))
        self.append(record)

    def append(self, record: bytes) -> int:
        """Append a record of at most RECORD_MAX bytes and return its sequence number. The only writer calls this.

        Raises ValueError for a longer one.
        """
        length = len(record)
        if length > RECORD_MAX:
            raise ValueError(f"an event has {length} bytes, the ring takes {RECORD_MAX}; shorten its text")
        words, barrier = self._words, self._barrier
        position = words[_NEXT]
        at = position % ROOM
        if at + length > ROOM:
            position, at = position + ROOM - at, 0
        sequence = words[_NEWEST] + 1
        place = _place(sequence)
        words[_CLAIMED] = position + length
        words[place + _SEQUENCE] = 0
        barrier()
        self._room[at : at + length] = record
        words[place + _POSITION] = position
        words[place + _LENGTH] = length
        barrier()
        words[place + _SEQUENCE] = sequence
        words[_NEXT] = position + length
        barrier()
        words[_NEWEST] = sequence
        return sequence

    def after(self, sequence: int, limit: int = PLACES) -> Records:
        """The records that follow number ``sequence`` (0: from the oldest kept), at most ``limit`` of them.

        A number the ring has not reached comes from the ring of an earlier run: reading begins anew.
        """
        newest = self.newest
        self._barrier()
        sequence = sequence if sequence <= newest else 0
        first = max(sequence + 1, newest - PLACES + 1)
        found: list[bytes] = []
        last, lost = sequence, max(0, first - sequence - 1)
        for number in range(first, newest + 1):
            record = self._read(number)
            if record is None:
                lost += 1
            else:
                found.append(record)
            last = number
            if len(found) == limit:
                break
        return Records(tuple(found), last, lost)

    def events(self, sequence: int, limit: int = PLACES) -> Iterator[Event]:
        """``after`` decoded, for readers that need no count of lost ones."""
        decode = msgspec.json.Decoder(Event).decode
        return (decode(record) for record in self.after(sequence, limit).records)

    def _read(self, sequence: int) -> bytes | None:
        words, barrier = self._words, self._barrier
        place = _place(sequence)
        if words[place + _SEQUENCE] != sequence:
            return None
        barrier()
        position, length = words[place + _POSITION], words[place + _LENGTH]
        at = position % ROOM
        record = bytes(self._room[at : at + min(length, RECORD_MAX)])
        barrier()
        kept = words[place + _SEQUENCE] == sequence and words[_CLAIMED] - position <= ROOM
        return record if kept else None

    def close(self) -> None:
        """Let go of the memory; the file stays. Idempotent."""
        for view in (self._room, self._words, self._bytes):
            view.release()
        self._memory.close()


def _place(sequence: int) -> int:
    """The first word of a record's place."""
    return (HEADER_SIZE + sequence % PLACES * _PLACE_SIZE) // WORD


def _prepare(view: memoryview) -> None:
    with view.cast("Q") as words:
        words[_MAGIC], words[_PLACES], words[_ROOM] = MAGIC, PLACES, ROOM
