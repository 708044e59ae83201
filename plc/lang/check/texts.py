"""Texts as values: what is one, and how one is made."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.body import Body
from plc.lang.check.values import Value
from plc.lang.text_edits import EDITS
from plc.lang.types import LONGEST_TEXT, Text


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
    return ir.MakeText(op, tuple(operands), body.text_buffer(max(1, min(length, LONGEST_TEXT)), span))


def choose(body: Body, op: ir.TextOp, number: list[ir.Expr], texts: list[ir.TextExpr], span: Span) -> ir.TextExpr:
    """One of the texts, by number (CHOOSE) or by their order (LEAST, GREATEST)."""
    return make(body, op, [*number, *texts], max(map(capacity, texts)), span)
