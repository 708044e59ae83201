"""Every node of a tree, of syntax or of IR: for questions that do not depend on where in it a node stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plc.core.diagnostic import Span
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
