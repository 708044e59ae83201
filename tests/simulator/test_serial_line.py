"""The line's wire timing and faults, through the pseudo-terminal as a master meets them."""

from __future__ import annotations

import os
import select
import time
import tty
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from simulator.control import Control, Refused
from simulator.modbus import crc16
from simulator.running import Running
from simulator.serial_line import SerialLine

pytestmark = pytest.mark.processes  # a wire's times are measured: these run alone

CHARACTER_NS = 11 * 10**9 / 115_200
GAP_NS = 1_750_000


class Master:
    """A bare RTU master: bytes out, whatever comes within a time in."""

    def __init__(self, port: Path | str) -> None:
        self.fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd)

    def send(self, frame: str, *, crc: bool = True) -> None:
        body = bytes.fromhex(frame)
        os.write(self.fd, body + (crc16(body) if crc else b""))

    def read(self, length: int, within_s: float = 2.0) -> bytes:
        """Up to `length` bytes; fewer when nothing more comes in time."""
        got, until = b"", time.monotonic() + within_s
        while len(got) < length and select.select([self.fd], [], [], max(0.0, until - time.monotonic()))[0]:
            got += os.read(self.fd, length - len(got))
        return got

    def quiet(self, for_s: float) -> None:
        """Leave the line alone for so long; nothing may come."""
        assert self.read(1, for_s) == b""

    def ask(self, frame: str, length: int, within_s: float = 2.0) -> bytes:
        self.send(frame)
        return self.read(length, within_s)


@pytest.fixture
def master(running: Running) -> Iterator[Master]:
    one = Master(running.run_dir / "sim-battery")
    yield one
    os.close(one.fd)


def good(frame: bytes) -> bool:
    return len(frame) > 4 and crc16(frame[:-2]) == frame[-2:]


def test_a_reply_takes_what_its_characters_and_gaps_take_on_a_wire(master: Master, control: Control) -> None:
    for _ in range(20):
        assert good(master.ask("01 04 00 00 00 08", 21))
        master.quiet(0.00175)
    stamps = control("stamps", bus="battery")["stamps"]
    took = sorted(stamp["reply_end_ns"] - stamp["request_end_ns"] for stamp in stamps)
    least = GAP_NS + 21 * CHARACTER_NS
    assert took[0] >= least * 0.999
    assert took[len(took) // 2] < least * 1.2


def test_a_longer_reply_takes_longer_by_its_characters(master: Master, control: Control) -> None:
    for count in (1, 11) * 15:
        master.ask(f"01 04 00 00 00 {count:02X}", 5 + 2 * count)
        master.quiet(0.003)
    stamps = control("stamps", bus="battery")["stamps"]

    def median(count: int) -> float:
        took = sorted(s["reply_end_ns"] - s["request_end_ns"] for s in stamps if s["count"] == count)
        return float(took[len(took) // 2])

    assert median(11) - median(1) == pytest.approx(20 * CHARACTER_NS, rel=0.25)


def test_nobody_gets_more_requests_through_than_a_wire_carries(master: Master, control: Control) -> None:
    began = time.monotonic_ns()
    for _ in range(50):
        master.ask("01 04 00 00 00 08", 21)
    took = time.monotonic_ns() - began
    assert took >= 50 * (29 * CHARACTER_NS + 2 * GAP_NS) - GAP_NS
    assert control("state")["lines"]["battery"]["early_requests"] > 0


def test_stamps_follow_one_another_and_are_found_by_number(master: Master, control: Control) -> None:
    for unit in (1, 2, 3):
        master.ask(f"{unit:02X} 04 00 03 00 01", 7)
    stamps = control("stamps", bus="battery")["stamps"]
    assert [stamp["unit"] for stamp in stamps] == [1, 2, 3]
    assert all(s["request_end_ns"] < s["answered_ns"] < s["reply_end_ns"] for s in stamps)
    assert all(one["reply_end_ns"] < two["request_end_ns"] for one, two in pairwise(stamps))
    assert len(control("stamps", bus="battery", since=stamps[1]["number"])["stamps"]) == 1
    assert len(control("stamps", bus="battery", unit=2)["stamps"]) == 1


def test_at_a_fifth_of_the_baud_a_reply_takes_five_times_as_long(tmp_path: Path) -> None:
    line = SerialLine("slow", lambda unit, pdu, now_ns: b"\x04\x10" + bytes(16), baud=19_200)
    line.start(tmp_path / "slow")
    master = Master(tmp_path / "slow")
    try:
        assert len(master.ask("01 04 00 00 00 08", 21)) == 21
        stamp = line.stamps.since(0)[0]
        assert stamp.reply_end_ns is not None
        least = 24.5 * 11 * 10**9 / 19_200
        assert least * 0.999 <= stamp.reply_end_ns - stamp.request_end_ns < least * 1.5
    finally:
        os.close(master.fd)
        line.close()


@pytest.mark.parametrize(
    "frame",
    ["63 04 00 00 00 08", "00 06 00 29 34 D0"],
    ids=["a unit that is not there", "a broadcast"],
)
def test_the_line_is_silent_for(master: Master, frame: str) -> None:
    assert master.ask(frame, 1, 0.1) == b""
    assert good(master.ask("01 04 00 00 00 01", 7))


def test_a_wrong_checksum_is_met_with_silence_and_counted(master: Master, control: Control) -> None:
    master.send("01 04 00 00 00 01 00 00", crc=False)
    assert master.read(1, 0.1) == b""
    assert control("state")["lines"]["battery"]["bad_frames"] == 1
    assert good(master.ask("01 04 00 00 00 01", 7))


def test_half_a_request_is_forgotten_after_the_gap(master: Master) -> None:
    master.send("01 04 00", crc=False)
    master.quiet(0.05)
    assert good(master.ask("02 04 00 00 00 01", 7))


def test_stray_bytes_before_a_request_lose_that_request_alone(master: Master) -> None:
    master.send("FF FF FF FF", crc=False)
    assert master.ask("01 04 00 00 00 01", 7, 0.1) == b""
    master.quiet(0.02)
    assert good(master.ask("01 04 00 00 00 01", 7))


def test_a_cut_bus_is_silent_until_restored(master: Master, control: Control) -> None:
    control("cut", bus="battery")
    assert master.ask("01 04 00 00 00 01", 7, 0.1) == b""
    control("restore", bus="battery")
    assert good(master.ask("01 04 00 00 00 01", 7))


def test_a_silent_unit_leaves_the_others_alone(master: Master, control: Control) -> None:
    control("fault", bus="battery", kind="silent", unit=1)
    assert master.ask("01 04 00 00 00 01", 7, 0.1) == b""
    assert good(master.ask("02 04 00 00 00 01", 7))
    control("clear", bus="battery", unit=1)
    assert good(master.ask("01 04 00 00 00 01", 7))


def test_a_fault_with_a_number_of_times_ends_by_itself(master: Master, control: Control) -> None:
    control("fault", bus="battery", kind="crc", times=1)
    first = master.ask("01 04 00 00 00 01", 7)
    assert len(first) == 7
    assert not good(first)
    assert good(master.ask("01 04 00 00 00 01", 7))
    assert control("state")["lines"]["battery"]["faults"] == []


def test_a_late_reply_comes_after_the_answer_to_the_next_request(master: Master, control: Control) -> None:
    control("fault", bus="battery", kind="delay", unit=1, ms=100, times=1)
    assert master.ask("01 04 00 00 00 01", 7, 0.03) == b""
    assert master.ask("02 04 00 03 00 01", 7)[0] == 2
    late = master.read(7, 1.0)
    assert good(late)
    assert late[0] == 1


def test_a_reply_of_the_wrong_unit_function_or_count_has_a_right_checksum(master: Master, control: Control) -> None:
    for kind in ("wrong_unit", "wrong_function", "wrong_count"):
        control("fault", bus="battery", kind=kind, unit=1, times=1)
    reply = master.ask("01 04 00 00 00 01", 9)
    assert good(reply)
    assert reply[:3].hex() == "020304"
    assert len(reply) == 9


def test_noise_comes_before_the_reply(master: Master, control: Control) -> None:
    control("fault", bus="battery", kind="noise", times=1)
    reply = master.ask("01 04 00 00 00 01", 10)
    assert not good(reply)
    assert good(reply[3:])


def test_a_dripped_reply_arrives_byte_by_byte(master: Master, control: Control) -> None:
    control("fault", bus="battery", kind="drip", ms=10, times=1)
    began = time.monotonic()
    assert good(master.ask("01 04 00 00 00 01", 7))
    assert time.monotonic() - began >= 0.07


def test_an_unknown_fault_is_refused_with_the_known_ones(control: Control) -> None:
    with pytest.raises(Refused, match="'smoke'; write one of silent, delay"):
        control("fault", bus="battery", kind="smoke")


def test_the_first_reply_after_an_input_step_is_found_by_its_stamp(master: Master, control: Control) -> None:
    master.ask("01 04 00 03 00 01", 7)
    set_ns = control("step_input", bus="battery", unit=1, degc=61.3)["set_ns"]
    assert control("first_reply", bus="battery", unit=1, address=3, after_ns=set_ns)["stamp"] is None
    master.ask("01 04 00 06 00 01", 7)
    assert master.ask("01 04 00 00 00 08", 21)[9:11].hex() == "0265"
    stamp = control("first_reply", bus="battery", unit=1, address=3, after_ns=set_ns)["stamp"]
    assert stamp["count"] == 8
    assert stamp["answered_ns"] >= set_ns


def test_the_stamp_of_a_coil_is_when_its_request_was_over(master: Master, control: Control) -> None:
    master.ask("F1 05 00 00 FF 00", 8)
    changed_ns = control("state")["boards"]["gx1"]["changed_ns"][0]
    stamp = control("stamps", bus="battery", unit=241)["stamps"][0]
    assert stamp["answered_ns"] == changed_ns
    assert changed_ns >= stamp["request_end_ns"] + GAP_NS
