"""The journal: append-only, sealed, and whole or not at all."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from plc.core.station import NotStored
from plc.store.journal import FIRST, Journal, Line, Position, journal_text, read_journal, verify

LINE = Line(
    wall_ns=1_750_000_000_000_000_000,
    who="Ada",
    role="operator",
    reason="seen",
    what="acknowledge",
    subject="trip Q2",
    text="S2 opened",
    before="unacknowledged",
    after="acknowledged",
    set_hash="a" * 64,
    source="engine",
    event=17,
)


def written(path: Path, *lines: Line) -> Path:
    journal = Journal(path)
    journal.append(lines or [replace(LINE, event=n) for n in range(1, 6)])
    journal.close()
    return path


def tampered(path: Path, statement: str) -> None:
    """As somebody with the file in hand does it: the guards taken off first."""
    with sqlite3.connect(path) as base:
        base.execute("DROP TRIGGER journal_keeps")
        base.execute("DROP TRIGGER journal_forgets_nothing")
        base.execute(statement)
    base.close()


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = written(tmp_path / "journal.sqlite")
    rows = read_journal(path)
    assert [row.line for row in rows] == [replace(LINE, event=n) for n in range(1, 6)]
    assert [row.number for row in read_journal(path, after=3)] == [4, 5]
    assert [row.number for row in read_journal(path, after=-1, most=2)] == [4, 5]


def test_the_chain_goes_on_over_a_restart(tmp_path: Path) -> None:
    path = written(tmp_path / "journal.sqlite")
    written(path, LINE)
    verdict = verify(path)
    assert (verdict.rows, verdict.broken_at) == (6, None)
    assert verdict.newest_hash == read_journal(path)[-1].hash
    assert read_journal(path)[0].hash != FIRST


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE journal SET who = 'Eve' WHERE number = 3", 3),
        ("UPDATE journal SET wall_ns = wall_ns + 1 WHERE number = 1", 1),
        ("UPDATE journal SET reason = before, before = reason WHERE number = 2", 2),
        ("DELETE FROM journal WHERE number = 2", 2),
        ("UPDATE journal SET hash = 'x' WHERE number = 5", 5),
    ],
)
def test_a_row_changed_or_taken_out_breaks_the_chain_there(tmp_path: Path, statement: str, broken_at: int) -> None:
    path = written(tmp_path / "journal.sqlite")
    tampered(path, statement)
    assert verify(path).broken_at == broken_at


@pytest.mark.parametrize("statement", ["UPDATE journal SET who = 'Eve'", "DELETE FROM journal"])
def test_the_database_itself_refuses_changes(tmp_path: Path, statement: str) -> None:
    path = written(tmp_path / "journal.sqlite")
    base = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        base.execute(statement)
    base.close()


def test_lines_and_position_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal(path)
    journal.append([LINE], {"engine": Position("ring", 17)})
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotStored, match="locked"):
        journal.append([LINE, LINE], {"engine": Position("ring", 19)})
    other.execute("ROLLBACK")
    other.close()
    assert (journal.rows, journal.positions()) == (1, {"engine": Position("ring", 17)})
    journal.append([LINE])
    journal.close()
    assert (verify(path).rows, verify(path).broken_at) == (2, None)


def test_it_is_read_while_it_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.append([LINE])
    assert len(read_journal(tmp_path / "journal.sqlite")) == 1
    journal.append([LINE])
    assert verify(tmp_path / "journal.sqlite").rows == 2
    journal.close()


def test_hostile_text_is_kept_readable_and_bounded(tmp_path: Path) -> None:
    hostile = replace(LINE, who="\ud800\x1b[31m\n" + "x" * 10_000, reason="'; DROP TABLE journal; --")
    path = written(tmp_path / "journal.sqlite", hostile)
    assert verify(path).broken_at is None
    (text,) = journal_text(read_journal(path), UTC)
    assert text.isprintable()
    assert len(text) < 5000


def test_a_line_says_when_who_what_and_why(tmp_path: Path) -> None:
    (text,) = journal_text(read_journal(written(tmp_path / "journal.sqlite", LINE)), UTC)
    assert text == (
        "1  2025-06-15 15:06:40+0000  acknowledge  trip Q2: S2 opened  [unacknowledged -> acknowledged]  "
        "by Ada (operator): seen  set aaaaaaaaaaaa  engine event 17"
    )


def test_a_state_directory_without_a_journal_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotStored, match="there is no journal at"):
        read_journal(tmp_path / "journal.sqlite")
