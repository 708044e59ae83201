"""The record of trips: what asked for each, kept in the state directory.

Recorder (the station's) --add--> STATE/trips.json --all--> page, after any restart
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from plc.core.event import Event
from plc.why.legs import Leg
from plc.why.lines import TripFrame

KEPT = 200


class Cause(msgspec.Struct):
    """One call that asked for the trip: its instance, its program, the legs."""

    key: str
    program: str
    legs: list[Leg]


class TripRecord(msgspec.Struct):
    """``late_scans`` is how many scans after the request the legs were read, -1: never, they were gone; ``frames``
    what then went over the wire."""

    breaker: str
    strings: list[str]
    sequence: int
    scan: int
    unix_ns: int
    program_ns: int
    set_hash: str
    text: str
    values: dict[str, float]
    causes: list[Cause]
    late_scans: int
    frames: list[TripFrame] = []


def recorded(path: Path) -> list[TripRecord]:
    """The records of a file, newest last; none where it is not there or is no record."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[TripRecord])
    except (OSError, msgspec.DecodeError):
        return []


class TripStore:
    """The one writer of the records."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records = recorded(path)

    def knows(self, event: Event) -> bool:
        return any((r.unix_ns, r.breaker) == (event.wall_ns, event.subject) for r in self._records)

    def add(self, record: TripRecord) -> None:
        """Keep it through a power cut. Raises OSError when the directory takes nothing; it is kept with the next."""
        self._records = [*self._records, record][-KEPT:]
        self._keep()

    def add_frames(self, breaker: str, frames: list[TripFrame]) -> None:
        """Join frames to the breaker's newest record. Raises OSError."""
        for record in reversed(self._records):
            if record.breaker == breaker:
                known = {frame.frame.at_ns for frame in record.frames}
                record.frames += [frame for frame in frames if frame.frame.at_ns not in known]
                self._keep()
                return

    def _keep(self) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as out:
            out.write(msgspec.json.encode(self._records))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._path)
