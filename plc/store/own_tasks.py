"""Programs that name their task themselves, so that a new one needs no change of the site file.

{attribute 'task' := 'protection'} PROGRAM my_rule ... --own_tasks--> task protection also runs my_rule
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from plc.core.diagnostic import Diagnostic
from plc.core.plan import TaskPlan
from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.source import Source

ATTRIBUTE = "task"


@dataclass(frozen=True, slots=True)
class OwnTasks:
    """The tasks with the programs that joined them, and what joins no task there is."""

    tasks: tuple[TaskPlan, ...]
    diagnostics: tuple[Diagnostic, ...]


def own_tasks(tasks: Sequence[TaskPlan], sources: Sequence[Source]) -> OwnTasks:
    """Add each PROGRAM with the attribute `task` to that task, unless the site file already names it in one."""
    named = {name.casefold() for task in tasks for name in task.programs}
    found = {task.name: task for task in tasks}
    problems: list[Diagnostic] = []
    for source in sources:
        for pou, attribute in _asking(source):
            if pou.name.casefold() in named:
                continue
            task = found.get(attribute.value or "")
            if task is None:
                known = ", ".join(found) or "none"
                what = f"{pou.name} asks for task {attribute.value!r}, which the site file does not have"
                problems.append(Diagnostic("Y033", attribute.span, what, f"name one of its tasks: {known}"))
                continue
            found[task.name] = replace(task, programs=(*task.programs, pou.name))
            named.add(pou.name.casefold())
    return OwnTasks(tuple(found.values()), tuple(problems))


def _asking(source: Source) -> list[tuple[ast.Pou, ast.Attribute]]:
    programs = [pou for pou in parse(source).file.pous if pou.kind is ast.PouKind.PROGRAM]
    return [(pou, a) for pou in programs for a in pou.attributes if a.name.lower() == ATTRIBUTE]
