"""The bus server: what it reads, and in which order, on a scripted bus with a real bus's times."""

from __future__ import annotations

import random

import pytest

from drivers.errors import Verdict
from plc.core.plan import FailState
from tests.drivers.scripted_bus import (
    ANSWER_WITHIN_NS,
    SECOND_NS,
    Site,
    battery,
    module,
)

HOLD, RELEASE, ENERGISE = FailState.HOLD, FailState.RELEASE, FailState.ENERGISE
MS = 1_000_000


# reading


def test_a_reading_stands_in_its_place_with_its_time_sequence_and_goodness() -> None:
    with battery() as site:
        site.units[3].registers[6] = 1233
        site.serve(0.1)
        at = site.place("S1.3", "temperature")
        assert site.inputs.value[at] == 40.1
        assert site.inputs.good[at] == 1
        assert site.inputs.sequence[at] == 1234
        assert 0 < site.inputs.sampled[at] <= site.world.now()
        assert site.published > 0


def test_a_value_that_is_not_available_or_not_plausible_keeps_its_number_and_is_not_good() -> None:
    with battery() as site:
        site.serve(0.3)
        site.units[1].registers[3] = 0x8000
        site.units[2].registers[2] = 60_000
        before = site.inputs.sampled[site.place("S1.1", "temperature")]
        site.serve(0.3)
        missing, implausible = site.place("S1.1", "temperature"), site.place("S1.2", "voltage")
        assert (site.inputs.value[missing], site.inputs.good[missing]) == (40.1, 0)
        assert (site.inputs.value[implausible], site.inputs.good[implausible]) == (13.66, 0)
        assert site.inputs.good[site.place("S1.1", "voltage")] == 1
        assert site.inputs.sampled[missing] > before


def test_a_stuck_sample_counter_keeps_its_sequence_and_a_rollover_goes_on() -> None:
    with battery() as site:
        site.units[1].registers[6] = 0xFFFE
        site.units[2].counts = False
        site.serve(0.1)
        first, stuck = site.place("S1.1", "voltage"), site.place("S1.2", "voltage")
        at_first, at_stuck = site.inputs.sequence[first], site.inputs.sequence[stuck]
        site.serve(1.0)
        assert at_first == 0xFFFF
        assert site.inputs.sequence[first] > 0xFFFF
        assert site.inputs.sequence[stuck] == at_stuck


def test_a_device_without_a_counter_gives_a_new_sample_with_each_answer() -> None:
    with battery() as site:
        site.serve(2.0)
        contacts, coils = site.place("gx1", "input1"), site.place("gx1", "relay1")
        assert site.inputs.sequence[contacts] > 5
        assert site.inputs.sequence[contacts] + site.inputs.sequence[coils] == site.units[241].polls


def test_nothing_is_written_for_a_device_that_does_not_answer() -> None:
    with battery() as site:
        site.serve(1.0)
        at = site.place("S1.1", "voltage")
        site.units[1].silent = True
        site.serve(0.3)
        sampled = site.inputs.sampled[at]
        site.serve(5.0)
        assert site.inputs.sampled[at] == sampled
        assert site.inputs.good[at] == 1


def test_another_type_of_device_is_never_good_and_is_counted() -> None:
    with battery() as site:
        site.units[2] = module(type_number=23)
        site.serve(1.0)
        assert site.inputs.good[site.place("S1.2", "voltage")] == 0
        assert site.inputs.sampled[site.place("S1.2", "voltage")] == 0
        assert site.log.counters()[Verdict.WRONG_DEVICE] > 3
        assert site.log.devices()[1].reason is Verdict.WRONG_DEVICE


def test_a_device_exchanged_for_another_type_stops_being_good() -> None:
    with battery() as site:
        site.serve(0.5)
        assert site.inputs.good[site.place("S1.2", "voltage")] == 1
        site.units[2] = module(type_number=23)
        site.serve(0.5)
        assert site.inputs.good[site.place("S1.2", "voltage")] == 0


def test_a_small_bus_is_polled_every_200_ms() -> None:
    with battery(count=2) as site:
        site.serve(4.0)
        assert 18 <= site.units[1].polls <= 21


def test_the_cycle_s_length_is_told() -> None:
    with battery(count=136) as site:
        site.serve(4.0)
        assert 0.85 * SECOND_NS < site.inputs.cycle_ns < 0.95 * SECOND_NS


# devices that do not answer


def rate(site: Site, seconds: float) -> list[float]:
    before = site.polls()
    site.serve(seconds)
    return [(now - then) / seconds for now, then in zip(site.polls(), before, strict=True)]


@pytest.mark.parametrize("count", [8, 31, 136])
def test_a_silent_device_slows_the_others_by_less_than_5_percent(count: int) -> None:
    with battery(count) as site:
        site.serve(2.0)
        healthy = rate(site, 30.0)[1]
        site.units[1].silent = True
        site.serve(10.0)
        assert rate(site, 60.0)[1] > 0.95 * healthy


def test_a_silent_device_is_asked_one_time_in_ten_cycles_and_every_time_once_it_answers() -> None:
    with battery(count=136) as site:
        site.units[1].silent = True
        site.serve(10.0)
        asked = len([frame for frame in site.lines[0].frames if frame[0] == 1])
        site.serve(40.0)
        again = len([frame for frame in site.lines[0].frames if frame[0] == 1]) - asked
        assert 3 <= again <= 6
        assert site.log.devices()[0].answering is False
        site.units[1].silent = False
        site.serve(12.0)
        before = site.units[1].polls
        site.serve(9.0)
        assert site.units[1].polls - before >= 8
        assert site.log.devices()[0].answering is True


def test_a_string_that_goes_missing_does_not_make_the_others_stale() -> None:
    with battery(count=136) as site:
        site.serve(3.0)
        for unit in range(1, 35):
            site.units[unit].silent = True
        oldest = 0
        places = [site.place(f"S1.{n}", "voltage") for n in range(35, 137)]
        for _ in range(1200):
            site.serve(0.1)
            oldest = max(oldest, site.world.now() - min(site.inputs.sampled[at] for at in places))
        assert oldest < 3 * SECOND_NS
        assert [state.answering for state in site.log.devices()] == [False] * 34 + [True] * 103
        for unit in range(1, 35):
            site.units[unit].silent = False
        site.serve(15.0)
        assert all(state.answering for state in site.log.devices())


def test_a_bus_that_was_dead_is_read_whole_soon_after_it_returns() -> None:
    with battery(count=31) as site:
        for unit in site.units.values():
            unit.silent = True
        site.serve(60.0)
        assert not any(state.answering for state in site.log.devices())
        for unit in site.units.values():
            unit.silent = False
        site.serve(1.5)
        assert all(state.answering for state in site.log.devices())


def test_one_answer_in_ten_garbled_keeps_every_reading_younger_than_three_cycles() -> None:
    with battery(count=60) as site:
        answers = 0

        def garble(answer: bytes) -> bytes:
            nonlocal answers
            answers += 1
            return answer[:-1] + bytes((answer[-1] ^ 0x55,)) if answers % 10 == 0 else answer

        site.garble = garble
        site.serve(3.0)
        oldest = 0
        for _ in range(100):
            site.serve(0.1)
            sampled = [site.inputs.sampled[site.place(f"S1.{n}", "voltage")] for n in range(1, 61)]
            oldest = max(oldest, site.world.now() - min(sampled))
        assert site.log.counters()[Verdict.CRC] > 100
        assert oldest < 2 * SECOND_NS


def test_on_a_miserable_bus_no_reading_is_ever_wrong() -> None:
    """Of ten answers one is garbled, one lost or cut, one late by up to twice what a device may take."""
    drawn = random.Random(7)

    def garble(answer: bytes) -> bytes:
        match drawn.randrange(20):
            case 0 | 1:
                bit = drawn.randrange(8 * len(answer))
                return answer[: bit // 8] + bytes((answer[bit // 8] ^ 1 << bit % 8,)) + answer[bit // 8 + 1 :]
            case 2:
                return answer[: drawn.randrange(len(answer))]
            case 3:
                return drawn.randbytes(3) + answer
        return answer

    with battery(count=60) as site:
        for number in range(1, 61):
            site.units[number].registers[2:6] = [13_000 + number, 200 + number, 4_000 + number, number]
        site.garble = garble
        site.delay_ns = lambda: drawn.randrange(2 * ANSWER_WITHIN_NS) if drawn.randrange(10) == 0 else 0
        for _ in range(3000):
            site.serve(0.1)
            for number in range(1, 61):
                at = site.place(f"S1.{number}", "voltage")
                assert not site.inputs.sampled[at] or site.inputs.value[at] == (13_000 + number) / 1000
        assert all(state.answers > 10 for state in site.log.devices()[:60])
        counters = site.log.counters()
        assert min(counters[verdict] for verdict in (Verdict.CRC, Verdict.NO_ANSWER, Verdict.STRAY)) > 50


def test_a_lost_port_ages_all_readings_and_is_opened_again() -> None:
    with battery() as site:
        site.serve(1.0)
        site.lines[0].unplug()
        site.serve(1.0)
        assert len(site.lines) == 2
        assert all(state.answering for state in site.log.devices())
        assert site.log.counters()[Verdict.CLOSED] == 1
