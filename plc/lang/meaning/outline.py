"""What a text declares, as a tree, for an editor's list of contents."""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.diagnostic import Span
from plc.lang.meaning.entity import Entity, Sort
from plc.lang.meaning.study import Study


@dataclass(frozen=True, slots=True)
class Entry:
    """A declared thing; ``name_span`` lies within ``span``."""

    name: str
    sort: Sort
    detail: str
    name_span: Span
    span: Span
    parts: tuple[Entry, ...]


def outline(study: Study, path: str) -> tuple[Entry, ...]:
    """The declarations of one source in the order of the text, with what belongs to each."""
    own = [entity for entity in study.entities.values() if entity.span.file == path]
    by_owner: dict[str, list[Entity]] = {}
    for entity in sorted(own, key=lambda each: (each.span.line, each.span.column)):
        by_owner.setdefault(entity.owner, []).append(entity)
    return tuple(_entry(study, entity, by_owner, entity.name.upper()) for entity in by_owner.get("", ()))


def _entry(study: Study, entity: Entity, by_owner: dict[str, list[Entity]], owner: str) -> Entry:
    parts: tuple[Entry, ...] = ()
    if not entity.owner or entity.sort is Sort.METHOD:
        within = by_owner.get(owner, ())
        parts = tuple(_entry(study, each, by_owner, f"{owner}.{each.name.upper()}") for each in within)
    detail = study.written_type(entity) if entity.sort is not Sort.TYPE else ""
    return Entry(entity.name, entity.sort, detail, entity.span, entity.whole, parts)
