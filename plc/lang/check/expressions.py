"""Expressions: what each kind of node is worth. The one place where checking an expression begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import addresses, calls, constants, names, operators, places
from plc.lang.check.bits import bits_of, load
from plc.lang.check.body import DEEPEST, Body
from plc.lang.check.convert import coerce
from plc.lang.check.scope import Alias, Constant
from plc.lang.check.types_of import named
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    UNTYPED_INT,
    UNTYPED_REAL,
    Value,
    bounds,
    is_bits,
    is_integer,
    type_of,
)
from plc.lang.types import ELEMENTARY, LONGEST_TEXT, Enumeration, Scalar, Type, plain


def value(body: Body, node: ast.Expression, hint: Type | None) -> Value:
    """What an expression is worth; NOTHING after reporting that it is worth nothing."""
    if body.depth >= DEEPEST:
        what = "this expression is nested too deeply"
        body.report.error("S019", node.span, what, "keep parts of it in variables")
        return NOTHING
    body.depth += 1
    hint = None if hint is None else plain(hint)
    worth = _KINDS[type(node)](body, node, hint)
    body.depth -= 1
    return worth


def _literal(body: Body, node: ast.Literal, hint: Type | None) -> Value:
    if isinstance(node.value, str):
        return _text(body, node.value.encode("utf-8", "surrogateescape"), node.span)
    if node.type_name is None:
        return ir.Const(node.value, UNTYPED_REAL if isinstance(node.value, float) else UNTYPED_INT)
    kind = ELEMENTARY.get(node.type_name) or named(body.world, node.type_name, node.span).type
    if kind is UNKNOWN:
        return NOTHING
    if not isinstance(kind, Scalar):
        what = f"{body.world.text(node.span)} is no value of {kind}"
        body.report.error("S003", node.span, what, "write the type of a number before #, or leave it out")
        return NOTHING
    if isinstance(node.value, bool):
        return ir.Const(node.value, kind)
    if kind.range:
        return coerce(body, ir.Const(node.value, UNTYPED_INT), kind, node.span)
    fitted = constants.fit(ir.Const(node.value, UNTYPED_REAL if isinstance(node.value, float) else UNTYPED_INT), kind)
    if fitted is None:
        low, high = bounds(kind)
        numbers = is_integer(kind) or is_bits(kind)
        cure = f"write {kind}#{low} to {kind}#{high}, or use a wider type" if numbers else "use a wider type"
        body.report.error("S007", node.span, f"{body.world.text(node.span)} does not fit {kind}", cure)
    return fitted or NOTHING


def _text(body: Body, text: bytes, span: Span) -> Value:
    if len(text) <= LONGEST_TEXT:
        return text
    what = f"the text has {len(text)} bytes, a STRING holds at most {LONGEST_TEXT}"
    body.report.error("S007", span, what, "shorten it")
    return NOTHING


def _name(body: Body, node: ast.Name, hint: Type | None) -> Value:
    entry = names.find(body, node.name)
    if isinstance(entry, Constant):
        if entry.unit:
            body.facts.units[node.span] = entry.unit
        return entry.value
    if entry is None:
        return _enumerator(body, node, hint)
    if isinstance(entry, Alias):
        with body.within(entry.scope):
            return value(body, addresses.at(entry.expression, node.span), hint)
    return _place(body, node, hint)


def _enumerator(body: Body, node: ast.Name, hint: Type | None) -> Value:
    """A bare enumerator: of the type wanted here, else of the only type that has it."""
    if isinstance(hint, Enumeration):
        wanted = names.enumerator(body, node.name, hint)
        if wanted is not None:
            return wanted
    owners = body.world.enumerators.get(node.name.upper(), ())
    if len(owners) == 1:
        kind = named(body.world, owners[0], node.span).type
        found = names.enumerator(body, node.name, kind) if isinstance(kind, Enumeration) else None
        if found is not None:
            return found
    if len(owners) > 1:
        spelled = " or ".join(f"{body.world.types[owner][0].name}#{node.name}" for owner in owners)
        body.report.error("S035", node.span, f"several enumerations have {node.name}", f"write {spelled}")
    elif isinstance(hint, Enumeration):
        cure = body.world.near(node.name, (name for name, _ in hint.values))
        listed = ", ".join(name for name, _ in hint.values[:8])
        body.report.error("S001", node.span, f"{hint} has no {node.name}", cure or f"it has {listed}")
    else:
        places.unknown(body, node)
    return NOTHING


def _typed_enumerator(body: Body, node: ast.TypedEnumerator, hint: Type | None) -> Value:
    return _qualified(body, node.type_name, node.name, node)


def _qualified(body: Body, type_name: str, name: str, node: ast.Expression) -> Value:
    kind = named(body.world, type_name, node.span).type
    if kind is UNKNOWN:
        return NOTHING
    found = names.enumerator(body, name, kind) if isinstance(kind, Enumeration) else None
    if found is None:
        known = [name for name, _ in kind.values] if isinstance(kind, Enumeration) else []
        cure = body.world.near(name, known) or f"it has {', '.join(known[:8]) or 'no names'}"
        body.report.error("S001", node.span, f"{kind} has no {name}", cure)
    return found or NOTHING


def _member(body: Body, node: ast.Member, hint: Type | None) -> Value:
    target = node.target
    is_type = isinstance(target, ast.Name) and target.name.upper() in body.world.types
    if isinstance(target, ast.Name) and is_type and names.find(body, target.name) is None:
        return _qualified(body, target.name, node.name, node)
    return _place(body, node, hint)


def _place(body: Body, node: ast.Expression, hint: Type | None) -> Value:
    found = places.reach(body, node)
    place = None if found is None else places.read(body, found, node.span)
    return NOTHING if place is None else load(place)


def _bit(body: Body, node: ast.BitAccess, hint: Type | None) -> Value:
    word = body.value(node.target)
    kind = type_of(word)
    if kind is UNKNOWN:
        return NOTHING
    bits = bits_of(body, node, word)
    if bits is None or not isinstance(bits, ir.Load | ir.Convert):
        return NOTHING
    mask = ir.Const(1 << node.bit, bits.type)
    masked = ir.Binary(ir.BinaryOp.AND, bits, mask, _scalar(bits))
    return ir.Compare(ir.CompareOp.NE, masked, ir.Const(0, bits.type))


def _scalar(value: ir.Load | ir.Convert) -> Scalar:
    return value.type if isinstance(value.type, Scalar) else value.type.base


_KINDS: dict[type, Callable[[Body, Any, Type | None], Value]] = {
    ast.Literal: _literal,
    ast.Name: _name,
    ast.TypedEnumerator: _typed_enumerator,
    ast.Member: _member,
    ast.Index: _place,
    ast.BitAccess: _bit,
    ast.Unary: operators.unary,
    ast.Binary: operators.binary,
    ast.Call: calls.call,
}
