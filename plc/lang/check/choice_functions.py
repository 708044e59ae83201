"""Standard functions that choose, operators called by name, and shifts: SEL, MUX, ADD .. NE, SHL .. ROR."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce, implicit
from plc.lang.check.effects import again, has_call, repeats_show
from plc.lang.check.operators import join
from plc.lang.check.selects import by_number
from plc.lang.check.signature import Function, arguments_of, operands_of, refuse, single, unify
from plc.lang.check.texts import all_texts, as_text, choose
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    Value,
    Whole,
    is_bits,
    is_integer,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, DINT, LINT, LREAL, Array, Enumeration, Kind, Scalar, Type


def sel(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """IN0 where G is FALSE, IN1 where it is TRUE; both are evaluated."""
    nodes = arguments_of(body, call, ("G", "IN0", "IN1"))
    if nodes is None:
        return NOTHING
    condition = coerce(body, body.value(nodes[0], BOOL), BOOL, nodes[0].span)
    operands = operands_of(body, nodes[1:], hint)
    texts = None if operands is None else all_texts(operands)
    if texts is not None:
        return choose(body, ir.TextOp.CHOOSE, [ir.Convert(condition, LINT)], texts, call.span)
    values = single(body, nodes[1:], operands)
    unified = None if values is None else unify(body, call, values, hint)
    if unified is None:
        return NOTHING
    (no, yes), kind = _settled(unified, hint)
    if not isinstance(kind, Scalar | Enumeration):
        return NOTHING
    if has_call(no) or has_call(yes):
        # IN0 comes before IN1, as written
        return ir.Select(ir.Unary(ir.UnaryOp.NOT, condition, BOOL), no, yes, kind)
    return ir.Select(condition, yes, no, kind)


def _settled(unified: tuple[list[ir.Expr], Type], hint: Type | None) -> tuple[list[ir.Expr], Type]:
    """Literals chosen between take the type wanted here, else one of their own."""
    values, kind = unified
    if not untyped(kind):
        return unified
    for target in (hint, DINT, LREAL):
        if isinstance(target, Scalar):
            fitted = [implicit(value, target) for value in values]
            if all(value is not None for value in fitted):
                return [value for value in fitted if value is not None], target
    return [NOTHING for _ in values], UNKNOWN


def mux(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """Input number K, counted from 0; a K that has no input stops the program like an index."""
    inputs = max(len(call.arguments) - 1, 1)
    nodes = arguments_of(body, call, ("K", *(f"IN{number}" for number in range(inputs))))
    if nodes is None:
        return NOTHING
    selector = body.value(nodes[0])
    kind = type_of(selector)
    operands = operands_of(body, nodes[1:], hint)
    texts = None if operands is None else all_texts(operands)
    values = single(body, nodes[1:], operands) if texts is None else []
    unified = None if not values else unify(body, call, values, hint)
    if (unified is None and texts is None) or kind is UNKNOWN:
        return NOTHING
    if isinstance(selector, Whole) or not is_integer(kind) or has_call(selector):
        return refuse(body, call, kind, "select with a whole-number variable")
    if texts is not None:
        return _text_number(body, call, selector, texts, nodes[0])
    if unified is None:
        return NOTHING
    choices, chosen = _settled(unified, hint)
    if isinstance(selector, ir.Const):
        number = int(selector.value)
        return choices[number] if 0 <= number < len(choices) else refuse(body, call, kind, "K counts from 0")
    checked = _checked(body, selector, len(choices), nodes[0])
    if not isinstance(chosen, Scalar | Enumeration):
        return NOTHING
    return by_number(checked, list(enumerate(choices)), chosen)


def _text_number(body: Body, call: ast.Call, number: ir.Expr, texts: list[ir.TextExpr], node: ast.Expression) -> Value:
    if isinstance(number, ir.Const):
        known = int(number.value)
        return texts[known] if 0 <= known < len(texts) else refuse(body, call, number.type, "K counts from 0")
    wide = ir.Convert(_checked(body, number, len(texts), node), LINT)
    return choose(body, ir.TextOp.CHOOSE, [wide], texts, call.span)


def _checked(body: Body, selector: ir.Expr, count: int, node: ast.Expression) -> ir.Expr:
    """The selector as a DINT, read from a table of 0..count-1, so that another value stops the program."""
    table = b"".join(number.to_bytes(4, "little") for number in range(count))
    place = body.hidden("MUX", Array(DINT, ((0, count - 1),)), table, node.span)
    step = ir.Step(selector, 0, count - 1, 4, body.fault(ir.FaultKind.INDEX, node.span))
    return ir.Load(ir.Place(place.base, place.offset, (step,), DINT), DINT)


def move(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """MOVE: the value itself."""
    nodes = arguments_of(body, call, ("IN",))
    return NOTHING if nodes is None else body.value(nodes[0], hint)


def inverted(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """NOT(IN := x)."""
    nodes = arguments_of(body, call, ("IN",))
    return NOTHING if nodes is None else body.value(ast.Unary("NOT", nodes[0], call.span), hint)


def comparison_called(operator: str) -> Function:
    """GT and the like; GT(a, b, c) is a > b AND b > c."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, ("IN1", "IN2"), "IN")
        if nodes is None:
            return NOTHING
        for node in nodes[1:-1]:
            value = body.value(node)
            if has_call(value) or (as_text(value) is not None and repeats_show(value)):
                what = f"{body.world.text(node.span)} would be worked out twice here"
                body.report.error("S009", node.span, what, "put it into a variable first")
                return NOTHING
        pairs = [ast.Binary(operator, left, right, call.span) for left, right in pairwise(nodes)]
        joined = body.value(pairs[0])
        for pair in pairs[1:]:
            value = body.value(pair)
            if isinstance(value, ir.Compare):
                value = replace(value, left=again(value.left))
            joined = join(body, ast.Binary("AND", pairs[0], pair, call.span), joined, value, BOOL)
        return joined

    return lower


def operator_called(operator: str, more: bool) -> Function:
    """ADD, AND and the like: an operator written as a function."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, ("IN1", "IN2"), "IN" if more else "")
        if nodes is None:
            return NOTHING
        joined = nodes[0]
        for node in nodes[1:]:
            joined = ast.Binary(operator, joined, node, call.span)
        return body.value(joined, hint)

    return lower


def shift(op: ir.ShiftOp) -> Function:
    """SHL, SHR, ROL, ROR of bits and unsigned integers."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, ("IN", "N"))
        if nodes is None:
            return NOTHING
        value = body.value(nodes[0], hint)
        by = coerce(body, body.value(nodes[1], DINT), DINT, nodes[1].span, advise=False)
        kind = type_of(value)
        if kind is UNKNOWN:
            return NOTHING
        if isinstance(value, Whole):
            return refuse(body, call, kind, "shift BYTE, WORD, DWORD, LWORD or an unsigned integer")
        if untyped(kind) and isinstance(hint, Scalar) and is_bits(hint):
            value, kind = coerce(body, value, hint, nodes[0].span), hint
        unsigned = isinstance(kind, Scalar) and kind.kind in (Kind.BITS, Kind.UNSIGNED)
        if not unsigned or not isinstance(kind, Scalar):
            return refuse(body, call, kind, "shift BYTE, WORD, DWORD, LWORD or an unsigned integer")
        return ir.Shift(op, value, by, kind)

    return lower
