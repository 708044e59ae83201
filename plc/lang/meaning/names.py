"""The name at a place: where it is declared, where it is used, what to tell about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plc.core.diagnostic import Span
from plc.lang.check.unit import Origin
from plc.lang.meaning.complete import written_chain
from plc.lang.meaning.entity import Entity, Sort
from plc.lang.meaning.occurrences import occurrences, reading
from plc.lang.meaning.standard_words import form
from plc.lang.meaning.study import Study
from plc.lang.meaning.text import Place

_WHERE = {Origin.LIBRARY: "of the library", Origin.PLANT: "of the plant", Origin.USER: ""}
_VALUES = (Sort.VARIABLE, Sort.CONSTANT, Sort.FIELD)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known about the name at a place. ``code`` is its declaration in short, ``span`` the name's own place.

    ``path`` is what a running controller is asked for its value in ``unit``, empty where it has none.
    """

    code: str
    role: str
    comment: str
    span: Span
    unit: str = ""
    path: str = ""


def named(study: Study, path: str, place: Place) -> tuple[Span, Entity] | None:
    """The name at a place and what it stands for; None where no declared name stands."""
    text = study.text(path)
    if text.in_comment(place):
        return None
    touching = [
        (span, entity)
        for span, entity in occurrences(study, text)
        if (span.line, span.column) <= place <= (span.end_line, span.end_column)
    ]
    return touching[-1] if touching else None


def told(study: Study, path: str, place: Place) -> Told | None:
    """What an editor shows of the name at a place; None where there is nothing to tell."""
    found = named(study, path, place)
    if found is not None:
        return _of_entity(study, path, *found)
    text = study.text(path)
    number = text.at(place)
    if number is None or text.in_comment(place):
        return None
    token = text.tokens[number]
    name = reading(study, text).standard.get(number)
    if name is None:
        return None
    arguments, does = form(name)
    span = Span(path, token.line, token.column, token.end_line, token.end_column)
    return Told(f"{name.upper()}({arguments})", "standard function", does, span)


def _of_entity(study: Study, path: str, span: Span, entity: Entity) -> Told:
    written = study.written_type(entity)
    unit = _unit(study, path, span, entity)
    if entity.sort in _VALUES:
        code = f"{entity.name} : {written}{unit}"
    elif entity.sort is Sort.ENUMERATOR:
        code = f"{_spelled(study, entity)}#{entity.name}"
    elif entity.sort is Sort.TYPE:
        code = f"{entity.name} : {study.world.text(entity.type_span) if entity.type_span else ''}"
    else:
        code = f"{entity.sort} {entity.name}" + (f" : {written}" if written else "")
    within = _spelled(study, entity) if entity.owner and entity.sort is not Sort.ENUMERATOR else ""
    parts = (entity.section or str(entity.sort), f"of {within}" if within else "", _WHERE[entity.origin])
    role = " ".join(part for part in parts if part)
    asked, unit_name = _asked(study, path, span, entity)
    return Told(code, role, study.described(entity), span, unit_name, asked)


def _unit(study: Study, path: str, span: Span, entity: Entity) -> str:
    """The unit behind two blanks, where it has one: its own or its measurement's."""
    text = study.text(path)
    number = text.at((span.line, span.column + 1))
    unit = entity.unit or (reading(study, text).units.get(number, "") if number is not None else "")
    return f"  {unit}" if unit else ""


def _spelled(study: Study, entity: Entity) -> str:
    """The name of what an entity belongs to, as declared."""
    owner = study.entities.get(("", entity.owner.partition(".")[0]))
    return owner.name if owner is not None else ""


def _asked(study: Study, path: str, span: Span, entity: Entity) -> tuple[str, str]:
    """The value's path as written up to the name, and the unit it stands in."""
    if entity.sort not in (Sort.VARIABLE, Sort.FIELD):
        return "", ""
    text = study.text(path)
    number = text.at((span.line, span.column + 1))
    if number is None:
        return "", ""
    unit = next((pou.name for pou in study.units_of(path) if _inside(span, pou.span)), "")
    return written_chain(text.tokens[: number + 1]), unit


def _inside(inner: Span, outer: Span) -> bool:
    start, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return start <= (inner.line, inner.column) <= end


def references(study: Study, entity: Entity, origins: tuple[Origin, ...] = (Origin.USER,)) -> Iterator[Span]:
    """Every place where the name stands, its declaration among them, source by source."""
    for source in study.sources(*origins):
        for span, other in occurrences(study, study.text(source.path)):
            if other.key == entity.key:
                yield span
