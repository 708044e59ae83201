"""Calls: of functions inside expressions, of blocks as statements."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import arguments, members, names, places, standard
from plc.lang.check.body import Body
from plc.lang.check.conversions import conversion
from plc.lang.check.foreign import meant_conversion, meant_function
from plc.lang.check.interface import Interface
from plc.lang.check.once import found_once
from plc.lang.check.scope import Variable
from plc.lang.check.standard_tests import BENCH
from plc.lang.check.typed_functions import typed
from plc.lang.check.values import NOTHING, UNKNOWN, Value, is_block, type_of
from plc.lang.types import ELEMENTARY, Struct, Type, plain


def call(body: Body, node: ast.Call, hint: Type | None) -> Value:
    """A function call, or the call of a METHOD with a result, in an expression."""
    method = members.method_called(body, node)
    if method is not None:
        return _method(body, node, method)
    if members.action_called(body, node.target) is not None:
        text = body.world.text(node.target.span)
        body.report.error("S038", node.span, f"{text} is an ACTION, which has no value", f"write {text}(); on its own")
        return NOTHING
    if members.no_member(body, node):
        return NOTHING
    target = node.target
    if not isinstance(target, ast.Name) or _is_block(body, target):
        places.called(body, node)
        return NOTHING
    variable = isinstance(names.find(body, target.name), Variable)
    found = _function_named(body, node, target.name.upper(), hint, variable)
    if found is None and variable:
        places.called(body, node)
        return NOTHING
    return _unknown(body, node, target) if found is None else found


def _is_block(body: Body, node: ast.Name) -> bool:
    entry = names.find(body, node.name)
    return isinstance(entry, Variable) and is_block(entry.type)


def _function_named(body: Body, node: ast.Call, key: str, hint: Type | None, beside: bool) -> Value | None:
    """The value of a function; None where there is none of the name.

    ``beside``: a variable of the name is there, too. So ``LIMIT(...)`` works beside a variable ``limit``, and a
    FUNCTION's name calls it although it is its result.
    """
    declared = body.world.pous.get(key)
    if declared is not None and (not beside or declared[0].kind is ast.PouKind.FUNCTION):
        return _declared(body, node, key)
    if key in standard.FUNCTIONS:
        return standard.FUNCTIONS[key](body, node, hint)
    converted = conversion(body, node, key, hint)
    return typed(body, node, key, hint) if converted is None else converted


def _unknown(body: Body, node: ast.Call, target: ast.Name) -> Value:
    if target.name.upper() in BENCH:
        where = "inside an expression" if body.is_test else "outside a TEST"
        cure = "write it on a line of its own" if body.is_test else "write it between TEST 'name' and END_TEST"
        body.report.error("S082", node.span, f"{target.name} stands {where}", cure)
        return NOTHING
    known = [*standard.FUNCTIONS, *(pou.name for pou, _ in body.world.pous.values())]
    meant = meant_function(target.name) or meant_conversion(target.name, ELEMENTARY)
    cure = meant or body.world.near(target.name, known) or "declare a FUNCTION of that name"
    if target.name:  # an empty one stands where the parser has reported a gap
        body.report.error("S001", target.span, f"there is no function {target.name}", cure)
    for argument in node.arguments:
        body.value(argument.value)
    return NOTHING


def _declared(body: Body, node: ast.Call, key: str) -> Value:
    pou, _ = body.world.pous[key]
    if pou.kind is not ast.PouKind.FUNCTION:
        if pou.kind is ast.PouKind.PROGRAM:
            cure = "programs are started by tasks, not called"
        else:
            cure = f"declare an instance in VAR, as in my_{pou.name} : {pou.name}; and call that"
        body.report.error("S038", node.span, f"{pou.name} is a {pou.kind}, not a function", cure)
        return NOTHING
    interface = body.world.lay_out(body.world, key)
    return NOTHING if interface is None else _function(body, node, interface, ())


def _method(body: Body, node: ast.Call, method: members.CalledMethod) -> Value:
    """The call of a METHOD as an expression; one without a result has none."""
    body.facts.started.setdefault(ast.root(node.target), node.span)
    if method.interface.pou.result is None:
        name = method.interface.pou.name
        body.report.error("S038", node.span, f"{name} gives no result", "call it on a line of its own")
        return NOTHING
    return _function(body, node, method.interface, (method.this,))


def _function(body: Body, node: ast.Call, interface: Interface, this: tuple[ir.Place, ...]) -> Value:
    """A call; ``this`` holds the instance a METHOD is called on."""
    name = interface.pou.name
    body.facts.calls.setdefault(name.upper(), node.span)
    bound = arguments.bind(body, interface, node)
    arguments.missing(body, interface, bound, node)
    instance = interface.instance
    frame = body.hidden(name, instance, instance.initial, node.span)
    stores = arguments.store_inputs(body, bound, frame, None)
    refs = (*this, *arguments.references(body, interface, bound, node))
    outputs = arguments.store_outputs(body, bound, frame, None)
    if interface.result is None or interface.result.type is UNKNOWN:
        return NOTHING
    result = places.at(frame, interface.result.offset, interface.result.type)
    return ir.CallFunction(name, frame, tuple(stores), refs, tuple(outputs), result, plain(result.type))


def call_statement(body: Body, node: ast.CallStatement) -> list[ir.Stmt]:
    """A call on a line of its own: a block instance, or a function for its effects."""
    target = node.call.target
    action = members.action_called(body, target)
    if action is not None:
        return members.action_statement(body, node.call, action, node.span)
    method = members.method_called(body, node.call)
    if method is not None:
        body.facts.started.setdefault(ast.root(target), node.span)
        worth = _function(body, node.call, method.interface, (method.this,))
        return [ir.Evaluate(worth, node.span)] if isinstance(worth, ir.CallFunction) else []
    if members.no_member(body, node.call):
        return []
    if isinstance(target, ast.Name) and not _is_block(body, target):
        worth = call(body, node.call, None)
        if type_of(worth) is UNKNOWN:
            body.report.must_tell(node.span)
        if isinstance(worth, ir.Place | bytes) or type_of(worth) is UNKNOWN:
            return []
        return [ir.Evaluate(worth, node.span)]
    return _block(body, node.call, node.span)


def _block(body: Body, node: ast.Call, span: Span) -> list[ir.Stmt]:
    found = places.reach(body, node.target)
    if found is None or found.type is UNKNOWN:
        return []
    kind = found.type
    text = body.world.text(node.target.span)
    if not isinstance(kind, Struct) or not kind.block:
        cure = "only functions and block instances are called"
        body.report.error("S038", node.span, f"{text} is {kind}, not a block", cure)
        return []
    if found.lock is not None:
        code, what, cure = found.lock.value
        body.report.error(code, node.span, f"{found.path} {what}", cure)
        return []
    interface = body.world.lay_out(body.world, kind.block.upper())
    if interface is None:
        return []
    if interface.pou.kind is ast.PouKind.PROGRAM:
        cure = "write ADVANCE_TIME(T#1s); the program runs in its task meanwhile"
        body.report.error("S038", span, f"{text} is a PROGRAM, which nobody calls", cure)
        return []
    body.facts.calls.setdefault(kind.block.upper(), node.span)
    body.facts.started.setdefault(ast.root(node.target), node.span)
    bound = arguments.bind(body, interface, node)
    indices, instance = found_once(body, found.place, span)
    before = arguments.store_inputs(body, bound, instance, span)
    refs = arguments.references(body, interface, bound, node)
    after = arguments.store_outputs(body, bound, instance, span)
    return [*indices, *before, ir.CallBlock(interface.pou.name, instance, refs, span), *after]
