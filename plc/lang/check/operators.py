"""Operators: chains of them, logic, and what stands before a single value."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check import constants
from plc.lang.check.arithmetic import ARITHMETIC, advise_lost_fraction, arithmetic, power
from plc.lang.check.body import Body
from plc.lang.check.comparisons import COMPARISON, compare
from plc.lang.check.convert import common, implicit
from plc.lang.check.decisions import decided
from plc.lang.check.operands import refuse
from plc.lang.check.texts import as_text
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    UNTYPED_INT,
    Value,
    Whole,
    is_bits,
    is_integer,
    is_real,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, Kind, Scalar, Type

LOGIC = {"AND": ir.BinaryOp.AND, "OR": ir.BinaryOp.OR, "XOR": ir.BinaryOp.XOR}
LONGEST = 250

_MIRROR = {"AND_THEN": True, "OR_ELSE": False}


def binary(body: Body, node: ast.Binary, hint: Type | None) -> Value:
    """An operator between two expressions. A chain leans to the left, so it is walked, not descended into."""
    chain = [node]
    while isinstance(chain[-1].left, ast.Binary):
        chain.append(chain[-1].left)
    if len(chain) > LONGEST:
        what = f"this expression has more than {LONGEST} operators in a row"
        body.report.error("S019", node.span, what, "keep parts of it in variables, or use a loop")
        return NOTHING
    hints = [hint]
    for link in chain:
        hints.append(hints[-1] if link.operator in ARITHMETIC or link.operator in LOGIC else None)
    left, right = _innermost(body, chain[-1], hints[-1])
    value = join(body, chain[-1], left, right, hints[-2])
    for link, wanted in zip(reversed(chain[:-1]), reversed(hints[:-2]), strict=True):
        right = body.value(link.right, _typed(value) or (wanted if link.operator not in COMPARISON else None))
        value = join(body, link, value, right, wanted)
    return value


def _typed(value: Value) -> Type | None:
    kind = type_of(value)
    return None if kind is UNKNOWN or untyped(kind) else kind


def _innermost(body: Body, node: ast.Binary, hint: Type | None) -> tuple[Value, Value]:
    """Both ends of the first operator; a bare enumerator on the left takes its type from the right."""
    bare = isinstance(node.left, ast.Name) and body.scope.find(node.left.name.upper()) is None
    if bare:
        right = body.value(node.right, hint)
        return body.value(node.left, _typed(right) or hint), right
    left = body.value(node.left, hint)
    return left, body.value(node.right, _typed(left) or hint)


def join(body: Body, node: ast.Binary, left: Value, right: Value, hint: Type | None) -> Value:
    """One operator on two values that are known."""
    if type_of(left) is UNKNOWN or type_of(right) is UNKNOWN:
        return NOTHING
    if is_real(type_of(right)):
        advise_lost_fraction(body, node.left, type_of(left), type_of(right))
    if node.operator in COMPARISON:
        return compare(body, COMPARISON[node.operator], left, right, node)
    if isinstance(left, Whole) or isinstance(right, Whole):
        cure = "operators work on single values; name an element or a field"
        if as_text(left) is not None or as_text(right) is not None:
            sides = (_as_string(body, value, side) for value, side in ((left, node.left), (right, node.right)))
            cure = f"write CONCAT({', '.join(sides)})"
        return refuse(body, node, left, right, cure)
    if node.operator in ARITHMETIC:
        return arithmetic(body, ARITHMETIC[node.operator], left, right, node, hint)
    if node.operator == "**":
        return power(body, left, right, node, hint)
    return logic(body, node, left, right)


def _as_string(body: Body, value: Value, node: ast.Expression) -> str:
    text = body.world.text(node.span)
    return text if as_text(value) is not None else f"TO_STRING({text})"


def logic(body: Body, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> Value:
    """AND, OR, XOR on BOOL and bits; AND_THEN, OR_ELSE on BOOL."""
    pair = common(left, right, None)
    kind = None if pair is None else pair[2]
    if pair is None or not isinstance(kind, Scalar) or kind.kind not in (Kind.BOOL, Kind.BITS):
        return refuse(body, node, left, right, _logic_cure(body, node, type_of(left), type_of(right)))
    first, second, _ = pair
    if node.operator not in _MIRROR:
        return _compute_logic(LOGIC[node.operator], first, second, kind)
    if kind is not BOOL:
        return refuse(body, node, left, right, "AND_THEN and OR_ELSE are for BOOL; write AND or OR")
    first = decided(body, first, node.left.span, f"left of {node.operator}: it")
    return ir.ShortCircuit(_MIRROR[node.operator], first, second)


def _compute_logic(op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, kind: Scalar) -> ir.Expr:
    if isinstance(left, ir.Const) and isinstance(right, ir.Const):
        folded = constants.binary(op, left, right, kind)
        if folded is not None:
            return folded
    return ir.Binary(op, left, right, kind)


def _logic_cure(body: Body, node: ast.Binary, one: Type, other: Type) -> str:
    side, kind = (node.left, one) if one is not BOOL and not is_bits(one) else (node.right, other)
    text = body.world.text(side.span)
    if is_integer(kind) and is_bits(one if kind is other else other) and not untyped(kind):
        width = {1: "BYTE", 2: "WORD", 4: "DWORD", 8: "LWORD"}[kind.size]
        return f"write {kind}_TO_{width}({text})"
    if is_integer(kind) or is_real(kind):
        if isinstance(node.left, ast.Binary) and node.left.operator in COMPARISON and side is node.right:
            compared = body.world.text(node.left.left.span)
            return f"write the whole comparison again: {compared} {node.left.operator} {text}"
        return f"write a condition, as in {text} <> 0"
    return "use BOOL on both sides"


def unary(body: Body, node: ast.Unary, hint: Type | None) -> Value:
    """NOT, - and +."""
    operand = body.value(node.operand, hint)
    kind = type_of(operand)
    if kind is UNKNOWN:
        return NOTHING
    if isinstance(operand, Whole) or not isinstance(kind, Scalar):
        return _refuse_unary(body, node, kind, "use a single value")
    if node.operator == "NOT":
        return _invert(body, node, operand, kind, hint)
    if kind.kind in (Kind.BOOL, Kind.BITS, Kind.DATE):
        return _refuse_unary(body, node, kind, "write NOT for the opposite" if kind is BOOL else "use a number")
    if node.operator == "+":
        return operand
    if isinstance(operand, ir.Const) and (negative := constants.negate(operand)) is not None:
        return negative
    if kind.kind is Kind.UNSIGNED:
        return _refuse_unary(body, node, kind, f"convert it to a type with a sign: {kind}_TO_LINT(...)")
    return ir.Unary(ir.UnaryOp.NEG, operand, kind)


def _invert(body: Body, node: ast.Unary, operand: ir.Expr, kind: Scalar, hint: Type | None) -> Value:
    if kind is UNTYPED_INT and isinstance(hint, Scalar) and hint.kind is Kind.BITS:
        fitted = implicit(operand, hint)
        operand, kind = (operand, kind) if fitted is None else (fitted, hint)
    if kind.kind not in (Kind.BOOL, Kind.BITS):
        text = body.world.text(node.operand.span)
        return _refuse_unary(body, node, kind, f"put the whole comparison in parentheses, as in NOT ({text} > 0)")
    if isinstance(operand, ir.Const) and (opposite := constants.invert(operand)) is not None:
        return opposite
    return ir.Unary(ir.UnaryOp.NOT, operand, kind)


def _refuse_unary(body: Body, node: ast.Unary, kind: Type, cure: str) -> Value:
    body.report.error("S009", node.span, f"{node.operator} does not work on {kind}", cure)
    return NOTHING
