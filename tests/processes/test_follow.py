"""Following events through restarts, and a journal that a full disk holds up but does not lose."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from plc.core.event import Event, EventKind
from plc.core.station import NotStored
from plc.engine.event_ring import PLACES, EventRing
from plc.processes.follow import EventFollower
from plc.processes.journalling import RETRY_AFTER_NS, Journalling, opened
from plc.processes.site_clock import SiteClock, synchronised
from plc.store.journal import Journal, Line, Position, read_journal, verify
from plc.store.station_store import StationStore

S = 1_000_000_000


def event(text: str, kind: EventKind = EventKind.ALARM, set_hash: str = "one") -> Event:
    return Event(0, 9, 10, 11, 12, kind, "S2", text, set_hash, 1)


def texts(follower: EventFollower) -> list[str]:
    return [found.text for found in follower.take()[0]]


def test_each_event_is_told_once_over_a_restart_of_the_follower(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    follower = EventFollower(tmp_path / "events", None)
    ring.emit(event("one"))
    assert texts(follower) == ["one"]
    ring.emit(event("two"))
    later = EventFollower(tmp_path / "events", follower.position)
    assert texts(later) == ["two"]
    assert texts(later) == []


def test_a_ring_made_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    for text in ("one", "two", "three"):
        EventRing.create(tmp_path / "events").emit(event(text))
    follower = EventFollower(tmp_path / "events", None)
    assert len(texts(follower)) == 3
    (tmp_path / "kept").hardlink_to(tmp_path / "events")
    (tmp_path / "events").unlink()
    for text in ("four", "five", "six", "seven"):
        EventRing.create(tmp_path / "events").emit(event(text))
    assert texts(follower) == ["four", "five", "six", "seven"]


def test_what_was_overwritten_unread_is_counted(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    follower = EventFollower(tmp_path / "events", None)
    ring.emit(event("seen"))
    follower.take()
    for number in range(PLACES + 5):
        ring.emit(event(str(number)))
    assert follower.take()[1] == 5


def test_before_the_ring_is_there_nothing_happened(tmp_path: Path) -> None:
    assert EventFollower(tmp_path / "events", Position("before", 3)).take() == ([], 0)


def test_a_change_of_the_running_set_is_written_with_both_hashes(tmp_path: Path) -> None:
    journalling = Journalling(Journal(tmp_path / "journal.sqlite"))
    journalling.add_event(event("runs", EventKind.STARTED, "one"), "engine")
    journalling.add_event(event("died", EventKind.PROCESS, ""), "supervisor")
    journalling.add_event(event("swapped", EventKind.SWAPPED, "two"), "engine")
    journalling.store(0)
    line = read_journal(tmp_path / "journal.sqlite")[-1].line
    assert (line.before, line.after, line.set_hash) == ("one", "two", "two")


@pytest.fixture
def files_end_at() -> Iterator[object]:
    """``files_end_at(bytes)``: no file of this process grows beyond that, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size if size else soft, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_holds_the_journal_up_and_loses_nothing(tmp_path: Path, files_end_at) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "journal.sqlite"
    journalling = Journalling(Journal(path))
    journalling.add(line("before"))
    journalling.store(0)
    files_end_at(200_000)
    for number in range(400):
        journalling.add(line(f"{number} " + "x" * 2000))
    journalling.store(S)
    assert "free space" in journalling.problem
    assert journalling.status().waiting == 400
    files_end_at(0)
    journalling.store(S + RETRY_AFTER_NS - 1)
    assert journalling.status().waiting == 400
    journalling.store(S + RETRY_AFTER_NS)
    assert (journalling.problem, journalling.status().waiting) == ("", 0)
    assert (verify(path).rows, verify(path).broken_at) == (401, None)


def line(text: str) -> Line:
    return Line(1, "", "", "", "trial", "journal", text)


def test_a_damaged_store_is_moved_aside_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "station.sqlite"
    path.write_bytes(b"this is no database, it only has its name" * 100)
    store, told = opened(path, StationStore)
    assert "is damaged" in told
    assert (tmp_path / "station.sqlite.damaged").exists()
    assert store.entries() == ()
    store.close()


def test_a_state_directory_that_takes_nothing_is_said_and_not_moved_aside(tmp_path: Path) -> None:
    with pytest.raises(NotStored, match="unable to open"):
        opened(tmp_path / "gone" / "station.sqlite", StationStore)


def test_the_calendar_of_a_simulated_site_runs_as_fast_as_its_plant() -> None:
    clock = SiteClock.of(simulated=True, speed=1000, epoch_ns=1)
    first, second = clock.now_ns(), clock.now_ns()
    assert second > first
    assert SiteClock.of(simulated=False, speed=1, epoch_ns=1).now_ns() > 1_600_000_000 * S
    assert synchronised() in (True, False, None)
