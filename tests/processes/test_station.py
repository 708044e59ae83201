"""The station beside a running engine: killed, stopped, asked; what it keeps, and what goes on without it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from plc.commands import OPERATOR, CommandDoor, CommandError, SimulatorDoor, StationDoor, command
from plc.core.command import CommandKind
from plc.core.run_paths import StatePaths
from plc.core.site import Action, Schedule
from plc.core.station import Alarm, AlarmState, RequestKind, RunState, StationAnswer, StationStatus
from plc.store.journal import Line, read_journal, verify
from plc.why.record import TripRecord, recorded
from tests.processes.conftest import eventually
from tests.processes.controller import ROOM, STANDING, Controller, running_controller

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

SPEED = 60
S = 1_000_000_000
LATE_SCANS = 20
"""The recorder looks every 50 ms; on a busy machine a little later."""
CALM = """PROGRAM calm
VAR_INPUT
    Pause : BOOL;
END_VAR
VAR
    paused : DINT;
END_VAR
IF Pause THEN
    paused := paused + 1;
END_IF;
END_PROGRAM
"""


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Controller]:
    """The test room, 60 times as fast, with a program that pauses every two minutes of plant time."""
    room = tmp_path / "own"
    shutil.copytree(ROOM, room)
    (room / "programs" / "calm.st").write_text(CALM)
    text = (room / "site.yaml").read_text()
    text = text.replace("speed: 1,", f"speed: {SPEED},").replace("[smoke_trip, steady]", "[smoke_trip, steady, calm]")
    (room / "site.yaml").write_text(text + 'schedules: {quiet: {cron: "*/2 * * * *", pause: calm, for: 1 min}}\n')
    with running_controller(tmp_path, room) as running:
        eventually(lambda: (running.run.station_socket).exists(), within_s=20)
        yield running


def ask(controller: Controller, kind: RequestKind, subject: str = "", **more: object) -> StationAnswer:
    named = {"who": "Ada", "role": OPERATOR, "reason": "trial", **more}
    return StationDoor.of(controller.state).ask(kind, subject, **named)  # type: ignore[arg-type]


def listed(controller: Controller) -> StationStatus:
    status = ask(controller, RequestKind.LIST).status
    assert status is not None
    return status


def alarm(controller: Controller, key: str) -> Alarm | None:
    return next((found for found in listed(controller).alarms if found.key == key), None)


def journal(controller: Controller) -> list[Line]:
    return [row.line for row in read_journal(StatePaths(controller.state).journal, most=10_000)]


def killed(controller: Controller) -> None:
    _, pid = controller.kill("station")
    eventually(lambda: controller.has_replaced("station", pid) and answers(controller))


def answers(controller: Controller) -> bool:
    try:
        ask(controller, RequestKind.LIST)
    except CommandError:
        return False
    return True


def why(controller: Controller) -> list[TripRecord]:
    return recorded(StatePaths(controller.state).trips)


def test_a_trip_is_recorded_with_its_why_and_its_frames_while_nobody_serves_a_page(controller: Controller) -> None:
    controller.trip()
    eventually(lambda: any(record.frames for record in why(controller)), within_s=20)
    [record] = why(controller)
    [cause] = record.causes
    assert (record.breaker, cause.program) == ("Q1", "smoke_trip")
    assert [leg.holds for leg in cause.legs] == [True]
    assert 0 <= record.late_scans <= LATE_SCANS
    assert record.frames[0].frame.trip == "Q1"


def test_a_trip_is_recorded_once_although_the_station_is_killed_over_it(controller: Controller) -> None:
    controller.kill("station")
    controller.trip()
    eventually(lambda: bool(why(controller)), within_s=20)
    killed(controller)
    eventually(lambda: answers(controller))
    assert [record.breaker for record in why(controller)] == ["Q1"]


def test_an_acknowledged_trip_stays_acknowledged_when_the_station_is_killed(controller: Controller) -> None:
    controller.trip()
    eventually(lambda: alarm(controller, "trip Q1") is not None)
    assert ask(controller, RequestKind.ACKNOWLEDGE, "trip Q1").accepted
    killed(controller)
    found = alarm(controller, "trip Q1")
    assert found is not None
    assert (found.state, found.acknowledged_by) == (AlarmState.ACKNOWLEDGED, "Ada")
    reset = command(CommandKind.RESET, "Q1", who="Ada", role=OPERATOR, reason="smoke cleared")
    assert CommandDoor.of(controller.state).send(reset).accepted
    eventually(lambda: alarm(controller, "trip Q1") is None)
    acts = [(line.who, line.what, line.subject) for line in journal(controller) if line.who == "Ada"]
    assert acts == [("Ada", "acknowledge", "trip Q1"), ("Ada", "command", "Q1")]


def test_a_dead_station_refuses_no_command_and_loses_no_event(controller: Controller) -> None:
    station = controller.pid("station")
    os.kill(station, signal.SIGSTOP)
    controller.trip()
    reset = command(CommandKind.RESET, "Q1", who="Ada", role=OPERATOR, reason="smoke cleared")
    assert CommandDoor.of(controller.state).send(reset).accepted
    assert controller.coils() == STANDING
    os.kill(station, signal.SIGKILL)
    eventually(lambda: controller.has_replaced("station", station) and answers(controller))
    numbers = {event.sequence for event in controller.events()}
    eventually(lambda: numbers <= {line.event for line in journal(controller) if line.source == "engine"})
    assert verify(StatePaths(controller.state).journal).broken_at is None


def test_each_run_is_made_once_however_often_the_station_is_killed(controller: Controller) -> None:
    for _ in range(4):
        made = runs(controller)
        eventually(lambda known=made: len(runs(controller)) > len(known), within_s=20)  # type: ignore[misc]
        killed(controller)
    assert set(Counter(runs(controller)).values()) == {1}
    states = {record.state for record in listed(controller).last_runs}
    assert states <= {RunState.ACCEPTED, RunState.PLANNED, RunState.MISSED}
    assert controller.tags("calm.paused") > [0]


def runs(controller: Controller) -> list[str]:
    """The reason of each schedule's command that the engine took, as the journal has them."""
    return [line.reason for line in journal(controller) if line.who == "schedule quiet" and line.what == "command"]


def test_entries_are_added_changed_and_removed_through_the_door_and_survive_a_kill(controller: Controller) -> None:
    often = Schedule("often", "* * * * *", Action.PAUSE, "calm", for_ns=60 * S)
    assert ask(controller, RequestKind.ADD, schedule=often).accepted
    killed(controller)
    assert {entry.schedule.name for entry in listed(controller).entries} == {"often", "quiet"}
    assert ask(controller, RequestKind.REMOVE, "quiet").accepted
    killed(controller)
    assert {entry.schedule.name for entry in listed(controller).entries} == {"often"}
    refused = ask(controller, RequestKind.ADD, schedule=Schedule("no", "* * * * *", Action.RUN, "calm"))
    assert (refused.accepted, "has no input Start" in refused.text) == (False, True)
    changes = [line.what for line in journal(controller) if line.what.startswith("schedule ") and line.after]
    assert changes == ["schedule seed", "schedule add", "schedule remove"]


def test_start_again_goes_through_the_door_and_is_written_down(controller: Controller) -> None:
    controller.trip()
    answer = SimulatorDoor.of(controller.state).start_again(who="Ada", role=OPERATOR, reason="show it once more")
    assert answer.accepted
    eventually(lambda: controller.breaker()["phase"] == "normal" and controller.breaker()["state"] == "CLOSED")
    eventually(lambda: any(line.text.startswith("start again") for line in journal(controller)))
    acts = [(line.what, line.reason) for line in journal(controller) if line.who == "Ada"]
    assert ("done", "show it once more") in acts
    assert ("command", "show it once more") in acts


def test_a_killed_process_is_an_alarm_that_clears_when_it_runs(controller: Controller) -> None:
    controller.kill("compiler")
    eventually(lambda: alarm(controller, "process compiler") is not None)
    found = alarm(controller, "process compiler")
    assert found is not None and "SIGKILL" in found.text
    eventually(lambda: (a := alarm(controller, "process compiler")) is None or a.state is AlarmState.CLEARED)


def test_hostile_words_on_the_socket_hold_nobody_up(controller: Controller) -> None:
    for words in (b"", b"\n", b"{}", b"[" * 20_000, b"\xff\xfe\n", b'{"kind": "burn"}\n'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
            stranger.connect(str(controller.run.station_socket))
            stranger.sendall(words)
            assert answers(controller)
    assert controller.process("station").deaths == 0
