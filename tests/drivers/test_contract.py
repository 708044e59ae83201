"""What every driver promises, shown for each built-in one in real time against a device of its kind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drivers.driver import Driver, WatchdogSetting
from drivers.errors import BadAnswer, DeviceRefused, NoAnswer, WrongDevice
from drivers.frame import crc
from drivers.frames import FrameLog
from drivers.line import WallClock
from drivers.registry import BUILT_IN, MATURITY, make_driver
from plc.core.plan import BusPlan, DevicePlan, FailState
from tests.drivers.live_peer import listener, port
from tests.drivers.scripted_bus import Unit, module, relay_unit

MODULE = DevicePlan("S1.1", "C20", 1)
GX = DevicePlan("gx1", "GX_R_AUX", 241)
NOBODY = DevicePlan("S1.9", "C20", 9)
ANSWER_WITHIN_NS = 50_000_000


class Devices:
    """A module, a relay unit, and what a test does to them."""

    def __init__(self) -> None:
        self.units: dict[int, Unit] = {1: module(), 241: relay_unit()}
        self.garbled = False

    def rtu(self, frame: bytes) -> bytes:
        answer = self._answer(frame[0], frame[1:-2])
        body = frame[:1] + answer
        return body + crc(body + bytes(self.garbled)) if answer else b""

    def tcp(self, frame: bytes) -> bytes:
        answer = self._answer(frame[6], frame[7:])
        transaction = bytes((frame[0] ^ self.garbled, frame[1]))
        return transaction + b"\0\0" + (1 + len(answer)).to_bytes(2, "big") + frame[6:7] + answer if answer else b""

    def _answer(self, number: int, pdu: bytes) -> bytes:
        unit = self.units.get(number)
        return b"" if unit is None else unit.answer(pdu, time.monotonic_ns())


@contextmanager
def opened(name: str, devices: Devices) -> Iterator[Driver]:
    """The driver by its name, open, with the devices at the other end."""
    plan = {"name": "b", "driver": name, "devices": (), "inputs": (), "outputs": ()}
    times = {"cycle_ns": 0, "stale_after_ns": 0, "answer_within_ns": ANSWER_WITHIN_NS}
    with port(devices.rtu) as serial, listener(devices.tcp) as tcp_port:
        bus = BusPlan(**plan, **times, port=serial.path, host="127.0.0.1", tcp_port=tcp_port)  # type: ignore[arg-type]
        driver = make_driver(bus, WallClock(), FrameLog.in_memory(0))
        driver.open()
        try:
            yield driver
        finally:
            driver.close()


every_driver = pytest.mark.parametrize("name", sorted(BUILT_IN))


@every_driver
def test_it_says_its_maturity(name: str) -> None:
    assert MATURITY[name] in ("experimental", "field-tested", "proven")


@every_driver
def test_a_poll_gives_every_field_in_its_unit_and_the_instant_it_was_whole(name: str) -> None:
    with opened(name, Devices()) as driver:
        before_ns = time.monotonic_ns()
        reading = driver.poll(MODULE, 0)
        assert dict(reading.values) == {"voltage": 13.66, "temperature": 40.1, "resistance": 4.09, "bypass": 47.0}
        assert reading.counter == 1
        assert before_ns < reading.done_ns <= time.monotonic_ns()
        assert driver.fields(MODULE, 0) == tuple(field for field, _ in reading.values)


@every_driver
def test_the_parts_of_a_poll_give_every_field_once(name: str) -> None:
    with opened(name, Devices()) as driver:
        fields = [field for part in range(driver.parts(GX)) for field, _ in driver.poll(GX, part).values]
        assert fields == [f"input{n}" for n in range(1, 5)] + [f"relay{n}" for n in range(1, 5)]


@every_driver
def test_a_device_that_is_not_there_is_no_answer_in_bounded_time(name: str) -> None:
    with opened(name, Devices()) as driver:
        before_ns = time.monotonic_ns()
        with pytest.raises(NoAnswer):
            driver.poll(NOBODY, 0)
        assert time.monotonic_ns() - before_ns < 5 * ANSWER_WITHIN_NS


@every_driver
def test_a_device_beside_a_missing_one_is_still_read(name: str) -> None:
    with opened(name, Devices()) as driver:
        for _ in range(5):
            with pytest.raises(NoAnswer):
                driver.poll(NOBODY, 0)
        assert driver.poll(MODULE, 0).counter == 1


@every_driver
def test_a_garbled_answer_is_an_error_and_the_next_poll_is_right(name: str) -> None:
    devices = Devices()
    with opened(name, devices) as driver:
        devices.garbled = True
        with pytest.raises(BadAnswer):
            driver.poll(MODULE, 0)
        devices.garbled = False
        assert driver.poll(MODULE, 0).counter == 2


@every_driver
def test_a_relay_moves_and_its_time_is_told(name: str) -> None:
    devices = Devices()
    with opened(name, devices) as driver:
        done_ns = driver.relay(GX, "relay3", True)
        assert devices.units[241].coils == [False, False, True, False]
        assert devices.units[241].coil_writes[0][0] <= done_ns
        driver.relay(GX, "relay3", False)
        assert devices.units[241].coils == [False] * 4


@every_driver
def test_a_refusal_is_told_with_its_code(name: str) -> None:
    with opened(name, Devices()) as driver, pytest.raises(DeviceRefused) as caught:
        driver.poll(DevicePlan("gx9", "C20", 241), 0)
    assert caught.value.code == 2


@every_driver
def test_another_type_of_device_is_told(name: str) -> None:
    with opened(name, Devices()) as driver, pytest.raises(WrongDevice, match="type 20 version 1 answers, expected C23"):
        driver.poll(DevicePlan("S1.1", "C23", 1), 0)


@every_driver
def test_a_watchdog_reads_back_as_it_was_written(name: str) -> None:
    setting = WatchdogSetting(5_000_000_000, (FailState.HOLD, FailState.ENERGISE, FailState.RELEASE, FailState.HOLD))
    with opened(name, Devices()) as driver:
        driver.write_watchdog(GX, setting)
        assert driver.read_watchdog(GX) == setting
        with pytest.raises(WrongDevice):
            driver.read_watchdog(MODULE)
        with pytest.raises(WrongDevice):
            driver.read_watchdog(DevicePlan("gx9", "GX_R_AUX", 1))


@every_driver
def test_resting_ends_about_when_asked(name: str) -> None:
    with opened(name, Devices()) as driver:
        until_ns = time.monotonic_ns() + 5_000_000
        driver.rest(until_ns)
        assert time.monotonic_ns() > until_ns - 1_000_000


@every_driver
def test_closing_twice_is_closing_once(name: str) -> None:
    with opened(name, Devices()) as driver:
        driver.close()
        driver.close()
