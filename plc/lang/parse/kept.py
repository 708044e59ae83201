"""What was read of earlier texts, kept by its own text: after an edit only the unit that changed is read again.

    tokens from the top of the file to the next END_PROGRAM, END_TYPE, ... --text known--> its trees, moved

Only a stretch without an error is kept, and only from a place between two units, where the parser knows of nothing but
the units before: there the same text always gives the same trees. So reading with and without what is kept gives the
same file and the same problems, whatever was edited.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.parse.problems import Problems
from plc.lang.parse.tokens import Token, kinds

ENDS = kinds("END_PROGRAM END_FUNCTION_BLOCK END_FUNCTION END_TYPE END_TEST END_CONFIGURATION")
MOST_CHARACTERS = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens from one place between units to the next: ``first`` to ``last``, both included."""

    first: Token
    last: Token
    end: int

    def key(self, path: str, text: str) -> tuple[str, int, str]:
        """Equal keys mean equal trees, but for the line they stand in."""
        return path, self.first.column, text[self.first.start : self.last.end]


def stretch(tokens: Sequence[Token], start: int) -> Stretch | None:
    """From a place between units to the next end of one; None where there is no more, or a token nobody typed."""
    for position in range(start, len(tokens)):
        if tokens[position].kind in ENDS:
            first, last = tokens[start], tokens[position]
            return Stretch(first, last, position + 1) if first.start >= 0 and last.start >= 0 else None
    return None


@dataclass(frozen=True, slots=True)
class _Kept:
    line: int
    items: tuple[Any, ...]
    advice: tuple[Diagnostic, ...]


class Kept:
    """Trees by the text they were read from; the longest unused go beyond ``most`` characters."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self.characters = 0
        self._most = most
        self._known: OrderedDict[tuple[str, int, str], _Kept] = OrderedDict()

    def find(self, of: Stretch, text: str, problems: Problems) -> tuple[Any, ...] | None:
        """The trees of a stretch where it stands now, their advice reported; None where it has to be read."""
        key = of.key(problems.path, text)
        known = self._known.get(key)
        if known is None:
            return None
        self._known.move_to_end(key)
        by = of.first.line - known.line
        try:
            items = _moved(known.items, by) if by else known.items
        except RecursionError:  # a very long expression: reading it again needs no depth
            return None
        for one in known.advice:
            problems.report(one.code, _moved(one.span, by), one.what, one.cure, one.severity)
        if by:
            self._known[key] = _Kept(of.first.line, items, _moved(known.advice, by))
        return items

    def keep(self, of: Stretch, text: str, problems: Problems, items: Sequence[Any]) -> None:
        """Take up what was read of a stretch, unless there is an error in it."""
        advice = problems.within(of.first, of.last)
        if problems.advised_out or any(one.is_error for one in advice):
            return
        key = of.key(problems.path, text)
        if key not in self._known:
            self.characters += len(key[2])
        self._known[key] = _Kept(of.first.line, tuple(items), advice)
        while self.characters > self._most:
            self.characters -= len(self._known.popitem(last=False)[0][2])


@cache
def kept() -> Kept:
    """What this process keeps."""
    return Kept()


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of node; nothing for what has no parts."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def _moved(node: Any, by: int) -> Any:
    """The same tree, so many lines further down."""
    kind: Any = type(node)
    if kind is Span:
        return Span(node.file, node.line + by, node.column, node.end_line + by, node.end_column)
    if kind is tuple or kind is list:
        return kind([_moved(each, by) for each in node]) if node else node
    names = _fields(kind)
    return kind(*[_moved(getattr(node, name), by) for name in names]) if names else node
