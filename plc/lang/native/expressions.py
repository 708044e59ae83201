"""Expressions as instructions: one function a node, operands left to right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.native import arithmetic, memory, texts
from plc.lang.native.calls import call_function
from plc.lang.native.code import Code, literal, operand, scalar_type
from plc.lang.native.folds import fold
from plc.lang.native.open_arrays import bound


def _const(code: Code, node: ir.Const) -> str:
    return literal(node.value, operand(node.type))


def _load(code: Code, node: ir.Load) -> str:
    return memory.load(code, node.place, node.type)


def _unary(code: Code, node: ir.Unary) -> str:
    return arithmetic.unary(code, node.op, node.type, code.value(node.operand))


def _binary(code: Code, node: ir.Binary) -> str:
    """Works down a chain such as ``a + b + c`` without recursion: its length is the writer's."""
    chain = [node]
    while isinstance(chain[-1].left, ir.Binary):
        chain.append(chain[-1].left)
    value = code.value(chain[-1].left)
    for link in reversed(chain):
        value = arithmetic.binary(code, link, value, code.value(link.right))
    return value


def _compare(code: Code, node: ir.Compare) -> str:
    left, right = code.value(node.left), code.value(node.right)
    return arithmetic.compare(code, node.op, operand(ir.type_of(node.left)), left, right)


def _short_circuit(code: Code, node: ir.ShortCircuit) -> str:
    """Works down a chain of them without recursion, too."""
    chain = [node]
    while isinstance(chain[-1].left, ir.ShortCircuit):
        chain.append(chain[-1].left)
    value = code.value(chain[-1].left)
    for link in reversed(chain):
        if code.flat:  # nothing in such a loop stops, so both sides may be worked out
            value = code.let(f"{'and' if link.conjunction else 'or'} i1 {value}, {code.value(link.right)}")
        else:
            value = _deciding(code, link, value)
    return value


def _deciding(code: Code, node: ir.ShortCircuit, left: str) -> str:
    origin, deciding, end = code.block, code.label(), code.label()
    code.branch(left, *((deciding, end) if node.conjunction else (end, deciding)))
    code.begin(deciding)
    right = code.value(node.right)
    last = code.block
    code.jump(end)
    code.begin(end)
    known = "false" if node.conjunction else "true"
    return code.let(f"phi i1 [ {known}, %{origin} ], [ {right}, %{last} ]")


def _select(code: Code, node: ir.Select) -> str:
    condition, then, otherwise = (code.value(part) for part in (node.condition, node.then, node.otherwise))
    type_ = scalar_type(operand(node.type))
    return code.let(f"select i1 {condition}, {type_} {then}, {type_} {otherwise}")


def _convert(code: Code, node: ir.Convert) -> str:
    return arithmetic.convert(code, operand(ir.type_of(node.operand)), node, code.value(node.operand))


def _check(code: Code, node: ir.Check) -> str:
    scalar, value = operand(ir.type_of(node.operand)), code.value(node.operand)
    inside = "false"
    for first, last in node.ranges:
        one = arithmetic.within(code, scalar, value, first, last)
        inside = one if inside == "false" else code.let(f"or i1 {inside}, {one}")
    outside = code.let(f"xor i1 {inside}, true")
    target = operand(node.type)
    if node.fault:
        code.stop_if(outside, node.fault)
        return arithmetic.resized(code, scalar, target, value)
    arithmetic.count_fault(code, outside)
    known, type_ = arithmetic.resized(code, scalar, target, value), scalar_type(target)
    return code.let(f"select i1 {inside}, {type_} {known}, {type_} {literal(node.otherwise, target)}")


def _again(code: Code, node: ir.Again) -> str:
    counts, code.counts = code.counts, False
    value = code.value(node.operand)
    code.counts = counts
    return value


def _math(code: Code, node: ir.Math) -> str:
    return arithmetic.elementary(code, node.op, node.type, code.value(node.operand))


def _atan2(code: Code, node: ir.Atan2) -> str:
    y = arithmetic.to_double(code, node.type, code.value(node.y))
    x = arithmetic.to_double(code, node.type, code.value(node.x))
    return arithmetic.from_double(code, node.type, arithmetic.library(code, "atan2", y, x))


def _shift(code: Code, node: ir.Shift) -> str:
    value, by = code.value(node.operand), code.value(node.by)
    return arithmetic.shift(code, node.op, node.type, value, by, operand(ir.type_of(node.by)))


EXPRESSIONS: dict[type, Callable[[Code, Any], str]] = {
    ir.Const: _const,
    ir.Load: _load,
    ir.Unary: _unary,
    ir.Binary: _binary,
    ir.Compare: _compare,
    ir.TextCompare: texts.compare_text,
    ir.MakeText: texts.make_text,
    ir.ReadText: texts.read_text,
    ir.ShortCircuit: _short_circuit,
    ir.Select: _select,
    ir.Convert: _convert,
    ir.Check: _check,
    ir.Again: _again,
    ir.Math: _math,
    ir.Atan2: _atan2,
    ir.Shift: _shift,
    ir.Fold: fold,
    ir.Bound: bound,
    ir.CallFunction: call_function,
}
