"""From one situation to the next, where several steps may be active: first every transition is judged on the steps as
the scan found them, then all that fire leave their steps, then they start the next ones."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.chart.conditions import condition_of
from plc.lang.check.chart.ground import Ground, added, every, load, put, scan_time, some, zero
from plc.lang.check.chart.net import Move
from plc.lang.check.chart.state import CLOCK, RUNS
from plc.lang.check.convert import coerce
from plc.lang.types import LTIME, TIME


def clock(ground: Ground) -> list[ir.Stmt]:
    """The time since the last scan; 0 where the clock was set back. In the first scan nothing is timed."""
    body, span = ground.body, ground.span
    last, now = ground.own(CLOCK), scan_time(body)
    later = ir.Compare(ir.CompareOp.GT, now, load(last))
    since = ir.Binary(ir.BinaryOp.SUB, now, load(last), LTIME)
    passed = ir.Select(later, since, ir.Const(0, LTIME), LTIME)
    return [ir.Assign(ground.passed, coerce(body, passed, TIME, span), span), ir.Assign(last, now, span)]


def evolve(ground: Ground) -> list[ir.Stmt]:
    """The first scan starts in the initial step, unless the chart was changed while it ran; each later one moves on."""
    span, runs = ground.span, ground.own(RUNS)
    active = some(ground.active(step) for step in range(len(ground.net.steps)))
    begin = ir.If(active, (), tuple(start(ground, ground.net.initial, span)), span)
    return [ir.If(load(runs), tuple(_all_at_once(ground)), (put(runs, True, span), begin), span)]


def _all_at_once(ground: Ground) -> list[ir.Stmt]:
    statements: list[ir.Stmt] = []
    for number, step in enumerate(ground.net.steps):
        older = added(ground.lasted(number), ground.passed, step.name_span)
        statements.append(ir.If(ground.active(number), (older,), (), step.name_span))
    free = _shared(ground, statements)
    fires = [(move, ground.flag("fires")) for move in ground.net.moves]
    for move, fire in fires:
        statements.append(_judge(ground, move, fire, free))
    for move, fire in fires:
        span = move.node.span
        left = [statement for step in move.sources for statement in leave(ground, step, span)]
        statements.append(ir.If(load(fire), tuple(left), (), span))
    for move, fire in fires:
        span = move.node.span
        started = [statement for step in move.targets for statement in start(ground, step, span)]
        statements.append(ir.If(load(fire), tuple(started), (), span))
    return statements


def _shared(ground: Ground, statements: list[ir.Stmt]) -> dict[int, ir.Place]:
    """A flag for each step that several transitions leave: still TRUE while none of them has fired."""
    free: dict[int, ir.Place] = {}
    for number, step in enumerate(ground.net.steps):
        if len(ground.net.leaving[number]) > 1:
            free[number] = ground.flag("free")
            statements.append(ir.Assign(free[number], ground.active(number), step.name_span))
    return free


def _judge(ground: Ground, move: Move, fire: ir.Place, free: dict[int, ir.Place]) -> ir.If:
    """A condition is looked at only while all steps before it are active; the first that holds takes them."""
    span = move.node.span
    enabled = every(load(free[step]) if step in free else ground.active(step) for step in move.sources)
    judged: list[ir.Stmt] = [ir.Assign(fire, condition_of(ground, move), move.node.condition.span)]
    taken = tuple(put(free[step], False, span) for step in move.sources if step in free)
    if taken:
        judged.append(ir.If(load(fire), taken, (), span))
    return ir.If(enabled, tuple(judged), (), span)


def leave(ground: Ground, step: int, span: Span) -> list[ir.Stmt]:
    """Ends a step."""
    statements: list[ir.Stmt] = [put(ground.flag_of(step), False, span)]
    if step in ground.left:
        statements.append(put(ground.left[step], True, span))
    return statements


def start(ground: Ground, step: int, span: Span) -> list[ir.Stmt]:
    """Begins a step, and its time."""
    statements: list[ir.Stmt] = [put(ground.flag_of(step), True, span), zero(ground.lasted(step), span)]
    if step in ground.entered:
        statements.append(put(ground.entered[step], True, span))
    return statements
