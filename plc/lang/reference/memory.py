"""Where places lie, and how values, texts and whole structures are read and written there."""

from __future__ import annotations

import math
from collections.abc import Callable
from struct import Struct
from typing import Any

from plc.lang import ir
from plc.lang.reference.frame import (
    Address,
    Bounds,
    Closure,
    Frame,
    Pointer,
    Referent,
    Signal,
    Step,
    Stop,
    Translation,
    Value,
)
from plc.lang.runner import Memory
from plc.lang.types import BYTE, Array, Enumeration, Kind, Scalar, Text, scalar_of

_SIGNED = {1: "<b", 2: "<h", 4: "<i", 8: "<q"}
_UNSIGNED = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}
_LENGTH = Struct("<H")
_FORMATS = {
    Kind.BOOL: {1: "<?"},
    Kind.SIGNED: _SIGNED,
    Kind.TIME: _SIGNED,
    Kind.DATE: _SIGNED,
    Kind.UNSIGNED: _UNSIGNED,
    Kind.BITS: _UNSIGNED,
    Kind.REAL: {4: "<f", 8: "<d"},
}


def form(type_: Scalar | Enumeration) -> Struct:
    """How a value of an elementary type is packed."""
    scalar = scalar_of(type_)
    return Struct(_FORMATS[scalar.kind][scalar.size])


# ---------------------------------------------------------------- addresses


def address(t: Translation, place: ir.Place) -> Address:
    """A closure that finds the place, or stops at an index out of range."""
    start, displacement = _start(t, place), _displacement(t, place.steps)
    if displacement is None:
        return start
    moved = displacement

    def find(frame: Frame) -> Pointer:
        memory, at = start(frame)
        return memory, at + moved(frame)

    return find


def _start(t: Translation, place: ir.Place) -> Address:
    offset, number = place.offset, place.number
    match place.base:
        case ir.Base.SELF:
            return lambda frame: (frame.memory, frame.offset + offset)
        case ir.Base.TEMP:
            return lambda frame: (frame.temp, offset)
        case ir.Base.REF:
            return lambda frame: (frame.refs[number][0], frame.refs[number][1] + offset)
        case ir.Base.SITE:
            site: Pointer = (t.site, offset)
            return lambda frame: site
        case ir.Base.GLOBAL:
            shared: Pointer = (t.globals, offset)
            return lambda frame: shared


def referent(t: Translation, place: ir.Place) -> Callable[[Frame], Referent]:
    """A closure that finds what a VAR_IN_OUT is to point to, with the bounds of an array."""
    where, number = address(t, place), place.number
    if isinstance(place.type, Array) and place.type.open:
        return lambda frame: frame.refs[number]
    bounds: Bounds = place.type.dimensions if isinstance(place.type, Array) else ()
    return lambda frame: (*where(frame), bounds)


def _displacement(t: Translation, steps: tuple[ir.Step | ir.OpenStep, ...]) -> Callable[[Frame], int] | None:
    moves = [_step(t, step) for step in steps]
    if len(moves) < 2:
        return moves[0] if moves else None

    def total(frame: Frame) -> int:
        bytes_ = 0
        for move in moves:
            bytes_ += move(frame)
        return bytes_

    return total


def _step(t: Translation, step: ir.Step | ir.OpenStep) -> Callable[[Frame], int]:
    if isinstance(step, ir.OpenStep):
        return _open_step(t, step)
    index, first, last, stride, fault = t.value(step.index), step.first, step.last, step.stride, step.fault

    def move(frame: Frame) -> int:
        number: int = index(frame)
        if first <= number <= last:
            return (number - first) * stride
        raise Stop(fault)

    return move


def _open_step(t: Translation, step: ir.OpenStep) -> Callable[[Frame], int]:
    index, number, dimension = t.value(step.index), step.number, step.dimension
    stride, fault = step.stride, step.fault

    def move(frame: Frame) -> int:
        at: int = index(frame)
        bounds = frame.refs[number][2]
        first, last = bounds[dimension]
        if first <= at <= last:
            return (at - first) * stride * elements(bounds[dimension + 1 :])
        raise Stop(fault)

    return move


def elements(bounds: Bounds) -> int:
    """How many an array of these bounds has."""
    return math.prod(last - first + 1 for first, last in bounds)


# ---------------------------------------------------------------- values


def load(t: Translation, place: ir.Place, type_: Scalar | Enumeration) -> Closure:
    """A closure that reads an elementary value; the two commonest places have their own."""
    unpack, offset = form(type_).unpack_from, place.offset
    if place.base is ir.Base.SELF and not place.steps:
        return lambda frame: unpack(frame.memory, frame.offset + offset)[0]
    if place.base is ir.Base.TEMP and not place.steps:
        return lambda frame: unpack(frame.temp, offset)[0]
    where = address(t, place)
    return lambda frame: unpack(*where(frame))[0]


def store(type_: Scalar | Enumeration) -> Callable[[Memory, int, Value], None]:
    """What writes an elementary value; every NaN becomes the one NaN."""
    pack = form(type_).pack_into
    if scalar_of(type_).kind is not Kind.REAL:
        return pack

    def store_real(memory: Memory, at: int, value: Value) -> None:
        pack(memory, at, math.nan if value != value else value)

    return store_real


# ---------------------------------------------------------------- statements that move bytes


def assign(t: Translation, statement: ir.Assign) -> Step:
    type_ = statement.place.type
    if not isinstance(type_, Scalar | Enumeration):
        raise TypeError(f"{statement.span}: a {type_} is copied, not assigned")
    where = address(t, statement.place)
    if isinstance(statement.value, ir.Load) and scalar_of(type_).kind is Kind.BOOL:
        value, put = load(t, statement.value.place, BYTE), store(BYTE)
    else:
        value, put = t.value(statement.value), store(type_)

    def run(frame: Frame) -> Signal:
        result = value(frame)
        memory, at = where(frame)
        put(memory, at, result)
        return Signal.NEXT

    return run


def copy(t: Translation, statement: ir.Copy) -> Step:
    source, target, size = address(t, statement.source), address(t, statement.place), statement.place.type.size

    def run(frame: Frame) -> Signal:
        from_memory, from_at = source(frame)
        memory, at = target(frame)
        memory[at : at + size] = bytes(from_memory[from_at : from_at + size])
        return Signal.NEXT

    return run


def copy_text(t: Translation, statement: ir.CopyText) -> Step:
    kind = text_type(statement.place)
    source, target, read = text_address(t, statement.source), address(t, statement.place), text_reader(statement.source)

    def run(frame: Frame) -> Signal:
        origin = source(frame)
        memory, at = target(frame)
        write_text(memory, at, kind, read(*origin))
        return Signal.NEXT

    return run


def text_address(t: Translation, source: ir.TextExpr) -> Address:
    """Where a text lies once it is made; a constant lies in memory of its own."""
    if isinstance(source, bytes):
        constant: Pointer = (bytearray(source), 0)
        return lambda frame: constant
    if isinstance(source, ir.Place):
        return address(t, source)
    make, where = t.value(source), address(t, source.result)

    def find(frame: Frame) -> Pointer:
        make(frame)
        return where(frame)

    return find


def text_reader(source: ir.TextExpr) -> Callable[[Memory, int], bytes]:
    """What reads the bytes of the text at its address; a length beyond its own reads as its own."""
    if isinstance(source, bytes):
        return lambda memory, at: source
    capacity = text_type(source).length

    def read(memory: Memory, at: int) -> bytes:
        length = min(_LENGTH.unpack_from(memory, at)[0], capacity)
        return bytes(memory[at + 2 : at + 2 + length])

    return read


def text_type(source: ir.Place | ir.MakeText | ir.CallFunction) -> Text:
    if not isinstance(source.type, Text):
        raise TypeError(f"{source.type} is not a STRING")
    return source.type


def write_text(memory: Memory, at: int, kind: Text, content: bytes) -> None:
    """Put a text into its place, cut to its length, zeros behind it."""
    kept = content[: kind.length]
    memory[at : at + kind.size] = _LENGTH.pack(len(kept)) + kept.ljust(kind.size - 2, b"\0")


MOVES: dict[type, Callable[[Translation, Any], Step]] = {ir.Assign: assign, ir.Copy: copy, ir.CopyText: copy_text}
