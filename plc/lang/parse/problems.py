"""The problems found in one text, in the order of the text, at most one at each place."""

from __future__ import annotations

import re
from typing import Protocol

from plc.core.diagnostic import Diagnostic, Severity, Span

LIMIT = 100
_WORD = re.compile(r"[^\W\d]\w*")


class Place(Protocol):
    """Anything that knows where it stands: a token or a span."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def end_line(self) -> int: ...
    @property
    def end_column(self) -> int: ...


class Problems:
    """Collects up to ``LIMIT`` errors, and as much advice, on the text called ``path``.

    ``full`` says that there are so many errors that reading on is no use, ``cut_short`` that a comment left open
    has taken the end of the text. ``lost`` are the words, in capitals, of declarations that could not be read,
    ``doubted`` the stretches of which nobody knows how they are meant.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._found: dict[tuple[int, int], Diagnostic] = {}
        self.cut_short = False
        self.lost: set[str] = set()
        self.doubted: list[Span] = []
        self._count = {Severity.ERROR: 0, Severity.ADVICE: 0}

    @property
    def sound(self) -> bool:
        """Whether no error is known."""
        return not self._count[Severity.ERROR]

    @property
    def full(self) -> bool:
        return self._count[Severity.ERROR] >= LIMIT

    def report(self, code: str, at: Place, what: str, cure: str, severity: Severity = Severity.ERROR) -> None:
        """Note a problem, unless one is known at its place or there are too many; an error takes advice's place."""
        place = (at.line, at.column)
        known = self._found.get(place)
        heavier = known is not None and known.severity is Severity.ADVICE and severity is Severity.ERROR
        if (known is not None and not heavier) or self._count[severity] >= LIMIT:
            return
        self._count[severity] += 1
        if known is not None:
            self._count[known.severity] -= 1
        span = Span(self.path, at.line, at.column, at.end_line, at.end_column)
        self._found[place] = Diagnostic(code, span, what, cure, severity)

    def lose(self, text: str) -> None:
        """Note that nothing is known of the words of a text, which may have declared them."""
        self.lost.update(word.upper() for word in _WORD.findall(text))

    def doubt(self, first: Place, end: Place) -> None:
        """Note that nobody knows how what stands from one place to the end of another is meant."""
        self.doubted.append(Span(self.path, first.line, first.column, end.end_line, end.end_column))

    def forget_inside(self, at: Place) -> None:
        """Take back what is known between the ends of a place: it is part of what is wrong with the whole."""
        start, end = (at.line, at.column), (at.end_line, at.end_column)
        for place in [place for place in self._found if start <= place < end]:
            self._count[self._found.pop(place).severity] -= 1

    @property
    def advised_out(self) -> bool:
        """Whether there is so much advice that no more is taken."""
        return self._count[Severity.ADVICE] >= LIMIT

    def within(self, first: Place, last: Place) -> tuple[Diagnostic, ...]:
        """What is known from the start of one place to the end of another, in the order it was found."""
        start, end = (first.line, first.column), (last.end_line, last.end_column)
        return tuple(found for place, found in self._found.items() if start <= place < end)

    def known_between(self, before: Place, after: Place) -> bool:
        """Whether an error is known in the blank between two neighbours."""
        start, end = (before.end_line, before.end_column), (after.line, after.column)
        return any(start <= place < end and found.severity is Severity.ERROR for place, found in self._found.items())

    def in_order(self) -> tuple[Diagnostic, ...]:
        """All of them by line and column; where there were too many, the last one says so."""
        found = [self._found[place] for place in sorted(self._found)]
        if self.full:
            last = found[-1]
            found[-1] = Diagnostic(
                "P030", last.span, f"there are more problems than the {LIMIT} shown", "cure those above first"
            )
        return tuple(found)
