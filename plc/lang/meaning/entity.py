"""Everything that has a name in a set of sources, found by owner and name.

("", STRINGS)            a global, a type or a unit
(TON, Q)                 a unit's variable, a structure's field, an enumeration's enumerator
(PUMP.START, speed)      a variable of a method
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.unit import Origin, Unit


class Sort(StrEnum):
    """What kind of thing a name is."""

    VARIABLE = "variable"
    CONSTANT = "constant"
    FIELD = "field"
    ENUMERATOR = "enumerator"
    TYPE = "type"
    PROGRAM = "PROGRAM"
    FUNCTION = "FUNCTION"
    BLOCK = "FUNCTION_BLOCK"
    METHOD = "METHOD"
    ACTION = "ACTION"
    STEP = "STEP"


@dataclass(frozen=True, slots=True)
class Entity:
    """A declared thing. ``owner`` is the upper-case name of what it belongs to, ``span`` the place of its name.

    ``type_span`` is where its type stands written, ``section`` the variable block that declares it.
    """

    sort: Sort
    name: str
    owner: str
    span: Span
    origin: Origin
    whole: Span
    type_span: Span | None = None
    section: str = ""
    unit: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.owner, self.name.upper()


TEST = "TEST "
"""What the owner of a TEST's variables begins with."""

Entities = dict[tuple[str, str], Entity]


def entities(units: Iterable[Unit]) -> Entities:
    """All declarations; of two with one name the first counts, as for the checker."""
    found: Entities = {}
    for unit in units:
        for entity in _of_file(unit):
            found.setdefault(entity.key, entity)
    return found


def _of_file(unit: Unit) -> Iterator[Entity]:
    for declaration in unit.file.types:
        yield Entity(
            Sort.TYPE, declaration.name, "", _named(declaration.span, declaration.name), unit.origin,
            declaration.span, declaration.type.span,
        )  # fmt: skip
        yield from _parts(unit, declaration.name.upper(), declaration.type)
    for block in unit.file.globals:
        yield from _block(unit, "", block)
    for configuration in unit.file.configurations:
        for block in configuration.globals + sum((each.globals for each in configuration.resources), ()):
            yield from _block(unit, "", block)
    for pou in unit.file.pous:
        yield from _pou(unit, pou)
    for number, test in enumerate(unit.file.tests):
        for block in test.blocks:
            yield from _block(unit, test_owner(number, unit.source.path), block)


def test_owner(number: int, path: str) -> str:
    """The owner of the variables of a TEST, which has no name of its own."""
    return f"{TEST}{number} {path}"


def _parts(unit: Unit, owner: str, kind: ast.TypeText) -> Iterator[Entity]:
    while isinstance(kind, ast.ArrayType):
        kind = kind.element
    if isinstance(kind, ast.EnumType):
        for each in kind.enumerators:
            yield Entity(Sort.ENUMERATOR, each.name, owner, _named(each.span, each.name), unit.origin, each.span)
    elif isinstance(kind, ast.StructType):
        for field in kind.fields:
            yield _variable(unit, owner, field, Sort.FIELD, "")


def _pou(unit: Unit, pou: ast.Pou) -> Iterator[Entity]:
    owner = pou.name.upper()
    result = None if pou.result is None else pou.result.span
    yield Entity(Sort(pou.kind.value), pou.name, "", pou.name_span, unit.origin, pou.span, result)
    for block in pou.blocks:
        yield from _block(unit, owner, block)
    for method in pou.methods:
        result = None if method.result is None else method.result.span
        yield Entity(Sort.METHOD, method.name, owner, method.name_span, unit.origin, method.span, result)
        for block in method.blocks:
            yield from _block(unit, f"{owner}.{method.name.upper()}", block)
    for action in pou.actions:
        yield Entity(Sort.ACTION, action.name, owner, action.name_span, unit.origin, action.span)
    for step in pou.chart.steps if pou.chart else ():
        yield Entity(Sort.STEP, step.name, owner, step.name_span, unit.origin, step.span)


def _block(unit: Unit, owner: str, block: ast.VariableBlock) -> Iterator[Entity]:
    if block.section is ast.Section.EXTERNAL:
        return  # stands for a global
    sort = Sort.CONSTANT if block.constant and block.section is not ast.Section.IN_OUT else Sort.VARIABLE
    words = [block.section.value, *(["CONSTANT"] * block.constant), *(["RETAIN"] * block.retain)]
    for variable in block.variables:
        yield _variable(unit, owner, variable, sort, " ".join(words))


def _variable(unit: Unit, owner: str, node: ast.Variable, sort: Sort, section: str) -> Entity:
    named = next((each.value or "" for each in node.attributes if each.name.lower() == "unit"), "")
    span = _named(node.span, node.name)
    return Entity(sort, node.name, owner, span, unit.origin, node.span, node.type.span, section, named)


def _named(span: Span, name: str) -> Span:
    """The place of a name at the beginning of what it declares."""
    return Span(span.file, span.line, span.column, span.line, span.column + len(name))
