"""Conditions as jumps: ``IF a AND b`` looks at b only where a is TRUE.

AND and OR evaluate both sides; where the right one can neither stop nor change anything, nobody sees whether it was
evaluated. It saves the work, and tells LLVM more: on the way where a is FALSE, it is FALSE in the next IF as well.
An index in the right side that stands in the left one too cannot stop: the left one would have stopped.
"""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native import counters
from plc.lang.native.code import Code
from plc.lang.walk import nodes

_SILENT = (
    ir.Const, ir.Load, ir.Place, ir.Unary, ir.Compare, ir.TextCompare, ir.ShortCircuit, ir.Select, ir.Shift, ir.Math,
    ir.Atan2, ir.Bound,
)  # fmt: skip


_FEW = 8
"""Operands of a chain that are looked at: all of them, for each of them, would take the square of their number."""


def jump(code: Code, condition: ir.Expr, yes: str, no: str) -> None:
    """End the block: go on at ``yes`` or ``no``. Works down a chain such as ``a AND b AND c`` without recursion: its
    length is the writer's."""
    waiting = [("", condition, yes, no)]
    while waiting:
        label, node, yes, no = waiting.pop()
        if label:
            code.begin(label)
        while (link := _link(code, node)) is not None:
            conjunction, node, right = link
            deciding = code.label()
            waiting.append((deciding, right, yes, no))
            yes, no = (deciding, no) if conjunction else (yes, deciding)
        if isinstance(node, ir.Unary):
            waiting.append(("", node.operand, no, yes))
        else:
            code.branch(code.value(node), yes, no)


def _link(code: Code, node: ir.Expr) -> tuple[bool, ir.Expr, ir.Expr] | None:
    """Whether both sides must hold, and the sides, where the right one may be left out."""
    match node:
        case ir.ShortCircuit(conjunction=conjunction, left=left, right=right):
            return conjunction, left, right
        case ir.Binary(op=ir.BinaryOp.AND | ir.BinaryOp.OR as op, left=left, right=right) if _silent(code, right, left):
            return op is ir.BinaryOp.AND, left, right
        case _:
            return None


def _silent(code: Code, expression: ir.Expr, before: ir.Expr) -> bool:
    """Whether it neither stops nor changes anything, when the side before it did not stop."""
    unsure = [node for node in nodes((expression,)) if not _silent_node(code, node)]
    if not all(isinstance(node, ir.Step) for node in unsure):
        return False
    checked = _checked(code, before) if unsure else []
    return all(isinstance(node, ir.Step) and _bounded(node) in checked for node in unsure)


def _bounded(step: ir.Step) -> tuple[ir.Expr, int, int]:
    return step.index, step.first, step.last


def _checked(code: Code, before: ir.Expr) -> list[tuple[ir.Expr, int, int]]:
    """The indices that were found inside their bounds when a side did not stop, of its last few operands.

    One of these that was left out had no index but such as were checked before it.
    """
    operands = list[ir.Expr]()
    while isinstance(before, ir.Binary) and before.op in (ir.BinaryOp.AND, ir.BinaryOp.OR) and len(operands) < _FEW:
        operands.append(before.right)
        before = before.left
    if len(operands) < _FEW:
        operands.append(before)
    found = [list(nodes((operand,))) for operand in operands]
    plain = (each for each in found if all(_reads(code, node) for node in each))
    return [_bounded(node) for each in plain for node in each if isinstance(node, ir.Step)]


def _reads(code: Code, node: object) -> bool:
    """Whether it is evaluated for certain, and changes nothing."""
    if isinstance(node, ir.ShortCircuit | ir.Select):
        return False
    return isinstance(node, ir.Step) or _silent_node(code, node)


def _silent_node(code: Code, node: object) -> bool:
    match node:
        case ir.Binary(fault=fault):
            return not fault
        case ir.Convert(rounding=rounding):
            return rounding is ir.Rounding.WRAP
        case ir.Step():
            return counters.tested(code, node)
        case _:
            return isinstance(node, _SILENT)
