"""The plant without its buses, for a virtual clock: every reading by the bus and unit its device really has, every
coil to what it really moves (plant.yaml), whatever the site file believes.

    Plant --readings with their noise--> input segments        output segments --coils--> breakers, charger, fan
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from plc.core.catalogue import OutputKind
from plc.core.plan import InputRef, OutputRef, Plan
from plc.core.segments import InputSegment, OutputSegment
from simulator.plant import Plant
from simulator.truth import At, Terminal, Truth

VOLTAGE_NOISE = 0.0005
TEMPERATURE_NOISE_K = 0.1


@dataclass(slots=True)
class Around:
    """What somebody does to the plant's surroundings. ``stuck`` are breakers that do not open, ``smoke`` strings."""

    on_battery: bool = False
    stuck: set[str] = field(default_factory=set)
    smoke: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Column:
    """The places of one quantity of all modules on one bus, by rows and blocks of the plant."""

    bus: int
    name: str
    places: NDArray[np.intp]
    rows: NDArray[np.intp]
    blocks: NDArray[np.intp]


class Wires:
    """``coils`` is what each relay does now, by its terminal. ``seed`` draws the noise of the readings."""

    def __init__(self, plan: Plan, truth: Truth, inputs: Sequence[InputSegment], seed: int) -> None:
        """``inputs`` are the segments of the plan's buses, which `read` fills."""
        self.plan, self.truth, self.inputs = plan, truth, inputs
        self.around = Around()
        self.coils: dict[Terminal, bool] = {}
        self._noise = np.random.default_rng(seed)
        numbers = {bus.name: number for number, bus in enumerate(plan.buses)}
        self._inputs = {
            (bus.name, place.unit, place.field): InputRef(numbers[bus.name], index)
            for bus in plan.buses
            for index, place in enumerate(bus.inputs)
        }
        self._relays = {
            (bus.name, place.unit, place.name): OutputRef(numbers[bus.name], index)
            for bus in plan.buses
            for index, place in enumerate(bus.outputs)
            if place.kind is OutputKind.RELAY
        }
        self._columns = [self._column(bus.name, name) for bus in plan.buses for name in _QUANTITIES]
        self._rows = {name: row for row, name in enumerate(truth.strings)}
        self._words = [
            (
                np.frombuffer(memory := segment.memory, dtype="<f8", count=len(segment.value), offset=8),
                np.frombuffer(memory, dtype="<i8", count=len(segment.value), offset=8 + 8 * len(segment.value)),
                np.frombuffer(memory, dtype="<u4", count=len(segment.value), offset=8 + 16 * len(segment.value)),
                np.frombuffer(memory, dtype="u1", count=len(segment.value), offset=8 + 20 * len(segment.value)),
            )
            for segment in inputs
        ]

    def _column(self, bus: str, name: str) -> _Column:
        found = [
            (self._inputs[bus, unit, name].index, row, block)
            for row, string in enumerate(self.truth.strings.values())
            for block, unit in enumerate(range(string.first_unit, string.first_unit + self.truth.blocks.per_string))
            if string.bus == bus and (bus, unit, name) in self._inputs
        ]
        places, rows, blocks = np.array(found, np.intp).reshape(-1, 3).T
        return _Column([known.name for known in self.plan.buses].index(bus), name, places, rows, blocks)

    # ------------------------------------------------------------ readings

    def read(self, plant: Plant, wall_ns: int) -> None:
        """A new conversion of everything."""
        for column in self._columns:
            if len(column.places):
                value, sampled, sequence, good = self._words[column.bus]
                value[column.places] = self._quantity(plant, column.name)[column.rows, column.blocks]
                sampled[column.places] = wall_ns
                sequence[column.places] += 1
                good[column.places] = 1
        self._read_strings(plant, wall_ns)
        self._read_contacts(plant, wall_ns)
        self._read_ups(wall_ns)

    def _quantity(self, plant: Plant, name: str) -> NDArray[np.float64]:
        shape = plant.voltage.shape
        match name:
            case "voltage":
                return plant.voltage * plant.sense_gain * (1 + self._noise.normal(0, VOLTAGE_NOISE, shape))
            case "temperature":
                return plant.temperature + plant.sense_offset_k + self._noise.normal(0, TEMPERATURE_NOISE_K, shape)
            case "resistance":
                return plant.now_ohm * 1000
            case _:
                return plant.bypass_a * 1000

    def _read_strings(self, plant: Plant, wall_ns: int) -> None:
        for row, string in enumerate(self.truth.strings.values()):
            if string.current is not None:
                self._put(string.current.at, "current", float(plant.current_a[row]), wall_ns)
            room = self.truth.rooms[string.room]
            if room.sensor is not None:
                self._put(room.sensor, "temperature", float(plant.ambient_degc[row]), wall_ns)

    def _read_contacts(self, plant: Plant, wall_ns: int) -> None:
        for string in self.truth.strings.values():
            breaker = self.truth.breakers[string.breaker]
            closed = bool(plant.breaker_closed[self._rows[string.name]])
            self._contact(breaker.closed, closed, wall_ns)
            self._contact(breaker.opened, not closed, wall_ns)
            if string.smoke is not None:
                self._contact(string.smoke, string.name in self.around.smoke, wall_ns)
        for terminal, on in self.coils.items():
            self._contact(terminal, on, wall_ns)

    def _read_ups(self, wall_ns: int) -> None:
        if self.truth.ups is None:
            return
        said = {"on_battery": self.around.on_battery, "input_bad": self.around.on_battery}
        for name in ("on_battery", "input_bad", "testing", "test_failed", "battery_low"):
            self._put(self.truth.ups.at, name, float(said.get(name, False)), wall_ns)

    def _contact(self, terminal: Terminal, active: bool, wall_ns: int) -> None:
        self._put(self.truth.boards[terminal.board], f"{terminal.kind}{terminal.number}", float(active), wall_ns)

    def _put(self, at: At, name: str, value: float, wall_ns: int) -> None:
        ref = self._inputs.get((at.bus, at.unit, name))
        if ref is not None:
            segment = self.inputs[ref.bus]
            segment.value[ref.index] = value
            segment.sampled[ref.index] = wall_ns
            segment.sequence[ref.index] = (segment.sequence[ref.index] + 1) & 0xFFFFFFFF
            segment.good[ref.index] = 1

    # ------------------------------------------------------------ coils

    def drive(self, plant: Plant, segments: tuple[OutputSegment, ...]) -> None:
        """Let every commanded coil act on what it is wired to."""
        for board, at in self.truth.boards.items():
            for number in range(1, 5):
                ref = self._relays.get((at.bus, at.unit, f"relay{number}"))
                command = float("nan") if ref is None else segments[ref.bus].value[ref.index]
                if command == command:
                    self.coils[Terminal(board, "relay", number)] = command == 1.0
        for string in self.truth.strings.values():
            breaker = self.truth.breakers[string.breaker]
            tripped = self.coils.get(breaker.trip) is breaker.opens_when_energised
            if tripped and breaker.name not in self.around.stuck:
                plant.breaker_closed[self._rows[string.name]] = False
        inhibit = self.truth.charger_inhibit
        plant.charger_on = not self.around.on_battery and not (inhibit is not None and self.coils.get(inhibit, False))
        self._cool(plant)
        self._balance(plant, segments)

    def _cool(self, plant: Plant) -> None:
        for row, string in enumerate(self.truth.strings.values()):
            room = self.truth.rooms[string.room]
            blows = room.fan is not None and self.coils.get(room.fan, False)
            plant.airflow[row] = room.fan_cooling if blows else 1.0

    def _balance(self, plant: Plant, segments: tuple[OutputSegment, ...]) -> None:
        for bus, segment in zip(self.plan.buses, segments, strict=True):
            for index, place in enumerate(bus.outputs):
                if place.kind is OutputKind.TARGET:
                    volts = segment.value[index]
                    plant.target_v[self._rows[self.plan.strings[place.number - 1]], :] = volts if volts > 0 else np.nan


_QUANTITIES = ("voltage", "temperature", "resistance", "bypass")
