"""Operators: which types go together, what they compute in, and what is known before the program runs."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import constants
from plc.lang.check.body import Body
from plc.lang.check.convert import article, common, implicit
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    UNTYPED_INT,
    UNTYPED_REAL,
    Value,
    is_bits,
    is_integer,
    is_real,
    is_time,
    same_type,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, LREAL, REAL, Enumeration, Kind, Scalar, Text, Type

ARITHMETIC = {
    "+": ir.BinaryOp.ADD,
    "-": ir.BinaryOp.SUB,
    "*": ir.BinaryOp.MUL,
    "/": ir.BinaryOp.DIV,
    "MOD": ir.BinaryOp.MOD,
}
COMPARISON = {op.value: op for op in ir.CompareOp}
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
    if node.operator in COMPARISON:
        return compare(body, COMPARISON[node.operator], left, right, node)
    if isinstance(left, ir.Place | bytes) or isinstance(right, ir.Place | bytes):
        return _refuse(body, node, left, right, "operators work on single values; name an element or a field")
    if node.operator in ARITHMETIC:
        return arithmetic(body, ARITHMETIC[node.operator], left, right, node, hint)
    if node.operator == "**":
        return power(body, left, right, node, hint)
    return logic(body, node, left, right)


def _refuse(body: Body, node: ast.Binary, left: Value, right: Value, cure: str, code: str = "S009") -> Value:
    what = f"{node.operator} does not work between {article(type_of(left))} and {article(type_of(right))}"
    body.report.error(code, node.span, what, cure)
    return NOTHING


# ---------------------------------------------------------------- arithmetic


def arithmetic(
    body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, node: ast.Binary, hint: Type | None
) -> Value:
    """``+ - * / MOD`` on numbers and times."""
    one, other = type_of(left), type_of(right)
    if is_time(one) or is_time(other):
        return _time_arithmetic(body, op, left, right, node)
    for value, side in ((left, node.left), (right, node.right)):
        kind = type_of(value)
        if not (is_integer(kind) or is_real(kind)):
            return _refuse(body, node, left, right, _number_cure(body, kind, side))
    pair = common(body, left, right, hint)
    if pair is None:
        return _no_common(body, node, left, right)
    first, second, kind = pair
    if not isinstance(kind, Scalar):
        return NOTHING
    if op is ir.BinaryOp.MOD and is_real(kind):
        return _refuse(body, node, left, right, "MOD is for whole numbers; write a - TRUNC(a / b) * b")
    return _compute(body, op, first, second, kind, node)


def _number_cure(body: Body, kind: Type, side: ast.Expression) -> str:
    text = body.world.text(side.span)
    if is_bits(kind) and isinstance(kind, Scalar):
        return f"convert the bits to a number first: {kind}_TO_U{'LINT' if kind.size == 8 else 'DINT'}({text})"
    if kind is BOOL:
        return f"use AND, OR, NOT on BOOL, or BOOL_TO_INT({text})"
    if isinstance(kind, Enumeration):
        return f"an enumeration is no number; write TO_INT({text}) if its number is meant"
    return "use numbers"


def _compute(
    body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, kind: Scalar, node: ast.Binary | ast.Call
) -> Value:
    if isinstance(left, ir.Const) and isinstance(right, ir.Const):
        folded = constants.binary(op, left, right, kind)
        if folded is not None:
            return folded
        if not is_real(kind) or untyped(kind):
            what = f"{body.world.text(node.span)} has no value in {article(kind)}"
            body.report.error("S007", node.span, what, "use a wider type, and no division by zero")
            return NOTHING
    fault = 0
    if op in (ir.BinaryOp.DIV, ir.BinaryOp.MOD) and not is_real(kind):
        fault = body.fault(ir.FaultKind.DIVISION, node.span)
        if isinstance(right, ir.Const) and right.value == 0:
            body.report.error("S007", node.span, "this divides by zero", "divide by something else")
    return ir.Binary(op, left, right, kind, fault)


def compute(body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, kind: Scalar, call: ast.Call) -> Value:
    """An operator whose operands already have its type (for the standard functions)."""
    return _compute(body, op, left, right, kind, call)


def _no_common(body: Body, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> Value:
    one, other = type_of(left), type_of(right)
    text = body.world.text
    if untyped(one) or untyped(other):
        literal, typed = (node.left, other) if untyped(one) else (node.right, one)
        what = f"{text(literal.span)} does not fit {typed}, the type of the other side"
        body.report.error("S007", literal.span, what, f"give it a type that holds it, as in DINT#{text(literal.span)}")
        return NOTHING
    if is_integer(one) and is_integer(other) and isinstance(one, Scalar) and isinstance(other, Scalar):
        side, unsigned, kind = (node.right, other, one) if one.signed else (node.left, one, other)
        wider = "LINT" if max(one.size, other.size) >= 4 else "DINT"
        cure = f"convert the unsigned side: {unsigned}_TO_{wider}({text(side.span)})"
        what = f"{unsigned} has no sign and {kind} has one, so neither holds both"
        body.report.error("S010", node.span, what, cure)
        return NOTHING
    return _refuse(body, node, left, right, "convert one side with a function like LINT_TO_LREAL(...)")


def _time_arithmetic(body: Body, op: ir.BinaryOp, left: ir.Expr, right: ir.Expr, node: ast.Binary) -> Value:
    one, other = type_of(left), type_of(right)
    if is_time(one) and is_time(other):
        if op in (ir.BinaryOp.ADD, ir.BinaryOp.SUB) and isinstance(one, Scalar):
            second = implicit(right, one)
            return NOTHING if second is None else _compute(body, op, left, second, one, node)
        cure = "divide their nanoseconds: TIME_TO_LREAL(a) / TIME_TO_LREAL(b)"
        return _refuse(body, node, left, right, cure)
    swapped = is_time(other)
    if (swapped and op is not ir.BinaryOp.MUL) or op not in (ir.BinaryOp.MUL, ir.BinaryOp.DIV):
        return _refuse(body, node, left, right, "a time goes with a time by + and -, with a number by * and /")
    time, number = (right, left) if swapped else (left, right)
    kind = type_of(time)
    if not isinstance(kind, Scalar):
        return NOTHING
    return scaled_time(body, op, time, number, kind, node)


def scaled_time(body: Body, op: ir.BinaryOp, time: ir.Expr, number: ir.Expr, kind: Scalar, node: ast.Binary) -> Value:
    """A time times or divided by a number: exact for integers, through LREAL for REAL."""
    scale = type_of(number)
    if is_integer(scale):
        if isinstance(number, ir.Const):
            factor: ir.Expr = ir.Const(number.value, kind)
        else:
            factor = ir.Convert(number, kind)
        return _compute(body, op, time, factor, kind, node)
    if not is_real(scale):
        return _refuse(body, node, time, number, "a time goes with a time by + and -, with a number by * and /")
    real = implicit(number, LREAL)
    if real is None:
        return NOTHING
    return ir.Convert(ir.Binary(op, ir.Convert(time, LREAL), real, LREAL), kind, ir.Rounding.NEAREST)


def power(body: Body, base: ir.Expr, exponent: ir.Expr, node: ast.Binary | ast.Call, hint: Type | None) -> Value:
    """``**`` and EXPT: computed in LREAL, as REAL where the base is REAL or a small integer."""
    one = type_of(base)
    for kind in (one, type_of(exponent)):
        if not (is_integer(kind) or is_real(kind)):
            what = f"a power is made of numbers, not of {article(kind)}"
            body.report.error("S009", node.span, what, "use REAL or LREAL")
            return NOTHING
    result = _power_type(one, hint)
    pair = _number(base), _number(exponent)
    if isinstance(pair[0], ir.Const) and isinstance(pair[1], ir.Const):
        folded = constants.binary(ir.BinaryOp.POW, pair[0], pair[1], LREAL)
        if folded is not None:
            near = folded if untyped(result) else constants.fit(folded, result)
            return ir.Const(folded.value, result) if near is folded else near or NOTHING
    raised: ir.Expr = ir.Binary(ir.BinaryOp.POW, *pair, LREAL)
    return raised if result is LREAL or untyped(result) else ir.Convert(raised, result)


def _power_type(base: Type, hint: Type | None) -> Scalar:
    if untyped(base):
        return hint if hint is REAL or hint is LREAL else UNTYPED_REAL
    if isinstance(base, Scalar) and is_real(base):
        return base
    return REAL if isinstance(base, Scalar) and base.size <= 2 and hint is not LREAL else LREAL


def _number(value: ir.Expr) -> ir.Expr:
    if isinstance(value, ir.Const):
        return ir.Const(float(value.value), LREAL)
    return value if type_of(value) is LREAL else ir.Convert(value, LREAL)


# ---------------------------------------------------------------- comparisons


def compare(body: Body, op: ir.CompareOp, left: Value, right: Value, node: ast.Binary) -> Value:
    """A comparison of numbers, times, bits, BOOLs, enumerations or texts."""
    if isinstance(left, ir.Place | bytes) or isinstance(right, ir.Place | bytes):
        return _compare_texts(body, op, left, right, node)
    one, other = type_of(left), type_of(right)
    pair = common(body, left, right, None)
    if pair is None:
        if (one is BOOL) != (other is BOOL) and isinstance(node.left, ast.Binary):
            cure = "write a < b AND b < c"
            return _refuse(body, node, left, right, cure)
        numbers = all(is_integer(kind) or is_real(kind) for kind in (one, other))
        cure = "compare values of one type"
        return _no_common(body, node, left, right) if numbers else _refuse(body, node, left, right, cure)
    first, second, kind = pair
    if (kind is BOOL or isinstance(kind, Enumeration)) and op not in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return _refuse(body, node, left, right, "only = and <> compare these")
    if isinstance(kind, Scalar) and is_real(kind):
        _note_real(body, op, first, second, node.span)
    if isinstance(first, ir.Const) and isinstance(second, ir.Const) and _ordinary(first) and _ordinary(second):
        return ir.Const(constants.compare(op, first, second), BOOL)
    return ir.Compare(op, first, second)


def _ordinary(constant: ir.Const) -> bool:
    return constant.value == constant.value


def _note_real(body: Body, op: ir.CompareOp, left: ir.Expr, right: ir.Expr, span: Span) -> None:
    if op not in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return
    fixed = [side for side in (left, right) if isinstance(side, ir.Const)]
    if any(not _ordinary(side) for side in fixed):
        body.report.error("S014", span, "NaN is equal to nothing, not even to NaN", "write NOT IS_VALID(x)")
    elif not any(side.value == 0.0 for side in fixed):
        body.facts.real_equality.append(span)


def _compare_texts(body: Body, op: ir.CompareOp, left: Value, right: Value, node: ast.Binary) -> Value:
    if not isinstance(type_of(left), Text) or not isinstance(type_of(right), Text):
        both = same_type(type_of(left), type_of(right))
        cure = "compare their fields or elements one by one" if both else "compare values of one type"
        return _refuse(body, node, left, right, cure)
    sides = [text_place(body, side, node.span) for side in (left, right)]
    if sides[0] is None or sides[1] is None:
        return _refuse(body, node, left, right, "assign the function's text to a variable first")
    return ir.TextCompare(op, sides[0], sides[1])


def text_place(body: Body, value: Value, span: Span) -> ir.Place | None:
    """Where a text lies; a literal gets a constant place in the frame."""
    if isinstance(value, ir.Place):
        return value
    if isinstance(value, bytes):
        kind = Text(max(len(value), 1))
        return body.hidden("text", kind, constants.text_image(value, kind), span)
    return None


# ---------------------------------------------------------------- logic


def logic(body: Body, node: ast.Binary, left: ir.Expr, right: ir.Expr) -> Value:
    """AND, OR, XOR on BOOL and bits; AND_THEN, OR_ELSE on BOOL."""
    pair = common(body, left, right, None)
    kind = None if pair is None else pair[2]
    if pair is None or not isinstance(kind, Scalar) or kind.kind not in (Kind.BOOL, Kind.BITS):
        return _refuse(body, node, left, right, _logic_cure(body, node, type_of(left), type_of(right)))
    first, second, _ = pair
    if node.operator not in _MIRROR:
        return _compute_logic(LOGIC[node.operator], first, second, kind)
    if kind is not BOOL:
        return _refuse(body, node, left, right, "AND_THEN and OR_ELSE are for BOOL; write AND or OR")
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
    if is_integer(kind) and is_bits(one if kind is other else other) and isinstance(kind, Scalar) and not untyped(kind):
        width = {1: "BYTE", 2: "WORD", 4: "DWORD", 8: "LWORD"}[kind.size]
        return f"write {kind}_TO_{width}({text})"
    if is_integer(kind) or is_real(kind):
        return f"write a condition, as in {text} <> 0"
    return "use BOOL on both sides"


def unary(body: Body, node: ast.Unary, hint: Type | None) -> Value:
    """NOT, - and +."""
    operand = body.value(node.operand, hint)
    kind = type_of(operand)
    if kind is UNKNOWN:
        return NOTHING
    if isinstance(operand, ir.Place | bytes) or not isinstance(kind, Scalar):
        return _refuse_unary(body, node, kind, "use a single value")
    if node.operator == "NOT":
        return _invert(body, node, operand, kind, hint)
    if kind.kind in (Kind.BOOL, Kind.BITS):
        return _refuse_unary(body, node, kind, "write NOT for the opposite" if kind is BOOL else "use an integer")
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
        return _refuse_unary(body, node, kind, "NOT is for BOOL and bits; compare numbers, as in x = 0")
    if isinstance(operand, ir.Const) and (opposite := constants.invert(operand)) is not None:
        return opposite
    return ir.Unary(ir.UnaryOp.NOT, operand, kind)


def _refuse_unary(body: Body, node: ast.Unary, kind: Type, cure: str) -> Value:
    body.report.error("S009", node.span, f"{node.operator} does not work on {article(kind)}", cure)
    return NOTHING


__all__ = ["arithmetic", "binary", "compare", "compute", "logic", "power", "text_place", "unary"]
