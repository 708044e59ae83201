"""Standard functions of numbers: ABS, SQRT .. ATAN2, EXPT, MIN, MAX, LIMIT."""

from __future__ import annotations

import math
from collections.abc import Callable

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import constants
from plc.lang.check.arithmetic import compute, power
from plc.lang.check.body import Body
from plc.lang.check.effects import has_call
from plc.lang.check.signature import Function, arguments_of, as_real, operands_of, refuse, single, unify, values_of
from plc.lang.check.texts import all_texts, choose
from plc.lang.check.values import (
    NOTHING,
    Value,
    Whole,
    is_integer,
    is_real,
    is_time,
    type_of,
)
from plc.lang.types import Kind, Scalar, Type

ELEMENTARY_FUNCTIONS: dict[ir.MathOp, Callable[[float], float]] = {
    ir.MathOp.SQRT: math.sqrt,
    ir.MathOp.LN: math.log,
    ir.MathOp.LOG: math.log10,
    ir.MathOp.EXP: math.exp,
    ir.MathOp.SIN: math.sin,
    ir.MathOp.COS: math.cos,
    ir.MathOp.TAN: math.tan,
    ir.MathOp.ASIN: math.asin,
    ir.MathOp.ACOS: math.acos,
    ir.MathOp.ATAN: math.atan,
}


def elementary(op: ir.MathOp) -> Function:
    """SQRT .. ATAN: of a constant at once, else in the program."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        values = values_of(body, call, ("IN",), hint)
        if values is None:
            return NOTHING
        found = as_real(values[0], hint)
        if found is None:
            return refuse(body, call, type_of(values[0]), "give it a REAL or LREAL")
        operand, kind = found
        if isinstance(operand, ir.Const):
            try:
                return ir.Const(constants.rounded(ELEMENTARY_FUNCTIONS[op](float(operand.value)), kind), kind)
            except (ValueError, OverflowError):
                what = f"{body.world.text(call.span)} has no value"
                body.report.error("S007", call.span, what, "give it a value it is defined for")
                return NOTHING
        return ir.Math(op, operand, kind)

    return lower


def absolute(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """ABS of a number."""
    values = values_of(body, call, ("IN",), hint)
    if values is None:
        return NOTHING
    kind = type_of(values[0])
    if not (is_integer(kind) or is_real(kind)):
        cure = "write SEL(t < T#0s, t, T#0s - t)" if is_time(kind) else "give it a number"
        return refuse(body, call, kind, cure)
    if isinstance(values[0], ir.Const):
        number = values[0].value
        positive = values[0] if number >= 0 else constants.negate(values[0])
        if positive is not None:
            return positive
    return ir.Math(ir.MathOp.ABS, values[0], kind)


def atan2(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """ATAN2(Y, X)."""
    values = values_of(body, call, ("Y", "X"), hint)
    if values is None:
        return NOTHING
    unified = unify(body, call, values, hint)
    if unified is None:
        return NOTHING
    pair = [as_real(value, hint) for value in unified[0]]
    if pair[0] is None or pair[1] is None:
        return refuse(body, call, unified[1], "give it REAL or LREAL")
    return ir.Atan2(pair[0][0], pair[1][0], pair[0][1])


def expt(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """EXPT(IN1, IN2), the same as ``**``."""
    values = values_of(body, call, ("IN1", "IN2"), hint)
    return NOTHING if values is None else power(body, values[0], values[1], call, hint)


def extreme(op: ir.BinaryOp) -> Function:
    """MIN and MAX of two or more."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, ("IN1", "IN2"), "IN")
        operands = None if nodes is None else operands_of(body, nodes, hint)
        texts = None if operands is None else all_texts(operands)
        if texts is not None:
            order = ir.TextOp.LEAST if op is ir.BinaryOp.MIN else ir.TextOp.GREATEST
            return choose(body, order, [], texts, call.span)
        values = single(body, nodes or [], operands)
        unified = None if values is None else unify(body, call, values, hint)
        if unified is None:
            return NOTHING
        sides, kind = unified
        if not isinstance(kind, Scalar) or kind.kind in (Kind.BOOL, Kind.BITS):
            return refuse(body, call, kind, "give it numbers or times")
        best: Value = sides[0]
        for side in sides[1:]:
            if isinstance(best, Whole):
                return NOTHING
            best = compute(body, op, best, side, kind, call)
        return best

    return lower


def limit(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """MN where IN is below, MX where it is above; a NaN stays one. (So MX is looked at first.)"""
    nodes = arguments_of(body, call, ("MN", "IN", "MX"))
    operands = None if nodes is None else operands_of(body, nodes, hint)
    texts = None if operands is None else all_texts(operands)
    if texts is not None:
        return _limited_text(body, texts, call.span)
    values = single(body, nodes or [], operands)
    unified = None if values is None else unify(body, call, values, hint)
    if unified is None:
        return NOTHING
    (low, value, high), kind = unified
    if not isinstance(kind, Scalar) or kind.kind in (Kind.BOOL, Kind.BITS):
        return refuse(body, call, kind, "give it numbers or times")
    raised = compute(body, ir.BinaryOp.MAX, low, value, kind, call)
    if isinstance(raised, Whole):
        return NOTHING
    if not has_call(high):
        return compute(body, ir.BinaryOp.MIN, high, raised, kind, call)
    if is_real(kind):
        return _refuse_last(body, call, nodes or [])
    return compute(body, ir.BinaryOp.MIN, raised, high, kind, call)


def _refuse_last(body: Body, call: ast.Call, nodes: list[ast.Expression]) -> Value:
    """Of whole numbers MX may come last, as written; of REAL it is looked at first, for the sake of NaN."""
    what = f"{body.world.text(nodes[2].span)} would be called before what stands on its left"
    body.report.error("S009", nodes[2].span, what, "put it into a variable first")
    return NOTHING


def _limited_text(body: Body, texts: list[ir.TextExpr], span: Span) -> Value:
    low, text, high = texts
    raised = choose(body, ir.TextOp.GREATEST, [], [low, text], span)
    return choose(body, ir.TextOp.LEAST, [], [raised, high], span)
