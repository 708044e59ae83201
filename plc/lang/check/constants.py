"""Constants: whether one fits a type, and operators on them, with the results both back ends would give.

What a run would wrap, or what stops a program, is no constant: the caller reports it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

from plc.lang import ir
from plc.lang.check.values import UNTYPED_INT, UNTYPED_REAL, bounds, untyped
from plc.lang.types import DINT, LINT, LREAL, ULINT, Enumeration, Kind, Scalar, Text

_HUGE = 1 << 128
_FORMATS = {1: "b", 2: "h", 4: "i", 8: "q"}


def rounded(number: float, kind: Scalar) -> float:
    """A number rounded to REAL or LREAL; infinite where it is too large."""
    if kind.size == 8:
        return number
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def fit(constant: ir.Const, target: Scalar) -> ir.Const | None:
    """The constant as one of ``target`` where that loses nothing (a literal with a point may round), else None."""
    value = constant.value
    match target.kind:
        case Kind.BOOL:
            fits = constant.type is UNTYPED_INT and value in (0, 1)
            return ir.Const(bool(value), target) if fits else None
        case Kind.REAL:
            return _fit_real(value, target)
        case _:
            if isinstance(value, bool) or not isinstance(value, int):
                return None
            low, high = bounds(target)
            return ir.Const(value, target) if low <= value <= high else None


def _fit_real(value: float, target: Scalar) -> ir.Const | None:
    if isinstance(value, int) and abs(value) >= _HUGE:
        return None
    near = rounded(float(value), target)
    if math.isinf(near) and not math.isinf(value):
        return None
    vanished = near == 0.0 and value != 0.0
    inexact = isinstance(value, int) and near != value
    return None if vanished or inexact else ir.Const(near, target)


def image(constant: ir.Const) -> bytes:
    """The constant as its type lies in memory; NaN is the canonical one."""
    kind = constant.type
    if isinstance(kind, Enumeration):
        kind = kind.base
    if kind.kind is Kind.REAL:
        return struct.pack("<f" if kind.size == 4 else "<d", constant.value)
    letter = _FORMATS[kind.size]
    return struct.pack("<" + (letter if kind.signed else letter.upper()), int(constant.value))


def text_image(text: bytes, kind: Text) -> bytes:
    """A text as STRING[n] lies in memory, cut to its length."""
    kept = text[: kind.length]
    return (len(kept).to_bytes(2, "little") + kept).ljust(kind.size, b"\0")


def negate(constant: ir.Const) -> ir.Const | None:
    """Minus a number; None where its type cannot hold it."""
    if isinstance(constant.type, Enumeration) or constant.type.kind in (Kind.BOOL, Kind.BITS):
        return None
    return _result(-constant.value, constant.type)


def invert(constant: ir.Const) -> ir.Const | None:
    """NOT of a BOOL or bit string."""
    kind = constant.type
    if isinstance(kind, Enumeration):
        return None
    if kind.kind is Kind.BOOL:
        return ir.Const(not constant.value, kind)
    return ir.Const(bounds(kind)[1] ^ int(constant.value), kind) if kind.kind is Kind.BITS else None


def binary(op: ir.BinaryOp, left: ir.Const, right: ir.Const, kind: Scalar) -> ir.Const | None:
    """The result of an operator on two constants of ``kind``; None where only a run can tell (overflow, / 0)."""
    a, b = left.value, right.value
    if op in _LOGIC and kind.kind in (Kind.BOOL, Kind.BITS):
        value = _LOGIC[op](int(a), int(b))
        return ir.Const(bool(value) if kind.kind is Kind.BOOL else value, kind)
    if kind.kind is Kind.REAL:
        return _real(op, float(a), float(b), kind)
    if op in (ir.BinaryOp.DIV, ir.BinaryOp.MOD):
        return _divide(op, int(a), int(b), kind)
    operator = _INTEGER.get(op)
    return None if operator is None else _result(operator(int(a), int(b)), kind)


def compare(op: ir.CompareOp, left: ir.Const, right: ir.Const) -> bool:
    """A comparison of two constants of one type."""
    return _COMPARE[op](left.value, right.value)


def _divide(op: ir.BinaryOp, a: int, b: int, kind: Scalar) -> ir.Const | None:
    if b == 0:
        return None
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return _result(quotient if op is ir.BinaryOp.DIV else a - b * quotient, kind)


def _real(op: ir.BinaryOp, a: float, b: float, kind: Scalar) -> ir.Const | None:
    try:
        value = _REAL[op](a, b) if op in _REAL else None
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    if not isinstance(value, float) or not (math.isfinite(a) and math.isfinite(b)):
        return None
    near = rounded(value, kind)
    return ir.Const(near, kind) if math.isfinite(near) else None


def _result(value: float, kind: Scalar) -> ir.Const | None:
    if kind is UNTYPED_INT:
        return ir.Const(value, kind) if abs(value) < _HUGE else None
    if kind.kind is Kind.REAL:
        return ir.Const(value, kind)
    low, high = bounds(kind)
    return ir.Const(value, kind) if low <= value <= high else None


_LOGIC: dict[ir.BinaryOp, Callable[[int, int], int]] = {
    ir.BinaryOp.AND: lambda a, b: a & b,
    ir.BinaryOp.OR: lambda a, b: a | b,
    ir.BinaryOp.XOR: lambda a, b: a ^ b,
}
_INTEGER: dict[ir.BinaryOp, Callable[[int, int], int]] = {
    ir.BinaryOp.ADD: lambda a, b: a + b,
    ir.BinaryOp.SUB: lambda a, b: a - b,
    ir.BinaryOp.MUL: lambda a, b: a * b,
    ir.BinaryOp.MIN: lambda a, b: a if a < b else b,
    ir.BinaryOp.MAX: lambda a, b: a if a > b else b,
}
_REAL: dict[ir.BinaryOp, Callable[[float, float], float]] = {
    ir.BinaryOp.ADD: lambda a, b: a + b,
    ir.BinaryOp.SUB: lambda a, b: a - b,
    ir.BinaryOp.MUL: lambda a, b: a * b,
    ir.BinaryOp.DIV: lambda a, b: a / b,
    ir.BinaryOp.MIN: lambda a, b: a if a < b else b,
    ir.BinaryOp.MAX: lambda a, b: a if a > b else b,
    ir.BinaryOp.POW: math.pow,
}
_COMPARE: dict[ir.CompareOp, Callable[[float, float], bool]] = {
    ir.CompareOp.EQ: lambda a, b: a == b,
    ir.CompareOp.NE: lambda a, b: a != b,
    ir.CompareOp.LT: lambda a, b: a < b,
    ir.CompareOp.LE: lambda a, b: a <= b,
    ir.CompareOp.GT: lambda a, b: a > b,
    ir.CompareOp.GE: lambda a, b: a >= b,
}


def settle(constant: ir.Const) -> ir.Const | None:
    """A literal without a context takes DINT, LINT or ULINT, or LREAL; None where none holds it."""
    if not untyped(constant.type):
        return constant
    choices = (LREAL,) if constant.type is UNTYPED_REAL else (DINT, LINT, ULINT)
    return next((settled for kind in choices if (settled := fit(constant, kind))), None)
