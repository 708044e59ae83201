"""A chart as plain statements, in the order of a scan.

clock -> evolve, or one_step (conditions, then steps) -> control (what is on) -> actions, in order of the text
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import names, places
from plc.lang.check.body import Body
from plc.lang.check.chart.control import Control, control_in, control_of, pulse_flags
from plc.lang.check.chart.evolve import clock, evolve
from plc.lang.check.chart.ground import Ground, load, some
from plc.lang.check.chart.judge import judge
from plc.lang.check.chart.net import net_of
from plc.lang.check.chart.one_step import move_on, while_active
from plc.lang.check.chart.state import NOW, RUNNING_ON, is_declared, is_single, only_pulses
from plc.lang.check.chart.writers import advise_two_writers
from plc.lang.check.interface import Interface
from plc.lang.check.members import run_action
from plc.lang.check.scope import Variable
from plc.lang.check.values import UNKNOWN
from plc.lang.types import BOOL, TIME

MOST_SAID = 1_000
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
    if is_single(chart):
        number = ground.own(NOW)
        ground.now = body.hidden("now", number.type, bytes(number.type.size), interface.pou.name_span)
        pulsing = only_pulses(chart)
        ground.pulsing = tuple(name for name in ground.lines if name in interface.actions and name in pulsing)
    pulse_flags(ground)
    ground.running = {name: ground.flag("run") for name in ground.lines if name in interface.actions}
    statements = _situation(ground)
    for name, action in interface.actions.items():
        if name in ground.running:
            span = action.name_span
            statements.append(ir.If(load(ground.running[name]), (run_action(body, action, span),), (), span))
    return tuple(statements)


def _situation(ground: Ground) -> list[ir.Stmt]:
    """Which steps are active, and what they turn on."""
    if ground.now is None:
        return [*clock(ground), *evolve(ground), *_each(ground, list(ground.lines))]
    short = [name for name in ground.lines if _ends_with_steps(ground, name)]
    if len(short) * len(ground.net.steps) > MOST_SAID:
        short = []
    outlets = [outlet for name in short if (outlet := _outlet(ground, name)) is not None]

    def said(step: int) -> list[ir.Stmt]:
        return [statement for outlet in outlets for statement in outlet.set_by(control_in(ground, outlet.name, step))]

    long = [name for name in ground.lines if name not in short]
    after = [statement for outlet in outlets for statement in outlet.after]
    chosen = [while_active(ground, ground.now, said)] if outlets else []
    return [*clock(ground), *move_on(ground, ground.now), *chosen, *after, *_each(ground, long)]


def _each(ground: Ground, names: list[str]) -> list[ir.Stmt]:
    """What all steps say of each of these, one after the other."""
    statements: list[ir.Stmt] = []
    for name in names:
        outlet = _outlet(ground, name)
        if outlet is not None:
            statements += [*outlet.set_by(control_of(ground, name)), *outlet.after]
    return statements


def _ends_with_steps(ground: Ground, name: str) -> bool:
    """Whether nothing said of an ACTION, or of a BOOL of the unit's own, runs on by its own time."""
    entry = ground.interface.scope.entries.get(name)
    own = isinstance(entry, Variable) and entry.base is ir.Base.SELF
    return own and all(each.qualifier not in RUNNING_ON for _, each in ground.lines[name])


@dataclass(frozen=True, slots=True)
class _Outlet:
    """What steps turn on: a BOOL, or an ACTION's two flags (an ACTION that only pulses has no ``level``)."""

    name: str
    level: ir.Place | None
    pulse: ir.Place
    span: Span
    after: tuple[ir.Stmt, ...] = ()

    def set_by(self, control: Control) -> list[ir.Stmt]:
        if self.level is None:
            return [*control.before, ir.Assign(self.pulse, control.pulse(), self.span)]
        if self.level is self.pulse:
            return [*control.before, ir.Assign(self.level, some([control.on(), control.pulse()]), self.span)]
        level = ir.Assign(self.level, control.on(), self.span)
        return [*control.before, level, ir.Assign(self.pulse, control.pulse(), self.span)]


def _outlet(ground: Ground, name: str) -> _Outlet | None:
    """An ACTION runs while it is on, in a pulse, and in its final scan; a BOOL is TRUE while it is on or pulsed."""
    if name not in ground.running:
        first = ground.lines[name][0][1]
        target = _target(ground, first)
        return None if target is None else _Outlet(name, target, target, first.span)
    action, run = ground.interface.actions[name], ground.running[name]
    span = action.name_span
    if name in ground.pulsing:
        return _Outlet(name, None, run, span)
    was, now = ground.part(action.name, "Q"), ground.flag("on")
    again = ir.Assign(run, some([load(now), load(was), load(run)]), span)
    return _Outlet(name, now, run, span, (again, ir.Assign(was, load(now), span)))


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
