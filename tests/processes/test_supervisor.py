"""The supervisor with stand-in children: what it starts, what it kills, and in which order it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from plc.core.process import PROCESSES_SIZE, ProcessState, ProcessStatus
from plc.engine.event_ring import EventRing
from plc.engine.ring import Ring
from plc.processes.child import ChildPlan
from plc.processes.supervisor import RunPlan
from tests.processes.conftest import HERE, eventually, kill_group, lives

pytestmark = pytest.mark.processes
STANDIN = str(HERE / "standin.py")


class Running:
    """A supervisor at work, seen from outside."""

    def __init__(self, run_dir: Path, process: subprocess.Popen[bytes]) -> None:
        self.run_dir = run_dir
        self.process = process
        self.events = run_dir / "events-supervisor"
        self.fence = Ring.open(run_dir / "out-battery")

    def log(self) -> list[str]:
        path = self.run_dir.parent / "log"
        return path.read_text().splitlines() if path.exists() else []

    def statuses(self) -> dict[str, ProcessStatus]:
        """What the supervisor last published, by name; empty before the first time."""
        into = bytearray(PROCESSES_SIZE)
        if not (self.run_dir / "processes").exists():
            return {}
        ring = Ring.open(self.run_dir / "processes")
        found = ring.latest(into)
        ring.close()
        shown = msgspec.json.decode(into, type=tuple[ProcessStatus, ...]) if found else ()
        return {status.name: status for status in shown}

    def status(self, name: str) -> ProcessStatus:
        return self.statuses()[name]

    def is_running(self, *names: str) -> Callable[[], bool]:
        def check() -> bool:
            shown = self.statuses()
            return all(name in shown and shown[name].state is ProcessState.RUNNING for name in names)

        return check

    def pid(self, name: str) -> int:
        return self.status(name).pid

    def replaced(self, name: str, pid: int) -> Callable[[], bool]:
        return lambda: self.status(name).state is ProcessState.RUNNING and self.pid(name) != pid


Supervise = Callable[..., Running]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """``supervise(plans..., for_s=0)`` starts a supervisor over stand-ins in a group of its own."""
    started: list[subprocess.Popen[bytes]] = []
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored, and a child inherits that

    def run(*plans: ChildPlan, for_s: float = 0.0) -> Running:
        run_dir = tmp_path / "run"
        run_dir.mkdir()
        Ring.create(run_dir / "out-battery", 8).close()
        plan = RunPlan(plans, (str(run_dir / "out-battery"),), for_s)
        (run_dir / "run.json").write_bytes(msgspec.json.encode(plan))
        command = [sys.executable, "-m", "plc.processes.supervisor", str(run_dir)]
        process = subprocess.Popen(command, process_group=0, stderr=subprocess.PIPE)
        started.append(process)
        return Running(run_dir, process)

    yield run
    signal.signal(signal.SIGHUP, before)
    for process in started:
        kill_group(process.pid)
        process.communicate()


@pytest.fixture
def standin(tmp_path: Path) -> Callable[..., ChildPlan]:
    def plan(name: str, *manners: str, **settings: object) -> ChildPlan:
        argv = (sys.executable, STANDIN, str(tmp_path / "run"), name, *manners)
        return msgspec.convert({"name": name, "argv": argv, "hung_after_ns": 300_000_000, **settings}, ChildPlan)

    return plan


Standin = Callable[..., ChildPlan]


def test_children_start_in_order_and_wait_for_the_ready_line_of_an_earlier_one(
    supervise: Supervise, standin: Standin
) -> None:
    running = supervise(standin("simulator", "ready", hung_after_ns=0, ready_line=True), standin("engine"))
    eventually(running.is_running("simulator", "engine"))
    assert running.log() == ["simulator started", "engine started"]


def test_a_stop_signal_ends_the_children_by_rank_within_three_seconds_and_removes_the_folder(
    supervise: Supervise, standin: Standin
) -> None:
    running = supervise(
        standin("simulator", end_rank=2), standin("driver-battery", end_rank=1), standin("engine", end_rank=0)
    )
    eventually(running.is_running("simulator", "driver-battery", "engine"))
    asked = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=5) == 0
    assert time.monotonic() - asked < 3
    assert running.log()[3:] == ["engine ended", "driver-battery ended", "simulator ended"]
    assert not running.run_dir.exists()


def test_a_closed_terminal_ends_it_in_order_too(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("driver-battery", end_rank=1), standin("engine"))
    eventually(running.is_running("driver-battery", "engine"))
    os.killpg(running.process.pid, signal.SIGHUP)
    assert running.process.wait(timeout=5) == 0
    assert running.log()[2:] == ["engine ended", "driver-battery ended"]


def test_a_child_that_takes_no_signal_is_killed_and_the_end_still_takes_less_than_three_seconds(
    supervise: Supervise, standin: Standin
) -> None:
    names = ("simulator", "driver-battery", "engine")
    running = supervise(*(standin(name, "deaf", end_rank=2 - rank) for rank, name in enumerate(names)))
    eventually(running.is_running(*names))
    asked = time.monotonic()
    running.process.terminate()
    assert running.process.wait(timeout=5) == 0
    assert time.monotonic() - asked < 3


def test_it_ends_by_itself_after_the_given_time(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("engine"), for_s=0.5)
    assert running.process.wait(timeout=5) == 0
    assert running.log() == ["engine started", "engine ended"]


def test_a_killed_engine_raises_the_fence_and_starts_again_at_once(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("driver-battery"), standin("engine", fences=True))
    eventually(running.is_running("engine", "driver-battery"))
    fence, pid, driver = running.fence.fence, running.pid("engine"), running.pid("driver-battery")
    os.kill(pid, signal.SIGKILL)
    eventually(running.replaced("engine", pid), within_s=2)
    assert running.fence.fence == fence + 1
    assert running.pid("driver-battery") == driver
    (event,) = EventRing.open(running.events).events(0)
    assert event.text == f"engine (process {pid}) ended by SIGKILL; starts again"


def test_a_stopped_engine_is_killed_after_its_silence_and_only_then_fenced(
    supervise: Supervise, standin: Standin
) -> None:
    running = supervise(standin("engine", fences=True))
    eventually(running.is_running("engine"))
    fence, pid = running.fence.fence, running.pid("engine")
    stopped = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: running.fence.fence > fence, within_s=2)
    assert 0.25 < time.monotonic() - stopped < 0.6
    assert not Path(f"/proc/{pid}").exists()
    eventually(running.replaced("engine", pid), within_s=2)


def test_a_killed_driver_starts_again_and_no_fence_rises(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("driver-battery"), standin("engine", fences=True))
    eventually(running.is_running("engine", "driver-battery"))
    fence, pid = running.fence.fence, running.pid("driver-battery")
    os.kill(pid, signal.SIGKILL)
    eventually(running.replaced("driver-battery", pid), within_s=2)
    assert running.fence.fence == fence


def test_a_child_that_never_beats_is_killed_after_its_time_to_start(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("engine", "mute", start_within_ns=300_000_000))
    eventually(lambda: running.log().count("engine started") >= 3)
    assert "gave no sign of life" in running.status("engine").reason


def test_a_child_that_keeps_dying_is_retried_more_and_more_slowly_and_then_reported_down(
    supervise: Supervise, standin: Standin
) -> None:
    running = supervise(standin("compiler", "die"), standin("engine"))
    eventually(running.is_running("engine"))
    eventually(lambda: running.status("compiler").state is ProcessState.DOWN, within_s=10)
    assert running.log().count("compiler started") == 5
    *retried, down = EventRing.open(running.events).events(0)
    assert [event.priority for event in retried] == [2, 2, 2, 2]
    assert down.priority == 1
    assert "the fifth time within 60 s, trying again every 5 s" in down.text
    assert down.monotonic_ns - retried[0].monotonic_ns > 1_600_000_000
    assert running.status("engine").deaths == 0
    eventually(lambda: running.log().count("compiler started") == 6, within_s=10)
    eventually(lambda: running.status("compiler").deaths == 6)
    assert EventRing.open(running.events).newest == 5


def test_a_machine_that_stood_still_costs_no_process(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("driver-battery"), standin("engine", fences=True))
    eventually(running.is_running("engine", "driver-battery"))
    fence, pid = running.fence.fence, running.pid("engine")
    os.killpg(running.process.pid, signal.SIGSTOP)
    stands_until = time.monotonic() + 1.0
    eventually(lambda: time.monotonic() > stands_until)
    os.killpg(running.process.pid, signal.SIGCONT)
    goes_until = time.monotonic() + 1.0
    eventually(lambda: time.monotonic() > goes_until)
    assert (running.pid("engine"), running.fence.fence) == (pid, fence)
    assert running.status("driver-battery").deaths == 0


def test_a_reader_that_went_away_stops_nothing(supervise: Supervise, standin: Standin) -> None:
    running = supervise(standin("driver-battery"), standin("engine", fences=True))
    eventually(running.is_running("engine", "driver-battery"))
    assert running.process.stderr is not None
    running.process.stderr.close()
    pid = running.pid("engine")
    os.kill(pid, signal.SIGKILL)
    eventually(running.replaced("engine", pid), within_s=2)
    assert running.process.poll() is None
    running.process.stderr = None


def test_nothing_outlives_a_killed_supervisor_and_drivers_are_told_first(
    supervise: Supervise, standin: Standin
) -> None:
    running = supervise(standin("driver-battery", orphan_signal=int(signal.SIGTERM)), standin("engine", fences=True))
    eventually(running.is_running("engine", "driver-battery"))
    pids = [running.pid("engine"), running.pid("driver-battery")]
    running.process.kill()
    eventually(lambda: not any(lives(pid) for pid in pids), within_s=2)
    assert running.log()[2:] == ["driver-battery ended"]
