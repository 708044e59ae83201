"""The two areas every program shares: SITE, the process image, and GLOBAL, the variables of the user's sources."""

from __future__ import annotations

import math
from collections.abc import Iterable

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.addresses import lay_out_markers, located, tie
from plc.lang.check.body import Body
from plc.lang.check.initial import initial_image
from plc.lang.check.layout import Layout
from plc.lang.check.names import declare, folds
from plc.lang.check.scope import Constant, Entry, Lock, Pending, Variable
from plc.lang.check.types_of import LARGEST, shape, unit_of
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.values import UNKNOWN, UNTYPED_REAL, is_block
from plc.lang.check.world import Shape, World
from plc.lang.types import Struct

OUTPUT = "output"


def declare_globals(world: World, units: Iterable[Unit]) -> tuple[Struct, Struct]:
    """Makes every VAR_GLOBAL known; gives the structures SITE (library and plant) and GLOBAL (the user's).

    NaN is there before all: the one number no literal can write.
    """
    known = list(units)
    world.site.entries["NAN"] = Constant("NaN", ir.Const(math.nan, UNTYPED_REAL), Span("", 0, 0, 0, 0))
    for unit in known:
        for block in unit.file.all_globals:
            _declare_constants(world, unit, block)
    site, user = Layout(), Layout()
    for unit in known:
        for block in unit.file.all_globals:
            for variable in block.variables:
                if variable.address is None and not (block.constant and folds(world, variable.type)):
                    _place(world, unit, block, variable, user if unit.origin is Origin.USER else site)
    lay_out_markers(world, known, user)
    for unit in known:
        for block in unit.file.all_globals:
            for variable in block.variables:
                if variable.address is not None:
                    _locate(world, unit, block, variable, user)
    return site.finish("SITE"), user.finish("GLOBAL")


def _declare_constants(world: World, unit: Unit, block: ast.VariableBlock) -> None:
    if not block.constant:
        return
    for variable in block.variables:
        if variable.address is None and folds(world, variable.type) and _free(world, unit, variable):
            scope = world.scope_of(unit.origin)
            key = variable.name.upper()
            scope.entries[key] = Pending(variable, scope)
            scope.sources[key] = unit.source.path


def _free(world: World, unit: Unit, variable: ast.Variable) -> bool:
    """Whether a global name is free; the user's may not be one of the plant's either."""
    if unit.origin is Origin.USER and not declare(world, world.site, variable.name, variable.span):
        return False
    return declare(world, world.scope_of(unit.origin), variable.name, variable.span)


def _locate(world: World, unit: Unit, block: ast.VariableBlock, variable: ast.Variable, user: Layout) -> None:
    """A global AT an address; the plant's say which tag an address is."""
    if block.constant or block.kept:
        what = f"{variable.name} AT {variable.address} is CONSTANT or RETAIN"
        world.report.error("S034", variable.span, what, "declare it in plain VAR_GLOBAL")
        return
    body = Body(world, world.scope_of(unit.origin))
    found = shape(body, variable.type)
    if unit.origin is not Origin.USER:
        tie(world, unit, variable, found.type)
        return
    if not _free(world, unit, variable):
        return
    key = variable.name.upper()
    world.globals.sources[key] = unit.source.path
    entry = located(body, variable, found.type)
    if entry is None:
        world.globals.entries[key] = Variable(variable.name, UNKNOWN, ir.Base.GLOBAL, 0, variable.span)
        return
    world.globals.entries[key] = entry
    if variable.initial is not None:
        _begin_marker(body, variable, found, entry, user)


def _begin_marker(body: Body, variable: ast.Variable, found: Shape, entry: Entry, user: Layout) -> None:
    """The first value of a global in marker memory."""
    if not isinstance(entry, Variable):
        what = f"{variable.name} AT {variable.address} cannot begin with a value"
        body.report.error("S015", variable.span, what, "take := away; a byte or a longer marker can have one")
        return
    image = initial_image(body, variable.initial, found)
    user.image[entry.offset : entry.offset + len(image)] = image


def _place(world: World, unit: Unit, block: ast.VariableBlock, variable: ast.Variable, layout: Layout) -> None:
    if not _free(world, unit, variable):
        return
    scope = world.scope_of(unit.origin)
    body = Body(world, scope)
    found = shape(body, variable.type)
    user = unit.origin is Origin.USER
    if is_block(found.type):
        cure = "declare the block in VAR of the PROGRAM that calls it"
        world.report.error("S018", variable.span, f"{variable.name} is a block in VAR_GLOBAL", cure)
        scope.entries[variable.name.upper()] = Variable(variable.name, UNKNOWN, ir.Base.GLOBAL, 0, variable.span)
        return
    if len(layout.image) + found.type.size > LARGEST:
        world.report.error("S016", variable.span, "the global variables grow too large here", "make arrays shorter")
        return
    initial = initial_image(body, variable.initial, found)
    placed = layout.add(
        variable.name, found.type, initial, retain=block.kept, constant=block.constant, unit=unit_of(variable)
    )
    key = variable.name.upper()
    lock = Lock.CONSTANT if block.constant else None if user else Lock.SITE
    output = not user and any(attribute.name.lower() == OUTPUT for attribute in variable.attributes)
    base = ir.Base.GLOBAL if user else ir.Base.SITE
    scope.entries[key] = Variable(
        placed.name, placed.type, base, placed.offset, variable.span, lock, output=output, unit=placed.unit
    )
    scope.sources[key] = unit.source.path
