"""Where comments stand: those behind lines on one column in each group, those of several lines moved as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang.format.breaking import STEP, WIDTH, broken
from plc.lang.format.lines import Line

GAP = 2


@dataclass(slots=True, eq=False)
class Shown:
    """A line with its rows, and the text of the comments behind it."""

    line: Line
    rows: list[str]
    behind: str

    @property
    def simple(self) -> bool:
        return len(self.rows) == 1 and "\n" not in self.behind


def show(line: Line) -> Shown:
    """The rows of a line, its comments not yet placed."""
    if all(piece.comment for piece in line.pieces):
        return Shown(line, [_own(line)], "")
    return Shown(line, broken(line), " ".join(piece.text for piece in line.trailing))


def _own(line: Line) -> str:
    """Comments of their own; the further lines of the first move as far as its first line does."""
    column = line.depth * STEP
    first, *rest = line.pieces
    moved = _moved(first.text, column - first.column)
    return " " * column + " ".join([moved, *(piece.text for piece in rest)])


def _moved(text: str, by: int) -> str:
    first, *rest = text.split("\n")
    margins = [len(row) - len(row.lstrip(" ")) for row in rest if row]
    by = max(by, -min(margins, default=0))
    return "\n".join([first, *(_shifted(row, by) for row in rest)])


def _shifted(row: str, by: int) -> str:
    if not row:
        return row
    return " " * by + row if by > 0 else row[-by:]


def place(shown: list[Shown]) -> None:
    """Writes each comment behind its line: on one column within a group of neighbours of one depth.

    Lines of a variable or type block are one group up to the next empty line or comment of its own; other lines while
    each has a comment. A group whose comments would pass the right margin is left uneven.
    """
    group: list[Shown] = []
    for each in shown:
        if group and not _together(group[-1], each):
            _write(group)
            group = []
        group.append(each)
    _write(group)


def _together(before: Shown, each: Shown) -> bool:
    if each.line.blank or each.line.depth != before.line.depth or not (before.simple and each.simple):
        return False
    if all(piece.comment for piece in (*before.line.pieces, *each.line.pieces)):
        return False
    if before.line.declares and each.line.declares:
        return True
    return bool(before.behind and each.behind)


def _write(group: list[Shown]) -> None:
    commented = [each for each in group if each.behind]
    column = max((len(each.rows[-1]) for each in commented), default=0) + GAP
    even = len(group) > 1 and all(column + len(each.behind) <= WIDTH for each in commented)
    for each in commented:
        gap = column - len(each.rows[-1]) if even else GAP
        each.rows[-1] += " " * gap + each.behind
