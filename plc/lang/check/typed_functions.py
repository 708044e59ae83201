"""Standard functions with a type in their name: ADD_REAL(a, b), MAX_INT(a, b), LIMIT_TIME(mn, x, mx).

Each argument becomes one of that type first, where nothing can be lost by that; so DIV_REAL(7, 2) is 3.5.
"""

from __future__ import annotations

from dataclasses import replace

from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce
from plc.lang.check.standard import FUNCTIONS
from plc.lang.check.values import NOTHING, UNKNOWN, Value, is_date, is_time, type_of
from plc.lang.parse.tokens import kinds
from plc.lang.types import ELEMENTARY, Scalar, Type

_TYPED = kinds("""
    ABS SQRT LN LOG EXP SIN COS TAN ASIN ACOS ATAN EXPT ADD MUL SUB DIV MOD MOVE SHL SHR ROL ROR AND OR XOR NOT
    SEL MAX MIN LIMIT MUX GT GE EQ LE LT NE""")
_PLAIN_FIRST = frozenset(("SEL", "MUX"))
_PLAIN_SECOND = frozenset(("SHL", "SHR", "ROL", "ROR", "EXPT"))
_PLAIN_NAMES = frozenset(("G", "K", "N"))
"""Arguments that are of a type of their own."""


def typed(body: Body, call: ast.Call, name: str, hint: Type | None) -> Value | None:
    """The value of ADD_INT and its like; None where ``name``, in upper case, is no such function."""
    function, _, type_name = name.rpartition("_")
    kind = ELEMENTARY.get(type_name)
    if function not in _TYPED or kind is None:
        return None
    arguments = [
        _converted(body, argument, kind)
        if not _own(function, position, argument) and not (is_time(kind) or is_date(kind))
        else argument
        for position, argument in enumerate(call.arguments)
    ]
    if any(argument is None for argument in arguments):
        return NOTHING
    known = tuple(argument for argument in arguments if argument is not None)
    return FUNCTIONS[function](body, replace(call, arguments=known), kind)


def _own(function: str, position: int, argument: ast.Argument) -> bool:
    if argument.name is not None:
        return argument.name.upper() in _PLAIN_NAMES or (function == "EXPT" and argument.name.upper() == "IN2")
    return (function in _PLAIN_FIRST and position == 0) or (function in _PLAIN_SECOND and position == 1)


def _converted(body: Body, argument: ast.Argument, kind: Scalar) -> ast.Argument | None:
    """The argument in parentheses of TO_X, where its value goes into the type by itself."""
    node = argument.value
    value = coerce(body, body.value(node, kind), kind, node.span)
    if type_of(value) is UNKNOWN:
        return None
    inner = ast.Argument(None, node, False, node.span)
    return replace(argument, value=ast.Call(ast.Name(f"TO_{kind.name}", node.span), (inner,), node.span))
