"""The types random units are made of, and memory that holds a place of each."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from plc.lang import ir
from plc.lang.types import (
    BOOL,
    DINT,
    ELEMENTARY,
    INT,
    LREAL,
    LWORD,
    OPEN,
    REAL,
    SINT,
    USINT,
    Array,
    Enumeration,
    Field,
    Kind,
    Scalar,
    Struct,
    Text,
    Type,
    align,
)

COLOR = Enumeration("Color", SINT, (("RED", -1), ("GREEN", 0), ("BLUE", 5)))
INNER = Struct("Inner", (Field("v", REAL, 0), Field("ok", BOOL, 4), Field("n", INT, 6)), 8, 4, bytes(8))
SHAPES: tuple[Type, ...] = (
    COLOR, Text(5), Text(8), Text(70), Text(150), INNER,
    Array(REAL, ((1, 70),)), Array(LREAL, ((-3, 50),)), Array(INT, ((0, 2), (1, 3))), Array(BOOL, ((1, 99),)),
    Array(USINT, ((-5, 250),)), Array(DINT, ((1, 75),)), Array(LWORD, ((0, 3),)), Array(INNER, ((1, 4),)),
    Array(Text(5), ((1, 3),)), Array(COLOR, ((2, 6),)),
)  # fmt: skip
SCALARS = tuple(ELEMENTARY.values())
COLUMNS = tuple(s for s in SHAPES if isinstance(s, Array) and s.count > 40 and isinstance(s.element, Scalar))
"""Arrays long enough for loops that run on vectors."""
OPEN_ARRAYS = tuple(Array(s.element, (OPEN,) * len(s.dimensions)) for s in SHAPES if isinstance(s, Array))
"""What only a VAR_IN_OUT can be."""
CATALOGUE: tuple[Type, ...] = (*SCALARS, *SCALARS, *SHAPES)
INTEGERS = tuple(s for s in SCALARS if s.kind not in (Kind.BOOL, Kind.REAL))
FLOAT_EDGES = (0.0, -0.0, 1.0, -1.5, 0.5, 2.5, 16777216.0, 1e-40, 3e38, -3e38, math.inf, -math.inf, math.nan, 1e9, 1e19)
FAULTS = 40


def real(value: float) -> float:
    """A double rounded to binary32 where that does not overflow."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def limits(scalar: Scalar) -> tuple[int, int]:
    if scalar.signed:
        return -(1 << scalar.bits - 1), (1 << scalar.bits - 1) - 1
    return 0, (1 << scalar.bits) - 1


class Area:
    """One kind of memory while it grows: a field of every catalogue type, then what calls need."""

    def __init__(self, base: ir.Base, types: tuple[Type, ...] = CATALOGUE) -> None:
        self.base = base
        self.fields: list[Field] = []
        self.size = 0
        for type_ in types:
            self.add(type_)

    def add(self, type_: Type) -> ir.Place:
        offset = align(self.size, type_.alignment)
        self.fields.append(Field(f"f{len(self.fields)}", type_, offset))
        self.size = offset + type_.size
        return ir.Place(self.base, offset, (), type_)

    def room(self, type_: Type) -> ir.Place:
        """Memory that no field names, for one node alone."""
        place = self.add(type_)
        self.fields.pop()
        return place

    def struct(self, name: str, initial: bytes | None = None) -> Struct:
        size = align(self.size, 8)
        return Struct(name, tuple(self.fields), size, 8, bytes(size) if initial is None else initial)


Hop = int | Array
"""From a place towards a part of it: bytes on, or into an array."""


def parts(type_: Type, wanted: Type, hops: tuple[Hop, ...] = ()) -> Iterator[tuple[Hop, ...]]:
    """Every way from a place of one type to a part of another."""
    if type_ == wanted:
        yield hops
    match type_:
        case Struct(block=""):
            for field in type_.fields:
                yield from parts(field.type, wanted, (*hops, field.offset))
        case Array():
            yield from parts(type_.element, wanted, (*hops, type_))
