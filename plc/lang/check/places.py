"""Names, fields and elements: where in memory they lie, and why they may not be written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import addresses, constants, names
from plc.lang.check.body import Body
from plc.lang.check.foreign import meant_value
from plc.lang.check.scope import Alias, Constant, Lock, Pending, Variable
from plc.lang.check.values import UNKNOWN, Whole, is_bits, is_block, is_integer, type_of
from plc.lang.types import Array, Role, Struct, Text, Type, elementary

_MEASUREMENTS = ("Measurement", "Measurements")


@dataclass(frozen=True, slots=True)
class Reach:
    """A place on the way from a name to what is wanted.

    ``path`` is the way in declared spelling without indices (``Strings[].Temperature``), ``site`` its part down to
    the first field where it lies in SITE, ``granule`` the whole of it while it follows a plant output, ``measurement``
    the path of the Measurement(s) whose Value or Ok this is, ``unit`` what it is measured in.
    """

    place: ir.Place
    path: str
    lock: Lock | None = None
    site: str = ""
    granule: str = ""
    measurement: str = ""
    unit: str = ""

    @property
    def type(self) -> Type:
        return self.place.type


def reach(body: Body, node: ast.Expression) -> Reach | None:
    """Where an expression lies; None after reporting that it lies nowhere."""
    found = _reach(body, node)
    if found is not None and found.unit:
        body.facts.units[node.span] = found.unit
    return found


def _reach(body: Body, node: ast.Expression) -> Reach | None:
    match node:
        case ast.Name():
            return _name(body, node)
        case ast.Member():
            return _member(body, node)
        case ast.Index():
            return _index(body, node)
        case ast.Call() if not isinstance(node.target, ast.Name) or names.find(body, node.target.name) is not None:
            called(body, node)
            return None
        case ast.Call(target=ast.Name(name=name)) if name.upper() in body.world.pous:
            if type_of(body.value(node)) is not UNKNOWN:
                _no_variable(body, node)
            return None
        case _:
            _no_variable(body, node)
            return None


def _no_variable(body: Body, node: ast.Expression) -> None:
    what = f"{body.world.text(node.span)} is a value, not a variable"
    body.report.error("S026", node.span, what, "name a variable here")


def called(body: Body, node: ast.Call) -> None:
    """Reports a call where a variable is needed: most often an index in the wrong brackets."""
    found = reach(body, node.target)
    if found is None:
        return
    text = body.world.text(node.target.span)
    if isinstance(found.type, Array):
        index = ", ".join(body.world.text(argument.span) for argument in node.arguments)
        body.report.error("S029", node.span, f"{text} is an array, its index stands in [ ]", f"write {text}[{index}]")
    elif is_block(found.type):
        cure = "call the block on a line of its own and use its outputs"
        body.report.error("S038", node.span, f"{text} is called inside an expression", cure)
    elif found.type is not UNKNOWN:
        cure = f"write {text} without ( ), or the name of a function"
        body.report.error("S038", node.span, f"{text} is a variable of type {found.type}, which nobody calls", cure)


def _name(body: Body, node: ast.Name) -> Reach | None:
    entry = names.find(body, node.name)
    match entry:
        case Variable():
            return _variable(body, entry)
        case Constant():
            body.report.error("S020", node.span, f"{entry.name} {Lock.CONSTANT.value[1]}", Lock.CONSTANT.value[2])
        case Alias():
            with body.within(entry.scope):
                found = reach(body, addresses.at(entry.expression, node.span))
            return found if found is None or entry.lock is None else replace(found, lock=found.lock or entry.lock)
        case Pending():
            pass
        case None:
            unknown(body, node)
    return None


def unknown(body: Body, node: ast.Name) -> None:
    """Reports a name nobody declared; an empty one stands where the parser has reported a gap."""
    if not node.name or node.name.upper() in body.world.missing or names.absent_in_method(body, node):
        return
    if node.name.startswith("%"):
        addresses.report_unknown(body, node)
        return
    if _reported_as_type(body, node):
        return
    visible = chain(body.scope.names(), body.world.enumerators)
    cure = meant_value(node.name) or body.world.near(node.name, visible) or "declare it in a VAR block"
    body.report.error("S001", node.span, f"there is no {node.name} here", cure)


def _reported_as_type(body: Body, node: ast.Name) -> bool:
    """Reports the name of a type or block where a value or variable belongs."""
    world, key = body.world, node.name.upper()
    block = world.pous.get(key)
    if block is not None and block[0].kind is ast.PouKind.FUNCTION_BLOCK:
        name = block[0].name
        what = f"{name} is a kind of block, and here stands one of them"
        cure = f"declare one in VAR, as in first : {name};, and write first"
    elif key in world.types or elementary(key) is not None:
        what = f"{node.name} is a type, and here stands a value"
        cure = "write a value, or a variable that is declared with this type"
    else:
        return False
    body.report.error("S003", node.span, what, cure)
    return True


def _variable(body: Body, variable: Variable) -> Reach:
    place = ir.Place(variable.base, variable.offset, (), variable.type, variable.number)
    lock, name, unit = variable.lock, variable.name, variable.unit
    if variable.base is ir.Base.GLOBAL:
        body.facts.uses_globals = True
    if variable.base is not ir.Base.SITE:
        return Reach(place, name, lock, unit=unit)
    if body.may_write_site:
        return Reach(place, name, None, name, unit=unit)
    if not variable.output:
        return Reach(place, name, lock, name, unit=unit)
    slot = body.slots.get(name.upper())
    if slot is not None:
        return Reach(ir.Place(ir.Base.SELF, slot.offset, (), slot.type), name, unit=unit)
    return Reach(place, name, Lock.OUTPUT_IN_BLOCK, name, name, unit=unit)


def _member(body: Body, node: ast.Member) -> Reach | None:
    base = reach(body, node.target)
    if base is None or base.type is UNKNOWN:
        return None
    struct = base.type
    if not isinstance(struct, Struct):
        _no_fields(body, node, struct)
        return None
    field = body.world.field(struct, node.name)
    if field is None:
        if struct.block and _passed_by_reference(body, struct, node.name):
            cure = f"give it in the call: {body.world.text(node.target.span)}({node.name} := ...)"
            body.report.error("S027", node.span, f"{node.name} refers to a variable of the caller", cure)
            return None
        known = [f.name for f in struct.fields if not (struct.block and f.role is Role.LOCAL)]
        cure = body.world.near(node.name, known) or f"it has {', '.join(known[:8]) or 'no fields'}"
        body.report.error("S001", node.span, f"{struct} has no {node.name}", cure)
        return None
    if struct.block and field.role is Role.LOCAL and not body.is_test:
        cure = "use its outputs, or declare an output for it"
        body.report.error("S027", node.span, f"{field.name} is internal to {struct}", cure)
        return None
    path = f"{base.path}.{field.name}"
    granule = path if base.granule else ""
    slot = body.slots.get(granule.upper()) if granule else None
    if slot is not None:
        return Reach(ir.Place(ir.Base.SELF, slot.offset, (), slot.type), path, unit=field.unit)
    lock = base.lock
    if struct.block and field.role is not Role.INPUT:
        lock = lock or (Lock.BLOCK_OUTPUT if field.role is Role.OUTPUT else Lock.INTERNAL)
    site = path if base.site and "." not in base.site else base.site
    measurement = base.path if struct.name in _MEASUREMENTS else ""
    unit = field.unit or (base.unit if measurement and field.name == "Value" else "")
    return Reach(at(base.place, field.offset, field.type), path, lock, site, granule, measurement, unit)


def _passed_by_reference(body: Body, struct: Struct, name: str) -> bool:
    interface = body.world.lay_out(body.world, struct.block.upper())
    return interface is not None and name.upper() in interface.parameters


def at(place: ir.Place, offset: int, type: Type) -> ir.Place:
    """A part of a place."""
    return ir.Place(place.base, place.offset + offset, place.steps, type, place.number)


def _no_fields(body: Body, node: ast.Member, kind: Type) -> None:
    text = body.world.text(node.target.span)
    cure = f"name one element first: {text}[1].{node.name}" if isinstance(kind, Array) else f"write {text} alone"
    body.report.error("S028", node.span, f"{text} is {kind}, which has no field {node.name}", cure)


def _index(body: Body, node: ast.Index) -> Reach | None:
    base = reach(body, node.target)
    if base is None:
        return None
    array = base.type
    if not isinstance(array, Array):
        if array is not UNKNOWN:
            what = f"{body.world.text(node.target.span)} is {array}, no array"
            body.report.error("S029", node.span, what, _index_cure(body, node, array))
        return None
    if len(node.indices) != len(array.dimensions):
        what = f"this array has {len(array.dimensions)} indices, {len(node.indices)} are written"
        body.report.error("S029", node.span, what, f"it is {array}")
        return None
    place = base.place
    for number, index in enumerate(node.indices):
        stepped = (_open_step if array.open else _step)(body, place, array, number, index)
        if stepped is None:
            return None
        place = stepped
    element = replace(place, type=array.element)
    path = f"{base.path}[]"
    site = path if base.site and "." not in base.site else base.site
    return Reach(element, path, base.lock, site, "", base.measurement, base.unit)


def _index_cure(body: Body, node: ast.Index, kind: Type) -> str:
    """Where the index belongs: behind the field that is an array, if there is one."""
    fields = kind.fields if isinstance(kind, Struct) and not kind.block else ()
    field = next((f.name for f in fields if isinstance(f.type, Array)), "")
    text, indices = body.world.text(node.target.span), ", ".join(body.world.text(i.span) for i in node.indices)
    if isinstance(kind, Text):
        return f"write MID({text}, 1, p) to read one letter, REPLACE to change it; p counts from 1"
    return f"write the index behind the field: {text}.{field}[{indices}]" if field else "take the index away"


def _step(body: Body, place: ir.Place, array: Array, number: int, index: ast.Expression) -> ir.Place | None:
    first, last = array.dimensions[number]
    stride = array.stride
    for low, high in array.dimensions[number + 1 :]:
        stride *= high - low + 1
    value = _number(body, index)
    if value is None:
        return None
    if isinstance(value, ir.Const):
        return _constant_step(body, place, int(value.value), first, last, stride, index.span)
    fault = body.fault(ir.FaultKind.INDEX, index.span)
    return replace(place, steps=(*place.steps, ir.Step(value, first, last, stride, fault)))


def _open_step(body: Body, place: ir.Place, array: Array, number: int, index: ast.Expression) -> ir.Place | None:
    value = _number(body, index)
    if isinstance(value, ir.Const):
        value = constants.settle(value)
    if value is None:
        return None
    fault = body.fault(ir.FaultKind.INDEX, index.span)
    return replace(place, steps=(*place.steps, ir.OpenStep(value, place.number, number, array.stride, fault)))


def _number(body: Body, index: ast.Expression) -> ir.Expr | None:
    """The whole number an index is; None after reporting that it is none."""
    value = body.value(index)
    kind = type_of(value)
    if kind is UNKNOWN:
        return None
    if isinstance(value, Whole) or not is_integer(kind):
        cure = f"write {kind}_TO_UDINT(...)" if is_bits(kind) else "use a whole number"
        body.report.error("S029", index.span, f"an index is a whole number, this is {kind}", cure)
        return None
    return value


def _constant_step(
    body: Body, place: ir.Place, index: int, first: int, last: int, stride: int, span: Span
) -> ir.Place | None:
    if not first <= index <= last:
        body.report.error("S030", span, f"index {index} is outside {first}..{last}", f"write {first} to {last}")
        return None
    return replace(place, offset=place.offset + (index - first) * stride)


def read(body: Body, found: Reach, span: Span) -> ir.Place | None:
    """The place for reading: notes what is read of SITE, and of measurements."""
    if found.granule and isinstance(found.type, Struct) and body.slots:
        body.report.error("S031", span, f"{found.path} is a group of outputs", "name one field of it")
        return None
    if found.site:
        body.facts.reads.add(found.site)
    if found.measurement:
        _note_measurement(body, found, span)
    elif isinstance(found.type, Struct):
        body.facts.handed_on.add(found.path)
    return found.place


def _note_measurement(body: Body, found: Reach, span: Span) -> None:
    field = found.path[len(found.measurement) + 1 :].rstrip("[]").upper()
    if field == "VALUE":
        written = body.world.text(span)
        end = written.upper().rfind(".VALUE")
        written = written[:end] if end > 0 else found.measurement
        body.facts.measured.setdefault(found.measurement, (span, written))
    elif field == "OK":
        body.facts.judged.add(found.measurement)


def target(body: Body, node: ast.Expression) -> Reach | None:
    """The place for writing; None after reporting why it cannot be written."""
    found = reach(body, node)
    return found if found is not None and writable(body, node, found) else None


def writable(body: Body, node: ast.Expression, found: Reach) -> bool:
    """Whether a place can be written; if not, it is reported."""
    if found.granule and isinstance(found.type, Struct) and body.is_program:
        body.report.error("S031", node.span, f"{found.path} is a group of outputs", "write its fields one by one")
        return False
    if found.lock is not None:
        code, what, cure = found.lock.value
        if ".Breaker." in found.path:
            cure = "ask for it with a TRIP: opens(Breaker := ..., Cause := ...)"
        body.report.error(code, node.span, f"{body.world.text(node.span)} {what}", cure)
        return False
    if any(found.place == variable for variable in body.loop_variables):
        cure = "use WHILE, or leave the loop with EXIT"
        body.report.error("S032", node.span, f"{found.path} counts the FOR loop around this line", cure)
        return False
    if found.place.base is ir.Base.GLOBAL:
        body.facts.shared = body.facts.shared or found.path
    return True
