"""The bus server: what it writes, and when, on a scripted bus with a real bus's times."""

from __future__ import annotations

import struct

import pytest

from drivers.errors import Verdict
from plc.core.plan import DevicePlan, FailState
from tests.drivers.scripted_bus import (
    ANSWER_WITHIN_NS,
    GX1,
    SECOND_NS,
    battery,
    module,
    relay,
    relay_unit,
    target,
)

HOLD, RELEASE, ENERGISE = FailState.HOLD, FailState.RELEASE, FailState.ENERGISE
MS = 1_000_000


# relays

TRIP = relay("Q1_trip", 1, HOLD, urgent=True)
FAN = relay("fan", 2, ENERGISE)
HORN = relay("horn", 3, RELEASE)
INHIBIT = relay("inhibit", 4, HOLD)
ALL = (TRIP, FAN, HORN, INHIBIT)


def test_before_the_first_relay_is_written_the_unit_s_watchdog_is_armed() -> None:
    with battery(outputs=ALL) as site:
        site.outputs.segment.command(site.output("horn"), 1.0)
        site.serve(0.5)
        holding = site.units[241].holding
        assert [holding[address] for address in range(142, 147)] == [50, 2, 1, 0, 2]
        to_unit = [frame[1] for frame in site.lines[0].frames if frame[0] == 241]
        assert to_unit.index(16) < to_unit.index(5)
        assert site.units[241].coils == [False, False, True, False]


def test_a_unit_that_lost_its_supply_gets_its_watchdog_and_its_relays_back() -> None:
    with battery(outputs=ALL) as site:
        site.outputs.segment.command(site.output("horn"), 1.0)
        site.serve(1.0)
        site.units[241] = relay_unit()
        site.serve(6.0)
        assert site.units[241].holding[142] == 50
        assert site.units[241].coils[2] is True


def test_a_unit_without_these_registers_is_never_written() -> None:
    with battery(outputs=ALL) as site:
        site.units[241] = module()
        site.outputs.segment.command(site.output("Q1_trip"), 1.0)
        site.serve(12.0)
        site.serve(12.0, keep_alive=False)
        assert site.units[241].coil_writes == []
        assert {frame[1] for frame in site.lines[0].frames if frame[0] == 241} <= {1, 2, 3}
        assert site.log.counters()[Verdict.WRONG_DEVICE] > 1


def test_a_unit_that_does_not_take_its_watchdog_is_never_switched_and_starves_nobody() -> None:
    with battery(outputs=ALL) as site:
        site.units[241].obeys = False
        site.outputs.segment.command(site.output("Q1_trip"), 1.0)
        site.serve(11.0)
        assert site.units[241].coil_writes == []
        assert len([frame for frame in site.lines[0].frames if frame[:2] == b"\xf1\x10"]) == 3
        assert site.units[1].polls > 45


def test_a_garbled_look_at_a_watchdog_keeps_the_unit_s_relays_waiting_for_less_than_a_second() -> None:
    with battery(outputs=ALL) as site:
        garbled = iter([True])

        def garble(answer: bytes) -> bytes:
            return answer[:-1] + b"\x00" if answer[:2] == b"\xf1\x03" and next(garbled, False) else answer

        site.garble = garble
        site.outputs.segment.command(site.output("horn"), 1.0)
        site.serve(0.9)
        assert site.units[241].coils[2] is True
        assert site.units[1].polls >= 4


def test_a_trip_waits_for_the_transaction_in_flight_and_nothing_else() -> None:
    with battery(count=136, outputs=ALL) as site:
        site.serve(3.0)
        waits = []
        for n in range(50):
            site.serve(0.1 + 0.0013 * n)
            ordered_ns = site.world.now()
            site.outputs.segment.command(site.output("Q1_trip"), float((n + 1) % 2))
            site.serve(0.05)
            waits.append(site.units[241].coil_writes[-1][0] - ordered_ns)
        assert max(waits) < 10 * MS


def test_with_a_dead_device_a_trip_waits_one_time_out_more() -> None:
    with battery(count=2, outputs=ALL) as site:
        site.units[1].silent = True
        site.serve(3.0)
        waits = []
        for n in range(60):
            site.serve(0.5 + 0.013 * n)
            ordered_ns = site.world.now()
            site.outputs.segment.command(site.output("Q1_trip"), float((n + 1) % 2))
            site.serve(0.5)
            waits.append(site.units[241].coil_writes[-1][0] - ordered_ns)
        assert max(waits) < ANSWER_WITHIN_NS + 15 * MS


def test_after_a_trip_the_contacts_of_its_unit_are_polled_between_all_others() -> None:
    with battery(count=60, outputs=ALL) as site:
        site.serve(3.0)
        site.outputs.segment.command(site.output("Q1_trip"), 1.0)
        site.serve(0.02)
        before = site.units[241].polls
        others = site.units[5].polls
        site.serve(2.0)
        assert site.units[241].polls - before > 100
        assert site.units[5].polls > others


def test_a_pulse_ends_by_itself_on_time() -> None:
    with battery(outputs=ALL) as site:
        site.serve(1.0)
        end_ns = site.world.now() + 500 * MS
        site.outputs.segment.command(site.output("Q1_trip"), 1.0, end_ns)
        site.serve(2.0)
        (_, _, on), (off_ns, _, off) = site.units[241].coil_writes[-2:]
        assert (on, off) == (True, False)
        assert end_ns <= off_ns < end_ns + 15 * MS


@pytest.mark.parametrize("how", ["expired", "fenced"])
def test_a_pulse_ends_on_time_without_an_engine(how: str) -> None:
    with battery(outputs=ALL) as site:
        site.serve(1.0)
        end_ns = site.world.now() + 500 * MS
        site.outputs.segment.command(site.output("Q1_trip"), 1.0, end_ns)
        site.serve(0.05)
        site.outputs.fence = 1 if how == "fenced" else 0
        site.serve(2.0, keep_alive=False)
        writes = [write for write in site.units[241].coil_writes if write[1] == 0]
        assert [state for _, _, state in writes] == [True, False]
        assert end_ns <= writes[-1][0] < end_ns + 15 * MS


def test_a_pulse_in_which_the_driver_was_killed_is_ended_by_the_next_one() -> None:
    with battery(outputs=ALL) as site:
        site.serve(1.0)
        end_ns = site.world.now() + 500 * MS
        site.outputs.segment.command(site.output("Q1_trip"), 1.0, end_ns)
        site.serve(0.05)
        site.close()
        site.world.sleep_until(end_ns + 2 * SECOND_NS)
        site.start()
        site.serve(1.0, keep_alive=False)
        assert site.units[241].coils[0] is False


@pytest.mark.parametrize("how", ["expired", "fenced"])
def test_without_an_engine_each_relay_goes_to_its_fail_state_once_and_hold_never_moves(how: str) -> None:
    with battery(outputs=ALL) as site:
        for tag, value in (("Q1_trip", 1.0), ("fan", 0.0), ("horn", 1.0), ("inhibit", 1.0)):
            site.outputs.segment.command(site.output(tag), value)
        site.serve(1.0)
        assert site.units[241].coils == [True, False, True, True]
        written = len(site.units[241].coil_writes)
        died_ns = site.world.now()
        site.outputs.fence = 1 if how == "fenced" else 0
        site.serve(3.0, keep_alive=False)
        assert site.units[241].coils == [True, True, False, True]
        after = site.units[241].coil_writes[written:]
        assert sorted((coil, state) for _, coil, state in after) == [(1, True), (2, False)]
        assert after[-1][0] - died_ns < (30 * MS if how == "fenced" else 330 * MS)


def test_a_new_engine_s_epoch_brings_the_commands_back() -> None:
    with battery(outputs=ALL) as site:
        site.outputs.segment.command(site.output("horn"), 1.0)
        site.serve(1.0)
        site.outputs.fence = 1
        site.serve(1.0)
        assert site.units[241].coils[2] is False
        site.outputs.segment.epoch = 1
        site.serve(1.0)
        assert site.units[241].coils[2] is True


def test_before_the_first_commit_the_fail_states_stand() -> None:
    with battery(outputs=ALL) as site:
        site.serve(1.0, keep_alive=False)
        assert site.units[241].coils == [False, True, False, False]


def test_a_relay_without_a_command_is_left_as_it_is() -> None:
    with battery(outputs=ALL) as site:
        site.commit()
        site.units[241].coils = [True, False, True, False]
        site.serve(2.0)
        assert site.units[241].coils == [True, False, True, False]
        assert site.units[241].coil_writes == []


def test_a_coil_that_does_not_stand_as_commanded_is_written_again() -> None:
    with battery(outputs=ALL) as site:
        site.outputs.segment.command(site.output("horn"), 1.0)
        site.serve(1.0)
        site.units[241].coils[2] = False
        site.serve(0.5)
        assert site.units[241].coils[2] is True


def test_a_unit_that_acknowledges_and_does_not_obey_is_told_again_without_starving_the_bus() -> None:
    with battery(outputs=ALL) as site:
        site.serve(1.0)
        site.units[241].obeys = False
        site.outputs.segment.command(site.output("horn"), 1.0)
        before = site.units[1].polls
        site.serve(2.0)
        assert 5 < len(site.units[241].coil_writes) < 30
        assert site.units[1].polls - before >= 8


def test_an_unanswered_write_is_repeated_at_once_and_alternates_with_polls() -> None:
    with battery(count=20, outputs=ALL) as site:
        site.serve(2.0)
        site.units[241].silent = True
        site.outputs.segment.command(site.output("Q1_trip"), 1.0)
        ordered_ns = site.world.now()
        before = site.units[1].polls
        site.serve(10.0)
        at = [
            when
            for frame, when in zip(site.lines[0].frames, site.lines[0].sent_ns, strict=True)
            if frame[:2] == b"\xf1\x05" and when >= ordered_ns
        ]
        assert at[2] - ordered_ns < 2 * ANSWER_WITHIN_NS + 30 * MS
        assert len(at) >= 6
        assert site.units[1].polls - before > 25
        site.units[241].silent = False
        site.serve(3.0)
        assert site.units[241].coils[0] is True


def test_a_trip_on_one_unit_does_not_wait_for_the_repetitions_on_a_dead_one() -> None:
    gx2 = DevicePlan("gx2", "GX_R_AUX", 242)
    trip2 = relay("Q2_trip", 1, HOLD, urgent=True, device=gx2)
    with battery(outputs=(TRIP, trip2), devices=(GX1, gx2)) as site:
        site.serve(2.0)
        site.units[241].silent = True
        site.outputs.segment.command(site.output("Q1_trip"), 1.0)
        site.serve(0.1)
        site.outputs.segment.command(site.output("Q2_trip"), 1.0)
        ordered_ns = site.world.now()
        site.serve(1.0)
        assert site.units[242].coil_writes[0][0] - ordered_ns < ANSWER_WITHIN_NS + 15 * MS


def test_a_stopped_server_leaves_fail_states_and_no_pulse_behind() -> None:
    with battery(outputs=ALL) as site:
        site.outputs.segment.command(site.output("Q1_trip"), 1.0, site.world.now() + 60 * SECOND_NS)
        site.outputs.segment.command(site.output("horn"), 1.0)
        site.outputs.segment.command(site.output("inhibit"), 1.0)
        site.serve(1.0)
        assert site.units[241].coils == [True, False, True, True]
        site.server.run(stop=lambda: True)
        assert site.units[241].coils == [False, True, False, True]


# targets and commands

STRINGS = (target(1), target(2))


def test_targets_are_broadcast_when_they_change_and_every_20_s() -> None:
    with battery(outputs=STRINGS) as site:
        site.outputs.segment.command(0, 13.62)
        site.outputs.segment.command(1, 13.64)
        site.serve(1.0)
        (_, first), (_, expiry) = site.broadcasts
        assert first == bytes.fromhex("10 00 29 00 02 04 35 34 35 48")
        assert expiry == bytes.fromhex("06 00 3e 00 3c")
        site.serve(60.0)
        assert len(site.broadcasts) == 8
        site.outputs.segment.command(1, 0.0)
        site.serve(0.5)
        assert site.broadcasts[-2][1] == bytes.fromhex("10 00 29 00 02 04 35 34 00 00")


def test_targets_are_not_refreshed_without_an_engine() -> None:
    with battery(outputs=STRINGS) as site:
        site.outputs.segment.command(0, 13.62)
        site.serve(1.0)
        sent = len(site.broadcasts)
        site.serve(60.0, keep_alive=False)
        assert len(site.broadcasts) == sent


def test_a_restarted_driver_sends_the_standing_targets() -> None:
    with battery(outputs=STRINGS) as site:
        site.outputs.segment.command(0, 13.62)
        site.serve(1.0)
        site.close()
        site.start()
        site.serve(1.0)
        assert struct.unpack(">H", site.broadcasts[-2][1][-2:])[0] == 13_620
