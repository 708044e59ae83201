"""`python -m plc.tryout`: one TryRequest on stdin, one Tried on stdout; ends with whoever started it."""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from plc.core.run_paths import StatePaths
from plc.core.tried import HOURS_MOST, Tried, TryRequest
from plc.store.program_store import ObjectCache
from plc.store.site_set import ReadySet, compile_site
from plc.tryout.lanes import SECOND_NS, LaneRun, load_native
from plc.tryout.plant_beside import TryError
from plc.tryout.words import differences

CURVE_POINTS = 360
STEP_LEAST_S, STEP_MOST_S = 1.0, 60.0
MEMORY_MOST = 4 * 1024**3
CPU_MOST_S = 120


def tried(request: TryRequest) -> Tried:
    """Run both sets, the two of them at once. Raises TryError when there is nothing to try on, or a text has errors."""
    began = time.monotonic()
    if not 0.0 < request.hours <= HOURS_MOST or not STEP_LEAST_S <= request.step_s <= STEP_MOST_S:
        span = f"up to {HOURS_MOST:g} h in steps of {STEP_LEAST_S:g} to {STEP_MOST_S:g} s"
        raise TryError(f"a trial goes over {span}; ask for one of these")
    site = Path(request.site)
    draft = _ready(site, {**request.armed, **request.texts}, "the draft")
    armed = _ready(site, request.armed, "the armed set")
    simulation = draft.site.simulation
    if simulation is None:
        raise TryError("this site has a real plant and no simulated one; a draft is tried on simulated sites only")
    steps = round(request.hours * 3600 / request.step_s)
    every = max(1, steps // CURVE_POINTS)
    cache = ObjectCache(StatePaths(Path(request.state)).object_cache)
    runs = [LaneRun(load_native(_at_speed_1(ready), cache), site, simulation, every) for ready in (armed, draft)]
    left, right = (run.run(steps, round(request.step_s * SECOND_NS)) for run in runs)
    return Tried(
        armed=left,
        draft=right,
        differences=differences(left, right),
        curve_s=tuple(request.step_s * every * n for n in range(1, steps // every + 1)),
        lasted_s=steps * request.step_s,
        step_s=request.step_s,
        faulty=runs[0].faulty if simulation.scenario else "",
        scenario=simulation.scenario,
        took_s=round(time.monotonic() - began, 2),
    )


def _ready(site: Path, armed: dict[str, str], which: str) -> ReadySet:
    found = compile_site(site, armed)
    if found.ready is None:
        first = next(diagnostic for diagnostic in found.diagnostics if diagnostic.severity == "error")
        raise TryError(f"{which} has errors; the first: {first}")
    return found.ready


def _at_speed_1(ready: ReadySet) -> ReadySet:
    """On a virtual clock wall time is program time."""
    return replace(ready, plan=replace(ready.plan, speed=1))


def _end_with_parent() -> None:
    """End at once when the other end of stdin closes."""

    def drain() -> None:
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=drain, daemon=True).start()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MOST_S, CPU_MOST_S))
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=TryRequest)
    _end_with_parent()
    try:
        answer = tried(request)
    except TryError as exc:
        answer = Tried(problem=str(exc))
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
