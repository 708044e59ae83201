"""CSH current sensors, climate sensors and the ghost: small devices with input registers only."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

from simulator.modbus import READ_INPUT_REGISTERS, Tables, within

SENSOR_FAULT = 2
CURRENT_NOISE_A = 0.01
AMBIENT_NOISE_K = 0.1
CLIMATE_TYPE = 10


class Sampled(Tables):
    """A device that converts every so often into a block of input registers from 0."""

    functions = frozenset({READ_INPUT_REGISTERS})

    def __init__(self, conversion_ns: int) -> None:
        self.conversion_ns = conversion_ns
        self.next_ns: int | None = None
        self.counter = 0
        self.frozen = False
        self.fault = False
        self.block = self.encode(None)

    def sample(self) -> tuple[float, ...]:
        """What the sensor feels now."""
        raise NotImplementedError

    def encode(self, sample: tuple[float, ...] | None) -> bytes:
        """All registers, big-endian; None is before the first conversion or a sensor fault."""
        raise NotImplementedError

    def advance(self, now_ns: int) -> None:
        if self.next_ns is None:
            self.next_ns = now_ns
        while self.next_ns <= now_ns:
            self.next_ns += self.conversion_ns
            if not self.frozen:
                self.convert()

    def convert(self) -> None:
        self.counter = (self.counter + 1) & 0xFFFF
        self.block = self.encode(None if self.fault else self.sample())

    def registers(self, function: int, address: int, count: int, now_ns: int) -> bytes:
        within(address, count, 0, len(self.block) // 2 - 1)
        return self.block[2 * address : 2 * (address + count)]

    @property
    def flags(self) -> int:
        return SENSOR_FAULT if self.fault else 0


class CurrentSensor(Sampled):
    """A CSH: a string's current, clipped to what it is rated for."""

    def __init__(
        self, conversion_ns: int, rated_a: int, current_a: Callable[[], float], noise: Callable[[], np.random.Generator]
    ) -> None:
        self.rated_a = rated_a
        self.current_a = current_a
        self.noise = noise
        super().__init__(conversion_ns)

    def sample(self) -> tuple[float, ...]:
        return (self.current_a() + float(self.noise().normal(0, CURRENT_NOISE_A)),)

    def encode(self, sample: tuple[float, ...] | None) -> bytes:
        milliamps = -(2**31) if sample is None else round(max(-self.rated_a, min(self.rated_a, sample[0])) * 1000)
        return struct.pack(">HHiHHHH", self.rated_a, 1, milliamps, 0, 0, self.counter, self.flags)


class ClimateSensor(Sampled):
    """A room's temperature and humidity; `climate` gives (degC, %)."""

    def __init__(
        self, conversion_ns: int, climate: Callable[[], tuple[float, float]], noise: Callable[[], np.random.Generator]
    ) -> None:
        self.climate = climate
        self.noise = noise
        super().__init__(conversion_ns)

    def sample(self) -> tuple[float, ...]:
        degc, humidity = self.climate()
        return degc + float(self.noise().normal(0, AMBIENT_NOISE_K)), humidity

    def encode(self, sample: tuple[float, ...] | None) -> bytes:
        tenths, humidity = -0x8000, 0xFFFF
        if sample is not None:
            tenths = round(max(-10.0, min(90.0, sample[0])) * 10)
            humidity = round(max(0.0, min(100.0, sample[1])) * 10)
        return struct.pack(">HHhHHHHH", CLIMATE_TYPE, 1, tenths, humidity, 0, 0, self.counter, self.flags)


class Ghost(Sampled):
    """The string that nobody controls; `string` gives (hottest degC, current A, hottest module from 1)."""

    def __init__(self, conversion_ns: int, string: Callable[[], tuple[float, float, int]]) -> None:
        self.string = string
        super().__init__(conversion_ns)

    def convert(self) -> None:
        self.counter = (self.counter + 1) & 0xFFFF
        self.block = self.encode(None if self.fault else self.string())

    def encode(self, sample: tuple[float, ...] | None) -> bytes:
        if sample is None:
            return struct.pack(">hhHHH", -0x8000, -0x8000, 1, self.counter, 0xFFFF)
        degc, amps, module = sample
        tenths_degc = round(max(-50.0, min(1000.0, degc)) * 10)
        tenths_a = round(max(-3276.7, min(3276.7, amps)) * 10)
        return struct.pack(">hhHHH", tenths_degc, tenths_a, 1, self.counter, int(module))
