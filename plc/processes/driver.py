"""A driver process: one bus, served between two rings. The only writer of that bus.

out-<bus> --> BusServer --> in-<bus>          until told to stop; then fail states, then the end
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from drivers.driver import Driver
from drivers.errors import DriverError, PortError
from drivers.frames import FrameLog
from drivers.line import WallClock
from drivers.registry import make_driver
from drivers.serve import BusServer
from plc.core.plan import BusPlan
from plc.core.run_paths import RunPaths
from plc.core.segments import InputSegment, OutputSegment
from plc.engine.clock import claim_real_time
from plc.engine.ring import Ring
from plc.engine.shared import SharedMemoryError
from plc.processes.heartbeat import Heartbeat
from plc.processes.plan_file import PlanError, find_bus

PRIORITY = 60
TRY_AGAIN_NS = 1_000_000_000
LOOK_NS = 50_000_000
SIMULATED = "sim:"


class RingOutputSource:
    """The engine's newest segment, from its ring."""

    def __init__(self, ring: Ring, count: int) -> None:
        self._ring = ring
        self._segment = OutputSegment(count)

    @property
    def sequence(self) -> int:
        return self._ring.sequence

    @property
    def fence(self) -> int:
        return self._ring.fence

    def refresh(self) -> OutputSegment | None:
        return self._segment if self._ring.latest(self._segment.memory) else None


class RingInputSink:
    """The bus's readings. A driver that starts again goes on with those of the one before, which grow stale."""

    def __init__(self, ring: Ring, count: int) -> None:
        self.segment = InputSegment(count)
        self._ring = ring
        self._published = ring.sequence
        ring.latest(self.segment.memory)

    def publish(self) -> None:
        self._published += 1
        self._ring.publish(self.segment.memory, self._published)


class Stop:
    """Asked before each transaction: whether to stop. Asking is what makes the heartbeat beat."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._asked = False
        self._rounds = 0

    def ask(self, _number: int, _frame: object) -> None:
        self._asked = True

    def __call__(self) -> bool:
        self._rounds += 1
        self._heartbeat.beat(self._rounds)
        return self._asked


def resolve(bus: BusPlan, run: RunPaths) -> BusPlan:
    """The bus with ``sim:NAME`` replaced by where the simulator says it is. Raises OSError, ValueError."""
    if bus.port.startswith(SIMULATED):
        return replace(bus, port=str(run.simulated_line(bus.name)))
    if bus.host.startswith(SIMULATED):
        told = msgspec.json.decode(run.simulated_host(bus.name).read_bytes(), type=dict[str, str | int])
        return replace(bus, host=str(told["host"]), tcp_port=int(told["port"]))
    return bus


def open_port(driver: Driver, name: str, clock: WallClock, stop: Stop) -> bool:
    """Open the port; one that is missing or taken is told once and tried every second. False: told to stop before."""
    told = ""
    while not stop():
        try:
            driver.open()
        except PortError as exc:
            if str(exc) != told:
                told = str(exc)
                print(f"cellkeeper: bus {name}: {told}", file=sys.stderr, flush=True)
            wait_until_ns = clock.now() + TRY_AGAIN_NS
            while clock.now() < wait_until_ns and not stop():
                clock.sleep_until(clock.now() + LOOK_NS)
        else:
            return True
    return False


def serve(run: RunPaths, name: str, stop: Stop) -> None:
    """Serve one bus until ``stop``. Raises DriverError (no such driver), SharedMemoryError, PlanError."""
    bus = resolve(find_bus(run, name), run)
    frames = FrameLog.create(run.frames(name), len(bus.devices))
    clock = WallClock()
    driver = make_driver(bus, clock, frames)
    inputs = RingInputSink(Ring.create(run.input(name), InputSegment.size(len(bus.inputs))), len(bus.inputs))
    outputs = RingOutputSource(Ring.open(run.output(name)), len(bus.outputs))
    if not open_port(driver, name, clock, stop):
        return
    try:
        server = BusServer(bus, driver, inputs.segment, inputs.publish, outputs, frames, clock)
        claim_real_time(PRIORITY)
        server.run(stop)
    finally:
        driver.close()


def main(arguments: Sequence[str]) -> int:
    """``python -m plc.processes.driver RUN_DIR BUS``."""
    run, name = RunPaths(Path(arguments[0])), arguments[1]
    try:
        stop = Stop(Heartbeat.own(run.heartbeat(f"driver-{name}")))
        signal.signal(signal.SIGTERM, stop.ask)
        serve(run, name, stop)
    except (DriverError, SharedMemoryError, PlanError, OSError, ValueError) as exc:
        print(f"cellkeeper: bus {name}: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
