"""Initial values -> the image of a fresh variable."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.constants import image, text_image
from plc.lang.check.convert import mismatch
from plc.lang.check.fixed import fixed, not_constant, whole
from plc.lang.check.values import UNKNOWN, type_of
from plc.lang.check.world import Shape
from plc.lang.types import Array, Role, Struct, Text


def initial_image(body: Body, node: ast.Initial | None, of: Shape) -> bytes:
    """The bytes a variable of this shape starts with; the shape's own where nothing is written or it is wrong."""
    if node is None or of.type is UNKNOWN:
        return of.initial
    match of.type:
        case Array():
            return _array(body, node, of.type, of.initial)
        case Struct():
            return _struct(body, node, of.type, of.initial)
        case Text():
            return _text(body, node, of.type, of.initial)
        case _:
            if isinstance(node, ast.ArrayInitial | ast.StructInitial):
                return _wrong(body, node.span, f"{of.type} starts with a single value", of.initial)
            constant = fixed(body, node, of.type)
            return of.initial if constant is None else image(constant)


def _wrong(body: Body, span: Span, what: str, default: bytes, cure: str = "write one value after :=") -> bytes:
    body.report.error("S015", span, what, cure)
    return default


def _array(body: Body, node: ast.Initial, of: Array, default: bytes) -> bytes:
    if not isinstance(node, ast.ArrayInitial):
        return _wrong(body, node.span, "an array starts with a list", default, "write [a, b, 3(c)]")
    given = bytearray()
    for item in node.items:
        count = 1 if item.count is None else whole(body, item.count)
        if count is None:
            return default
        if count < 0 or len(given) + count * of.stride > of.size:
            what = f"more values than the {of.count} places of {of}"
            return _wrong(body, item.span, what, default, "take values away or make the array longer")
        element = Shape(of.element, default[len(given) : len(given) + of.stride])
        given += initial_image(body, item.value, element) * count
    return bytes(given) + default[len(given) :]


def _struct(body: Body, node: ast.Initial, of: Struct, default: bytes) -> bytes:
    if not isinstance(node, ast.StructInitial):
        return _wrong(body, node.span, f"{of} starts with values of its fields", default, "write (name := value)")
    made = bytearray(default)
    for item in node.fields:
        field = body.world.field(of, item.name)
        if field is None or (of.block and field.role is Role.LOCAL):
            known = [f.name for f in of.fields if not of.block or f.role is not Role.LOCAL]
            cure = body.world.near(item.name, known) or f"it has {', '.join(known[:8]) or 'no fields'}"
            body.report.error("S001", item.span, f"{of} has no {item.name}", cure)
            continue
        end = field.offset + field.type.size
        part = Shape(field.type, bytes(made[field.offset : end]))
        made[field.offset : end] = initial_image(body, item.value, part)
    return bytes(made)


def _text(body: Body, node: ast.Initial, of: Text, default: bytes) -> bytes:
    if isinstance(node, ast.ArrayInitial | ast.StructInitial):
        return _wrong(body, node.span, f"{of} starts with a text", default, "write 'text' after :=")
    value = body.value(node)
    if isinstance(value, bytes):
        if len(value) > of.length:
            what = f"the text has {len(value)} bytes, {of} holds {of.length}"
            return _wrong(body, node.span, what, default, "shorten it or make the STRING longer")
        return text_image(value, of)
    if type_of(value) is not UNKNOWN:
        if isinstance(type_of(value), Text):
            not_constant(body, node)
        else:
            mismatch(body, type_of(value), of, node.span)
    return default
