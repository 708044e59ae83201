"""A site folder compiled: the site file, the plan made of it, and every program its tasks run.

site.yaml --> Site --> Plan, plant declarations --+
SITE/programs, shipped programs ------------------+--compile_set--> Compiled
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Severity
from plc.core.plan import Plan
from plc.core.site import Site
from plc.lang.compile import compile_set
from plc.lang.program import Compiled
from plc.lang.source import Source
from plc.store.declarations import PLANT_PATH, plant_text
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


def compile_site(folder: Path) -> SiteSet:
    """Read and compile everything a site runs. Never raises on what stands in its texts."""
    found = read_site(folder)
    site = found.site
    if site is None:
        return SiteSet(None, found.diagnostics)
    plan = make_plan(site)
    names = [name for task in plan.tasks for name in task.programs]
    programs = site_programs(folder, names)
    plant = Source(PLANT_PATH, plant_text(site))
    instances = None if programs.diagnostics else {name: name for name in names}
    compiled = compile_set(programs.sources, plant, instances)
    diagnostics = (*found.diagnostics, *programs.diagnostics, *compiled.diagnostics)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        return SiteSet(None, diagnostics)
    return SiteSet(ReadySet(site, plan, compiled), diagnostics)
