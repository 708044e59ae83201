"""The strings' columns as they lie in the process image, turned into whole numbers a page can draw.

image payload --Columns.changed--> {"T1": b"[253,254,...]"}     only what differs from the last call

V in mV, T in 0.1 degC, R in 0.01 mOhm, B (bypass) in mA, K a bit for each of the four that is Ok (V 1, T 2, R 4, B 8),
A the plant time in s of the temperature's sample; one place a module, null where nothing was ever read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from plc.engine.area import Value
from plc.engine.image import ImageReader

encode = msgspec.json.Encoder().encode

COLUMNS = (("V", "Voltage", 1000.0), ("T", "Temperature", 10.0), ("R", "Resistance", 100.0), ("B", "Bypass", 1.0))
PLAUSIBLE = 1e9
SECOND_NS = 1_000_000_000


@dataclass(slots=True)
class Stretch:
    """Parts of the payload that make one section; ``before`` are the bytes it was last made from, ``made`` what came
    of them."""

    key: str
    parts: tuple[slice, ...]
    make: Callable[[tuple[memoryview, ...]], object]
    before: bytes = b""
    made: bytes = b""

    def changed(self, payload: memoryview) -> bool:
        """Make it again if its bytes are other ones; whether what came of them is another."""
        parts = tuple(payload[part] for part in self.parts)
        now = b"".join(parts)
        if now == self.before:
            return False
        self.before, made_before = now, self.made
        self.made = encode(self.make(parts))
        return self.made != made_before


class Columns:
    """The columns of one set's image."""

    def __init__(self, image: ImageReader, strings: int) -> None:
        self.set_hash = image.set_hash
        self._stretches = [stretch for number in range(1, strings + 1) for stretch in _stretches(image, number)]

    def changed(self, payload: bytearray) -> Iterator[tuple[str, bytes]]:
        """Each section that is not as it was, as JSON."""
        view = memoryview(payload)
        for stretch in self._stretches:
            if stretch.changed(view):
                yield stretch.key, stretch.made


def _stretches(image: ImageReader, number: int) -> Iterator[Stretch]:
    string = f"Strings[{number}]"
    count = int(image.read(f"{string}.Count"))

    def column(path: str, size: int) -> slice:
        start = image.spot(f"{string}.{path}[1]").offset
        return slice(start, start + size * count)

    for key, name, scale in COLUMNS:
        parts = (column(f"{name}.Value", 4), column(f"{name}.Sampled", 8))
        yield Stretch(f"{key}{number}", parts, _scaled(scale))
    yield Stretch(f"K{number}", tuple(column(f"{name}.Ok", 1) for _, name, _ in COLUMNS), _bits)
    yield Stretch(f"A{number}", (column("Temperature.Sampled", 8),), _seconds)


def _scaled(scale: float) -> Callable[[tuple[memoryview, ...]], object]:
    def scaled(parts: tuple[memoryview, ...]) -> list[int | None]:
        values, sampled = parts[0].cast("f"), parts[1].cast("q")
        return [
            round(value * scale) if at and -PLAUSIBLE < value < PLAUSIBLE else None
            for value, at in zip(values, sampled, strict=True)
        ]

    return scaled


def _bits(parts: tuple[memoryview, ...]) -> list[int]:
    return [v | t << 1 | r << 2 | b << 3 for v, t, r, b in zip(*parts, strict=True)]


def _seconds(parts: tuple[memoryview, ...]) -> list[float | None]:
    return [round(at / SECOND_NS, 1) if at else None for at in parts[0].cast("q")]


def measured(image: ImageReader, path: str) -> Value | None:
    """A Measurement's value, None where it was never read or the tag is not there."""
    return image.read(f"{path}.Value") if image.read(f"{path}.Sampled") else None
