"""CONFIGURATION: which program runs in which task, and the addresses that VAR_CONFIG completes.

TASK fast (INTERVAL := T#100ms, PRIORITY := 1);   PROGRAM rule WITH fast : my_rule;   --configure--> TaskPlan
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from plc.core.plan import TaskPlan
from plc.lang import ast, ir
from plc.lang.check import names, places
from plc.lang.check.body import Body
from plc.lang.check.fixed import fixed, whole
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.values import UNKNOWN
from plc.lang.check.var_config import complete, first_values
from plc.lang.check.world import World
from plc.lang.print import expression
from plc.lang.types import BOOL, TIME, Struct

LEAST_URGENT = 255


@dataclass(slots=True)
class Configured:
    """What the one CONFIGURATION of a set says; ``instances`` maps instance to PROGRAM, as written, ``types`` in
    capitals."""

    configuration: ast.Configuration
    unit: Unit
    tasks: dict[str, TaskPlan] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    @property
    def plans(self) -> tuple[TaskPlan, ...]:
        """The tasks that run something."""
        return tuple(task for task in self.tasks.values() if task.programs)


def configure(world: World, units: Iterable[Unit]) -> Configured | None:
    """Takes in the user's CONFIGURATION, before any unit is laid out; None where there is none."""
    found = [(each, unit) for unit in units if unit.origin is Origin.USER for each in unit.file.configurations]
    if not found:
        return None
    first, unit = found[0]
    for other, _ in found[1:]:
        what = f"{other.name} is a second CONFIGURATION; {first.name} in {unit.source.path} is the first"
        world.report.error("S056", other.span, what, "keep one: a controller runs one configuration")
    configured = Configured(first, unit)
    for extra in first.resources[1:]:
        what = f"{extra.name or 'what stands beside it'} is a second RESOURCE of {first.name}"
        cure = "put all tasks and programs into one: this controller is one resource"
        world.report.error("S056", extra.span, what, cure)
    for resource in first.resources[:1]:
        for program in resource.programs:
            _instance(world, configured, program)
        complete(world, first.configured, configured.types, resource.name)
    if not any(resource.programs for resource in first.resources):
        cure = "write PROGRAM name WITH task : type; or keep VAR_GLOBAL alone, outside a CONFIGURATION"
        world.report.error("S056", first.span, f"CONFIGURATION {first.name} runs no program", cure)
    return configured


def add_tasks(world: World, configured: Configured) -> None:
    """The tasks, once the globals are known: SINGLE may name one."""
    body = Body(world, world.scope_of(Origin.USER))
    for resource in configured.configuration.resources[:1]:
        for task in resource.tasks:
            plan = _task(body, task)
            if task.name.upper() in configured.tasks:
                world.report.error("S002", task.span, f"there are two tasks {task.name}", "rename one of them")
            elif plan is not None:
                configured.tasks[task.name.upper()] = plan
        names = [task.name for task in resource.tasks]
        known = {name.upper() for name in names}
        joined: dict[str, list[str]] = {}
        for program in resource.programs:
            if _has_task(world, program, names, known) and program.name in configured.instances:
                joined.setdefault((program.task or "").upper(), []).append(program.name)
        for key, programs in joined.items():
            if key in configured.tasks:
                configured.tasks[key] = replace(configured.tasks[key], programs=tuple(programs))


def begun(world: World, configured: Configured) -> dict[str, Struct]:
    """The areas of programs to which VAR_CONFIG gives first values, by program in capitals."""
    lines = configured.configuration.configured
    resources = configured.configuration.resources
    return first_values(world, lines, configured.types, resources[0].name if resources else "")


def _instance(world: World, configured: Configured, program: ast.ProgramInstance) -> None:
    if program.name.upper() in configured.types:
        world.report.error("S002", program.span, f"there are two programs {program.name}", "rename one of them")
        return
    known = world.pous.get(program.type_name.upper())
    if known is None or known[0].kind is not ast.PouKind.PROGRAM:
        programs = [pou.name for pou, _ in world.pous.values() if pou.kind is ast.PouKind.PROGRAM]
        cure = world.near(program.type_name, programs) or "declare it"
        world.report.error("S003", program.span, f"there is no PROGRAM {program.type_name}", cure)
        return
    if program.arguments:
        cure = "assign the inputs inside the PROGRAM, from a global or the plant's tag"
        world.report.error("S017", program.arguments[0].span, "connections of a program in its task come later", cure)
    configured.instances[program.name] = program.type_name
    configured.types[program.name.upper()] = program.type_name.upper()


# ---------------------------------------------------------------- tasks


def _task(body: Body, task: ast.Task) -> TaskPlan | None:
    priority = 0 if task.priority is None else whole(body, task.priority)
    if priority is not None and not 0 <= priority <= LEAST_URGENT and task.priority is not None:
        what = f"priority {priority} is outside 0..{LEAST_URGENT}"
        body.report.error("S056", task.priority.span, what, "write 0 for the most urgent, more for the others")
        priority = None
    if (task.interval is None) == (task.single is None):
        has = "neither INTERVAL nor SINGLE" if task.interval is None else "both INTERVAL and SINGLE"
        cure = "write INTERVAL := T#100ms, or SINGLE := and a BOOL at whose rising edge it runs"
        body.report.error("S056", task.span, f"task {task.name} has {has}", cure)
        return None
    every_ns = _interval(body, task)
    single = _single(body, task)
    if priority is None or every_ns is None or single is None:
        return None
    return TaskPlan(task.name, every_ns, (), priority, single)


def _interval(body: Body, task: ast.Task) -> int | None:
    if task.interval is None:
        return 0
    constant = fixed(body, task.interval, TIME)
    if constant is None:
        return None
    if int(constant.value) <= 0:
        what = f"task {task.name} would run every {expression(task.interval)}"
        body.report.error("S056", task.interval.span, what, "write a time above 0, like T#100ms")
        return None
    return int(constant.value)


def _single(body: Body, task: ast.Task) -> str | None:
    """The path of the BOOL in SITE or GLOBAL at whose rising edge the task runs; empty without one."""
    if task.single is None:
        return ""
    node = names.tag_of(body, task.single)
    found = places.reach(body, node)
    if found is None or found.type is UNKNOWN:
        return None
    shared = found.place.base in (ir.Base.SITE, ir.Base.GLOBAL) and not found.place.steps
    if found.type != BOOL or not shared:
        what = f"{expression(task.single)} is {found.type}" if shared else f"{expression(task.single)} is no global"
        body.report.error("S056", task.single.span, what, "name a BOOL of VAR_GLOBAL or an input of the plant")
        return None
    return expression(node)


def _has_task(world: World, program: ast.ProgramInstance, names: list[str], known: set[str]) -> bool:
    if program.task is None:
        cure = f"write PROGRAM {program.name} WITH and its task : {program.type_name};"
        world.report.error("S056", program.span, f"program {program.name} is in no task", cure)
        return False
    if program.task.upper() not in known:
        cure = world.near(program.task, names) or "declare the TASK before it"
        world.report.error("S001", program.span, f"there is no task {program.task}", cure)
        return False
    return True
