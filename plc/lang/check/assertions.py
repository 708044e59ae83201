"""ASSERT, ASSERT_EQUAL, ASSERT_NEAR and ADVANCE_TIME: what is written after them, checked."""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce, common
from plc.lang.check.standard_tests import ADVANCE, PARAMETERS
from plc.lang.check.texts import as_text
from plc.lang.check.values import UNKNOWN, Value, Whole, is_real, type_of, untyped
from plc.lang.script import ClaimKind
from plc.lang.types import BOOL, LINT, LREAL, TIME, Enumeration, Scalar, Text, Type

LONGEST_SAID = 120
_COMPARED = frozenset({"=", "<>", "<", ">", "<=", ">="})

Kept = tuple[Value, Span, Scalar | Enumeration | Text]
"""A value, where it stands, and the type it is kept as."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An assertion whose values are known; see `script.Claim`."""

    kind: ClaimKind
    values: tuple[Kept, ...]
    names: tuple[str, ...]
    told: Kept | None
    said: str


def claimed(body: Body, call: ast.Call) -> Claimed | ir.Expr | None:
    """An assertion, or the TIME of an ADVANCE_TIME; None after reporting what is wrong with it."""
    name = call.target.name.upper() if isinstance(call.target, ast.Name) else ""
    given = _given(body, call, name)
    if given is None:
        return None
    if name == ADVANCE:
        return coerce(body, body.value(given["BY"], TIME), TIME, given["BY"].span)
    kind = ClaimKind(name)
    told = _told(body, given.get("TEXT"))
    said = body.world.text(call.span)
    said = said if len(said) <= LONGEST_SAID else f"{said[: LONGEST_SAID - 4]} ..."
    values: list[Kept] | None
    if kind is ClaimKind.ASSERT:
        values, nodes = _condition(body, given["CONDITION"])
    else:
        nodes = [given["ACTUAL"], given["EXPECTED"]]
        values = _pair(body, *nodes)
        if kind is ClaimKind.NEAR and values is not None:
            values = _near(body, values, given["WITHIN"])
    if values is None:
        return None
    return Claimed(kind, tuple(values), tuple(body.world.text(node.span) for node in nodes), told, said)


def _given(body: Body, call: ast.Call, name: str) -> dict[str, ast.Expression] | None:
    """The arguments by upper-case parameter."""
    wanted = PARAMETERS[name]
    given: dict[str, ast.Expression] = {}
    for position, argument in enumerate(call.arguments):
        named = argument.name.upper() if argument.name else ""
        if not named and position < len(wanted):
            named = wanted[position].upper()
        if argument.output or named in given or named not in (parameter.upper() for parameter in wanted):
            what = f"{body.world.text(argument.span)} is nothing that {name} takes here"
            body.report.error("S037", argument.span, what, f"write {name}({', '.join(wanted)})")
            return None
        given[named] = argument.value
    missing = [parameter for parameter in wanted if parameter.upper() not in given and parameter != "Text"]
    if missing:
        what = f"{name} needs {' and '.join(missing)}"
        body.report.error("S037", call.span, what, f"write {name}({', '.join(wanted)})")
        return None
    return given


def _told(body: Body, node: ast.Expression | None) -> Kept | None:
    if node is None:
        return None
    value = body.value(node)
    kind = type_of(value)
    if isinstance(kind, Text):
        return value, node.span, Text(max(1, kind.length))
    if kind is not UNKNOWN:
        what = f"{body.world.text(node.span)} is {kind}, but a text is wanted here"
        body.report.error("S008", node.span, what, "write it in single quotes")
    return None


def _condition(body: Body, node: ast.Expression) -> tuple[list[Kept] | None, list[ast.Expression]]:
    """The BOOL, and where it compares two values those as well."""
    value = coerce(body, body.value(node, BOOL), BOOL, node.span)
    kept: list[Kept] = [(value, node.span, BOOL)]
    nodes = [node]
    if isinstance(value, ir.Compare) and isinstance(node, ast.Binary) and node.operator in _COMPARED:
        for side, text in ((value.left, node.left), (value.right, node.right)):
            kind = type_of(side)
            if not isinstance(side, ir.Const) and isinstance(kind, Scalar | Enumeration) and not untyped(kind):
                kept.append((side, text.span, kind))
                nodes.append(text)
    return kept, nodes


def _pair(body: Body, actual: ast.Expression, expected: ast.Expression) -> list[Kept] | None:
    """Both values in one type. A bare enumerator takes its type from the other side, wherever it stands."""
    bare = isinstance(actual, ast.Name) and body.scope.find(actual.name.upper()) is None
    if bare:
        right = body.value(expected)
        left = body.value(actual, _typed(right))
    else:
        left = body.value(actual)
        right = body.value(expected, _typed(left))
    one, other = type_of(left), type_of(right)
    if one is UNKNOWN or other is UNKNOWN:
        return None
    if as_text(left) is not None or as_text(right) is not None or isinstance(left, Whole) or isinstance(right, Whole):
        return _texts(body, left, right, actual, expected)
    pair = common(left, right, None)
    if pair is None:
        _refuse(body, actual, expected, one, other)
        return None
    first, second, kind = pair
    if isinstance(kind, Scalar) and untyped(kind):
        kind = LREAL if is_real(kind) else LINT
        first, second = coerce(body, first, kind, actual.span), coerce(body, second, kind, expected.span)
    if not isinstance(kind, Scalar | Enumeration):
        return None
    return [(first, actual.span, kind), (second, expected.span, kind)]


def _typed(value: Value) -> Type | None:
    kind = type_of(value)
    return None if kind is UNKNOWN or untyped(kind) else kind


def _texts(
    body: Body, left: Value, right: Value, actual: ast.Expression, expected: ast.Expression
) -> list[Kept] | None:
    one, other = type_of(left), type_of(right)
    if not isinstance(one, Text) or not isinstance(other, Text):
        _refuse(body, actual, expected, one, other)
        return None
    longest = Text(max(1, one.length, other.length))
    return [(left, actual.span, longest), (right, expected.span, longest)]


def _near(body: Body, pair: list[Kept], node: ast.Expression) -> list[Kept] | None:
    kind = pair[0][2]
    if not isinstance(kind, Scalar) or kind is BOOL or type_of(pair[0][0]) is UNKNOWN:
        what = f"{body.world.text(pair[0][1])} is {kind}, of which nothing is near"
        body.report.error("S009", pair[0][1], what, "write ASSERT_EQUAL")
        return None
    return [*pair, (coerce(body, body.value(node, kind), kind, node.span), node.span, kind)]


def _refuse(body: Body, actual: ast.Expression, expected: ast.Expression, one: Type, other: Type) -> None:
    text = body.world.text
    if isinstance(one, Scalar | Enumeration | Text) and isinstance(other, Scalar | Enumeration | Text):
        what = f"{text(actual.span)} is {one} and {text(expected.span)} is {other}"
        cure = "convert one of them, so that both are of one type"
    else:
        what = f"{text(actual.span)} is {one}, which is compared part by part"
        cure = "assert its elementary places one by one"
    body.report.error("S008", expected.span, what, cure)
