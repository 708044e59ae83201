"""The battery modules of all strings: they convert every half second and answer from their registers.

plant -> convert (noise, ranges, flags) -> registers[string, block] -> FC04
FC06, FC16, broadcast -> targets with an expiry -> plant.target_v
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.modbus import ILLEGAL_ADDRESS, ILLEGAL_VALUE, READ_INPUT_REGISTERS, Refusal, Tables, within
from simulator.plant import Plant

VOLTAGE_NOISE = 0.0005
TEMPERATURE_NOISE_K = 0.1
RESISTANCE_NOISE = 0.015
NOT_AVAILABLE = 0xFFFF
SIGNED_NOT_AVAILABLE = 0x8000
REGISTERS = 11
FIRST_TARGET, TARGETS = 41, 16
OWN_STRING, COMMAND, EXPIRY = 60, 61, 62
EXTERNAL, SENSOR_FAULT, EQUALIZING, SATURATED, ASLEEP, MEASURING, FUSE = (1 << bit for bit in range(7))
# type: least and largest voltage in mV, least and largest resistance in uOhm, largest bypass in mA
RANGES = {
    23: (9700, 21000, 500, 60000, 120),
    20: (9700, 17000, 500, 60000, 150),
    30: (4800, 8000, 500, 60000, 300),
    41: (2400, 5000, 500, 30000, 300),
    40: (1250, 3200, 20, 6000, 900),
}


class ModuleBank:
    """Every module of a plant. Rows are strings, columns blocks."""

    def __init__(self, plant: Plant, type_code: int, conversion_ns: int) -> None:
        self.plant = plant
        self.type_code = type_code
        self.conversion_ns = conversion_ns
        shape = plant.k.shape
        self.words: NDArray[np.uint16] = np.zeros((*shape, REGISTERS), dtype=">u2")
        self.words[..., 0], self.words[..., 1] = type_code, 1
        self.words[..., 2] = self.words[..., 4] = self.words[..., 5] = self.words[..., 8] = NOT_AVAILABLE
        self.words[..., 3] = SIGNED_NOT_AVAILABLE
        serial = 100_000 + np.arange(shape[0] * shape[1]).reshape(shape)
        self.words[..., 9], self.words[..., 10] = serial >> 16, serial & 0xFFFF
        self.target_mv = np.zeros((*shape, TARGETS), dtype=np.int64)
        self.until_ns = np.zeros((*shape, TARGETS), dtype=np.int64)
        self.own_string = np.broadcast_to(np.arange(1, shape[0] + 1)[:, None], shape).copy()
        self.expiry_s = np.full(shape, 60, dtype=np.int64)
        self.asleep = np.zeros(shape, dtype=np.bool_)
        self.frozen = np.zeros(shape, dtype=np.bool_)
        self.sensor_fault = np.zeros(shape, dtype=np.bool_)
        self.fuse_open = np.zeros(shape, dtype=np.bool_)
        self.external = np.zeros(shape, dtype=np.bool_)
        self.measure = np.ones(shape, dtype=np.bool_)  # resistance at the next conversion; all at power-up
        self.measured_s = np.full(shape, np.nan)
        self.forced_degc = np.full(shape, np.nan)
        self.next_ns: int | None = None

    def advance(self, now_ns: int) -> None:
        """Convert as often as is due, and hand the targets that still hold to the plant."""
        self._give_targets(now_ns)
        if self.next_ns is None:
            self.next_ns = now_ns
        while self.next_ns <= now_ns:
            self.convert(~self.asleep & ~self.frozen)
            self.next_ns += self.conversion_ns

    def _give_targets(self, now_ns: int) -> None:
        own = np.clip(self.own_string - 1, 0, TARGETS - 1)[..., None]
        target = np.take_along_axis(self.target_mv, own, 2)[..., 0]
        until = np.take_along_axis(self.until_ns, own, 2)[..., 0]
        low, high = RANGES[self.type_code][:2]
        holds = (self.own_string > 0) & (until > now_ns) & (target >= low) & (target <= high) & ~self.asleep
        self.plant.target_v = np.where(holds, target / 1000.0, np.nan)

    def convert(self, which: NDArray[np.bool_]) -> None:
        """One conversion of the modules in `which`: new values, counter + 1."""
        if not which.any():
            return
        plant, noise = self.plant, self.plant.noise
        low, high, _, _, bypass_limit = RANGES[self.type_code]
        volts = plant.voltage * plant.sense_gain * (1 + noise.normal(0, VOLTAGE_NOISE, which.shape))
        millivolts = np.rint(volts * 1000)
        millivolts = np.where((millivolts < low) | (millivolts > high) | self.fuse_open, NOT_AVAILABLE, millivolts)
        sensed = plant.temperature + plant.sense_offset_k + noise.normal(0, TEMPERATURE_NOISE_K, which.shape)
        bypass = np.clip(np.rint(plant.bypass_a * 1000), 0, bypass_limit)
        self._put(2, which, millivolts)
        self._put(3, which, self._tenths(np.where(np.isnan(self.forced_degc), sensed, self.forced_degc)))
        self._put(5, which, bypass)
        self._put(7, which, self._flags(bypass, bypass_limit, which))
        self._measure_resistance(which)
        self._put(6, which, (self.words[..., 6].astype(np.int64) + 1) & 0xFFFF)

    def _put(self, register: int, which: NDArray[np.bool_], values: NDArray[np.generic]) -> None:
        self.words[..., register] = np.where(which, values, self.words[..., register])

    def _tenths(self, degc: NDArray[np.float64]) -> NDArray[np.int64]:
        lowest, highest = np.where(self.external, -10.0, -35.0), np.where(self.external, 90.0, 85.0)
        tenths = np.rint(np.clip(degc, lowest, highest) * 10).astype(np.int64) & 0xFFFF
        return np.where(self.sensor_fault, SIGNED_NOT_AVAILABLE, tenths)

    def _flags(self, bypass: NDArray[np.float64], limit: int, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        flags = self.external * EXTERNAL + self.sensor_fault * SENSOR_FAULT + (bypass > 0) * EQUALIZING
        flags = (
            flags + (bypass >= 0.95 * limit) * SATURATED + (self.measure & which) * MEASURING + self.fuse_open * FUSE
        )
        return np.asarray(flags, dtype=np.int64)

    def _measure_resistance(self, which: NDArray[np.bool_]) -> None:
        hours = (self.plant.seconds - self.measured_s) / 3600
        low, high = RANGES[self.type_code][2:4]
        due = self.measure & which
        if due.any():
            ohms = self.plant.now_ohm * (1 + self.plant.noise.normal(0, RESISTANCE_NOISE, which.shape))
            micro = np.rint(np.minimum(ohms * 1e6, 1e6))
            self._put(4, due, np.where((micro < low) | (micro > high) | self.fuse_open, NOT_AVAILABLE, micro))
            self.measured_s = np.where(due, self.plant.seconds, self.measured_s)
            self.measure = self.measure & ~due
            hours = np.where(due, 0.0, hours)
        self._put(
            8, which, np.where(np.isnan(hours), NOT_AVAILABLE, np.clip(np.nan_to_num(hours), 0, 65534)).astype(np.int64)
        )

    def force_temperature(self, string: int, block: int, degc: float | None) -> None:
        """The sensor reads `degc` from this moment, by a conversion of its own; None gives it back to the plant."""
        self.forced_degc[string, block] = np.nan if degc is None else degc
        self.convert_one(string, block)

    def convert_one(self, string: int, block: int) -> None:
        which = np.zeros(self.asleep.shape, dtype=np.bool_)
        which[string, block] = True
        self.convert(which)

    def command(self, string: int, block: int, code: int) -> None:
        """Register 61."""
        if code == 1:
            self.measure[string, block] = True
        elif code in (3, 4):
            self.asleep[string, block] = code == 3
            flags = int(self.words[string, block, 7]) & ~(ASLEEP | EQUALIZING | SATURATED | MEASURING)
            self.words[string, block, 7] = flags | (ASLEEP if code == 3 else 0)
            if code == 3:
                self.words[string, block, 5] = 0


class Module(Tables):
    """One module as the bus sees it."""

    functions = frozenset({3, 4, 6, 16})

    def __init__(self, bank: ModuleBank, string: int, block: int) -> None:
        self.bank = bank
        self.place = (string, block)

    def registers(self, function: int, address: int, count: int, now_ns: int) -> bytes:
        if function == READ_INPUT_REGISTERS:
            within(address, count, 0, REGISTERS - 1)
            return bytes(self.bank.words[self.place][address : address + count].tobytes())
        words = [self._holding(at, now_ns) for at in range(address, address + count)]
        return b"".join(word.to_bytes(2, "big") for word in words)

    def _holding(self, address: int, now_ns: int) -> int:
        bank = self.bank
        if FIRST_TARGET <= address < FIRST_TARGET + TARGETS:
            at = (*self.place, address - FIRST_TARGET)
            return int(bank.target_mv[at]) if bank.until_ns[at] > now_ns else 0
        fixed = {OWN_STRING: int(bank.own_string[self.place]), COMMAND: 0, EXPIRY: int(bank.expiry_s[self.place])}
        if address not in fixed:
            raise Refusal(ILLEGAL_ADDRESS)
        return fixed[address]

    def write_registers(self, address: int, values: Sequence[int], now_ns: int) -> None:
        for offset, value in enumerate(values):
            self._check(address + offset, value)
        for offset, value in enumerate(values):
            self._write(address + offset, value, now_ns)

    def _check(self, address: int, value: int) -> None:
        legal = {OWN_STRING: range(17), COMMAND: range(1, 5), EXPIRY: range(1, 601)}
        if FIRST_TARGET <= address < FIRST_TARGET + TARGETS:
            return
        if address not in legal:
            raise Refusal(ILLEGAL_ADDRESS)
        if value not in legal[address]:
            raise Refusal(ILLEGAL_VALUE)

    def _write(self, address: int, value: int, now_ns: int) -> None:
        bank = self.bank
        if address == OWN_STRING:
            bank.own_string[self.place] = value
        elif address == COMMAND:
            bank.command(*self.place, value)
        elif address == EXPIRY:
            bank.expiry_s[self.place] = value
        else:
            at = (*self.place, address - FIRST_TARGET)
            bank.target_mv[at] = value
            bank.until_ns[at] = now_ns + int(bank.expiry_s[self.place]) * 1_000_000_000
