"""Blanks between two neighbours on a line."""

from __future__ import annotations

from plc.lang.format.lines import Line
from plc.lang.format.pieces import Piece
from plc.lang.parse.tokens import kinds

_TIGHT_BEFORE = kinds(", ; ) ] . ..")
_TIGHT_AFTER = kinds("( [ . ..")
_CALLED = kinds("NAME INTEGER ] )")
_OPERATOR_NAMES = kinds("AND OR XOR MOD")
_OPERANDS = kinds("NAME INTEGER LITERAL ENUMERATOR ADDRESS ] )")
_INDEXED = kinds("NAME STRING ARRAY ] )")
_TYPE_FOLLOWS = kinds(": OF")


def spaced(line: Line) -> list[bool]:
    """For each piece of a line, whether a blank stands before it."""
    found = []
    last_colon = len(line.pieces) - 1 if line.label else -1
    older = before = None
    for number, piece in enumerate(line.pieces):
        found.append(before is not None and number != last_colon and _blank(older, before, piece, line))
        older, before = before, piece
    return found


def _blank(older: Piece | None, before: Piece, piece: Piece, line: Line) -> bool:
    first, second = before.kind, piece.kind
    if first == "INTEGER" and second == ".":
        return True  # w.1 .5 would read as w and 1.5
    if second in _TIGHT_BEFORE or first in _TIGHT_AFTER:
        return False
    if before.unary:
        return piece.unary  # - -x
    if second == "(":
        if first in _OPERATOR_NAMES and older is not None and older.kind not in _OPERANDS:
            return False  # AND(a, b)
        return first not in _CALLED or _of_type(older) or _of_task(line, before)
    if second == "[":
        return first not in _INDEXED
    return True


def _of_type(older: Piece | None) -> bool:
    """``x : INT (0..9)``, and not a call."""
    return older is not None and older.kind in _TYPE_FOLLOWS


def _of_task(line: Line, before: Piece) -> bool:
    """``TASK fast (INTERVAL := T#10ms)`` and ``TRANSITION t (PRIORITY := 1)``."""
    tokens = [piece for piece in line.pieces[:3] if not piece.comment]
    return len(tokens) > 1 and tokens[0].kind in ("TASK", "TRANSITION") and tokens[1] is before
