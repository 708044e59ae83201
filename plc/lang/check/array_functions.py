"""Our functions over arrays and measurements: SUM, AVG, MINIMUM, MAXIMUM, AGE, IS_VALID."""

from __future__ import annotations

from plc.lang import ast, ir
from plc.lang.check import places
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce
from plc.lang.check.effects import again, has_call
from plc.lang.check.fixed import whole
from plc.lang.check.scope import Variable
from plc.lang.check.signature import Function, arguments_of, refuse, values_of, wrong_call
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    Value,
    is_integer,
    is_real,
    is_time,
    type_of,
    untyped,
)
from plc.lang.types import DINT, Array, Scalar, Struct, Type, plain


def fold(op: ir.FoldOp) -> Function:
    """SUM, MINIMUM, MAXIMUM of an array or of its first elements."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        found = _fold_of(body, call, op)
        return NOTHING if found is None else found

    return lower


def _fold_of(body: Body, call: ast.Call, op: ir.FoldOp) -> ir.Fold | None:
    """SUM, MINIMUM or MAXIMUM of an array, or of its first elements."""
    given = call.arguments
    if len(given) not in (1, 2) or any(argument.name is not None or argument.output for argument in given):
        wrong_call(body, call, ("array", "count"))
        return None
    found = places.reach(body, given[0].value)
    place = None if found is None else places.read(body, found, given[0].span)
    if place is None or place.type is UNKNOWN:
        return None
    array = place.type
    if not isinstance(array, Array) or not isinstance(array.element, Scalar) or not _countable(array.element):
        refuse(body, call, array, "give it an array of numbers")
        return None
    limit = ir.Bound(ir.BoundOp.COUNT, place.number, 0) if array.open else array.count
    count: ir.Expr = ir.Const(limit, DINT) if isinstance(limit, int) else limit
    if len(given) == 2:
        count = coerce(body, body.value(given[1].value, DINT), DINT, given[1].span)
        if isinstance(count, ir.Const) and count.type is not UNKNOWN and not _within(count, limit):
            what = f"the array has {array.count} elements, not {count.value}"
            body.report.error("S030", given[1].span, what, f"write 0 to {array.count}")
            return None
    element = plain(array.element)
    if not isinstance(element, Scalar):
        return None
    first = ir.Place(place.base, place.offset, place.steps, element, place.number)
    fault = body.fault(ir.FaultKind.INDEX, call.span)
    return ir.Fold(op, first, count, limit, element, fault)


def _within(count: ir.Const, limit: int | ir.Bound) -> bool:
    """Whether a constant count can be right; with bounds of the caller's only a run can tell."""
    return not isinstance(limit, int) or 0 <= count.value <= limit


def _countable(kind: Scalar) -> bool:
    return is_integer(kind) or is_real(kind) or is_time(kind)


def bound(op: ir.BoundOp) -> Function:
    """LOWER_BOUND and UPPER_BOUND of an array's dimension, counted from 1."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = arguments_of(body, call, ("ARR", "DIM"))
        found = None if nodes is None else places.reach(body, nodes[0])
        dimension = None if nodes is None else whole(body, nodes[1])
        if nodes is None or found is None or found.type is UNKNOWN or dimension is None:
            return NOTHING
        array = found.type
        if not isinstance(array, Array):
            return refuse(body, call, array, "give it an array")
        if not 1 <= dimension <= len(array.dimensions):
            what = f"this array has {len(array.dimensions)} dimensions, there is none of number {dimension}"
            body.report.error("S030", nodes[1].span, what, f"write 1 to {len(array.dimensions)}")
            return NOTHING
        if array.open:
            return ir.Bound(op, found.place.number, dimension - 1)
        return ir.Const(array.dimensions[dimension - 1][op is ir.BoundOp.UPPER], DINT)

    return lower


def avg(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """SUM / count; of nothing it is NaN."""
    total = _fold_of(body, call, ir.FoldOp.SUM)
    if total is None:
        return NOTHING
    if not is_real(total.type):
        return refuse(body, call, total.type, "average REAL or LREAL, or divide SUM yourself")
    if has_call(total.count):
        return refuse(body, call, total.type, "put the count into a variable first")
    if isinstance(total.count, ir.Const):
        divisor: ir.Expr = ir.Const(float(total.count.value), total.type)
    else:
        divisor = ir.Convert(again(total.count), total.type)
    return ir.Binary(ir.BinaryOp.DIV, total, divisor, total.type)


def age(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """How long ago a Measurement was sampled: Sys.Time - m.Sampled."""
    nodes = arguments_of(body, call, ("IN",))
    found = None if nodes is None else places.reach(body, nodes[0])
    place = None if found is None or nodes is None else places.read(body, found, nodes[0].span)
    if place is None or place.type is UNKNOWN:
        return NOTHING
    kind = place.type
    sampled = body.world.field(kind, "Sampled") if isinstance(kind, Struct) else None
    clock = body.world.site.entries.get("SYS")
    if sampled is None or not isinstance(sampled.type, Scalar):
        return refuse(body, call, kind, "give it a Measurement or a Contact")
    if not isinstance(clock, Variable) or not isinstance(clock.type, Struct):
        return NOTHING
    time = body.world.field(clock.type, "Time")
    if time is None or not isinstance(time.type, Scalar):
        return NOTHING
    body.facts.reads.add("Sys.Time")
    now = ir.Load(ir.Place(ir.Base.SITE, clock.offset + time.offset, (), time.type), time.type)
    then = ir.Load(places.at(place, sampled.offset, sampled.type), sampled.type)
    return ir.Binary(ir.BinaryOp.SUB, now, then, time.type)


def is_valid(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """FALSE for NaN: its size is not 0 or more."""
    values = values_of(body, call, ("IN",), None)
    if values is None:
        return NOTHING
    kind = type_of(values[0])
    if not is_real(kind) or untyped(kind):
        return refuse(body, call, kind, "only a REAL or LREAL can be NaN")
    return ir.Compare(ir.CompareOp.GE, ir.Math(ir.MathOp.ABS, values[0], kind), ir.Const(0.0, kind))
