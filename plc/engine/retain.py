"""RETAIN variables across a restart of the engine, kept by program, path and type.

areas --store, once a second--> image --Memo--> next start --restore--> areas
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from plc.engine.area import Area
from plc.engine.ports import Memo
from plc.lang.types import Array, Struct, Type

EVERY_NS = 1_000_000_000
GLOBALS = "VAR_GLOBAL"
"""What the global variables are kept under: a word of the language, so no program has the name."""


def retained(of: Type, path: str = "", offset: int = 0) -> Iterator[tuple[str, int, Type]]:
    """(path, offset, type) of each variable declared RETAIN, also inside blocks and arrays of blocks."""
    match of:
        case Struct():
            for field in of.fields:
                name = f"{path}.{field.name}" if path else field.name
                if field.retain:
                    yield name, offset + field.offset, field.type
                else:
                    yield from retained(field.type, name, offset + field.offset)
        case Array() if isinstance(of.element, Struct | Array):
            for number in range(of.count):
                yield from retained(of.element, f"{path}[{number}]", offset + number * of.stride)
        case _:
            return


class Retained:
    """The retained variables of a set."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self._places: dict[str, memoryview] = {}
        self._next_ns = 0
        self._last = b""

    def bind(self, areas: Iterable[tuple[str, Area]]) -> None:
        """Watch the areas, by the names of their programs."""
        self._places = {
            f"{name}.{path}: {type}": area.view[offset : offset + type.size]
            for name, area in areas
            for path, offset, type in retained(area.layout)
        }

    def restore(self) -> int:
        """Take back what was stored and still has its name, path and type; how many variables that were."""
        image = self._memo.load()
        try:
            kept = msgspec.msgpack.decode(image, type=dict[str, bytes]) if image else {}
        except (msgspec.DecodeError, msgspec.ValidationError):
            kept = {}
        fitting = {key: value for key, value in kept.items() if len(self._places.get(key, b"")) == len(value)}
        for key, value in fitting.items():
            self._places[key][:] = value
        return len(fitting)

    def store(self, wall_ns: int) -> None:
        if not self._places or wall_ns < self._next_ns:
            return
        self._next_ns = wall_ns + EVERY_NS
        image = msgspec.msgpack.encode({key: bytes(view) for key, view in self._places.items()})
        if image != self._last:
            self._memo.store(image)
            self._last = image
