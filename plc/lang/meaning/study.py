"""A set of sources understood by the checker's own parts, errors and all.

sources + plant + library --parse, declare--> World --types_of, interface--> types of what is asked for
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.areas import declare_globals
from plc.lang.check.body import Body
from plc.lang.check.closure import Lowerings
from plc.lang.check.declared import declare
from plc.lang.check.expressions import value
from plc.lang.check.interface import Interface
from plc.lang.check.interface_of import lay_out
from plc.lang.check.names import find
from plc.lang.check.report import Report
from plc.lang.check.scope import Constant, Scope, Variable
from plc.lang.check.types_of import named, shape
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.values import UNKNOWN, Value, type_of
from plc.lang.check.world import World
from plc.lang.compile import library
from plc.lang.meaning.entity import Entities, Entity, Sort, entities
from plc.lang.meaning.text import Text, ending
from plc.lang.parse import parse
from plc.lang.source import Source
from plc.lang.types import Enumeration, Struct, Type

NOWHERE = Span("", 1, 1, 1, 1)


class Study:
    """What an editor asks about. Nothing in it raises, whatever the sources hold."""

    def __init__(self, sources: Sequence[Source], plant: Source | None) -> None:
        self._chosen: dict[tuple[str, int, int], Enumeration] = {}
        self.world = World(Report(), self._evaluate, lay_out)
        self.units = [*library()]
        if plant is not None:
            self.units.append(Unit(plant, Origin.PLANT, parse(plant).file))
        self._texts = {source.path: Text(source) for source in sources}
        self.units += [
            Unit(source, Origin.USER, parse(Source(source.path, source.text + ending(self._texts[source.path]))).file)
            for source in sources
        ]
        declare(self.world, self.units)
        self.world.begin()
        declare_globals(self.world, self.units)
        self.world.end("areas")
        self._lowerings = Lowerings(self.world)
        self.readings: dict[str, object] = {}
        self._types: dict[tuple[str, str], Type] = {}

    @cached_property
    def entities(self) -> Entities:
        return entities(self.units)

    def sources(self, *origins: Origin) -> Iterable[Source]:
        return (unit.source for unit in self.units if unit.origin in origins)

    def text(self, path: str) -> Text:
        """The tokens of one of the sources; an empty text for a path that is none."""
        if path not in self._texts:
            unit = next((each for each in self.units if each.source.path == path), None)
            self._texts[path] = Text(Source(path, "") if unit is None else unit.source)
        return self._texts[path]

    def units_of(self, path: str) -> tuple[ast.Pou, ...]:
        """The units that one of the sources declares."""
        return next((unit.file.pous for unit in self.units if unit.source.path == path), ())

    def described(self, entity: Entity) -> str:
        """The comment at a declaration, without its marks."""
        return self.text(entity.span.file).described(self._head(entity))

    def _head(self, entity: Entity) -> Span:
        """What the comment stands beside: a whole declaration, or a unit's first line."""
        if entity.sort in (Sort.VARIABLE, Sort.CONSTANT, Sort.FIELD):
            return entity.whole
        return entity.type_span if entity.type_span and entity.sort is Sort.FUNCTION else entity.span

    # ------------------------------------------------ types

    def interface(self, pou: str) -> Interface | None:
        """A unit's interface by its upper-case name."""
        return lay_out(self.world, pou) if pou in self.world.pous else None

    def scope(self, pou: str) -> Scope:
        """The names a unit sees; those of the plant and the globals outside of units."""
        interface = self.interface(pou)
        return self.world.globals if interface is None else interface.scope

    def type_of_name(self, pou: str, name: str) -> Type | None:
        """The type of the variable or constant of that name in a unit; None where there is none."""
        found = find(Body(self.world, self.scope(pou)), name)
        if isinstance(found, Variable):
            return found.type
        return found.value.type if isinstance(found, Constant) else None

    def type_of_entity(self, entity: Entity, pou: str) -> Type:
        """The type as written in a declaration; UNKNOWN where none is."""
        if entity.key not in self._types:
            node = self._type_text(entity)
            body = Body(self.world, self.scope(pou))
            self._types[entity.key] = UNKNOWN if node is None else self._shape(body, node)
        return self._types[entity.key]

    def _shape(self, body: Body, node: ast.TypeText) -> Type:
        """The type as written; a PROGRAM, which the variable of a TEST may be, by what it holds."""
        name = node.name.upper() if isinstance(node, ast.TypeName) else ""
        program = self.interface(name) if self._is(name, ast.PouKind.PROGRAM) else None
        return program.instance if program is not None else shape(body, node).type

    def type_of_type(self, name: str) -> Type | None:
        """The type of an upper-case type name; None where there is none."""
        if name not in self.world.types and not self._is(name, ast.PouKind.FUNCTION_BLOCK):
            return None
        found = named(self.world, name, NOWHERE).type
        return None if found is UNKNOWN else found

    def _is(self, name: str, kind: ast.PouKind) -> bool:
        return name in self.world.pous and self.world.pous[name][0].kind is kind

    def is_public(self, method: Entity) -> bool:
        """Whether a METHOD may be called from outside its block."""
        return self.world.access.get(f"{method.owner}.{method.name.upper()}") not in ("PRIVATE", "PROTECTED")

    def is_program(self, kind: Type) -> bool:
        """Whether a variable, of a TEST, is a PROGRAM, which nobody calls."""
        return isinstance(kind, Struct) and self._is(kind.block.upper(), ast.PouKind.PROGRAM)

    def _type_text(self, entity: Entity) -> ast.TypeText | None:
        return self._type_texts.get((entity.span.file, entity.span.line, entity.span.column))

    @cached_property
    def _type_texts(self) -> dict[tuple[str, int, int], ast.TypeText]:
        """The types of variables and fields by the place of their names."""
        found = {}
        for unit in self.units:
            for variable in _variables(unit.file):
                found[unit.source.path, variable.span.line, variable.span.column] = variable.type
        return found

    def written_type(self, entity: Entity) -> str:
        """The type as its declaration spells it."""
        return "" if entity.type_span is None else self.world.text(entity.type_span)

    # ------------------------------------------------ what the checker decided

    def chosen_enumeration(self, pou: str, path: str, line: int, column: int) -> Enumeration | None:
        """The enumeration that the checker took for a bare enumerator."""
        if pou in self.world.pous:
            self._lowerings.get(pou, 1)
        return self._chosen.get((path, line, column))

    def _evaluate(self, body: Body, node: ast.Expression, hint: Type | None) -> Value:
        worth = value(body, node, hint)
        if isinstance(node, ast.Name):
            kind = type_of(worth)
            if isinstance(kind, Enumeration):
                self._chosen[node.span.file, node.span.line, node.span.column] = kind
        return worth


def _variables(file: ast.File) -> Iterable[ast.Variable]:
    blocks = [*file.globals]
    for pou in file.pous:
        blocks += pou.blocks
        for method in pou.methods:
            blocks += method.blocks
    for test in file.tests:
        blocks += test.blocks
    for block in blocks:
        yield from block.variables
    for declaration in file.types:
        yield from _fields(declaration.type)


def _fields(kind: ast.TypeText) -> Iterable[ast.Variable]:
    while isinstance(kind, ast.ArrayType):
        kind = kind.element
    for field in kind.fields if isinstance(kind, ast.StructType) else ():
        yield field
        yield from _fields(field.type)
