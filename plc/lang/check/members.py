"""What belongs to a unit beside its body: METHODs of a FUNCTION_BLOCK and ACTIONs, and how they are called.

METHOD m of block B   ->  a function "B.m" whose first VAR_IN_OUT is the instance; it sees B's variables through it
ACTION a of unit U    ->  a routine "U.a" on U's own instance, with U's VAR_IN_OUT and VAR_TEMP passed on
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import places
from plc.lang.check.body import Body
from plc.lang.check.counting import keep_counter
from plc.lang.check.interface import Interface
from plc.lang.check.scope import Scope, Variable, type_at
from plc.lang.types import Struct

_OUTSIDE = ("PRIVATE", "PROTECTED")


def method_key(block: str, method: str) -> str:
    """The name of a METHOD among the units."""
    return f"{block}.{method}".upper()


def as_function(block: ast.Pou, method: ast.Method) -> ast.Pou:
    """A METHOD as the unit it is lowered as."""
    return ast.Pou(
        ast.PouKind.FUNCTION, f"{block.name}.{method.name}", method.result, method.blocks, method.body,
        method.attributes, method.name_span, method.span,
    )  # fmt: skip


def seen_from_method(block: Interface) -> Scope:
    """The block's names as its methods see them: through the reference to the instance.

    What a caller passes to the body by VAR_IN_OUT, and VAR_TEMP, is not there: nobody has called the body.
    """
    scope = Scope(block.scope.outer, sources=block.scope.sources)
    for key, entry in block.scope.entries.items():
        if not isinstance(entry, Variable):
            scope.entries[key] = entry
        elif entry.base is ir.Base.SELF:
            scope.entries[key] = replace(entry, base=ir.Base.REF, number=0)
    return scope


def seen_from_action(owner: Interface) -> Scope:
    """The unit's names as its actions see them: VAR_TEMP through a reference to the caller's frame."""
    scope = Scope(owner.scope.outer, sources=owner.scope.sources)
    number = len(owner.references)
    for key, entry in owner.scope.entries.items():
        if isinstance(entry, Variable) and entry.base is ir.Base.TEMP:
            entry = replace(entry, base=ir.Base.REF, number=number)
        scope.entries[key] = entry
    return scope


def references_of_action(owner: Interface) -> tuple[ir.Reference, ...]:
    """What a call of an ACTION passes on: the unit's own VAR_IN_OUT, then its VAR_TEMP as a whole."""
    frame = frame_of(owner)
    return owner.references if frame is None else (*owner.references, ir.Reference(frame.name, frame, False))


def frame_of(owner: Interface) -> Struct | None:
    """The unit's VAR_TEMP as one structure; None where it has none."""
    return owner.temp.finish(f"{owner.pou.name} temporary") if owner.temp.fields else None


# ---------------------------------------------------------------- actions


def action_called(body: Body, target: ast.Expression) -> ast.Action | None:
    """The ACTION of this unit that a call names."""
    interface = body.interface
    if interface is None or not isinstance(target, ast.Name):
        return None
    return interface.actions.get(target.name.upper())


def _action(pou: ast.Pou, name: str) -> ast.Action | None:
    return next((action for action in pou.actions if action.name.upper() == name.upper()), None)


def run_action(body: Body, action: ast.Action, span: Span) -> ir.CallBlock:
    """The call of an ACTION from the body, or from another action of the same unit."""
    owner = body.interface
    if owner is None:
        raise LookupError(action.name)
    refs = [ir.Place(ir.Base.REF, 0, (), ref.type, number) for number, ref in enumerate(owner.references)]
    frame = frame_of(owner)
    if frame is not None:
        inside = body.action is not None
        base = ir.Base.REF if inside else ir.Base.TEMP
        refs.append(ir.Place(base, 0, (), frame, len(owner.references) if inside else 0))
    whole = ir.Place(ir.Base.SELF, 0, (), owner.instance)
    return ir.CallBlock(routine_of(owner, action), whole, tuple(refs), span)


def routine_of(owner: Interface, action: ast.Action) -> str:
    """The name of an action's routine; no METHOD of the unit has the same name."""
    return f"{owner.pou.name}.{action.name}"


def action_statement(body: Body, node: ast.Call, action: ast.Action, span: Span) -> list[ir.Stmt]:
    """``name();``: an action takes no arguments."""
    if node.arguments:
        what = f"{action.name} is an ACTION, which takes nothing"
        body.report.error("S037", node.arguments[0].span, what, f"write {action.name}();")
    keep_counter(body, action.name, span)
    body.actions_called.setdefault(action.name.upper(), span)
    body.facts.actions.add(action.name.upper())
    return [run_action(body, action, span)]


# ---------------------------------------------------------------- methods


@dataclass(frozen=True, slots=True)
class CalledMethod:
    """A METHOD and the instance it is called on."""

    interface: Interface
    this: ir.Place


def method_called(body: Body, node: ast.Call) -> CalledMethod | None:
    """The METHOD a call names, ``method(...)`` inside its block or ``instance.method(...)``; None for another call."""
    match node.target:
        case ast.Name(name=name):
            own = _own(body, name)
            if own is not None:
                keep_counter(body, name, node.span)
            return own
        case ast.Member(target=target, name=name):
            block = _block_of(body, target)
            if block is not None and method_key(block.block, name) in body.world.pous:
                return _of_instance(body, node, target, name)
    return None


def no_member(body: Body, node: ast.Call) -> bool:
    """Reports a call of an ACTION from where it cannot be called, and of a METHOD that does not exist."""
    target = node.target
    if isinstance(target, ast.Name):
        owner = None if body.interface is None else body.interface.owner
        if owner is None or target.name.upper() not in owner.actions:
            return False
        cure = "call it from the body, or make it a METHOD"
        body.report.error("S038", target.span, f"{target.name} is an ACTION, which a METHOD does not call", cure)
        return True
    block = _block_of(body, target.target) if isinstance(target, ast.Member) else None
    if block is None or not isinstance(target, ast.Member) or body.world.field(block, target.name) is not None:
        return False
    if method_key(block.block, target.name) in body.world.pous:
        return True  # what is wrong is the way to its instance, and has been reported
    pou, _ = body.world.pous[block.block.upper()]
    if _action(pou, target.name) is not None:
        what = f"{target.name} is an ACTION of {block}, which only {block} itself calls"
        body.report.error("S038", target.span, what, f"call {block}, or make it a METHOD")
        return True
    known = [method.name for method in pou.methods]
    cure = body.world.near(target.name, known) or f"it has {', '.join(known[:8]) or 'none'}"
    body.report.error("S001", target.span, f"{block} has no METHOD {target.name}", cure)
    return True


def _block_of(body: Body, node: ast.Expression) -> Struct | None:
    """The block whose instance an expression names; looks without reporting anything."""
    kind = type_at(body.scope, node)
    return kind if isinstance(kind, Struct) and kind.block else None


def _own(body: Body, name: str) -> CalledMethod | None:
    block = None if body.interface is None else body.interface.owner or body.interface
    key = "" if block is None else method_key(block.pou.name, name)
    if block is None or key not in body.world.pous:
        return None
    interface = body.world.lay_out(body.world, key)
    inside = body.interface is not block
    base = ir.Base.REF if inside else ir.Base.SELF
    return None if interface is None else CalledMethod(interface, ir.Place(base, 0, (), block.instance))


def _of_instance(body: Body, node: ast.Call, target: ast.Expression, name: str) -> CalledMethod | None:
    found = places.reach(body, target)
    if found is None or not isinstance(found.type, Struct):
        return None
    key = method_key(found.type.block, name)
    interface = body.world.lay_out(body.world, key)
    if body.world.access.get(key) in _OUTSIDE:
        what = f"{name} is {body.world.access[key]}: only {found.type.block} itself calls it"
        body.report.error("S085", node.target.span, what, "call a PUBLIC method, or make this one PUBLIC")
    if found.lock is not None:
        code, what, cure = found.lock.value
        body.report.error(code, node.span, f"{found.path} {what}", cure)
    return None if interface is None else CalledMethod(interface, found.place)
