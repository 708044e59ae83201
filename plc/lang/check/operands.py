"""Says why an operator does not work between two values, and what to write instead."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.convert import single_value_cure
from plc.lang.check.values import (
    NOTHING,
    Value,
    is_bits,
    is_integer,
    is_real,
    is_time,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, Enumeration, Scalar, Type


def refuse(body: Body, node: ast.Binary, left: Value, right: Value, cure: str, code: str = "S009") -> Value:
    """Reports that an operator does not work between two values."""
    what = f"{node.operator} does not work between {type_of(left)} and {type_of(right)}"
    body.report.error(code, node.span, what, cure)
    return NOTHING


def comparison_cure(body: Body, node: ast.Binary, one: Type, other: Type) -> str:
    """What to write where the two sides of a comparison have nothing in common."""
    sides = ((node.left, one, other), (node.right, other, one))
    for side, kind, beside in sides:
        text = body.world.text(side.span)
        if not isinstance(kind, Scalar | Enumeration) and isinstance(beside, Scalar | Enumeration):
            return single_value_cure(kind, text)
        if untyped(kind) and is_time(beside):
            return f"write a time: T#{text}s"
        if untyped(kind) and beside is BOOL:
            return "write TRUE or FALSE"
    return "compare values of one type"


def number_cure(body: Body, kind: Type, side: ast.Expression) -> str:
    """What to write where arithmetic meets something that is no number."""
    text = body.world.text(side.span)
    if is_bits(kind):
        return f"convert the bits to a number first: {kind}_TO_U{'LINT' if kind.size == 8 else 'DINT'}({text})"
    if kind is BOOL:
        return f"use AND, OR, NOT on BOOL, or BOOL_TO_INT({text})"
    if isinstance(kind, Enumeration):
        return f"an enumeration is no number; write TO_INT({text}) if its number is meant"
    return "use numbers"


def no_common(body: Body, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> Value:
    """Reports two numbers that have no type in common."""
    one, other = type_of(left), type_of(right)
    text = body.world.text
    if untyped(one) or untyped(other):
        literal, typed = (node.left, other) if untyped(one) else (node.right, one)
        what = f"{text(literal.span)} does not fit {typed}, the type of the other side"
        wide = "LREAL" if is_real(one if untyped(one) else other) else "DINT"
        cure = f"give it a type that holds it, as in {wide}#{text(literal.span)}"
        body.report.error("S007", literal.span, what, cure)
        return NOTHING
    if is_integer(one) and is_integer(other):
        side, unsigned, kind = (node.right, other, one) if one.signed else (node.left, one, other)
        wider = "LINT" if max(one.size, other.size) >= 4 else "DINT"
        cure = f"convert the unsigned side: {unsigned}_TO_{wider}({text(side.span)})"
        what = f"{unsigned} has no sign and {kind} has one, so neither holds both"
        body.report.error("S010", node.span, what, cure)
        return NOTHING
    return refuse(body, node, left, right, "convert one side with a function like LINT_TO_LREAL(...)")
