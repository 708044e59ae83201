"""How a standard function is called: its arguments in order, their values, their common type."""

from __future__ import annotations

from collections.abc import Callable

from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce, common, implicit
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    Value,
    Whole,
    is_integer,
    is_real,
    type_of,
    untyped,
)
from plc.lang.types import LREAL, REAL, Enumeration, Scalar, Type

MOST_ARGUMENTS = 250

Function = Callable[[Body, ast.Call, Type | None], Value]


def is_enable(body: Body, argument: ast.Argument) -> bool:
    """Whether an argument is the standard's EN or ENO, which is then reported as coming later."""
    name = (argument.name or "").upper()
    if name not in ("EN", "ENO"):
        return False
    cure = "call it inside IF ... END_IF for now" if name == "EN" else "leave it out for now"
    body.report.error("S017", argument.span, f"{name} comes with a later version", cure)
    return True


def arguments_of(body: Body, call: ast.Call, formal: tuple[str, ...], more: str = "") -> list[ast.Expression] | None:
    """The arguments in the order of ``formal``; with ``more``, any number follows, named like IN3, IN4."""
    given = call.arguments
    if len(given) > MOST_ARGUMENTS:
        what = f"this call has more than {MOST_ARGUMENTS} arguments"
        body.report.error("S019", call.span, what, "divide it over several calls, or use an array")
        return None
    if [argument for argument in given if is_enable(body, argument)]:
        return None
    named = all(argument.name is not None for argument in given)
    if named:
        by_name = {(argument.name or "").upper(): argument.value for argument in given}
        extra = tuple(f"{more}{number}" for number in range(len(formal) + 1, len(given) + 1)) if more else ()
        ordered = [by_name[name] for name in (*formal, *extra) if name in by_name]
    else:
        ordered = [argument.value for argument in given if argument.name is None]
    enough = len(ordered) >= len(formal) if more else len(ordered) == len(formal)
    if not enough or len(ordered) < len(given) or any(argument.output for argument in given):
        wrong_call(body, call, formal)
        return None
    return ordered


def wrong_call(body: Body, call: ast.Call, formal: tuple[str, ...]) -> None:
    """Reports arguments that do not fit, with how the function is called."""
    name = body.world.text(call.target.span).upper()
    what = f"{name} is not called like this"
    body.report.error("S037", call.span, what, f"write {name}({', '.join(formal)})")


def values_of(body: Body, call: ast.Call, formal: tuple[str, ...], hint: Type | None) -> list[ir.Expr] | None:
    """Single values of all arguments in the order of ``formal``; None after reporting what is wrong with them.

    A literal and a bare enumerator look at the others for their type.
    """
    nodes = arguments_of(body, call, formal)
    return None if nodes is None else single(body, nodes, operands_of(body, nodes, hint))


def operands_of(body: Body, nodes: list[ast.Expression], hint: Type | None) -> list[Value] | None:
    """What each argument is worth, a text too; None where one has no value."""
    found: list[Value] = []
    for node in nodes:
        known = next((type_of(v) for v in found if not untyped(type_of(v))), hint)
        found.append(body.value(node, known))
        if type_of(found[-1]) is UNKNOWN:
            return None
    return found


def single(body: Body, nodes: list[ast.Expression], values: list[Value] | None) -> list[ir.Expr] | None:
    """The values where each of them is a single one; None after reporting the one that is not."""
    found: list[ir.Expr] = []
    for node, value in zip(nodes, values or (), strict=values is not None):
        if isinstance(value, Whole) or not isinstance(type_of(value), Scalar | Enumeration):
            what = f"{body.world.text(node.span)} is {type_of(value)}, no single value"
            body.report.error("S009", node.span, what, "name a field or an element")
            return None
        found.append(value)
    return None if values is None else found


def refuse(body: Body, call: ast.Call, kind: Type, cure: str) -> Value:
    """Reports that a function does not work on a type."""
    name = body.world.text(call.target.span)
    body.report.error("S009", call.span, f"{name} does not work on {kind}", cure)
    return NOTHING


def unify(body: Body, call: ast.Call, values: list[ir.Expr], hint: Type | None) -> tuple[list[ir.Expr], Type] | None:
    """All values in the one type that holds them."""
    widest = values[0]
    for value in values[1:]:
        pair = common(widest, value, hint)
        if pair is None:
            kinds = f"{type_of(widest)} and {type_of(value)}"
            body.report.error(
                "S009", call.span, f"{kinds} do not go together here", "convert one, as in INT_TO_REAL(x)"
            )
            return None
        widest = pair[0]
    kind = type_of(widest)
    if untyped(kind):
        return values, kind
    return [coerce(body, value, kind, call.span) for value in values], kind


def as_real(value: ir.Expr, hint: Type | None) -> tuple[ir.Expr, Scalar] | None:
    """A number as REAL where that holds it, else as LREAL."""
    kind = type_of(value)
    if untyped(kind):
        target = REAL if hint is REAL else LREAL
    elif is_integer(kind):
        target = REAL if kind.size <= 2 and hint is not LREAL else LREAL
    elif is_real(kind):
        target = kind
    else:
        return None
    converted = implicit(value, target)
    return None if converted is None else (converted, target)
