"""Whether computing an expression twice, or later, could be seen: it calls a function, or a conversion counts.

What calls is never computed twice. What counts may be, ``again``.
"""

from __future__ import annotations

from typing import Any

from plc.lang import ir
from plc.lang.check.values import type_of
from plc.lang.types import Enumeration, Scalar
from plc.lang.walk import nodes

_COUNTING = frozenset((ir.Rounding.SATURATE, ir.Rounding.NEAREST, ir.Rounding.TRUNCATE))


def has_call(value: Any) -> bool:
    """Whether evaluating this twice could have effects twice."""
    return any(isinstance(node, ir.CallFunction) for node in nodes((value,)))


def repeats_show(value: Any) -> bool:
    """Whether computing this twice has effects twice, or counts in Sys.ConversionFaults twice."""
    return any(isinstance(node, ir.CallFunction) or _counts(node) for node in nodes((value,)))


def _counts(node: Any) -> bool:
    match node:
        case ir.Convert():
            return node.rounding in _COUNTING
        case ir.Check():
            return node.fault == 0
        case _:
            return False


def again(value: ir.Expr) -> ir.Expr:
    """The value, to be computed once more where it has been computed already."""
    kind = type_of(value)
    if isinstance(value, ir.Again) or not isinstance(kind, Scalar | Enumeration) or not repeats_show(value):
        return value
    return ir.Again(value, kind)
