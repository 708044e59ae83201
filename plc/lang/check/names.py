"""Looks a name up, and gives a constant its value when somebody first asks for it."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import addresses
from plc.lang.check.body import Body
from plc.lang.check.fixed import fixed
from plc.lang.check.scope import Alias, Constant, Pending, Scope, Variable
from plc.lang.check.types_of import shape, unit_of
from plc.lang.check.values import NOTHING, scalar_or_enum
from plc.lang.check.world import World
from plc.lang.types import Enumeration, elementary


def find(body: Body, name: str) -> Variable | Constant | Alias | None:
    """What a name or direct address stands for in this unit, the plant or the globals; None where nobody says so."""
    key = name.upper()
    scope: Scope | None = body.scope
    while scope is not None:
        entry = scope.entries.get(key)
        if entry is not None:
            if key in scope.sources:
                body.world.uses(scope.sources[key])
            return resolve(body.world, scope, key, entry) if isinstance(entry, Pending) else entry
        scope = scope.outer
    return _address(body.world, key) if key.startswith("%") else None


def _address(world: World, key: str) -> Variable | Alias | None:
    entry = addresses.find(world, key)
    if isinstance(entry, Alias) and entry.name in world.site.sources:
        world.uses(world.site.sources[entry.name])
    return entry if isinstance(entry, Variable | Alias) else None


def spelled_out(body: Body, node: ast.Expression) -> ast.Expression:
    """A name of a marker's bit as that bit; anything else as it is."""
    entry = find(body, node.name) if isinstance(node, ast.Name) else None
    if isinstance(entry, Alias) and isinstance(entry.expression, ast.BitAccess) and entry.lock is None:
        bit: ast.Expression = addresses.at(entry.expression, node.span)
        return bit
    return node


def tag_of(body: Body, node: ast.Expression) -> ast.Expression:
    """The tag that a name or address is another name of; anything else as it is."""
    entry = find(body, node.name) if isinstance(node, ast.Name) else None
    if isinstance(entry, Alias) and not isinstance(entry.expression, ast.BitAccess):
        tag: ast.Expression = addresses.at(entry.expression, node.span)
        return tag
    return node


def resolve(world: World, scope: Scope, key: str, pending: Pending) -> Constant:
    """The value of a constant; UNKNOWN after reporting that it has none or needs itself."""
    node = pending.declaration
    if pending in world.resolving:
        world.report.error("S004", node.span, f"the constant {node.name} needs itself", "give it a value of its own")
        return Constant(node.name, NOTHING, node.span)
    if world.too_deep(node.span):
        return Constant(node.name, NOTHING, node.span)
    world.resolving.append(pending)
    body = Body(world, pending.scope)
    kind = scalar_or_enum(shape(body, node.type).type)
    value: ir.Const | None = None
    if isinstance(node.initial, ast.ArrayInitial | ast.StructInitial):
        world.report.error("S015", node.span, f"{node.name} starts with a single value", "write one value after :=")
    elif node.initial is None:
        world.report.error("S015", node.span, f"the constant {node.name} has no value", "write := and its value")
    elif kind is not None:
        value = fixed(body, node.initial, kind)
    world.resolving.pop()
    constant = Constant(node.name, value or NOTHING, node.span, unit_of(node))
    scope.entries[key] = constant
    return constant


def folds(world: World, text: ast.TypeText) -> bool:
    """Whether a constant of this type is a single value, which takes no memory."""
    seen: set[str] = set()
    while isinstance(text, ast.TypeName):
        key = text.name.upper()
        if elementary(key):
            return True
        if key not in world.types or key in seen:
            return False
        seen.add(key)
        text = world.types[key][0].type
    return isinstance(text, ast.EnumType | ast.SubrangeType)


def declare(world: World, scope: Scope, name: str, span: Span) -> bool:
    """Whether a name is still free in a scope; reports the second declaration, and where the first stands."""
    key = name.upper()
    if key not in scope.entries:
        return True
    entry = scope.entries[key]
    first = entry.declaration if isinstance(entry, Pending) else entry
    path = f"{scope.sources[key]} " if key in scope.sources else ""
    spelt = "" if first.name == name else f" as {first.name} (capitals make no difference)"
    what = f"{name} is declared twice, first in {path}line {first.span.line}{spelt}"
    world.report.error("S002", span, what, "rename one of them or take it away")
    return False


def enumerator(body: Body, name: str, of: Enumeration) -> ir.Const | None:
    """The enumerator of that name, or None."""
    number = body.world.number(of, name)
    return None if number is None else ir.Const(number, of)


def absent_in_method(body: Body, node: ast.Name) -> bool:
    """Reports a variable of the block that is only there while its body runs."""
    owner = None if body.interface is None else body.interface.owner
    entry = None if owner is None else owner.scope.entries.get(node.name.upper())
    if not isinstance(entry, Variable):
        return False
    section = "VAR_IN_OUT" if entry.base is ir.Base.REF else "VAR_TEMP"
    what = f"{entry.name} is {section} of the block, which is only there while the body runs"
    body.report.error("S086", node.span, what, "pass it to the METHOD as a VAR_IN_OUT or VAR_INPUT of its own")
    return True
