"""The ring: never torn, readable after any death of its writer, continued by the next one."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from plc.engine.ring import Ring
from plc.engine.shared import SharedMemoryError
from tests.processes.conftest import Start


def torn_reads(ring: Ring, distinct_publications: int) -> int:
    """How many reads were torn while so many publications were seen go by."""
    into = bytearray(ring.payload_size)
    torn = distinct = last = 0
    while distinct < distinct_publications:
        slot = ring.latest(into)
        assert slot is not None
        torn += into.count(slot.sequence % 251) != ring.payload_size or slot.scan != slot.sequence
        distinct += slot.sequence != last
        assert slot.sequence >= last
        last = slot.sequence
    return torn


@pytest.mark.parametrize("size", [8, 1001, 32_000])
def test_no_read_is_torn_while_another_process_writes_without_pause(tmp_path: Path, start: Start, size: int) -> None:
    path = tmp_path / "ring"
    start("ring_writer.py", path, size)
    assert torn_reads(Ring.open(path), distinct_publications=400) == 0


def test_a_writer_killed_at_any_instant_leaves_the_last_publication_readable_and_the_next_one_continues(
    tmp_path: Path, start: Start
) -> None:
    path = tmp_path / "ring"
    size = 65_536
    into = bytearray(size)
    draw = random.Random(7)
    Ring.create(path, size).close()
    reader = Ring.open(path)
    before = 0
    for _ in range(15):
        writer = start("ring_writer.py", path, size)
        ran_s = draw.uniform(0.0, 0.03)
        end = time.monotonic() + ran_s
        while time.monotonic() < end or reader.sequence == before:
            os.sched_yield()
        writer.kill()
        writer.wait()
        slot = reader.latest(into)
        assert slot is not None
        assert slot.sequence == slot.scan > before
        assert into.count(slot.sequence % 251) == size
        before = slot.sequence


def test_nothing_published_reads_as_none(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 16)
    assert ring.latest(bytearray(16)) is None
    assert ring.sequence == 0


def test_a_publication_carries_its_scan_and_its_instant(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 3)
    reader = Ring.open(tmp_path / "ring")
    earliest = time.monotonic_ns()
    ring.publish(b"abc", scan=42)
    into = bytearray(8)
    slot = reader.latest(into)
    assert slot is not None
    assert (slot.sequence, slot.scan) == (1, 42)
    assert earliest <= slot.monotonic_ns <= time.monotonic_ns()
    assert into == b"abc\0\0\0\0\0"


def test_the_fence_is_seen_by_a_reader_that_was_there_before_and_survives_the_writer(tmp_path: Path) -> None:
    writer = Ring.create(tmp_path / "ring", 8)
    reader = Ring.open(tmp_path / "ring")
    supervisor = Ring.open(tmp_path / "ring")
    supervisor.fence = 7
    assert reader.fence == 7
    writer.close()
    assert Ring.create(tmp_path / "ring", 8).fence == 7


def test_a_ring_of_another_size_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    Ring.create(tmp_path / "ring", 8).publish(b"12345678", 1)
    grown = Ring.create(tmp_path / "ring", 16)
    assert grown.sequence == 0
    assert grown.payload_size == 16


def test_a_payload_of_the_wrong_size_is_refused_and_the_newest_stays(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 4)
    ring.publish(b"good", 1)
    with pytest.raises(ValueError):
        ring.publish(b"too long", 2)
    into = bytearray(4)
    slot = ring.latest(into)
    assert slot is not None
    assert (slot.scan, into) == (1, b"good")


def test_a_missing_ring_says_so_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(SharedMemoryError, match="is the controller running"):
        Ring.open(tmp_path / "ring")


def test_a_file_that_is_no_ring_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ring").write_bytes(b"x" * 10_000)
    with pytest.raises(SharedMemoryError, match="not a ring"):
        Ring.open(tmp_path / "ring")
    (tmp_path / "ring").write_bytes(b"x")
    with pytest.raises(SharedMemoryError, match="expected at least"):
        Ring.open(tmp_path / "ring")


def test_a_full_shared_memory_is_refused_when_the_ring_is_made(tmp_path: Path) -> None:
    with pytest.raises(SharedMemoryError, match=r"no room|cannot use"):
        Ring.create(tmp_path / "ring", 1 << 55)


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 8)
    ring.close()
    ring.close()
