"""A choice by number as a tree of Selects: as deep as the logarithm of the choices, whatever their count."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.check.effects import again
from plc.lang.check.values import type_of
from plc.lang.types import Enumeration, Scalar


def by_number(number: ir.Expr, cases: list[tuple[int, ir.Expr]], kind: Scalar | Enumeration) -> ir.Expr:
    """The value beside the greatest number that is not above ``number``, else the first; numbers rise.

    ``number`` is evaluated once for each level, so it must not call; the values in their order.
    """
    if len(cases) == 1:
        return cases[0][1]
    middle = len(cases) // 2
    of = type_of(number)
    if not isinstance(of, Scalar | Enumeration):
        raise TypeError(f"{of} is no number")
    below = ir.Compare(ir.CompareOp.LT, number, ir.Const(cases[middle][0], of))
    number = again(number)
    return ir.Select(below, by_number(number, cases[:middle], kind), by_number(number, cases[middle:], kind), kind)
