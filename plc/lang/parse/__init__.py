"""Structured Text to its syntax tree, with all problems of its form at once.

Source --guard, lexer--> tokens --LALR(1), tree--> ast.File
                                    |
                                 resync: at an error, cure or skip, and read on
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.ast import File
from plc.lang.collector import paused
from plc.lang.parse import guard
from plc.lang.parse.declarations import Declarations
from plc.lang.parse.kept import Kept, kept
from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.resync import read
from plc.lang.parse.tables import tables
from plc.lang.source import Source


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read, and what could not, in the order of the text.

    Where there is an error, ``file`` lacks some statements and declarations, and a Name, TypeName or Pou with the
    empty name stands for one that could not be read. ``lost`` are the words of such declarations, in capitals, and
    ``doubted`` the stretches of which nobody knows how they are meant.
    """

    file: File
    diagnostics: tuple[Diagnostic, ...]
    lost: frozenset[str] = frozenset()
    doubted: tuple[Span, ...] = ()


@lru_cache(maxsize=64)
def parse(source: Source) -> Parsed:
    """The tree of a text. Never raises on a text, whatever it holds; the same text, or unit of one, is read once."""
    return parse_with(source, kept())


def parse_with(source: Source, known: Kept) -> Parsed:
    """As ``parse``, with units read before in ``known``, which takes up those read now; it changes nothing but time."""
    with paused():
        return _parse(source, known)


def _parse(source: Source, known: Kept) -> Parsed:
    problems = Problems(source.path)
    file = None
    if guard.readable(source.text, problems):
        tokens = guard.bounded(scan(source.text, tables().keywords, problems), problems)
        if tokens is not None:
            file = read(tokens, Declarations(source.text, problems), problems, known)
    tree = file or File(source.path, (), (), ())
    return Parsed(tree, problems.in_order(), frozenset(problems.lost), tuple(problems.doubted))
