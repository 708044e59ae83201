"""Leaves out what follows from a problem that is told already: one mistake, one message.

a declaration that cannot be read --words it may have declared--> no word about any of them
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from plc.core.diagnostic import Diagnostic, Span

_UNDECLARED = ("S001", "S003")
_THERE_IS_NO = "there is no "
_WORD = re.compile(r"[^\W\d]\w*")


def without_echoes(
    found: list[Diagnostic], lost: Collection[str], doubted: Sequence[Span], texts: Mapping[str, str]
) -> list[Diagnostic]:
    """All but what was found wrong with an expression in which the parser already found an error, with what nobody
    knows the meaning of (``doubted``), and with names whose declaration could not be read (``lost``, in capitals).
    ``texts`` are the sources by path. What the parser found stays: where anything is left out, an error is told."""
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
            or _doubted(diagnostic.span, doubted)
            or _follows(diagnostic, lost if broken else (), lines)
        )
    ]


def _inside(span: Span, broken: Mapping[tuple[str, int], list[int]]) -> bool:
    columns = broken.get((span.file, span.line), ())
    return span.line == span.end_line and any(span.column <= column < span.end_column for column in columns)


def _doubted(span: Span, doubted: Sequence[Span]) -> bool:
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return any(
        span.file == each.file and start < (each.end_line, each.end_column) and (each.line, each.column) < end
        for each in doubted
    )


def told_once(found: list[Diagnostic], units: Sequence[Span], texts: Mapping[str, str]) -> list[Diagnostic]:
    """The same, with a name that nobody declared told once in each of the ``units``: where it is first used, and in how
    many more lines. One that differs by a slip from a name declared and never used is told at that declaration."""
    once: dict[tuple[str, int, str], list[Diagnostic]] = {}
    rest: list[Diagnostic] = []
    for each in found:
        name = _undeclared(each, texts)
        if name:
            unit = next((unit.line for unit in units if _holds(unit, each.span)), 0)
            once.setdefault((each.span.file, unit, name), []).append(each)
        else:
            rest.append(each)
    return rest + [_as_one(same) for same in once.values()]


def _holds(unit: Span, span: Span) -> bool:
    return unit.file == span.file and unit.line <= span.line <= unit.end_line


def _undeclared(each: Diagnostic, texts: Mapping[str, str]) -> str:
    """What is not declared: the name alone, in capitals, or the whole message; nothing for any other problem."""
    if each.code not in _UNDECLARED or not each.what.startswith(_THERE_IS_NO):
        return each.what if each.code in _UNDECLARED and " has no " in each.what else ""
    span = each.span
    lines = texts.get(span.file, "").split("\n")
    return lines[span.line - 1][span.column - 1 : span.end_column - 1].upper() if span.line <= len(lines) else ""


def _as_one(same: list[Diagnostic]) -> Diagnostic:
    first, *others = sorted(same, key=lambda each: (each.span.line, each.span.column))
    lines = sorted({each.span.line for each in others} - {first.span.line})
    if not lines:
        return first
    more = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} more lines"
    return replace(first, what=f"{first.what}, nor in {more}")


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
