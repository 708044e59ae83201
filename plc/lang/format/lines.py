"""Pieces to lines: where a line begins and ends, and how deep it stands.

IF a THEN b; END_IF;  ->  0 IF a THEN
                          1 b;
                          0 END_IF;
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from plc.lang.format import words
from plc.lang.format.pieces import Piece


@dataclass(slots=True, eq=False)
class Line:
    """One line before it is broken: its ``pieces``, and the comments that follow on it.

    A line without tokens holds comments of their own. ``blank`` asks for an empty line before it. ``declares`` marks a
    line of a variable or type block, ``label`` one whose last colon stands close to its name.
    """

    depth: int
    pieces: list[Piece]
    blank: bool
    declares: bool = False
    label: bool = False
    trailing: list[Piece] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Frame:
    """An open block: its word, the depth of its first line, the depth of the lines in it."""

    word: str
    depth: int
    inner: int


def lines(pieces: list[Piece]) -> list[Line]:
    """The lines of a text that reads without an error."""
    return _Builder(pieces).build()


class _Builder:
    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._tokens = [piece for piece in pieces if not piece.comment]
        self._next = 1
        self._after = pieces[-1]
        self._lines: list[Line] = []
        self._waiting: list[Line] = []
        self._current: list[Piece] = []
        self._first = ""
        self._brackets = 0
        self._header_end = 0
        self._frames = [_Frame("", 0, 0)]
        self._depth = 0

    def build(self) -> list[Line]:
        for piece, after in pairwise(self._pieces):
            self._after = after
            if piece.comment:
                self._comment(piece, after)
            else:
                self._token(piece)
                self._next += 1
        self._release(0)
        return self._lines

    @property
    def _frame(self) -> _Frame:
        return self._frames[-1]

    @property
    def _following(self) -> str:
        """The kind of the token after the one being looked at."""
        return self._tokens[self._next].kind

    # ------------------------------------------------ comments

    def _comment(self, piece: Piece, after: Piece) -> None:
        if self._current:
            self._current.append(piece)
        elif piece.breaks == 0 and self._waiting:
            self._waiting[-1].pieces.append(piece)
        elif piece.breaks == 0 and self._lines:
            self._lines[-1].trailing.append(piece)
        elif after.breaks == 0 and not after.comment and after.kind != "END" and not piece.takes_line:
            self._current.append(piece)
        else:
            self._waiting.append(Line(0, [piece], piece.breaks > 1))

    def _release(self, depth: int) -> None:
        """Comments of their own take the depth of what follows them."""
        for line in self._waiting:
            line.depth = depth
            self._lines.append(line)
        self._waiting.clear()

    # ------------------------------------------------ tokens

    def _token(self, piece: Piece) -> None:
        kind = piece.kind
        if words.closes(kind) or kind in words.MIDDLES:
            if any(not each.comment for each in self._current):
                self._flush()
            self._release(self._frame.inner)
            self._turn(kind)
            self._begin(kind)
        elif not self._first:
            self._depth = self._frame.inner
            if kind != "PRAGMA":
                self._begin(kind)
        self._current.append(piece)
        self._count(kind)
        if self._complete(kind):
            self._finish(kind)

    def _turn(self, kind: str) -> None:
        """A word that ends a block, or a part of it."""
        if words.closes(kind):
            self._depth = self._frame.depth
            if len(self._frames) > 1:
                self._frames.pop()
            return
        self._depth = self._frame.depth
        self._frame.inner = self._frame.depth + 1

    def _begin(self, kind: str) -> None:
        """The first token of a line decides where the line ends."""
        self._first = kind
        self._brackets = 0
        if kind == "PROGRAM" and self._frame.word in words.INSTALLS:
            self._first = "NAME"
        elif kind in words.NAMED:
            self._header_end = self._end_of_name()
        elif kind in words.SECTIONS:
            self._header_end = self._next
            while self._tokens[self._header_end].kind in words.QUALIFIERS:
                self._header_end += 1

    def _end_of_name(self) -> int:
        """Past the last token of ``FUNCTION name : STRING[20]``, ``RESOURCE a ON b`` or ``METHOD PUBLIC name``."""
        at = self._next + 1 + (self._tokens[self._next].kind == "ACCESS")
        if self._tokens[at].text.upper() == "ON":
            at += 2
        if self._tokens[at].kind == ":":
            at += 2
            if self._tokens[at].kind == "[":
                while self._tokens[at].kind not in ("]", "END"):
                    at += 1
                at += 1
        return at

    def _count(self, kind: str) -> None:
        if kind in "([":
            self._brackets += 1
        elif kind in ")]":
            self._brackets -= 1

    def _complete(self, kind: str) -> bool:
        """Whether the line ends with the token just taken."""
        first = self._first
        if not first:
            return self._pragma_alone()
        if first in words.NAMED or first in words.SECTIONS:
            return self._next == self._header_end
        if first in words.ALONE:
            return True
        if words.closes(first) and self._following not in (";", ":=") and kind == first:
            return True
        if first == "UNTIL" or self._brackets:
            return False
        return kind in (";", "STRUCT") or kind == words.HEADER_END.get(first) or self._is_label(kind)

    def _pragma_alone(self) -> bool:
        return self._frame.word not in words.DECLARES or self._after.breaks > 0 or self._following != "NAME"

    def _is_label(self, kind: str) -> bool:
        return kind == ":" and self._frame.word == "CASE"

    def _finish(self, kind: str) -> None:
        first, frame = self._first, self._frame
        label = first in words.LABELLED or (self._is_label(kind) and first not in words.HEADER_END)
        if label and frame.word == "CASE":
            self._depth = frame.depth + 1
            frame.inner = frame.depth + 2
        opened = "STRUCT" if kind == "STRUCT" else first
        depth = self._depth
        self._flush(label)
        if opened in words.MIDDLES or opened not in words.OPENS | {"STRUCT"}:
            return
        self._frames.append(_Frame(opened, depth, depth + (opened not in words.FLAT)))

    def _flush(self, label: bool = False) -> None:
        if not self._current:
            return
        self._release(self._depth)
        declares = self._frame.word in words.DECLARES
        self._lines.append(Line(self._depth, self._current, self._current[0].breaks > 1, declares, label))
        self._current = []
        self._first = ""
