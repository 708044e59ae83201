"""Leaves out what follows from a problem that is told already: one mistake, one message.

a declaration that cannot be read --words it may have declared--> no word about any of them
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from plc.core.diagnostic import Diagnostic, Span

_WORD = re.compile(r"[^\W\d]\w*")


def without_echoes(
    found: list[Diagnostic], lost: Collection[str], doubted: Sequence[Span], texts: Mapping[str, str]
) -> list[Diagnostic]:
    """All but what was found wrong with an expression in which the parser already found an error, with what nobody
    knows the meaning of (``doubted``), and with names whose declaration could not be read (``lost``, in capitals).
    ``texts`` are the sources by path. That nothing runs an ACTION is not said where steps may be lost.
    What the parser found stays: where anything is left out, an error is told."""
    broken: dict[tuple[str, int], list[int]] = {}
    for diagnostic in found:
        if diagnostic.code.startswith("P") and diagnostic.is_error:
            broken.setdefault((diagnostic.span.file, diagnostic.span.line), []).append(diagnostic.span.column)
    lines = {path: text.split("\n") for path, text in texts.items()} if lost and broken else {}
    return [
        diagnostic
        for diagnostic in found
        if diagnostic.code.startswith("P")
        or not (
            _inside(diagnostic.span, broken)
            or _unread(diagnostic, broken)
            or _doubted(diagnostic.span, doubted)
            or _follows(diagnostic, lost if broken else (), lines)
        )
    ]


def _unread(diagnostic: Diagnostic, broken: Mapping[tuple[str, int], list[int]]) -> bool:
    """Whether it says that nothing runs an ACTION, of a file in which the steps that run it may have been lost."""
    return diagnostic.code == "S077" and any(file == diagnostic.span.file for file, _ in broken)


def _inside(span: Span, broken: Mapping[tuple[str, int], list[int]]) -> bool:
    columns = broken.get((span.file, span.line), ())
    return span.line == span.end_line and any(span.column <= column < span.end_column for column in columns)


def _doubted(span: Span, doubted: Sequence[Span]) -> bool:
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return any(
        span.file == each.file and start < (each.end_line, each.end_column) and (each.line, each.column) < end
        for each in doubted
    )


def _follows(diagnostic: Diagnostic, lost: Collection[str], lines: Mapping[str, list[str]]) -> bool:
    if not lost:
        return False
    span = diagnostic.span
    text = lines.get(span.file, [])
    if not 1 <= span.line <= len(text):
        return False
    end = span.end_column if span.end_line == span.line else len(text[span.line - 1]) + 1
    start = 0 if diagnostic.code == "S037" else span.column - 1  # an argument stands behind the name that is called
    return any(word.upper() in lost for word in _WORD.findall(text[span.line - 1][start : end - 1]))
