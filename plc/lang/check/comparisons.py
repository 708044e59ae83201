"""Comparisons of numbers, times, bits, BOOLs, enumerations and texts."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import constants
from plc.lang.check.body import Body
from plc.lang.check.convert import common
from plc.lang.check.operands import comparison_cure, no_common, refuse
from plc.lang.check.texts import all_texts, as_text, in_turn
from plc.lang.check.values import (
    Value,
    Whole,
    is_integer,
    is_real,
    same_type,
    span_of_values,
    type_of,
)
from plc.lang.types import BOOL, Enumeration

COMPARISON = {op.value: op for op in ir.CompareOp}


def compare(body: Body, op: ir.CompareOp, left: Value, right: Value, node: ast.Binary) -> Value:
    """A comparison of numbers, times, bits, BOOLs, enumerations or texts."""
    if as_text(left) is not None or as_text(right) is not None or isinstance(left, Whole) or isinstance(right, Whole):
        return _compare_texts(body, op, left, right, node)
    one, other = type_of(left), type_of(right)
    pair = common(left, right, None)
    if pair is None:
        if (one is BOOL) != (other is BOOL) and isinstance(node.left, ast.Binary):
            cure = "write a < b AND b < c"
            return refuse(body, node, left, right, cure)
        numbers = all(is_integer(kind) or is_real(kind) for kind in (one, other))
        cure = comparison_cure(body, node, one, other)
        return no_common(body, node, left, right) if numbers else refuse(body, node, left, right, cure)
    first, second, kind = pair
    if (kind is BOOL or isinstance(kind, Enumeration)) and op not in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return refuse(body, node, left, right, "only = and <> compare these")
    if is_real(kind):
        _note_real(body, op, first, second, node.span)
    if isinstance(first, ir.Const) and isinstance(second, ir.Const) and _ordinary(first) and _ordinary(second):
        return ir.Const(constants.compare(op, first, second), BOOL)
    answer = settled(op, first, second)
    if answer is not None:
        body.facts.always.append((node.span, answer))
    return ir.Compare(op, first, second)


def settled(op: ir.CompareOp, left: ir.Expr, right: ir.Expr) -> bool | None:
    """The answer of an integer's comparison with a constant where its type leaves no other; None where it does."""
    if isinstance(left, ir.Const):
        mirrored = _MIRRORED.get(op, op)
        return None if isinstance(right, ir.Const) else settled(mirrored, right, left)
    span = span_of_values(left)
    if not isinstance(right, ir.Const) or isinstance(right.type, Enumeration) or span is None or is_real(right.type):
        return None
    low, high = span
    answers = {constants.compare(op, ir.Const(value, right.type), right) for value in (low, high)}
    value = right.value
    if op in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return None if low <= value <= high else op is ir.CompareOp.NE
    return answers.pop() if len(answers) == 1 else None


_MIRRORED = {
    ir.CompareOp.LT: ir.CompareOp.GT, ir.CompareOp.GT: ir.CompareOp.LT,
    ir.CompareOp.LE: ir.CompareOp.GE, ir.CompareOp.GE: ir.CompareOp.LE,
}  # fmt: skip


def _ordinary(constant: ir.Const) -> bool:
    return constant.value == constant.value


def _note_real(body: Body, op: ir.CompareOp, left: ir.Expr, right: ir.Expr, span: Span) -> None:
    if op not in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return
    fixed = [side for side in (left, right) if isinstance(side, ir.Const)]
    if any(not _ordinary(side) for side in fixed):
        body.report.error("S014", span, "NaN is equal to nothing, not even to NaN", "write NOT IS_VALID(x)")
    elif not any(side.value == 0.0 for side in fixed):
        body.facts.real_equality.append(span)


def _compare_texts(body: Body, op: ir.CompareOp, left: Value, right: Value, node: ast.Binary) -> Value:
    sides = as_text(left), as_text(right)
    if sides[0] is None or sides[1] is None:
        both = same_type(type_of(left), type_of(right))
        cure = comparison_cure(body, node, type_of(left), type_of(right))
        cure = "compare their fields or elements one by one" if both else cure
        return refuse(body, node, left, right, cure)
    first, second = all_texts(in_turn(body, [sides[0], sides[1]], node.span)) or (sides[0], sides[1])
    return ir.TextCompare(op, first, second)
