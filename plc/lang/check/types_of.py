"""Types as written -> types with their layout and the image of their initial value."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.constants import text_image
from plc.lang.check.fixed import whole
from plc.lang.check.foreign import meant_type
from plc.lang.check.initial import initial_image
from plc.lang.check.layout import Layout
from plc.lang.check.values import UNKNOWN, bounds, is_bits, is_block, is_integer
from plc.lang.check.world import Shape, World
from plc.lang.types import INT, LONGEST_TEXT, OPEN, Array, Enumeration, Scalar, Text, elementary, plain, subrange

LARGEST = 16 * 1024 * 1024
LOST = Shape(UNKNOWN, b"\0")


def shape(body: Body, node: ast.TypeText) -> Shape:
    """The type a text names; LOST after reporting that there is none."""
    match node:
        case ast.TypeName():
            return named(body.world, node.name, node.span)
        case ast.StringType():
            return _string(body, node)
        case ast.ArrayType():
            return _array(body, node)
        case ast.SubrangeType():
            return _subrange(body, node)
        case ast.EnumType(base=str(base)) if base.upper() in body.world.pous:
            cure = f"declare it as {base}, and give the inputs where it is called"
            body.report.error("S003", node.span, f"{base} is a block and takes no initial values here", cure)
        case ast.EnumType(base=str(base)) if elementary(base.upper()) is None and base.upper() not in body.world.types:
            return named(body.world, base, node.span)
        case ast.EnumType() | ast.StructType():
            kind = "an enumeration" if isinstance(node, ast.EnumType) else "a STRUCT"
            body.report.error("S003", node.span, f"{kind} needs a name of its own", "declare it in TYPE ... END_TYPE")
            if isinstance(node, ast.EnumType):
                body.world.missing.update(enumerator.name.upper() for enumerator in node.enumerators)
    return LOST


def named(world: World, name: str, span: Span) -> Shape:
    """An elementary, declared or block type by its name."""
    key = name.upper()
    if not key:  # the parser has reported the gap
        return LOST
    kind = elementary(key)
    if kind is not None:
        return Shape(kind, bytes(kind.size))
    if key in world.types:
        return _declared(world, key, span)
    if key in world.pous:
        return _block(world, key, span)
    if key in world.misnamed:
        return LOST
    cure = meant_type(name) or world.near(name, world.type_names()) or "declare it in TYPE ... END_TYPE"
    world.missing.add(key)
    world.report.error("S003", span, f"there is no type {name}", cure)
    return LOST


def _subrange(body: Body, node: ast.SubrangeType) -> Shape:
    """``INT (0..100)``; it starts at 0, or at its first value where 0 is outside."""
    first, last = whole(body, node.first), whole(body, node.last)
    base = plain(named(body.world, node.base, node.span).type)
    if first is None or last is None or base is UNKNOWN:
        return LOST
    if not is_integer(base):
        body.report.error("S003", node.span, f"{base} has no sub-ranges", "use an integer type, as in INT (0..100)")
        return LOST
    low, high = bounds(base)
    if not low <= first <= last <= high:
        what = f"{first}..{last} is no range of {base}"
        body.report.error("S016", node.span, what, f"write the lower value first, from {low} to {high}")
        return LOST
    start = 0 if first <= 0 <= last else first
    return Shape(subrange(base, first, last), start.to_bytes(base.size, "little", signed=base.signed))


def _block(world: World, key: str, span: Span) -> Shape:
    pou, _ = world.pous[key]
    if pou.kind is not ast.PouKind.FUNCTION_BLOCK:
        cure = "call it by its name" if pou.kind is ast.PouKind.FUNCTION else "programs are started by tasks"
        world.report.error("S003", span, f"{pou.name} is a {pou.kind}, not a type", cure)
        return LOST
    if key in world.interfaces and world.interfaces[key] is None:
        what = f"{pou.name} contains itself"
        world.report.error("S004", span, what, "take one of the instances out")
        return LOST
    if key not in world.interfaces and world.too_deep(span):
        return LOST
    interface = world.lay_out(world, key)
    return LOST if interface is None else Shape(interface.instance, interface.instance.initial)


def _declared(world: World, key: str, span: Span) -> Shape:
    declaration, unit = world.types[key]
    if key in world.shapes:
        known = world.shapes[key]
        if known is None:
            world.report.error("S004", span, f"{declaration.name} contains itself", "take that field out")
            return LOST
        world.again(key)
        return known
    if world.too_deep(span):
        return LOST
    world.shapes[key] = None
    world.begin()
    world.uses(unit.source.path)
    body = Body(world, world.scope_of(unit.origin))
    found = _definition(body, declaration)
    if declaration.initial is not None and found is not LOST:
        found = Shape(found.type, initial_image(body, declaration.initial, found))
    world.end(key)
    world.shapes[key] = found
    return found


def _definition(body: Body, declaration: ast.TypeDeclaration) -> Shape:
    match declaration.type:
        case ast.StructType():
            return _struct(body, declaration.name, declaration.type)
        case ast.EnumType():
            return _enumeration(body, declaration.name, declaration.type)
        case _:
            return shape(body, declaration.type)


def _string(body: Body, node: ast.StringType) -> Shape:
    length = 80 if node.length is None else whole(body, node.length)
    if length is None:
        return LOST
    if not 1 <= length <= LONGEST_TEXT:
        what = f"a STRING of {length} characters is not possible"
        body.report.error("S016", node.span, what, f"write STRING[1] to STRING[{LONGEST_TEXT}]")
        return LOST
    kind = Text(length)
    return Shape(kind, text_image(b"", kind))


def _array(body: Body, node: ast.ArrayType) -> Shape:
    if node.open_dimensions:
        cure = "write the bounds, as in ARRAY[1..4], or move it to VAR_IN_OUT of a FUNCTION or FUNCTION_BLOCK"
        body.report.error("S003", node.span, "ARRAY[*] takes its bounds from a caller, and here is none", cure)
        return LOST
    dimensions = [_dimension(body, dimension) for dimension in node.dimensions]
    element = shape(body, node.element)
    known = tuple(dimension for dimension in dimensions if dimension is not None)
    if len(known) < len(dimensions) or element.type is UNKNOWN:
        return LOST
    array = Array(element.type, known)
    if max(array.size, array.count) > LARGEST:
        what = f"{array} takes {array.size} bytes in {array.count} places"
        body.report.error("S016", node.span, what, f"keep a variable below {LARGEST // 1024 // 1024} MiB")
        return LOST
    return Shape(array, element.initial * array.count)


def open_array(body: Body, node: ast.ArrayType) -> Shape:
    """The type of a VAR_IN_OUT that takes arrays of any bounds."""
    element = shape(body, node.element)
    return LOST if element.type is UNKNOWN else Shape(Array(element.type, (OPEN,) * node.open_dimensions), b"")


def _dimension(body: Body, node: ast.Dimension) -> tuple[int, int] | None:
    first, last = whole(body, node.first), whole(body, node.last)
    if first is None or last is None:
        return None
    if first > last or not -(2**31) <= first <= last < 2**31:
        what = f"an array cannot go from {first} to {last}"
        body.report.error("S016", node.span, what, "write the lower bound first")
        return None
    return first, last


def _struct(body: Body, name: str, node: ast.StructType) -> Shape:
    layout = Layout()
    taken: set[str] = set()
    for variable in node.fields:
        found = shape(body, variable.type)
        if is_block(found.type):
            body.report.error(
                "S018", variable.span, f"{variable.name} is a block inside a STRUCT", "declare blocks in VAR of a unit"
            )
            found = LOST
        if variable.name.upper() in taken:
            body.report.error("S002", variable.span, f"{name} has two fields {variable.name}", "rename one")
            continue
        taken.add(variable.name.upper())
        if variable.address is not None:
            what = f"{variable.name} AT {variable.address} is a field, and each value of {name} lies elsewhere"
            body.report.error("S034", variable.span, what, "take AT and the address away")
        if found is not LOST and len(layout.image) + found.type.size > LARGEST:
            body.report.error("S016", variable.span, f"{name} grows too large here", "make its arrays shorter")
            found = LOST
        layout.add(variable.name, found.type, initial_image(body, variable.initial, found), unit=unit_of(variable))
    struct = layout.finish(name)
    return Shape(struct, struct.initial)


def unit_of(variable: ast.Variable) -> str:
    """The text of ``{attribute 'unit' := '...'}``."""
    return next((a.value or "" for a in variable.attributes if a.name.lower() == "unit"), "")


def _enumeration(body: Body, name: str, node: ast.EnumType) -> Shape:
    base = INT if node.base is None else elementary(node.base.upper())
    if base is None or not (is_integer(base) or is_bits(base)):
        body.report.error("S003", node.span, f"{node.base} cannot carry an enumeration", "use an integer type like INT")
        return LOST
    values: list[tuple[str, int]] = []
    for enumerator in node.enumerators:
        number = _number(body, enumerator, values, base)
        if number is not None:
            values.append((enumerator.name, number))
    if not values:
        return LOST
    kind = Enumeration(name, base, tuple(values))
    return Shape(kind, values[0][1].to_bytes(base.size, "little", signed=base.signed))


def _number(body: Body, node: ast.Enumerator, before: list[tuple[str, int]], base: Scalar) -> int | None:
    number = before[-1][1] + 1 if before else 0
    if node.value is not None:
        written = whole(body, node.value)
        if written is None:
            return None
        number = written
    low, high = bounds(base)
    if not low <= number <= high:
        body.report.error("S007", node.span, f"{node.name} = {number} does not fit {base}", "use a wider base type")
        return None
    for name, value in before:
        if name.upper() == node.name.upper():
            body.report.error("S002", node.span, f"{node.name} stands here twice", "rename one")
            return None
        if value == number:
            body.report.error("S002", node.span, f"{node.name} and {name} are both {number}", "give one another value")
            return None
    return number
