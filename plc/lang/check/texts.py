"""Texts as values: what is one, and how one is made."""

from __future__ import annotations

from collections.abc import Sequence

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.body import Body
from plc.lang.check.effects import has_call
from plc.lang.check.values import Value
from plc.lang.text_edits import EDITS
from plc.lang.types import LONGEST_TEXT, Text

Operand = ir.Expr | ir.TextExpr


def as_text(value: Value) -> ir.TextExpr | None:
    """The value where it is a text, else None."""
    if isinstance(value, bytes | ir.MakeText):
        return value
    if isinstance(value, ir.Place | ir.CallFunction) and isinstance(value.type, Text):
        return value
    return None


def all_texts(values: list[Value]) -> list[ir.TextExpr] | None:
    """The values where each of them is a text, else None."""
    texts = [text for value in values if (text := as_text(value)) is not None]
    return texts if len(texts) == len(values) else None


def capacity(text: ir.TextExpr) -> int:
    """The most bytes a text can have."""
    if isinstance(text, bytes):
        return len(text)
    return text.type.length if isinstance(text.type, Text) else 0


def make(body: Body, op: ir.TextOp, operands: list[ir.Expr | ir.TextExpr], length: int, span: Span) -> ir.TextExpr:
    """A text of at most ``length`` bytes, and of at most what a STRING can hold; what does not fit is cut off."""
    known = [each.value if isinstance(each, ir.Const) else each for each in operands]
    if op in EDITS and all(isinstance(each, bytes | int) for each in known):
        return EDITS[op](*known)[:LONGEST_TEXT]
    operands = in_turn(body, operands, span)
    return ir.MakeText(op, tuple(operands), body.text_buffer(max(1, min(length, LONGEST_TEXT)), span))


def in_turn(body: Body, operands: Sequence[Operand], span: Span) -> list[Operand]:
    """The operands, of which a variable before a call is copied when its turn comes: the call may change it."""
    return [
        _copied(body, each, span) if isinstance(each, ir.Place) and has_call(tuple(operands[at + 1 :])) else each
        for at, each in enumerate(operands)
    ]


def _copied(body: Body, text: Operand, span: Span) -> Operand:
    if not isinstance(text, ir.Place) or not isinstance(text.type, Text):
        return text
    return ir.MakeText(ir.TextOp.CONCAT, (text, b""), body.text_buffer(max(1, text.type.length), span))


def choose(body: Body, op: ir.TextOp, number: list[ir.Expr], texts: list[ir.TextExpr], span: Span) -> ir.TextExpr:
    """One of the texts, by number (CHOOSE) or by their order (LEAST, GREATEST)."""
    return make(body, op, [*number, *texts], max(map(capacity, texts)), span)
