"""The warmest module of each string and the ghost, since the start, coarse enough for one picture.

Kept in the web process and in the state directory's run: a page that is loaded again shows the same curve.
"""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from plc.core.plan import Plan
from plc.engine.image import ImageReader
from web.columns import encode, measured
from web.sections import ghosts

POINTS_MOST = 1440
FIRST_SPACING_S = 30.0
SAVE_EVERY = 20


class Points(msgspec.Struct):
    """``t`` in s of plant time; ``lines`` by name, in degC, None where nothing was measured. Points lie at least
    ``spacing_s`` apart."""

    spacing_s: float
    t: list[float]
    lines: dict[str, list[float | None]]


class Curve:
    """One picture of one run. ``path`` keeps it when the web process dies."""

    def __init__(self, plan: Plan, path: Path) -> None:
        self._strings, self._ghosts, self._path = plan.strings, ghosts(plan), path
        self._lock = threading.Lock()
        self._unsaved = 0
        self._points = self._read()

    def _read(self) -> Points:
        names = [*self._strings, *self._ghosts]
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=Points)
        except (OSError, msgspec.DecodeError):
            kept = None
        if kept is None or list(kept.lines) != names or any(len(line) != len(kept.t) for line in kept.lines.values()):
            return Points(FIRST_SPACING_S, [], {name: [] for name in names})
        return kept

    def told(self) -> Points:
        with self._lock:
            points = self._points
            return Points(points.spacing_s, points.t[:], {name: line[:] for name, line in points.lines.items()})

    def take(self, image: ImageReader, program_ns: int) -> dict[str, bytes]:
        """Look at the image; the section ``point`` when the curve has grown."""
        t = round(program_ns / 1e9, 1)
        points = self._points
        if points.t and 0 <= t - points.t[-1] < points.spacing_s:
            return {}
        values = [_warmest(image, number) for number in range(1, len(self._strings) + 1)]
        values += [_degc(measured(image, f"{name}.temperature")) for name in self._ghosts]
        with self._lock:
            if points.t and t < points.t[-1]:
                self._points = points = Points(FIRST_SPACING_S, [], {name: [] for name in points.lines})
            points.t.append(t)
            for line, value in zip(points.lines.values(), values, strict=True):
                line.append(value)
            if len(points.t) > POINTS_MOST:
                self._thin()
        self._save_sometimes()
        return {"point": encode({"t": t, "values": values})}

    def _thin(self) -> None:
        """Every second point, twice as far apart."""
        points = self._points
        points.spacing_s *= 2
        points.t = points.t[::2]
        points.lines = {name: line[::2] for name, line in points.lines.items()}

    def _save_sometimes(self) -> None:
        self._unsaved += 1
        if self._unsaved >= SAVE_EVERY:
            self._unsaved = 0
            made = self._path.with_suffix(".new")
            made.write_bytes(encode(self._points))
            made.replace(self._path)


def _warmest(image: ImageReader, number: int) -> float | None:
    """The warmest temperature that is Ok."""
    column = f"Strings[{number}].Temperature"
    count = int(image.read(f"Strings[{number}].Count"))
    first, ok = image.spot(f"{column}.Value[1]").offset, image.spot(f"{column}.Ok[1]").offset
    view = memoryview(image.payload)
    values = view[first : first + 4 * count].cast("f")
    return max((round(v, 2) for v, good in zip(values, view[ok : ok + count], strict=True) if good), default=None)


def _degc(value: object) -> float | None:
    return round(value, 2) if isinstance(value, float) else None
