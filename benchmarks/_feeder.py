"""Stands in for the engine of a site that is laid out: publishes its image and status ten times a second.

argv: RUN_DIR STAMPS; every scan all 510 modules change; scan n shows n tenths of a degree at the first module, and the
instant of each publication is appended to STAMPS as "n ns".
"""

from __future__ import annotations

import struct
import sys
import time
from pathlib import Path

import msgspec

from plc.core.plan import Plan
from plc.core.process import STATUS_SIZE, EngineFacts
from plc.core.run_paths import RunPaths
from plc.engine.event_ring import EventRing
from plc.engine.image import ImageReader
from plc.engine.manifest import Manifest
from plc.engine.ring import Ring
from plc.engine.status import BusStatus, ProgramStatus, Status

SCAN_S = 0.1
COLUMNS = (("Voltage", 14.1, 0.003), ("Temperature", 25.0, 0.1), ("Resistance", 4.0, 0.0), ("Bypass", 0.0, 1.0))


class Feeder:
    """The rings of one set, written as the engine writes them."""

    def __init__(self, run: RunPaths) -> None:
        self.plan = msgspec.json.decode(run.plan.read_bytes(), type=Plan)
        self.set_hash = run.armed.read_text().strip()
        manifest = Manifest.from_json((run.set(self.set_hash) / "manifest.json").read_bytes())
        self.image = ImageReader(manifest)
        self._image_ring = Ring.create(run.image, len(self.image.payload))
        self._status_ring = Ring.create(run.status, STATUS_SIZE)
        EventRing.create(run.events).close()
        for number in range(1, len(self.plan.strings) + 1):
            self._put(f"Strings[{number}].Count", "<h", 34)

    def _put(self, path: str, form: str, *values: float) -> None:
        struct.pack_into(form, self.image.payload, self.image.spot(path).offset, *values)

    def scan(self, scan: int) -> None:
        """Every module with a fresh sample."""
        now_ns = time.monotonic_ns()
        for number in range(1, len(self.plan.strings) + 1):
            for name, middle, step in COLUMNS:
                column = f"Strings[{number}].{name}"
                values = [middle + step * ((scan * 7 + module * 3) % 10) for module in range(34)]
                if (number, name) == (1, "Temperature"):
                    values[0] = scan / 10
                self._put(f"{column}.Value[1]", "<34f", *values)
                self._put(f"{column}.Ok[1]", "<34B", *[1] * 34)
                self._put(f"{column}.Sampled[1]", "<34q", *[now_ns] * 34)
        self._put("Sys.Time", "<q", now_ns)
        self._put("Sys.Wall", "<q", now_ns)
        self._image_ring.publish(self.image.payload, scan)
        self._status_ring.publish(self._status(scan, now_ns).ljust(STATUS_SIZE), scan)

    def _status(self, scan: int, now_ns: int) -> bytes:
        buses = tuple(BusStatus(bus.name, len(bus.inputs), len(bus.inputs), now_ns, False) for bus in self.plan.buses)
        names = [name for task in self.plan.tasks for name in task.programs]
        status = Status(
            site=self.plan.name,
            set_hash=self.set_hash,
            prepared="",
            scan=scan,
            wall_ns=now_ns,
            program_ns=now_ns,
            speed=1,
            simulated=True,
            settled=True,
            late_ns=scan % 90_000,
            late_worst_ns=90_000,
            exec_ns=400_000,
            exec_worst_ns=900_000,
            due=1,
            programs=tuple(ProgramStatus(name, "running", scan, True) for name in names),
            relays=(),
            breakers=(),
            buses=buses,
            alarms=(),
        )
        facts = EngineFacts(1, 0, 1, 100_000_000, 0, (), 0, 0)
        return msgspec.json.encode({"process": facts, "engine": status})


def main() -> None:
    feeder = Feeder(RunPaths(Path(sys.argv[1])))
    due_s = time.monotonic()
    scan = 0
    with Path(sys.argv[2]).open("w", buffering=1) as stamps:
        while True:
            scan += 1
            feeder.scan(scan)
            stamps.write(f"{scan} {time.monotonic_ns()}\n")
            if scan == 1:
                print("ready", flush=True)
            due_s += SCAN_S
            time.sleep(max(0.0, due_s - time.monotonic()))


if __name__ == "__main__":
    main()
