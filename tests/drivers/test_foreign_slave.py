"""Our drivers against a slave that is not ours: Debian's libmodbus, in C, over a serial line and over TCP."""

from __future__ import annotations

import os
import pty
import select
import shutil
import socket
import subprocess
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.driver import Driver, WatchdogSetting
from drivers.errors import DeviceRefused, NoAnswer
from drivers.frames import FrameLog
from drivers.line import WallClock
from drivers.registry import make_driver
from plc.core.plan import BusPlan, DevicePlan, FailState

SOURCE = Path(__file__).with_name("foreign_slave.c")
UNIT = 35
MODULE = DevicePlan("S1.1", "C20", UNIT)
GX = DevicePlan("gx1", "GX_R_AUX", UNIT)


@pytest.fixture(scope="module")
def slave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The slave, compiled. Fails with the cure where compiler or library is missing."""
    program = tmp_path_factory.mktemp("foreign") / "slave"
    compiler = shutil.which("gcc") or pytest.fail("gcc is missing; apt install gcc libmodbus-dev")
    command = [compiler, "-Wall", "-Werror", "-I/usr/include/modbus", "-o", str(program), str(SOURCE), "-lmodbus"]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, f"libmodbus is missing; apt install libmodbus-dev\n{compiled.stderr}"
    return program


@contextmanager
def running(slave: Path, *arguments: str) -> Iterator[None]:
    with subprocess.Popen([slave, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()


@contextmanager
def crossed_lines() -> Iterator[tuple[str, str]]:
    """Two ports joined by a wire."""
    pairs = [pty.openpty(), pty.openpty()]
    for far, near in pairs:
        tty.setraw(far)
        tty.setraw(near)
    (one, _), (other, _) = pairs
    stop = threading.Event()

    def carry() -> None:
        while not stop.is_set():
            for source in select.select([one, other], [], [], 0.02)[0]:
                os.write(other if source == one else one, os.read(source, 300))

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield os.ttyname(pairs[0][1]), os.ttyname(pairs[1][1])
    finally:
        stop.set()
        thread.join()
        for far, near in pairs:
            os.close(far)
            os.close(near)


@contextmanager
def opened(driver_name: str, port: str = "", tcp_port: int = 0) -> Iterator[Driver]:
    plan = BusPlan("b", driver_name, (), (), (), 0, 0, port=port, parity="N", host="127.0.0.1", tcp_port=tcp_port)
    driver = make_driver(plan, WallClock(), FrameLog.in_memory(0))
    driver.open()
    try:
        yield driver
    finally:
        driver.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def reads_and_writes(driver: Driver) -> None:
    reading = driver.poll(MODULE, 0)
    assert dict(reading.values) == {"voltage": 13.66, "temperature": -5.0, "resistance": 4.09, "bypass": 47.0}
    assert reading.counter == 1234
    contacts = dict(driver.poll(GX, 0).values)
    assert contacts == {"input1": 0.0, "input2": 1.0, "input3": 0.0, "input4": 1.0}
    driver.relay(GX, "relay2", True)
    assert dict(driver.poll(GX, 1).values)["relay2"] == 1.0
    driver.relay(GX, "relay2", False)
    assert dict(driver.poll(GX, 1).values)["relay2"] == 0.0
    setting = WatchdogSetting(5_000_000_000, (FailState.HOLD, FailState.ENERGISE, FailState.RELEASE, FailState.HOLD))
    driver.write_watchdog(GX, setting)
    assert driver.read_watchdog(GX) == setting
    with pytest.raises(DeviceRefused, match="illegal address"):
        driver.poll(DevicePlan("ups", "cs141", UNIT), 0)


def test_a_libmodbus_slave_on_a_serial_line_is_read_and_switched(slave: Path) -> None:
    with crossed_lines() as (ours, theirs), running(slave, "rtu", theirs, str(UNIT)), opened("modbus_rtu", ours) as bus:
        reads_and_writes(bus)
        with pytest.raises(NoAnswer):
            bus.poll(DevicePlan("S1.2", "C20", UNIT + 1), 0)


def test_a_libmodbus_slave_on_tcp_is_read_and_switched(slave: Path) -> None:
    tcp_port = free_port()
    with running(slave, "tcp", str(tcp_port)), opened("modbus_tcp", tcp_port=tcp_port) as bus:
        reads_and_writes(bus)
