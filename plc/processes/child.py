"""A child process: started so that it never outlives its parent, watched by pidfd and heartbeat, restarted with
back-off.

    waiting --start--> starting --first beat--> running --dies, or falls silent and is killed--> waiting ...
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plc.core.process import ProcessState
from plc.processes.heartbeat import Heartbeat

SECOND_NS = 1_000_000_000
BACK_OFF_NS = (0, SECOND_NS // 10, SECOND_NS // 2, SECOND_NS, 5 * SECOND_NS)
ESCALATE_DEATHS = 5
ESCALATE_WITHIN_NS = 60 * SECOND_NS

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """What to start and how to watch it.

    ``hung_after_ns`` 0: it has no heartbeat. ``start_within_ns`` bounds the time to its first beat. ``ready_line``:
    it prints one line on standard output when the children after it may start. ``fences``: its death raises the
    fence epoch. ``orphan_signal`` is what it gets when its parent dies. ``end_rank``: children of rank 0 are asked to
    end first, those of a higher rank when the lower ones have ended. ``start_priority``: SCHED_FIFO from its first
    instruction, where permitted, so that a busy machine does not delay its start; 0: as any process.
    ``out_of_memory``: how gladly the kernel gives it up when memory runs out, -1000 (never) to 1000.
    """

    name: str
    argv: tuple[str, ...]
    hung_after_ns: int = 0
    start_within_ns: int = 10 * SECOND_NS
    ready_line: bool = False
    fences: bool = False
    orphan_signal: int = int(signal.SIGKILL)
    end_rank: int = 0
    start_priority: int = 0
    out_of_memory: int = 0


def prepared_by_parent(plan: ChildPlan) -> Callable[[], None]:
    """What a forked child does before it becomes its program: tie its life to its parent, leave the terminal alone."""
    parent = os.getpid()

    def prepare() -> None:
        _prctl(_PR_SET_PDEATHSIG, plan.orphan_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        for from_terminal in (signal.SIGINT, signal.SIGHUP):
            signal.signal(from_terminal, signal.SIG_IGN)
        set_out_of_memory(plan.out_of_memory)
        if plan.start_priority:
            with contextlib.suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(plan.start_priority))

    return prepare


def set_out_of_memory(score: int) -> None:
    """Say how gladly this process is given up; below 0 needs a permission, without which it stays as it was."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(score))


class Child:
    """One child and its history. Instants are CLOCK_MONOTONIC in ns and come in as arguments."""

    def __init__(self, plan: ChildPlan, heartbeat: Path) -> None:
        self.plan = plan
        self.state = ProcessState.WAITING
        self.pidfd = -1
        self.was_ready = False
        self.deaths = 0
        self.reason = ""
        self.start_due_ns = 0
        self._path = heartbeat
        self._process: subprocess.Popen[bytes] | None = None
        self._heartbeat: Heartbeat | None = None
        self._started_ns = 0
        self._recent: deque[int] = deque(maxlen=ESCALATE_DEATHS)

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        return self._process is not None

    @property
    def stdout(self) -> int:
        """The descriptor its ready line comes from; -1 if none is expected."""
        pipe = self._process.stdout if self._process else None
        return pipe.fileno() if pipe else -1

    def start(self, now_ns: int) -> None:
        """Start it. An OSError (no memory, no such program) counts as a death."""
        self._started_ns = now_ns
        try:
            self._process = subprocess.Popen(
                self.plan.argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.plan.ready_line else None,
                preexec_fn=prepared_by_parent(self.plan),
            )
        except (OSError, subprocess.SubprocessError) as exc:
            self._died(f"cannot be started ({exc})", now_ns)
            return
        self.pidfd = os.pidfd_open(self._process.pid)
        self.state = ProcessState.STARTING
        if not (self.plan.hung_after_ns or self.plan.ready_line):
            self._is_ready()

    def _is_ready(self) -> None:
        self.state = ProcessState.RUNNING
        self.was_ready = True

    def take_output(self) -> None:
        """Read what came on its standard output; the first of it is the ready line."""
        if self._process is None or self._process.stdout is None:
            return
        if not os.read(self.stdout, 65_536):
            self._process.stdout.close()
            self._process.stdout = None
        elif self.state is ProcessState.STARTING:
            self._is_ready()

    def silent_at_ns(self, awake_ns: int) -> int | None:
        """The instant from which it counts as hung unless it beats before; None if it has no heartbeat or does not
        run. ``awake_ns``: the watcher itself was held up until then, so silence before it proves nothing.
        """
        if not self.alive or not self.plan.hung_after_ns:
            return None
        if self._heartbeat is None:
            self._heartbeat = Heartbeat.open(self._path, self.pid)
        beaten_ns = self._heartbeat.beaten_ns if self._heartbeat else 0
        if not beaten_ns:
            return max(self._started_ns, awake_ns) + self.plan.start_within_ns
        if self.state is ProcessState.STARTING:
            self._is_ready()
        return max(beaten_ns, awake_ns) + self.plan.hung_after_ns

    def signal(self, number: int) -> None:
        """Send a signal; one that has died meanwhile takes none."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    def bury(self, now_ns: int, reason: str = "") -> None:
        """Collect the process (dead, or killed just now) and settle when the next one starts."""
        if self._process is None:
            return
        code = self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        os.close(self.pidfd)
        self._died(reason or _how(code), now_ns)

    def _died(self, reason: str, now_ns: int) -> None:
        self._process, self.pidfd = None, -1
        if self._heartbeat:
            self._heartbeat.close()
        self._heartbeat = None
        self.reason = reason
        self.deaths += 1
        self._recent.append(now_ns)
        recent = sum(now_ns - death < ESCALATE_WITHIN_NS for death in self._recent)
        self.start_due_ns = now_ns + BACK_OFF_NS[recent - 1]
        self.state = ProcessState.DOWN if recent == ESCALATE_DEATHS else ProcessState.WAITING


def _how(code: int) -> str:
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
