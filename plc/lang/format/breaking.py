"""A line that is too long becomes several: broken at its outermost comma, else before its weakest operator.

    below(IN := SEL(measured, CellVoltageOk AND CellVoltage < DischargedCell,
                    Current.Value <= -Limit), PT := DischargeAfter);

Inside brackets the rest stands behind the bracket, outside four columns deeper than the line; the rest of an argument
four columns deeper than the argument. A person's own break is kept after a comma and beside AND, OR and XOR; so a
line is filled again around such breaks of its own, until it is what reading it once more would give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from plc.lang.format.lines import Line
from plc.lang.format.pieces import Piece
from plc.lang.format.spacing import spaced

WIDTH = 120
STEP = 4
DEEPEST_COLUMN = 72

_LOGIC = {"OR": 1, "OR_ELSE": 1, "XOR": 2, "AND": 3, "AND_THEN": 3, "&": 3}
_RANK = _LOGIC | {
    "TO": 1, "BY": 1, "FROM": 1, "=": 4, "<>": 4, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5,
    "*": 6, "/": 6, "MOD": 6, "**": 7,
}  # fmt: skip
_LAST_RESORT = frozenset({":=", "=>", "(", "["})

Key = tuple[bool, int, int, int]


@dataclass(frozen=True, slots=True)
class _Item:
    """A piece, the blank before it, and how it may be parted from what stands before it."""

    piece: Piece
    blank: bool
    forced: bool
    key: Key | None


def broken(line: Line) -> list[str]:
    """The rows of a line, without the comments that follow it."""
    items = _items(line)
    while True:
        rows = _Rows(items, line.depth * STEP)
        kept = {start for start in rows.starts if not items[start].forced and _kept(line.pieces, start)}
        if not kept:
            return rows.rows
        items = [replace(item, forced=item.forced or number in kept) for number, item in enumerate(items)]


def _kept(pieces: list[Piece], number: int) -> bool:
    """Whether a row that begins with this piece would begin with it again."""
    piece = pieces[number]
    return number > 0 and (piece.comment or piece.kind in _LOGIC or pieces[number - 1].kind == ",")


def _items(line: Line) -> list[_Item]:
    found: list[_Item] = []
    depth = 0
    pieces = line.pieces
    for number, (piece, blank) in enumerate(zip(pieces, spaced(line), strict=True)):
        if piece.kind in (")", "]"):
            depth -= 1
        forced = number > 0 and _forced(pieces, number)
        found.append(_Item(piece, blank, forced, _key(pieces, number, depth)))
        if piece.kind in ("(", "["):
            depth += 1
    return found


def _forced(pieces: list[Piece], number: int) -> bool:
    piece, before = pieces[number], pieces[number - 1]
    if before.takes_line or (piece.comment and piece.breaks > 0):
        return True
    if piece.kind in _LOGIC:
        after = pieces[number + 1].breaks if number + 1 < len(pieces) else 0
        return piece.breaks + after > 0
    return piece.breaks > 0 and before.kind == ","


def _key(pieces: list[Piece], number: int, depth: int) -> Key | None:
    """The less, the better to break before this piece; None where it may not be parted."""
    if number == 0:
        return None
    piece, before = pieces[number], pieces[number - 1]
    if before.kind == ",":
        return (False, depth, 0, -number)
    if piece.kind in _RANK and not piece.unary:
        return (False, depth, _RANK[piece.kind], -number)
    if before.kind in _LAST_RESORT and piece.kind not in (")", "]"):
        return (True, depth, 0, -number)
    return None


class _Rows:
    """Fills rows from left to right."""

    def __init__(self, items: list[_Item], base: int) -> None:
        self.rows: list[str] = []
        self.starts: list[int] = []
        self._items = items
        self._base = base
        self._brackets: list[tuple[int, bool]] = []
        start, column = 0, base
        while start < len(items):
            end = self._end(start, column)
            self._write(start, end, column)
            start, column = end, self._continuation(end)

    def _end(self, start: int, column: int) -> int:
        """Past the last item of the row that begins with ``start``."""
        best: tuple[Key, int] | None = None
        for number in range(start, len(self._items)):
            item = self._items[number]
            if number > start:
                if item.forced:
                    return number
                if item.key is not None and (best is None or item.key < best[0]):
                    best = item.key, number
            column += item.blank * (number > start) + len(item.piece.text)
            if column > WIDTH and best is not None:
                return best[1]
        return len(self._items)

    def _write(self, start: int, end: int, column: int) -> None:
        row = " " * column
        for number in range(start, end):
            item = self._items[number]
            row += " " * (item.blank and number > start) + item.piece.text
            if item.piece.kind in ("(", "["):
                called = number > 0 and not item.blank
                last = number + 1 == end
                self._brackets.append((self._continuation(number) + STEP if last else len(row), called))
            elif item.piece.kind in (")", "]"):
                self._brackets.pop()
        self.rows.append(row)
        self.starts.append(start)

    def _continuation(self, number: int) -> int:
        """Where the next row begins, which begins with this item."""
        if not self._brackets:
            return self._base + STEP
        column, called = self._brackets[-1]
        within = called and number < len(self._items) and self._items[number].piece.kind in _RANK
        return (column if column <= DEEPEST_COLUMN else self._base + 2 * STEP) + STEP * within
