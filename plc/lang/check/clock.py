"""Nanoseconds as times, dates and times of day: the same 64 bits, cut to whole days or to what a clock shows."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.check.values import type_of
from plc.lang.dates import DAY_NS
from plc.lang.types import TIME, ULINT, Scalar

_PAST = (1 << 63) // DAY_NS * DAY_NS
"""From the first DATE to 1970."""


def recast(value: ir.Expr, kind: Scalar) -> ir.Expr:
    """The nanoseconds of a time, date or LINT as another of these."""
    if type_of(value) == kind:
        return value
    return ir.Const(value.value, kind) if isinstance(value, ir.Const) else ir.Convert(value, kind)


def remainder(value: ir.Expr) -> ir.Expr:
    """A TIME less its whole days, with its sign."""
    if isinstance(value, ir.Const):
        days = abs(int(value.value)) // DAY_NS * DAY_NS
        return ir.Const(int(value.value) - (days if value.value >= 0 else -days), TIME)
    return ir.Binary(ir.BinaryOp.MOD, value, ir.Const(DAY_NS, TIME), TIME)


def clock(value: ir.Expr) -> ir.Expr:
    """A TIME as a clock shows it: 0 to less than a day, counted from any midnight."""
    if isinstance(value, ir.Const):
        return ir.Const(int(value.value) % DAY_NS, TIME)
    day = ir.Const(DAY_NS, TIME)
    return remainder(ir.Binary(ir.BinaryOp.ADD, remainder(value), day, TIME))


def midnight(value: ir.Expr) -> ir.Expr:
    """A TIME since 1970 less what is over of its last day; counted without a sign, so that days before 1970 fit.

    The hours of 1677-09-21 that a TIME reaches belong to no DATE that there is: they give the first one.
    """
    if isinstance(value, ir.Const):
        return ir.Const(max(int(value.value), -_PAST) // DAY_NS * DAY_NS, TIME)
    value = ir.Binary(ir.BinaryOp.MAX, value, ir.Const(-_PAST, TIME), TIME)
    past = ir.Const(_PAST, ULINT)
    counted = ir.Binary(ir.BinaryOp.ADD, ir.Convert(value, ULINT), past, ULINT)
    days = ir.Binary(ir.BinaryOp.DIV, counted, ir.Const(DAY_NS, ULINT), ULINT)
    whole = ir.Binary(ir.BinaryOp.MUL, days, ir.Const(DAY_NS, ULINT), ULINT)
    return ir.Convert(ir.Binary(ir.BinaryOp.SUB, whole, past, ULINT), TIME)
