"""How fast the plant is safe again: engine killed, engine stopped, driver killed; coils by the simulator's stamps.

    signal to the engine -> fence epoch -> fail states on the wire -> a new engine's first scan
    driver killed and nobody there to start another -> the relay unit's own watchdog

Each engine trial has a controller of its own, for the supervisor starts the second engine within a minute later than
the first. Beside the figures stands what this machine needs for things that are none of ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plc.bench import Row, percentile
from plc.processes.loading import read_plan

sys.path.insert(0, str(Path(__file__).parent))
from _live import MS_NS, Live, await_that, note, running, temporary_folder
from _room import BOARD, BUS, FAILED, FAN, LAMP, STANDING, WRITE_COIL, write_room

TRIALS = 10
WATCHDOG_TRIALS = 5
MODULES = 10
SCAN_MS = 100
FAIL_STATES_WITHIN_MS = 500.0
SCAN_AGAIN_WITHIN_MS = 1000.0
ROUNDS = 1_000_000


@dataclass(frozen=True)
class Lost:
    """One engine lost: ms until the last fail state stood on its coil, and until the new engine's first scan."""

    safe_ms: float
    scan_ms: float


def measure(trials: int = TRIALS, watchdog_trials: int = WATCHDOG_TRIALS) -> Iterator[Row]:
    """Medians and longest, in ms."""
    note(f"safe: {2 * trials} engines of their own controllers, then {watchdog_trials} watchdogs of 5 s")
    python_ms = _median(_python_ms, trials)
    loop_ms = _median(_loop_ms, trials)
    yield Row("machine: python started and ended (fork, exec)", python_ms, "ms")
    yield Row(f"machine: {ROUNDS:,} rounds of a counting loop", loop_ms, "ms")
    with temporary_folder() as folder:
        site = write_room(folder / "site", MODULES, SCAN_MS)
        for number, name in ((signal.SIGKILL, "kill -9"), (signal.SIGSTOP, "SIGSTOP")):
            lost = [_engine_trial(site, folder / "state", number) for _ in range(trials)]
            safe = [one.safe_ms for one in lost]
            yield from _rows(f"engine {name}: fail states", safe, FAIL_STATES_WITHIN_MS, python_ms)
            again = [one.scan_ms for one in lost]
            yield from _rows(f"engine {name}: first scan again", again, SCAN_AGAIN_WITHIN_MS, python_ms)
        yield from _watchdog_rows(site, folder / "state", watchdog_trials)


def _rows(name: str, found_ms: list[float], bound_ms: float, python_ms: float) -> Iterator[Row]:
    median, longest = percentile(found_ms, 0.5), max(found_ms)
    yield Row(f"{name}, median of {len(found_ms)}", median, "ms", "python started and ended", median / python_ms)
    goal = f"at most {bound_ms:.0f} ms"
    yield Row(f"{name}, longest", longest, "ms", f"{bound_ms:.0f} ms", longest / bound_ms, goal, longest <= bound_ms)


# engine


def _engine_trial(site: Path, state: Path, number: int) -> Lost:
    with running(site, state) as live:
        await_that(lambda: live.coils() == STANDING, "the coils stand as commanded")
        lost_ns = _signal(live, "engine", number)
        again_ns = await_that(lambda: _started_ns(live, lost_ns), "a new engine scans", every_s=0.05)
        safe_ns = await_that(lambda: _written_ns(live, lost_ns), "the coils go to their fail states", every_s=0.05)
    return Lost((safe_ns - lost_ns) / MS_NS, (again_ns - lost_ns) / MS_NS)


def _signal(live: Live, process: str, number: int) -> int:
    """Send it; the instant just before."""
    pid, at_ns = live.pids()[process], time.monotonic_ns()
    os.kill(pid, number)
    return at_ns


def _written_ns(live: Live, after_ns: int) -> int | None:
    """When the last coil that has somewhere to go was first written after that instant: into its fail state, since it
    stood against it. None before."""
    stamps = live.simulator("stamps", bus=BUS, unit=BOARD, most=500)["stamps"]
    first: dict[int, int] = {}
    for stamp in stamps:
        if stamp["function"] == WRITE_COIL and stamp["answered_ns"] > after_ns:
            first.setdefault(stamp["address"], stamp["answered_ns"])
    return max(first[FAN], first[LAMP]) if {FAN, LAMP} <= first.keys() else None


def _started_ns(live: Live, after_ns: int) -> int | None:
    """The first scan of the first engine that started after that instant."""
    events = live.view.events()[0]
    return next((e.monotonic_ns for e in events if e.kind == "started" and e.monotonic_ns > after_ns), None)


# driver


def _watchdog_rows(site: Path, state: Path, trials: int) -> Iterator[Row]:
    with running(site, state) as live:
        watchdog_ms = read_plan(live.run.plan).buses[0].watchdog_ns / MS_NS
        found = [_watchdog_trial(live) for _ in range(trials)]
    name = "driver kill -9, no supervisor: the unit's own watchdog"
    median, longest, bound_ms = percentile(found, 0.5), max(found), watchdog_ms + 200
    goal = f"at most its {watchdog_ms:.0f} ms and two of the simulator's ticks"
    yield Row(f"{name}, median of {trials}", median, "ms", f"{watchdog_ms:.0f} ms", median / watchdog_ms)
    yield Row(
        f"{name}, longest", longest, "ms", f"{watchdog_ms:.0f} ms", longest / watchdog_ms, goal, longest <= bound_ms
    )


def _watchdog_trial(live: Live) -> float:
    """The supervisor sleeps meanwhile, or there would soon be another driver."""
    await_that(lambda: live.all_run() and live.coils() == STANDING, "the coils stand as commanded", 40.0)
    live.supervisor.send_signal(signal.SIGSTOP)
    try:
        lost_ns = _signal(live, "driver-battery", signal.SIGKILL)
        await_that(lambda: live.coils() == FAILED, "the unit's watchdog moves the coils", every_s=0.05)
        changed_ns = live.board()["changed_ns"]
        return (max(changed_ns[FAN], changed_ns[LAMP]) - lost_ns) / MS_NS
    finally:
        live.supervisor.send_signal(signal.SIGCONT)


# machine


def _median(run: Callable[[], float], times: int) -> float:
    return percentile([run() for _ in range(times)], 0.5)


def _python_ms() -> float:
    begun_ns = time.perf_counter_ns()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True)
    return (time.perf_counter_ns() - begun_ns) / MS_NS


def _loop_ms() -> float:
    begun_ns, count = time.perf_counter_ns(), 0
    while count < ROUNDS:
        count += 1
    return (time.perf_counter_ns() - begun_ns) / MS_NS
