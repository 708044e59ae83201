"""Start again, on simulated sites: what begins anew and what stays."""

from __future__ import annotations

from plc.core.command import CommandKind
from plc.core.event import EventKind
from plc.engine.breaker import Phase
from tests.engine.small import SmallPlant, small_plan


def tripped(simulated: bool = True) -> SmallPlant:
    """Q1 has tripped with the alarm up, and the plant is said to be as at the start."""
    plant = SmallPlant(small_plan(simulated=simulated))
    plant.settle()
    plant.watch.causes[1] = plant.watch.alarm = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(10)
    plant.watch.causes[1] = plant.watch.alarm = False
    plant.opened[1] = False
    return plant


def test_the_latch_is_gone_and_the_next_trip_proves_itself() -> None:
    plant = tripped()
    (answer,) = plant.scan(1, plant.command(CommandKind.START_AGAIN, "small"))
    assert answer.accepted
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.NORMAL
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.PULSE


def test_the_guard_has_forgotten_and_the_start_grace_begins_anew() -> None:
    plant = tripped()
    plant.scan(1, plant.command(CommandKind.START_AGAIN, "small"))
    assert plant.engine.guard.history == []
    assert not plant.engine.settled


def test_programs_begin_with_their_initial_memory_and_the_set_stays() -> None:
    plant = tripped()
    before = plant.engine.sets.running
    plant.watch.alarm = True
    plant.scan()
    plant.watch.alarm = False
    plant.scan(1, plant.command(CommandKind.START_AGAIN, "small"))
    run = plant.engine.sets.running.programs["watch"]
    assert run.loaded.area.read("count") == 1
    assert run.runs == 1
    assert plant.engine.sets.running is before
    assert plant.last(EventKind.ALARM_CLEARED).subject == "watch.warns"


def test_a_faulted_program_runs_again() -> None:
    plant = tripped()
    plant.watch.status = 1
    plant.scan()
    plant.watch.status = 0
    plant.scan(1, plant.command(CommandKind.START_AGAIN, "small"))
    assert plant.engine.sets.running.programs["watch"].runs == 1


def test_what_people_switched_is_taken_back() -> None:
    plant = tripped()
    plant.scan(1, plant.command(CommandKind.SWITCH, "charger_inhibit", state="on"))
    assert plant.coil("charger_inhibit") == (1.0, 0)
    plant.scan(1, plant.command(CommandKind.START_AGAIN, "small", "2"))
    assert plant.coil("charger_inhibit") == (0.0, 0)


def test_a_real_plant_does_not_start_again() -> None:
    plant = tripped(simulated=False)
    plant.scan(20)
    (answer,) = plant.scan(1, plant.command(CommandKind.START_AGAIN, "small"))
    assert not answer.accepted
    assert "only a simulated site" in answer.text
    assert plant.engine.breakers["Q1"].sequence.latched


def test_the_event_of_a_command_says_who_and_why() -> None:
    plant = tripped()
    plant.scan(1, plant.command(CommandKind.START_AGAIN, "small"))
    event = plant.last(EventKind.COMMAND)
    assert (event.who, event.role, event.reason) == ("Ada", "operator", "test")
