"""Arithmetic on numbers and times, and powers."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check import constants
from plc.lang.check.body import Body
from plc.lang.check.clock import clock, recast, remainder
from plc.lang.check.convert import common, implicit
from plc.lang.check.operands import no_common, number_cure, refuse
from plc.lang.check.values import (
    NOTHING,
    UNTYPED_REAL,
    Value,
    Whole,
    bounds,
    is_date,
    is_integer,
    is_real,
    is_time,
    type_of,
    untyped,
)
from plc.lang.types import DATE, DT, LREAL, REAL, TIME, TOD, ULINT, Scalar, Type

ARITHMETIC = {
    "+": ir.BinaryOp.ADD,
    "-": ir.BinaryOp.SUB,
    "*": ir.BinaryOp.MUL,
    "/": ir.BinaryOp.DIV,
    "MOD": ir.BinaryOp.MOD,
}


def arithmetic(
    body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, node: ast.Binary, hint: Type | None
) -> Value:
    """``+ - * / MOD`` on numbers and times."""
    one, other = type_of(left), type_of(right)
    if is_date(one) or is_date(other):
        return date_arithmetic(body, op, left, right, node)
    if is_time(one) or is_time(other):
        return _time_arithmetic(body, op, left, right, node)
    for value, side in ((left, node.left), (right, node.right)):
        kind = type_of(value)
        if not (is_integer(kind) or is_real(kind)):
            return refuse(body, node, left, right, number_cure(body, kind, side))
    pair = common(left, right, hint)
    if pair is None:
        return no_common(body, node, left, right)
    first, second, kind = pair
    if not isinstance(kind, Scalar):
        return NOTHING
    if op is ir.BinaryOp.MOD and is_real(kind):
        return refuse(body, node, left, right, "MOD is for whole numbers; write a - TRUNC(a / b) * b")
    if op is ir.BinaryOp.DIV and hint is not None and is_real(hint):
        advise_lost_fraction(body, node, kind, hint)
    return compute(body, op, first, second, kind, node)


def advise_lost_fraction(body: Body, node: ast.Expression, kind: Type, wanted: Type) -> None:
    """Of a division of whole numbers where a REAL is wanted; two literals may divide without a rest."""
    if not isinstance(node, ast.Binary) or node.operator != "/" or not is_integer(kind):
        return
    match node:
        case ast.Binary(left=ast.Literal(value=int(one)), right=ast.Literal(value=int(other))):
            if other == 0 or one % other == 0:
                return
    sides = "whole numbers" if untyped(kind) else str(kind)
    real = "REAL" if untyped(wanted) else str(wanted)
    what = f"both sides of this division are {sides}, so its fraction is cut off before it becomes {real}"
    first = body.world.text(node.left.span)
    better = f"write {first}.0" if untyped(kind) else f"convert one side first: {kind}_TO_{real}({first})"
    body.report.advice("S012", node.span, what, f"{better} / {body.world.text(node.right.span)}")


def compute(
    body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, kind: Scalar, node: ast.Binary | ast.Call
) -> Value:
    """An operator whose operands already have its type; of two constants, their result."""
    if isinstance(left, ir.Const) and isinstance(right, ir.Const):
        folded = constants.binary(op, left, right, kind)
        if folded is not None:
            return folded
        if not is_real(kind) or untyped(kind):
            what = f"{body.world.text(node.span)} has no value in {kind}"
            body.report.error("S007", node.span, what, "use a wider type, and no division by zero")
            return NOTHING
    fault = 0
    if op in (ir.BinaryOp.DIV, ir.BinaryOp.MOD) and not is_real(kind):
        fault = body.fault(ir.FaultKind.DIVISION, node.span)
        if isinstance(right, ir.Const) and right.value == 0:
            body.report.error("S007", node.span, "this divides by zero", "divide by something else")
    return ir.Binary(op, left, right, kind, fault)


def _time_arithmetic(body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, node: ast.Binary) -> Value:
    one, other = type_of(left), type_of(right)
    if is_time(one) and is_time(other):
        if op in (ir.BinaryOp.ADD, ir.BinaryOp.SUB) and isinstance(one, Scalar):
            second = implicit(right, one)
            return NOTHING if second is None else compute(body, op, left, second, one, node)
        cure = "divide their nanoseconds: TIME_TO_LREAL(a) / TIME_TO_LREAL(b)"
        return refuse(body, node, left, right, cure)
    swapped = is_time(other)
    if (swapped and op is not ir.BinaryOp.MUL) or op not in (ir.BinaryOp.MUL, ir.BinaryOp.DIV):
        return refuse(body, node, left, right, "a time goes with a time by + and -, with a number by * and /")
    time, number = (right, left) if swapped else (left, right)
    kind = type_of(time)
    if not isinstance(kind, Scalar):
        return NOTHING
    return scaled_time(body, op, time, number, kind, node)


def scaled_time(body: Body, op: ir.BinaryOp, time: ir.Expr, number: ir.Expr, kind: Scalar, node: ast.Binary) -> Value:
    """A time times or divided by a number: exact for integers, through LREAL for REAL.

    A product wraps as the number does; a divisor beyond LINT becomes the greatest, or it would change its sign.
    """
    scale = type_of(number)
    if is_integer(scale):
        if isinstance(number, ir.Const):
            divisor = min(int(number.value), bounds(kind)[1])
            factor: ir.Expr = ir.Const(number.value if op is ir.BinaryOp.MUL else divisor, kind)
        elif scale is ULINT and op is ir.BinaryOp.DIV:
            factor = ir.Convert(number, kind, ir.Rounding.SATURATE)
        else:
            factor = ir.Convert(number, kind)
        return compute(body, op, time, factor, kind, node)
    if not is_real(scale):
        return refuse(body, node, time, number, "a time goes with a time by + and -, with a number by * and /")
    real = implicit(number, LREAL)
    if real is None:
        return NOTHING
    return ir.Convert(ir.Binary(op, ir.Convert(time, LREAL), real, LREAL), kind, ir.Rounding.NEAREST)


def date_arithmetic(body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, node: ast.Binary) -> Value:
    """Two dates or times of day give the TIME between them; TOD and DT move by a TIME, a TOD round the clock."""
    one, other = type_of(left), type_of(right)
    if op is ir.BinaryOp.SUB and one == other:
        return compute(body, op, recast(left, TIME), recast(right, TIME), TIME, node)
    if op not in (ir.BinaryOp.ADD, ir.BinaryOp.SUB) or not is_time(other) or one not in (TOD, DT):
        return refuse(body, node, left, right, _date_cure(op, one, other))
    by = recast(right, TIME)
    if one == TOD:
        by = remainder(by)
    moved = compute(body, op, recast(left, TIME), by, TIME, node)
    if isinstance(moved, Whole) or not isinstance(one, Scalar):
        return NOTHING
    return recast(clock(moved) if one == TOD else moved, one)


def _date_cure(op: ir.BinaryOp, one: Type, other: Type) -> str:
    if is_time(one) and op is ir.BinaryOp.ADD:
        return "write the date first and add the time to it"
    if DATE in (one, other) and (is_time(one) or is_time(other)):
        return "a DATE is a whole day; make it a DT first, as in DATE_TO_DT(d) + t"
    return "subtract two of one kind, or move a TOD or DT by a time with + or -"


def power(body: Body, base: ir.Expr, exponent: ir.Expr, node: ast.Binary | ast.Call, hint: Type | None) -> Value:
    """``**`` and EXPT: computed in LREAL, as REAL where the base is REAL or a small integer."""
    one = type_of(base)
    for kind in (one, type_of(exponent)):
        if not (is_integer(kind) or is_real(kind)):
            what = f"a power is made of numbers, not of {kind}"
            body.report.error("S009", node.span, what, "use REAL or LREAL")
            return NOTHING
    result = _power_type(one, hint)
    pair = _number(base), _number(exponent)
    if isinstance(pair[0], ir.Const) and isinstance(pair[1], ir.Const):
        folded = constants.binary(ir.BinaryOp.POW, pair[0], pair[1], LREAL)
        if folded is not None:
            near = folded if untyped(result) else constants.fit(folded, result)
            return ir.Const(folded.value, result) if near is folded else near or NOTHING
    raised: ir.Expr = ir.Binary(ir.BinaryOp.POW, *pair, LREAL)
    return raised if result is LREAL or untyped(result) else ir.Convert(raised, result)


def _power_type(base: Type, hint: Type | None) -> Scalar:
    if untyped(base):
        return hint if hint is REAL or hint is LREAL else UNTYPED_REAL
    if is_real(base):
        return base
    return REAL if isinstance(base, Scalar) and base.size <= 2 and hint is not LREAL else LREAL


def _number(value: ir.Expr) -> ir.Expr:
    if isinstance(value, ir.Const):
        return ir.Const(float(value.value), LREAL)
    return value if type_of(value) is LREAL else ir.Convert(value, LREAL)
