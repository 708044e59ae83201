"""The small programs and the relay logic as plain Python in the same contest, with the outputs that must agree."""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _natural
from _contest import SCAN_NS, Case, Machine
from _relays import COILS, COUNTERS, python_module

from plc.bench import BenchError
from plc.lang.types import Symbol, Text, scalar_of, symbols

_FORMS = {"BOOL": "<?", "INT": "<h", "DINT": "<i", "UDINT": "<I", "LTIME": "<q", "TIME": "<q", "REAL": "<f"}

Setting = tuple[Any, Any, Any]
"""A list or object, the index or attribute, the value."""


class Plain:
    """A Python object with a ``scan``, fed what the case says. ``outputs`` gives values by their paths in ours."""

    name = "Python"

    def __init__(self, case: Case, target: Any, scan: Callable[[int], None], outputs: Callable[[], Any]) -> None:
        self._places = {symbol.offset: symbol for symbol in symbols(case.program.area)}
        self._frames = [[self._setting(target, w.offset, w.value) for w in frame] for frame in case.frames]
        self._scan, self._outputs = scan, outputs
        self._done = 0

    def _setting(self, target: Any, offset: int, value: bytes) -> Setting:
        place = self._places[offset]
        name, _, index = place.path.partition("[")
        if index:
            return getattr(target, name.lower()), int(index.rstrip("]")) - 1, read(place, value)
        return target, name.lower(), read(place, value)

    def run(self, count: int) -> None:
        for scan in range(self._done, self._done + count):
            for target, key, value in self._frames[scan % len(self._frames)]:
                if isinstance(target, list):
                    target[key] = value
                else:
                    setattr(target, key, value)
            self._scan((scan + 1) * SCAN_NS)
        self._done += count

    def state(self) -> tuple[bytes, bytes]:
        raise BenchError("plain Python has no bytes; compare its outputs")

    def difference(self, case: Case, ours: Machine) -> str:
        """Where an output is another than ours after as many scans, or nothing."""
        area = ours.state()[0]
        places = {symbol.path.upper(): symbol for symbol in symbols(case.program.area)}
        for path, value in self._outputs():
            place = places[path.upper()]
            found = read(place, area[place.offset : place.offset + place.type.size])
            if found != value:
                return f"{case.name}: {path} is {found}, in Python {value}"
        return ""


def read(place: Symbol, raw: bytes) -> Any:
    """The value of an elementary place; a text as its bytes."""
    if isinstance(place.type, Text):
        return raw[2 : 2 + int.from_bytes(raw[:2], "little")]
    return struct.unpack(_FORMS[scalar_of(place.type).name], raw)[0]


def plain(case: Case) -> Plain:
    """The Python of a small program."""
    made: Any = {"machine": _natural.Machine, "texts": _natural.Texts, "timers": _natural.Timers}[case.name]()
    return Plain(case, made, made.scan, {"machine": _machine, "texts": _texts, "timers": _timers}[case.name](made))


def plain_relays(case: Case, seed: int, lines: int, folder: Path) -> Plain:
    """The relay logic as a Python module of its own, written to the folder."""
    path = folder / f"relays_{seed}.py"
    path.write_text(python_module(seed, lines))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise BenchError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    p = module.fresh()
    names = [*(f"m{n}" for n in range(COILS)), *(f"a{n}" for n in range(COUNTERS))]
    return Plain(case, p, lambda _now: module.run(p), lambda: ((name, getattr(p, name)) for name in names))


def _machine(made: _natural.Machine) -> Callable[[], Iterator[tuple[str, Any]]]:
    def outputs() -> Iterator[tuple[str, Any]]:
        yield from (("connected", made.connected), ("faults", made.faults))
        for number, one in enumerate(made.sets, 1):
            yield from ((f"sets[{number}].Now", one.step), (f"sets[{number}].starts", one.starts))

    return outputs


def _texts(made: _natural.Texts) -> Callable[[], Iterator[tuple[str, Any]]]:
    def outputs() -> Iterator[tuple[str, Any]]:
        for name in ("seen", "least", "greatest", "shown"):
            yield name, getattr(made, name)
        yield from ((f"lines[{number}]", line) for number, line in enumerate(made.lines, 1))
        for number, (place, text, count) in enumerate(made.list, 1):
            yield from ((f"list[{number}].Place", place), (f"list[{number}].Text", text))
            yield f"list[{number}].Count", count

    return outputs


def _timers(made: _natural.Timers) -> Callable[[], Iterator[tuple[str, Any]]]:
    def outputs() -> Iterator[tuple[str, Any]]:
        yield "lit", made.lit
        for number in range(1, 101):
            yield from ((f"lamps[{number}]", made.lamps[number - 1]), (f"on[{number}].ET", made.on[number - 1].et))
            yield f"pulse[{number}].Q", made.pulse[number - 1].q

    return outputs


__all__ = ["Plain", "plain", "plain_relays"]
