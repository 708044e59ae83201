"""One source as tokens that can be found by place, and the comments that describe its declarations."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from plc.core.diagnostic import Span
from plc.lang.parse import guard
from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.tables import tables
from plc.lang.parse.tokens import Token, kinds
from plc.lang.source import Source

_UNITS = kinds("PROGRAM FUNCTION FUNCTION_BLOCK TEST")
_SECTIONS = kinds("VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP")

Place = tuple[int, int]
"""Line and column, from 1."""


class Text:
    """The tokens of a source, the last of kind END; none but that one where the text cannot be read at all."""

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.comments: list[Token] = []
        problems = Problems(source.path)
        readable = guard.readable(source.text, problems)
        text = source.text if readable else ""
        found = list(scan(text, tables().keywords, problems, self.comments))
        if not found or found[-1].kind != "END":
            line, column = (found[-1].end_line, found[-1].end_column) if found else (1, 1)
            found.append(Token("END", "", line, column, line, column, len(text)))
        self.tokens = found
        self._starts = [(token.line, token.column) for token in found]
        self._lines_with_code = {line for token in found[:-1] for line in (token.line, token.end_line)}
        self._by_end = {comment.end_line: comment for comment in self.comments}
        self._by_start = {comment.line: comment for comment in reversed(self.comments)}

    def at(self, place: Place) -> int | None:
        """The number of the token a place touches; of two that meet there, the one that is a word."""
        after = bisect_right(self._starts, place)
        touching = [
            number
            for number in (after - 1, after - 2)
            if number >= 0 and self._starts[number] <= place <= _end(self.tokens[number])
        ]
        words = [number for number in touching if self.tokens[number].text[:1].isidentifier()]
        return next(iter(words or touching), None)

    def before(self, place: Place) -> int:
        """How many tokens end at or before a place."""
        count = bisect_left(self._starts, place)
        return count - 1 if count and _end(self.tokens[count - 1]) > place else count

    def in_comment(self, place: Place) -> bool:
        """Whether a place is inside a comment, or behind ``//`` on its line."""
        for comment in self.comments:
            start, end = (comment.line, comment.column), _end(comment)
            if start < place and (place < end or (place == end and comment.text.startswith("//"))):
                return True
        return False

    def described(self, span: Span) -> str:
        """The comment that describes what is declared there: behind it on its line, else right above it."""
        behind = self._by_start.get(span.end_line)
        if behind is not None and (behind.line, behind.column) >= (span.end_line, span.end_column):
            return _plain([behind])
        above: list[Token] = []
        line = span.line - 1
        while self._pragma(line):
            line -= 1
        while line in self._by_end and not self._lines_with_code & {line, self._by_end[line].line}:
            above.insert(0, self._by_end[line])
            line = self._by_end[line].line - 1
        return _plain(above)

    def _pragma(self, line: int) -> bool:
        number = bisect_left(self._starts, (line, 0))
        return line > 0 and self.tokens[number].kind == "PRAGMA" and self.tokens[number].line == line


def ending(text: Text) -> str:
    """What is missing at the end of a text whose last unit is still being written."""
    unit = section = ""
    for token in text.tokens:
        kind = token.kind
        if kind in _UNITS:
            unit, section = kind, ""
        elif kind in _SECTIONS:
            section = "END_VAR"
        elif kind == "END_VAR":
            section = ""
        elif unit and kind == f"END_{unit}":
            unit = ""
    return f"\n{section}\nEND_{unit}\n" if unit else ""


def _end(token: Token) -> Place:
    return token.end_line, token.end_column


def _plain(comments: list[Token]) -> str:
    """What comments say, without their marks."""
    rows: list[str] = []
    for comment in comments:
        text = comment.text
        inner = text[2:] if text.startswith("//") else text[2:-2]
        rows.extend(row.strip() for row in inner.split("\n"))
    return "\n".join(rows).strip()
