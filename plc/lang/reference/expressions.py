"""Expressions as closures: one function a node, operands left to right."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from struct import unpack_from
from typing import Any

from plc.lang import ir
from plc.lang.reference import arithmetic, memory
from plc.lang.reference.conversions import conversion, count_fault
from plc.lang.reference.frame import Closure, Frame, Stop, Translation
from plc.lang.types import Enumeration, Kind, Scalar, scalar_of

LONG_CHAIN = 40
"""A chain of operators longer than this runs as a loop, so that no text can exhaust Python's stack."""


def _scalar(expression: ir.Expr) -> Scalar:
    type_ = ir.type_of(expression)
    if not isinstance(type_, Scalar | Enumeration):
        raise TypeError(f"{type_} is no operand")
    return scalar_of(type_)


def _const(t: Translation, node: ir.Const) -> Closure:
    value = node.value
    return lambda frame: value


def _load(t: Translation, node: ir.Load) -> Closure:
    return memory.load(t, node.place, node.type)


def _one(compute: arithmetic.Unary, operand: Closure) -> Closure:
    return lambda frame: compute(operand(frame))


def _two(compute: arithmetic.Binary, left: Closure, right: Closure) -> Closure:
    return lambda frame: compute(left(frame), right(frame))


def _unary(t: Translation, node: ir.Unary) -> Closure:
    return _one(arithmetic.unary(node.op, node.type), t.value(node.operand))


def _binary(t: Translation, node: ir.Binary) -> Closure:
    chain = [node]
    while isinstance(chain[-1].left, ir.Binary):
        chain.append(chain[-1].left)
    if len(chain) > LONG_CHAIN:
        return _chained(t, chain)
    return _two(arithmetic.binary(node.op, node.type, node.fault), t.value(node.left), t.value(node.right))


def _chained(t: Translation, chain: list[ir.Binary]) -> Closure:
    """``a + b + c ...`` from the left; what is between is not observed."""
    start = t.value(chain[-1].left)
    links = [(arithmetic.binary(link.op, link.type, link.fault), t.value(link.right)) for link in reversed(chain)]

    def run(frame: Frame) -> Any:
        value = start(frame)
        for compute, right in links:
            value = compute(value, right(frame))
        return value

    return run


def _compare(t: Translation, node: ir.Compare) -> Closure:
    return _two(arithmetic.COMPARISONS[node.op], t.value(node.left), t.value(node.right))


def _short_circuit(t: Translation, node: ir.ShortCircuit) -> Closure:
    """``a AND_THEN b AND_THEN ...`` from the left, as a loop; what is between is not observed."""
    chain = [node]
    while isinstance(chain[-1].left, ir.ShortCircuit):
        chain.append(chain[-1].left)
    start = t.value(chain[-1].left)
    links = [(link.conjunction, t.value(link.right)) for link in reversed(chain)]

    def run(frame: Frame) -> Any:
        value = start(frame)
        for conjunction, right in links:
            if value == conjunction:
                value = right(frame)
        return value

    return run


def _select(t: Translation, node: ir.Select) -> Closure:
    condition, then, otherwise = t.value(node.condition), t.value(node.then), t.value(node.otherwise)

    def run(frame: Frame) -> Any:
        decision, yes, no = condition(frame), then(frame), otherwise(frame)
        return yes if decision else no

    return run


def _convert(t: Translation, node: ir.Convert) -> Closure:
    return _one(conversion(_scalar(node.operand), node.type, node.rounding, t.context), t.value(node.operand))


def _check(t: Translation, node: ir.Check) -> Closure:
    operand, ranges, context = t.value(node.operand), node.ranges, t.context

    def run(frame: Frame) -> Any:
        value = operand(frame)
        if any(first <= value <= last for first, last in ranges):
            return value
        if node.fault:
            raise Stop(node.fault)
        count_fault(context)
        return node.otherwise

    return run


def _again(t: Translation, node: ir.Again) -> Closure:
    aside = copy(t)
    aside.context = bytearray(len(t.context))
    return aside.value(node.operand)


def _math(t: Translation, node: ir.Math) -> Closure:
    return _one(arithmetic.elementary(node.op, node.type), t.value(node.operand))


def _atan2(t: Translation, node: ir.Atan2) -> Closure:
    return _two(arithmetic.atan2(node.type), t.value(node.y), t.value(node.x))


def _shift(t: Translation, node: ir.Shift) -> Closure:
    return _two(arithmetic.shift(node.op, node.type), t.value(node.operand), t.value(node.by))


def _fold(t: Translation, node: ir.Fold) -> Closure:
    where, count, compute = memory.address(t, node.place), t.value(node.count), arithmetic.fold(node.op, node.type)
    code, fault = memory.form(node.type).format[-1], node.fault
    limit = _limit(t, node.limit)
    nothing = 0.0 if node.type.kind is Kind.REAL else 0

    def run(frame: Frame) -> Any:
        start = where(frame)
        number = count(frame)
        if not 0 <= number <= limit(frame):
            raise Stop(fault)
        return compute(unpack_from(f"<{number}{code}", *start)) if number else nothing

    return run


def _limit(t: Translation, limit: int | ir.Bound) -> Closure:
    return _bound(t, limit) if isinstance(limit, ir.Bound) else lambda frame: limit


def _bound(t: Translation, node: ir.Bound) -> Closure:
    number, dimension = node.number, node.dimension
    match node.op:
        case ir.BoundOp.LOWER:
            return lambda frame: frame.refs[number][2][dimension][0]
        case ir.BoundOp.UPPER:
            return lambda frame: frame.refs[number][2][dimension][1]
        case ir.BoundOp.COUNT:
            return lambda frame: memory.elements(frame.refs[number][2])


EXPRESSIONS: dict[type, Callable[[Translation, Any], Closure]] = {
    ir.Const: _const,
    ir.Load: _load,
    ir.Unary: _unary,
    ir.Binary: _binary,
    ir.Compare: _compare,
    ir.ShortCircuit: _short_circuit,
    ir.Select: _select,
    ir.Convert: _convert,
    ir.Check: _check,
    ir.Again: _again,
    ir.Math: _math,
    ir.Atan2: _atan2,
    ir.Shift: _shift,
    ir.Fold: _fold,
    ir.Bound: _bound,
}
