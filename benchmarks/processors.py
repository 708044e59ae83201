"""The contest of the language once more, with our code and the C both compiled for smaller processors than this one.

programs of `lang` -> (native | gcc -O2) for x86-64-v3 (AVX2), for x86-64 (SSE2), interleaved, same memory, same scans
"""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from plc.bench import BenchError, Row

sys.path.insert(0, str(Path(__file__).parent))
from _contest import Builder, Case, race
from _language_cases import CHARTS, SMALL, chart_case, relay_case, site_cases, small_case

PROCESSORS = {"x86-64-v3": "AVX2", "x86-64": "SSE2"}
HELD = ("texts",)
"""Programs with a goal here as well; the others hold theirs on the processor they are compiled on."""
GOAL = 1.0
ROUNDS = 15
CHUNK_S = 0.02
LINES = 2_000


def measure(rounds: int = ROUNDS, chunk_s: float = CHUNK_S) -> Iterator[Row]:
    """ns a scan of each program and its ratio to gcc -O2, for each processor."""
    if platform.machine() != "x86_64":
        raise BenchError("these processors are of the x86-64 family; run plc bench lang for the one of this machine")
    cases = [*site_cases(), *map(small_case, SMALL), *map(chart_case, CHARTS), relay_case(1, LINES)]
    with tempfile.TemporaryDirectory(prefix="plc-bench-") as folder:
        for processor, vectors in PROCESSORS.items():
            builder = Builder(Path(folder), processor)
            for case in cases:
                yield _row(builder, case, f"{case.name}, {vectors}", rounds, chunk_s)


def _row(builder: Builder, case: Case, name: str, rounds: int, chunk_s: float) -> Row:
    ns = race(case, [builder.native(case), builder.c(case, "-O2"), builder.nothing(case)], rounds, chunk_s)
    ratio = ns["ours"] / ns["C -O2"]
    told, holds = (f"at most {GOAL:g}", ratio <= GOAL) if case.name in HELD else ("", None)
    return Row(name, ns["ours"], "ns/scan", f"gcc -O2, {ns['C -O2']:.0f} ns", ratio, told, holds)
