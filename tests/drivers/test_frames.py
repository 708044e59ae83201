"""The frame log: what was on the wire, read from another process while it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.errors import Verdict
from drivers.frames import FRAMES, DeviceState, Direction, Frame, FrameLog, FrameReader, log_size
from plc.engine.shared import SharedMemoryError


def test_the_last_4096_frames_are_kept_in_order() -> None:
    buffer = bytearray(log_size(3))
    log = FrameLog(buffer, 3)
    for n in range(FRAMES + 10):
        log.record(n, Direction.OUT, Verdict.SENT, n.to_bytes(2, "big"))
    frames = FrameReader(buffer).last()
    assert len(frames) == FRAMES
    assert frames[0] == Frame(11, 10, Direction.OUT, Verdict.SENT, (10).to_bytes(2, "big"))
    assert frames[-1].number == FRAMES + 10
    assert [frame.number for frame in FrameReader(buffer).last(2)] == [FRAMES + 9, FRAMES + 10]


def test_a_frame_longer_than_any_is_cut_and_an_empty_one_kept() -> None:
    buffer = bytearray(log_size(0))
    log = FrameLog(buffer, 0)
    log.record(1, Direction.IN, Verdict.STRAY, bytes(1000))
    log.record(2, Direction.IN, Verdict.NO_ANSWER)
    assert [len(frame.text) for frame in FrameReader(buffer).last()] == [264, 0]


def test_verdicts_are_counted() -> None:
    buffer = bytearray(log_size(0))
    log = FrameLog(buffer, 0)
    for verdict in (Verdict.CRC, Verdict.CRC, Verdict.NO_ANSWER):
        log.record(0, Direction.IN, verdict)
    log.count(Verdict.WRONG_DEVICE)
    counters = FrameReader(buffer).counters()
    assert {verdict: count for verdict, count in counters.items() if count} == {
        Verdict.CRC: 2,
        Verdict.NO_ANSWER: 1,
        Verdict.WRONG_DEVICE: 1,
    }


def test_how_a_device_stands_is_read_back() -> None:
    buffer = bytearray(log_size(2))
    state = DeviceState(True, 123, Verdict.GOOD, 0, 2**40)
    FrameLog(buffer, 2).device(1, state)
    assert FrameReader(buffer).devices() == [DeviceState(False, 0, Verdict.SENT, 0, 0), state]


def test_a_half_written_frame_is_left_out() -> None:
    buffer = bytearray(log_size(0))
    log = FrameLog(buffer, 0)
    log.record(1, Direction.OUT, Verdict.SENT, b"whole")
    log.record(2, Direction.OUT, Verdict.SENT, b"half")
    second = len(buffer) - (FRAMES - 1) * 300
    buffer[second : second + 8] = bytes(8)
    assert [frame.text for frame in FrameReader(buffer).last()] == [b"whole"]


def test_a_restarted_driver_goes_on_in_the_file_of_the_one_before(tmp_path: Path) -> None:
    FrameLog.create(tmp_path / "frames", 2).record(1, Direction.OUT, Verdict.SENT, b"first")
    again = FrameLog.create(tmp_path / "frames", 2)
    again.record(2, Direction.OUT, Verdict.SENT, b"second")
    reader = FrameReader.open(tmp_path / "frames")
    assert [(frame.number, frame.text) for frame in reader.last()] == [(1, b"first"), (2, b"second")]
    assert (tmp_path / "frames").stat().st_mode & 0o777 == 0o600


def test_a_bus_with_other_devices_begins_a_new_file(tmp_path: Path) -> None:
    FrameLog.create(tmp_path / "frames", 2).record(1, Direction.OUT, Verdict.SENT)
    FrameLog.create(tmp_path / "frames", 300)
    assert FrameReader.open(tmp_path / "frames").last() == []


def test_a_file_that_is_no_log_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "frames").write_bytes(bytes(5000))
    with pytest.raises(SharedMemoryError, match="no frame log of this version"):
        FrameReader.open(tmp_path / "frames")
    with pytest.raises(SharedMemoryError, match="is the controller running"):
        FrameReader.open(tmp_path / "nothing")
