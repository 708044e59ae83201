"""Places as pointers; loads, stores and moves of bytes."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native import counters, open_arrays
from plc.lang.native.code import Code, integer, operand, scalar_type
from plc.lang.types import Enumeration, Kind, Scalar, Text

_BASES = {ir.Base.SELF: "%self", ir.Base.TEMP: "%temp", ir.Base.SITE: "%site", ir.Base.GLOBAL: "%globals"}


def pointer(code: Code, place: ir.Place) -> str:
    """Where the place lies, all indices checked."""
    at = f"%ref{place.number}" if place.base is ir.Base.REF else _BASES[place.base]
    at = advance(code, at, place.offset)
    for step in place.steps:
        by = _open(code, step) if isinstance(step, ir.OpenStep) else _displacement(code, step)
        at = code.let(f"getelementptr inbounds i8, ptr {at}, i64 {by}")
    return at


def target(code: Code, place: ir.Place) -> str:
    """Where a place lies that is about to be written."""
    if place.base is ir.Base.SITE:
        code.module.writes_site = True
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
    scalar = operand(ir.type_of(step.index))
    wide = _wide_index(code, step.index, scalar)
    past = code.let(f"sub i64 {wide}, {step.first}") if step.first else wide
    bad = code.let(f"icmp ugt i64 {past}, {integer(64, step.last - step.first)}")
    if scalar.size == 8 and not scalar.signed and step.first < 0:  # beyond what 64 signed bits can say
        bad = code.let(f"or i1 {bad}, {code.let(f'icmp slt i64 {wide}, 0')}")
    code.stop_if(bad, step.fault)
    return past


def _wide_index(code: Code, index: ir.Expr, scalar: Scalar) -> str:
    if code.counter is not None and isinstance(index, ir.Load) and counters.same(index.place, code.counter.variable):
        return code.counter.wide
    return widened(code, code.value(index), scalar)


def widened(code: Code, value: str, scalar: Scalar) -> str:
    """An integer as an i64."""
    if scalar.size == 8:
        return value
    if not value.startswith("%"):
        return value if scalar.signed else str(int(value) % (1 << scalar.bits))
    return code.let(f"{'sext' if scalar.signed else 'zext'} {scalar_type(scalar)} {value} to i64")


# ---------------------------------------------------------------- values


def load(code: Code, place: ir.Place, type_: Scalar | Enumeration) -> str:
    """The value at an elementary place."""
    if code.counter is not None and counters.same(place, code.counter.variable):
        return code.counter.value
    scalar = operand(type_)
    at, tags = pointer(code, place), counters.tags(code, place)
    if scalar.kind is Kind.BOOL:
        byte = code.let(f"load i8, ptr {at}, align 1{tags}")
        return code.let(f"icmp ne i8 {byte}, 0")
    return code.let(f"load {scalar_type(scalar)}, ptr {at}, align 1{tags}")


def store(code: Code, place: ir.Place, value: str) -> None:
    """Write a value to an elementary place."""
    scalar = operand(place.type)
    at, tags = target(code, place), counters.tags(code, place)
    if scalar.kind is Kind.BOOL:
        value = value if value in _BYTES else code.let(f"zext i1 {value} to i8")
        code.do(f"store i8 {_BYTES.get(value, value)}, ptr {at}, align 1{tags}")
        return
    if scalar.kind is Kind.REAL and value.startswith("%"):
        value = _one_nan(code, scalar, value)
        code.do(f"store i{scalar.bits} {value}, ptr {at}, align 1{tags}")
        return
    code.do(f"store {scalar_type(scalar)} {value}, ptr {at}, align 1{tags}")


def _one_nan(code: Code, scalar: Scalar, value: str) -> str:
    """A float's bits, with every NaN the one NaN. Not as a float: to LLVM all NaNs are one, and it drops the test."""
    type_, infinity, nan = _NAN_BITS[scalar.size]
    bits = code.let(f"bitcast {scalar_type(scalar)} {value} to {type_}")
    unsigned = code.let(f"and {type_} {bits}, {(1 << scalar.bits - 1) - 1}")
    is_nan = code.let(f"icmp ugt {type_} {unsigned}, {infinity}")
    return code.let(f"select i1 {is_nan}, {type_} {nan}, {type_} {bits}")


_BYTES = {"true": "1", "false": "0"}
_NAN_BITS = {4: ("i32", 0x7F800000, 0x7FC00000), 8: ("i64", 0x7FF0000000000000, 0x7FF8000000000000)}

# ---------------------------------------------------------------- statements that move bytes


def assign(code: Code, statement: ir.Assign) -> None:
    value = code.value(statement.value)
    store(code, statement.place, value)


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


def copy_text(code: Code, statement: ir.CopyText) -> None:
    to = text_type(statement.place)
    if isinstance(statement.source, bytes):
        content = statement.source[: to.length]
        image = len(content).to_bytes(2, "little") + content
        fill(code, target(code, statement.place), image.ljust(to.size, b"\0"))
        return
    source, from_ = pointer(code, statement.source), text_type(statement.source)
    at = target(code, statement.place)
    copy_ = code.module.declare("@copy_text", COPY_TEXT)
    code.do(f"call void {copy_}(ptr {at}, i64 {to.length}, i64 {to.size - 2}, ptr {source}, i64 {from_.length})")


def compare_text(code: Code, node: ir.TextCompare) -> str:
    """An i32 below, at or above 0."""
    left, right = pointer(code, node.left), pointer(code, node.right)
    compare = code.module.declare("@compare_text", COMPARE_TEXT)
    lengths = text_type(node.left).length, text_type(node.right).length
    return code.let(f"call i32 {compare}(ptr {left}, i64 {lengths[0]}, ptr {right}, i64 {lengths[1]})")


def text_type(place: ir.Place) -> Text:
    if not isinstance(place.type, Text):
        raise TypeError(f"{place.type} is not a STRING")
    return place.type


COPY_TEXT = """define internal void @copy_text(ptr %to, i64 %capacity, i64 %room, ptr %from, i64 %from_capacity) #0 {
 %short = load i16, ptr %from, align 1
 %stored = zext i16 %short to i64
 %said = call i64 @llvm.umin.i64(i64 %stored, i64 %from_capacity)
 %length = call i64 @llvm.umin.i64(i64 %said, i64 %capacity)
 %to_bytes = getelementptr inbounds i8, ptr %to, i64 2
 %from_bytes = getelementptr inbounds i8, ptr %from, i64 2
 call void @llvm.memmove.p0.p0.i64(ptr %to_bytes, ptr %from_bytes, i64 %length, i1 false)
 %rest = getelementptr inbounds i8, ptr %to_bytes, i64 %length
 %unused = sub i64 %room, %length
 call void @llvm.memset.p0.i64(ptr %rest, i8 0, i64 %unused, i1 false)
 %new = trunc i64 %length to i16
 store i16 %new, ptr %to, align 1
 ret void
}"""

COMPARE_TEXT = """define internal i32 @compare_text(ptr %a, i64 %a_capacity, ptr %b, i64 %b_capacity) #0 {
entry:
 %a_short = load i16, ptr %a, align 1
 %b_short = load i16, ptr %b, align 1
 %a_stored = zext i16 %a_short to i64
 %b_stored = zext i16 %b_short to i64
 %a_length = call i64 @llvm.umin.i64(i64 %a_stored, i64 %a_capacity)
 %b_length = call i64 @llvm.umin.i64(i64 %b_stored, i64 %b_capacity)
 %common = call i64 @llvm.umin.i64(i64 %a_length, i64 %b_length)
 %end = add nuw nsw i64 %common, 2
 br label %head
head:
 %at = phi i64 [ 2, %entry ], [ %next, %same ]
 %done = icmp eq i64 %at, %end
 br i1 %done, label %lengths, label %byte
byte:
 %a_at = getelementptr inbounds i8, ptr %a, i64 %at
 %b_at = getelementptr inbounds i8, ptr %b, i64 %at
 %x = load i8, ptr %a_at, align 1
 %y = load i8, ptr %b_at, align 1
 %next = add nuw nsw i64 %at, 1
 %equal = icmp eq i8 %x, %y
 br i1 %equal, label %same, label %differ
same:
 br label %head
differ:
 %below = icmp ult i8 %x, %y
 %sign = select i1 %below, i32 -1, i32 1
 ret i32 %sign
lengths:
 %difference = sub i64 %a_length, %b_length
 %result = trunc i64 %difference to i32
 ret i32 %result
}"""
