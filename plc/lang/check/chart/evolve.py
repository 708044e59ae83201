"""From one situation to the next: first every transition is judged on the steps as the scan found them, then all
that fire leave their steps, then they start the next ones."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.check.chart.conditions import condition_of
from plc.lang.check.chart.ground import Ground, added, both, every, inverted, load, put, scan_time, zero
from plc.lang.check.chart.net import Move
from plc.lang.check.chart.state import CLOCK, RUNS
from plc.lang.check.convert import coerce
from plc.lang.types import LTIME, TIME

MOST_WAYS = 20


def clock(ground: Ground) -> list[ir.Stmt]:
    """The time since the last scan; 0 in the first one, and where the clock was set back."""
    body, span = ground.body, ground.span
    last, now = ground.own(CLOCK), scan_time(body)
    later = ir.Compare(ir.CompareOp.GT, now, load(last))
    since = ir.Binary(ir.BinaryOp.SUB, now, load(last), LTIME)
    ran = ir.Binary(ir.BinaryOp.AND, load(ground.own(RUNS)), later, ir.type_of(later))  # type: ignore[arg-type]
    passed = ir.Select(ran, since, ir.Const(0, LTIME), LTIME)
    return [ir.Assign(ground.passed, coerce(body, passed, TIME, span), span), ir.Assign(last, now, span)]


def evolve(ground: Ground) -> list[ir.Stmt]:
    """The first scan starts in the initial step; each later one moves on."""
    span, runs = ground.span, ground.own(RUNS)
    first: list[ir.Stmt] = [put(runs, True, span)]
    if ground.net.initial in ground.entered:
        first.append(put(ground.entered[ground.net.initial], True, span))
    move_on = _one_at_a_time if _is_single(ground) else _all_at_once
    return [ir.If(load(runs), tuple(move_on(ground)), tuple(first), span)]


def _is_single(ground: Ground) -> bool:
    """Whether never more than one step is active, and no step has so many ways out that they nest too deep."""
    alone = all(len(move.sources) == len(move.targets) == 1 for move in ground.net.moves)
    return alone and all(len(ways) <= MOST_WAYS for ways in ground.net.leaving)


def _one_at_a_time(ground: Ground) -> list[ir.Stmt]:
    """Only the transitions of the active step are judged, and the first that holds is passed: what ``_all_at_once``
    does where one step is active, in about a third of the time."""
    moved = ground.flag("moved")
    statements: list[ir.Stmt] = []
    for number, step in enumerate(ground.net.steps):
        judged = [(move, condition_of(ground, move)) for move in ground.net.leaving[number]]
        ways: tuple[ir.Stmt, ...] = ()
        for move, condition in reversed(judged):
            span = move.node.span
            passed = (*_leave(ground, move), *_start(ground, move), put(moved, True, span))
            ways = (ir.If(condition, passed, ways, span),)
        older = added(ground.lasted(number), ground.passed, step.name_span)
        now = both(inverted(load(moved)), ground.active(number))
        statements.append(ir.If(now, (older, *ways), (), step.name_span))
    return statements


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
        statements.append(ir.If(load(fire), tuple(_leave(ground, move)), (), move.node.span))
    for move, fire in fires:
        statements.append(ir.If(load(fire), tuple(_start(ground, move)), (), move.node.span))
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


def _leave(ground: Ground, move: Move) -> list[ir.Stmt]:
    span = move.node.span
    statements: list[ir.Stmt] = []
    for step in move.sources:
        statements.append(put(ground.part(ground.net.steps[step].name, "X"), False, span))
        if step in ground.left:
            statements.append(put(ground.left[step], True, span))
    return statements


def _start(ground: Ground, move: Move) -> list[ir.Stmt]:
    span = move.node.span
    statements: list[ir.Stmt] = []
    for step in move.targets:
        statements.append(put(ground.part(ground.net.steps[step].name, "X"), True, span))
        statements.append(zero(ground.lasted(step), span))
        if step in ground.entered:
            statements.append(put(ground.entered[step], True, span))
    return statements
