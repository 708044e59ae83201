"""A simulation as it runs: world, lines, views, control socket and the thread that moves the plant.

A serial bus has one master. A view shows the same devices to anybody else over TCP, to read and never to write.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from functools import partial
from pathlib import Path

from simulator.actions import Actions, Line
from simulator.control_socket import ControlSocket
from simulator.serial_line import SerialLine
from simulator.tcp_line import TcpLine
from simulator.world import World

SWITCH_INTERVAL_S = 0.0005  # a line thread waits no longer than this for one that computes
LONGEST_WAIT_S = 0.1
READS = (1, 2, 3, 4)
ILLEGAL_FUNCTION = 1


class Running:
    """Starts everything in `run_dir`: sim-BUS (link to a terminal) with its view, sim-BUS.json (host and port of a TCP
    bus or of the view), sim-control."""

    def __init__(self, world: World, run_dir: Path) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        run_dir.mkdir(parents=True, exist_ok=True)
        self.world = world
        self.run_dir = run_dir
        self.lines = {name: self._line(name) for name in world.truth.buses}
        self.views = {name: self._view(name) for name, line in self.lines.items() if isinstance(line, SerialLine)}
        self.control = ControlSocket(run_dir / "sim-control", Actions(world, self.lines).do)
        self._stop = threading.Event()
        self._clock = threading.Thread(target=self._run, name="plant", daemon=True)
        for name, line in self.lines.items():
            self._open(name, line)
        self._clock.start()

    def _line(self, name: str) -> Line:
        bus = self.world.truth.buses[name]
        respond = partial(self.world.respond, name)
        if bus.line == "serial":
            return SerialLine(name, respond, baud=bus.baud, turnaround_s=bus.turnaround_s)
        return TcpLine(name, respond)

    def _view(self, name: str) -> TcpLine:
        def respond(unit: int, pdu: bytes, now_ns: int) -> bytes | None:
            if pdu[0] not in READS:
                return bytes((pdu[0] | 0x80, ILLEGAL_FUNCTION))
            return self.world.respond(name, unit, pdu, now_ns)

        return TcpLine(f"view of {name}", respond)

    def _open(self, name: str, line: Line) -> None:
        if isinstance(line, SerialLine):
            line.start(self.run_dir / f"sim-{name}")
            line = self.views[name]
        line.start()
        told = json.dumps({"host": line.host, "port": line.tcp_port})
        (self.run_dir / f"sim-{name}.json").write_text(told + "\n", encoding="utf-8")

    def ports(self) -> dict[str, object]:
        """Where each bus is found."""
        return {
            name: str(self.run_dir / f"sim-{name}") if isinstance(line, SerialLine) else [line.host, line.tcp_port]
            for name, line in self.lines.items()
        }

    def _run(self) -> None:
        while not self._stop.is_set():
            self.world.advance(time.monotonic_ns())
            due_s = (self.world.next_due_ns() - time.monotonic_ns()) / 1e9
            self._stop.wait(min(LONGEST_WAIT_S, max(0.001, due_s)))

    def close(self) -> None:
        """End all threads and take the links away."""
        self._stop.set()
        self._clock.join()
        self.control.close()
        for name, line in self.lines.items():
            line.close()
            if name in self.views:
                self.views[name].close()
            (self.run_dir / f"sim-{name}").unlink(missing_ok=True)
            (self.run_dir / f"sim-{name}.json").unlink(missing_ok=True)
