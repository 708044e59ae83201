"""What the station remembers across restarts: alarms, the schedule's entries, and what became of its runs.

STATE_DIR/station.sqlite: alarm, entry, seed, run         one JSON body a row, by name; the station is its only writer
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from plc.core.site import Schedule
from plc.core.station import Alarm, Entry, RunRecord, RunState
from plc.store.database import Database

RUNS_KEPT = 100_000
PRUNE_EVERY = 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alarm (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seed (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE, entry TEXT NOT NULL, due_ns INTEGER NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS run_of_entry ON run (entry, due_ns);
"""

T = TypeVar("T")


class StationStore:
    """Every write is on the disk when it returns. All methods raise NotStored."""

    def __init__(self, path: Path | str) -> None:
        self._base = Database(path, _SCHEMA)
        self._written = 0

    def close(self) -> None:
        self._base.close()

    # ------------------------------------------------------------ alarms

    def alarms(self) -> tuple[Alarm, ...]:
        return self._bodies("alarm", Alarm)

    def put_alarms(self, alarms: tuple[Alarm, ...], gone: tuple[str, ...]) -> None:
        """Keep these as they are now, and forget the ones whose keys are ``gone``."""
        with self._base.writing() as write:
            put = "INSERT INTO alarm VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body"
            write.executemany(put, [(alarm.key, msgspec.json.encode(alarm)) for alarm in alarms])
            write.executemany("DELETE FROM alarm WHERE key = ?", [(key,) for key in gone])

    # ------------------------------------------------------------ entries

    def entries(self) -> tuple[Entry, ...]:
        return self._bodies("entry", Entry)

    def put_entry(self, entry: Entry) -> None:
        self._put("entry", entry.schedule.name, entry)

    def remove_entry(self, name: str) -> None:
        with self._base.writing() as write:
            write.execute("DELETE FROM entry WHERE key = ?", (name,))

    def seeds(self) -> dict[str, Schedule]:
        """The entries of the site file as they were last taken over, by name; removed ones too."""
        return {seed.name: seed for seed in self._bodies("seed", Schedule)}

    def put_seed(self, seed: Schedule) -> None:
        self._put("seed", seed.name, seed)

    # ------------------------------------------------------------ runs

    def put_run(self, record: RunRecord) -> None:
        """Keep a run's newest state."""
        run = record.run
        row = (run.id, run.entry, run.due_ns, record.state.value, msgspec.json.encode(record))
        with self._base.writing() as write:
            write.execute(
                "INSERT INTO run (key, entry, due_ns, state, body) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET due_ns = excluded.due_ns, state = excluded.state,"
                " body = excluded.body",
                row,
            )
            self._written += 1
            if self._written % PRUNE_EVERY == 0:
                write.execute("DELETE FROM run WHERE number <= (SELECT max(number) FROM run) - ?", (RUNS_KEPT,))

    def run(self, id: str) -> RunRecord | None:
        found = self._base.rows("SELECT body FROM run WHERE key = ?", id)
        return msgspec.json.decode(_bytes(found[0][0]), type=RunRecord) if found else None

    def runs_in(self, state: RunState) -> tuple[RunRecord, ...]:
        return self._records("SELECT body FROM run WHERE state = ? ORDER BY number", state.value)

    def last_runs(self, most: int) -> tuple[RunRecord, ...]:
        """The newest first."""
        return self._records("SELECT body FROM run ORDER BY number DESC LIMIT ?", most)

    def last_due_ns(self, entry: str, not_after_ns: int) -> int:
        """When the entry's last known run up to then was due; 0 if there is none."""
        query = "SELECT coalesce(max(due_ns), 0) FROM run WHERE entry = ? AND due_ns <= ?"
        ((found,),) = self._base.rows(query, entry, not_after_ns)
        return int(str(found))

    def forget_simulation(self) -> None:
        """Runs and alarms of a simulated plant that is no more; the entries stay."""
        with self._base.writing() as write:
            write.execute("DELETE FROM run")
            write.execute("DELETE FROM alarm")

    # ------------------------------------------------------------ facts

    def fact(self, name: str) -> str:
        found = self._base.rows("SELECT body FROM fact WHERE key = ?", name)
        return _bytes(found[0][0]).decode() if found else ""

    def put_fact(self, name: str, text: str) -> None:
        with self._base.writing() as write:
            put = "INSERT INTO fact VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body"
            write.execute(put, (name, text.encode()))

    # ------------------------------------------------------------ rows

    def _put(self, table: str, key: str, body: Entry | Schedule) -> None:
        with self._base.writing() as write:
            put = f"INSERT INTO {table} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body"
            write.execute(put, (key, msgspec.json.encode(body)))

    def _bodies(self, table: str, type: type[T]) -> tuple[T, ...]:
        found = self._base.rows(f"SELECT body FROM {table} ORDER BY rowid")
        return tuple(msgspec.json.decode(_bytes(body), type=type) for (body,) in found)

    def _records(self, query: str, *values: object) -> tuple[RunRecord, ...]:
        return tuple(msgspec.json.decode(_bytes(body), type=RunRecord) for (body,) in self._base.rows(query, *values))


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
