"""X_TO_STRING and STRING_TO_X: texts of values, values of texts.

numbers, bits      decimal digits; REAL and LREAL the shortest that read back the same
BOOL, enumeration  TRUE, FALSE, the enumerator's name
times and dates    literals, by functions of the library
"""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.effects import again, has_call
from plc.lang.check.selects import by_number
from plc.lang.check.texts import choose, make
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    Value,
    Whole,
    is_bits,
    is_date,
    is_integer,
    is_real,
    is_time,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, LINT, LREAL, LTIME, ULINT, Enumeration, Scalar, Type

_DIGITS, _REAL_DIGITS, _LREAL_DIGITS = 20, 16, 24
"""The most bytes of an integer, a REAL and an LREAL."""


def to_text(body: Body, value: Value, argument: ast.Expression, span: Span) -> Value:
    """The text of a single value."""
    kind = type_of(value)
    if kind is UNKNOWN:
        return NOTHING
    if isinstance(value, Whole) or not isinstance(kind, Scalar | Enumeration):
        what = f"there is no conversion from {kind} to a text"
        body.report.error("S011", span, what, "convert its fields or elements one by one")
        return NOTHING
    if isinstance(kind, Enumeration):
        return _name(body, value, kind, span)
    if kind is BOOL:
        return choose(body, ir.TextOp.CHOOSE, [ir.Convert(value, LINT)], [b"FALSE", b"TRUE"], span)
    if is_time(kind) or is_date(kind):
        return _library(body, f"{kind}_TO_STRING", argument, span)
    if isinstance(value, ir.Const) and untyped(value.type):
        wide = LREAL if is_real(value.type) else LINT if value.value < 1 << 63 else ULINT
        value, kind = ir.Const(value.value, wide), wide
    length = _DIGITS
    if is_real(kind):
        length = _REAL_DIGITS if isinstance(kind, Scalar) and kind.size == 4 else _LREAL_DIGITS
    return make(body, ir.TextOp.SHOW, [value], length, span)


def _name(body: Body, value: ir.Expr, kind: Enumeration, span: Span) -> Value:
    """The name of an enumerator; ``?`` where the number has none."""
    if has_call(value):
        body.report.error("S009", span, f"{kind} is asked for several times here", "put it into a variable first")
        return NOTHING
    cases: list[tuple[int, ir.Expr]] = []
    repeated = again(value) if len(kind.values) > 1 else value
    for written, position in sorted((written, position) for position, (_, written) in enumerate(kind.values)):
        same = ir.Compare(ir.CompareOp.EQ, repeated, ir.Const(written, kind))
        none = ir.Const(len(kind.values), LINT)
        cases.append((written, ir.Select(same, ir.Const(position, LINT), none, LINT)))
    number = by_number(value, cases, LINT)
    names: list[ir.TextExpr] = [name.encode() for name, _ in kind.values]
    return choose(body, ir.TextOp.CHOOSE, [number], [*names, b"?"], span)


def from_text(body: Body, text: ir.TextExpr, target: Type, argument: ast.Expression, span: Span) -> Value:
    """The value a text spells."""
    if is_real(target):
        number = ir.ReadText(ir.ReadOp.NUMBER, (text,), LREAL)
        return number if target.size == 8 else ir.Convert(number, target)
    if target is BOOL or is_date(target):
        return _library(body, f"STRING_TO_{target}", argument, span)
    if is_time(target):
        value = _library(body, "STRING_TO_TIME", argument, span)
        return ir.Convert(value, LTIME) if target == LTIME and not isinstance(value, Whole) else value
    if is_integer(target) or is_bits(target):
        value = _library(body, "STRING_TO_LINT" if target.signed else "STRING_TO_ULINT", argument, span)
        if isinstance(value, Whole) or type_of(value) is UNKNOWN or type_of(value) == target:
            return value
        return ir.Convert(value, target, ir.Rounding.SATURATE)
    body.report.error("S011", span, f"there is no conversion from a text to {target}", "compare the text, as in an IF")
    return NOTHING


def _library(body: Body, name: str, argument: ast.Expression, span: Span) -> Value:
    """A call of a function of the library."""
    return body.value(ast.Call(ast.Name(name, span), (ast.Argument(None, argument, False, span),), span))
