"""Every node of some statements, and which of their places can share a byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.types import Array, Enumeration, Scalar, Struct, Text

_LEAVES = (str, int, float, bool, bytes, Span, Scalar, Enumeration, Text, Array, Struct, type(None))


def nodes(parts: tuple[object, ...]) -> Iterator[Any]:
    """Every node in statements or expressions, in any order; without recursion: an ELSIF chain has any length."""
    waiting: list[Any] = list(parts)
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting += node
        elif not isinstance(node, _LEAVES):
            yield node
            waiting += [getattr(node, name) for name in node.__slots__]


def span(place: ir.Place) -> tuple[int, int]:
    """First byte and end of all a place can be, counted from its base, which is no REF."""
    steps = (step for step in place.steps if isinstance(step, ir.Step))
    return place.offset, place.offset + sum((s.last - s.first) * s.stride for s in steps) + place.type.size


def bases_meet(one: ir.Base, other: ir.Base, entry: bool) -> bool:
    """Whether bytes of two bases can be the same: a block's instance can lie in any area, an entry's cannot."""
    if one is other or ir.Base.REF in (one, other):
        return not (ir.Base.TEMP in (one, other) and one is not other)
    return not entry and ir.Base.TEMP not in (one, other)


def may_meet(one: ir.Place, other: ir.Place, entry: bool) -> bool:
    """Whether two places can share a byte."""
    if one.base is not other.base or one.base is ir.Base.REF:
        return bases_meet(one.base, other.base, entry)
    return may_meet_in(one, other)


def may_meet_in(one: ir.Place, other: ir.Place) -> bool:
    """Whether two places of one object, or of what one VAR_IN_OUT refers to, can share a byte."""
    if any(isinstance(step, ir.OpenStep) for place in (one, other) for step in place.steps):
        return True
    (start, end), (other_start, other_end) = span(one), span(other)
    return start < other_end and other_start < end
