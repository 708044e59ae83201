"""What an expression is worth: an IR expression, a place that holds a STRUCT, ARRAY or STRING, or a text that is made.

Three types exist only while checking: a literal whose width its context decides, and UNKNOWN, which stands for
anything already reported and is accepted everywhere in silence.
"""

from __future__ import annotations

from typing import TypeGuard

from plc.lang import ir
from plc.lang.types import BOOL, Array, Enumeration, Kind, Scalar, Struct, Text, Type

Value = ir.Expr | ir.Place | bytes | ir.MakeText
Whole = ir.Place | bytes | ir.MakeText
"""What is copied, never computed with."""

UNTYPED_INT = Scalar("a whole number", Kind.SIGNED, 8)
UNTYPED_REAL = Scalar("a number", Kind.REAL, 8)
UNKNOWN = Scalar("unknown", Kind.BOOL, 1)
NOTHING = ir.Const(False, UNKNOWN)

_BOOLEAN = (ir.Compare, ir.TextCompare, ir.ShortCircuit)


def type_of(value: Value) -> Type:
    """The type of a value; a text literal is as long as its bytes."""
    if isinstance(value, bytes):
        return Text(len(value))
    if isinstance(value, _BOOLEAN):
        return BOOL
    return value.type


def untyped(kind: Type) -> bool:
    """Whether this is the type of a literal that still adapts."""
    return kind is UNTYPED_INT or kind is UNTYPED_REAL


def is_integer(kind: Type) -> TypeGuard[Scalar]:
    """Whether it is an integer with or without a sign, or a whole literal."""
    return isinstance(kind, Scalar) and kind.kind in (Kind.SIGNED, Kind.UNSIGNED)


def is_real(kind: Type) -> TypeGuard[Scalar]:
    """Whether it is REAL, LREAL, or a literal with a point."""
    return isinstance(kind, Scalar) and kind.kind is Kind.REAL


def is_time(kind: Type) -> TypeGuard[Scalar]:
    """Whether it is TIME or LTIME."""
    return isinstance(kind, Scalar) and kind.kind is Kind.TIME


def is_date(kind: Type) -> TypeGuard[Scalar]:
    """Whether it is DATE, TOD or DT."""
    return isinstance(kind, Scalar) and kind.kind is Kind.DATE


def is_bits(kind: Type) -> TypeGuard[Scalar]:
    """Whether it is BYTE, WORD, DWORD or LWORD."""
    return isinstance(kind, Scalar) and kind.kind is Kind.BITS


def is_block(kind: Type) -> bool:
    """Whether a variable of this type is, or is an array of, instances of a function block."""
    while isinstance(kind, Array):
        kind = kind.element
    return isinstance(kind, Struct) and bool(kind.block)


def bounds(kind: Scalar) -> tuple[int, int]:
    """The least and greatest value of an integer, bit string or time."""
    if kind.signed:
        return -(1 << (kind.bits - 1)), (1 << (kind.bits - 1)) - 1
    return 0, (1 << kind.bits) - 1


def span_of_values(value: Value) -> tuple[int, int] | None:
    """The least and greatest value an integer or bit string can have, by its type or its place's sub-range."""
    while isinstance(value, ir.Convert):
        value = value.operand
    if isinstance(value, ir.Load) and isinstance(value.place.type, Scalar) and value.place.type.range:
        return value.place.type.range
    kind = type_of(value)
    return bounds(kind) if (is_integer(kind) or is_bits(kind)) and not untyped(kind) else None


def same_type(one: Type, other: Type) -> bool:
    """Whether two places hold the same: equal name for named types, equal bounds and elements for arrays."""
    if one is other:
        return True
    match one, other:
        case (Array(), Array()):
            return one.dimensions == other.dimensions and same_type(one.element, other.element)
        case (Struct(), _) | (_, Struct()) | (Array(), _) | (_, Array()):
            return False
        case _:
            return one == other


def scalar_or_enum(kind: Type) -> Scalar | Enumeration | None:
    """The type where it holds a single value, else None."""
    return kind if isinstance(kind, Scalar | Enumeration) else None
