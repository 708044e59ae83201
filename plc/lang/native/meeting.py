"""Which places can share a byte."""

from __future__ import annotations

from plc.lang import ir


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
