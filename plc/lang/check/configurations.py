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
from plc.lang.check.values import UNKNOWN
from plc.lang.check.world import Origin, Unit, World
from plc.lang.print import expression, type_text
from plc.lang.types import BOOL, TIME

LEAST_URGENT = 255


@dataclass(slots=True)
class Configured:
    """What the one CONFIGURATION of a set says; ``instances`` maps instance to PROGRAM, as written."""

    configuration: ast.Configuration
    unit: Unit
    tasks: dict[str, TaskPlan] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)

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
        _completions(world, configured, resource)
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
        for program in resource.programs:
            _assign(world, configured, resource, program)


def _instance(world: World, configured: Configured, program: ast.ProgramInstance) -> None:
    if program.name.upper() in map(str.upper, configured.instances):
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


def _assign(world: World, configured: Configured, resource: ast.Resource, program: ast.ProgramInstance) -> None:
    if program.task is None:
        cure = f"write PROGRAM {program.name} WITH and its task : {program.type_name};"
        world.report.error("S056", program.span, f"program {program.name} is in no task", cure)
        return
    key = program.task.upper()
    if key not in {task.name.upper() for task in resource.tasks}:
        cure = world.near(program.task, [task.name for task in resource.tasks]) or "declare the TASK before it"
        world.report.error("S001", program.span, f"there is no task {program.task}", cure)
    elif key in configured.tasks and configured.instances.get(program.name):
        task = configured.tasks[key]
        configured.tasks[key] = replace(task, programs=(*task.programs, program.name))


# ---------------------------------------------------------------- VAR_CONFIG


def _completions(world: World, configured: Configured, resource: ast.Resource) -> None:
    types = {name.upper(): type_name for name, type_name in configured.instances.items()}
    for line in configured.configuration.configured:
        path = line.path[1:] if len(line.path) > 2 and line.path[0].upper() == resource.name.upper() else line.path
        if _can_complete(world, configured, line, path):
            variable = _variable(world, types, line, path)
            if variable is not None:
                key = types[path[0].upper()].upper(), path[1].upper()
                _complete(world, configured, line, key, variable)


def _can_complete(world: World, configured: Configured, line: ast.ConfiguredVariable, path: tuple[str, ...]) -> bool:
    shown = ".".join(line.path)
    if len(path) > 2:
        cure = "declare it AT %I* in the PROGRAM and pass it to the block by VAR_INPUT"
        world.report.error("S017", line.span, f"{shown}: addresses inside a program's blocks come later", cure)
    elif line.initial is not None or line.address is None:
        cure = "write the value where the variable is declared"
        world.report.error("S017", line.span, f"{shown}: first values in VAR_CONFIG come later", cure)
    elif len(path) < 2:
        cure = f"write program.variable AT {line.address}"
        world.report.error("S056", line.span, f"{shown} names no variable of a program", cure)
    else:
        return True
    return False


def _variable(
    world: World, types: dict[str, str], line: ast.ConfiguredVariable, path: tuple[str, ...]
) -> ast.Variable | None:
    type_name = types.get(path[0].upper())
    if type_name is None:
        cure = world.near(path[0], types.values()) or "name a program of this configuration"
        world.report.error("S001", line.span, f"there is no program {path[0]} here", cure)
        return None
    pou, _ = world.pous[type_name.upper()]
    variables = {v.name.upper(): v for block in pou.blocks for v in block.variables}
    variable = variables.get(path[1].upper())
    if variable is None or variable.address is None or not variable.address.endswith("*"):
        waiting = [v.name for v in variables.values() if v.address is not None and v.address.endswith("*")]
        what = f"{pou.name} has no {path[1]} that waits for an address"
        cure = world.near(path[1], waiting) or f"declare {path[1]} AT {(line.address or '%I')[:2]}* in its VAR"
        world.report.error("S056", line.span, what, cure)
        return None
    if variable.address[:2].upper() != (line.address or "")[:2].upper():
        what = f"{variable.name} is declared AT {variable.address}, {line.address} is another area"
        world.report.error("S056", line.span, what, f"write an address that begins with {variable.address[:2].upper()}")
        return None
    if type_text(variable.type) != type_text(line.type):
        what = f"{variable.name} is declared {type_text(variable.type)}"
        world.report.error("S008", line.span, what, f"write {'.'.join(line.path)} ... : {type_text(variable.type)}")
        return None
    return variable


def _complete(
    world: World, configured: Configured, line: ast.ConfiguredVariable, key: tuple[str, str], variable: ast.Variable
) -> None:
    known = world.completed.get(key)
    if known is not None and known[0] != line.address:
        what = f"{variable.name} of {key[0]} gets {line.address} here and {known[0]} above"
        cure = "two programs of one type share their addresses: write a PROGRAM of its own for one of them"
        world.report.error("S056", line.span, what, cure)
        return
    world.completed[key] = line.address or "", configured.unit.source.path
