"""A name nobody declared is told once in each unit, however often it is used; where its declaration is misspelt, there.

there is no Count here (x 6)        ->  there is no Count here, nor in 5 more lines; did you mean Counts?
Cuont : INT;   and Count (x 6)      ->  Cuont is declared here, but 6 lines say Count
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.parse.spelling import slipped

_CODES = ("S001", "S003", "S038")
_THERE_IS_NO = "there is no "
_MEANT = re.compile(r"did you mean (\w+)\?")


def told_once(found: list[Diagnostic], units: Sequence[Span], texts: Mapping[str, str]) -> list[Diagnostic]:
    """What was found, with one message for all uses of such a name in each of the ``units``, at the first of them."""
    if not any(each.code in _CODES for each in found):
        return found
    lines = {path: text.split("\n") for path, text in texts.items()}
    starts = sorted(units, key=lambda unit: (unit.file, unit.line))
    once: dict[tuple[str, Span | None, str], list[Diagnostic]] = {}
    rest: list[Diagnostic] = []
    for each in found:
        name = _name(each, lines)
        if name:
            unit = _around(each.span, starts)
            once.setdefault((each.span.file, unit, name), []).append(each)
        else:
            rest.append(each)
    told = [_at_declaration(same, unit, name, lines) or _together(same) for (_, unit, name), same in once.items()]
    return rest + told


def _around(span: Span, units: Sequence[Span]) -> Span | None:
    """The last of the units, in order, that begins before the place, if the place lies in it."""
    after = bisect_right(units, (span.file, span.line), key=lambda unit: (unit.file, unit.line))
    unit = units[after - 1] if after else None
    return unit if unit and unit.file == span.file and span.line <= unit.end_line else None


def _name(each: Diagnostic, lines: Mapping[str, list[str]]) -> str:
    """What is not declared: the name alone, in capitals, or the whole message; nothing for any other problem."""
    if each.code not in _CODES:
        return ""
    span, text = each.span, lines.get(each.span.file, [])
    if each.what.startswith(_THERE_IS_NO) and span.line <= len(text):
        return text[span.line - 1][span.column - 1 : span.end_column - 1].upper()
    return each.what


def _together(same: list[Diagnostic]) -> Diagnostic:
    first, *others = sorted(same, key=lambda each: (each.span.line, each.span.column))
    lines = sorted({each.span.line for each in others} - {first.span.line})
    if not lines:
        return first
    more = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} more lines"
    return replace(first, what=f"{first.what}, {'nor' if first.what.startswith(_THERE_IS_NO) else 'and so'} in {more}")


def _at_declaration(
    same: list[Diagnostic], unit: Span | None, name: str, lines: Mapping[str, list[str]]
) -> Diagnostic | None:
    """The message at the one place of the unit where a word stands that differs from the name by a slip."""
    uses = {each.span.line for each in same}
    meant = next((found[1] for each in same if (found := _MEANT.search(each.cure))), "")
    if unit is None or len(uses) < 2 or not slipped(meant, [name]):
        return None
    word = re.compile(rf"\b{meant}\b", re.IGNORECASE)
    text = lines[unit.file]
    places = [(n, at) for n in range(unit.line, unit.end_line + 1) for at in word.finditer(text[n - 1])]
    if len(places) != 1 or ":" not in text[places[0][0] - 1][places[0][1].end() :]:
        return None
    line, at = places[0]
    first = same[0].span
    used = lines[first.file][first.line - 1][first.column - 1 : first.end_column - 1]
    what = f"{meant} is declared here, but {len(uses)} lines say {used}"
    span = Span(unit.file, line, at.start() + 1, line, at.end() + 1)
    return replace(same[0], span=span, what=what, cure=f"write {used} here, or {meant} in those lines")
