"""Small IR units for tests: variables by name, a body, and memory to run them in."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plc.core.diagnostic import Span
from plc.lang import ir, native, reference
from plc.lang.reference.memory import form
from plc.lang.runner import Runner, new_context, read_context
from plc.lang.types import Array, Enumeration, Field, Scalar, Struct, Text, Type, align

HERE = Span("test.st", 1, 1, 1, 2)

Bind = Callable[[ir.Unit, bytearray, bytearray, bytearray, bytearray], Runner]


def structure(name: str, types: Mapping[str, Type], initial: Mapping[str, Any] | None = None) -> Struct:
    """A Struct with plain C layout; ``initial`` gives elementary fields their first value."""
    fields, offset = [], 0
    for field, type_ in types.items():
        offset = align(offset, type_.alignment)
        fields.append(Field(field, type_, offset))
        offset += type_.size
    alignment = max((type_.alignment for type_ in types.values()), default=1)
    image = bytearray(align(offset, alignment))
    for field in fields:
        if initial and field.name in initial:
            write(image, field.offset, field.type, initial[field.name])
    return Struct(name, tuple(fields), len(image), alignment, bytes(image))


def write(memory: bytearray, at: int, type_: Type, value: Any) -> None:
    """Put a value into memory: a scalar, bytes for a STRING, a list for an ARRAY."""
    match type_:
        case Text():
            struct.pack_into(f"<H{len(value)}s", memory, at, len(value), value)
        case Array():
            for number, element in enumerate(value):
                write(memory, at + number * type_.stride, type_.element, element)
        case Scalar() | Enumeration():
            form(type_).pack_into(memory, at, value)
        case Struct():
            for field, element in zip(type_.fields, value, strict=True):
                write(memory, at + field.offset, field.type, element)


def read(memory: bytearray, at: int, type_: Type) -> Any:
    """The counterpart of ``write``."""
    match type_:
        case Text():
            (length,) = struct.unpack_from("<H", memory, at)
            return bytes(memory[at + 2 : at + 2 + length])
        case Array():
            return [read(memory, at + number * type_.stride, type_.element) for number in range(type_.count)]
        case Struct():
            return [read(memory, at + field.offset, field.type) for field in type_.fields]
        case _:
            return form(type_).unpack_from(memory, at)[0]


EMPTY = structure("none", {})


class Memory:
    """Places in one area, by the name of its fields."""

    def __init__(self, base: ir.Base, layout: Struct, number: int = 0) -> None:
        self.base = base
        self.layout = layout
        self.number = number

    def place(self, name: str) -> ir.Place:
        field = self.layout.field(name)
        if field is None:
            raise KeyError(name)
        return ir.Place(self.base, field.offset, (), field.type, self.number)

    def __getitem__(self, name: str) -> ir.Load:
        place = self.place(name)
        if not isinstance(place.type, Scalar | Enumeration):
            raise TypeError(f"{name} is not elementary")
        return ir.Load(place, place.type)

    def element(self, name: str, *indices: ir.Expr, fault: int = 1) -> ir.Place:
        """``name[i, j]``, checked with fault site ``fault``."""
        place = self.place(name)
        if not isinstance(place.type, Array):
            raise TypeError(f"{name} is no array")
        strides, stride = [], place.type.stride
        for first, last in reversed(place.type.dimensions):
            strides.insert(0, stride)
            stride *= last - first + 1
        steps = tuple(
            ir.Step(index, first, last, stride, fault)
            for index, (first, last), stride in zip(indices, place.type.dimensions, strides, strict=True)
        )
        return ir.Place(place.base, place.offset, steps, place.type.element, place.number)

    def at(self, name: str, *indices: ir.Expr, fault: int = 1) -> ir.Load:
        place = self.element(name, *indices, fault=fault)
        if not isinstance(place.type, Scalar | Enumeration):
            raise TypeError(f"{name} has no elementary elements")
        return ir.Load(place, place.type)


def assign(place: ir.Place, value: ir.Expr) -> ir.Assign:
    return ir.Assign(place, value, HERE)


def routine(name: str, instance: Struct, body: Iterable[ir.Stmt], temp: Struct = EMPTY, refs: Any = ()) -> ir.Routine:
    return ir.Routine(name, instance, temp, tuple(refs), tuple(body), HERE)


def unit(*routines: ir.Routine, site: Struct = EMPTY, globals: Struct = EMPTY, faults: int = 8) -> ir.Unit:
    """The last routine is the entry; fault sites 1..``faults`` exist."""
    sites = tuple(ir.FaultSite(ir.FaultKind.INDEX, HERE, f"site {number + 1}") for number in range(faults))
    return ir.Unit(routines[-1].name, routines, sites, site, globals)


def native_bind(opt: int = 0) -> Bind:
    """Binds by the native back end, compiled with that much optimisation."""

    def bind(program: ir.Unit, area: bytearray, site: bytearray, globals: bytearray, context: bytearray) -> Runner:
        object_bytes = native.compile_object(native.emit(program), opt)
        return native.load(object_bytes, program.entry).bind(area, site, globals, context)

    return bind


BACK_ENDS: Mapping[str, Bind] = {"reference": reference.bind, "native": native_bind(0), "optimised": native_bind(2)}


class Trial:
    """A unit bound to fresh memory in one back end."""

    def __init__(self, bind: Bind, program: ir.Unit, budget: int = 10_000, **values: Any) -> None:
        self.layout = program.routine(program.entry).instance
        self.area = bytearray(self.layout.initial)
        self.site, self.globals = bytearray(program.site.initial), bytearray(program.globals.initial)
        self.context = new_context(budget)
        for name, value in values.items():
            self.set(name, value)
        self.run = bind(program, self.area, self.site, self.globals, self.context)

    def set(self, name: str, value: Any) -> None:
        field = self.layout.field(name)
        if field is None:
            raise KeyError(name)
        write(self.area, field.offset, field.type, value)

    def __getitem__(self, name: str) -> Any:
        field = self.layout.field(name)
        if field is None:
            raise KeyError(name)
        return read(self.area, field.offset, field.type)

    @property
    def budget(self) -> int:
        return read_context(self.context)[0]

    @property
    def conversion_faults(self) -> int:
        return read_context(self.context)[1]


def same(value: Any, wanted: Any) -> bool:
    """Equal to the bit: NaN equals NaN, 0.0 is not -0.0."""
    if isinstance(wanted, float):
        return struct.pack("<d", value) == struct.pack("<d", wanted)
    return bool(value == wanted)


def binary(op: ir.BinaryOp, a: ir.Expr, b: ir.Expr, scalar: Scalar, fault: int = 5) -> ir.Binary:
    return ir.Binary(op, a, b, scalar, fault)
