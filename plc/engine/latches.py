"""What survives a restart of the engine: sequences, relay commands, guard history and the last answers.

    Latches --encode--> image --TwoCopies--> shared memory        stored before each commit that differs

Two copies alternate, each with a counter and a CRC32: a writer that dies within a store leaves the other one whole.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from dataclasses import dataclass, field

import msgspec

from plc.core.command import Answer
from plc.engine.breaker import TripSequence

VERSION = 1
_HEADER = struct.Struct("<QII")


@dataclass(slots=True)
class RelayMemory:
    """A relay across a restart: whether it was last wanted on (a pulse is not given twice for one wish), when its
    pulse ends, and what a person or a schedule asked (``person`` -1: nothing, else 0 or 1; ``person_until_ns`` 0:
    until further notice). Times are the wall's."""

    wanted: bool = False
    pulse_until_ns: int = 0
    person: int = -1
    person_until_ns: int = 0
    who: str = ""


@dataclass(slots=True)
class PauseMemory:
    """A program's pause across a restart: until when, in wall time, and who asked for it."""

    until_ns: int
    who: str


@dataclass(slots=True)
class Latches:
    """By name, so that they fit a changed site as far as it kept its names. ``waiting`` is the set_hash of a set that
    nobody has confirmed yet."""

    version: int = VERSION
    breakers: dict[str, TripSequence] = field(default_factory=dict)
    relays: dict[str, RelayMemory] = field(default_factory=dict)
    guard: list[tuple[int, int]] = field(default_factory=list)
    pauses: dict[str, PauseMemory] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    waiting: str = ""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Latches)


def encode(latches: Latches) -> bytes:
    return _encoder.encode(latches)


def decode(image: bytes | None) -> Latches | None:
    """None for no image, and for one of another version."""
    if image is None:
        return None
    try:
        latches = _decoder.decode(image)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    return latches if latches.version == VERSION else None


class TwoCopies:
    """A Memo in one stretch of memory, such as a mapped file in /dev/shm."""

    def __init__(self, memory: bytearray | mmap.mmap) -> None:
        self._memory = memory
        self._half = len(memory) // 2
        newest = max((0, 1), key=lambda half: self._read(half)[0])
        self._counter = self._read(newest)[0]

    def load(self) -> bytes | None:
        found = [read for read in map(self._read, (0, 1)) if read[1] is not None]
        return max(found, key=lambda read: read[0])[1] if found else None

    def store(self, image: bytes) -> None:
        """Overwrites the older copy. Raises ValueError when the image is longer than half the memory."""
        if _HEADER.size + len(image) > self._half:
            raise ValueError(f"{len(image)} bytes do not fit; make the memory {2 * (_HEADER.size + len(image))} bytes")
        self._counter += 1
        at = self._counter % 2 * self._half
        checked = struct.pack("<QI", self._counter, len(image))
        start = at + _HEADER.size
        self._memory[start : start + len(image)] = image
        crc = zlib.crc32(image, zlib.crc32(checked))
        self._memory[at : at + _HEADER.size] = checked + struct.pack("<I", crc)

    def _read(self, half: int) -> tuple[int, bytes | None]:
        """(counter, image) of a copy; (0, None) for one that is damaged or was never written."""
        at = half * self._half
        counter, length, crc = _HEADER.unpack_from(self._memory, at)
        if counter == 0 or length > self._half - _HEADER.size:
            return 0, None
        start = at + _HEADER.size
        image = bytes(self._memory[start : start + length])
        good = zlib.crc32(image, zlib.crc32(struct.pack("<QI", counter, length))) == crc
        return (counter, image) if good else (0, None)
