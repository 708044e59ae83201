"""A chart as plain statements, in the order of a scan.

clock -> evolve, or one_step (conditions, then steps) -> control (what is on) -> actions, in order of the text
"""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import names, places
from plc.lang.check.body import Body
from plc.lang.check.chart.control import control_of, pulse_flags
from plc.lang.check.chart.evolve import clock, evolve
from plc.lang.check.chart.ground import Ground, load, some
from plc.lang.check.chart.judge import judge
from plc.lang.check.chart.net import net_of
from plc.lang.check.chart.one_step import move_on, while_active
from plc.lang.check.chart.state import NOW, is_declared, is_single, only_pulses
from plc.lang.check.chart.writers import advise_two_writers
from plc.lang.check.interface import Interface
from plc.lang.check.members import run_action
from plc.lang.check.scope import Variable
from plc.lang.check.values import UNKNOWN
from plc.lang.types import BOOL, TIME

MOST_SAID = 500
"""Statements, one for each step and variable; above that a statement for each line of a step takes less."""


def chart_statements(body: Body, interface: Interface, chart: ast.Chart) -> tuple[ir.Stmt, ...]:
    """The chart as the body of its unit."""
    net = net_of(body, chart)
    if net is None or not is_declared(interface.scope, interface.pou, chart):
        return ()
    judge(body, net)
    advise_two_writers(body, interface.pou, chart)
    passed = body.hidden("passed", TIME, bytes(8), interface.pou.name_span)
    ground = Ground(body, interface, net, passed)
    pulse_flags(ground)
    ground.running = {name: ground.flag("run") for name in ground.lines if name in interface.actions}
    if is_single(chart):
        ground.now = ground.own(NOW)
        pulsing = only_pulses(chart)
        ground.pulsing = tuple(name for name in ground.running if name in pulsing)
    plain = [name for name in ground.lines if _is_plain(ground, name)]
    if len(plain) * len(net.steps) > MOST_SAID:
        plain = []
    statements = _situation(ground, plain)
    for name, lines in ground.lines.items():
        if name in ground.running:
            statements += _action(ground, name, interface.actions[name])
        elif name not in plain:
            statements += _variable(ground, name, lines[0][1])
    for name, action in interface.actions.items():
        if name in ground.running:
            span = action.name_span
            statements.append(ir.If(load(ground.running[name]), (run_action(body, action, span),), (), span))
    return tuple(statements)


def _situation(ground: Ground, plain: list[str]) -> list[ir.Stmt]:
    """Which steps are active, and the variables that say no more than that."""
    if ground.now is None:
        return [*clock(ground), *evolve(ground)]
    goals = []
    for name in plain:
        target = _target(ground, ground.lines[name][0][1])
        if target is not None:
            goals.append((target, {step for step, _ in ground.lines[name]}))
    said = [while_active(ground, ground.now, goals)] if goals else []
    return [*clock(ground), move_on(ground, ground.now), *said]


def _is_plain(ground: Ground, name: str) -> bool:
    """Whether a BOOL of the unit's own is TRUE just while a step is active, in a chart where never two of them are."""
    entry = ground.interface.scope.entries.get(name)
    own = isinstance(entry, Variable) and entry.base is ir.Base.SELF and entry.lock is None
    lines = ground.lines[name]
    return own and ground.now is not None and all(each.qualifier == "N" and each.time is None for _, each in lines)


def _action(ground: Ground, name: str, action: ast.Action) -> list[ir.Stmt]:
    """It runs while it is on, in a pulse, and in its final scan."""
    control, span, run = control_of(ground, name), action.name_span, ground.running[name]
    if name in ground.pulsing:
        return [*control.before, ir.Assign(run, control.pulse(), span)]
    was = ground.part(action.name, "Q")
    now = ground.flag("on")
    return [
        *control.before,
        ir.Assign(now, control.on(), span),
        ir.Assign(run, some([load(now), load(was), control.pulse()]), span),
        ir.Assign(was, load(now), span),
    ]


def _variable(ground: Ground, name: str, first: ast.Association) -> list[ir.Stmt]:
    control = control_of(ground, name)
    target = _target(ground, first)
    if target is None:
        return []
    return [*control.before, ir.Assign(target, some([control.on(), control.pulse()]), first.span)]


def _target(ground: Ground, first: ast.Association) -> ir.Place | None:
    """The BOOL that a step controls."""
    body = ground.body
    span = _name_span(first)
    if names.find(body, first.name) is None:
        otherwise = f"write ACTION {first.name}: ... END_ACTION, or declare a BOOL"
        cure = body.world.near(first.name, body.scope.names()) or otherwise
        body.report.error("S001", span, f"there is no ACTION or variable {first.name}", cure)
        return None
    goal = places.target(body, ast.Name(first.name, span))
    if goal is None or goal.type is UNKNOWN:
        return None
    if goal.type is not BOOL:
        what = f"{first.name} is {goal.type}, and a step controls an ACTION or a BOOL"
        body.report.error("S084", span, what, "assign it in an ACTION, and name that here")
        return None
    return goal.place


def _name_span(first: ast.Association) -> Span:
    span = first.span
    return Span(span.file, span.line, span.column, span.line, span.column + len(first.name))
