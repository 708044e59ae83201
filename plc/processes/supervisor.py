"""The supervisor: starts the other processes and keeps them going. It writes no bus; it owns the fence epoch.

    a child dies, or its heartbeat stops and it is killed
      -> it is collected, so that it can write nothing any more
      -> was it the engine: the fence epoch of every output ring rises, the drivers apply fail states at once
      -> the next one starts: immediately, then after 0.1, 0.5, 1, 5 s

It reads RUN_DIR/run.json (a RunPlan) and knows nothing of plants, buses or programs.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from plc.core.event import Event, EventKind
from plc.core.process import PROCESSES_SIZE, ProcessState, ProcessStatus
from plc.engine.clock import claim_real_time
from plc.engine.event_ring import EventRing
from plc.engine.ring import Ring
from plc.processes.child import SECOND_NS, Child, ChildPlan, set_out_of_memory
from plc.processes.runtime_dir import clear

PRIORITY = 80
TEXT_MOST = 1000
OUT_OF_MEMORY = -950
HELD_UP_NS = 100_000_000
STARTING_POLL_NS = 20_000_000
END_WITHIN_NS = (900_000_000, 1_400_000_000, 500_000_000)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a supervisor is to run: the children in the order they start, the paths of the rings whose fence word it
    owns, after how many seconds to end (0: when told), what to say once all run, and the files of RUN_DIR that stay
    there at an orderly end (none: the folder goes)."""

    children: tuple[ChildPlan, ...]
    fences: tuple[str, ...]
    for_s: float = 0.0
    set_hash: str = ""
    greeting: str = ""
    kept: tuple[str, ...] = ()


class Supervisor:
    """``run`` keeps the children going until a stop signal or the given time, then ends them in their order."""

    def __init__(self, run_dir: Path, plan: RunPlan, tell: Callable[[str], None]) -> None:
        self._plan = plan
        self._children = [Child(child, run_dir / f"heartbeat-{child.name}") for child in plan.children]
        self._fences = [Ring.open(path) for path in plan.fences]
        self._events = EventRing.create(run_dir / "events-supervisor")
        self._status = Ring.create(run_dir / "processes", PROCESSES_SIZE)
        self._shown: tuple[ProcessStatus, ...] = ()
        self._tell = tell
        self._greeted = False
        self._reported_down: frozenset[str] = frozenset()
        self._awake_ns = 0
        self._stopping = False

    def run(self) -> None:
        wake = _wake_on_signals(self._stop)
        self._raise_fence()
        self._awake_ns = time.monotonic_ns()
        end_ns = self._awake_ns + int(self._plan.for_s * SECOND_NS) if self._plan.for_s else None
        while not self._stopping:
            now_ns = time.monotonic_ns()
            if end_ns is not None and now_ns >= end_ns:
                break
            self._start_due(now_ns)
            self._show()
            self._wait(wake, self._next_look_ns(now_ns, end_ns))
            self._look_for_silence(time.monotonic_ns())
        self._end()

    def _stop(self) -> None:
        self._stopping = True

    def _start_due(self, now_ns: int) -> None:
        for child in self._children:
            if not child.alive and now_ns >= child.start_due_ns:
                child.start(now_ns)
            if child.plan.ready_line and not child.was_ready:
                return

    def _next_look_ns(self, now_ns: int, end_ns: int | None) -> int:
        """When something can be due that no descriptor announces."""
        due = [now_ns + SECOND_NS]
        for child in self._children:
            silent_at_ns = child.silent_at_ns(self._awake_ns)
            if silent_at_ns is not None:
                due.append(silent_at_ns)
            if not child.alive:
                due.append(max(child.start_due_ns, now_ns + STARTING_POLL_NS))
            if child.state is ProcessState.STARTING:
                due.append(now_ns + STARTING_POLL_NS)
        if end_ns is not None:
            due.append(end_ns)
        return max(now_ns, min(due))

    def _wait(self, wake: int, until_ns: int) -> None:
        """Sleep until then, a child's death, its output or a signal; bury the dead."""
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        by_pidfd = {child.pidfd: child for child in self._children if child.alive}
        by_stdout = {child.stdout: child for child in self._children if child.stdout >= 0}
        for descriptor in (*by_pidfd, *by_stdout):
            poll.register(descriptor, select.POLLIN)
        left_ns = max(0, until_ns - time.monotonic_ns())
        ready = {descriptor for descriptor, _ in poll.poll((left_ns + 999_999) // 1_000_000)}
        now_ns = time.monotonic_ns()
        if now_ns > until_ns + HELD_UP_NS:
            self._awake_ns = now_ns
        if wake in ready:
            os.read(wake, 4096)
        for descriptor in ready & by_stdout.keys():
            by_stdout[descriptor].take_output()
        for descriptor in ready & by_pidfd.keys():
            self._bury(by_pidfd[descriptor])

    def _look_for_silence(self, now_ns: int) -> None:
        for child in self._children:
            silent_at_ns = child.silent_at_ns(self._awake_ns)
            if silent_at_ns is not None and now_ns >= silent_at_ns:
                child.signal(signal.SIGKILL)
                self._bury(child, "gave no sign of life and was killed")

    def _bury(self, child: Child, reason: str = "") -> None:
        pid, now_ns = child.pid, time.monotonic_ns()
        child.bury(now_ns, reason)
        if child.plan.fences:
            self._raise_fence()
        if not self._stopping:
            self._report(child, pid, now_ns)

    def _raise_fence(self) -> None:
        """From here on whatever an earlier engine has written counts no more."""
        epoch = 1 + max((ring.fence for ring in self._fences), default=0)
        for ring in self._fences:
            ring.fence = epoch

    def _report(self, child: Child, pid: int, now_ns: int) -> None:
        """Say that a child has died; of one that is down only that it is, once."""
        name = child.plan.name
        down = child.state is ProcessState.DOWN
        if down and name in self._reported_down:
            return
        self._reported_down = self._reported_down | {name} if down else self._reported_down - {name}
        text = f"{name} (process {pid}) {child.reason}; {_what_next(child, now_ns)}"
        self._tell(text)
        priority = 1 if down or child.plan.fences else 2
        set_hash = self._plan.set_hash
        self._events.emit(
            Event(0, 0, 0, now_ns, time.time_ns(), EventKind.PROCESS, name, text, set_hash, priority, {"pid": pid})
        )

    def _show(self) -> None:
        """Publish the state of the children if it has changed."""
        shown = tuple(
            ProcessStatus(child.plan.name, child.pid, child.state, child.deaths, child.reason)
            for child in self._children
        )
        if shown != self._shown:
            self._shown = shown
            self._greet()
            self._status.publish(msgspec.json.encode(shown)[:PROCESSES_SIZE].ljust(PROCESSES_SIZE), len(shown))

    def _greet(self) -> None:
        if not self._greeted and all(status.state is ProcessState.RUNNING for status in self._shown):
            self._greeted = True
            if self._plan.greeting:
                self._tell(self._plan.greeting)

    def _end(self) -> None:
        self._stopping = True
        for rank, within_ns in enumerate(END_WITHIN_NS):
            ending = [child for child in self._children if child.alive and child.plan.end_rank == rank]
            for child in ending:
                child.signal(signal.SIGTERM)
            self._collect(ending, time.monotonic_ns() + within_ns)
            self._show()

    def _collect(self, ending: Sequence[Child], until_ns: int) -> None:
        """Wait for these children until then; kill and collect whoever is left."""
        while alive := {child.pidfd: child for child in ending if child.alive}:
            poll = select.poll()
            for pidfd in alive:
                poll.register(pidfd, select.POLLIN)
            ready = poll.poll(max(0, until_ns - time.monotonic_ns()) // 1_000_000)
            if not ready:
                for child in alive.values():
                    self._tell(f"{child.plan.name} did not end when asked and was killed")
                    child.signal(signal.SIGKILL)
                ready = [(pidfd, 0) for pidfd in alive]
            for pidfd, _ in ready:
                self._bury(alive[pidfd])


def _what_next(child: Child, now_ns: int) -> str:
    if child.state is ProcessState.DOWN:
        return "the fifth time within 60 s, trying again every 5 s: look at its messages"
    after_s = (child.start_due_ns - now_ns) / SECOND_NS
    return f"starts again in {after_s:g} s" if after_s else "starts again"


def _wake_on_signals(stop: Callable[[], None]) -> int:
    """Call ``stop`` on SIGTERM, SIGINT and a closed terminal; the returned descriptor becomes readable then."""
    readable, writable = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writable)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, lambda _number, _frame: stop())
    return readable


def tell(text: str) -> None:
    """A sentence for the person at the terminal; one that nobody reads (a full or broken pipe) is dropped, so that
    it stops nothing. The events have it all the same."""
    with contextlib.suppress(OSError, ValueError):
        if select.select((), (sys.stderr.fileno(),), (), 0)[1]:
            os.write(sys.stderr.fileno(), f"cellkeeper: {text[:TEXT_MOST]}\n".encode())


def main(arguments: Sequence[str]) -> int:
    """``python -m plc.processes.supervisor RUN_DIR``: the folder holds run.json; at an orderly end it is removed."""
    run_dir = Path(arguments[0])
    plan = msgspec.json.decode((run_dir / "run.json").read_bytes(), type=RunPlan)
    supervisor = Supervisor(run_dir, plan, tell)
    set_out_of_memory(OUT_OF_MEMORY)
    for granted in claim_real_time(PRIORITY):
        if not granted.granted:
            tell(granted.text)
    supervisor.run()
    clear(run_dir, frozenset(plan.kept))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
