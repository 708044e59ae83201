"""Whether computing an expression twice, or later, could be seen: it calls a function, or a conversion counts."""

from __future__ import annotations

from typing import Any

from plc.lang import ir
from plc.lang.walk import nodes

_COUNTING = frozenset((ir.Rounding.SATURATE, ir.Rounding.NEAREST, ir.Rounding.TRUNCATE))


def has_call(value: Any) -> bool:
    """Whether evaluating this twice could have effects twice."""
    return any(isinstance(node, ir.CallFunction) for node in nodes((value,)))


def repeats_show(value: Any) -> bool:
    """Whether computing this twice has effects twice, or counts in Sys.ConversionFaults twice."""
    return any(
        isinstance(node, ir.CallFunction | ir.Check) or (isinstance(node, ir.Convert) and node.rounding in _COUNTING)
        for node in nodes((value,))
    )
