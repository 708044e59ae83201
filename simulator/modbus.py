"""The slave's half of Modbus: a request PDU in, a reply PDU out, strictly.

A device is a `Tables`: it says which functions it has and reads and writes its own addresses, raising `Refusal` with an
exception code. `answer` checks everything a device need not know: lengths, counts, FC05's two legal values.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, DEVICE_FAILURE = 1, 2, 3, 4
READ_COILS, READ_INPUTS, READ_HOLDING, READ_INPUT_REGISTERS = 1, 2, 3, 4
WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS = 5, 6, 15, 16
MOST_BITS_READ, MOST_BITS_WRITTEN = 2000, 1968
MOST_REGISTERS_READ, MOST_REGISTERS_WRITTEN = 125, 123


class Refusal(Exception):
    """A device refuses a request; `code` is the Modbus exception."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Modbus exception {code:02d}")
        self.code = code


class Tables:
    """A device's four tables. A device overrides what it has; `now_ns` is the monotonic time of the request."""

    functions: frozenset[int] = frozenset()

    def bits(self, function: int, address: int, count: int, now_ns: int) -> Sequence[bool]:
        """Coils (FC01) or discrete inputs (FC02), `count` of them."""
        raise Refusal(ILLEGAL_ADDRESS)

    def registers(self, function: int, address: int, count: int, now_ns: int) -> bytes:
        """Holding (FC03) or input registers (FC04), big-endian, 2 x `count` bytes."""
        raise Refusal(ILLEGAL_ADDRESS)

    def write_bits(self, address: int, values: Sequence[bool], now_ns: int) -> None:
        raise Refusal(ILLEGAL_ADDRESS)

    def write_registers(self, address: int, values: Sequence[int], now_ns: int) -> None:
        raise Refusal(ILLEGAL_ADDRESS)

    def answered(self, now_ns: int) -> None:
        """Called after each request addressed to the device and answered without an exception."""


def answer(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    """The device's reply PDU to a request PDU addressed to it."""
    function = pdu[0] if pdu else 0
    try:
        if function not in device.functions:
            raise Refusal(ILLEGAL_FUNCTION)
        reply = _REQUESTS[function](device, pdu, now_ns)
    except Refusal as refusal:
        return bytes([function | 0x80, refusal.code])
    device.answered(now_ns)
    return reply


def _exactly(pdu: bytes, length: int) -> None:
    if len(pdu) != length:
        raise Refusal(ILLEGAL_VALUE)


def _counted(pdu: bytes, most: int) -> tuple[int, int]:
    """Address and count of a request, the count within 1 to `most`."""
    if len(pdu) < 5:
        raise Refusal(ILLEGAL_VALUE)
    address, count = struct.unpack_from(">HH", pdu, 1)
    if not 1 <= count <= most:
        raise Refusal(ILLEGAL_VALUE)
    if address + count > 65536:
        raise Refusal(ILLEGAL_ADDRESS)
    return address, count


def _read_bits(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    _exactly(pdu, 5)
    address, count = _counted(pdu, MOST_BITS_READ)
    packed = pack_bits(device.bits(pdu[0], address, count, now_ns))
    return bytes([pdu[0], len(packed)]) + packed


def _read_registers(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    _exactly(pdu, 5)
    address, count = _counted(pdu, MOST_REGISTERS_READ)
    return bytes([pdu[0], 2 * count]) + device.registers(pdu[0], address, count, now_ns)


def _write_coil(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    _exactly(pdu, 5)
    address, value = struct.unpack_from(">HH", pdu, 1)
    if value not in (0x0000, 0xFF00):
        raise Refusal(ILLEGAL_VALUE)
    device.write_bits(address, [value == 0xFF00], now_ns)
    return pdu


def _write_register(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    _exactly(pdu, 5)
    address, value = struct.unpack_from(">HH", pdu, 1)
    device.write_registers(address, [value], now_ns)
    return pdu


def _write_coils(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    address, count = _counted(pdu, MOST_BITS_WRITTEN)
    size = (count + 7) // 8
    _exactly(pdu, 6 + size)
    if pdu[5] != size:
        raise Refusal(ILLEGAL_VALUE)
    device.write_bits(address, unpack_bits(pdu[6:], count), now_ns)
    return pdu[:5]


def _write_registers(device: Tables, pdu: bytes, now_ns: int) -> bytes:
    address, count = _counted(pdu, MOST_REGISTERS_WRITTEN)
    _exactly(pdu, 6 + 2 * count)
    if pdu[5] != 2 * count:
        raise Refusal(ILLEGAL_VALUE)
    device.write_registers(address, struct.unpack(f">{count}H", pdu[6:]), now_ns)
    return pdu[:5]


_REQUESTS = {
    READ_COILS: _read_bits,
    READ_INPUTS: _read_bits,
    READ_HOLDING: _read_registers,
    READ_INPUT_REGISTERS: _read_registers,
    WRITE_COIL: _write_coil,
    WRITE_REGISTER: _write_register,
    WRITE_COILS: _write_coils,
    WRITE_REGISTERS: _write_registers,
}


def pack_bits(values: Sequence[bool]) -> bytes:
    """Lowest address first, into bit 0 of the first byte."""
    packed = bytearray((len(values) + 7) // 8)
    for place, value in enumerate(values):
        packed[place // 8] |= bool(value) << place % 8
    return bytes(packed)


def unpack_bits(packed: bytes, count: int) -> list[bool]:
    return [bool(packed[place // 8] >> place % 8 & 1) for place in range(count)]


def within(address: int, count: int, first: int, last: int) -> None:
    """Refuse a range that is not wholly in `first` to `last`."""
    if address < first or address + count - 1 > last:
        raise Refusal(ILLEGAL_ADDRESS)


def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
        table.append(byte)
    return table


_CRC = _table()


def crc16(frame: bytes) -> bytes:
    """The RTU checksum as it goes on the wire, low byte first."""
    crc = 0xFFFF
    for byte in frame:
        crc = (crc >> 8) ^ _CRC[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def request_length(head: bytes) -> int | None:
    """How long an RTU request is, CRC included; 0 while more bytes are needed, None for an unknown function."""
    if len(head) < 2:
        return 0
    if head[1] in (1, 2, 3, 4, 5, 6):
        return 8
    if head[1] in (15, 16):
        return 9 + head[6] if len(head) >= 7 else 0
    return None
