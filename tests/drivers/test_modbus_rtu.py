"""Serial ports: one process at a time, one sentence with the cure, and back again after being pulled out."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drivers.errors import BusClosed, PortError
from drivers.frame import READ_INPUT, crc, read
from drivers.frames import FrameLog
from drivers.line import WallClock
from drivers.master import RtuMaster, rtu_timing
from drivers.modbus_rtu import open_port
from tests.drivers.live_peer import port
from tests.drivers.scripted_bus import module


def module_answers(frame: bytes) -> bytes:
    body = frame[:1] + module().answer(frame[1:-2], 0)
    return body + crc(body)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


READ = read(1, READ_INPUT, 0, 8)
TIMING = rtu_timing(115_200, 50_000_000)


def test_a_missing_port_is_said_with_the_cure() -> None:
    with pytest.raises(PortError, match="port /dev/ttyNONE is not there; plug the adapter in"):
        open_port("/dev/ttyNONE", 115_200, "E")


def test_a_port_in_use_is_said_with_the_cure() -> None:
    with port(module_answers) as serial:
        line = open_port(serial.path, 115_200, "E")
        with pytest.raises(PortError, match=r"is in use by another process; stop that one first \(fuser"):
            open_port(serial.path, 115_200, "E")
        line.close()
        open_port(serial.path, 115_200, "E").close()


def test_a_second_process_cannot_open_the_port() -> None:
    code = "import sys; from drivers.modbus_rtu import open_port; open_port(sys.argv[1], 9600, 'N')"
    with port(module_answers) as serial:
        line = open_port(serial.path, 115_200, "E")
        second = subprocess.run([sys.executable, "-c", code, serial.path], capture_output=True, text=True, check=False)
        line.close()
    assert "is in use by another process" in second.stderr


@pytest.mark.parametrize(("baud", "parity"), [(-1, "E"), (115_200, "X")])
def test_a_setting_no_port_has_is_said(baud: int, parity: str) -> None:
    with port(module_answers) as serial, pytest.raises(PortError, match="correct the bus in the site file"):
        open_port(serial.path, baud, parity)


def test_a_file_that_is_no_port_is_said(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("")
    with pytest.raises(PortError, match="cannot be opened"):
        open_port(str(tmp_path / "port"), 115_200, "E")


def test_a_port_that_was_pulled_out_comes_back_under_its_name(tmp_path: Path) -> None:
    by_path = tmp_path / "by-path"
    with port(module_answers) as first, port(module_answers) as second:
        by_path.symlink_to(first.path)
        master = RtuMaster(lambda: open_port(str(by_path), 115_200, "E"), TIMING, WallClock(), FrameLog.in_memory(0))
        master.open()
        assert len(master.ask(READ).data) == 16
        descriptors = open_descriptors()
        first.unplug()
        with pytest.raises(BusClosed):
            master.ask(READ)
        by_path.unlink()
        by_path.symlink_to(second.path)
        master.rest(master.ready_at_ns(1))
        assert len(master.ask(READ).data) == 16
        assert open_descriptors() <= descriptors
        master.close()


def test_what_lay_in_the_port_before_it_was_opened_is_thrown_away() -> None:
    far, near = pty.openpty()
    os.write(far, b"old bytes")
    line = open_port(os.ttyname(near), 115_200, "E")
    assert line.wait(time.monotonic_ns() + 5_000_000) is False
    line.close()
    os.close(far)
    os.close(near)


def test_150_transactions_a_second_take_less_than_a_third_of_a_core() -> None:
    with port(module_answers) as serial:
        master = RtuMaster(lambda: open_port(serial.path, 115_200, "E"), TIMING, WallClock(), FrameLog.in_memory(0))
        master.open()
        spent_s = time.thread_time()
        for _ in range(150):
            master.ask(READ)
        spent_s = time.thread_time() - spent_s
        master.close()
    assert spent_s < 0.33
