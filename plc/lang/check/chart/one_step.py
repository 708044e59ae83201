"""A chart in which never more than one step is active: the number of that step lies in its instance.

CASE number OF each step: its time grows; the first of its transitions that holds starts another. END_CASE
CASE number OF each step: the BOOLs that are TRUE just while their steps are active. END_CASE
"""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.chart.conditions import condition_of
from plc.lang.check.chart.evolve import leave, start
from plc.lang.check.chart.ground import Ground, added, load, number_of, put


def move_on(ground: Ground, number: ir.Place) -> ir.Case:
    """The first scan starts in the initial step; each later one judges the transitions of the active step alone."""
    arms = [ir.Arm(((0, 0),), tuple(_begin(ground, number)))]
    for step, node in enumerate(ground.net.steps):
        judged = [(move, condition_of(ground, move)) for move in ground.net.leaving[step]]
        ways: tuple[ir.Stmt, ...] = ()
        for move, condition in reversed(judged):
            span = move.node.span
            passed = (*leave(ground, step, span), *_enter(ground, number, move.targets[0], span))
            ways = (ir.If(condition, passed, ways, span),)
        older = added(ground.lasted(step), ground.passed, node.name_span)
        arms.append(ir.Arm(_only(step), (older, *ways)))
    return ir.Case(load(number), tuple(arms), (), ground.span)


def while_active(ground: Ground, number: ir.Place, goals: list[tuple[ir.Place, set[int]]]) -> ir.Case:
    """Each of the places is TRUE in its steps, and FALSE in the others. One step is active: the last needs no test."""
    said = [
        tuple(put(place, step in steps, node.name_span) for place, steps in goals)
        for step, node in enumerate(ground.net.steps)
    ]
    arms = tuple(ir.Arm(_only(step), puts) for step, puts in enumerate(said[:-1]))
    return ir.Case(load(number), arms, said[-1], ground.span)


def _only(step: int) -> tuple[tuple[int, int], ...]:
    return ((step + 1, step + 1),)


def _enter(ground: Ground, number: ir.Place, step: int, span: Span) -> list[ir.Stmt]:
    return [*start(ground, step, span), ir.Assign(number, number_of(step, number), span)]


def _begin(ground: Ground, number: ir.Place) -> list[ir.Stmt]:
    """In the step that is active already, where the chart was changed while it ran; else in the initial one."""
    span = ground.span
    free = ir.Compare(ir.CompareOp.EQ, load(number), ir.Const(0, load(number).type))
    statements: list[ir.Stmt] = []
    for step in range(len(ground.net.steps)):
        flag = ground.flag_of(step)
        found = ir.If(free, (ir.Assign(number, number_of(step, number), span),), (put(flag, False, span),), span)
        statements.append(ir.If(load(flag), (found,), (), span))
    statements += [put(ground.part(name, "Q"), False, span) for name in ground.pulsing]
    return [*statements, ir.If(free, tuple(_enter(ground, number, ground.net.initial, span)), (), span)]
