"""SQLite as the station uses it: what is committed survives a power cut, and a full disk is one kind of error.

WAL with synchronous FULL lost nothing in thousands of simulated power cuts, NORMAL lost acknowledged transactions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plc.core.station import NotStored

LONGEST_WAIT_S = 2.0
MEMORY = ":memory:"


class Database:
    """One file, opened for writing by its only writer. Raises NotStored."""

    def __init__(self, path: Path | str, schema: str) -> None:
        """``path`` may be ``:memory:``. ``schema`` makes what is not there yet."""
        self._path = path
        try:
            self._connection = sqlite3.connect(path, timeout=LONGEST_WAIT_S, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(schema)
        except sqlite3.Error as exc:
            raise self._not_stored(exc) from exc

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing. Raises NotStored."""
        try:
            with self._connection as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
        except sqlite3.Error as exc:
            raise self._not_stored(exc) from exc

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as exc:
            raise self._not_stored(exc) from exc

    def close(self) -> None:
        self._connection.close()

    def _not_stored(self, exc: sqlite3.Error) -> NotStored:
        return NotStored(f"{self._path}: {exc}; free space there, or move it aside if it is damaged")


def set_aside(path: Path) -> Path:
    """Move a database that cannot be read out of the way; where it went. Raises OSError."""
    aside = path.with_name(f"{path.name}.damaged")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside
