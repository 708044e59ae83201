"""Programs in their tasks, their faults, and the relays they leave behind."""

from __future__ import annotations

import dataclasses

from plc.core.command import CommandKind
from plc.core.event import EventKind
from plc.core.plan import TaskPlan
from plc.engine.task import ProgramState
from tests.engine.small import SCAN, S, SmallPlant, small_plan


def test_a_fault_restores_the_memory_and_leaves_the_other_programs_running() -> None:
    plant = SmallPlant()
    plant.scan(3)
    own = plant.engine.sets.running.programs["watch"].loaded.area
    plant.watch.status = 1
    plant.scan(15)
    assert own.read("count") == 3
    assert plant.engine.sets.running.loaded.globals.read("Shared") == 3
    assert plant.engine.sets.running.programs["watch"].state is ProgramState.FAULTED
    assert plant.engine.sets.running.programs["care"].runs == 2


def test_a_fault_names_the_line_the_expression_and_its_values() -> None:
    plant = SmallPlant()
    plant.scan(3)
    plant.watch.status = 1
    plant.scan()
    event = plant.last(EventKind.PROGRAM_FAULT)
    assert event.priority == 1
    assert "protection lost" in event.text
    assert "index out of range in temperatures[count] with count = 4; watch.st line 20" in event.text


def test_a_fault_holds_requests_and_opens_nothing_by_itself() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.status = 1
    plant.scan(30)
    assert EventKind.TRIP_REQUESTED not in plant.kinds()
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(5)
    plant.watch.causes[1] = False
    plant.watch.status = 1
    plant.scan(30)
    (refused,) = plant.scan(1, plant.command(CommandKind.RESET, "Q1"))
    assert "still asks" in refused.text


def test_a_faulted_program_restarts_warm_and_stays_down_after_three_faults_in_a_minute() -> None:
    plant = SmallPlant()
    plant.scan(3)
    for attempt in range(3):
        plant.watch.status = 1
        plant.scan()
        plant.watch.status = 0
        (answer,) = plant.scan(1, plant.command(CommandKind.RESTART, "watch", f"r{attempt}"))
    assert not answer.accepted
    assert "arm a corrected set" in answer.text
    assert plant.engine.sets.running.programs["watch"].state is ProgramState.DOWN
    assert plant.engine.sets.running.programs["watch"].loaded.area.read("count") == 5


def test_on_fault_hold_keeps_the_relay_and_the_targets_go_off() -> None:
    plant = SmallPlant()
    plant.watch.fan = True
    plant.scan(2)
    assert plant.coil("fan") == (1.0, 0)
    plant.watch.fan, plant.watch.status, plant.care.status = False, 1, 1
    plant.scan(12)
    assert plant.coil("fan") == (1.0, 0)
    segment = plant.outputs.segments[0]
    assert list(segment.value[4:6]) == [0.0, 0.0]


def test_targets_reach_their_places_and_site() -> None:
    plant = SmallPlant()
    plant.scan(2)
    segment = plant.outputs.segments[0]
    assert [round(volts, 3) for volts in segment.value[4:6]] == [13.6, 13.7]
    assert round(float(plant.engine.site.read("Targets[2]")), 3) == 13.7


def test_an_infinite_target_is_a_fault_of_its_program() -> None:
    plant = SmallPlant()
    plant.scan(2)
    plant.care.targets = (float("inf"), 13.7)
    plant.scan(12)
    assert plant.engine.sets.running.programs["care"].state is ProgramState.FAULTED
    assert "no finite number at an output" in plant.last(EventKind.PROGRAM_FAULT).text


def test_each_rising_edge_of_a_ups_command_is_one_stamp() -> None:
    plant = SmallPlant()
    plant.scan(2)
    before = plant.outputs.segments[0].stamp[6]
    plant.care.start_test = True
    plant.scan(20)
    assert plant.outputs.segments[0].stamp[6] != before
    assert plant.outputs.segments[0].value[6] == 1.0
    given = plant.outputs.segments[0].stamp[6]
    plant.scan(100)
    assert plant.outputs.segments[0].stamp[6] == given
    plant.care.start_test = False
    plant.scan(20)
    plant.care.start_test = True
    plant.scan(20)
    assert plant.outputs.segments[0].stamp[6] != given


def test_start_is_true_for_one_run() -> None:
    plant = SmallPlant()
    plant.scan(2)
    area = plant.engine.sets.running.programs["watch"].loaded.area
    (answer,) = plant.scan(1, plant.command(CommandKind.START, "watch"))
    assert answer.accepted
    assert area.read("seen") is True
    assert area.read("Start") is False


def test_tasks_keep_their_interval_and_a_late_one_skips() -> None:
    plant = SmallPlant()
    plant.scan(21)
    programs = plant.engine.sets.running.programs
    assert (programs["watch"].runs, programs["care"].runs) == (21, 3)
    plant.wall_ns += 10 * S
    plant.scan(5)
    assert (programs["watch"].runs, programs["care"].runs) == (26, 4)


def test_urgent_tasks_run_first_and_equal_ones_by_name() -> None:
    tasks = (TaskPlan("slow", SCAN, ("watch",), 1), TaskPlan("fast", SCAN, ("care",), 0))
    order: list[str] = []
    plant = SmallPlant(dataclasses.replace(small_plan(), tasks=tasks))
    for name, run in plant.engine.sets.running.programs.items():
        body = run.loaded.runner
        noted = dataclasses.replace(run.loaded, runner=lambda body=body, name=name: order.append(name) or body())
        run.loaded = noted
    plant.scan()
    assert order == ["care", "watch"]


def test_no_program_runs_while_a_system_program_is_stopped() -> None:
    plant = SmallPlant(system=lambda own, site, globals: 1)
    plant.scan(5)
    assert plant.engine.sets.running.programs["watch"].runs == 0
    assert plant.kinds().count(EventKind.PROGRAM_FAULT) == 1
    assert plant.last(EventKind.PROGRAM_FAULT).priority == 1


def test_an_alarm_is_reported_at_each_edge() -> None:
    plant = SmallPlant()
    plant.scan(2)
    plant.watch.alarm = True
    plant.scan(5)
    plant.watch.alarm = False
    plant.scan(5)
    assert plant.kinds().count(EventKind.ALARM) == 1
    assert plant.kinds().count(EventKind.ALARM_CLEARED) == 1
    assert plant.last(EventKind.ALARM).text == "string is warm"


def test_a_lost_bus_is_one_event() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.good = False
    plant.scan(60)
    buses = [event for event in plant.events.events if event.kind is EventKind.BUS]
    assert len(buses) == 1
    assert "battery" in buses[0].text
