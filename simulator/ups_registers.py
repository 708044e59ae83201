"""A UPS's reading as the registers and flags of docs/devices/cs141.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

FIRST, FIRST_FLAG, LAST = 97, 115, 142
NOT_AVAILABLE, SIGNED_NOT_AVAILABLE = 0xFFFF, -0x8000
COMM_LOST = 134

Lines = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class UpsReading:
    """Everything a UPS tells. `flags` holds the addresses, 115 to 142, of the flags that are set."""

    output_v: Lines
    load_percent: Lines
    charge_percent: int
    input_v: Lines
    degc: int
    autonomy_min: int
    status: int
    battery_v: float
    input_hz: tuple[float, float, float]
    power_failures: int
    flags: frozenset[int]


def encode(reading: UpsReading) -> bytes:
    """Registers 97 to 142, big-endian. With communication lost no value is available and the status word is 0."""
    if COMM_LOST in reading.flags:
        return _encode_lost(reading)
    out = (*_within(reading.output_v, 500), *_within(reading.load_percent, 200))
    values = (*out, min(100, reading.charge_percent), *_within(reading.input_v, 500))
    degc = max(-40, min(120, reading.degc))
    later = (min(9999, reading.autonomy_min), reading.status, round(10 * min(1000.0, reading.battery_v)))
    hertz = tuple(round(10 * hz) for hz in reading.input_hz)
    return struct.pack(">10Hh7H", *values, degc, *later, *hertz, reading.power_failures) + _flags(reading)


def _encode_lost(reading: UpsReading) -> bytes:
    missing = [NOT_AVAILABLE] * 10
    later = (SIGNED_NOT_AVAILABLE, NOT_AVAILABLE, 0, *[NOT_AVAILABLE] * 4, reading.power_failures)
    return struct.pack(">10Hh7H", *missing, *later) + _flags(replace(reading, flags=frozenset({COMM_LOST})))


def _within(lines: Lines, most: int) -> Lines:
    first, second, third = (min(most, value) for value in lines)
    return first, second, third


def _flags(reading: UpsReading) -> bytes:
    return b"".join(struct.pack(">H", at in reading.flags) for at in range(FIRST_FLAG, LAST + 1))
