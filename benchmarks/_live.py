"""A whole controller in its real processes over a simulated site, for as long as a benchmark needs it.

    benchmark --starts--> plc run SITE --becomes--> supervisor --> simulator, driver, engine, compiler

It ends with the block that opened it, on Ctrl-C too; if the benchmark itself is killed the kernel ends the supervisor
(PR_SET_PDEATHSIG) and the supervisor the rest.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from plc.bench import BenchError
from plc.commands import OPERATOR, CommandDoor, command
from plc.core.command import CommandKind
from plc.core.process import ProcessState
from plc.core.run_paths import RunPaths, StatePaths
from plc.store.running_view import RunningView
from simulator.control import Control

T = TypeVar("T")

MS_NS = 1_000_000
SECOND_NS = 1_000_000_000
LOOK_EVERY_S = 0.01
START_WITHIN_S = 60.0
END_WITHIN_S = 6.0
DEVICES_PRIORITY = 50

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl


def note(text: str) -> None:
    """A sentence for whoever waits at the terminal; the rows alone go to standard output."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def await_that(check: Callable[[], T], what: str, within_s: float = 20.0, every_s: float = LOOK_EVERY_S) -> T:
    """Look until ``check`` gives something true, and return that. Raises BenchError when it does not in time."""
    end = time.monotonic() + within_s
    while not (found := check()):
        if time.monotonic() > end:
            raise BenchError(f"{what}: not within {within_s:g} s; see plc status and the messages above")
        time.sleep(every_s)
    return found


class Live:
    """The running controller and its simulator. Instants are CLOCK_MONOTONIC in ns."""

    def __init__(self, run: RunPaths, supervisor: subprocess.Popen[bytes]) -> None:
        self.run, self.supervisor = run, supervisor
        self.view = RunningView(run)
        self.simulator = Control(run.root)
        self._door = CommandDoor(run)

    def pids(self) -> dict[str, int]:
        """The processes that run, by name."""
        return {process.name: process.pid for process in self.view.processes() if process.pid}

    def all_run(self) -> bool:
        """Every process runs, and the engine's start grace is over."""
        processes, engine = self.view.processes(), self.view.engine()
        running = bool(processes) and all(process.state is ProcessState.RUNNING for process in processes)
        return running and engine is not None and bool(engine["engine"]["settled"])

    def board(self) -> dict[str, Any]:
        """The simulated GX_R_AUX gx1."""
        found: dict[str, Any] = self.simulator("state")["boards"]["gx1"]
        return found

    def coils(self) -> list[bool]:
        return [bool(relay) for relay in self.board()["relays"]]

    def breaker(self) -> dict[str, Any]:
        """The first breaker, as the engine says; empty if no engine runs."""
        engine = self.view.engine()
        found: dict[str, Any] = engine["engine"]["breakers"][0] if engine else {}
        return found

    def reset(self, breaker: str) -> bool:
        """Ask for the reset of a trip, as an operator does."""
        asked = command(CommandKind.RESET, breaker, who="bench", role=OPERATOR, reason="the next trial")
        return self._door.send(asked).accepted

    def close(self) -> None:
        self.simulator.close()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cellkeeper-bench-") as name:
        yield Path(name)


@contextmanager
def running(site: Path, state: Path, *, prompt_devices: bool = True) -> Iterator[Live]:
    """``plc run SITE --state STATE``, settled. ``prompt_devices``: the simulator, which stands for hardware, is not to
    be kept waiting by other work of this machine. Raises BenchError if it does not come up."""
    run = RunPaths(StatePaths(state).run_dir())
    command_line = [sys.executable, "-P", "-m", "plc.cli", "run", str(site), "--state", str(state)]
    process = subprocess.Popen(command_line, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=_end_with_parent)
    try:
        live = _connected(run, process)
        try:
            if prompt_devices:
                _make_prompt(live.pids()["simulator"])
            yield live
        finally:
            live.close()
    finally:
        _end(process)
        shutil.rmtree(run.root, ignore_errors=True)


def _end_with_parent() -> None:
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def _connected(run: RunPaths, process: subprocess.Popen[bytes]) -> Live:
    def is_there() -> bool:
        if process.poll() is not None:
            raise BenchError("plc run ended instead of running; see its message above")
        return run.simulator_control.exists()

    await_that(is_there, "plc run starts its simulator", START_WITHIN_S)
    live = Live(run, process)
    await_that(live.all_run, "all processes run", START_WITHIN_S)
    return live


def _make_prompt(simulator: int) -> None:
    """Real-time for all its threads, below the controller itself; without the permission it stays as it is."""
    try:
        for thread in Path(f"/proc/{simulator}/task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_FIFO, os.sched_param(DEVICES_PRIORITY))
    except PermissionError:
        note("no real-time priority for the simulated devices: they may answer late when this machine is busy")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The supervisor ends its children in their order; what does not end is killed."""
    for number in (signal.SIGTERM, signal.SIGCONT):
        with suppress(ProcessLookupError):
            process.send_signal(number)
    try:
        process.wait(END_WITHIN_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        note("the controller did not end in time and is killed")
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
