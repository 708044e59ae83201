"""How late a scan starts, beside Debian's cyclictest in the same seconds, on the same processor, at the same interval.

    slice: FIFO   engine | cyclictest half an interval later        slices alternate
    slice: plain  engine | cyclictest half an interval later

For a plain slice the controller's processes are put back to ordinary scheduling and afterwards returned to what they
had. The engine's instants are those it publishes: Sys.Wall of each scan, on the grid that its status tells.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from plc.bench import BenchError, Row, percentile
from plc.engine.clock import next_start
from plc.engine.image import ImageReader
from plc.engine.manifest import Manifest
from plc.engine.ring import Ring

sys.path.insert(0, str(Path(__file__).parent))
from _live import MS_NS, SECOND_NS, Live, note, running, temporary_folder
from _room import write_room

ROUNDS = 3
SLICE_S = 10
MODULES = 34
SCAN_MS = 10
GOAL_US = 1000.0
TRACKED_US = 50_000
LOOK_EVERY_S = 0.002
BIN = re.compile(r"^(\d+) (\d+)$", re.MULTILINE)
LONGEST = re.compile(r"Max Latencies: (\d+)")


@dataclass
class Found:
    """Lateness in us, of the engine's scans and of cyclictest; scans that were left out."""

    engine_us: list[float] = field(default_factory=list)
    cyclictest_us: list[float] = field(default_factory=list)
    skipped: int = 0


@dataclass(frozen=True)
class Policy:
    """How a process is scheduled."""

    number: int
    priority: int

    @classmethod
    def of(cls, pid: int) -> Policy:
        return cls(os.sched_getscheduler(pid), os.sched_getparam(pid).sched_priority)

    def give(self, pid: int) -> None:
        os.sched_setscheduler(pid, self.number, os.sched_param(self.priority))


PLAIN = Policy(os.SCHED_OTHER | os.SCHED_RESET_ON_FORK, 0)
PLAIN_SLACK_NS = 50_000
"""How far Linux may put off the timers of a process that is not real-time. Children of a real-time supervisor inherit
none, which a controller without the permission does not get."""


def measure(rounds: int = ROUNDS, slice_s: int = SLICE_S) -> Iterator[Row]:
    """p50, p99 and the longest, real-time (where permitted) and plain."""
    if shutil.which("cyclictest") is None:
        note("cyclictest is missing, so the rows stand alone; install it: apt-get install rt-tests")
    with temporary_folder() as folder, _room_in(folder) as live:
        engine = live.pids()["engine"]
        real_time = Policy.of(engine).number & os.SCHED_FIFO == os.SCHED_FIFO
        kinds = ("FIFO", "plain") if real_time else ("plain",)
        if not real_time:
            note(_refusal(live))
        note(f"scan: {rounds} rounds of {slice_s} s each of {' and '.join(kinds)}")
        found = {kind: Found() for kind in kinds}
        for _ in range(rounds):
            for kind in kinds:
                _slice(live, engine, kind == "plain", slice_s, found[kind])
    for kind in kinds:
        yield from _rows(kind, found[kind])


def _room_in(folder: Path) -> AbstractContextManager[Live]:
    """Its devices are ordinary work here, or the plain slices would not be plain."""
    return running(write_room(folder / "site", MODULES, SCAN_MS), folder / "state", prompt_devices=False)


def _rows(kind: str, found: Found) -> Iterator[Row]:
    engine, beside = found.engine_us, found.cyclictest_us
    for name, share in (("p50", 0.5), ("p99", 0.99), ("longest", 1.0)):
        late = percentile(engine, share)
        other = max(1.0, percentile(beside, share)) if beside else None
        against, ratio = (f"cyclictest's {other:.0f} us", late / other) if other else ("", None)
        bounded = kind == "FIFO" and name == "p99"
        goal, holds = (f"at most {GOAL_US:.0f} us", late <= GOAL_US) if bounded else ("", None)
        of = f" of {len(engine)}" if name == "p50" else ""
        yield Row(f"scan starts late, {kind}, {name}{of}", late, "us", against, ratio, goal, holds)
    yield Row(f"scans left out, {kind}", found.skipped, "scans")


def _refusal(live: Live) -> str:
    status = live.view.engine() or {}
    measures = status["process"]["measures"]
    return next(str(one["text"]) for one in measures if one["name"] == "real-time priority")


# one slice


def _slice(live: Live, engine: int, plain: bool, slice_s: int, into: Found) -> None:
    processes = live.pids()
    with _scheduled(processes, plain):
        scans = Scans(live)
        beside = _cyclictest(scans.grid_ns, Policy.of(engine).priority, max(os.sched_getaffinity(engine)), slice_s)
        try:
            into.engine_us += scans.watch(slice_s)
            into.skipped += scans.left_out()
            into.cyclictest_us += _told(beside)
        finally:
            if beside is not None:
                beside.kill()
                beside.wait()


@contextmanager
def _scheduled(processes: Mapping[str, int], plain: bool) -> Iterator[None]:
    """The controller as it is, or all of it with ordinary scheduling for the time of the block."""
    before = {pid: policy for pid in processes.values() if plain and (policy := Policy.of(pid)).priority}
    try:
        for pid in before:
            PLAIN.give(pid)
            Path(f"/proc/{pid}/timerslack_ns").write_text(str(PLAIN_SLACK_NS))
        yield
    finally:
        for pid, policy in before.items():
            policy.give(pid)


class Scans:
    """The engine's scans as its image ring tells them. ``grid_ns`` is an instant at which one was due."""

    def __init__(self, live: Live) -> None:
        self._live = live
        status = live.view.engine()
        if status is None:
            raise BenchError("the engine has not published; see its message above")
        self.grid_ns = int(status["engine"]["wall_ns"]) - int(status["engine"]["late_ns"])
        self._scan_ns = int(status["process"]["scan_ns"])
        self._skipped = int(status["process"]["skipped"])
        manifest = (live.run.set(status["engine"]["set_hash"]) / "manifest.json").read_bytes()
        self._image = ImageReader(Manifest.from_json(manifest))

    def watch(self, seconds: float) -> list[float]:
        """How late each scan started within that time, in us."""
        ring, found = Ring.open(self._live.run.image), []
        last_scan = due_ns = ended_ns = sequence = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(LOOK_EVERY_S)
            if ring.sequence == sequence or (slot := ring.latest(self._image.payload)) is None:
                continue
            started_ns = int(self._image.read("Sys.Wall"))
            if slot.scan == last_scan + 1:
                due_ns = next_start(due_ns, self._scan_ns, ended_ns)
            else:
                due_ns = started_ns - (started_ns - self.grid_ns) % self._scan_ns
            found.append((started_ns - due_ns) / 1000)
            last_scan, ended_ns, sequence = slot.scan, slot.monotonic_ns, slot.sequence
        ring.close()
        return found

    def left_out(self) -> int:
        """Scans skipped since this was made."""
        status = self._live.view.engine()
        return int(status["process"]["skipped"]) - self._skipped if status else 0


# cyclictest


def _cyclictest(grid_ns: int, priority: int, processor: int, seconds: int) -> subprocess.Popen[str] | None:
    """Started so that it wakes half an interval after the engine; one priority above it, since it is never to wait for
    the engine. None without cyclictest."""
    program = shutil.which("cyclictest")
    if program is None:
        return None
    offset_us = (grid_ns + SCAN_MS * MS_NS // 2) % SECOND_NS // 1000
    policy = ["-p", str(priority + 1)] if priority else ["--policy=other"]
    options = ["-q", "--default-system", "-i", str(SCAN_MS * 1000), "-D", str(seconds), "-h", str(TRACKED_US)]
    options += ["-a", str(processor), f"--secaligned={offset_us}", *policy]
    return subprocess.Popen([program, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _told(beside: subprocess.Popen[str] | None) -> list[float]:
    """Its histogram as single values in us; what lies above it counts as the longest."""
    if beside is None:
        return []
    text, _ = beside.communicate(timeout=30)
    if beside.returncode != 0:
        raise BenchError("cyclictest failed; run it by hand: cyclictest -q -i 10000 -D 1")
    values = [float(us) for us, count in BIN.findall(text) for _ in range(int(count))]
    longest = LONGEST.search(text)
    overflows = re.search(r"Histogram Overflows: (\d+)", text)
    if longest and overflows:
        values += [float(longest[1])] * int(overflows[1])
    return values
