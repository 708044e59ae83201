"""What a chart remembers from scan to scan, in the instance of its unit.

    open_breaker.X, .T     a step: whether it is active, and for how long
    chart step             which step is active, where never more than one is
    chart runs             in other charts: whether the first scan is over
    vent.Q                 an ACTION: whether its control is on (FALSE in its final scan)
    vent stored            set by S or DS, until R
    vent SD in warn        .Set, .T of a delay that runs on when its step is left

What has a blank in its name no text can say. Of what a text can name, only the chart writes.

``chart step`` is an enumeration of the steps, and names the actions that only pulse. Where these change in a running
program it is another type, so it begins at 0 again, and the chart looks at the ``.X`` and ``.Q``, which keep their
values by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from plc.lang import ast, ir
from plc.lang.check.layout import Layout
from plc.lang.check.names import declare
from plc.lang.check.scope import Lock, Scope, Variable
from plc.lang.check.world import World
from plc.lang.types import BOOL, LTIME, TIME, UDINT, Enumeration, Field, Struct

STEP = Struct("STEP", (Field("X", BOOL, 0), Field("T", TIME, 8)), 16, 8, bytes(16))
ACTION = Struct("ACTION", (Field("Q", BOOL, 0),), 1, 1, bytes(1))
DELAY = Struct("DELAY", (Field("Set", BOOL, 0), Field("T", TIME, 8)), 16, 8, bytes(16))
NOW = "chart step"
RUNS = "chart runs"
CLOCK = "chart clock"
STORING = ("S", "DS")
RUNNING_ON = ("SD", "SL")
PULSES = ("P", "P0", "P1")


def declare_state(world: World, scope: Scope, own: Layout, pou: ast.Pou) -> None:
    """Gives steps and actions their names in the unit's scope, and all of a chart its memory."""
    _apart(world, scope, pou)
    if pou.chart is None:
        return
    for step in pou.chart.steps:
        if declare(world, scope, step.name, step.name_span):
            placed = own.add(step.name, STEP, STEP.initial)
            scope.entries[step.name.upper()] = Variable(
                step.name, STEP, ir.Base.SELF, placed.offset, step.name_span, Lock.CHART
            )
    for action in pou.actions:
        if action.name.upper() not in scope.entries:
            placed = own.add(action.name, ACTION, ACTION.initial)
            scope.entries[action.name.upper()] = Variable(
                action.name, ACTION, ir.Base.SELF, placed.offset, action.name_span, Lock.CHART
            )
    _hidden(own, pou, pou.chart)


def _apart(world: World, scope: Scope, pou: ast.Pou) -> None:
    """Actions and methods have names of their own, apart from the variables', too."""
    names = [(action.name, action.name_span) for action in pou.actions]
    names += [(method.name, method.name_span) for method in pou.methods]
    taken: set[str] = set()
    for name, span in names:
        if name.upper() in taken:
            what = f"{name} is declared twice in {pou.name}"
            world.report.error("S002", span, what, "rename one of them or take it away")
        else:
            declare(world, scope, name, span)
        taken.add(name.upper())


def is_declared(scope: Scope, pou: ast.Pou, chart: ast.Chart) -> bool:
    """Whether every step and action has its name, and none of them belongs to something else."""
    keys = [step.name.upper() for step in chart.steps] + [action.name.upper() for action in pou.actions]
    entries = [scope.entries.get(key) for key in keys]
    own = [entry for entry in entries if isinstance(entry, Variable) and entry.lock is Lock.CHART]
    return len(own) == len(set(keys)) == len(keys)


def is_single(chart: ast.Chart) -> bool:
    """Whether never more than one step is active: no transition starts two."""
    return all(len(transition.sources) == len(transition.targets) == 1 for transition in chart.transitions)


def _hidden(own: Layout, pou: ast.Pou, chart: ast.Chart) -> None:
    if is_single(chart):
        own.add(NOW, _steps_of(pou, chart), bytes(UDINT.size))
    else:
        own.add(RUNS, BOOL, b"\0")
    own.add(CLOCK, LTIME, bytes(8))
    known: set[str] = set()
    for step in chart.steps:
        for each in step.associations:
            name = memory_of(step, each)
            if name and name.upper() not in known:
                known.add(name.upper())
                kind = BOOL if each.qualifier in STORING else DELAY
                own.add(name, kind, bytes(kind.size))


def _steps_of(pou: ast.Pou, chart: ast.Chart) -> Enumeration:
    """The steps by number, 0 before the first scan."""
    pulsing = only_pulses(chart)
    names = [action.name for action in pou.actions if action.name.upper() in pulsing]
    name = f"steps of {pou.name}" + f", pulses {', '.join(names)}" * bool(names)
    numbered = ((step.name, number) for number, step in enumerate(chart.steps, 1))
    return Enumeration(name, UDINT, (("not begun", 0), *numbered))


def only_pulses(chart: ast.Chart) -> set[str]:
    """What no line of a step ever turns on, so that it has no final scan: names in upper case."""
    lines = [(each.name.upper(), each.qualifier) for step in chart.steps for each in step.associations]
    return {name for name, _ in lines} - {name for name, qualifier in lines if qualifier not in (*PULSES, "R")}


def memory_of(step: ast.Step, association: ast.Association) -> str:
    """The field in which a qualifier remembers beyond its step; empty for one that does not."""
    if association.qualifier in STORING:
        return f"{association.name} stored"
    if association.qualifier in RUNNING_ON:
        return f"{association.name} {association.qualifier} in {step.name}"
    return ""


def written_by(pou: ast.Pou) -> tuple[ast.Statement, ...]:
    """Every statement of a unit, actions included; a BOOL that a step controls counts as assigned."""
    actions = {action.name.upper() for action in pou.actions}
    inside = tuple(statement for action in pou.actions for statement in action.body)
    return (*pou.body, *inside, *_controlled(pou, actions))


def _controlled(pou: ast.Pou, actions: set[str]) -> Iterator[ast.Assign]:
    for step in () if pou.chart is None else pou.chart.steps:
        for each in step.associations:
            if each.name.upper() not in actions:
                yield ast.Assign(ast.Name(each.name, each.span), ast.Literal(True, "BOOL", each.span), each.span)
