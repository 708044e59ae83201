"""Convert, exact: what wraps, what saturates and is counted, what rounds half to even."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.reference.arithmetic import int_to_real, limits, to_real, wrap
from plc.lang.runner import Memory
from plc.lang.types import Kind, Scalar

_COUNT = struct.Struct("<q")
_fit_count = wrap(Scalar("LINT", Kind.SIGNED, 8))

Conversion = Callable[[Any], Any]


def conversion(source: Scalar, target: Scalar, rounding: ir.Rounding, context: Memory) -> Conversion:
    """What turns a value of ``source`` into one of ``target``; faults are counted in ``context``."""
    if rounding is ir.Rounding.PATTERN:
        return _pattern(source, target)
    if target.kind is Kind.BOOL:
        return lambda value: value != 0
    if target.kind is Kind.REAL:
        return _to_float(source, target)
    if source.kind is Kind.REAL:
        return _from_float(target, rounding, context)
    if rounding is ir.Rounding.WRAP:
        return wrap(target)
    return _saturating(target, context)


def _pattern(source: Scalar, target: Scalar) -> Conversion:
    real = struct.Struct("<f" if source.size == 4 else "<d")
    bits = struct.Struct("<I" if source.size == 4 else "<Q")
    if target.kind is Kind.REAL:
        return lambda value: real.unpack(bits.pack(value))[0]
    return lambda value: bits.unpack(real.pack(math.nan if value != value else value))[0]


def _to_float(source: Scalar, target: Scalar) -> Conversion:
    if target.size == 8:
        return float
    return to_real if source.kind is Kind.REAL else int_to_real


def _saturating(target: Scalar, context: Memory) -> Conversion:
    least, greatest = limits(target)

    def saturate(value: int) -> int:
        if least <= value <= greatest:
            return int(value)
        count_fault(context)
        return least if value < least else greatest

    return saturate


def _from_float(target: Scalar, rounding: ir.Rounding, context: Memory) -> Conversion:
    if rounding not in (ir.Rounding.NEAREST, ir.Rounding.TRUNCATE):
        raise ValueError(f"REAL to {target} needs NEAREST or TRUNCATE, not {rounding}")
    to_int: Callable[[float], int] = round if rounding is ir.Rounding.NEAREST else math.trunc
    least, greatest = limits(target)
    saturate = _saturating(target, context)

    def convert(value: float) -> int:
        if math.isfinite(value):
            return int(saturate(to_int(value)))
        count_fault(context)
        if math.isnan(value):
            return 0
        return greatest if value > 0 else least

    return convert


def count_fault(context: Memory) -> None:
    """One conversion fault more."""
    (count,) = _COUNT.unpack_from(context, ir.CONVERSION_FAULTS_OFFSET)
    _COUNT.pack_into(context, ir.CONVERSION_FAULTS_OFFSET, _fit_count(count + 1))
