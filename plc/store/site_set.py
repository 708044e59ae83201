"""A site folder compiled: the site file, the plan made of it, and every program its tasks run.

site.yaml --> Site --> Plan, plant declarations --+
SITE/programs, shipped programs ------------------+--compile_set--> Compiled
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.diagnostic import Diagnostic
from plc.core.plan import Plan
from plc.core.site import Site
from plc.lang.compile import Place, compile_set
from plc.lang.parse import parse
from plc.lang.program import Compiled
from plc.lang.source import Source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.fit import check_fit
from plc.store.plan import make_plan
from plc.store.site_file import read_site
from plc.store.site_tasks import site_tasks


@dataclass(frozen=True, slots=True)
class SiteSet:
    """``ready`` is None if any of the diagnostics, all of them in one go, is an error."""

    ready: ReadySet | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ReadySet:
    site: Site
    plan: Plan
    compiled: Compiled


def compile_site(folder: Path, armed: Mapping[str, str] | None = None, tests_of: Collection[str] = ()) -> SiteSet:
    """Read and compile everything a site runs, with the ``armed`` texts in place of its files of those names. Never
    raises on what stands in its texts.

    The TESTs of the files ``tests_of``, named without `.st`, are checked too; one with an error is an error like
    another, so whoever starts a controller names none.
    """
    found = read_site(folder)
    site = found.site
    if site is None:
        return SiteSet(None, found.diagnostics)
    runs = site_tasks(folder, site, armed)
    tests = [place for source in runs.sources if Path(source.path).stem in tests_of for place in tests_in(source)]
    compiled = compile_set(runs.sources, Source(PLANT_PATH, plant_text(site)), runs.instances, tests=tests, whole=True)
    plan = replace(make_plan(site), tasks=compiled.tasks if runs.configuration else runs.tasks)
    late = check_fit(folder, site, runs.configuration, compiled)
    diagnostics = (*found.diagnostics, *runs.diagnostics, *compiled.diagnostics, *late)
    if any(diagnostic.is_error for diagnostic in diagnostics):
        return SiteSet(None, diagnostics)
    return SiteSet(ReadySet(site, plan, compiled), diagnostics)


def tests_in(source: Source) -> list[Place]:
    """Where the TESTs of a text begin, as `compile_set` wants them."""
    return [(test.span.file, test.span.line) for test in parse(source).file.tests]
