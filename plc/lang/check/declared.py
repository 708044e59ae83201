"""Takes in what the sources declare: types, units, enumerators, by name."""

from __future__ import annotations

from collections.abc import Iterable

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.members import as_function, method_key
from plc.lang.check.standard import FUNCTIONS
from plc.lang.check.unit import Unit
from plc.lang.check.world import World
from plc.lang.types import elementary


def declare(world: World, units: Iterable[Unit]) -> None:
    """Makes all types and units known; of two with one name the first stays, the second is reported."""
    for unit in units:
        world.texts[unit.source.path] = unit.source.text
        for declaration in unit.file.types:
            if _free(world, declaration.name, declaration.span):
                world.types[declaration.name.upper()] = (declaration, unit)
                _enumerators(world, declaration)
        for pou in unit.file.pous:
            if _free(world, pou.name, pou.name_span):
                world.pous[pou.name.upper()] = (pou, unit)
                _methods(world, pou, unit)


def _free(world: World, name: str, span: Span) -> bool:
    key = name.upper()
    if elementary(key) or key in FUNCTIONS:
        world.report.error("S002", span, f"{name} belongs to the language", "choose another name")
        world.misnamed.add(key)
        return False
    earlier = world.types.get(key) or world.pous.get(key)
    if earlier is None:
        return True
    node, unit = earlier
    at = node.span if isinstance(node, ast.TypeDeclaration) else node.name_span
    what = f"{name} is declared twice, first in {unit.source.path} line {at.line}"
    world.report.error("S002", span, what, "rename one of them or take it away")
    return False


def _methods(world: World, pou: ast.Pou, unit: Unit) -> None:
    """Each METHOD becomes a unit called ``block.method``."""
    for method in pou.methods:
        key = method_key(pou.name, method.name)
        if key in world.pous:  # reported with the block's variables
            continue
        world.pous[key] = (as_function(pou, method), unit)
        world.access[key] = method.access


def _enumerators(world: World, declaration: ast.TypeDeclaration) -> None:
    if isinstance(declaration.type, ast.EnumType):
        for enumerator in declaration.type.enumerators:
            owners = world.enumerators.setdefault(enumerator.name.upper(), [])
            if declaration.name.upper() not in owners:
                owners.append(declaration.name.upper())
