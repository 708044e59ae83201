"""From a request to an open breaker, and back by an operator's reset."""

from __future__ import annotations

import dataclasses
import math

import pytest

from plc.core.command import CommandKind
from plc.core.event import EventKind
from plc.engine.breaker import BreakerState, Phase
from tests.engine.small import ORDER, SCAN, SEQUENCE, TRAVEL, S, SmallPlant, released, small_plan


def running(plant: SmallPlant | None = None) -> SmallPlant:
    plant = plant or SmallPlant()
    plant.settle()
    return plant


def test_a_request_pulses_the_trip_relay_once_and_the_contacts_confirm() -> None:
    plant = running()
    assert plant.coil("Q1_trip") == (0.0, 0)
    plant.watch.causes[1] = True
    plant.scan()
    assert plant.coil("Q1_trip") == (1.0, plant.wall_ns + ORDER)
    assert plant.coil("Q2_trip") == (0.0, 0)
    assert plant.engine.site.read("Breakers.Q1.Latched") is True
    plant.opened[1] = True
    plant.scan(2)
    sequence = plant.engine.breakers["Q1"].sequence
    assert sequence.phase is Phase.LATCHED
    assert sequence.confirmed
    assert plant.last(EventKind.TRIP_CONFIRMED).text.startswith("S1 opened: ")
    plant.scan(20)
    assert plant.coil("Q1_trip") == (0.0, 0)
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 1


def test_a_breaker_that_does_not_open_gets_three_pulses_then_the_backup_relay() -> None:
    plant = running()
    plant.watch.causes[1] = True
    plant.scan((ORDER + TRAVEL) // SCAN * 3 + 2)
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 3
    assert plant.engine.breakers["Q1"].sequence.failed
    assert plant.engine.site.read("Breakers.Q1.Failed") is True
    assert plant.coil("charger_inhibit") == (1.0, 0)
    failed = plant.last(EventKind.TRIP_FAILED)
    assert failed.priority == 1
    assert "charger_inhibit is on" in failed.text
    plant.scan(100)
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 3


def test_another_cause_after_a_failure_is_a_reason_to_try_again() -> None:
    plant = running()
    plant.watch.causes[1] = True
    plant.scan(SEQUENCE)
    breaker = plant.engine.breakers["Q1"]
    assert breaker.sequence.failed
    breaker.sequence.causes = ("another.request",)
    plant.scan()
    assert breaker.sequence.phase is Phase.PULSE


def test_contacts_that_are_not_ok_confirm_nothing() -> None:
    plant = running()
    plant.watch.causes[1] = True
    plant.good = False
    plant.opened[1] = True
    plant.scan(SEQUENCE)
    assert plant.engine.breakers["Q1"].state is BreakerState.UNKNOWN
    assert plant.engine.breakers["Q1"].sequence.failed


def test_nothing_trips_within_the_start_grace() -> None:
    plant = SmallPlant()
    plant.watch.causes[1] = True
    plant.scan(5)
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.REQUESTED
    assert EventKind.TRIP_PULSE not in plant.kinds()
    plant.scan(10)
    assert EventKind.TRIP_PULSE in plant.kinds()


def test_alarm_only_reports_the_request_and_gives_no_pulse() -> None:
    plan = small_plan()
    plan = dataclasses.replace(plan, breakers=tuple(dataclasses.replace(b, armed=False) for b in plan.breakers))
    plant = running(SmallPlant(plan))
    plant.watch.causes[1] = True
    plant.scan(50)
    assert plant.coil("Q1_trip") == (0.0, 0)
    assert "alarm only" in plant.last(EventKind.TRIP_REQUESTED).text
    assert plant.engine.site.read("Breakers.Q1.Latched") is False


def test_a_breaker_that_opens_when_released_keeps_its_coil_on_until_the_trip_and_off_while_latched() -> None:
    plant = running(SmallPlant(released(small_plan())))
    assert plant.coil("Q1_trip") == (1.0, 0)
    plant.watch.causes[1] = True
    plant.scan()
    assert plant.coil("Q1_trip") == (0.0, 0)
    plant.opened[1] = True
    plant.watch.causes[1] = False
    plant.scan(100)
    assert plant.coil("Q1_trip") == (0.0, 0)
    plant.scan(1, plant.command(CommandKind.RESET, "Q1"))
    assert plant.coil("Q1_trip") == (1.0, 0)


def test_a_reset_is_refused_with_what_is_missing_and_done_once_every_cause_is_gone() -> None:
    plant = running()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(10)
    (refused,) = plant.scan(1, plant.command(CommandKind.RESET, "Q1", "a"))
    assert not refused.accepted
    assert "watch.opens[1] still asks for the trip" in refused.text
    plant.watch.causes[1] = False
    plant.watch.may_reset = False
    (refused,) = plant.scan(1, plant.command(CommandKind.RESET, "Q1", "b"))
    assert not refused.accepted
    plant.scan()
    (refused,) = plant.scan(1, plant.command(CommandKind.RESET, "Q1", "c"))
    assert "does not allow the reset yet" in refused.text
    plant.watch.may_reset = True
    plant.scan()
    assert plant.engine.site.read("Breakers.Q1.Resettable") is True
    (done,) = plant.scan(1, plant.command(CommandKind.RESET, "Q1", "d"))
    assert done.accepted
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.NORMAL
    assert plant.engine.breakers["Q1"].state is BreakerState.OPEN


def test_a_breaker_opened_by_hand_is_no_trip() -> None:
    plant = running()
    plant.opened[1] = True
    plant.scan(3)
    assert plant.engine.breakers["Q1"].state is BreakerState.OPEN
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.NORMAL
    assert plant.last(EventKind.BREAKER).text == "Q1 was opened by hand"


def test_a_request_on_an_open_breaker_latches_without_a_pulse() -> None:
    plant = running()
    plant.opened[1] = True
    plant.scan(3)
    plant.watch.causes[1] = True
    plant.scan(3)
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.LATCHED
    assert EventKind.TRIP_PULSE not in plant.kinds()


def test_a_latched_breaker_closed_by_hand_opens_again_while_its_cause_stands() -> None:
    plant = running()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(10)
    plant.opened[1] = False
    plant.scan(2)
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 2
    assert any("closed while its trip is latched" in event.text for event in plant.events.events)


def test_a_trip_relay_without_a_pulse_is_refused_at_the_start() -> None:
    plan = small_plan()
    relays = (dataclasses.replace(plan.relays[0], pulse_ns=0), *plan.relays[1:])
    with pytest.raises(ValueError, match="give it pulse: 500 ms"):
        SmallPlant(dataclasses.replace(plan, relays=relays))


def test_closing_slowly_while_latched_is_reported_too() -> None:
    plant = running()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.watch.causes[1] = False
    plant.scan(10)
    plant.wall_ns += SCAN
    for ref in (plant.plan.breakers[0].opened, plant.plan.breakers[0].closed):
        plant.inputs.sample(ref, 0.0, plant.wall_ns)
    plant.engine.scan(plant.wall_ns, plant.wall_ns)
    assert plant.engine.breakers["Q1"].state is BreakerState.MOVING
    plant.opened[1] = False
    plant.scan(5)
    assert "closed while its trip is latched" in plant.last(EventKind.BREAKER).text
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 1


def test_contacts_nobody_reads_any_more_are_unknown_once_stale() -> None:
    plant = running()
    states = []
    for _ in range(12):
        plant.wall_ns += SCAN
        plant.engine.scan(plant.wall_ns, plant.wall_ns)
        states.append(plant.engine.breakers["Q1"].state)
    assert states[9] is BreakerState.CLOSED
    assert states[10] is BreakerState.UNKNOWN


def test_contacts_both_off_are_moving_for_the_travel_time_then_contradictory() -> None:
    plant = running()
    opened = plant.plan.breakers[0].opened
    closed = plant.plan.breakers[0].closed
    states = []
    for _ in range(25):
        plant.wall_ns += SCAN
        plant.inputs.sample(opened, 0.0, plant.wall_ns)
        plant.inputs.sample(closed, 0.0, plant.wall_ns)
        plant.engine.scan(plant.wall_ns, plant.wall_ns)
        states.append(plant.engine.breakers["Q1"].state)
    assert states[0] is BreakerState.MOVING
    assert states[TRAVEL // SCAN] is BreakerState.MOVING
    assert states[TRAVEL // SCAN + 1] is BreakerState.CONTRADICTORY


def test_contacts_both_on_are_contradictory_at_once() -> None:
    plant = running()
    plant.wall_ns += SCAN
    for ref in (plant.plan.breakers[0].opened, plant.plan.breakers[0].closed):
        plant.inputs.sample(ref, 1.0, plant.wall_ns)
    plant.engine.scan(plant.wall_ns, plant.wall_ns)
    assert plant.engine.breakers["Q1"].state is BreakerState.CONTRADICTORY


def test_the_second_string_within_an_hour_waits_for_an_operator() -> None:
    plant = running()
    plant.watch.causes = {1: True}
    plant.scan()
    plant.opened[1] = True
    plant.scan(10)
    plant.watch.causes = {1: True, 2: True}
    plant.scan(10)
    assert plant.engine.breakers["Q2"].sequence.phase is Phase.HELD
    assert plant.coil("Q2_trip") == (0.0, 0)
    assert plant.last(EventKind.TRIP_HELD).priority == 1
    (answer,) = plant.scan(1, plant.command(CommandKind.CONFIRM, "Q2"))
    assert answer.accepted
    assert plant.coil("Q2_trip")[0] == 1.0


def test_two_strings_at_once_open_one_by_itself() -> None:
    plant = running()
    plant.watch.causes = {1: True, 2: True}
    plant.scan()
    phases = [breaker.sequence.phase for breaker in plant.engine.breakers.values()]
    assert phases == [Phase.PULSE, Phase.HELD]


def test_a_second_criterion_of_the_string_passes_the_guard() -> None:
    plant = running()
    plant.watch.causes = {1: True, 2: True}
    plant.watch.confirmed = {2: True}
    plant.scan()
    assert plant.engine.breakers["Q2"].sequence.phase is Phase.PULSE


def test_the_guards_hour_is_program_time() -> None:
    plant = running(SmallPlant(dataclasses.replace(small_plan(), speed=60)))
    plant.watch.causes = {1: True, 2: True}
    plant.scan()
    plant.opened[1] = True
    plant.scan(60 * S // SCAN - 5)
    assert plant.engine.breakers["Q2"].sequence.phase is Phase.HELD
    plant.scan(10)
    assert plant.engine.breakers["Q2"].sequence.phase is Phase.PULSE


def test_the_first_cause_stays_first_out_and_each_cause_is_reported_once() -> None:
    plant = running()
    plant.watch.values = {"Module": 7, "Module2": 8, "Value": 52.3, "Limit": 10.0, "Reference": 40.0}
    plant.watch.causes[1] = True
    plant.scan()
    first = plant.engine.breakers["Q1"].sequence.first_out
    plant.watch.values["Value"] = 60.0
    plant.scan(10)
    assert plant.engine.breakers["Q1"].sequence.first_out == first
    assert first == "modules 7 and 8 at 52.3 degC, 12.3 K over 40.0 degC (limit 10 K); watch.st line 88"
    assert plant.kinds().count(EventKind.TRIP_REQUESTED) == 1
    assert math.isclose(plant.last(EventKind.TRIP_REQUESTED).values["Value"], 52.3, rel_tol=1e-6)
