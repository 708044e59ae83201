"""Functions of times and dates by name: ADD_TIME, SUB_DT_DT, MULTIME, CONCAT_DATE_TOD ..."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check.arithmetic import ARITHMETIC, arithmetic, compute
from plc.lang.check.body import Body
from plc.lang.check.clock import recast
from plc.lang.check.convert import coerce
from plc.lang.check.signature import Function, arguments_of
from plc.lang.check.values import NOTHING, UNKNOWN, Value, Whole, type_of
from plc.lang.types import DATE, DT, LTIME, TIME, TOD, Scalar, Type

_FORMAL = ("IN1", "IN2")


def _named(operator: str, left: Scalar, right: Scalar | None) -> Function:
    """An operator between two types; without ``right``, a time and any number."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        pair = _pair(body, call, left, right)
        if pair is None:
            return NOTHING
        nodes, (one, other) = pair
        node = ast.Binary(operator, nodes[0], nodes[1], call.span)
        return arithmetic(body, ARITHMETIC[operator], one, other, node, hint)

    return lower


def _pair(
    body: Body, call: ast.Call, left: Scalar, right: Scalar | None
) -> tuple[list[ast.Expression], tuple[ir.Expr, ir.Expr]] | None:
    nodes = arguments_of(body, call, _FORMAL)
    if nodes is None:
        return None
    one = coerce(body, body.value(nodes[0], left), left, nodes[0].span)
    other = body.value(nodes[1], right)
    if right is not None:
        other = coerce(body, other, right, nodes[1].span)
    if isinstance(other, Whole):
        what = f"{body.world.text(nodes[1].span)} is {type_of(other)}, no single value"
        body.report.error("S009", nodes[1].span, what, "give it a number")
        return None
    return None if UNKNOWN in (type_of(one), type_of(other)) else (nodes, (one, other))


def concat_date_tod(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """CONCAT_DATE_TOD: a day and a time of day as a DT."""
    pair = _pair(body, call, DATE, TOD)
    if pair is None:
        return NOTHING
    sides = [recast(side, TIME) for side in pair[1]]
    total = compute(body, ir.BinaryOp.ADD, sides[0], sides[1], TIME, call)
    return NOTHING if isinstance(total, Whole) or type_of(total) is UNKNOWN else recast(total, DT)


def _functions(prefix: str, time: Scalar) -> dict[str, Function]:
    """The functions of TIME, or with ``prefix`` L those of LTIME and its dates."""
    date, tod, dt, span = (prefix + name for name in ("DATE", "TOD", "DT", "TIME"))
    return {
        f"ADD_{span}": _named("+", time, time),
        f"SUB_{span}": _named("-", time, time),
        f"MUL_{span}": _named("*", time, None),
        f"DIV_{span}": _named("/", time, None),
        f"ADD_{tod}_{span}": _named("+", TOD, time),
        f"ADD_{dt}_{span}": _named("+", DT, time),
        f"SUB_{tod}_{span}": _named("-", TOD, time),
        f"SUB_{dt}_{span}": _named("-", DT, time),
        f"SUB_{date}_{date}": _named("-", DATE, DATE),
        f"SUB_{tod}_{tod}": _named("-", TOD, TOD),
        f"SUB_{dt}_{dt}": _named("-", DT, DT),
        f"CONCAT_{date}_{tod}": concat_date_tod,
    }


TIME_FUNCTIONS: dict[str, Function] = {
    **_functions("", TIME),
    **_functions("L", LTIME),
    "MULTIME": _named("*", TIME, None),
    "DIVTIME": _named("/", TIME, None),
}
