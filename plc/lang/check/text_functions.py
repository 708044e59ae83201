"""Functions of texts: LEN, LEFT, RIGHT, MID, CONCAT, TO_UPPER, TO_LOWER, INSERT, DELETE, REPLACE, FIND."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce
from plc.lang.check.signature import Function, arguments_of
from plc.lang.check.texts import all_texts, as_text, capacity, in_turn, make
from plc.lang.check.values import NOTHING, UNKNOWN, Value, type_of
from plc.lang.text_edits import find
from plc.lang.types import INT, LINT, Type

_ONE = ("IN",)
_TWO = ("IN1", "IN2")
TEXT_FORMS: dict[ir.TextOp, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ir.TextOp.LEFT: (_ONE, ("L",)),
    ir.TextOp.RIGHT: (_ONE, ("L",)),
    ir.TextOp.MID: (_ONE, ("L", "P")),
    ir.TextOp.TO_UPPER: (_ONE, ()),
    ir.TextOp.TO_LOWER: (_ONE, ()),
    ir.TextOp.INSERT: (_TWO, ("P",)),
    ir.TextOp.DELETE: (_ONE, ("L", "P")),
    ir.TextOp.REPLACE: (_TWO, ("L", "P")),
}
"""Texts and numbers each one takes, in this order."""


def edit(op: ir.TextOp) -> Function:
    """LEFT .. REPLACE: a text made of one or two texts, and numbers that count bytes from 1."""
    texts, numbers = TEXT_FORMS[op]

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, (*texts, *numbers))
        if nodes is None:
            return NOTHING
        given = _texts(body, nodes[: len(texts)])
        counts = [coerce(body, body.value(node, LINT), LINT, node.span, advise=False) for node in nodes[len(texts) :]]
        if given is None or any(type_of(count) is UNKNOWN for count in counts):
            return NOTHING
        return make(body, op, [*given, *counts], _length(op, given, counts), call.span)

    return lower


def _length(op: ir.TextOp, texts: list[ir.TextExpr], counts: list[ir.Expr]) -> int:
    """How long the result can be."""
    most = sum(map(capacity, texts))
    taken = op in (ir.TextOp.LEFT, ir.TextOp.RIGHT, ir.TextOp.MID)
    return min(most, int(counts[0].value)) if taken and isinstance(counts[0], ir.Const) else most


def concat(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """CONCAT of two or more texts."""
    nodes = arguments_of(body, call, _TWO, "IN")
    texts = None if nodes is None else _texts(body, nodes)
    if texts is None:
        return NOTHING
    return make(body, ir.TextOp.CONCAT, list(texts), sum(map(capacity, texts)), call.span)


def read(op: ir.ReadOp) -> Function:
    """LEN and FIND: a number read from one or two texts."""
    formal = _ONE if op is ir.ReadOp.LEN else _TWO

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, formal)
        texts = None if nodes is None else _texts(body, nodes)
        if texts is None:
            return NOTHING
        known = [text for text in texts if isinstance(text, bytes)]
        if len(known) == len(texts):
            return ir.Const(len(known[0]) if op is ir.ReadOp.LEN else find(*known), INT)
        return ir.ReadText(op, tuple(all_texts(in_turn(body, texts, call.span)) or texts), INT)

    return lower


def _texts(body: Body, nodes: list[ast.Expression]) -> list[ir.TextExpr] | None:
    """The texts the arguments are; None after reporting those that are none."""
    values = [body.value(node) for node in nodes]
    for node, value in zip(nodes, values, strict=True):
        kind = type_of(value)
        if as_text(value) is None and kind is not UNKNOWN:
            text = body.world.text(node.span)
            body.report.error(
                "S008", node.span, f"{text} is {kind}, but a text is wanted here", f"write TO_STRING({text})"
            )
    return all_texts(values)
