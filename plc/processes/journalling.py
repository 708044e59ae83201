"""The journal as the station keeps it: lines gather, one transaction a round. A full disk loses none of the last
20,000: they wait until there is room.

events, acts --add--> lines that wait --store--> STATE_DIR/journal.sqlite
"""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from plc.core.event import Event, EventKind
from plc.core.station import JournalStatus, NotStored
from plc.store.database import set_aside
from plc.store.journal import Journal, Line, Position

WAITING_MOST = 20_000
RETRY_AFTER_NS = 1_000_000_000

T = TypeVar("T")


class Journalling:
    """Takes lines at any time, stores them when asked to."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: deque[Line] = deque()
        self._lost = 0
        self._positions: dict[str, Position] = {}
        self._retry_ns = 0
        self._set_hash = ""
        self.problem = ""

    def add(self, line: Line) -> None:
        if len(self._waiting) >= WAITING_MOST:
            self._waiting.popleft()
            self._lost += 1
        self._waiting.append(line)

    def add_event(self, event: Event, source: str) -> None:
        """An event of the engine or the supervisor; a change of the running set with the hash before it."""
        changed = event.kind in (EventKind.SWAPPED, EventKind.SWAP_REVERTED) and source == "engine"
        before, after = (self._set_hash, event.set_hash) if changed else ("", "")
        if source == "engine":
            self._set_hash = event.set_hash
        self.add(
            Line(
                event.wall_ns,
                event.who,
                event.role,
                event.reason,
                event.kind.value,
                event.subject,
                event.text,
                before,
                after,
                event.set_hash,
                source,
                event.sequence,
            )
        )

    def read_up_to(self, source: str, position: Position) -> None:
        """The events up to there have been added."""
        self._positions[source] = position

    @property
    def set_hash(self) -> str:
        """The running set's, as the last event told."""
        return self._set_hash

    def store(self, now_ns: int) -> None:
        """Write what waits. What cannot be written waits on; ``problem`` says why."""
        if not self._waiting or now_ns < self._retry_ns:
            return
        lines = list(self._waiting)
        if self._lost:
            text = f"{self._lost} lines before this one were lost while the journal could not be written"
            lines.insert(0, Line(time.time_ns(), "", "", "", "journal", "journal", text))
        try:
            self._journal.append(lines, self._positions)
        except NotStored as exc:
            self.problem, self._retry_ns = str(exc), now_ns + RETRY_AFTER_NS
            return
        self._waiting.clear()
        self._lost, self.problem = 0, ""

    def close(self) -> None:
        self._journal.close()

    def status(self) -> JournalStatus:
        return JournalStatus(self._journal.rows, len(self._waiting), self.problem)


def opened(path: Path, open_it: Callable[[Path], T]) -> tuple[T, str]:
    """A store of the station, and what there is to tell of it: a damaged one is moved aside and begun anew.

    Raises NotStored when nothing can be stored there.
    """
    try:
        return open_it(path), ""
    except NotStored as exc:
        cause = exc.__cause__
        if not isinstance(cause, sqlite3.DatabaseError) or isinstance(cause, sqlite3.OperationalError):
            raise
        aside = set_aside(path)
        return open_it(path), f"{path.name} is damaged ({cause}); it lies at {aside}, a new one begins"
