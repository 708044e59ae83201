"""Implicit conversions: a narrower value becomes a wider one by itself, everything else asks for a word.

SINT -> INT -> DINT -> LINT     USINT -> UINT -> UDINT -> ULINT     unsigned -> the next wider signed
8 and 16 bits -> REAL           32 bits -> LREAL                    BYTE -> WORD -> DWORD -> LWORD
"""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check import constants
from plc.lang.check.body import Body
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    UNTYPED_INT,
    UNTYPED_REAL,
    Value,
    Whole,
    bounds,
    is_bits,
    is_date,
    is_integer,
    is_real,
    is_time,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, LREAL, REAL, Array, Enumeration, Kind, Role, Scalar, Struct, Text, Type, plain

EXAMPLES = {"DATE": "D#2026-11-23", "TOD": "TOD#12:30:00", "DT": "DT#2026-11-23-12:30:00"}


def widens(source: Scalar, target: Scalar) -> bool:
    """Whether every value of ``source`` is one of ``target``."""
    match source.kind, target.kind:
        case (Kind.SIGNED, Kind.SIGNED) | (Kind.UNSIGNED, Kind.UNSIGNED) | (Kind.BITS, Kind.BITS):
            return source.size < target.size
        case (Kind.UNSIGNED, Kind.SIGNED):
            return source.size < target.size
        case (Kind.SIGNED | Kind.UNSIGNED, Kind.REAL):
            return source.size * 2 <= target.size
        case (Kind.REAL, Kind.REAL):
            return source.size < target.size
        case (Kind.TIME, Kind.TIME):
            return True
        case _:
            return False


def implicit(value: ir.Expr, target: Type) -> ir.Expr | None:
    """The value as one of ``target`` where nothing can be lost, else None."""
    source = type_of(value)
    if source is target or source == target:
        return value
    if not isinstance(source, Scalar) or not isinstance(target, Scalar):
        return None
    if isinstance(value, ir.Const):
        return _constant(value, source, target)
    return ir.Convert(value, target) if widens(source, target) else None


def _constant(value: ir.Const, source: Scalar, target: Scalar) -> ir.Expr | None:
    if untyped(source):
        return None if is_time(target) or is_date(target) else constants.fit(value, target)
    if is_time(source) and is_time(target):
        return ir.Const(value.value, target)
    numbers = is_integer(source) and (is_integer(target) or is_real(target))
    return constants.fit(value, target) if numbers or widens(source, target) else None


def coerce(body: Body, value: Value, target: Type, span: Span, advise: bool = True) -> ir.Expr:
    """The value as ``target``; what does not fit is reported and becomes NOTHING.

    Without ``advise`` nothing is said of a value computed narrower: where any integer will do, as for a position.
    """
    if isinstance(target, Scalar) and target.range:
        return within(body, coerce(body, value, plain(target), span, advise), target, span)
    source = type_of(value)
    if source is UNKNOWN or target is UNKNOWN:
        body.report.must_tell(span)
        return NOTHING
    if isinstance(value, Whole) or isinstance(source, Text | Array | Struct):
        mismatch(body, source, target, span)
        return NOTHING
    converted = implicit(value, target)
    if converted is None:
        mismatch(body, source, target, span, value)
        return NOTHING
    if advise and converted is not value:
        _advise_late_widening(body, value, source, target, span)
    return converted


def within(body: Body, value: ir.Expr, target: Scalar, span: Span) -> ir.Expr:
    """A value of the plain type as one of its sub-range: a constant is checked now, another when the program runs."""
    if type_of(value) is UNKNOWN or target.range is None:
        return value
    first, last = target.range
    if not isinstance(value, ir.Const):
        kind = type_of(value)
        fault = body.fault(ir.FaultKind.RANGE, span, str(target))
        return ir.Check(value, (target.range,), 0, fault, kind if isinstance(kind, Scalar) else target)
    if first <= value.value <= last:
        return value
    body.report.error("S007", span, f"{value.value} is outside {target}", f"write a value from {first} to {last}")
    return NOTHING


def _advise_late_widening(body: Body, value: ir.Expr, source: Type, target: Type, span: Span) -> None:
    if not isinstance(value, ir.Binary) or not isinstance(source, Scalar) or not isinstance(target, Scalar):
        return
    if value.op is ir.BinaryOp.DIV and is_integer(source) and is_real(target):
        if body.report.tells("S012", span):
            return
        body.report.advice(
            "S012",
            span,
            f"both sides of this division are {source}, so its fraction is cut off before it becomes {target}",
            f"convert one side first: {cast_name(source, target)}(...) / ...",
        )
    elif value.op in (ir.BinaryOp.ADD, ir.BinaryOp.SUB, ir.BinaryOp.MUL) and not is_time(source):
        body.report.advice(
            "S013",
            span,
            f"this is computed as {source} and only then becomes {target}",
            f"convert one side first, {cast_name(source, target)}(...), where {source} is too narrow for the result",
        )


def cast_name(source: Type, target: Type) -> str:
    """The name of the conversion function between two types."""
    return f"{'TO' if untyped(source) else f'{source}_TO'}_{target}"


def mismatch(body: Body, source: Type, target: Type, span: Span, value: Value | None = None) -> None:
    """Reports that a value is not of the wanted type, with what to write instead."""
    text = body.world.text(span)
    if isinstance(value, ir.Const) and untyped(source) and isinstance(target, Scalar):
        _literal_mismatch(body, value, target, span, text)
        return
    body.report.error("S008", span, f"{text} is {source}, but {target} is wanted here", _cure(
        source, target, text
    ))  # fmt: skip


def single_value_cure(source: Type, text: str) -> str:
    """How to come from a whole structure, array, block or quoted text to a single value."""
    match source:
        case Text() if text[:1] == "'" and text[-1:] == "'":
            return f"write {text[1:-1]} without quotes"
        case Text():
            return "a text is no number and no condition; compare it, as in name = 'text'"
        case Array():
            return f"name one element, as in {text}[1]"
        case Struct() if source.block:
            outputs = [f.name for f in source.fields if f.role is Role.OUTPUT]
            return f"use an output of it, as in {text}.{outputs[0]}" if outputs else "a block has no value"
        case Struct() if any(f.name == "Value" and isinstance(f.type, Array) for f in source.fields):
            return f"write {text}.Value[1], and look at {text}.Ok[1]"
        case Struct() if source.field("Value") is not None:
            return f"write {text}.Value, and look at {text}.Ok"
        case Struct() if source.fields:
            return f"name one field, as in {text}.{source.fields[0].name}"
        case _:
            return "compare values of one type"


def _cure(source: Type, target: Type, text: str) -> str:
    if isinstance(target, Scalar | Enumeration) and not isinstance(source, Scalar | Enumeration):
        return single_value_cure(source, text)
    if not isinstance(source, Scalar | Enumeration) or not isinstance(target, Scalar | Enumeration):
        return "the two must have the same type"
    if isinstance(target, Enumeration):
        return f"write one of {', '.join(name for name, _ in target.values[:6])}"
    if target is BOOL:
        if is_integer(source) or is_real(source):
            return f"compare it, as in {text} {'> 55.0' if is_real(source) else '<> 0'}"
        return "write a condition"
    if is_date(target):
        return f"write one like {EXAMPLES[str(target)]}"
    if is_time(target):
        return f"write a time like T#2s, or {text} * T#1s"
    if is_time(source):
        return f"write TIME_TO_{'LREAL' if is_real(target) else 'LINT'}({text}), which gives nanoseconds"
    if is_bits(source) and is_real(target):
        return "convert it to an integer first, then to the number"
    return f"write {cast_name(source, target)}({text})"


def _literal_mismatch(body: Body, value: ir.Const, target: Scalar, span: Span, text: str) -> None:
    if is_date(target):
        cure = f"write one like {EXAMPLES[str(target)]}"
        body.report.error("S008", span, f"{text} is a number, but {target} is wanted here", cure)
    elif is_time(target):
        cure = f"write it with its unit: T#{text}s for seconds, T#{text}ms for milliseconds"
        body.report.error("S008", span, f"{text} is a number, but {target} is wanted here", cure)
    elif target is BOOL:
        body.report.error("S008", span, f"{text} is a number, but BOOL is wanted here", "write TRUE or FALSE")
    elif isinstance(value.value, float) and not is_real(target):
        cure = "write a whole number, or make the variable REAL"
        body.report.error("S008", span, f"{text} is no whole number, but {target} is wanted here", cure)
    elif is_real(target):
        what = f"{text} is more than {target} holds exactly"
        body.report.error("S007", span, what, f"write a number that {target} holds, with a point, or use LREAL")
    else:
        low, high = bounds(target)
        cure = f"write a value from {low} to {high}, or use a wider type"
        body.report.error("S007", span, f"{text} does not fit {target}", cure)


def common(left: ir.Expr, right: ir.Expr, hint: Type | None) -> tuple[ir.Expr, ir.Expr, Type] | None:
    """Both sides in the type an operator on them computes in; None where there is none."""
    one, other = type_of(left), type_of(right)
    if one == other:
        return left, right, one
    if not isinstance(one, Scalar) or not isinstance(other, Scalar):
        return None
    if untyped(one) and untyped(other):
        return _as(left, UNTYPED_REAL), _as(right, UNTYPED_REAL), UNTYPED_REAL
    target = _meet(left, one, right, other, hint)
    if target is None:
        return None
    first, second = implicit(left, target), implicit(right, target)
    return None if first is None or second is None else (first, second, target)


def _as(value: ir.Expr, target: Scalar) -> ir.Expr:
    if isinstance(value, ir.Const) and value.type is UNTYPED_INT:
        return ir.Const(float(value.value), target)
    return value


def _meet(left: ir.Expr, one: Scalar, right: ir.Expr, other: Scalar, hint: Type | None) -> Scalar | None:
    if untyped(one) or untyped(other):
        literal, typed = (one, other) if untyped(one) else (other, one)
        if literal is UNTYPED_REAL and is_integer(typed):
            return _real_for(typed, hint)
        return typed
    if widens(one, other):
        return other
    if widens(other, one):
        return one
    if is_real(one) != is_real(other) and all(k.size <= 4 for k in (one, other) if is_integer(k)):
        return LREAL if is_integer(one) or is_integer(other) else None
    if isinstance(right, ir.Const) and implicit(right, one) is not None:
        return one
    return other if isinstance(left, ir.Const) and implicit(left, other) is not None else None


def _real_for(integer: Scalar, hint: Type | None) -> Scalar | None:
    if integer.size > 4:
        return None
    return LREAL if integer.size == 4 or hint is LREAL else REAL
