"""A chart as plain statements, in the order of a scan.

clock -> evolve (conditions, then steps) -> control (what is on) -> actions, in order of the text
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
from plc.lang.check.chart.state import is_declared
from plc.lang.check.chart.writers import advise_two_writers
from plc.lang.check.interface import Interface
from plc.lang.check.members import run_action
from plc.lang.check.values import UNKNOWN
from plc.lang.types import BOOL, TIME


def chart_statements(body: Body, interface: Interface, chart: ast.Chart) -> tuple[ir.Stmt, ...]:
    """The chart as the body of its unit."""
    net = net_of(body, chart)
    if net is None or not is_declared(interface.scope, interface.pou, chart):
        return ()
    judge(body, net)
    advise_two_writers(body, interface.pou)
    passed = body.hidden("passed", TIME, bytes(8), interface.pou.name_span)
    ground = Ground(body, interface, net, passed)
    pulse_flags(ground)
    statements = [*clock(ground), *evolve(ground)]
    running: dict[str, ir.Place] = {}
    for name, lines in ground.lines.items():
        if name in interface.actions:
            running[name] = ground.flag("run")
            statements += _action(ground, name, interface.actions[name], running[name])
        else:
            statements += _variable(ground, name, lines[0][1])
    for name, action in interface.actions.items():
        if name in running:
            span = action.name_span
            statements.append(ir.If(load(running[name]), (run_action(body, action, span),), (), span))
    return tuple(statements)


def _action(ground: Ground, name: str, action: ast.Action, run: ir.Place) -> list[ir.Stmt]:
    """It runs while it is on, in a pulse, and in its final scan."""
    control, span = control_of(ground, name), action.name_span
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
