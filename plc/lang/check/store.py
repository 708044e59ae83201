"""Putting a value into a place: one statement, by the kind of what is stored."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce, mismatch
from plc.lang.check.texts import as_text
from plc.lang.check.values import UNKNOWN, Value, is_block, same_type, type_of
from plc.lang.types import Array, Enumeration, Scalar, Text

Store = ir.Assign | ir.Copy | ir.CopyText


def store(body: Body, place: ir.Place, value: Value, value_span: Span, span: Span) -> Store | None:
    """The statement that stores; None after reporting that the value does not go there."""
    kind, source = place.type, type_of(value)
    if kind is UNKNOWN or source is UNKNOWN:
        body.report.must_tell(value_span)
        return None
    if isinstance(kind, Scalar | Enumeration):
        return ir.Assign(place, coerce(body, value, kind, value_span), span)
    if isinstance(kind, Text):
        return _store_text(body, place, kind, value, value_span, span)
    if not isinstance(value, ir.Place | bytes):
        _not_here(body, value, kind, source, value_span)
        return None
    if is_block(kind):
        body.report.error("S018", span, f"{kind} is a block, which cannot be copied", "copy its outputs one by one")
        return None
    if isinstance(kind, Array) and kind.open:
        cure = "copy it element by element, from LOWER_BOUND to UPPER_BOUND"
        body.report.error("S008", span, f"{kind} may have other bounds than what is assigned to it", cure)
        return None
    if isinstance(value, bytes) or not same_type(kind, source):
        mismatch(body, source, kind, value_span)
        return None
    return ir.Copy(place, value, span)


def _not_here(body: Body, value: ir.Expr | ir.MakeText, kind: object, source: object, span: Span) -> None:
    if isinstance(value, ir.CallFunction) and kind == source:
        what = f"the result of {value.routine} is no single value"
        body.report.error("S036", span, what, "assign it to a variable on a line of its own, and use that")
    else:
        what = f"{body.world.text(span)} is {source}, but {kind} is wanted here"
        body.report.error("S008", span, what, "the two must have the same type")


def _store_text(body: Body, place: ir.Place, kind: Text, value: Value, value_span: Span, span: Span) -> Store | None:
    text = as_text(value)
    if text is None:
        mismatch(body, type_of(value), kind, value_span)
        return None
    if isinstance(text, bytes) and len(text) > kind.length:
        what = f"the text has {len(text)} bytes, {kind} holds {kind.length}"
        body.report.error("S007", value_span, what, "shorten it or make the STRING longer")
        return None
    return ir.CopyText(place, text, span)
