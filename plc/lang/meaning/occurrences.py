"""Every name of a text, with its place and what it stands for."""

from __future__ import annotations

from collections.abc import Iterable

from plc.core.diagnostic import Span
from plc.lang.meaning.entity import Entity
from plc.lang.meaning.reading import Reading
from plc.lang.meaning.study import Study
from plc.lang.meaning.text import Text
from plc.lang.parse.tokens import Token


def reading(study: Study, text: Text) -> Reading:
    """A whole text, read once."""
    known = study.readings.get(text.path)
    if not isinstance(known, Reading):
        known = study.readings[text.path] = Reading(study, text)
    return known


def occurrences(study: Study, text: Text) -> Iterable[tuple[Span, Entity]]:
    """Every name of a text, with its place and what it stands for; both parts of ``Color#RED``."""
    for number, entity in reading(study, text).found.items():
        token = text.tokens[number]
        before, sign, _ = token.text.partition("#")
        if sign:
            kind = study.entities.get(("", before.upper()))
            if kind is not None:
                yield _part(text, token, 0, len(before)), kind
            yield _part(text, token, len(before) + 1, len(token.text)), entity
        else:
            yield _part(text, token, 0, len(token.text)), entity


def _part(text: Text, token: Token, start: int, end: int) -> Span:
    return Span(text.path, token.line, token.column + start, token.line, token.column + end)
