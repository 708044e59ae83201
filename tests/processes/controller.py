"""A whole controller over a simulated room: real processes on a pseudo-terminal, the plant outliving the controller.

simulator (a process of the test's) <--pty--> driver, engine, compiler under a supervisor (in a group of their own)
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from plc.core.event import Event
from plc.core.process import ProcessState, ProcessStatus
from plc.core.run_paths import RunPaths, StatePaths
from plc.processes.runtime_dir import claim
from plc.run import lay_out
from plc.store.running_view import RunningView
from simulator.control import Control
from tests.processes.conftest import eventually, kill_group

ROOM = Path(__file__).parent / "room"
TRIP, FAN, LAMP, INHIBIT = range(4)

STANDING = [False, False, True, True]
"""The coils as steady.st commands them, each against its fail state."""

FAILED = [False, True, False, True]
"""The coils in their fail states: hold, energise, release, hold."""

MACHINE_FACTOR = 2.0
"""The limits hold on a quiet machine; tests share theirs with others, on two cores."""

MS = 1_000_000


@dataclass(frozen=True)
class Move:
    """A coil moved: which one, to where, at which instant of the simulator's clock."""

    relay: int
    on: bool
    at_ns: int


class CoilLog:
    """Every move of a coil since the log was begun, as long as none lasts less than a few milliseconds."""

    def __init__(self, run_dir: Path) -> None:
        self.moves: list[Move] = []
        self._simulator = Control(run_dir)
        self._last = self._board()["changed_ns"]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _board(self) -> dict[str, Any]:
        board: dict[str, Any] = self._simulator("state")["boards"]["gx1"]
        return board

    def _watch(self) -> None:
        while not self._end.wait(0.005):
            board = self._board()
            for relay, at_ns in enumerate(board["changed_ns"]):
                if at_ns != self._last[relay]:
                    self.moves.append(Move(relay, bool(board["relays"][relay]), at_ns))
            self._last = board["changed_ns"]

    def first(self, relay: int, on: bool) -> Move | None:
        return next((move for move in self.moves if move.relay == relay and move.on is on), None)

    def moved(self) -> set[int]:
        return {move.relay for move in self.moves}

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        self._simulator.close()


class Controller:
    """What a test sees and does. Instants are CLOCK_MONOTONIC in ns."""

    def __init__(self, run: RunPaths, state: Path, site: Path, supervisor: subprocess.Popen[bytes]) -> None:
        self.run, self.state, self.site, self.supervisor = run, state, site, supervisor
        self.view = RunningView(run)
        self.simulator = Control(run.root)

    def board(self) -> dict[str, Any]:
        board: dict[str, Any] = self.simulator("state")["boards"]["gx1"]
        return board

    def coils(self) -> list[bool]:
        return [bool(relay) for relay in self.board()["relays"]]

    def process(self, name: str) -> ProcessStatus:
        return next(process for process in self.view.processes() if process.name == name)

    def pid(self, name: str) -> int:
        return self.process(name).pid

    def kill(self, name: str, number: int = signal.SIGKILL) -> tuple[int, int]:
        """(the instant of the signal, the process that got it)."""
        pid = self.pid(name)
        at_ns = time.monotonic_ns()
        os.kill(pid, number)
        return at_ns, pid

    def has_replaced(self, name: str, pid: int) -> bool:
        process = self.process(name)
        return process.state is ProcessState.RUNNING and process.pid != pid

    def started_ns(self, after_ns: int) -> int | None:
        """When the first engine that started after that instant did its first scan."""
        found = [e.monotonic_ns for e in self.events() if e.kind == "started" and e.monotonic_ns > after_ns]
        return found[0] if found else None

    def events(self) -> list[Event]:
        return self.view.events()[0]

    def tags(self, *paths: str) -> list[object]:
        return list(self.view.read(*paths).values())

    @contextmanager
    def coil_log(self) -> Iterator[CoilLog]:
        log = CoilLog(self.run.root)
        try:
            yield log
        finally:
            log.close()

    def smoke(self, on: bool) -> None:
        self.simulator("set", smoke="S1", on=on)

    def trip(self) -> None:
        """Have smoke open the breaker, clear the smoke, and wait until the trip may be reset."""
        self.smoke(True)
        eventually(lambda: self.breaker()["state"] == "OPEN" and self.coils() == STANDING)
        self.smoke(False)
        eventually(lambda: self.breaker()["phase"] == "resettable")

    def breaker(self) -> dict[str, Any]:
        engine = self.view.engine()
        assert engine is not None
        breaker: dict[str, Any] = engine["engine"]["breakers"][0]
        return breaker

    def is_settled(self) -> bool:
        """Everything runs, start grace is over, and the coils stand as commanded."""
        engine = self.view.engine()
        running = all(process.state is ProcessState.RUNNING for process in self.view.processes())
        return running and engine is not None and engine["engine"]["settled"] and self.coils() == STANDING


@contextmanager
def running_controller(folder: Path, room: Path = ROOM) -> Iterator[Controller]:
    """A copy of the test room, or of another, with its controller, settled. Nothing of it outlives the block."""
    site, state = folder / "room", folder / "state"
    shutil.copytree(room, site)
    run, lock = claim(state)
    groups: list[subprocess.Popen[bytes]] = []
    try:
        plan = lay_out(site, state, run, None, 0.0)
        ours = replace(plan, children=tuple(child for child in plan.children if child.name != "simulator"))
        (plant,) = (child for child in plan.children if child.name == "simulator")
        groups.append(subprocess.Popen(plant.argv, stdout=subprocess.PIPE, process_group=0))
        assert groups[0].stdout is not None and groups[0].stdout.readline().startswith(b"{")
        run.run_plan.write_bytes(msgspec.json.encode(ours))
        command = [sys.executable, "-m", "plc.processes.supervisor", str(run.root)]
        groups.append(subprocess.Popen(command, process_group=0))
        controller = Controller(run, state, site, groups[1])
        eventually(lambda: bool(controller.view.processes()) and controller.is_settled(), within_s=20)
        yield controller
    finally:
        for process in reversed(groups):
            kill_group(process.pid)
            process.communicate()
        os.close(lock)
        shutil.rmtree(StatePaths(state).run_dir(), ignore_errors=True)
