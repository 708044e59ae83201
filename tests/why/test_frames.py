"""Frames in words: what was asked, what came back, which frame opens a breaker, and bytes that make no sense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import Verdict
from drivers.frame import read, rtu_frame, write_coil, write_registers
from drivers.frames import Direction, Frame
from plc.core.plan import BusPlan
from plc.store.plan import make_plan
from plc.store.site_file import read_site
from plc.why.frames import Decoder, Told

SITE = Path(__file__).parents[2] / "examples" / "ups_room"
ANSWER = bytes.fromhex("690410001400013737020b0f83000000 0a0000".replace(" ", ""))


def battery() -> BusPlan:
    site = read_site(SITE).site
    assert site is not None
    return next(bus for bus in make_plan(site).buses if bus.name == "battery")


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    yield Decoder(battery(), {"Q2_trip": ("Q2", True)})


def frame(text: bytes, out: bool = True, verdict: Verdict = Verdict.SENT, number: int = 1) -> Frame:
    return Frame(number, number * 1000, Direction.OUT if out else Direction.IN, verdict, text)


def told(decoder: Decoder, *frames: Frame) -> list[Told]:
    return list(decoder.told(frames))


def test_a_modules_answer_is_told_by_the_request_before_it(decoder: Decoder) -> None:
    asked, answer = told(
        decoder, frame(rtu_frame(read(105, 4, 0, 8))), frame(ANSWER + b"\x00\x00", False, Verdict.GOOD, 2)
    )
    assert (asked.device, asked.says, asked.write) == ("S4.3", "reads 8 input registers from 0", False)
    assert "voltage 14.135 V, temperature 52.3 degC" in answer.says


def test_the_frame_that_opens_a_breaker_is_marked_and_the_pulses_end_is_not(decoder: Decoder) -> None:
    on, off, fan = told(
        decoder,
        frame(rtu_frame(write_coil(241, 1, True))),
        frame(rtu_frame(write_coil(241, 1, False))),
        frame(rtu_frame(write_coil(243, 0, True))),
    )
    assert (on.says, on.trip, on.write) == ("Q2_trip: relay2 ON", "Q2", True)
    assert (off.says, off.trip) == ("Q2_trip: relay2 off", "")
    assert (fan.says, fan.trip) == ("fan: relay1 ON", "")


def test_a_broadcast_goes_to_everybody(decoder: Decoder) -> None:
    [target] = told(decoder, frame(rtu_frame(write_registers(0, 41, [13650, 13620]))))
    assert (target.device, target.says) == ("everybody", "registers 41 to 42 := 13650, 13620")


def test_what_is_wrong_with_an_answer_is_said(decoder: Decoder) -> None:
    asked = frame(rtu_frame(read(241, 2, 0, 4)))
    _, silent = told(decoder, asked, frame(b"", False, Verdict.NO_ANSWER))
    _, refused = told(decoder, asked, frame(bytes((241, 0x82, 2, 0, 0)), False, Verdict.REFUSED))
    assert (silent.unit, silent.device, silent.good, silent.says) == (241, "gx1", False, "no answer")
    assert refused.says == "the device refuses: illegal address (2)"


@given(st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.sampled_from(list(Verdict))), max_size=6))
def test_any_bytes_are_told(frames: list[tuple[bytes, bool, Verdict]]) -> None:
    found = told(DECODER, *(frame(text, out, verdict) for text, out, verdict in frames))
    assert len(found) == len(frames)


DECODER = Decoder(battery(), {})
