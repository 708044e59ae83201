"""What the names of a text hold now.

ImageReader --LineValues--> "hot[s].Q" -> F F T F
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from plc.engine.area import UnknownPath, Value
from plc.engine.image import ImageReader
from plc.engine.manifest import Manifest, read_types
from plc.lang import dates
from plc.lang.types import Array, Enumeration, Kind, Scalar, Struct, Type

VALUES_MOST = 8
_PATH = re.compile(r"[A-Za-z_]\w*(?:\[[^\[\]]*\]|\.[A-Za-z_]\w*)*")
_VARIABLE = re.compile(r"\[(?!-?\d+\])[^\[\]]*\]")


class LineValues:
    """What names in a text hold, in one image."""

    def __init__(self, image: ImageReader, manifest: Manifest) -> None:
        self.image, self._manifest = image, manifest
        self._types = read_types(manifest.types)

    def of(self, pou: str, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """By path as written in that PROGRAM or FUNCTION_BLOCK: its value in each of its instances, or for each value
        of a variable index, at most VALUES_MOST; paths that name nothing elementary are left out."""
        prefixes = [*self._instances(pou)][:VALUES_MOST]
        found = {}
        for path in paths:
            if not _PATH.fullmatch(path):
                continue
            values = [text for prefix in prefixes for text in self._values(f"{prefix}.{path}")]
            values = values or list(self._values(path))
            if values:
                found[path] = tuple(values[:VALUES_MOST])
        return found

    def _instances(self, pou: str) -> Iterator[str]:
        wanted = pou.upper()
        for facts in self._manifest.programs:
            if facts.type_name.upper() == wanted:
                yield facts.instance
            else:
                yield from _inside(self._types[facts.area], facts.instance, wanted)

    def _values(self, path: str) -> Iterator[str]:
        for concrete in self._concrete(path):
            try:
                spot = self.image.spot(concrete)
                yield value_text(self.image.read(concrete), spot.type)
            except UnknownPath:
                continue

    def _concrete(self, path: str) -> Iterator[str]:
        """The path with its variable index at each of its values; nothing where there are several."""
        variable = list(_VARIABLE.finditer(path))
        if not variable:
            yield path
        if len(variable) != 1:
            return
        before, after = path[: variable[0].start()], path[variable[0].end() :]
        try:
            array = self.image.spot(before).type
        except UnknownPath:
            return
        if isinstance(array, Array) and len(array.dimensions) == 1:
            first, last = array.dimensions[0]
            for number in range(first, min(last, first + VALUES_MOST - 1) + 1):
                yield f"{before}[{number}]{after}"


def _inside(of: Type, path: str, wanted: str) -> Iterator[str]:
    """The instances of a function block in a layout."""
    match of:
        case Struct():
            if of.name.upper() == wanted:
                yield path
                return
            for field in of.fields:
                yield from _inside(field.type, f"{path}.{field.name}", wanted)
        case Array(dimensions=((first, last),)) if isinstance(of.element, Struct):
            for number in range(first, last + 1):
                yield from _inside(of.element, f"{path}[{number}]", wanted)


def value_text(value: Value, of: Type) -> str:
    """As a person reads it: four digits of a REAL, an enumeration by name."""
    if isinstance(of, Enumeration):
        return next((name for name, number in of.values if number == value), str(value))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.4g}"
    if of.name in ("TIME", "LTIME"):
        return _seconds(int(value))
    if isinstance(of, Scalar) and of.kind is Kind.DATE:
        return dates.show(of.name, int(value)).partition("#")[2]
    return str(value)


def _seconds(nanoseconds: int) -> str:
    seconds = nanoseconds / 1e9
    return f"{seconds:.4g} s" if abs(seconds) < 3600 else f"{seconds / 3600:.4g} h"
