"""Single bits of integers and bit strings, to read and to write."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import places
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce
from plc.lang.check.effects import repeats_show
from plc.lang.check.once import found_once
from plc.lang.check.values import NOTHING, UNKNOWN, Value, is_bits, is_integer, type_of
from plc.lang.types import BOOL, BYTE, DWORD, LWORD, WORD, Enumeration, Scalar, plain

_BITS = {1: BYTE, 2: WORD, 4: DWORD, 8: LWORD}


def load(place: ir.Place) -> Value:
    """The value at a place; what is no single value stays a place."""
    if place.type is UNKNOWN:
        return NOTHING
    kind = plain(place.type)
    return ir.Load(place, kind) if isinstance(kind, Scalar | Enumeration) else place


def bits_of(body: Body, node: ast.BitAccess, word: Value) -> ir.Load | ir.Convert | None:
    """A variable as a bit string that has the wanted bit; None after reporting that it has none."""
    kind = type_of(word)
    if not isinstance(word, ir.Load) or not (is_bits(kind) or is_integer(kind)):
        what = f"{body.world.text(node.target.span)} has no bits to name"
        body.report.error("S028", node.span, what, "use a variable of an integer type, BYTE, WORD, DWORD or LWORD")
        return None
    if node.bit >= kind.bits:
        what = f"{kind} has bits 0 to {kind.bits - 1}, not {node.bit}"
        body.report.error("S030", node.span, what, f"write 0 to {kind.bits - 1}")
        return None
    return word if is_bits(kind) else ir.Convert(word, _BITS[kind.size])


def store_bit(body: Body, target: ast.BitAccess, value: ir.Expr, span: Span) -> list[ir.Assign]:
    """The assignment of a BOOL to one bit; nothing after reporting why there is none.

    The word is found to be read and again to be written: where that could be seen, its indices are kept, after the
    value, as the right side comes first.
    """
    goal = places.target(body, target.target)
    if goal is None or goal.type is UNKNOWN or type_of(value) is UNKNOWN:
        return []
    before: list[ir.Assign] = []
    place = goal.place
    if repeats_show(place.steps):
        kept = body.hidden("bit", BOOL, bytes(1), span)
        indices, place = found_once(body, place, span)
        before = [ir.Assign(kept, value, span), *indices]
        value = ir.Load(kept, BOOL)
    word = bits_of(body, target, load(place))
    if word is None or not isinstance(word.type, Scalar) or not isinstance(goal.type, Scalar):
        return []
    kind = word.type
    mask = ir.Const(1 << target.bit, kind)
    rest = ir.Const(((1 << kind.bits) - 1) ^ (1 << target.bit), kind)
    changed: ir.Expr = ir.Select(
        value, ir.Binary(ir.BinaryOp.OR, word, mask, kind), ir.Binary(ir.BinaryOp.AND, word, rest, kind), kind
    )
    own = plain(goal.type)
    if kind is not own and isinstance(own, Scalar):
        changed = ir.Convert(changed, own)
    return [*before, ir.Assign(place, coerce(body, changed, goal.type, span), span)]
