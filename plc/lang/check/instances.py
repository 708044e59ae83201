"""Finds every instance of a block inside a program's area: the TRIPs it requests, the ALARMs it raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plc.lang import ast
from plc.lang.check.lower import Lowered, family
from plc.lang.check.world import World
from plc.lang.program import BlockInstance
from plc.lang.types import Array, Field, Struct, Type


def instances(world: World, units: Mapping[str, Lowered], area: Struct, block: str) -> tuple[BlockInstance, ...]:
    """All instances of ``block`` in an area, in order of memory; ``units`` are the lowered units by upper-case name."""
    return tuple(_inside(world, units, area, block.upper(), "", 0))


def _inside(
    world: World, units: Mapping[str, Lowered], owner: Struct, block: str, path: str, offset: int
) -> Iterator[BlockInstance]:
    for field in owner.fields:
        kind = _innermost(field.type)
        if isinstance(kind, Struct) and kind.block:
            for name, start in _elements(field.type, f"{path}{field.name}", offset + field.offset):
                if kind.block.upper() == block:
                    yield _instance(world, units, owner, field, name, start)
                else:
                    yield from _inside(world, units, kind, block, f"{name}.", start)


def _innermost(kind: Type) -> Type:
    while isinstance(kind, Array):
        kind = kind.element
    return kind


def _elements(kind: Type, path: str, offset: int) -> Iterator[tuple[str, int]]:
    if not isinstance(kind, Array):
        yield path, offset
        return
    for number in range(kind.count):
        index = ", ".join(map(str, _indices(kind, number)))
        yield from _elements(kind.element, f"{path}[{index}]", offset + number * kind.stride)


def _indices(array: Array, number: int) -> list[int]:
    indices: list[int] = []
    for first, last in reversed(array.dimensions):
        number, rest = divmod(number, last - first + 1)
        indices.insert(0, first + rest)
    return indices


def _instance(
    world: World, units: Mapping[str, Lowered], owner: Struct, field: Field, path: str, offset: int
) -> BlockInstance:
    key = owner.block.upper()
    declaration = _declaration(world.pous[key][0], field.name)
    calls = (each.facts.started.get(field.name.upper()) for each in family(units, key))
    span = next((span for span in calls if span is not None), declaration.span)
    attributes = {attribute.name.lower(): attribute.value or "" for attribute in declaration.attributes}
    return BlockInstance(path, offset, span, attributes)


def _declaration(pou: ast.Pou, name: str) -> ast.Variable:
    return next(v for block in pou.blocks for v in block.variables if v.name.upper() == name.upper())
