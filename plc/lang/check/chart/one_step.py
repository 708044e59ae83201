"""A chart in which never more than one step is active: the number of that step lies in its instance.

CASE number OF each step: its time grows; the first of its transitions that holds starts another. END_CASE
CASE number OF each step: what its lines, and those of other steps that last, turn on and off. END_CASE
"""

from __future__ import annotations

from collections.abc import Callable

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.chart.conditions import condition_of
from plc.lang.check.chart.evolve import leave, start
from plc.lang.check.chart.ground import Ground, added, load, number_of, put
from plc.lang.check.chart.state import NOW


def move_on(ground: Ground, now: ir.Place) -> list[ir.Stmt]:
    """The first scan starts in the initial step; each later one judges the transitions of the active step alone. Where
    no transition is passed, what the scan has for ``now`` is known from the CASE, and the next CASE is settled."""
    arms = [ir.Arm(((0, 0),), tuple(_begin(ground, now)))]
    for step, node in enumerate(ground.net.steps):
        judged = [(move, condition_of(ground, move)) for move in ground.net.leaving[step]]
        ways: tuple[ir.Stmt, ...] = ()
        for move, condition in reversed(judged):
            span = move.node.span
            passed = (*leave(ground, step, span), *_enter(ground, now, move.targets[0], span))
            ways = (ir.If(condition, passed, ways, span),)
        older = added(ground.lasted(step), ground.passed, node.name_span)
        arms.append(ir.Arm(_only(step), (older, *ways)))
    found = ir.Assign(now, load(ground.own(NOW)), ground.span)
    return [found, ir.Case(load(now), tuple(arms), (), ground.span)]


def while_active(ground: Ground, now: ir.Place, said: Callable[[int], list[ir.Stmt]]) -> ir.Case:
    """What is said in each step. One step is active: the last needs no test."""
    puts = [tuple(said(step)) for step in range(len(ground.net.steps))]
    arms = tuple(ir.Arm(_only(step), each) for step, each in enumerate(puts[:-1]))
    return ir.Case(load(now), arms, puts[-1], ground.span)


def _only(step: int) -> tuple[tuple[int, int], ...]:
    return ((step + 1, step + 1),)


def _enter(ground: Ground, now: ir.Place, step: int, span: Span) -> list[ir.Stmt]:
    return [*start(ground, step, span), *_is_now(ground, now, step, span)]


def _is_now(ground: Ground, now: ir.Place, step: int, span: Span) -> tuple[ir.Stmt, ...]:
    number = number_of(step, now)
    return ir.Assign(ground.own(NOW), number, span), ir.Assign(now, number, span)


def _begin(ground: Ground, now: ir.Place) -> list[ir.Stmt]:
    """In the step that is active already, where the chart was changed while it ran; else in the initial one."""
    span = ground.span
    free = ir.Compare(ir.CompareOp.EQ, load(now), ir.Const(0, load(now).type))
    statements: list[ir.Stmt] = []
    for step in range(len(ground.net.steps)):
        flag = ground.flag_of(step)
        found = ir.If(free, _is_now(ground, now, step, span), (put(flag, False, span),), span)
        statements.append(ir.If(load(flag), (found,), (), span))
    statements += [put(ground.part(name, "Q"), False, span) for name in ground.pulsing]
    return [*statements, ir.If(free, tuple(_enter(ground, now, ground.net.initial, span)), (), span)]
