"""Expressions whose value must be known before the program runs: bounds, lengths, labels, initial values."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce, mismatch
from plc.lang.check.values import UNKNOWN, is_integer, type_of
from plc.lang.types import Type


def fixed(body: Body, node: ast.Expression, target: Type) -> ir.Const | None:
    """The constant an expression is, as ``target``; None after reporting that it is none."""
    value = body.value(node, target)
    if type_of(value) is UNKNOWN or target is UNKNOWN:
        return None
    if isinstance(value, bytes):
        mismatch(body, type_of(value), target, node.span)
        return None
    if not isinstance(value, ir.Const):
        not_constant(body, node)
        return None
    constant = coerce(body, value, target, node.span)
    return constant if isinstance(constant, ir.Const) and constant.type is not UNKNOWN else None


def whole(body: Body, node: ast.Expression) -> int | None:
    """The whole number an expression is; None after reporting that it is none."""
    value = body.value(node)
    if type_of(value) is UNKNOWN:
        return None
    if not isinstance(value, ir.Const | bytes):
        not_constant(body, node)
        return None
    if isinstance(value, bytes) or not is_integer(value.type):
        body.report.error("S008", node.span, f"{body.world.text(node.span)} is no whole number", "write one, like 4")
        return None
    return int(value.value)


def not_constant(body: Body, node: ast.Expression) -> None:
    """Reports an expression that only a run can evaluate."""
    what = f"{body.world.text(node.span)} changes while the program runs"
    body.report.error("S006", node.span, what, "write a number, or a name from a VAR CONSTANT block")
