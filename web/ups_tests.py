"""UPS battery tests: how the running one stands, every block's lowest voltage in it, and what past ones found.

image --TestWatch--> section `ups_test` for live pages --end of a test--> STATE/ups_tests.json: the weakest blocks named
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from flask import Blueprint, Response, current_app

from plc.core.plan import Plan
from plc.engine.area import UnknownPath
from plc.engine.image import ImageReader
from web.answers import json
from web.columns import encode, measured
from web.sections import enumerator

RUNNING = frozenset({"STARTING", "TESTING", "STOPPING"})
WEAKEST = 8
KEPT = 50
CONTACTS = ("on_battery", "battery_low", "input_bad", "test_failed", "testing")
MEASURED = ("load", "charge", "battery_voltage", "autonomy", "input_voltage", "output_voltage")

ups_tests = Blueprint("ups_tests", __name__)


class Weak(msgspec.Struct):
    """A block's lowest voltage in V during the test, and how far it lay under its string's mean of lowest ones."""

    string: str
    module: int
    lowest_v: float
    under_mean_v: float


class TestRecord(msgspec.Struct):
    """One test that has ended; ``lasted_s`` is plant time."""

    program: str
    ended_unix_ns: int
    result: str
    reason: str
    lasted_s: float
    weakest: list[Weak]


class TestWatch:
    """Follows the site's test program, the first with Start, Abort, State and Result."""

    def __init__(self, plan: Plan, path: Path) -> None:
        self._plan, self._path = plan, path
        self._program = ""
        self._set_hash = ""
        self._was = "IDLE"
        self._result_was = ""
        self._lowest: dict[int, list[float | None]] = {}
        self._ups = [d.name for bus in plan.buses for d in bus.devices if d.type == "cs141"]
        try:
            self.records = msgspec.json.decode(path.read_bytes(), type=list[TestRecord])
        except (OSError, msgspec.DecodeError):
            self.records = []

    def take(self, image: ImageReader) -> dict[str, bytes]:
        """Look at a scan; the sections `ups_test` and `ups`."""
        if image.set_hash != self._set_hash:
            self._set_hash, self._program = image.set_hash, _test_program(image)
        found = {"ups": encode([self._ups_told(image, name) for name in self._ups])}
        if not self._program:
            return {**found, "ups_test": b"null"}
        state = enumerator(image, f"{self._program}.State")
        self._follow(image, state)
        return {**found, "ups_test": encode(self._told(image, state))}

    def _follow(self, image: ImageReader, state: str) -> None:
        result = enumerator(image, f"{self._program}.Result")
        if state in RUNNING and self._was not in RUNNING:
            self._lowest = {}
        if state == "TESTING":
            self._note(image)
        ended = self._was in RUNNING and state not in RUNNING
        refused = result == "REFUSED" and self._result_was not in ("REFUSED", "")
        if ended or refused:
            self._keep(image, result, [] if refused else list(self._weak()))
        self._was, self._result_was = state, result

    def _note(self, image: ImageReader) -> None:
        for number in range(1, len(self._plan.strings) + 1):
            volts = _volts(image, number)
            known = self._lowest.setdefault(number, [None] * len(volts))
            self._lowest[number] = [
                old if new is None else new if old is None else min(old, new)
                for old, new in zip(known, volts, strict=True)
            ]

    def _weak(self) -> Iterator[Weak]:
        found = []
        for number, lowest in self._lowest.items():
            seen = [volts for volts in lowest if volts is not None]
            mean = sum(seen) / len(seen) if seen else 0.0
            name = self._plan.strings[number - 1]
            found += [Weak(name, n, round(v, 3), round(mean - v, 3)) for n, v in enumerate(lowest, 1) if v is not None]
        yield from sorted(found, key=lambda weak: -weak.under_mean_v)[:WEAKEST]

    def _keep(self, image: ImageReader, result: str, weakest: list[Weak]) -> None:
        record = TestRecord(
            self._program,
            time.time_ns(),
            result,
            enumerator(image, f"{self._program}.Reason"),
            round(int(image.read(f"{self._program}.Lasted")) / 1e9, 1),
            weakest,
        )
        self.records = [*self.records, record][-KEPT:]
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as out:
            out.write(msgspec.json.encode(self.records))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._path)

    def _told(self, image: ImageReader, state: str) -> dict[str, object]:
        program = self._program
        return {
            "program": program,
            "state": state,
            "result": enumerator(image, f"{program}.Result"),
            "reason": enumerator(image, f"{program}.Reason"),
            "lasted_s": round(int(image.read(f"{program}.Lasted")) / 1e9, 1),
            "lowest": {str(number): lowest for number, lowest in self._lowest.items()},
            "records": len(self.records),
        }

    def _ups_told(self, image: ImageReader, name: str) -> dict[str, object]:
        told: dict[str, object] = {"name": name}
        for field in MEASURED:
            told[field] = measured(image, f"{name}.{field}") if image.read(f"{name}.{field}.Ok") else None
        for field in CONTACTS:
            told[field] = image.read(f"{name}.{field}.Active") if image.read(f"{name}.{field}.Ok") else None
        return told


def _test_program(image: ImageReader) -> str:
    for name in image.programs:
        try:
            for field in ("Start", "Abort", "State", "Result", "Reason", "Lasted"):
                image.spot(f"{name}.{field}")
        except UnknownPath:
            continue
        return name
    return ""


def _volts(image: ImageReader, number: int) -> list[float | None]:
    column = f"Strings[{number}].Voltage"
    count = int(image.read(f"Strings[{number}].Count"))
    first, ok = image.spot(f"{column}.Value[1]").offset, image.spot(f"{column}.Ok[1]").offset
    view = memoryview(image.payload)
    values = view[first : first + 4 * count].cast("f")
    return [round(v, 3) if good else None for v, good in zip(values, view[ok : ok + count], strict=True)]


@ups_tests.get("/api/ups_tests")
def told() -> Response:
    """Every test that ended, newest first."""
    watch: TestWatch = current_app.extensions["ups_tests"]
    return json(watch.records[::-1])
