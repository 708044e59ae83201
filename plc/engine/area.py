"""A memory area with its layout: what a path such as ``Strings[2].Current.Ok`` means and holds.

Struct (layout) + path --locate--> offset and type --Cell--> get, set
"""

from __future__ import annotations

import difflib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from plc.lang.runner import Memory
from plc.lang.types import Array, Enumeration, Kind, Scalar, Struct, Text, Type

Value = bool | int | float | str

_PART = re.compile(r"\s*(?:(?P<name>%?[A-Za-z_]\w*)|\[(?P<index>[-\d\s,]+)\])\s*")
_CODES = {
    (Kind.SIGNED, 1): "b", (Kind.SIGNED, 2): "h", (Kind.SIGNED, 4): "i", (Kind.SIGNED, 8): "q",
    (Kind.UNSIGNED, 1): "B", (Kind.UNSIGNED, 2): "H", (Kind.UNSIGNED, 4): "I", (Kind.UNSIGNED, 8): "Q",
    (Kind.BITS, 1): "B", (Kind.BITS, 2): "H", (Kind.BITS, 4): "I", (Kind.BITS, 8): "Q",
    (Kind.REAL, 4): "f", (Kind.REAL, 8): "d", (Kind.BOOL, 1): "?", (Kind.TIME, 8): "q", (Kind.DATE, 8): "q",
}  # fmt: skip
_CODECS = {key: struct.Struct("<" + code) for key, code in _CODES.items()}


class UnknownPath(LookupError):
    """A path that names nothing in the area: ``what`` stands there, ``cure`` is what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads: a byte offset in the area, and the type there."""

    offset: int
    type: Type


def locate(layout: Type, path: str) -> Spot:
    """The place ``path`` names, without regard to case. Raises UnknownPath."""
    spot = Spot(0, layout)
    at = 0
    walked = ""
    while at < len(path):
        match = _PART.match(path, at)
        if match is None:
            raise UnknownPath(f"'{path}' is no path", "write it as Strings[1].Temperature.Value[3]")
        if match["name"] is not None:
            spot = _member(spot, match["name"], walked)
        else:
            spot = _element(spot, match["index"], walked)
        at = match.end()
        walked = path[:at]
        if at < len(path) and path[at] == ".":
            at += 1
            if at == len(path):
                raise UnknownPath(f"'{path}' ends with a dot", "name the field behind it")
    return spot


def has(layout: Type, path: str) -> bool:
    try:
        locate(layout, path)
    except UnknownPath:
        return False
    return True


def _member(spot: Spot, name: str, walked: str) -> Spot:
    if not isinstance(spot.type, Struct):
        raise UnknownPath(f"'{walked}' is {spot.type}, it has no field '{name}'", "leave the field out")
    field = spot.type.field(name)
    if field is None:
        names = [f.name for f in spot.type.fields]
        close = difflib.get_close_matches(name, names, 1, 0.5)
        cure = f"did you mean {close[0]}?" if close else f"it has {', '.join(names[:8])}" + " ..." * (len(names) > 8)
        raise UnknownPath(f"there is no '{name}' in {walked.rstrip('.') or 'the area'}", cure)
    return Spot(spot.offset + field.offset, field.type)


def _element(spot: Spot, text: str, walked: str) -> Spot:
    if not isinstance(spot.type, Array):
        raise UnknownPath(f"'{walked}' is {spot.type}, it has no [{text}]", "leave the index out")
    try:
        indices = [int(part) for part in text.split(",")]
    except ValueError:
        raise UnknownPath(f"[{text}] is no index", "write whole numbers, such as [3] or [1, 2]") from None
    dimensions = spot.type.dimensions
    if len(indices) != len(dimensions):
        raise UnknownPath(f"'{walked}' has {len(dimensions)} indices, not {len(indices)}", "write one for each")
    number = 0
    for index, (first, last) in zip(indices, dimensions, strict=True):
        if not first <= index <= last:
            raise UnknownPath(f"'{walked}' has no place {index}", f"write an index from {first} to {last}")
        number = number * (last - first + 1) + index - first
    return Spot(spot.offset + number * spot.type.stride, spot.type.element)


class Cell:
    """One elementary place of a memory. A STRING reads and writes as ``str``, an enumeration as its number."""

    __slots__ = ("_codec", "_memory", "offset", "type")

    def __init__(self, memory: Memory, spot: Spot) -> None:
        if isinstance(spot.type, Struct | Array):
            raise UnknownPath(f"{spot.type} is a whole structure", "name one of its elementary places")
        self._memory = memory
        self.offset = spot.offset
        self.type: Scalar | Enumeration | Text = spot.type
        self._codec = codec(spot.type)

    def get(self) -> Value:
        if isinstance(self.type, Text):
            length = int.from_bytes(self._memory[self.offset : self.offset + 2], "little")
            text = bytes(self._memory[self.offset + 2 : self.offset + 2 + length])
            return text.decode("utf-8", "replace")
        value: Value = self._codec.unpack_from(self._memory, self.offset)[0]
        return value

    def set(self, value: Value) -> None:
        """Raises ValueError when the value does not fit the type."""
        if isinstance(self.type, Text):
            text = str(value).encode()[: self.type.length]
            size = self.type.size
            image = len(text).to_bytes(2, "little") + text.ljust(size - 2, b"\0")
            self._memory[self.offset : self.offset + size] = image
            return
        try:
            self._codec.pack_into(self._memory, self.offset, value)
        except (struct.error, OverflowError) as exc:
            raise ValueError(f"{value!r} does not fit {self.type}") from exc


def codec(type: Scalar | Enumeration | Text) -> struct.Struct:
    """How a scalar lies in memory (for a STRING: its length)."""
    if isinstance(type, Text):
        return struct.Struct("<H")
    scalar = type.base if isinstance(type, Enumeration) else type
    return _CODECS[scalar.kind, scalar.size]


class Area:
    """A layout with its memory, which never moves: back ends are bound to its address."""

    def __init__(self, layout: Struct, memory: bytearray | None = None) -> None:
        """A fresh area holds the layout's initial image. Raises ValueError when a memory given is too small."""
        if memory is not None and len(memory) < layout.size:
            raise ValueError(f"{layout.name}: the memory has {len(memory)} bytes, the layout needs {layout.size}")
        self.layout = layout
        self.memory = bytearray(layout.initial) if memory is None else memory
        self.view = memoryview(self.memory)

    def begin_again(self) -> None:
        """Hold the layout's initial image once more."""
        self.memory[: self.layout.size] = self.layout.initial

    def cell(self, path: str) -> Cell:
        return Cell(self.memory, locate(self.layout, path))

    def cells(self, pattern: str, first: int, last: int) -> Iterator[Cell]:
        """The cells of ``pattern`` with its ``{}`` replaced by each number from first to last."""
        return (self.cell(pattern.format(number)) for number in range(first, last + 1))

    def read(self, path: str) -> Value:
        return self.cell(path).get()

    def write(self, path: str, value: Value) -> None:
        self.cell(path).set(value)

    def has(self, path: str) -> bool:
        return has(self.layout, path)
