"""A small room for the simulator's tests: two strings of four C20, two breakers, every kind of device."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.control import Control
from simulator.running import Running
from simulator.scenario import begin, drawn_string, pick_scenario
from simulator.truth import Truth, read_truth
from simulator.world import World

SMALL_ROOM = """
buses: {battery: {line: serial, baud: 115200}, lan: {line: tcp}}
blocks: {module: C20, per_string: 4, seed: 1}
rooms: {A: {ambient: 25 degC, humidity: 45 %, sensor: {bus: battery, unit: 217}, fan: gx2.relay1, fan_cooling: 1.5}}
charger: {float: 2.27 V/cell, limit: 20 A, inhibit: gx2.relay3}
gx_r_aux: {gx1: {bus: battery, unit: 241}, gx2: {bus: battery, unit: 243}}
breakers:
  Q1: {trip: gx1.relay1, opened: gx1.input1, closed: gx1.input2, travel: 0.3 s, least_pulse: 50 ms}
  Q2: {trip: gx1.relay2, opened: gx1.input3, closed: gx1.input4, travel: 0.3 s, least_pulse: 50 ms}
strings:
  S1: {room: A, bus: battery, units: 1-4, breaker: Q1, smoke: gx2.input1, current: {bus: battery, unit: 201}}
  S2: {room: A, bus: battery, units: 5-8, breaker: Q2, smoke: gx2.input2, current: {bus: battery, unit: 202}}
ups: {bus: lan, unit: 1, load: 2 kW, rated: 4 kW, test: 10 min}
ghost: {bus: lan, unit: 2}
scenarios:
  dry_out:
    dry_out: {k: 8, resistance: 1.6, cooling: 1.1 W/K}
    settle: 1 h
    warm: 30 min
    steps: [{after: 0 s, ambient: 40 degC}, {after: 0 s, charger: 2.36 V/cell}]
"""

SECOND_NS = 1_000_000_000
EPOCH_NS = 1000 * SECOND_NS


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site folder with the small room's plant.yaml."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "plant.yaml").write_text(SMALL_ROOM, encoding="utf-8")
    return folder


@pytest.fixture
def truth(site: Path) -> Truth:
    return read_truth(site / "plant.yaml")


@pytest.fixture
def example() -> Truth:
    """The shipped UPS room."""
    return read_truth(Path(__file__).parents[2] / "examples" / "ups_room" / "plant.yaml")


WorldOf = Callable[..., World]


@pytest.fixture
def world_of(truth: Truth) -> WorldOf:
    """Builds a world on a virtual clock that begins at EPOCH_NS."""

    def build(
        scenario: str | None = None, *, seed: int = 0, speed: float = 1.0, truth: Truth = truth, **start: object
    ) -> World:
        chosen = pick_scenario(truth, scenario)
        faulty = drawn_string(truth, chosen, seed, None)
        began = begin(truth, chosen, faulty, warm=start.get("warm"), calm=bool(start.get("calm", False)))
        return World(truth, began, epoch_ns=EPOCH_NS, speed=speed)

    return build


@pytest.fixture
def world(world_of: WorldOf) -> World:
    return world_of()


@pytest.fixture
def running(world: World, tmp_path: Path) -> Iterator[Running]:
    """The small room on real lines and the real clock, one second old: everything has converted."""
    began_ns = time.monotonic_ns() - SECOND_NS
    fresh = World(world.truth, world.start, epoch_ns=began_ns, speed=60.0)
    simulation = Running(fresh, tmp_path / "run")
    yield simulation
    simulation.close()


@pytest.fixture
def control(running: Running) -> Iterator[Control]:
    with Control(running.run_dir) as client:
        yield client


Ask = Callable[..., str | None]


@pytest.fixture
def ask() -> Ask:
    """Sends a request PDU in hex to a unit, `after_s` after the epoch; the reply in hex, None for silence."""

    def send(world: World, unit: int, pdu: str, after_s: float = 0.0, bus: str = "battery") -> str | None:
        reply = world.respond(bus, unit, bytes.fromhex(pdu), EPOCH_NS + int(after_s * SECOND_NS))
        return None if reply is None else reply.hex(" ").upper()

    return send
