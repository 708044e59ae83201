"""What a live page is told, cut into sections; a section travels only when it is not as it was.

rings --Sections.changed--> {"head": ..., "breakers": ..., "T1": ...}, each as JSON

`head` alone goes with every message. What is not known is null.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plc.core.plan import Plan
from plc.engine.area import UnknownPath
from plc.engine.image import ImageReader
from plc.engine.shared import SharedMemoryError
from plc.lang.types import Enumeration
from plc.store.running_view import RunningView, newest
from web.columns import Columns, encode, measured
from web.running import Running

LISTS = ("breakers", "relays", "programs", "alarms", "pauses", "confirm", "armed")
HEAD = ("scan", "set_hash", "settled", "late_ns", "late_worst_ns", "exec_ns", "exec_worst_ns")
BUS = ("name", "count", "fresh", "lost")
SECOND_NS = 1_000_000_000
DISK_EVERY_S = 5.0


class Sections:
    """The sections of one controller, for one reader. ``image`` is the newest one it saw, None without an engine."""

    def __init__(self, running: Running) -> None:
        self._plan, self._state = running.plan, running.state.root
        self._station = running.run.root / "station"
        self._view = RunningView(running.run)
        self._before: dict[str, bytes] = {}
        self._columns: Columns | None = None
        self._disk = Disk(running.state.root)
        self._relay_facts = encode(
            {relay.name: {"fail_state": relay.fail_state, "people": relay.people} for relay in running.plan.relays}
        )
        self.image: ImageReader | None = None
        self.program_ns = 0

    def changed(self) -> dict[str, bytes]:
        """What is to be sent now."""
        told = self._view.engine()
        found = dict(self._head(told))
        self.image = self._image(told is not None)
        if self.image is not None:
            found["strings"] = encode(list(self._strings(self.image)))
            found["ghosts"] = encode(self._ghosts(self.image))
        fresh = {key: text for key, text in found.items() if self._before.get(key) != text}
        self._before.update(fresh)
        if self.image is not None and self._columns is not None:
            fresh.update(self._columns.changed(self.image.payload))
        return fresh

    def _head(self, told: dict[str, Any] | None) -> Iterator[tuple[str, bytes]]:
        engine = told["engine"] if told else None
        head: dict[str, object] = {"unix_ms": time.time_ns() // 1_000_000, "age_ms": told["age_ms"] if told else None}
        yield "processes", encode(self._view.processes())
        yield "disk", encode(self._disk.told())
        yield "station", _station(self._station)
        yield "relay_facts", self._relay_facts
        if told is not None and engine is not None:
            self.program_ns = engine["program_ns"]
            head["speed"] = engine["speed"]
            head.update({key: engine[key] for key in HEAD}, program_s=round(engine["program_ns"] / SECOND_NS, 1))
            head["bus_ms"] = [_age_ms(bus["newest_ns"], engine["wall_ns"]) for bus in engine["buses"]]
            for key in LISTS:
                yield key, encode(engine.get(key))
            yield (
                "buses",
                encode([{key: bus[key] for key in ("name", "count", "fresh", "lost")} for bus in engine["buses"]]),
            )
            yield "measures", encode(told["process"]["measures"])
        yield "head", encode(head)

    def _image(self, engine_ran: bool) -> ImageReader | None:
        if not engine_ran:
            return None
        try:
            image = self._view.image()
            if self._columns is None or self._columns.set_hash != image.set_hash:
                self._columns = Columns(image, len(self._plan.strings))
        except (SharedMemoryError, UnknownPath):
            return None
        return image

    def _strings(self, image: ImageReader) -> Iterator[dict[str, object]]:
        for number, name in enumerate(self._plan.strings, 1):
            path = f"Strings[{number}]"
            read = image.read
            yield {
                "name": name,
                "count": read(f"{path}.Count"),
                "state": enumerator(image, f"{path}.State"),
                "current": measured(image, f"{path}.Current"),
                "current_ok": read(f"{path}.Current.Ok"),
                "has_current": read(f"{path}.Settings.HasCurrentSensor"),
                "ambient": measured(image, f"{path}.Ambient"),
                "ambient_ok": read(f"{path}.Ambient.Ok"),
                "smoke": read(f"{path}.Smoke.Active") if read(f"{path}.Smoke.Ok") else None,
                "breaker": self._breaker(number),
                "dt": read(f"{path}.Settings.Dt"),
                "cells": read(f"{path}.Settings.Cells"),
                "float_v": read(f"{path}.Settings.FloatVoltage"),
            }

    def _breaker(self, number: int) -> str:
        return next((breaker.name for breaker in self._plan.breakers if number in breaker.strings), "")

    def _ghosts(self, image: ImageReader) -> dict[str, object]:
        return {name: measured(image, f"{name}.temperature") for name in ghosts(self._plan)}


class Disk:
    """Room left where the state is kept; looked at every few seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._due_s = 0.0
        self._told: dict[str, int] | None = None

    def told(self) -> dict[str, int] | None:
        if time.monotonic() >= self._due_s:
            self._due_s = time.monotonic() + DISK_EVERY_S
            try:
                found = os.statvfs(self._folder)
            except OSError:
                self._told = None
            else:
                free, size = found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
                self._told = {"free": free // 100_000_000 * 100_000_000 if free > 10**9 else free, "size": size}
        return self._told


def ghosts(plan: Plan) -> list[str]:
    """The simulated strings without a controller."""
    return [device.name for bus in plan.buses for device in bus.devices if device.type == "ghost"]


def enumerator(image: ImageReader, path: str) -> str:
    """An enumeration's value by its name, its number where it has none."""
    number, of = image.read(path), image.spot(path).type
    names = of.values if isinstance(of, Enumeration) else ()
    return next((name for name, value in names if value == number), str(number))


def _age_ms(newest_ns: int, now_ns: int) -> int | None:
    return max(0, now_ns - newest_ns) // 1_000_000 if newest_ns else None


def _station(path: Path) -> bytes:
    """What the station last said, ``null`` where it never ran."""
    text = newest(path)
    return bytes(text) if text else b"null"
