"""Plant outputs: which granules a PROGRAM writes, so that each gets a slot in the program's own area.

Relays.fan := TRUE;      granule Relays.fan    ->  hidden field "Relays.fan" of the area
Targets[s] := 13.6;      granule Targets       ->  hidden field "Targets"
"""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check import addresses
from plc.lang.check.interface import Granule
from plc.lang.check.scope import Alias, Scope, Variable
from plc.lang.check.world import World
from plc.lang.types import Struct


def granules_written(world: World, scope: Scope, statements: tuple[ast.Statement, ...]) -> dict[str, Granule]:
    """Every output granule the statements write, by upper-case tag, in order of the text."""
    found: dict[str, Granule] = {}
    for target in targets_of(statements):
        granule = _granule(world, scope, target)
        if granule is not None:
            found.setdefault(granule.tag.upper(), granule)
    return found


def targets_of(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Expression]:
    """Everything that statements assign to, or a call's output goes to, in order of the text."""
    for statement in statements:
        match statement:
            case ast.Assign():
                yield statement.target
                yield from _call_targets(statement.value)
            case ast.CallStatement():
                yield from _call_targets(statement.call)
            case ast.If():
                for branch in statement.branches:
                    yield from targets_of(branch.body)
                yield from targets_of(statement.otherwise)
            case ast.Case():
                for arm in statement.arms:
                    yield from targets_of(arm.body)
                yield from targets_of(statement.otherwise)
            case ast.For():
                yield statement.variable
                yield from targets_of(statement.body)
            case ast.While() | ast.Repeat():
                yield from targets_of(statement.body)
            case _:
                pass


def _call_targets(node: ast.Expression) -> Iterator[ast.Expression]:
    """The variables a call hands its outputs to."""
    if isinstance(node, ast.Call):
        yield from (argument.value for argument in node.arguments if argument.output)


def _granule(world: World, scope: Scope, node: ast.Expression) -> Granule | None:
    names: list[str] = []
    span = node.span
    while not isinstance(node, ast.Name):
        match node:
            case ast.Member():
                names.append(node.name)
                node = node.target
            case ast.Index() | ast.BitAccess():
                names.clear()
                node = node.target
            case _:
                return None
    key = node.name.upper()
    entry = scope.find(key) or (addresses.find(world, key) if key.startswith("%") else None)
    if isinstance(entry, Alias) and not names:
        return _granule(world, entry.scope, addresses.at(entry.expression, span))
    if not isinstance(entry, Variable) or not entry.output:
        return None
    return _descend(world, entry, list(reversed(names)), span)


def _descend(world: World, variable: Variable, names: list[str], span: Span) -> Granule | None:
    tag, kind, offset = variable.name, variable.type, variable.offset
    for name in names:
        if not isinstance(kind, Struct):
            break
        field = world.field(kind, name)
        if field is None:
            return None
        tag, kind, offset = f"{tag}.{field.name}", field.type, offset + field.offset
    return None if isinstance(kind, Struct) else Granule(tag, kind, offset, span)
