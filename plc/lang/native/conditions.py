"""Conditions as jumps: ``IF a AND b`` looks at b only where a is TRUE.

AND and OR evaluate both sides; where the right one can neither stop nor change anything, nobody sees whether it was
evaluated. It saves the work, and tells LLVM more: on the way where a is FALSE, it is FALSE in the next IF as well.
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
        case ir.Binary(op=ir.BinaryOp.AND | ir.BinaryOp.OR as op, left=left, right=right) if _silent(code, right):
            return op is ir.BinaryOp.AND, left, right
        case _:
            return None


def _silent(code: Code, expression: ir.Expr) -> bool:
    """Whether it neither stops nor changes anything."""
    return all(_silent_node(code, node) for node in nodes((expression,)))


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
