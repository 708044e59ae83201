"""X_TO_Y and TO_Y: conversions somebody asked for, with what becomes of values that do not fit.

integer -> narrower integer     saturates, and counts in Sys.ConversionFaults
REAL -> integer                 rounds half to even, then the same; TRUNC cuts off towards zero
bits <-> integer                the bits stay, the surplus is cut off
DWORD <-> REAL, LWORD <-> LREAL the bits stay (the standard's "binary transfer")
TIME <-> LINT, ULINT, LREAL     nanoseconds
"""

from __future__ import annotations

import math
import re

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import constants
from plc.lang.check.body import Body
from plc.lang.check.clock import clock, midnight, recast
from plc.lang.check.convert import coerce, implicit, mismatch, widens
from plc.lang.check.text_conversions import from_text, to_text
from plc.lang.check.texts import as_text
from plc.lang.check.types_of import named
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    UNTYPED_INT,
    Value,
    Whole,
    is_bits,
    is_date,
    is_integer,
    is_real,
    is_time,
    scalar_or_enum,
    type_of,
    untyped,
)
from plc.lang.types import (
    BOOL,
    DATE,
    DINT,
    DT,
    ELEMENTARY,
    LINT,
    TIME,
    TOD,
    ULINT,
    USINT,
    Enumeration,
    Kind,
    Scalar,
    Text,
    Type,
    elementary,
    plain,
)

TEXT = "STRING"
_TRUNCATE = re.compile(r"(?:(REAL|LREAL)_)?TRUNC_([A-Z]+)")


def conversion(body: Body, node: ast.Call, name: str, hint: Type | None) -> Value | None:
    """The value of a conversion call; None where ``name``, in upper case, names no conversion."""
    truncation = _TRUNCATE.fullmatch(name)
    if name == "TRUNC" or truncation is not None:
        return _truncate(body, node, truncation, hint)
    ends = _ends(body, name)
    if ends is None:
        return None
    argument = _argument(body, node)
    if argument is None:
        return NOTHING
    if ends[0] == TEXT:
        return _of_text(body, argument, ends[1], node.span)
    source = scalar_or_enum(plain(named(body.world, ends[0], node.span).type)) if ends[0] else None
    value = body.value(argument, source)
    if source is not None:
        value = coerce(body, value, source, argument.span)
    if not ends[0] and as_text(value) is not None:
        return value if ends[1] == TEXT else _of_text(body, argument, ends[1], node.span)
    if ends[1] == TEXT:
        return to_text(body, value, argument, node.span)
    wanted = named(body.world, ends[1], node.span).type
    target = scalar_or_enum(plain(wanted))
    if type_of(value) is UNKNOWN or target is None or target is UNKNOWN:
        return NOTHING
    if isinstance(value, Whole):
        return _refuse(body, node.span, type_of(value), target, "only single values are converted")
    return coerce(body, convert(body, value, target, node.span), wanted, node.span)


def _of_text(body: Body, argument: ast.Expression, target_name: str, span: Span) -> Value:
    value = body.value(argument)
    text = as_text(value)
    if text is None:
        if type_of(value) is not UNKNOWN:
            mismatch(body, type_of(value), Text(80), argument.span)
        return NOTHING
    if target_name == TEXT:
        return text
    target = plain(named(body.world, target_name, span).type)
    return NOTHING if target is UNKNOWN else from_text(body, text, target, argument, span)


def _ends(body: Body, name: str) -> tuple[str, str] | None:
    """The two types a function's name speaks of; the first is empty for TO_Y."""
    name = name.removeprefix("ANY_") if name.startswith("ANY_TO_") else name
    if name.startswith("TO_") and _is_type(body, name[3:]):
        return "", name[3:]
    for match in re.finditer("_TO_", name):
        ends = name[: match.start()], name[match.end() :]
        if all(_is_type(body, end) for end in ends):
            return ends
    return None


def _is_type(body: Body, name: str) -> bool:
    return elementary(name) is not None or name == TEXT or name in body.world.types


def _argument(body: Body, node: ast.Call) -> ast.Expression | None:
    if len(node.arguments) == 1 and (node.arguments[0].name or "IN").upper() == "IN" and not node.arguments[0].output:
        return node.arguments[0].value
    body.report.error("S037", node.span, "a conversion takes one value", "write one value in the parentheses")
    return None


def _truncate(body: Body, node: ast.Call, match: re.Match[str] | None, hint: Type | None) -> Value:
    argument = _argument(body, node)
    if argument is None:
        return NOTHING
    value = body.value(argument, ELEMENTARY[match[1]] if match and match[1] else None)
    target = ELEMENTARY.get(match[2]) if match else hint if isinstance(hint, Scalar) and is_integer(hint) else DINT
    kind = type_of(value)
    if kind is UNKNOWN or not isinstance(target, Scalar):
        return NOTHING
    if isinstance(value, Whole) or not is_real(kind) or not is_integer(target):
        return _refuse(body, node.span, kind, target, "TRUNC cuts a REAL or LREAL to a whole number")
    if isinstance(value, ir.Const):
        whole = int(value.value) if math.isfinite(value.value) else None
        cut = None if whole is None else constants.fit(ir.Const(whole, UNTYPED_INT), target)
        if cut is not None:
            return cut
        value = ir.Const(value.value, ELEMENTARY["LREAL"]) if untyped(value.type) else value
    return ir.Convert(value, target, ir.Rounding.TRUNCATE)


def convert(body: Body, value: ir.Expr, target: Scalar | Enumeration, span: Span) -> Value:
    """A single value in another type, by the table above."""
    source = type_of(value)
    if source == target:
        return value
    if isinstance(source, Enumeration):
        return convert(body, _number(value, source), target, span)
    if isinstance(target, Enumeration):
        return _to_enumeration(body, value, target, span)
    if not isinstance(source, Scalar):
        return NOTHING
    if source is UNTYPED_INT and is_date(target):
        return convert(body, coerce(body, value, LINT, span), target, span)
    if isinstance(value, ir.Const):
        folded = _fold(value, source, target)
        if folded is not None:
            return folded
        if untyped(source):
            return _refuse(body, span, source, target, "write a value that fits")
    return _convert(body, value, source, target, span)


def _number(value: ir.Expr, source: Enumeration) -> ir.Expr:
    if isinstance(value, ir.Const):
        return ir.Const(value.value, source.base)
    return ir.Convert(value, source.base)


def _fold(value: ir.Const, source: Scalar, target: Scalar) -> ir.Expr | None:
    number = value.value
    if is_real(source) and is_integer(target) and abs(number) < 1e18:
        return constants.fit(ir.Const(round(number), UNTYPED_INT), target)
    if source is UNTYPED_INT:
        return constants.fit(value, target)
    return implicit(value, target)


def _convert(body: Body, value: ir.Expr, source: Scalar, target: Scalar, span: Span) -> Value:
    if is_date(source) or is_date(target):
        return _date(body, value, source, target, span)
    kinds = (source.kind, target.kind)
    if is_time(source) or is_time(target):
        return _time(body, value, source, target, span)
    if target is BOOL:
        if is_real(source):
            return ir.Compare(ir.CompareOp.NE, value, ir.Const(0.0, source))
        return ir.Convert(value, target)
    if source is BOOL:
        return ir.Convert(ir.Convert(value, USINT), target) if is_real(target) else ir.Convert(value, target)
    if (is_bits(source) and is_real(target)) or (is_real(source) and is_bits(target)):
        if source.size == target.size:
            return ir.Convert(value, target, ir.Rounding.PATTERN)
        cure = f"go by way of an integer, as in {source}_TO_UDINT and UDINT_TO_{target}, or the other way round"
        return _refuse(body, span, source, target, cure)
    if Kind.BITS in kinds or widens(source, target) or is_real(target):
        return ir.Convert(value, target)
    return ir.Convert(value, target, ir.Rounding.NEAREST if is_real(source) else ir.Rounding.SATURATE)


def _date(body: Body, value: ir.Expr, source: Scalar, target: Scalar, span: Span) -> Value:
    """Nanoseconds as LINT, ULINT, LREAL; a DATE keeps the whole days of what it is made from, a TOD what is over."""
    if (source, target) in ((DATE, TOD), (TOD, DATE), (TOD, DT)):
        return _refuse(body, span, source, target, "a DT is made of both: CONCAT_DATE_TOD(d, t)")
    if (is_time(source) and target != TOD) or (is_time(target) and source != TOD):
        return _refuse(body, span, source, target, "subtract two of them for the time between, or go by way of LINT")
    other = target if is_date(source) else source
    if not (is_date(other) or is_time(other) or other in (LINT, ULINT) or is_real(other)):
        return _refuse(body, span, source, target, "dates are nanoseconds inside: go by way of LINT")
    if is_date(target):
        whole = value if is_date(source) else convert(body, value, LINT, span)
        if isinstance(whole, Whole) or whole is NOTHING:
            return NOTHING
        number = recast(whole, TIME)
        number = clock(number) if target == TOD else midnight(number) if target == DATE else number
        return recast(number, target)
    return convert(body, recast(value, LINT), target, span)


def _time(body: Body, value: ir.Expr, source: Scalar, target: Scalar, span: Span) -> Value:
    other = target if is_time(source) else source
    if is_time(other) or other is LINT:
        return ir.Convert(value, target)
    if other is ULINT:
        return ir.Convert(value, target, ir.Rounding.SATURATE)
    if is_real(other):
        return ir.Convert(value, target, ir.Rounding.NEAREST if is_time(target) else ir.Rounding.WRAP)
    if is_time(target):
        cure = "multiply by a unit, as in x * T#1s"
    else:
        cure = "TIME is nanoseconds inside: write TIME_TO_LINT(t) / 1000000 for milliseconds"
    return _refuse(body, span, source, target, cure)


def _to_enumeration(body: Body, value: ir.Expr, target: Enumeration, span: Span) -> Value:
    """The enumerator of a number; a number that has none gives the first, and counts."""
    kind = type_of(value)
    if isinstance(value, ir.Const) and is_integer(kind):
        if target.name_of(int(value.value)) is not None:
            return ir.Const(value.value, target)
        return _refuse(body, span, kind, target, f"{target} has no enumerator {value.value}")
    if not (is_integer(kind) or is_bits(kind)):
        return _refuse(body, span, kind, target, "convert an integer")
    ranges: list[tuple[int, int]] = []
    for number in sorted(number for _, number in target.values):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    return ir.Check(value, tuple(ranges), target.values[0][1], 0, target)


def _refuse(body: Body, span: Span, source: Type, target: Type, cure: str) -> Value:
    body.report.error("S011", span, f"there is no conversion from {source} to {target} here", cure)
    return NOTHING
