"""The shipped test site with programs compiled for it, as the command line does it, but at 100 ms a scan: pulses and
travel times are shorter than the second its tables scan at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from plc.core.plan import Plan
from plc.lang.compile import Compiled, compile_set
from plc.lang.source import Source, read_source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.plan import make_plan
from plc.store.resolve import TEST_SITE, shipped_blocks
from plc.store.site_file import read_site

SCAN_NS = 100_000_000
PROGRAMS = Path(__file__).parents[2] / "programs"


@cache
def plant() -> tuple[Plan, Source]:
    site = read_site(TEST_SITE).site
    assert site is not None
    site = replace(site, scan_ns=SCAN_NS, tasks=tuple(replace(task, every_ns=SCAN_NS) for task in site.tasks))
    return make_plan(site), Source(PLANT_PATH, plant_text(site))


def compiled(*names: str) -> Compiled:
    """Shipped programs, by name."""
    return compiled_texts([read_source(path) for path in (*(PROGRAMS / f"{n}.st" for n in names), *shipped_blocks())])


def compiled_texts(sources: Sequence[Source]) -> Compiled:
    found = compile_set(sources, plant()[1])
    assert not found.errors, [str(problem) for problem in found.errors]
    return found
