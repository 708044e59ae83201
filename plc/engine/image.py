"""The process image as others see it: SITE, the globals and every program's area, after a scan.

    areas --ImageWriter.gather--> one payload --ring--> ImageReader.read("Strings[2].Current.Value")

In this order: SITE, GLOBAL, system programs, the others, both as in the manifest; each begins at a multiple of 8.
"""

from __future__ import annotations

from collections.abc import Sequence

from plc.engine.area import Cell, Spot, UnknownPath, Value, has, locate
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import Manifest, read_types
from plc.lang.types import Struct

SPOTS_MOST = 20_000
"""Paths a reader remembers, so that asking for the same ones again costs a look-up each."""


def _starts(sizes: Sequence[int]) -> list[int]:
    """Where each part begins, and the end of the last."""
    starts = [0]
    for size in sizes:
        starts.append(starts[-1] + (size + 7) // 8 * 8)
    return starts


class ImageWriter:
    """Gathers one set's areas into one payload of a fixed size."""

    def __init__(self, loaded: LoadedSet) -> None:
        programs = (*loaded.system, *loaded.programs.values())
        areas = [loaded.site, loaded.globals, *(program.area for program in programs)]
        starts = _starts([len(area.memory) for area in areas])
        self.payload = bytearray(starts[-1])
        view = memoryview(self.payload)
        self._copies = [
            (view[start : start + len(area.memory)], area.view) for start, area in zip(starts, areas, strict=False)
        ]

    def gather(self) -> bytearray:
        """The areas as they are now; the buffer is the same each time."""
        for target, source in self._copies:
            target[:] = source
        return self.payload


class ImageReader:
    """A copied image with its names. ``programs`` are instance names; a path without one of them means SITE or a
    global."""

    def __init__(self, manifest: Manifest) -> None:
        types = read_types(manifest.types)
        programs = sorted(manifest.programs, key=lambda facts: not facts.system)
        layouts = [types[manifest.site], types[manifest.globals], *(types[facts.area] for facts in programs)]
        structs = [layout for layout in layouts if isinstance(layout, Struct)]
        starts = _starts([layout.size for layout in structs])
        self.manifest, self.set_hash = manifest, manifest.set_hash
        self.payload = bytearray(starts[-1])
        self._spots: dict[str, Spot] = {}
        self._parts = list(zip(structs, starts, strict=False))
        self.programs = {facts.instance: number for number, facts in enumerate(programs, 2)}

    def read(self, path: str) -> Value:
        """What an elementary place holds, such as ``Strings[1].Temperature.Value[3]`` or
        ``hot_module.opens[1].Latched``. Raises UnknownPath."""
        return Cell(self.payload, self.spot(path)).get()

    def spot(self, path: str) -> Spot:
        """Where ``path`` lies in ``payload`` and of what type it is, elementary or not. Raises UnknownPath."""
        found = self._spots.get(path)
        if found is None:
            found = self._found(path)
            if len(self._spots) < SPOTS_MOST:
                self._spots[path] = found
        return found

    def _found(self, path: str) -> Spot:
        instance, dot, rest = path.partition(".")
        for name, number in self.programs.items():
            if dot and name.lower() == instance.lower():
                return self._at(number, rest)
        part = 1 if has(self._parts[1][0], path) else 0
        return self._at(part, path)

    def _at(self, part: int, path: str) -> Spot:
        layout, start = self._parts[part]
        if not path:
            raise UnknownPath("this is a whole program", "name one of its variables")
        found = locate(layout, path)
        return Spot(start + found.offset, found.type)
