"""The standard functions: name -> how a call becomes IR."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields

from plc.lang import ast, ir
from plc.lang.check import constants, operators, places
from plc.lang.check.body import Body
from plc.lang.check.convert import article, coerce, common, implicit
from plc.lang.check.scope import Variable
from plc.lang.check.values import (
    NOTHING,
    UNKNOWN,
    Value,
    is_bits,
    is_integer,
    is_real,
    is_time,
    type_of,
    untyped,
)
from plc.lang.types import BOOL, DINT, LREAL, REAL, Array, Enumeration, Kind, Scalar, Struct, Type

Function = Callable[[Body, ast.Call, Type | None], Value]


# ---------------------------------------------------------------- arguments


def _arguments(body: Body, call: ast.Call, formal: tuple[str, ...], more: str = "") -> list[ast.Expression] | None:
    """The arguments in the order of ``formal``; with ``more``, any number follows, named like IN3, IN4."""
    given = call.arguments
    named = all(argument.name is not None for argument in given)
    if named:
        by_name = {(argument.name or "").upper(): argument.value for argument in given}
        extra = tuple(f"{more}{number}" for number in range(len(formal) + 1, len(given) + 1)) if more else ()
        ordered = [by_name[name] for name in (*formal, *extra) if name in by_name]
    else:
        ordered = [argument.value for argument in given if argument.name is None]
    enough = len(ordered) >= len(formal) if more else len(ordered) == len(formal)
    if not enough or len(ordered) < len(given) or any(argument.output for argument in given):
        _wrong(body, call, formal)
        return None
    return ordered


def _wrong(body: Body, call: ast.Call, formal: tuple[str, ...]) -> None:
    name = body.world.text(call.target.span).upper()
    what = f"{name} is not called like this"
    body.report.error("S037", call.span, what, f"write {name}({', '.join(formal)})")


def _values(body: Body, nodes: list[ast.Expression], hint: Type | None) -> list[ir.Expr] | None:
    """Single values of all arguments; a literal and a bare enumerator look at the others for their type."""
    found: list[ir.Expr] = []
    for node in nodes:
        known = next((type_of(v) for v in found if not untyped(type_of(v))), hint)
        value = body.value(node, known)
        if isinstance(value, ir.Place | bytes):
            what = f"{body.world.text(node.span)} is {type_of(value)}, no single value"
            body.report.error("S009", node.span, what, "name a field or an element")
            return None
        if type_of(value) is UNKNOWN:
            return None
        found.append(value)
    return found


def _refuse(body: Body, call: ast.Call, kind: Type, cure: str) -> Value:
    name = body.world.text(call.target.span)
    body.report.error("S009", call.span, f"{name} does not work on {article(kind)}", cure)
    return NOTHING


def _unify(body: Body, call: ast.Call, values: list[ir.Expr], hint: Type | None) -> tuple[list[ir.Expr], Type] | None:
    """All values in the one type that holds them."""
    widest = values[0]
    for value in values[1:]:
        pair = common(body, widest, value, hint)
        if pair is None:
            kinds = f"{article(type_of(widest))} and {article(type_of(value))}"
            body.report.error(
                "S009", call.span, f"{kinds} do not go together here", "convert one, as in INT_TO_REAL(x)"
            )
            return None
        widest = pair[0]
    kind = type_of(widest)
    if untyped(kind):
        return values, kind
    return [coerce(body, value, kind, call.span) for value in values], kind


def _real(value: ir.Expr, hint: Type | None) -> tuple[ir.Expr, Scalar] | None:
    """A number as REAL where that holds it, else as LREAL."""
    kind = type_of(value)
    if untyped(kind):
        target = REAL if hint is REAL else LREAL
    elif is_integer(kind) and isinstance(kind, Scalar):
        target = REAL if kind.size <= 2 and hint is not LREAL else LREAL
    elif is_real(kind) and isinstance(kind, Scalar):
        target = kind
    else:
        return None
    converted = implicit(value, target)
    return None if converted is None else (converted, target)


# ---------------------------------------------------------------- numbers


_FOLDS: dict[ir.MathOp, Callable[[float], float]] = {
    ir.MathOp.SQRT: math.sqrt,
    ir.MathOp.LN: math.log,
    ir.MathOp.LOG: math.log10,
    ir.MathOp.EXP: math.exp,
    ir.MathOp.SIN: math.sin,
    ir.MathOp.COS: math.cos,
    ir.MathOp.TAN: math.tan,
    ir.MathOp.ASIN: math.asin,
    ir.MathOp.ACOS: math.acos,
    ir.MathOp.ATAN: math.atan,
}


def _math(op: ir.MathOp) -> Function:
    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = _arguments(body, call, ("IN",))
        values = None if nodes is None else _values(body, nodes, hint)
        if values is None:
            return NOTHING
        found = _real(values[0], hint)
        if found is None:
            return _refuse(body, call, type_of(values[0]), "give it a REAL or LREAL")
        operand, kind = found
        if isinstance(operand, ir.Const):
            try:
                return ir.Const(constants.rounded(_FOLDS[op](float(operand.value)), kind), kind)
            except (ValueError, OverflowError):
                what = f"{body.world.text(call.span)} has no value"
                body.report.error("S007", call.span, what, "give it a value it is defined for")
                return NOTHING
        return ir.Math(op, operand, kind)

    return lower


def _abs(body: Body, call: ast.Call, hint: Type | None) -> Value:
    nodes = _arguments(body, call, ("IN",))
    values = None if nodes is None else _values(body, nodes, hint)
    if values is None:
        return NOTHING
    kind = type_of(values[0])
    if not isinstance(kind, Scalar) or not (is_integer(kind) or is_real(kind)):
        cure = "write SEL(t < T#0s, t, T#0s - t)" if is_time(kind) else "give it a number"
        return _refuse(body, call, kind, cure)
    if isinstance(values[0], ir.Const):
        number = values[0].value
        positive = values[0] if number >= 0 else constants.negate(values[0])
        if positive is not None:
            return positive
    return ir.Math(ir.MathOp.ABS, values[0], kind)


def _atan2(body: Body, call: ast.Call, hint: Type | None) -> Value:
    nodes = _arguments(body, call, ("Y", "X"))
    values = None if nodes is None else _values(body, nodes, hint)
    if values is None:
        return NOTHING
    unified = _unify(body, call, values, hint)
    if unified is None:
        return NOTHING
    pair = [_real(value, hint) for value in unified[0]]
    if pair[0] is None or pair[1] is None:
        return _refuse(body, call, unified[1], "give it REAL or LREAL")
    return ir.Atan2(pair[0][0], pair[1][0], pair[0][1])


def _expt(body: Body, call: ast.Call, hint: Type | None) -> Value:
    nodes = _arguments(body, call, ("IN1", "IN2"))
    values = None if nodes is None else _values(body, nodes, hint)
    return NOTHING if values is None else operators.power(body, values[0], values[1], call, hint)


def _extreme(op: ir.BinaryOp) -> Function:
    """MIN and MAX of two or more."""

    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = _arguments(body, call, ("IN1", "IN2"), "IN")
        values = None if nodes is None else _values(body, nodes, hint)
        unified = None if values is None else _unify(body, call, values, hint)
        if unified is None:
            return NOTHING
        sides, kind = unified
        if not isinstance(kind, Scalar) or kind.kind in (Kind.BOOL, Kind.BITS):
            return _refuse(body, call, kind, "give it numbers or times")
        best: Value = sides[0]
        for side in sides[1:]:
            if isinstance(best, ir.Place | bytes):
                return NOTHING
            best = operators.compute(body, op, best, side, kind, call)
        return best

    return lower


def _limit(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """MN where IN is below, MX where it is above; a NaN stays one. (So MX is looked at first.)"""
    nodes = _arguments(body, call, ("MN", "IN", "MX"))
    values = None if nodes is None else _values(body, nodes, hint)
    unified = None if values is None else _unify(body, call, values, hint)
    if unified is None:
        return NOTHING
    (low, value, high), kind = unified
    if not isinstance(kind, Scalar) or kind.kind in (Kind.BOOL, Kind.BITS):
        return _refuse(body, call, kind, "give it numbers or times")
    raised = operators.compute(body, ir.BinaryOp.MAX, low, value, kind, call)
    if isinstance(raised, ir.Place | bytes):
        return NOTHING
    return operators.compute(body, ir.BinaryOp.MIN, high, raised, kind, call)


# ---------------------------------------------------------------- choosing


def _sel(body: Body, call: ast.Call, hint: Type | None) -> Value:
    nodes = _arguments(body, call, ("G", "IN0", "IN1"))
    if nodes is None:
        return NOTHING
    condition = coerce(body, body.value(nodes[0], BOOL), BOOL, nodes[0].span)
    values = _values(body, nodes[1:], hint)
    unified = None if values is None else _unify(body, call, values, hint)
    if unified is None:
        return NOTHING
    (no, yes), kind = _settled(unified, hint)
    if not isinstance(kind, Scalar | Enumeration):
        return NOTHING
    return ir.Select(condition, yes, no, kind)


def _settled(unified: tuple[list[ir.Expr], Type], hint: Type | None) -> tuple[list[ir.Expr], Type]:
    """Literals chosen between take the type wanted here, else one of their own."""
    values, kind = unified
    if not untyped(kind):
        return unified
    for target in (hint, DINT, LREAL):
        if isinstance(target, Scalar):
            fitted = [implicit(value, target) for value in values]
            if all(value is not None for value in fitted):
                return [value for value in fitted if value is not None], target
    return [NOTHING for _ in values], UNKNOWN


def _mux(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """Input number K, counted from 0; a K that has no input stops the program like an index."""
    nodes = _arguments(body, call, ("K", "IN0"), "IN") if all(a.name is None for a in call.arguments) else None
    if nodes is None:
        if any(a.name is not None for a in call.arguments):
            _wrong(body, call, ("K", "IN0", "IN1"))
        return NOTHING
    selector = body.value(nodes[0])
    kind = type_of(selector)
    values = _values(body, nodes[1:], hint)
    unified = None if values is None else _unify(body, call, values, hint)
    if unified is None or kind is UNKNOWN or isinstance(selector, ir.Place | bytes):
        return NOTHING
    if not is_integer(kind) or has_call(selector):
        return _refuse(body, call, kind, "select with a whole-number variable")
    choices, chosen = _settled(unified, hint)
    if isinstance(selector, ir.Const):
        number = int(selector.value)
        return choices[number] if 0 <= number < len(choices) else _refuse(body, call, kind, "K counts from 0")
    checked = _checked(body, selector, len(choices), nodes[0])
    result = choices[-1]
    for number in reversed(range(len(choices) - 1)):
        same = ir.Compare(ir.CompareOp.EQ, checked, ir.Const(number, DINT))
        if isinstance(chosen, Scalar | Enumeration):
            result = ir.Select(same, choices[number], result, chosen)
    return result


def _checked(body: Body, selector: ir.Expr, count: int, node: ast.Expression) -> ir.Expr:
    """The selector as a DINT, read from a table of 0..count-1, so that another value stops the program."""
    table = b"".join(number.to_bytes(4, "little") for number in range(count))
    place = body.hidden("MUX", Array(DINT, ((0, count - 1),)), table, node.span)
    step = ir.Step(selector, 0, count - 1, 4, body.fault(ir.FaultKind.INDEX, node.span))
    return ir.Load(ir.Place(place.base, place.offset, (step,), DINT), DINT)


def has_call(value: object) -> bool:
    """Whether evaluating this twice could have effects twice."""
    if isinstance(value, ir.CallFunction):
        return True
    if isinstance(value, tuple):
        return any(has_call(part) for part in value)
    if isinstance(value, ir.Const) or not hasattr(value, "__dataclass_fields__") or isinstance(value, Scalar):
        return False
    if isinstance(value, Struct | Array | Enumeration):
        return False
    return any(has_call(getattr(value, f.name)) for f in fields(value))  # type: ignore[arg-type]


# ---------------------------------------------------------------- operators by name


def _operator(operator: str, more: bool) -> Function:
    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = _arguments(body, call, ("IN1", "IN2"), "IN" if more else "")
        if nodes is None:
            return NOTHING
        joined = nodes[0]
        for node in nodes[1:]:
            joined = ast.Binary(operator, joined, node, call.span)
        return body.value(joined, hint)

    return lower


def _shift(op: ir.ShiftOp) -> Function:
    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        nodes = _arguments(body, call, ("IN", "N"))
        if nodes is None:
            return NOTHING
        value = body.value(nodes[0], hint)
        by = coerce(body, body.value(nodes[1], DINT), DINT, nodes[1].span)
        kind = type_of(value)
        if kind is UNKNOWN or isinstance(value, ir.Place | bytes):
            return NOTHING
        if untyped(kind) and isinstance(hint, Scalar) and is_bits(hint):
            value, kind = coerce(body, value, hint, nodes[0].span), hint
        unsigned = isinstance(kind, Scalar) and kind.kind in (Kind.BITS, Kind.UNSIGNED)
        if not unsigned or not isinstance(kind, Scalar):
            return _refuse(body, call, kind, "shift BYTE, WORD, DWORD, LWORD or an unsigned integer")
        return ir.Shift(op, value, by, kind)

    return lower


# ---------------------------------------------------------------- arrays and measurements


def _fold(op: ir.FoldOp) -> Function:
    def lower(body: Body, call: ast.Call, hint: Type | None) -> Value:
        found = _fold_of(body, call, op)
        return NOTHING if found is None else found

    return lower


def _fold_of(body: Body, call: ast.Call, op: ir.FoldOp) -> ir.Fold | None:
    """SUM, MINIMUM or MAXIMUM of an array, or of its first elements."""
    given = call.arguments
    if len(given) not in (1, 2) or any(argument.name is not None or argument.output for argument in given):
        _wrong(body, call, ("array", "count"))
        return None
    found = places.reach(body, given[0].value)
    place = None if found is None else places.read(body, found, given[0].span)
    if place is None or place.type is UNKNOWN:
        return None
    array = place.type
    if not isinstance(array, Array) or not isinstance(array.element, Scalar) or not _countable(array.element):
        _refuse(body, call, array, "give it an array of numbers")
        return None
    count: ir.Expr = ir.Const(array.count, DINT)
    if len(given) == 2:
        count = coerce(body, body.value(given[1].value, DINT), DINT, given[1].span)
        if isinstance(count, ir.Const) and count.type is not UNKNOWN and not 0 <= count.value <= array.count:
            what = f"the array has {array.count} elements, not {count.value}"
            body.report.error("S030", given[1].span, what, f"write 0 to {array.count}")
            return None
    first = ir.Place(place.base, place.offset, place.steps, array.element, place.number)
    fault = body.fault(ir.FaultKind.INDEX, call.span)
    return ir.Fold(op, first, count, array.count, array.element, fault)


def _countable(kind: Scalar) -> bool:
    return is_integer(kind) or is_real(kind) or is_time(kind)


def _avg(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """SUM / count; of nothing it is NaN."""
    total = _fold_of(body, call, ir.FoldOp.SUM)
    if total is None:
        return NOTHING
    if not is_real(total.type):
        return _refuse(body, call, total.type, "average REAL or LREAL, or divide SUM yourself")
    if has_call(total.count):
        return _refuse(body, call, total.type, "put the count into a variable first")
    if isinstance(total.count, ir.Const):
        divisor: ir.Expr = ir.Const(float(total.count.value), total.type)
    else:
        divisor = ir.Convert(total.count, total.type)
    return ir.Binary(ir.BinaryOp.DIV, total, divisor, total.type)


def _age(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """How long ago a Measurement was sampled: Sys.Time - m.Sampled."""
    nodes = _arguments(body, call, ("IN",))
    found = None if nodes is None else places.reach(body, nodes[0])
    place = None if found is None or nodes is None else places.read(body, found, nodes[0].span)
    if place is None or place.type is UNKNOWN:
        return NOTHING
    kind = place.type
    sampled = body.world.field(kind, "Sampled") if isinstance(kind, Struct) else None
    clock = body.world.site.entries.get("SYS")
    if sampled is None or not isinstance(sampled.type, Scalar):
        return _refuse(body, call, kind, "give it a Measurement or a Contact")
    if not isinstance(clock, Variable) or not isinstance(clock.type, Struct):
        return NOTHING
    time = body.world.field(clock.type, "Time")
    if time is None or not isinstance(time.type, Scalar):
        return NOTHING
    body.facts.reads.add("Sys.Time")
    now = ir.Load(ir.Place(ir.Base.SITE, clock.offset + time.offset, (), time.type), time.type)
    then = ir.Load(places.at(place, sampled.offset, sampled.type), sampled.type)
    return ir.Binary(ir.BinaryOp.SUB, now, then, time.type)


def _is_valid(body: Body, call: ast.Call, hint: Type | None) -> Value:
    """FALSE for NaN: its size is not 0 or more."""
    nodes = _arguments(body, call, ("IN",))
    values = None if nodes is None else _values(body, nodes, None)
    if values is None:
        return NOTHING
    kind = type_of(values[0])
    if not isinstance(kind, Scalar) or not is_real(kind) or untyped(kind):
        return _refuse(body, call, kind, "only a REAL or LREAL can be NaN")
    return ir.Compare(ir.CompareOp.GE, ir.Math(ir.MathOp.ABS, values[0], kind), ir.Const(0.0, kind))


FUNCTIONS: dict[str, Function] = {
    "ABS": _abs,
    **{op.name: _math(op) for op in _FOLDS},
    "ATAN2": _atan2,
    "EXPT": _expt,
    "MIN": _extreme(ir.BinaryOp.MIN),
    "MAX": _extreme(ir.BinaryOp.MAX),
    "LIMIT": _limit,
    "SEL": _sel,
    "MUX": _mux,
    **{name: _operator(op, True) for name, op in (("ADD", "+"), ("MUL", "*"))},
    **{name: _operator(op, False) for name, op in (("SUB", "-"), ("DIV", "/"))},
    **{op.name: _operator(op.value, False) for op in ir.CompareOp},
    **{op.name: _shift(op) for op in ir.ShiftOp},
    "SUM": _fold(ir.FoldOp.SUM),
    "MINIMUM": _fold(ir.FoldOp.LEAST),
    "MAXIMUM": _fold(ir.FoldOp.GREATEST),
    "AVG": _avg,
    "AGE": _age,
    "IS_VALID": _is_valid,
}

__all__ = ["FUNCTIONS", "has_call"]
