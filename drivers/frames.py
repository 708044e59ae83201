"""What a bus said lately: the last 4,096 frames, counts by verdict, and how each device stands.

    driver --FrameLog--> one buffer (a file in shared memory) --FrameReader--> status, page, diagnosis

    header   magic, devices, frames written | counters, one u64 a verdict | devices, 24 bytes each | frames, 300 each

A frame's number stands before and after its text is written, so that a reader never takes a half-written one.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from drivers.errors import Verdict
from plc.engine.shared import HEADER_SIZE, Barrier, SharedMemoryError, map_existing, map_new

FRAMES = 4096
FRAME_SIZE = 300
LONGEST = 264
MAGIC = int.from_bytes(b"CKFRAME1", "little")
VERDICTS = 32
DEVICE_SIZE = 24

_FRAME = struct.Struct("<QqBBH")
_DEVICE = struct.Struct("<qBBxxIQ")
_MAGIC, _DEVICES, _WRITTEN = range(3)
_COUNTERS_AT = 64


class Direction(IntEnum):
    OUT = 0
    IN = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """``number`` counts from 1 since the log was made; ``text`` is at most 264 bytes of what was on the wire."""

    number: int
    monotonic_ns: int
    direction: Direction
    verdict: Verdict
    text: bytes


@dataclass(frozen=True, slots=True)
class DeviceState:
    """``since_ns`` (monotonic) is when ``answering`` last changed, 0 before the first attempt; ``reason`` is the last
    verdict; ``failures`` counts those in a row, ``answers`` all good ones."""

    answering: bool
    since_ns: int
    reason: Verdict
    failures: int
    answers: int


def log_size(devices: int) -> int:
    """Bytes of a log for ``devices`` devices."""
    return _frames_at(devices) + FRAMES * FRAME_SIZE


def _devices_at() -> int:
    return _COUNTERS_AT + 8 * VERDICTS


def _frames_at(devices: int) -> int:
    return (max(HEADER_SIZE, _devices_at() + DEVICE_SIZE * devices) + 7) // 8 * 8


class FrameLog:
    """The writer's side; a driver alone writes it."""

    def __init__(self, buffer: bytearray | mmap.mmap, devices: int) -> None:
        self._buffer = buffer
        self._words = memoryview(buffer)[: _devices_at()].cast("Q")
        self._words[_MAGIC], self._words[_DEVICES] = MAGIC, devices
        self._frames_at = _frames_at(devices)
        self._written = self._words[_WRITTEN]
        self._barrier = Barrier()

    @classmethod
    def in_memory(cls, devices: int) -> FrameLog:
        """A log that dies with the process."""
        return cls(bytearray(log_size(devices)), devices)

    @classmethod
    def create(cls, path: str | Path, devices: int) -> FrameLog:
        """The log at ``path`` (0600): one that is there and fits goes on. Raises SharedMemoryError."""
        path = Path(path)
        try:
            memory = map_existing(path)
        except SharedMemoryError:
            memory = None
        if memory is not None and len(memory) == log_size(devices):
            return cls(memory, devices)
        return cls(map_new(path, log_size(devices), lambda view: None), devices)

    def record(self, monotonic_ns: int, direction: Direction, verdict: Verdict, text: bytes | bytearray = b"") -> None:
        """Keep a frame and count its verdict."""
        number = self._written + 1
        at = self._frames_at + (self._written % FRAMES) * FRAME_SIZE
        kept = bytes(text[:LONGEST])
        _FRAME.pack_into(self._buffer, at, 0, monotonic_ns, direction, verdict, len(kept))
        self._buffer[at + _FRAME.size : at + _FRAME.size + len(kept)] = kept
        self._barrier()
        _FRAME.pack_into(self._buffer, at, number, monotonic_ns, direction, verdict, len(kept))
        self._written = number
        self._words[_WRITTEN] = number
        self.count(verdict)

    def count(self, verdict: Verdict) -> None:
        """Count something that is no frame."""
        self._words[_COUNTERS_AT // 8 + verdict] += 1

    def device(self, index: int, state: DeviceState) -> None:
        """How the device at ``index`` of the plan's order stands now."""
        at = _devices_at() + index * DEVICE_SIZE
        failures = min(state.failures, 0xFFFFFFFF)
        _DEVICE.pack_into(
            self._buffer, at, state.since_ns, state.answering, state.reason, failures, state.answers & (2**64 - 1)
        )


class FrameReader:
    """The reader's side, in any process."""

    def __init__(self, buffer: bytearray | mmap.mmap) -> None:
        self._buffer = buffer
        self._words = memoryview(buffer)[: _devices_at()].cast("Q")
        if self._words[_MAGIC] != MAGIC or len(buffer) != log_size(self._words[_DEVICES]):
            raise SharedMemoryError("no frame log of this version; stop the controller and remove its folder")
        self._devices = self._words[_DEVICES]
        self._frames_at = _frames_at(self._devices)

    @classmethod
    def open(cls, path: str | Path) -> FrameReader:
        """The log at ``path``. Raises SharedMemoryError if it is not there or not a log."""
        return cls(map_existing(Path(path)))

    def counters(self) -> dict[Verdict, int]:
        """How often each verdict fell."""
        return {verdict: self._words[_COUNTERS_AT // 8 + verdict] for verdict in Verdict}

    def devices(self) -> Sequence[DeviceState]:
        """Each device of the plan, in its order."""
        return [self._device(_devices_at() + index * DEVICE_SIZE) for index in range(self._devices)]

    def last(self, most: int = FRAMES) -> list[Frame]:
        """The newest frames, oldest first, at most ``most``; one overwritten while it is read is left out."""
        written = self._words[_WRITTEN]
        first = max(0, written - min(most, FRAMES))
        frames = (self._frame(number) for number in range(first, written))
        return [frame for frame in frames if frame is not None]

    def _device(self, at: int) -> DeviceState:
        since_ns, answering, reason, failures, answers = _DEVICE.unpack_from(self._buffer, at)
        return DeviceState(bool(answering), since_ns, Verdict(reason), failures, answers)

    def _frame(self, index: int) -> Frame | None:
        at = self._frames_at + (index % FRAMES) * FRAME_SIZE
        head = _FRAME.unpack_from(self._buffer, at)
        number, monotonic_ns, direction, verdict, size = head
        text = bytes(self._buffer[at + _FRAME.size : at + _FRAME.size + size])
        if number != index + 1 or _FRAME.unpack_from(self._buffer, at) != head:
            return None
        return Frame(number, monotonic_ns, Direction(direction), Verdict(verdict), text)
