"""The language against C and Python: how fast its programs run, what its checks cost, how long it takes to compile.

program -> native | native without checks | gcc -O2 | gcc -O3 | Python, interleaved, same memory, same scans
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from plc.bench import BenchError, Row, percentile

sys.path.insert(0, str(Path(__file__).parent))
import _compile_times
import _engine_memory
from _compile_times import tokens_per_line
from _contest import Builder, Case, Interpreted, Machine, difference, race, timed
from _language_cases import CHARTS, COLUMNS, SMALL, chart_case, relay_case, site_cases, small_case
from _python_racers import Plain, plain, plain_relays
from _relays import st_program

SEEDS = (1, 2, 3)
LINES = 2_000
LENGTHS = (1_000, 10_000, 100_000)
ROUNDS = 15
CHUNK_S = 0.02
PYTHON_SCANS = 20
GOAL, COLUMNS_GOAL, CHECKS_GOAL = 1.0, 0.6, 1.05


def measure(
    rounds: int = ROUNDS,
    chunk_s: float = CHUNK_S,
    lines: int = LINES,
    seeds: Sequence[int] = SEEDS,
    lengths: Sequence[int] = LENGTHS,
) -> Iterator[Row]:
    """How fast programs run, how long they take to compile, what the engine takes of memory."""
    yield from _contests(rounds, chunk_s, lines, seeds)
    yield from _compile_times.rows(lengths)
    yield from _engine_memory.rows()


def _contests(rounds: int, chunk_s: float, lines: int, seeds: Sequence[int]) -> Iterator[Row]:
    """ns a scan of each program and its ratios; all leave the same bytes, or there is no figure."""
    with tempfile.TemporaryDirectory(prefix="plc-bench-") as folder:
        builder = Builder(Path(folder))
        for case in site_cases():
            yield from _rows(builder, case, rounds, chunk_s, Interpreted("reference back end", case))
        for name in SMALL:
            case = small_case(name)
            yield from _rows(builder, case, rounds, chunk_s, plain(case))
        for name in CHARTS:
            case = chart_case(name)
            yield from _rows(builder, case, rounds, chunk_s, Interpreted("reference back end", case))
        for seed in seeds:
            case = relay_case(seed, lines)
            python = plain_relays(case, seed, lines, Path(folder))
            tokens = tokens_per_line(st_program(seed, lines))
            about = f"relays, {lines} lines of {tokens:.1f} tokens, seed {seed}"
            yield from _rows(builder, case, rounds, chunk_s, python, about)


def _rows(
    builder: Builder, case: Case, rounds: int, chunk_s: float, python: Plain | Interpreted, about: str = ""
) -> Iterator[Row]:
    name = about or case.name
    ours, slow = builder.native(case), builder.c(case, "-O2")
    racers = [ours, builder.native(case, checked=False), slow, builder.c(case, "-O3"), builder.nothing(case)]
    ns = race(case, racers, rounds, chunk_s)
    goal = COLUMNS_GOAL if case.name in COLUMNS else GOAL
    for level in ("-O2", "-O3"):
        ratio = ns["ours"] / ns[f"C {level}"]
        bounded = level == "-O2"
        told, holds = (f"at most {goal:g}", ratio <= goal) if bounded else ("", None)
        against = f"gcc {level}, {ns[f'C {level}']:.0f} ns"
        yield Row(f"{name}, beside {level}", ns["ours"], "ns/scan", against, ratio, told, holds)
    cost = ns["ours"] / ns["ours, unchecked"]
    told = f"at most {CHECKS_GOAL:g}"
    yield Row(f"{name}, checks", ns["ours"], "ns/scan", "without checks", cost, told, cost <= CHECKS_GOAL)
    fresh = builder.native(case)
    spent = _python_ns(case, python, fresh)
    against = "plain Python" if isinstance(python, Plain) else python.name
    yield Row(f"{name}, {against}", spent, "ns/scan", "native", spent / ns["ours"])


def _python_ns(case: Case, python: Plain | Interpreted, ours: Machine) -> float:
    """ns a scan in Python, which must leave what ours leaves after as many scans."""
    chunks = [timed(lambda: python.run(PYTHON_SCANS)) / PYTHON_SCANS for _ in range(3)]
    ours.run(3 * PYTHON_SCANS)
    found = python.difference(case, ours) if isinstance(python, Plain) else difference(case, ours, python)
    if found:
        raise BenchError(found)
    return percentile(chunks, 0.5)
