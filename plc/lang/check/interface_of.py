"""Makes the interface of a unit: its variables declared, laid out and given their first values."""

from __future__ import annotations

from dataclasses import replace

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import addresses
from plc.lang.check.body import LARGEST_FRAME, Body
from plc.lang.check.chart.state import declare_state, written_by
from plc.lang.check.initial import initial_image
from plc.lang.check.interface import Granule, Interface, Parameter, is_system
from plc.lang.check.layout import Layout
from plc.lang.check.members import seen_from_method
from plc.lang.check.names import declare, find, folds
from plc.lang.check.outputs import granules_written
from plc.lang.check.scope import Alias, Constant, Lock, Pending, Scope, Variable
from plc.lang.check.types_of import LARGEST, LOST, open_array, shape, unit_of
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.values import UNKNOWN, is_block, same_type
from plc.lang.check.world import Shape, World
from plc.lang.types import BOOL, Field, Role, Type

_ROLES = {ast.Section.INPUT: Role.INPUT, ast.Section.OUTPUT: Role.OUTPUT}


def lay_out(world: World, key: str) -> Interface | None:
    """The interface of a unit, by upper-case name; None while it is being made, which means it contains itself."""
    if key in world.interfaces:
        world.again("unit " + key)
        return world.interfaces[key]
    block, method, _ = key.partition(".")
    owner = lay_out(world, block) if method else None
    if method and owner is None:
        return None
    world.interfaces[key] = None
    pou, unit = world.pous[key]
    world.interfaces[key] = _made(world, _Builder(world, pou, unit, owner), key)
    return world.interfaces[key]


def lay_out_test(world: World, pou: ast.Pou, unit: Unit) -> Interface:
    """The interface of a TEST, written as a unit: the one place where a variable may be a PROGRAM."""
    return _made(world, _Builder(world, pou, unit, is_test=True), pou.name)


def _made(world: World, builder: _Builder, key: str) -> Interface:
    world.begin()
    world.uses(builder.unit.source.path)
    builder.declare_all()
    interface = builder.finish(world)
    interface.sources = frozenset(world.end("unit " + key))
    return interface


class _Builder:
    """Declares one unit's variables, constants first, because bounds may name them."""

    def __init__(
        self, world: World, pou: ast.Pou, unit: Unit, owner: Interface | None = None, *, is_test: bool = False
    ) -> None:
        self.is_test = is_test
        self.world = world
        self.report = world.report
        self.pou = pou
        self.unit = unit
        self.owner = owner
        self.scope = Scope(world.scope_of(unit.origin) if owner is None else seen_from_method(owner))
        self.body = Body(world, self.scope)
        self.own = Layout()
        self.temp = Layout()
        self.references: list[ir.Reference] = []
        self.parameters: dict[str, Parameter] = {}
        self.result: Field | None = None

    def declare_all(self) -> None:
        if self.owner is not None:
            self.references.append(ir.Reference(self.owner.pou.name, self.owner.instance, False))
        for block in self.pou.blocks:
            if block.constant and block.section is ast.Section.VAR:
                self._constants(block)
        if self.pou.kind is ast.PouKind.FUNCTION:
            self._result()
        for block in self.pou.blocks:
            self._can_keep(block)
            self._can_be_constant(block)
            for variable in block.variables:
                self._variable(block, variable)
        if self.owner is None:
            declare_state(self.world, self.scope, self.own, self.pou)

    def finish(self, world: World) -> Interface:
        granules: dict[str, Granule] = {}
        if self.pou.kind is ast.PouKind.PROGRAM and not is_system(self.pou, self.unit):
            granules = granules_written(world, self.scope, written_by(self.pou))
        slots = {
            key: self.own.add(granule.tag, granule.type, bytes(granule.type.size)) for key, granule in granules.items()
        }
        block = "" if self.pou.kind is ast.PouKind.FUNCTION else self.pou.name
        instance = self.own.finish(self.pou.name, block)
        return Interface(
            self.pou, self.unit, self.scope, instance, self.temp, tuple(self.references), self.parameters,
            self.result, granules, slots, frozenset(), self.owner,
        )  # fmt: skip

    def _constants(self, block: ast.VariableBlock) -> None:
        for variable in block.variables:
            if variable.address is not None:
                continue
            if folds(self.world, variable.type) and self._declare(variable):
                self.scope.entries[variable.name.upper()] = Pending(variable, self.scope)

    def _declare(self, variable: ast.Variable) -> bool:
        """Whether the name is free, in a METHOD also among the variables of its block."""
        if self.owner is not None and variable.name.upper() in self.owner.scope.entries:
            what = f"{variable.name} is a variable of {self.owner.pou.name} already"
            self.report.error("S002", variable.span, what, "rename it: the method sees the variables of its block")
            return False
        return declare(self.world, self.scope, variable.name, variable.span)

    def _result(self) -> None:
        name = self.pou.name.rpartition(".")[2]
        if self.pou.result is None and self.owner is not None:
            self.result = self.own.add(f"{name} result", BOOL, b"\0")
            return
        if self.pou.result is None:
            cure = f"write FUNCTION {self.pou.name} : REAL, or its other type"
            self.report.error("S033", self.pou.name_span, f"the FUNCTION {self.pou.name} has no result type", cure)
            self._enter(self.pou.name, UNKNOWN, ir.Base.SELF, 0, self.pou.name_span)
            return
        found = shape(self.body, self.pou.result)
        if is_block(found.type):
            self._no_block(name, self.pou.result.span, "the result of a FUNCTION")
            return
        self.result = self.own.add(name, found.type, found.initial)
        self._enter(name, found.type, ir.Base.SELF, self.result.offset, self.pou.name_span)

    def _enter(
        self,
        name: str,
        kind: Type,
        base: ir.Base,
        offset: int,
        span: Span,
        lock: Lock | None = None,
        number: int = 0,
        unit: str = "",
    ) -> None:
        self.scope.entries[name.upper()] = Variable(name, kind, base, offset, span, lock, number, unit=unit)

    def _can_keep(self, block: ast.VariableBlock) -> None:
        """RETAIN needs a place that is there between two runs."""
        if not block.kept:
            return
        word = "RETAIN" if block.retain else "PERSISTENT"
        if self.pou.kind is ast.PouKind.FUNCTION:
            what = f"{word} in the FUNCTION {self.pou.name}, which remembers nothing"
        elif block.section in (ast.Section.TEMP, ast.Section.IN_OUT, ast.Section.EXTERNAL):
            what = f"{word} on {block.section}, whose variables have no place of their own here"
        else:
            return
        cure = "declare it in VAR of a PROGRAM or FUNCTION_BLOCK, or in VAR_GLOBAL"
        self.report.error("S034", block.span, what, cure)

    def _can_be_constant(self, block: ast.VariableBlock) -> None:
        """An output is there to change; its variables are then read as if CONSTANT were not there."""
        if block.constant and block.section is ast.Section.OUTPUT:
            at = block.span
            span = Span(at.file, at.line, at.column, at.line, at.column + len(block.section))
            cure = "take CONSTANT away, or declare it in VAR CONSTANT"
            self.report.error("S034", span, "VAR_OUTPUT CONSTANT: an output that cannot change says nothing", cure)

    def _variable(self, block: ast.VariableBlock, variable: ast.Variable) -> None:
        section = block.section
        located = variable.address is not None
        if section is ast.Section.VAR and block.constant and not located and folds(self.world, variable.type):
            self._value_of(variable)
            return
        if section is ast.Section.EXTERNAL:
            self._external(block, variable)
            return
        if section is ast.Section.GLOBAL:
            cure = "move VAR_GLOBAL out of the unit, to the top of the file"
            self.report.error("S034", variable.span, f"{variable.name} is global inside {self.pou.name}", cure)
            return
        if not self._declare(variable):
            return
        if located:
            self._locate(block, variable)
            return
        found = self._shape(section, variable)
        if section is ast.Section.IN_OUT:
            self._reference(block, variable, found)
        else:
            self._place(block, variable, found)

    def _locate(self, block: ast.VariableBlock, variable: ast.Variable) -> None:
        """A variable AT an address takes no memory here: it is another name of a marker or of the plant's tag."""
        found = shape(self.body, variable.type)
        self._enter(variable.name, UNKNOWN, ir.Base.SELF, 0, variable.span)
        if block.section is not ast.Section.VAR or block.constant or block.kept:
            what = f"{variable.name} AT {variable.address} stands in {block.section}{' CONSTANT' * block.constant}"
            cure = "declare it in plain VAR or VAR_GLOBAL"
            self.report.error("S034", variable.span, what + " RETAIN" * block.kept, cure)
            return
        if variable.initial is not None:
            what = f"{variable.name} AT {variable.address} is memory of others, it begins as they left it"
            self.report.error("S015", variable.span, what, "take := away, or give a marker its value in VAR_GLOBAL")
        completed, path = self.world.completed.get((self.pou.name.upper(), variable.name.upper()), (None, ""))
        if path:
            self.world.uses(path)
        entry = addresses.located(self.body, variable, found.type, completed)
        if entry is not None:
            self.scope.entries[variable.name.upper()] = entry

    def _value_of(self, variable: ast.Variable) -> None:
        entry = self.scope.entries.get(variable.name.upper())
        if isinstance(entry, Pending) and entry.declaration is variable:
            find(self.body, variable.name)

    def _shape(self, section: ast.Section, variable: ast.Variable) -> Shape:
        if section is ast.Section.IN_OUT and isinstance(variable.type, ast.ArrayType) and variable.type.open_dimensions:
            return open_array(self.body, variable.type)
        found = self._program(variable) or shape(self.body, variable.type)
        if is_block(found.type):
            if self.pou.kind is ast.PouKind.FUNCTION and section is not ast.Section.IN_OUT:
                return self._no_block(variable.name, variable.span, "inside a FUNCTION, which remembers nothing")
            if section not in (ast.Section.VAR, ast.Section.IN_OUT):
                return self._no_block(variable.name, variable.span, f"in {section}")
        if found is not LOST and len(self.own.image) + found.type.size > LARGEST:
            self.report.error("S016", variable.span, f"{self.pou.name} grows too large here", "make its arrays shorter")
            return LOST
        return found

    def _program(self, variable: ast.Variable) -> Shape | None:
        """The area of a PROGRAM under test."""
        if not self.is_test or not isinstance(variable.type, ast.TypeName):
            return None
        key = variable.type.name.upper()
        pou, unit = self.world.pous.get(key, (None, None))
        if pou is None or unit is None or pou.kind is not ast.PouKind.PROGRAM or unit.origin is not Origin.USER:
            return None
        interface = lay_out(self.world, key)
        return None if interface is None else Shape(interface.instance, interface.instance.initial)

    def _no_block(self, name: str, span: Span, where: str) -> Shape:
        self.report.error(
            "S018", span, f"{name} is a block {where}", "declare it in VAR of a PROGRAM or FUNCTION_BLOCK"
        )
        return LOST

    def _reference(self, block: ast.VariableBlock, variable: ast.Variable, found: Shape) -> None:
        if self.pou.kind is ast.PouKind.PROGRAM:
            cure = "a PROGRAM is called by a task, which passes nothing; name the plant's variable instead"
            self.report.error("S034", variable.span, f"{variable.name} is VAR_IN_OUT of a PROGRAM", cure)
        if variable.initial is not None:
            what = f"{variable.name} refers to what each call gives it, so it has no first value"
            self.report.error("S015", variable.span, what, "take := and the value away, or make it VAR_INPUT")
        number = len(self.references)
        self.references.append(ir.Reference(variable.name, found.type, block.constant))
        self.parameters[variable.name.upper()] = Parameter(
            variable.name, block.section, found.type, None, number, block.constant, False
        )
        lock = Lock.REFERENCE if block.constant else None
        self._enter(variable.name, found.type, ir.Base.REF, 0, variable.span, lock, number)

    def _place(self, block: ast.VariableBlock, variable: ast.Variable, found: Shape) -> None:
        section = block.section
        temporary = section is ast.Section.TEMP
        if temporary and len(self.temp.image) + found.type.size > LARGEST_FRAME:
            what = f"the temporary variables grow beyond {LARGEST_FRAME // 1024} KiB here"
            self.report.error("S054", variable.span, what, "declare it in VAR")
            found = LOST
        role = _ROLES.get(section, Role.LOCAL)
        placed = (self.temp if temporary else self.own).add(
            variable.name, found.type, initial_image(self.body, variable.initial, found), role,
            block.kept, block.constant, unit_of(variable),
        )  # fmt: skip
        constant = block.constant and section is not ast.Section.OUTPUT
        lock = Lock.CONSTANT if constant else Lock.INPUT if role is Role.INPUT else None
        base = ir.Base.TEMP if temporary else ir.Base.SELF
        self._enter(variable.name, found.type, base, placed.offset, variable.span, lock, unit=placed.unit)
        if role is not Role.LOCAL:
            self.parameters[variable.name.upper()] = Parameter(
                variable.name, section, found.type, placed, 0, False, variable.initial is not None
            )

    def _external(self, block: ast.VariableBlock, variable: ast.Variable) -> None:
        if not self._declare(variable):
            return
        entry = find(self.body, variable.name)
        if entry is None:
            cure = self.world.near(variable.name, self.scope.names()) or "declare it in VAR_GLOBAL"
            self.report.error("S001", variable.span, f"there is no global {variable.name}", cure)
            return
        declared = shape(self.body, variable.type).type
        actual = entry.value.type if isinstance(entry, Constant) else entry.type
        if UNKNOWN not in (declared, actual) and not same_type(declared, actual):
            what = f"{variable.name} is {actual} in VAR_GLOBAL and {declared} here"
            self.report.error("S008", variable.span, what, f"write {variable.name} : {actual}")
        if variable.initial is not None:
            what = f"{variable.name} gets its first value in VAR_GLOBAL, not here"
            self.report.error("S015", variable.span, what, "take := and the value away")
        if variable.address is not None:
            what = f"{variable.name} has its address in VAR_GLOBAL, not here"
            self.report.error("S034", variable.span, what, "take AT and the address away")
        if block.constant and isinstance(entry, Variable | Alias):
            self.scope.entries[variable.name.upper()] = replace(
                entry, lock=entry.lock or Lock.CONSTANT, span=variable.span
            )
