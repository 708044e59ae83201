"""What a scan of the shipped programs costs at 510 modules, in both back ends of the language."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from plc.bench import Row, percentile
from plc.engine.area import Area
from plc.engine.assemble import BackEnd, load_compiled
from plc.engine.loaded import LoadedSet
from plc.lang.runner import Runner, new_context

sys.path.insert(0, str(Path(__file__).parent))
from _site510 import MODULES, PROGRAMS, STRINGS, compiled

ROUNDS = 7


def measure() -> Iterator[Row]:
    """ns per run of each program: native against the reference back end in the same process."""
    result, plan = compiled()
    sets = {back_end: load_compiled(result, plan, back_end) for back_end in (BackEnd.NATIVE, BackEnd.REFERENCE)}
    for loaded in sets.values():
        _fill(loaded)
    for name in PROGRAMS:
        native = _ns_per_run(sets[BackEnd.NATIVE], name, 2000)
        reference = _ns_per_run(sets[BackEnd.REFERENCE], name, 3)
        yield Row(f"{name}, native", native, "ns/scan", "reference", native / reference)
        yield Row(f"{name}, native, a module", native / (STRINGS * MODULES), "ns")
        yield Row(f"{name}, reference", reference, "ns/scan")
    sets[BackEnd.NATIVE].close()


def _fill(loaded: LoadedSet) -> None:
    """A healthy plant on float, every place Ok."""
    site = loaded.site
    for s in range(1, STRINGS + 1):
        site.write(f"Strings[{s}].State", 2)
        _measured(site, f"Strings[{s}].Current", 0.06)
        _measured(site, f"Strings[{s}].Ambient", 25.0)
        for i in range(1, MODULES + 1):
            for column, value in (("Voltage", 13.6 + i / 1000), ("Temperature", 25.5), ("Bypass", 20.0)):
                site.write(f"Strings[{s}].{column}.Value[{i}]", value)
                site.write(f"Strings[{s}].{column}.Ok[{i}]", True)


def _measured(site: Area, path: str, value: float) -> None:
    site.write(f"{path}.Value", value)
    site.write(f"{path}.Ok", True)


def _ns_per_run(loaded: LoadedSet, name: str, runs: int) -> float:
    """The median over rounds; program time advances before each run."""
    run = loaded.programs[name].runner
    advance = _advance(loaded)
    return percentile([_round(run, advance, runs) for _ in range(ROUNDS)], 0.5)


def _advance(loaded: LoadedSet) -> Callable[[int], None]:
    """What the engine does before each run: the next time, a full loop budget."""
    clock, fresh = loaded.site.cell("Sys.Time"), new_context(loaded.plan.loop_budget)

    def step(number: int) -> None:
        clock.set(number * 100_000_000)
        loaded.context[:] = fresh

    return step


def _round(run: Runner, advance: Callable[[int], None], runs: int) -> float:
    total = 0
    for n in range(1, runs + 1):
        advance(n)
        begun = time.perf_counter_ns()
        status = run()
        total += time.perf_counter_ns() - begun
        if status:
            raise RuntimeError(f"a program stopped at fault site {status}")
    return total / runs
