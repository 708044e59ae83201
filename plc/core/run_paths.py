"""Where a running controller keeps what its processes share: names, and nothing else.

STATE_DIR/  lock, controller.json (ControllerFile)          survives the controller
RUN_DIR/    rings, sockets, the compiled sets, latches      in /dev/shm, as long as the controller
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class ControllerFile:
    """STATE_DIR/controller.json: where the controller's RUN_DIR is, and its supervisor's process number."""

    run_dir: str
    pid: int


@dataclass(frozen=True, slots=True)
class StatePaths:
    """The files of a state directory."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def controller(self) -> Path:
        return self.root / "controller.json"

    @property
    def object_cache(self) -> Path:
        return self.root / "cache"

    @property
    def trips(self) -> Path:
        """The record of trips, each with its why."""
        return self.root / "trips.json"

    @property
    def drafts(self) -> Path:
        """The folder of drafts, one file each."""
        return self.root / "drafts"

    @property
    def sets(self) -> Path:
        """The folder of texts armed on this controller, one folder a set."""
        return self.root / "sets"

    @property
    def armed(self) -> Path:
        """JSON Arming: the set a controller starts with."""
        return self.root / "armed.json"

    @property
    def armed_log(self) -> Path:
        """Every Arming so far, one JSON a line."""
        return self.root / "armed.log"

    @property
    def journal(self) -> Path:
        """SQLite: the journal, written by the station alone."""
        return self.root / "journal.sqlite"

    @property
    def station(self) -> Path:
        """SQLite: alarms, schedule and its runs, written by the station alone."""
        return self.root / "station.sqlite"

    def run_dir(self) -> Path:
        """The RUN_DIR that belongs to this state directory."""
        digest = hashlib.sha256(str(self.root.resolve()).encode()).hexdigest()
        return SHARED_MEMORY / f"cellkeeper-{digest[:12]}"


@dataclass(frozen=True, slots=True)
class RunPaths:
    """The files of a RUN_DIR."""

    root: Path

    def input(self, bus: str) -> Path:
        """Ring: the bus's input segment, written by its driver."""
        return self.root / f"in-{bus}"

    def output(self, bus: str) -> Path:
        """Ring: the bus's output segment, written by the engine; its fence word by the supervisor."""
        return self.root / f"out-{bus}"

    def frames(self, bus: str) -> Path:
        """The bus's last frames, written by its driver."""
        return self.root / f"frames-{bus}"

    def heartbeat(self, process: str) -> Path:
        return self.root / f"heartbeat-{process}"

    @property
    def image(self) -> Path:
        """Ring: SITE and every program's area after the scan."""
        return self.root / "image"

    @property
    def status(self) -> Path:
        """Ring: EngineStatus as JSON."""
        return self.root / "status"

    @property
    def processes(self) -> Path:
        """Ring: ProcessStatus of each process as a JSON list."""
        return self.root / "processes"

    @property
    def events(self) -> Path:
        """Event ring of the engine."""
        return self.root / "events"

    @property
    def supervisor_events(self) -> Path:
        """Event ring of the supervisor."""
        return self.root / "events-supervisor"

    @property
    def latches(self) -> Path:
        return self.root / "latches"

    @property
    def retained(self) -> Path:
        return self.root / "retained"

    @property
    def epoch(self) -> Path:
        """Text: the instant of CLOCK_MONOTONIC, in ns, at which program time was 0."""
        return self.root / "epoch"

    @property
    def command_socket(self) -> Path:
        return self.root / "command.sock"

    @property
    def station_socket(self) -> Path:
        """Answers StationRequests."""
        return self.root / "station.sock"

    @property
    def station(self) -> Path:
        """Ring: StationStatus as JSON."""
        return self.root / "station"

    @property
    def schedules(self) -> Path:
        """JSON: the site file's schedules, which seed the station's."""
        return self.root / "schedules.json"

    @property
    def compiler_socket(self) -> Path:
        return self.root / "compiler.sock"

    @property
    def plan(self) -> Path:
        return self.root / "plan.json"

    @property
    def armed(self) -> Path:
        """The set_hash of the set the next engine starts with."""
        return self.root / "armed"

    @property
    def arming(self) -> Path:
        """JSON Arming: who armed that set."""
        return self.root / "arming.json"

    @property
    def run_plan(self) -> Path:
        """What the supervisor runs."""
        return self.root / "run.json"

    def set(self, set_hash: str) -> Path:
        """The folder of a compiled set: manifest.json and objects."""
        return self.root / "set" / set_hash

    def simulated_line(self, bus: str) -> Path:
        """The pseudo-terminal of a simulated serial bus."""
        return self.root / f"sim-{bus}"

    def simulated_host(self, bus: str) -> Path:
        """JSON {host, port} of a simulated TCP bus."""
        return self.root / f"sim-{bus}.json"

    @property
    def simulator_control(self) -> Path:
        return self.root / "sim-control"
