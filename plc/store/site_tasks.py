"""What a site runs, and in which tasks: the site file says so, or a CONFIGURATION in SITE/programs, never both.

site.yaml tasks: ----------------------+
{attribute 'task'} of a PROGRAM -------+--site_tasks--> sources, tasks, instances
CONFIGURATION in SITE/programs --------+                (of a CONFIGURATION the compiler makes the tasks)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Span
from plc.core.plan import TaskPlan
from plc.core.quantity import time_text
from plc.core.site import Action, Site
from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.source import Source
from plc.store.own_tasks import ATTRIBUTE, own_tasks
from plc.store.plan import make_plan
from plc.store.resolve import Programs, site_programs
from plc.store.site_file import SITE_FILE
from plc.store.site_read import did_you_mean


@dataclass(frozen=True, slots=True)
class SiteTasks:
    """With a ``configuration``, ``instances`` is None and ``tasks`` empty: `Compiled.tasks` are the tasks."""

    sources: tuple[Source, ...]
    tasks: tuple[TaskPlan, ...]
    instances: Mapping[str, str] | None
    configuration: ast.Configuration | None
    diagnostics: tuple[Diagnostic, ...]


def site_tasks(folder: Path, site: Site, armed: Mapping[str, str] | None = None) -> SiteTasks:
    """Everything the programs of a site are compiled from; ``armed`` as in `resolve.site_programs`."""
    own = site_programs(folder, (), armed)
    found = next((each for source in own.sources for each in parse(source).file.configurations), None)
    if found is not None:
        return _configured(folder, site, found, armed)
    if not site.tasks:
        start = Span(str(folder / SITE_FILE), 1, 1, 1, 1)
        cure = "write tasks: in the site file, or a CONFIGURATION in SITE/programs"
        return SiteTasks((), (), None, None, (Diagnostic("Y035", start, "the site has no tasks", cure),))
    programs = site_programs(folder, [name for task in site.tasks for name in task.programs], armed)
    joined = own_tasks(make_plan(site).tasks, _own(folder, programs))
    instances = {name: name for task in joined.tasks for name in task.programs}
    return SiteTasks(
        programs.sources,
        joined.tasks,
        None if programs.diagnostics else instances,
        None,
        (*programs.diagnostics, *joined.diagnostics),
    )


def _own(folder: Path, programs: Programs) -> list[Source]:
    return [source for source in programs.sources if folder in Path(source.path).parents]


def _configured(
    folder: Path, site: Site, configuration: ast.Configuration, armed: Mapping[str, str] | None
) -> SiteTasks:
    names = [program.type_name for resource in configuration.resources for program in resource.programs]
    programs = site_programs(folder, names, armed)
    problems = list(programs.diagnostics)
    if site.tasks:
        tasks = ", ".join(task.name for task in site.tasks)
        what = f"CONFIGURATION {configuration.name} says what runs, and so do the tasks of the site file ({tasks})"
        cure = f"take tasks: out of {SITE_FILE}, or the CONFIGURATION out of {Path(configuration.span.file).name}"
        problems.append(Diagnostic("Y035", configuration.span, what, cure))
    for source in _own(folder, programs):
        problems += _asking_for_a_task(source, names, configuration)
    return SiteTasks(programs.sources, (), None, configuration, tuple(problems))


def _asking_for_a_task(source: Source, names: list[str], configuration: ast.Configuration) -> list[Diagnostic]:
    """Programs that name their task by attribute, beside a CONFIGURATION that does not run them."""
    known = {name.casefold() for name in names}
    return [
        Diagnostic("Y033", attribute.span, f"{pou.name} asks for a task, but CONFIGURATION {configuration.name} does "
                   "not run it", f"add PROGRAM {pou.name} WITH {attribute.value} : {pou.name}; to the CONFIGURATION")
        for pou in parse(source).file.pous
        if pou.kind is ast.PouKind.PROGRAM and pou.name.casefold() not in known
        for attribute in pou.attributes
        if attribute.name.lower() == ATTRIBUTE
    ]  # fmt: skip


def check_tasks(site: Site, configuration: ast.Configuration, tasks: tuple[TaskPlan, ...]) -> list[Diagnostic]:
    """What the compiled tasks of a CONFIGURATION must say of the site: whole scans, and the programs of schedules."""
    spans = {task.name: task.span for resource in configuration.resources for task in resource.tasks}
    problems = [
        Diagnostic("Y020", spans[task.name], f"task {task.name} runs every {time_text(task.every_ns)}, the scan is "
                   f"{time_text(site.scan_ns)}", "write a multiple of the scan")
        for task in tasks
        if task.every_ns % site.scan_ns
    ]  # fmt: skip
    names = [name for task in tasks for name in task.programs]
    for schedule in site.schedules:
        if schedule.action is not Action.SWITCH and schedule.target not in names:
            what = f"schedule {schedule.name} names program '{schedule.target}', which no task runs"
            problems.append(Diagnostic("Y013", configuration.span, what, did_you_mean(schedule.target, names)))
    return problems
