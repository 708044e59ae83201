"""Everything that is not the controller: plant, breakers and devices on one wall clock.

    lines -> respond(bus, unit, pdu, now) -> devices -> relays -> breakers -> plant -> registers -> respond

Wall time runs in ticks of 100 ms from `epoch_ns`; each tick moves the plant on by 100 ms x speed. Contacts, travel,
watchdogs, target expiry and conversions are wall time. Nothing here reads a clock: the caller says what time it is, so
tests run it on a virtual one.
"""

from __future__ import annotations

import threading

import numpy as np

from simulator.breaker import Breaker
from simulator.gx_r_aux import Contact, GxRAux, Wire
from simulator.modbus import Tables, answer
from simulator.modules import Module, ModuleBank
from simulator.scenario import Start, apply_fault, apply_step
from simulator.sensors import ClimateSensor, CurrentSensor, Ghost, Sampled
from simulator.truth import MODULE_TYPES, BreakerTruth, CurrentTruth, RoomTruth, Terminal, Truth
from simulator.ups import Battery, Ups

TICK_NS = 100_000_000
CONVERSION_S = 0.5
SECOND_NS = 1_000_000_000


class World:
    """The room. `respond` and `advance` may be called from different threads."""

    def __init__(
        self, truth: Truth, start: Start, *, epoch_ns: int, speed: float = 1.0, conversion_s: float = CONVERSION_S
    ) -> None:
        self.truth = truth
        self.start = start
        self.speed = speed
        self.epoch_ns = epoch_ns
        self.lock = threading.RLock()
        self.next_tick_ns = epoch_ns + TICK_NS
        self.smoke: dict[str, bool] = dict.fromkeys(truth.strings, False)
        self.charger_works = True
        self.charger_inhibited = False
        self.fan_on: dict[str, bool] = dict.fromkeys(truth.rooms, False)
        self._take(start)
        conversion_ns = int(conversion_s * SECOND_NS)
        self.bank = ModuleBank(self.plant, MODULE_TYPES[truth.blocks.module], conversion_ns)
        self.breakers = {name: _breaker(breaker) for name, breaker in truth.breakers.items()}
        self.boards = {name: GxRAux() for name in truth.boards}
        self.ups = self._make_ups()
        self.devices: dict[tuple[str, int], Tables] = {}
        self.sampled: list[Sampled] = []
        self._place_devices(conversion_ns)
        self._wire()

    def _take(self, start: Start) -> None:
        self.plant, self.ghost = start.plant.take(list(range(len(self.truth.strings)))), start.ghost.take([0])
        self.faulty, self.scenario = start.faulty, start.scenario
        self.burn_from_s = None if start.burnt_s is None else self.plant.seconds - start.burnt_s
        self.steps_done = 0

    # -- what stands where

    def _make_ups(self) -> Ups | None:
        told = self.truth.ups
        return Ups(told.load_w, told.rated_w, told.test_s, self._battery, lambda: self.plant.seconds) if told else None

    def _place_devices(self, conversion_ns: int) -> None:
        truth = self.truth
        for name, at in truth.boards.items():
            self.devices[at.bus, at.unit] = self.boards[name]
        for row, string in enumerate(truth.strings.values()):
            for block in range(truth.blocks.per_string):
                self.devices[string.bus, string.first_unit + block] = Module(self.bank, row, block)
            if string.current:
                sensor = self._current_sensor(row, string.current, conversion_ns)
                self._place(string.current.at.bus, string.current.at.unit, sensor)
        for room in truth.rooms.values():
            if room.sensor:
                self._place(room.sensor.bus, room.sensor.unit, self._climate_sensor(room, conversion_ns))
        if truth.ghost:
            self._place(truth.ghost.bus, truth.ghost.unit, Ghost(conversion_ns, self._ghost_view))
        if truth.ups and self.ups:
            self.devices[truth.ups.at.bus, truth.ups.at.unit] = self.ups

    def _place(self, bus: str, unit: int, device: Sampled) -> None:
        self.devices[bus, unit] = device
        self.sampled.append(device)

    def _current_sensor(self, row: int, told: CurrentTruth, conversion_ns: int) -> CurrentSensor:
        def current_a() -> float:
            return float(self.plant.current_a[row]) + told.offset_a

        return CurrentSensor(conversion_ns, told.rated_a, current_a, lambda: self.plant.noise)

    def _climate_sensor(self, room: RoomTruth, conversion_ns: int) -> ClimateSensor:
        row = next((i for i, string in enumerate(self.truth.strings.values()) if string.room == room.name), None)

        def climate() -> tuple[float, float]:
            return (room.ambient_degc if row is None else float(self.plant.ambient_degc[row])), room.humidity

        return ClimateSensor(conversion_ns, climate, lambda: self.plant.noise)

    def _wire(self) -> None:
        truth = self.truth
        for name, told in truth.breakers.items():
            breaker = self.breakers[name]
            self._wire_relay(told.trip, breaker.on_coil)
            self._wire_input(told.opened, breaker.opened_contact)
            self._wire_input(told.closed, breaker.poles_closed)
        for room in truth.rooms.values():
            if room.fan:
                self._wire_relay(room.fan, self._fan_wire(room.name))
        for string in truth.strings.values():
            if string.smoke:
                self._wire_input(string.smoke, self._smoke_contact(string.name))
        if truth.charger_inhibit:
            self._wire_relay(truth.charger_inhibit, self._inhibit)

    def _wire_relay(self, terminal: Terminal, wire: Wire) -> None:
        self.boards[terminal.board].wires[terminal.number - 1] = wire

    def _wire_input(self, terminal: Terminal, contact: Contact) -> None:
        self.boards[terminal.board].contacts[terminal.number - 1] = contact

    def _fan_wire(self, room: str) -> Wire:
        def switch(energised: bool, now_ns: int) -> None:
            self.fan_on[room] = energised

        return switch

    def _smoke_contact(self, string: str) -> Contact:
        return lambda now_ns: self.smoke[string]

    def _inhibit(self, energised: bool, now_ns: int) -> None:
        self.charger_inhibited = energised

    # -- the bus

    def respond(self, bus: str, unit: int, pdu: bytes, now_ns: int) -> bytes | None:
        """The reply PDU of a unit, None where the bus stays silent: a broadcast or a unit that is not there."""
        with self.lock:
            self.advance(now_ns)
            if unit == 0:
                self._broadcast(bus, pdu, now_ns)
                return None
            device = self.devices.get((bus, unit))
            return None if device is None else answer(device, pdu, now_ns)

    def _broadcast(self, bus: str, pdu: bytes, now_ns: int) -> None:
        if pdu[:1] not in (b"\x06", b"\x10"):
            return
        for (on_bus, _), device in self.devices.items():
            if on_bus == bus and isinstance(device, Module):
                answer(device, pdu, now_ns)

    # -- time

    def advance(self, now_ns: int) -> None:
        """Bring everything up to `now_ns`; going back does nothing."""
        with self.lock:
            while self.next_tick_ns <= now_ns:
                self._tick(self.next_tick_ns)
                self.next_tick_ns += TICK_NS
            for board in self.boards.values():
                board.advance(now_ns)

    def next_due_ns(self) -> int:
        """When `advance` will next have something to do."""
        with self.lock:
            expiries = [board.expires_ns for board in self.boards.values()]
            return min([self.next_tick_ns, *(at_ns for at_ns in expiries if at_ns is not None)])

    def _tick(self, now_ns: int) -> None:
        for board in self.boards.values():
            board.advance(now_ns)
        if self.ups:
            self.ups.advance()
        self._scenario()
        self._inputs(now_ns)
        self.plant.step(TICK_NS / SECOND_NS * self.speed)
        self.ghost.step(TICK_NS / SECOND_NS * self.speed)
        self.bank.advance(now_ns)
        for device in self.sampled:
            device.advance(now_ns)

    def _scenario(self) -> None:
        if self.scenario is None or self.burn_from_s is None:
            return
        steps = self.scenario.steps
        while self.steps_done < len(steps) and self.plant.seconds - self.burn_from_s >= steps[self.steps_done].after_s:
            step = steps[self.steps_done]
            self.steps_done += 1
            apply_step(self.plant, step, self.truth)
            if step.mains is not None and self.ups:
                self.ups.set_mains(step.mains)
            if step.smoke is not None:
                self.smoke[step.smoke] = True

    def _inputs(self, now_ns: int) -> None:
        plant, ghost, truth = self.plant, self.ghost, self.truth
        for row, string in enumerate(truth.strings.values()):
            plant.breaker_closed[row] = self.breakers[string.breaker].poles_closed(now_ns)
            plant.airflow[row] = truth.rooms[string.room].fan_cooling if self.fan_on[string.room] else 1.0
        mains = self.ups is None or self.ups.mains_good
        plant.charger_on = mains and self.charger_works and not self.charger_inhibited
        plant.load_w = self.ups.load_on_battery_w if self.ups else 0.0
        ghost.ambient_degc[0] = plant.ambient_degc[self.faulty]
        ghost.charger_v, ghost.charger_on = plant.charger_v, mains and self.charger_works
        ghost.load_w = plant.load_w / len(truth.strings)
        if self.ups:
            self.ups.charger_on = plant.charger_on

    # -- what others see

    def _battery(self) -> Battery:
        plant = self.plant
        closed = plant.breaker_closed
        connected = bool(closed.any())
        rows = closed if connected else np.ones_like(closed)
        volts = float(plant.voltage[rows].sum(axis=1).max())
        cells = plant.chemistry.cells
        charge = float(plant.charge[rows].mean())
        rated_wh = float((plant.capacity_ah[rows] * cells * plant.chemistry.full_v).sum())
        return Battery(volts, float(plant.voltage[rows].mean()) / cells, charge, connected, rated_wh)

    def _ghost_view(self) -> tuple[float, float, int]:
        hottest = int(np.argmax(self.ghost.temperature[0]))
        return float(self.ghost.temperature[0, hottest]), float(self.ghost.current_a[0]), hottest + 1

    # -- what a person at the simulator does

    def burn(self, string: int | None = None) -> None:
        """Start the scenario now; a string other than the prepared one gets the fault this moment."""
        with self.lock:
            if self.scenario is None:
                raise ValueError("no scenario was named; start the simulator with --scenario NAME")
            if string is not None and string != self.faulty:
                apply_fault(self.plant, string, self.scenario)
                self.faulty, self.ghost = string, self.plant.take([string])
            self.burn_from_s, self.steps_done = self.plant.seconds, 0

    def start_again(self, now_ns: int) -> None:
        """Plant and ghost as at the start, breakers closed by hand, faults of devices gone; relays stay as they are."""
        with self.lock:
            self._take(self.start)
            self.bank.plant = self.plant
            self.bank.forced_degc[:] = np.nan
            for mask in (self.bank.frozen, self.bank.sensor_fault, self.bank.fuse_open, self.bank.asleep):
                mask[:] = False
            for device in self.sampled:
                device.frozen = device.fault = False
            self.smoke = dict.fromkeys(self.truth.strings, False)
            self.charger_works = True
            if self.ups:
                self.ups.set_mains(True)
                self.ups.test_since_s, self.ups.test_failed, self.ups.depleted = None, False, False
            for breaker in self.breakers.values():
                breaker.stuck = False
                breaker.close_by_hand(now_ns)


def _breaker(told: BreakerTruth) -> Breaker:
    return Breaker(
        told.name,
        opens_when_energised=told.opens_when_energised,
        travel_s=told.travel_s,
        least_pulse_s=told.least_pulse_s,
    )
