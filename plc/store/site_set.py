"""A site folder compiled: the site file, the plan made of it, and every program its tasks run.

site.yaml --> Site --> Plan, plant declarations --+
SITE/programs, shipped programs ------------------+--compile_set--> Compiled
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Severity
from plc.core.plan import Plan
from plc.core.site import Site
from plc.lang.compile import compile_set
from plc.lang.program import Compiled
from plc.lang.source import Source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.own_tasks import own_tasks
from plc.store.plan import make_plan
from plc.store.resolve import site_programs
from plc.store.site_file import read_site


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


def compile_site(folder: Path, armed: Mapping[str, str] | None = None) -> SiteSet:
    """Read and compile everything a site runs, with the ``armed`` texts in place of its files of those names. Never
    raises on what stands in its texts."""
    found = read_site(folder)
    site = found.site
    if site is None:
        return SiteSet(None, found.diagnostics)
    plan = make_plan(site)
    programs = site_programs(folder, [name for task in plan.tasks for name in task.programs], armed)
    own = own_tasks(plan.tasks, [source for source in programs.sources if folder in Path(source.path).parents])
    plan = replace(plan, tasks=own.tasks)
    plant = Source(PLANT_PATH, plant_text(site))
    instances = None if programs.diagnostics else {name: name for task in plan.tasks for name in task.programs}
    compiled = compile_set(programs.sources, plant, instances)
    diagnostics = (*found.diagnostics, *programs.diagnostics, *own.diagnostics, *compiled.diagnostics)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        return SiteSet(None, diagnostics)
    return SiteSet(ReadySet(site, plan, compiled), diagnostics)
