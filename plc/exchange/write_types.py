"""Types, initial values and variables as elements."""

from __future__ import annotations

from collections.abc import Iterable

from plc.exchange.element import Element
from plc.exchange.tc6 import ATTRIBUTES, ELEMENTARY, OURS, SECTIONS, UNSIGNED
from plc.lang import ast
from plc.lang.print import expression


def write_type(parent: Element, node: ast.TypeText) -> None:
    """The element of a type, as the one child of ``parent``."""
    match node:
        case ast.TypeName():
            upper = node.name.upper()
            if upper in ELEMENTARY:
                parent.add(upper)
            else:
                parent.add("derived", name=node.name)
        case ast.StringType():
            parent.add("string", **({} if node.length is None else {"length": expression(node.length)}))
        case ast.SubrangeType():
            kind = "subrangeUnsigned" if node.base.upper() in UNSIGNED else "subrangeSigned"
            element = parent.add(kind)
            element.add("range", lower=expression(node.first), upper=expression(node.last))
            write_type(element.add("baseType"), ast.TypeName(node.base, node.span))
        case ast.ArrayType():
            _array(parent.add("array"), node)
        case ast.EnumType():
            _enum(parent.add("enum"), node)
        case ast.StructType():
            struct = parent.add("struct")
            for variable in node.fields:
                write_variable(struct, variable)


def _array(element: Element, node: ast.ArrayType) -> None:
    for dimension in node.dimensions:
        element.add("dimension", lower=expression(dimension.first), upper=expression(dimension.last))
    for _ in range(node.open_dimensions):
        element.add("dimension", lower="*", upper="*")
    write_type(element.add("baseType"), node.element)


def _enum(element: Element, node: ast.EnumType) -> None:
    values = element.add("values")
    for each in node.enumerators:
        values.add("value", name=each.name, **({} if each.value is None else {"value": expression(each.value)}))
    if node.base is not None:
        write_type(element.add("baseType"), ast.TypeName(node.base, node.span))


def write_value(parent: Element, node: ast.Initial) -> None:
    """The element of an initial value, as a child of ``parent``."""
    match node:
        case ast.ArrayInitial():
            array = parent.add("arrayValue")
            for item in node.items:
                times = {} if item.count is None else {"repetitionValue": expression(item.count)}
                write_value(array.add("value", **times), item.value)
        case ast.StructInitial():
            struct = parent.add("structValue")
            for each in node.fields:
                write_value(struct.add("value", member=each.name), each.value)
        case _:
            parent.add("simpleValue", value=expression(node))


def write_variable(parent: Element, variable: ast.Variable, documentation: str = "") -> None:
    """One declaration of a variable list."""
    address = {} if variable.address is None else {"address": variable.address}
    element = parent.add("variable", name=variable.name, **address)
    write_type(element.add("type"), variable.type)
    if variable.initial is not None:
        write_value(element.add("initialValue"), variable.initial)
    write_attributes(element, variable.attributes)
    write_documentation(element, documentation)


def write_attributes(parent: Element, attributes: Iterable[ast.Attribute], notes: dict[str, str] | None = None) -> None:
    """Additional data: the attributes of what ``parent`` declares, and notes of our own."""
    listed = tuple(attributes)
    if not listed and not notes:
        return
    additional = parent.add("addData")
    if listed:
        data = additional.add("data", name=ATTRIBUTES, handleUnknown="implementation")
        each = data.add("Attributes", xmlns="")
        for attribute in listed:
            value = {} if attribute.value is None else {"Value": attribute.value}
            each.add("Attribute", Name=attribute.name, **value)
    for name, text in (notes or {}).items():
        data = additional.add("data", name=f"{OURS}/{name}", handleUnknown="discard")
        data.add("text", text, xmlns="")


def write_documentation(parent: Element, text: str) -> None:
    if text:
        parent.add("documentation").add("xhtml:p", text)


def write_block(parent: Element, block: ast.VariableBlock, comments: dict[ast.Variable, str], tag: str = "") -> None:
    """A variable list; ``tag`` where it is not the one of its section."""
    flags = {"constant": block.constant, "retain": block.retain, "persistent": block.persistent}
    element = parent.add(tag or SECTIONS[block.section], **{name: "true" for name, on in flags.items() if on})
    for variable in block.variables:
        write_variable(element, variable, comments.get(variable, ""))
