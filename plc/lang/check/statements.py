"""Statements -> IR."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from plc.lang import ast, ir
from plc.lang.check import bits, names, places
from plc.lang.check.bits import store_bit
from plc.lang.check.body import Body
from plc.lang.check.calls import call_statement
from plc.lang.check.convert import coerce, within
from plc.lang.check.decisions import decided, gone, looped
from plc.lang.check.fixed import fixed
from plc.lang.check.store import store
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    Whole,
    is_bits,
    is_integer,
    same_type,
    span_of_values,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, DINT, Enumeration, Scalar, Text, Type, plain

MOST_BRANCHES = 100


def statements(body: Body, nodes: Iterable[ast.Statement]) -> tuple[ir.Stmt, ...]:
    """The IR of statements in a row."""
    lowered: list[ir.Stmt] = []
    for node in nodes:
        body.begin_statement()
        lowered.extend(_KINDS[type(node)](body, node))
    return tuple(lowered)


def decision(body: Body, node: ast.Expression) -> ir.Expr:
    """A condition that something depends on: noted where it is a constant without a name."""
    test = condition(body, node)
    if isinstance(test, ir.Const) and test.type is BOOL and _written_out(node):
        body.facts.always.append((node.span, bool(test.value)))
    return test


def _written_out(node: ast.Expression) -> bool:
    match node:
        case ast.Literal():
            return True
        case ast.Unary():
            return _written_out(node.operand)
        case ast.Binary():
            return _written_out(node.left) and _written_out(node.right)
        case _:
            return False


def condition(body: Body, node: ast.Expression) -> ir.Expr:
    """An expression that must be BOOL."""
    return coerce(body, body.value(node, BOOL), BOOL, node.span)


# ---------------------------------------------------------------- assignments


def _assign(body: Body, node: ast.Assign) -> list[ir.Stmt]:
    target = names.spelled_out(body, node.target)
    if isinstance(target, ast.BitAccess):
        return [*store_bit(body, target, condition(body, node.value), node.span)]
    goal = places.reach(body, target)
    value = body.value(node.value, None if goal is None else goal.type)
    if goal is None or not places.writable(body, node.target, goal):
        return []
    lowered: list[ir.Stmt] = []
    if isinstance(value, ir.CallFunction) and _whole(value.type) and same_type(value.type, goal.type):
        lowered.append(ir.Evaluate(value, node.span))
        value = value.result
    stored = store(body, goal.place, value, node.value.span, node.span)
    return lowered if stored is None else [*lowered, stored]


def _whole(kind: Type) -> bool:
    """Whether values of this type are copied, neither computed nor made."""
    return not isinstance(kind, Scalar | Enumeration | Text)


# ---------------------------------------------------------------- branches


def _if(body: Body, node: ast.If) -> list[ir.Stmt]:
    if len(node.branches) > MOST_BRANCHES:
        what = f"this IF has more than {MOST_BRANCHES} branches"
        body.report.error("S019", node.span, what, "use CASE, or more than one IF")
        return []
    lowered: list[tuple[ir.Expr, tuple[ir.Stmt, ...]]] = []
    for branch in node.branches:
        word = "ELSIF" if lowered else "IF"
        test = decided(body, decision(body, branch.condition), branch.span, word)
        lowered.append((test, statements(body, branch.body)))
    otherwise = statements(body, node.otherwise)
    for (test, then), branch in zip(reversed(lowered), reversed(node.branches), strict=True):
        span = node.span if branch is node.branches[0] else branch.span
        otherwise = (ir.If(test, then, otherwise, span),)
    return list(otherwise)


def _case(body: Body, node: ast.Case) -> list[ir.Stmt]:
    selector = body.value(node.selector)
    kind = type_of(selector)
    if untyped(kind):
        kind = DINT
        selector = coerce(body, selector, DINT, node.selector.span)
    if isinstance(selector, Whole) or not _selects(kind):
        if kind is not UNKNOWN:
            what = f"CASE does not choose by {kind}"
            body.report.error("S009", node.selector.span, what, "use a whole number or an enumeration, or IF")
        kind, selector = UNKNOWN, NOTHING
    taken: list[tuple[int, int]] = []
    arms: list[ir.Arm] = []
    for arm in node.arms:
        ranges = [_label(body, label, kind, taken) for label in arm.labels]
        _note_outside(body, arm, ranges, selector)
        chosen = gone(body, arm.span, f"CASE never chose {_labels(body, arm)}", statements(body, arm.body))
        arms.append(ir.Arm(tuple(r for r in ranges if r is not None), chosen))
    otherwise = statements(body, node.otherwise)
    if node.otherwise or not _names_all(kind, taken):
        missed = "CASE never reached its ELSE" if node.otherwise else "CASE never met a value without a label"
        otherwise = gone(body, node.otherwise[0].span if node.otherwise else node.span, missed, otherwise)
    if isinstance(kind, Enumeration) and not node.otherwise:
        _advise_left_out(body, node, kind, taken)
    return [ir.Case(selector, tuple(arms), otherwise, node.span)]


def _labels(body: Body, arm: ast.Arm) -> str:
    return ", ".join(body.world.text(label.span) for label in arm.labels)


def _names_all(kind: Type, taken: list[tuple[int, int]]) -> bool:
    """Whether the labels leave no enumerator out."""
    if not isinstance(kind, Enumeration):
        return False
    return all(any(low <= value <= high for low, high in taken) for _, value in kind.values)


def _selects(kind: Type) -> bool:
    return isinstance(kind, Enumeration) or is_integer(kind) or is_bits(kind)


def _note_outside(body: Body, arm: ast.Arm, ranges: list[tuple[int, int] | None], selector: ir.Expr) -> None:
    """Notes labels that a selector of a sub-range never has."""
    span = span_of_values(selector)
    for label, chosen in zip(arm.labels, ranges, strict=True):
        if span is not None and chosen is not None and (chosen[1] < span[0] or chosen[0] > span[1]):
            body.facts.outside.append((label.span, span))


def _label(body: Body, label: ast.Label, kind: Type, taken: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The range of a label, entered into the rising ranges ``taken``; None after reporting what is wrong with it."""
    if kind is UNKNOWN:
        return None
    first = fixed(body, label.first, kind)
    last = first if label.last is None else fixed(body, label.last, kind)
    if first is None or last is None:
        return None
    low, high = int(first.value), int(last.value)
    if low > high:
        body.report.error("S016", label.span, f"the range {low}..{high} is empty", "write the lower value first")
        return None
    place = bisect_right(taken, (low, high))
    if (place > 0 and taken[place - 1][1] >= low) or (place < len(taken) and taken[place][0] <= high):
        what = f"{body.world.text(label.span)} is chosen by an earlier line already"
        body.report.error("S039", label.span, what, "take it away from one of the two")
        return None
    taken.insert(place, (low, high))
    return low, high


def _advise_left_out(body: Body, node: ast.Case, kind: Enumeration, taken: list[tuple[int, int]]) -> None:
    left = [name for name, value in kind.values if not any(low <= value <= high for low, high in taken)]
    if left:
        what = f"this CASE does nothing for {', '.join(left)}"
        body.report.advice("S040", node.selector.span, what, "add them, or an ELSE")


# ---------------------------------------------------------------- loops


def _for(body: Body, node: ast.For) -> list[ir.Stmt]:
    found = places.target(body, node.variable)
    place = None if found is None else _counter(body, found.place, node)
    kind: Type = UNKNOWN if place is None else place.type
    first = coerce(body, body.value(node.first, kind), kind, node.first.span)
    limits, kind = kind, plain(kind)
    last = coerce(body, body.value(node.last, kind), kind, node.last.span)
    step = _step(body, node, kind)
    if place is not None:
        body.loop_variables.append(place)
    body.loops += 1
    inner = statements(body, node.body)
    body.loops -= 1
    if place is None:
        return []
    body.loop_variables.pop()
    inner = (*_counted(body, place, limits, (first, last, step), node), *inner)
    step_fault = body.fault(ir.FaultKind.STEP, node.span if node.step is None else node.step.span)
    budget_fault = body.fault(ir.FaultKind.BUDGET, node.variable.span)
    return looped(body, ir.For(place, first, last, step, inner, step_fault, budget_fault, node.span), node.span, "FOR")


def _counted(
    body: Body, place: ir.Place, limits: Type, ends: tuple[ir.Expr, ...], node: ast.For
) -> tuple[ir.Stmt, ...]:
    """What checks a counting variable of a sub-range at each run; nothing where constants prove it stays inside."""
    if not isinstance(limits, Scalar) or limits.range is None:
        return ()
    first, last, step = (int(end.value) if isinstance(end, ir.Const) else None for end in ends)
    if first is not None and last is not None and step:
        final = first + (last - first) // step * step
        if final < first if step > 0 else final > first:
            return ()
        within(body, ir.Const(final, limits), limits, node.last.span)
        return ()
    value, at = bits.load(place), node.variable.span
    return () if isinstance(value, Whole) else (ir.Evaluate(within(body, value, limits, at), node.span),)


def _counter(body: Body, place: ir.Place, node: ast.For) -> ir.Place | None:
    if place.type is UNKNOWN:
        return None
    if not is_integer(place.type):
        what = f"{body.world.text(node.variable.span)} is {place.type}"
        body.report.error("S041", node.variable.span, what, "count with a variable of type INT or DINT")
        return None
    if not isinstance(node.variable, ast.Name) or place.base not in (ir.Base.SELF, ir.Base.TEMP):
        what = f"{body.world.text(node.variable.span)} is no simple variable of this unit's own"
        body.report.error("S041", node.variable.span, what, "count with a variable of VAR or VAR_TEMP")
        return None
    return place


def _step(body: Body, node: ast.For, kind: Type) -> ir.Expr:
    if node.step is None:
        return ir.Const(1, kind) if isinstance(kind, Scalar) else NOTHING
    step = coerce(body, body.value(node.step, kind), kind, node.step.span)
    if isinstance(step, ir.Const) and step.type is not UNKNOWN and step.value == 0:
        body.report.error("S041", node.step.span, "a step of 0 never arrives", "write BY 1, or another step")
    return step


def _loop(body: Body, node: ast.While | ast.Repeat) -> list[ir.Stmt]:
    test_first = isinstance(node, ast.While)
    if isinstance(node, ast.While):
        test = condition(body, node.condition)
        head = node.condition.span
    else:
        head = node.until.span
    body.loops += 1
    inner = statements(body, node.body)
    body.loops -= 1
    if isinstance(node, ast.Repeat):
        test = decided(body, condition(body, node.until), node.until.span, "UNTIL")
    fault = body.fault(ir.FaultKind.BUDGET, head)
    loop = ir.Loop(test, inner, test_first, fault, node.span)
    return looped(body, loop, node.span, "WHILE") if test_first else [loop]


def _leave(body: Body, node: ast.Exit | ast.Continue) -> list[ir.Stmt]:
    word = "EXIT" if isinstance(node, ast.Exit) else "CONTINUE"
    if body.loops == 0:
        cure = "take it away, or write RETURN to end the unit"
        body.report.error("S042", node.span, f"{word} stands outside a loop", cure)
    return [ir.Exit(node.span) if isinstance(node, ast.Exit) else ir.Continue(node.span)]


_KINDS: dict[type, Callable[[Body, Any], list[ir.Stmt]]] = {
    ast.Assign: _assign,
    ast.CallStatement: call_statement,
    ast.If: _if,
    ast.Case: _case,
    ast.For: _for,
    ast.While: _loop,
    ast.Repeat: _loop,
    ast.Exit: _leave,
    ast.Continue: _leave,
    ast.Return: lambda body, node: [ir.Return(node.span)],
    ast.Empty: lambda body, node: [],
}
