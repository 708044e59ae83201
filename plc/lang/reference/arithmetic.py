"""Operators on values, exact: integers that wrap, REAL rounded after every operation, C's elementary functions.

A value is a bool, an int in its type's range, or a float (one that binary32 holds, for REAL).
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.reference.frame import Stop
from plc.lang.types import Kind, Scalar

_REAL = struct.Struct("<f")

Binary = Callable[[Any, Any], Any]
Unary = Callable[[Any], Any]


def to_real(number: float) -> float:
    """The nearest binary32, ties to even; what is too large becomes infinite."""
    try:
        return float(_REAL.unpack(_REAL.pack(number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def int_to_real(number: int) -> float:
    """The binary32 nearest to a 64-bit integer, rounded once."""
    if abs(number) >= 1 << 53:
        low = number & 0x7FF  # keep 53 bits and whether anything was below: rounding to 24 then sees a true tie only
        number = (number - low) | (0x800 if low else 0)
    return to_real(float(number))


def limits(scalar: Scalar) -> tuple[int, int]:
    """Least and greatest value of an integer type."""
    if scalar.signed:
        return -(1 << scalar.bits - 1), (1 << scalar.bits - 1) - 1
    return 0, (1 << scalar.bits) - 1


def wrap(scalar: Scalar) -> Callable[[int], int]:
    """What brings an integer into the type's range, keeping the low bits."""
    half, mask = (1 << scalar.bits - 1 if scalar.signed else 0), (1 << scalar.bits) - 1
    return lambda number: ((number + half) & mask) - half


# ---------------------------------------------------------------- two operands


def binary(op: ir.BinaryOp, scalar: Scalar, fault: int) -> Binary:
    """The operator on two values of a type; a division by zero stops with ``fault``."""
    if op in _CHOICES:
        return _CHOICES[op]
    if scalar.kind is Kind.REAL:
        return _rounded(_FLOAT[op], scalar)
    if op in _BITWISE:
        return _BITWISE[op]
    if op in (ir.BinaryOp.DIV, ir.BinaryOp.MOD):
        return _dividing(_divide if op is ir.BinaryOp.DIV else _remainder, scalar, fault)
    compute, half, mask = _WRAPPING[op], (1 << scalar.bits - 1 if scalar.signed else 0), (1 << scalar.bits) - 1
    return lambda a, b: ((compute(a, b) + half) & mask) - half


def _rounded(compute: Binary, scalar: Scalar) -> Binary:
    if scalar.size == 8:
        return compute
    return lambda a, b: to_real(compute(a, b))


def _dividing(compute: Binary, scalar: Scalar, fault: int) -> Binary:
    fit = wrap(scalar)

    def divide(a: int, b: int) -> int:
        if b == 0:
            raise Stop(fault)
        return fit(compute(a, b))

    return divide


def _divide(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _remainder(a: int, b: int) -> int:
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def _divide_float(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    if a != a or a == 0.0:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _power(x: float, y: float) -> float:
    """C's pow: what Python raises for becomes the IEEE result."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.copysign(math.inf, x) if _odd(y) else math.inf
    except ValueError:  # 0 to a negative power, or a negative number to a broken one
        if x != 0.0:
            return math.nan
        return math.copysign(math.inf, x) if _odd(y) else math.inf


def _odd(number: float) -> bool:
    return math.fmod(number, 2.0) in (1.0, -1.0)


_CHOICES: dict[ir.BinaryOp, Binary] = {
    ir.BinaryOp.MIN: lambda a, b: a if a < b else b,
    ir.BinaryOp.MAX: lambda a, b: a if a > b else b,
}
_FLOAT: dict[ir.BinaryOp, Binary] = {
    ir.BinaryOp.ADD: operator.add,
    ir.BinaryOp.SUB: operator.sub,
    ir.BinaryOp.MUL: operator.mul,
    ir.BinaryOp.DIV: _divide_float,
    ir.BinaryOp.POW: _power,
}
_BITWISE: dict[ir.BinaryOp, Binary] = {
    ir.BinaryOp.AND: operator.and_,
    ir.BinaryOp.OR: operator.or_,
    ir.BinaryOp.XOR: operator.xor,
}
_WRAPPING: dict[ir.BinaryOp, Binary] = {
    ir.BinaryOp.ADD: operator.add,
    ir.BinaryOp.SUB: operator.sub,
    ir.BinaryOp.MUL: operator.mul,
}
COMPARISONS: dict[ir.CompareOp, Binary] = {
    ir.CompareOp.EQ: operator.eq,
    ir.CompareOp.NE: operator.ne,
    ir.CompareOp.LT: operator.lt,
    ir.CompareOp.LE: operator.le,
    ir.CompareOp.GT: operator.gt,
    ir.CompareOp.GE: operator.ge,
}


def atan2(scalar: Scalar) -> Binary:
    return _rounded(math.atan2, scalar)


def shift(op: ir.ShiftOp, scalar: Scalar) -> Binary:
    """The operand's bits moved; ``by`` may be any integer."""
    width, mask = scalar.bits, (1 << scalar.bits) - 1
    match op:
        case ir.ShiftOp.SHL:
            return lambda bits, by: (bits << by) & mask if 0 <= by < width else 0
        case ir.ShiftOp.SHR:
            return lambda bits, by: bits >> by if 0 <= by < width else 0
        case ir.ShiftOp.ROL:
            return lambda bits, by: ((bits << by % width) | (bits >> (width - by % width))) & mask
        case ir.ShiftOp.ROR:
            return lambda bits, by: ((bits >> by % width) | (bits << (width - by % width))) & mask


# ---------------------------------------------------------------- one operand


def unary(op: ir.UnaryOp, scalar: Scalar) -> Unary:
    if op is ir.UnaryOp.NOT:
        if scalar.kind is Kind.BOOL:
            return operator.not_
        fit = wrap(scalar)
        return lambda a: fit(~a)
    if scalar.kind is Kind.REAL:
        return operator.neg
    fit = wrap(scalar)
    return lambda a: fit(-a)


def elementary(op: ir.MathOp, scalar: Scalar) -> Unary:
    """A C function; on REAL the double function, rounded once."""
    if op is ir.MathOp.ABS:
        fit = wrap(scalar)
        return math.fabs if scalar.kind is Kind.REAL else lambda a: fit(abs(a))
    compute = _library(op)
    return compute if scalar.size == 8 else lambda a: to_real(compute(a))


def _library(op: ir.MathOp) -> Unary:
    function: Callable[[float], float] = getattr(math, op.value)

    def compute(x: float) -> float:
        try:
            return function(x)
        except OverflowError:  # EXP alone
            return math.inf
        except ValueError:
            return -math.inf if x == 0.0 else math.nan  # LN and LOG of 0; outside the domain

    return compute


# ---------------------------------------------------------------- folds


def fold(op: ir.FoldOp, scalar: Scalar) -> Callable[[tuple[Any, ...]], Any]:
    """SUM in 8 lanes, or the first least or greatest of the values."""
    if op is ir.FoldOp.SUM:
        return _sum(scalar)
    better = operator.lt if op is ir.FoldOp.LEAST else operator.gt

    def choose(values: tuple[Any, ...]) -> Any:
        best = values[0]
        for value in values:
            if better(value, best):
                best = value
        return best

    return choose


def _sum(scalar: Scalar) -> Callable[[tuple[Any, ...]], Any]:
    add = binary(ir.BinaryOp.ADD, scalar, 0)
    zero = 0.0 if scalar.kind is Kind.REAL else 0

    def total(values: tuple[Any, ...]) -> Any:
        lanes = [zero] * 8
        for number, value in enumerate(values):
            lanes[number & 7] = add(lanes[number & 7], value)
        a, b, c, d, e, f, g, h = lanes
        return add(add(add(a, e), add(c, g)), add(add(b, f), add(d, h)))

    return total
