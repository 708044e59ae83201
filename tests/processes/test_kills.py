"""What the plant does when a process of the controller is killed or stopped: asserted on the simulated coils."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plc.commands import OPERATOR, CommandDoor, CommandError, SimulatorDoor, command
from plc.core.command import CommandKind
from plc.store.compiler_client import prepare
from tests.processes.conftest import eventually, lives
from tests.processes.controller import (
    FAILED,
    FAN,
    INHIBIT,
    LAMP,
    MACHINE_FACTOR,
    MS,
    STANDING,
    TRIP,
    Controller,
    running_controller,
)

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

FAIL_STATES_WITHIN_NS = int(500 * MS * MACHINE_FACTOR)
SCAN_AGAIN_WITHIN_NS = int(1000 * MS * MACHINE_FACTOR)
PULSE_NS = 500 * MS
PULSE_MORE_NS = int(150 * MS * MACHINE_FACTOR)


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Controller]:
    with running_controller(tmp_path) as running:
        yield running


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_lost_engine_means_fail_states_at_once_and_a_new_engine_that_forgot_no_latch(
    controller: Controller, number: int
) -> None:
    controller.trip()
    with controller.coil_log() as coils:
        lost_ns, pid = controller.kill("engine", number)
        eventually(lambda: coils.first(FAN, False) is not None and coils.first(LAMP, True) is not None)
        eventually(lambda: controller.has_replaced("engine", pid))
    energised, released = coils.first(FAN, True), coils.first(LAMP, False)
    assert energised is not None and released is not None
    assert max(energised.at_ns, released.at_ns) - lost_ns < FAIL_STATES_WITHIN_NS
    started_ns = controller.started_ns(lost_ns)
    assert started_ns is not None
    assert started_ns - lost_ns < SCAN_AGAIN_WITHIN_NS
    assert coils.moved() == {FAN, LAMP}
    assert controller.breaker()["latched"]
    assert controller.tags("Breakers.Q1.Latched") == [True]
    assert controller.coils() == STANDING


def test_a_pulse_that_an_engine_began_ends_when_nobody_is_left_but_the_driver(controller: Controller) -> None:
    with controller.coil_log() as coils:
        controller.smoke(True)
        eventually(lambda: coils.first(TRIP, True) is not None)
        controller.supervisor.send_signal(signal.SIGSTOP)
        controller.kill("engine")
        eventually(lambda: coils.first(TRIP, False) is not None)
        eventually(lambda: controller.coils() == FAILED)
        controller.supervisor.send_signal(signal.SIGCONT)
        eventually(lambda: controller.breaker()["state"] == "OPEN" and controller.coils() == STANDING)
    begun, ended = coils.first(TRIP, True), coils.first(TRIP, False)
    assert begun is not None and ended is not None
    assert PULSE_NS - 100 * MS < ended.at_ns - begun.at_ns < PULSE_NS + PULSE_MORE_NS
    assert INHIBIT not in coils.moved()
    assert controller.breaker()["latched"]


def test_a_killed_driver_leaves_every_coil_where_it_is_and_the_next_one_takes_the_bus_over(
    controller: Controller,
) -> None:
    engine = controller.pid("engine")
    with controller.coil_log() as coils:
        lost_ns, pid = controller.kill("driver-battery")
        eventually(lambda: controller.has_replaced("driver-battery", pid))
        eventually(lambda: sampled_ns(controller) > lost_ns)
        eventually(controller.is_settled)
    assert coils.moves == []
    assert controller.pid("engine") == engine


def test_a_stopped_driver_is_replaced_after_a_second_of_silence(controller: Controller) -> None:
    with controller.coil_log() as coils:
        lost_ns, pid = controller.kill("driver-battery", signal.SIGSTOP)
        eventually(lambda: controller.has_replaced("driver-battery", pid))
        eventually(lambda: sampled_ns(controller) > lost_ns)
    assert coils.moves == []


def test_a_driver_killed_within_a_pulse_has_it_ended_by_its_successor(controller: Controller) -> None:
    with controller.coil_log() as coils:
        controller.smoke(True)
        eventually(lambda: coils.first(TRIP, True) is not None)
        controller.kill("driver-battery")
        eventually(lambda: coils.first(TRIP, False) is not None)
        eventually(lambda: controller.breaker()["state"] == "OPEN" and controller.coils() == STANDING)
    begun, ended = coils.first(TRIP, True), coils.first(TRIP, False)
    assert begun is not None and ended is not None
    assert ended.at_ns - begun.at_ns < PULSE_NS + 500 * MS * MACHINE_FACTOR


def test_a_killed_compiler_costs_no_scan_and_its_successor_compiles(controller: Controller) -> None:
    engine = controller.pid("engine")
    _, pid = controller.kill("compiler")
    eventually(lambda: controller.has_replaced("compiler", pid))
    armed = controller.run.armed.read_text()
    assert prepare(controller.run, controller.site).set_hash == armed
    assert controller.pid("engine") == engine
    assert controller.coils() == STANDING


def test_a_killed_supervisor_takes_its_children_along_and_the_driver_leaves_fail_states(
    controller: Controller,
) -> None:
    pids = [process.pid for process in controller.view.processes()]
    with controller.coil_log() as coils:
        controller.supervisor.kill()
        eventually(lambda: not any(lives(pid) for pid in pids))
    assert controller.coils() == FAILED
    assert coils.moved() == {FAN, LAMP}


def test_an_orderly_end_takes_less_than_three_seconds_and_leaves_fail_states_and_no_folder_of_ours(
    controller: Controller,
) -> None:
    asked = time.monotonic()
    controller.supervisor.send_signal(signal.SIGINT)
    assert controller.supervisor.wait(timeout=5) == 0
    assert time.monotonic() - asked < 3
    assert controller.coils() == FAILED
    assert not controller.run.status.exists()


def test_a_latched_trip_is_reset_through_the_door_and_a_standing_cause_refuses_it(controller: Controller) -> None:
    door = CommandDoor.of(controller.state)

    def reset() -> bool:
        asked = command(CommandKind.RESET, "Q1", who="Ada", role=OPERATOR, reason="smoke was a drill")
        return door.send(asked).accepted

    controller.smoke(True)
    eventually(lambda: controller.breaker()["latched"])
    assert not reset()
    controller.smoke(False)
    eventually(lambda: controller.breaker()["phase"] == "resettable")
    assert reset()
    eventually(lambda: not controller.breaker()["latched"])


def test_a_prepared_set_takes_over_without_a_move_of_what_it_does_not_change(controller: Controller) -> None:
    before, steady = controller.run.armed.read_text(), controller.site / "programs" / "steady.st"
    steady.write_text(steady.read_text().replace("Relays.lamp := TRUE", "Relays.lamp := FALSE"))
    prepared = prepare(controller.run, controller.site)
    assert prepared.set_hash not in ("", before)
    with controller.coil_log() as coils:
        asked = command(CommandKind.SWAP, prepared.set_hash, who="Ada", role="engineer", reason="lamp off by day")
        assert CommandDoor.of(controller.state).send(asked).accepted
        eventually(lambda: coils.first(LAMP, False) is not None)
        eventually(lambda: controller.run.armed.read_text() == prepared.set_hash, within_s=15)
    assert coils.moved() == {LAMP}
    assert controller.tags("Relays.lamp", "Sys.Speed") == [False, 1]


def test_a_program_with_errors_is_refused_with_all_of_them_and_the_running_set_goes_on(controller: Controller) -> None:
    steady = controller.site / "programs" / "steady.st"
    steady.write_text("PROGRAM steady\nRelays.fun := FALSE;\nRelays.lamp := 3;\nEND_PROGRAM\n")
    prepared = prepare(controller.run, controller.site)
    assert prepared.set_hash == ""
    assert {diagnostic.span.line for diagnostic in prepared.diagnostics if diagnostic.severity == "error"} == {2, 3}
    asked = command(CommandKind.SWAP, "f" * 64, who="Ada", role="engineer", reason="no such set")
    answer = CommandDoor.of(controller.state).send(asked)
    assert not answer.accepted
    assert "compile it" in answer.text
    assert controller.coils() == STANDING


def test_the_plant_of_a_simulated_site_is_moved_through_the_same_door(controller: Controller) -> None:
    door = SimulatorDoor.of(controller.state)
    door.ask("open", who="Ada", role=OPERATOR, reason="a trial", breaker="Q1")
    eventually(lambda: controller.breaker()["state"] == "OPEN")
    door.ask("close", who="Ada", role=OPERATOR, reason="a trial", breaker="Q1")
    eventually(lambda: controller.breaker()["state"] == "CLOSED")
    with pytest.raises(CommandError, match="there is no breaker 'Q9'"):
        door.ask("open", who="Ada", role=OPERATOR, reason="a trial", breaker="Q9")
    with pytest.raises(CommandError, match="may not"):
        door.ask("open", who="Ada", role="viewer", reason="a trial", breaker="Q1")


def sampled_ns(controller: Controller) -> int:
    """The newest reading's instant, as the engine knows it."""
    engine = controller.view.engine()
    assert engine is not None
    return int(engine["engine"]["buses"][0]["newest_ns"])


def test_nothing_of_a_controller_is_left(tmp_path: Path) -> None:
    with running_controller(tmp_path) as controller:
        pids = [controller.supervisor.pid, *(process.pid for process in controller.view.processes())]
        folder = controller.run.root
    assert not folder.exists()
    eventually(lambda: not any(lives(pid) for pid in pids), within_s=2)
    assert os.getpid() not in pids
