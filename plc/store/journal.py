"""The journal: who did what and why, and what the plant did; append-only, each row sealed by the one before.

Line, Line, ... --Journal.append--> STATE_DIR/journal.sqlite --read_journal, verify--> page, `plc journal`

A row's hash is SHA-256 over the hash before it and the row's own fields, so that no row can be changed, taken out or
put in between without a trace. Rows cut off at the end leave no trace here: keep the newest hash elsewhere (it stands
in every export). SQLite in WAL with synchronous FULL: what is written has survived a power cut.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import msgspec

from plc.core.station import NotStored
from plc.store.database import Database

FIRST = "0" * 64
TEXT_MAX = 4000

_COLUMNS = "wall_ns, who, role, reason, what, subject, text, before, after, set_hash, source, event"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY,
    wall_ns INTEGER NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, reason TEXT NOT NULL, what TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, set_hash TEXT NOT NULL,
    source TEXT NOT NULL, event INTEGER NOT NULL, hash TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS journal_keeps BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_forgets_nothing BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE IF NOT EXISTS position (source TEXT PRIMARY KEY, ring TEXT NOT NULL, event INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row to be. ``what`` is the kind of act or event, ``subject`` what it is about, ``before`` and ``after`` the
    values it changed; ``source`` is engine, supervisor or station, ``event`` the number of that source's event (0:
    none). ``wall_ns`` is Unix time."""

    wall_ns: int
    who: str
    role: str
    reason: str
    what: str
    subject: str
    text: str
    before: str = ""
    after: str = ""
    set_hash: str = ""
    source: str = "station"
    event: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands."""

    number: int
    line: Line
    hash: str


@dataclass(frozen=True, slots=True)
class Position:
    """Up to which event of which ring the journal goes."""

    ring: str
    event: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """``broken_at`` is the number of the first row that does not follow from the one before; None: all do."""

    rows: int
    newest_hash: str
    broken_at: int | None = None


class Journal:
    """For its one writer, the station. All methods raise NotStored; then nothing of the call is kept."""

    def __init__(self, path: Path | str) -> None:
        self._base = Database(path, _SCHEMA)
        newest = self._base.rows("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1")
        self.rows, self.newest_hash = (int(str(newest[0][0])), str(newest[0][1])) if newest else (0, FIRST)

    def append(self, lines: Sequence[Line], positions: dict[str, Position] | None = None) -> None:
        """Add lines, and note how far each source has been read, all or nothing."""
        number, newest = self.rows, self.newest_hash
        rows = []
        for line in map(_bounded, lines):
            number += 1
            newest = _seal(newest, number, line)
            rows.append((number, *astuple(line), newest))
        with self._base.writing() as write:
            write.executemany(f"INSERT INTO journal VALUES ({', '.join('?' * 14)})", rows)
            write.executemany(
                "INSERT INTO position VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE"
                " SET ring = excluded.ring, event = excluded.event",
                [(source, position.ring, position.event) for source, position in (positions or {}).items()],
            )
        self.rows, self.newest_hash = number, newest

    def positions(self) -> dict[str, Position]:
        found = self._base.rows("SELECT source, ring, event FROM position")
        return {str(source): Position(str(ring), int(str(event))) for source, ring, event in found}

    def close(self) -> None:
        self._base.close()


def read_journal(path: Path, after: int = 0, most: int = 1000) -> list[Row]:
    """The rows behind number ``after``, oldest first; with ``after`` -1 the newest ones, oldest first as well.

    Reads while the station writes, and with no controller running. Raises NotStored when there is no journal.
    """
    with _reading(path) as base:
        query = f"SELECT number, {_COLUMNS}, hash FROM journal"
        if after < 0:
            found = base.execute(f"{query} ORDER BY number DESC LIMIT ?", (most,)).fetchall()[::-1]
        else:
            found = base.execute(f"{query} WHERE number > ? ORDER BY number LIMIT ?", (after, most)).fetchall()
    return [_row(values) for values in found]


def verify(path: Path) -> Verdict:
    """Follow the chain of hashes from the first row to the last. Raises NotStored when there is no journal."""
    newest, number = FIRST, 0
    with _reading(path) as base:
        for values in base.execute(f"SELECT number, {_COLUMNS}, hash FROM journal ORDER BY number"):
            row = _row(values)
            number += 1
            newest = _seal(newest, number, row.line)
            if (row.number, row.hash) != (number, newest):
                return Verdict(number - 1, row.hash, number)
    return Verdict(number, newest)


def journal_text(rows: Sequence[Row], zone: tzinfo = UTC) -> Iterator[str]:
    """Rows as `plc journal` prints them, one line each."""
    for row in rows:
        line = row.line
        at = datetime.fromtimestamp(line.wall_ns / 1e9, zone)
        by = f"  by {line.who} ({line.role}): {line.reason}" if line.who else ""
        change = f"  [{line.before or '-'} -> {line.after or '-'}]" if line.before or line.after else ""
        told = f"{line.what}  {line.subject}: {line.text}" if line.text else f"{line.what}  {line.subject}"
        event = f"  {line.source} event {line.event}" if line.event else ""
        shown = "".join(c if c.isprintable() else "?" for c in f"{told}{change}{by}")
        yield f"{row.number}  {at:%Y-%m-%d %H:%M:%S%z}  {shown}  set {line.set_hash[:12] or '-'}{event}"


class _reading(closing[sqlite3.Connection]):
    """A connection that writes nothing, closed at the end."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise NotStored(f"there is no journal at {path}; a controller that ran on this state directory made one")
        super().__init__(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=2.0))


def _row(values: Sequence[object]) -> Row:
    number, *fields, seal = values
    return Row(int(str(number)), msgspec.convert(dict(zip(Line.__slots__, fields, strict=True)), Line), str(seal))


def _seal(before: str, number: int, line: Line) -> str:
    return hashlib.sha256(before.encode() + msgspec.json.encode((number, *astuple(line)))).hexdigest()


def _bounded(line: Line) -> Line:
    """A line whose texts fit, whatever somebody typed; lone surrogates have no UTF-8."""
    fields = {name: _clean(value) for name, value in zip(Line.__slots__, astuple(line), strict=True)}
    return msgspec.convert(fields, Line)


def _clean(value: str | int) -> str | int:
    return value[:TEXT_MAX].encode("utf-8", "replace").decode() if isinstance(value, str) else value
