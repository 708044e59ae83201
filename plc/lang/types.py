"""Types and where their values lie in memory: plain C layout, little endian, the same for both back ends.

BOOL is one byte (0 or 1); TIME, LTIME, DATE, TOD, DT are 64-bit nanoseconds; a STRING[n] is a 16-bit length
followed by n bytes; an enumeration is its base integer. Zeroed memory is a valid value of every type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What an elementary type's operators mean."""

    BOOL = "bool"
    SIGNED = "signed"
    UNSIGNED = "unsigned"
    BITS = "bits"
    REAL = "real"
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Scalar:
    """An elementary type; ``size`` in bytes. ``range`` holds the least and greatest value of a sub-range of it.

    Only places have sub-ranges: a value read from one is of the plain type.
    """

    name: str
    kind: Kind
    size: int
    range: tuple[int, int] | None = None

    @property
    def alignment(self) -> int:
        return self.size

    @property
    def bits(self) -> int:
        return self.size * 8

    @property
    def signed(self) -> bool:
        return self.kind in (Kind.SIGNED, Kind.TIME, Kind.DATE)

    def __str__(self) -> str:
        return self.name


BOOL = Scalar("BOOL", Kind.BOOL, 1)
SINT = Scalar("SINT", Kind.SIGNED, 1)
INT = Scalar("INT", Kind.SIGNED, 2)
DINT = Scalar("DINT", Kind.SIGNED, 4)
LINT = Scalar("LINT", Kind.SIGNED, 8)
USINT = Scalar("USINT", Kind.UNSIGNED, 1)
UINT = Scalar("UINT", Kind.UNSIGNED, 2)
UDINT = Scalar("UDINT", Kind.UNSIGNED, 4)
ULINT = Scalar("ULINT", Kind.UNSIGNED, 8)
BYTE = Scalar("BYTE", Kind.BITS, 1)
WORD = Scalar("WORD", Kind.BITS, 2)
DWORD = Scalar("DWORD", Kind.BITS, 4)
LWORD = Scalar("LWORD", Kind.BITS, 8)
REAL = Scalar("REAL", Kind.REAL, 4)
LREAL = Scalar("LREAL", Kind.REAL, 8)
TIME = Scalar("TIME", Kind.TIME, 8)
LTIME = Scalar("LTIME", Kind.TIME, 8)
DATE = Scalar("DATE", Kind.DATE, 8)
TOD = Scalar("TOD", Kind.DATE, 8)
DT = Scalar("DT", Kind.DATE, 8)

ELEMENTARY = {
    scalar.name: scalar
    for scalar in (
        BOOL, SINT, INT, DINT, LINT, USINT, UINT, UDINT, ULINT,
        BYTE, WORD, DWORD, LWORD, REAL, LREAL, TIME, LTIME, DATE, TOD, DT,
    )
}  # fmt: skip
SPELLINGS = {
    "LDATE": DATE, "TIME_OF_DAY": TOD, "LTOD": TOD, "LTIME_OF_DAY": TOD, "DATE_AND_TIME": DT, "LDT": DT,
    "LDATE_AND_TIME": DT,
}  # fmt: skip
"""Other names of elementary types."""


def elementary(name: str) -> Scalar | None:
    """The elementary type of that name in capitals, or None."""
    return ELEMENTARY.get(name) or SPELLINGS.get(name)


LONGEST_TEXT = 32767
"""Bytes; an INT counts them."""


@dataclass(frozen=True, slots=True)
class Text:
    """``STRING[length]``; assignment cuts what does not fit."""

    length: int

    @property
    def size(self) -> int:
        return 2 + self.length + (self.length & 1)

    @property
    def alignment(self) -> int:
        return 2

    @property
    def name(self) -> str:
        return f"STRING[{self.length}]"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A named enumeration; ``values`` pairs each enumerator with its number, in order of declaration."""

    name: str
    base: Scalar
    values: tuple[tuple[str, int], ...]

    @property
    def size(self) -> int:
        return self.base.size

    @property
    def alignment(self) -> int:
        return self.base.size

    def name_of(self, number: int) -> str | None:
        return next((name for name, value in self.values if value == number), None)

    def __str__(self) -> str:
        return self.name


OPEN = (0, -1)
"""A dimension of no elements: no array that lies in memory has it."""


@dataclass(frozen=True, slots=True)
class Array:
    """``dimensions`` holds (first, last) of each; the last index varies fastest.

    An open array, ``ARRAY[*]`` behind a VAR_IN_OUT, has OPEN for each: its bounds travel with the reference.
    """

    element: Type
    dimensions: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        count = 1
        for first, last in self.dimensions:
            count *= last - first + 1
        return count

    @property
    def open(self) -> bool:
        """Whether its bounds are those of whatever the reference was given."""
        return OPEN in self.dimensions

    @property
    def stride(self) -> int:
        return self.element.size

    @property
    def size(self) -> int:
        return self.count * self.stride

    @property
    def alignment(self) -> int:
        return self.element.alignment

    @property
    def name(self) -> str:
        bounds = ", ".join("*" if (first, last) == OPEN else f"{first}..{last}" for first, last in self.dimensions)
        return f"ARRAY[{bounds}] OF {self.element}"

    def __str__(self) -> str:
        return self.name


class Role(StrEnum):
    """What a field is to the caller of its block; a structure's fields are LOCAL."""

    LOCAL = "local"
    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a structure or block instance. ``unit`` is the text of attribute 'unit', or empty."""

    name: str
    type: Type
    offset: int
    role: Role = Role.LOCAL
    retain: bool = False
    constant: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Struct:
    """A STRUCT, or the instance of a POU (``block`` names the function block or program, else empty).

    ``initial`` is the image of a fresh value, ``size`` bytes long.
    """

    name: str
    fields: tuple[Field, ...]
    size: int
    alignment: int
    initial: bytes = field(repr=False)
    block: str = ""

    def field(self, name: str) -> Field | None:
        """The field of that name, without regard to case."""
        wanted = name.upper()
        return next((f for f in self.fields if f.name.upper() == wanted), None)

    def __str__(self) -> str:
        return self.name


Type = Scalar | Text | Enumeration | Array | Struct


@dataclass(frozen=True, slots=True)
class Symbol:
    """An elementary place inside an area: ``path`` as a program would write it, e.g. ``hot[2].Q``."""

    path: str
    type: Scalar | Text | Enumeration
    offset: int
    retain: bool = False


def symbols(of: Type, path: str = "", offset: int = 0, retain: bool = False) -> Iterator[Symbol]:
    """Every elementary place of a type, in order of memory. Multi-dimensional indices print as ``a[1, 2]``."""
    match of:
        case Struct():
            for f in of.fields:
                name = f"{path}.{f.name}" if path else f.name
                yield from symbols(f.type, name, offset + f.offset, retain or f.retain)
        case Array():
            for number in range(of.count):
                index = ", ".join(map(str, _indices(of, number)))
                yield from symbols(of.element, f"{path}[{index}]", offset + number * of.stride, retain)
        case _:
            yield Symbol(path, of, offset, retain)


def _indices(array: Array, number: int) -> list[int]:
    indices: list[int] = []
    for first, last in reversed(array.dimensions):
        number, rest = divmod(number, last - first + 1)
        indices.insert(0, first + rest)
    return indices


def plain(type_: Type) -> Type:
    """The type of the values of a place: of a sub-range the type it is a part of, else the type itself."""
    return ELEMENTARY[type_.name.partition(" ")[0]] if isinstance(type_, Scalar) and type_.range else type_


def subrange(base: Scalar, first: int, last: int) -> Scalar:
    """``base (first..last)``."""
    return Scalar(f"{base.name} ({first}..{last})", base.kind, base.size, (first, last))


def scalar_of(type_: Scalar | Enumeration) -> Scalar:
    """What an elementary value is in memory and in arithmetic: itself, or an enumeration's base."""
    return type_.base if isinstance(type_, Enumeration) else type_


def align(offset: int, alignment: int) -> int:
    """The first multiple of ``alignment`` at or after ``offset``."""
    return (offset + alignment - 1) // alignment * alignment
