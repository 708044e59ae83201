"""Places as pointers; loads, stores and moves of bytes."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native import counters, open_arrays
from plc.lang.native.code import Code, integer, operand, scalar_type
from plc.lang.types import Enumeration, Kind, Scalar

_BASES = {ir.Base.SELF: "%self", ir.Base.TEMP: "%temp", ir.Base.SITE: "%site", ir.Base.GLOBAL: "%globals"}


def pointer(code: Code, place: ir.Place) -> str:
    """Where the place lies, all indices checked. The offset comes last: fields of one element share all before it."""
    at = f"%ref{place.number}" if place.base is ir.Base.REF else _BASES[place.base]
    for step in place.steps:
        by = _open(code, step) if isinstance(step, ir.OpenStep) else _displacement(code, step)
        at = code.let(f"getelementptr inbounds i8, ptr {at}, i64 {by}")
    return advance(code, at, place.offset)


def target(code: Code, place: ir.Place) -> str:
    """Where a place lies that is about to be written."""
    return pointer(code, place)


def advance(code: Code, at: str, by: int) -> str:
    """The pointer, ``by`` bytes on."""
    return code.let(f"getelementptr inbounds i8, ptr {at}, i64 {by}") if by else at


def _displacement(code: Code, step: ir.Step) -> str:
    past = counters.known_past(code, step) or _checked(code, step)
    return past if step.stride == 1 else code.let(f"mul nsw i64 {past}, {step.stride}")


def _open(code: Code, step: ir.OpenStep) -> str:
    return open_arrays.displacement(code, step, _wide_index(code, step.index, operand(ir.type_of(step.index))))


def _checked(code: Code, step: ir.Step) -> str:
    """How far the index is past the first, or stop."""
    if isinstance(step.index, ir.Const) and step.first <= step.index.value <= step.last:
        return str(int(step.index.value) - step.first)
    past, bad = past_first(code, step)
    code.stop_if(bad, step.fault)
    return past


def past_first(code: Code, step: ir.Step) -> tuple[str, str]:
    """How far the index is past the first, and whether that is outside the bounds."""
    scalar = operand(ir.type_of(step.index))
    wide = _wide_index(code, step.index, scalar)
    past = code.let(f"sub i64 {wide}, {step.first}") if step.first else wide
    bad = code.let(f"icmp ugt i64 {past}, {integer(64, step.last - step.first)}")
    if scalar.size == 8 and not scalar.signed and step.first < 0:  # beyond what 64 signed bits can say
        bad = code.let(f"or i1 {bad}, {code.let(f'icmp slt i64 {wide}, 0')}")
    return past, bad


def _wide_index(code: Code, index: ir.Expr, scalar: Scalar) -> str:
    if isinstance(index, ir.Load):
        for counter in code.counters():
            if counters.same(index.place, counter.variable):
                return counter.wide
    return widened(code, code.value(index), scalar)


def widened(code: Code, value: str, scalar: Scalar) -> str:
    """An integer as an i64."""
    if scalar.size == 8:
        return value
    if not value.startswith("%"):
        return value if scalar.signed else str(int(value) % (1 << scalar.bits))
    return code.let(f"{'sext' if scalar.signed else 'zext'} {scalar_type(scalar)} {value} to i64")


# ---------------------------------------------------------------- values


def _tags(code: Code, place: ir.Place, scalar: Scalar) -> str:
    """What LLVM is told of an access beside its address."""
    found = counters.tags(code, place)
    if code.module.aliases.typed(code.routine.name, place):
        stored = "bool" if scalar.kind is Kind.BOOL else scalar_type(scalar)
        found += f", !tbaa {code.module.type_tag(stored)}"
    return found


def load(code: Code, place: ir.Place, type_: Scalar | Enumeration) -> str:
    """The value at an elementary place."""
    for counter in code.counters():
        if counters.same(place, counter.variable):
            return counter.value
    scalar = operand(type_)
    at, tags = pointer(code, place), _tags(code, place, scalar)
    if scalar.kind is Kind.BOOL:
        byte = code.let(f"load i8, ptr {at}, align 1{tags}")
        return code.let(f"icmp ne i8 {byte}, 0")
    value = code.let(f"load {scalar_type(scalar)}, ptr {at}, align 1{tags}")
    for variable, first, last in code.counter.spans if code.counter else ():
        if counters.same(place, variable):
            code.do(f"call void @llvm.assume(i1 {_between(code, value, scalar, first, last)})")
    return value


def within(code: Code, place: ir.Place, first: int, last: int) -> str:
    """Whether an integer variable holds one of first..last, all of them of its type."""
    return _between(code, load(code, place, operand(place.type)), operand(place.type), first, last)


def _between(code: Code, value: str, scalar: Scalar, first: int, last: int) -> str:
    past = code.let(f"sub {scalar_type(scalar)} {value}, {integer(scalar.bits, first)}")
    return code.let(f"icmp ule {scalar_type(scalar)} {past}, {integer(scalar.bits, last - first)}")


def store(code: Code, place: ir.Place, value: str, condition: str = "true") -> None:
    """Write a value to an elementary place; where the condition does not hold, what is there."""
    at, scalar = pointer(code, place), operand(place.type)
    _write(code, place, at, _stored(code, place, scalar, value), condition)


def _write(code: Code, place: ir.Place, at: str, stored: tuple[str, str], condition: str) -> None:
    (type_, value), tags = stored, _tags(code, place, operand(place.type))
    if condition != "true":
        before = code.let(f"load {type_}, ptr {at}, align 1{tags}")
        value = code.let(f"select i1 {condition}, {type_} {value}, {type_} {before}")
    code.do(f"store {type_} {value}, ptr {at}, align 1{tags}")


def _stored(code: Code, place: ir.Place, scalar: Scalar, value: str) -> tuple[str, str]:
    """A value as it lies in memory."""
    if scalar.kind is Kind.BOOL:
        return "i8", _BYTES.get(value) or code.let(f"zext i1 {value} to i8")
    if scalar.kind is Kind.REAL and value.startswith("%") and not code.only_loaded(place):
        return f"i{scalar.bits}", one_nan(code, scalar, value)
    return scalar_type(scalar), value


def one_nan(code: Code, scalar: Scalar, value: str) -> str:
    """A float's bits, with every NaN the one NaN. Not as a float: to LLVM all NaNs are one, and it drops the test.

    A branch, for it is always guessed right, and nobody waits for its outcome; in a loop made for vectors a choice.
    """
    type_, nan = f"i{scalar.bits}", _NAN_BITS[scalar.size]
    bits = code.let(f"bitcast {scalar_type(scalar)} {value} to {type_}")
    is_nan = code.let(f"fcmp uno {scalar_type(scalar)} {value}, {value}")
    if code.flat:
        return code.let(f"select i1 {is_nan}, {type_} {nan}, {type_} {bits}")
    origin, odd, following = code.block, code.label(), code.label()
    code.branch(is_nan, odd, following, ", !prof !0")
    code.begin(odd)
    code.jump(following)
    code.begin(following)
    return code.let(f"phi {type_} [ {nan}, %{odd} ], [ {bits}, %{origin} ]")


_BYTES = {"true": "1", "false": "0"}
_NAN_BITS = {4: 0x7FC00000, 8: 0x7FF8000000000000}

# ---------------------------------------------------------------- statements that move bytes


def assign(code: Code, statement: ir.Assign) -> None:
    put(code, statement.place, statement.value)


def put(code: Code, place: ir.Place, value: ir.Expr, condition: str = "true") -> None:
    """``store`` of an expression's value. A BOOL that only moves is not looked at."""
    if not (isinstance(value, ir.Load) and operand(value.type).kind is Kind.BOOL):
        store(code, place, code.value(value), condition)
        return
    at, tags = pointer(code, value.place), _tags(code, value.place, operand(value.type))
    byte = code.let(f"load i8, ptr {at}, align 1{tags}")
    _write(code, place, pointer(code, place), ("i8", byte), condition)


def copy(code: Code, statement: ir.Copy) -> None:
    source = pointer(code, statement.source)
    move(code, target(code, statement.place), source, statement.place.type.size)


def move(code: Code, to: str, source: str, size: int) -> None:
    code.do(f"call void @llvm.memmove.p0.p0.i64(ptr {to}, ptr {source}, i64 {size}, i1 false)")


def fill(code: Code, to: str, image: bytes) -> None:
    """Write a constant image."""
    if not any(image):
        code.do(f"call void @llvm.memset.p0.i64(ptr {to}, i8 0, i64 {len(image)}, i1 false)")
        return
    constant = code.module.constant(image)
    code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {constant}, i64 {len(image)}, i1 false)")
