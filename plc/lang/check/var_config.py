"""VAR_CONFIG: addresses for variables that wait for one, and first values of one program's own.

controller.rule.door AT %IX0.1 : BOOL;      door AT %I* : BOOL; of the PROGRAM that runs as rule
rule.delay.PT : TIME := T#5s;               begins with that in rule alone
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.initial import initial_image
from plc.lang.check.types_of import shape
from plc.lang.check.unit import Origin
from plc.lang.check.values import UNKNOWN, same_type
from plc.lang.check.world import Shape, World
from plc.lang.print import type_text
from plc.lang.types import Struct, Type

Lines = Iterable[ast.ConfiguredVariable]


def complete(world: World, lines: Lines, types: Mapping[str, str], resource: str) -> None:
    """Takes in the addresses, before any unit is laid out. ``types`` maps programs to their types, in capitals."""
    for line in lines:
        path = _path(line, types, resource)
        if line.address is None:
            if line.initial is None:
                cure = "write AT and an address, or := and a value"
                world.report.error("S056", line.span, f"{'.'.join(line.path)} gets neither address nor value", cure)
            continue
        if _can_complete(world, line, path):
            variable = _waiting(world, types, line, path)
            if variable is not None:
                _note(world, line, (types[path[0].upper()], path[1].upper()), variable)


def _path(line: ast.ConfiguredVariable, types: Mapping[str, str], resource: str) -> tuple[str, ...]:
    """The path from the program on."""
    first = line.path[0].upper()
    return line.path[1:] if len(line.path) > 2 and first == resource.upper() and first not in types else line.path


def _can_complete(world: World, line: ast.ConfiguredVariable, path: tuple[str, ...]) -> bool:
    shown = ".".join(line.path)
    if len(path) > 2:
        cure = "declare it AT %I* in the PROGRAM and pass it to the block by VAR_INPUT"
        world.report.error("S017", line.span, f"{shown}: addresses inside a program's blocks come later", cure)
    elif line.initial is not None:
        cure = "write the address alone; what lies there has its value already"
        world.report.error("S015", line.span, f"{shown} gets an address and a value", cure)
    elif len(path) < 2:
        cure = f"write program.variable AT {line.address}"
        world.report.error("S056", line.span, f"{shown} names no variable of a program", cure)
    else:
        return True
    return False


def _type_name(world: World, types: Mapping[str, str], line: ast.ConfiguredVariable, path: tuple[str, ...]) -> str:
    found = types.get(path[0].upper())
    if found is None:
        cure = world.near(path[0], types) or "name a program of this configuration"
        world.report.error("S001", line.span, f"there is no program {path[0]} here", cure)
    return found or ""


def _waiting(
    world: World, types: Mapping[str, str], line: ast.ConfiguredVariable, path: tuple[str, ...]
) -> ast.Variable | None:
    type_name = _type_name(world, types, line, path)
    if not type_name:
        return None
    pou, _ = world.pous[type_name]
    variables = {v.name.upper(): v for block in pou.blocks for v in block.variables}
    variable, address = variables.get(path[1].upper()), line.address or ""
    if variable is None or variable.address is None or not variable.address.endswith("*"):
        waiting = [v.name for v in variables.values() if v.address is not None and v.address.endswith("*")]
        what = f"{pou.name} has no {path[1]} that waits for an address"
        cure = world.near(path[1], waiting) or f"declare {path[1]} AT {address[:2]}* in its VAR"
        world.report.error("S056", line.span, what, cure)
        return None
    if variable.address[:2].upper() != address[:2].upper():
        what = f"{variable.name} is declared AT {variable.address}, {address} is another area"
        world.report.error("S056", line.span, what, f"write an address that begins with {variable.address[:2].upper()}")
        return None
    declared = type_text(variable.type)
    if declared.upper() != type_text(line.type).upper():
        cure = f"write {'.'.join(line.path)} ... : {declared}"
        world.report.error("S008", line.span, f"{variable.name} is declared {declared}", cure)
        return None
    return variable


def _note(world: World, line: ast.ConfiguredVariable, key: tuple[str, str], variable: ast.Variable) -> None:
    known = world.completed.get(key)
    if known is not None and known[0] != line.address:
        what = f"{variable.name} of {key[0]} gets {line.address} here and {known[0]} above"
        cure = "two programs of one type share their addresses: write a PROGRAM of its own for one of them"
        world.report.error("S056", line.span, what, cure)
        return
    world.completed[key] = line.address or "", line.span.file


# ---------------------------------------------------------------- first values


def first_values(world: World, lines: Lines, types: Mapping[str, str], resource: str) -> dict[str, Struct]:
    """The areas of programs that begin with values of their own, by program in capitals."""
    areas: dict[str, tuple[Struct, bytearray]] = {}
    for line in lines:
        if line.address is not None or line.initial is None:
            continue
        path = _path(line, types, resource)
        type_name = _type_name(world, types, line, path)
        interface = world.lay_out(world, type_name) if type_name else None
        if interface is not None:
            start = interface.instance, bytearray(interface.instance.initial)
            _put_value(world, *areas.setdefault(path[0].upper(), start), line, path[1:])
    return {name: replace(area, initial=bytes(image)) for name, (area, image) in areas.items()}


def _put_value(
    world: World, area: Struct, image: bytearray, line: ast.ConfiguredVariable, path: tuple[str, ...]
) -> None:
    shown = ".".join(line.path)
    spot = _spot(world, area, path)
    if spot is None:
        cure = "name a variable of the program, or of a block in it, that is no CONSTANT"
        world.report.error("S056", line.span, f"{shown} is no variable that can begin with a value", cure)
        return
    kind, start = spot
    body = Body(world, world.scope_of(Origin.USER))
    written = shape(body, line.type)
    if written.type is not UNKNOWN and not same_type(written.type, kind):
        world.report.error("S008", line.span, f"{shown} is declared {kind}", f"write {shown} : {kind}")
        return
    end = start + kind.size
    image[start:end] = initial_image(body, line.initial, Shape(kind, bytes(image[start:end])))


def _spot(world: World, area: Struct, path: tuple[str, ...]) -> tuple[Type, int] | None:
    """Type and offset of what a path names inside an area."""
    kind: Type = area
    start = 0
    for name in path:
        place = world.field(kind, name) if isinstance(kind, Struct) else None
        if place is None or place.constant:
            return None
        kind, start = place.type, start + place.offset
    return (kind, start) if path else None
