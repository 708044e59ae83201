"""Another name for one thing, in all files at once, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.check.standard import FUNCTIONS
from plc.lang.check.unit import Origin
from plc.lang.compile import compile_set
from plc.lang.meaning.entity import Entity, Sort
from plc.lang.meaning.names import references
from plc.lang.meaning.occurrences import occurrences
from plc.lang.meaning.study import Study
from plc.lang.parse import parse
from plc.lang.parse.tables import tables
from plc.lang.parse.tokens import LATER_WORDS
from plc.lang.source import Source
from plc.lang.types import ELEMENTARY

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = {"TRUE", "FALSE", "STRING", "NAN", *ELEMENTARY, *LATER_WORDS}
_FOREIGN = {
    Origin.LIBRARY: "{name} belongs to the library, which every program uses; give your own thing another name",
    Origin.PLANT: "{name} is a tag of the plant; it takes its name from the site file, so rename it there",
}


class Refused(Exception):
    """The name stays; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The places, by source, where the new name is to be written."""

    name: str
    places: Mapping[str, Sequence[Span]]


def may_rename(entity: Entity, fixed: Mapping[str, str]) -> None:
    """``fixed`` gives the reason why a top-level name, in capitals, stays. Raises Refused."""
    if entity.origin in _FOREIGN:
        raise Refused(_FOREIGN[entity.origin].format(name=entity.name))
    if not entity.owner and entity.name.upper() in fixed:
        raise Refused(fixed[entity.name.upper()])


def rename(study: Study, entity: Entity, new: str, fixed: Mapping[str, str] | None = None) -> Renamed:
    """Where to write the new name. Every name of every source means afterwards what it meant before. Raises Refused."""
    may_rename(entity, fixed or {})
    _may_be_called(new, not entity.owner)
    if new.upper() != entity.name.upper():
        _is_free(study, entity, new)
    places: dict[str, list[Span]] = {}
    for span in references(study, entity):
        places.setdefault(span.file, []).append(span)
    _changes_no_meaning(study, entity, new, places)
    return Renamed(new, places)


def _may_be_called(new: str, top_level: bool) -> None:
    if not _NAME.fullmatch(new):
        raise Refused(f"{new!r} is no name; write letters A to Z, digits and _, a letter first")
    upper = new.upper()
    if upper in _WORDS or upper in tables().keywords or (top_level and upper in FUNCTIONS):
        raise Refused(f"{new} is a word of the language; choose another name")


def _is_free(study: Study, entity: Entity, new: str) -> None:
    taken = study.entities.get((entity.owner, new.upper()))
    if taken is not None:
        where = f"{taken.span.file} line {taken.span.line}"
        raise Refused(f"{taken.name} is declared already, in {where}; choose another name")
    if entity.sort is Sort.TYPE:
        _is_not_in_a_conversion(study, entity)


def _is_not_in_a_conversion(study: Study, entity: Entity) -> None:
    name = entity.name.upper()
    for source in study.sources(Origin.USER):
        for token in study.text(source.path).tokens:
            if token.kind == "NAME" and name in re.split("_?TO_", token.text.upper()) and token.text.upper() != name:
                what = f"{token.text} in {source.path} line {token.line} names it too"
                raise Refused(f"{what}; write the conversion another way first")


def _changes_no_meaning(study: Study, entity: Entity, new: str, places: Mapping[str, Sequence[Span]]) -> None:
    """Reads the sources with the new name, and compares what each name stands for, and what the compiler says."""
    sources = [Source(s.path, written(s.text, places.get(s.path, ()), new)) for s in study.sources(Origin.USER)]
    plant = next(iter(study.sources(Origin.PLANT)), None)
    after = Study(sources, plant)
    old, key = entity.key, (entity.owner, new.upper())
    for source in sources:
        before = [_moved(each, old, key) for _, each in occurrences(study, study.text(source.path))]
        now = list(occurrences(after, after.text(source.path)))
        for (span, each), wanted in zip(now, before, strict=False):
            if each.key != wanted:
                where = f"{source.path} line {span.line}"
                raise Refused(f"{new} would mean something else in {where}; choose another name")
        if len(now) != len(before):
            raise Refused(f"{new} hides another name in {source.path}; choose another one")
    known = {_place(error) for error in _errors(list(study.sources(Origin.USER)), plant)}
    wrong = [error for error in _errors(sources, plant) if _place(error) not in known]
    if wrong:
        first = min(wrong, key=_place)
        raise Refused(f"with that name {first.span.file} line {first.span.line} is wrong: {first.what}")


def _errors(sources: Sequence[Source], plant: Source | None) -> tuple[Diagnostic, ...]:
    tests = [(source.path, test.span.line) for source in sources for test in parse(source).file.tests]
    return compile_set(sources, plant, tests=tests).errors


def _place(error: Diagnostic) -> tuple[str, str, int]:
    """Where an error stands, whatever the names beside it."""
    return error.code, error.span.file, error.span.line


def _moved(entity: Entity, old: tuple[str, str], new: tuple[str, str]) -> tuple[str, str]:
    """The key under which an entity is found after the change."""
    owner, name = entity.key
    if entity.key == old:
        return new
    first, dot, rest = owner.partition(".")
    if old[0] == "" and first == old[1]:
        return f"{new[1]}{dot}{rest}", name
    if dot and old == (first, rest):
        return f"{first}.{new[1]}", name
    return entity.key


def written(text: str, places: Sequence[Span], new: str) -> str:
    """The text with a new name at some places, each within a line."""
    lines = text.split("\n")
    for span in sorted(places, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + new + line[span.end_column - 1 :]
    return "\n".join(lines)
