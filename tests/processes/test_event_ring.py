"""The event ring: in order, without gaps, and a reader that came too late knows how many it lost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from plc.core.event import Event, EventKind
from plc.engine.event_ring import PLACES, RECORD_MAX, ROOM, EventRing
from plc.engine.shared import SharedMemoryError
from tests.processes.conftest import Start


def event(text: str) -> Event:
    return Event(0, 9, 10, 11, 12, EventKind.ALARM, "S2", text, "hash", 1, {"value": 61.3})


def test_events_come_back_in_order_under_the_rings_own_numbers(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    for text in ("one", "two", "three"):
        ring.emit(event(text))
    reader = EventRing.open(tmp_path / "events")
    assert [(e.sequence, e.text, e.values) for e in reader.events(1)] == [
        (2, "two", {"value": 61.3}),
        (3, "three", {"value": 61.3}),
    ]


def test_a_reader_that_is_up_to_date_gets_nothing(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    ring.append(b"x")
    assert ring.after(1).records == ()
    assert ring.after(1).last == 1


def test_a_late_reader_knows_how_many_it_lost_by_count(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    for number in range(1, PLACES + 101):
        ring.append(b"%d" % number)
    found = ring.after(0)
    assert found.lost == 100
    assert found.records[0] == b"101"
    assert found.last == PLACES + 100


def test_a_late_reader_knows_how_many_it_lost_by_size(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    written = 2 * ROOM // 10_000
    for number in range(written):
        ring.append((b"%d " % number).ljust(10_000))
    found = ring.after(0)
    assert found.lost + len(found.records) == written
    assert len(found.records) >= ROOM // 10_000 - 2
    assert found.records[-1].split() == [b"%d" % (written - 1)]


def test_at_least_4096_events_of_ordinary_size_are_kept(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    for number in range(6000):
        ring.emit(event(f"S2 module {number} at 61.3 degC, limit 60.0 degC for 30 s"))
    assert len(ring.after(0).records) >= 4096


def test_a_limit_pages_through_the_events(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    for number in range(5):
        ring.append(b"%d" % number)
    page = ring.after(0, limit=2)
    assert (page.records, page.last) == ((b"0", b"1"), 2)
    assert ring.after(page.last, limit=2).records == (b"2", b"3")


def test_a_reader_of_an_earlier_run_begins_anew(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    ring.append(b"first")
    assert ring.after(500).records == (b"first",)


def test_a_record_too_long_is_refused_and_an_event_too_long_is_shortened(tmp_path: Path) -> None:
    ring = EventRing.create(tmp_path / "events")
    with pytest.raises(ValueError, match="shorten"):
        ring.append(b"x" * (RECORD_MAX + 1))
    ring.emit(event("y" * RECORD_MAX))
    assert [len(e.text) for e in ring.events(0)] == [2000]


def test_no_record_is_torn_or_missing_uncounted_while_another_process_writes(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "events"
    start("event_writer.py", path)
    reader = EventRing.open(path)
    last = read = lost = 0
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        found = reader.after(last, limit=200)
        numbers = []
        for record in found.records:
            words = record.split()
            assert len(words) == 1 + int(words[0]) % 90
            assert set(words) == {words[0]}
            numbers.append(int(words[0]))
        assert numbers == sorted(numbers)
        read += len(numbers)
        lost += found.lost
        last = found.last
    assert read + lost == last
    assert read > 1000


def test_a_writer_killed_at_any_instant_leaves_every_event_readable_and_the_next_one_continues(
    tmp_path: Path, start: Start
) -> None:
    path = tmp_path / "events"
    before = 0
    for _ in range(10):
        writer = start("event_writer.py", path)
        reader = EventRing.open(path)
        while reader.newest <= before + 50:
            pass
        writer.kill()
        writer.wait()
        newest = reader.newest
        records = reader.after(newest - 40).records
        assert [int(record.split()[0]) for record in records] == list(range(newest - 39, newest + 1))
        before = newest


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "events").write_bytes(bytes(100_000))
    with pytest.raises(SharedMemoryError, match="no event ring"):
        EventRing.open(tmp_path / "events")
