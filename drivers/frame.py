"""Modbus frames: what a request is in bytes, and whether bytes are the answer to it.

    Request (unit, PDU, what must come back) --rtu_frame / tcp_frame--> wire
    wire --rtu_size while it arrives, rtu_answer / tcp_answer when it is whole--> the answer's data, or an error

Pure; the only file that touches pymodbus (its checksum).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pymodbus.framer.rtu import FramerRTU

from drivers.errors import BadAnswer, DeviceRefused, Verdict

BROADCAST = 0
READ_COILS, READ_CONTACTS, READ_HOLDING, READ_INPUT = 1, 2, 3, 4
WRITE_COIL, WRITE_REGISTER, WRITE_REGISTERS = 5, 6, 16
LONGEST_FRAME = 260
RTU_EXCEPTION_SIZE = 5
TCP_HEADER_SIZE = 7

_MOST = {READ_COILS: 2000, READ_CONTACTS: 2000, READ_HOLDING: 125, READ_INPUT: 125}


@dataclass(frozen=True, slots=True)
class Request:
    """``answer`` is what the answer's PDU starts with: function and byte count of a read, all of a write's echo.
    ``answer_size`` is the whole PDU's length. A broadcast expects nothing."""

    unit: int
    pdu: bytes
    answer: bytes
    answer_size: int

    @property
    def function(self) -> int:
        return self.pdu[0]

    @property
    def is_broadcast(self) -> bool:
        return self.unit == BROADCAST

    @property
    def is_echoed(self) -> bool:
        """A write: its answer is known byte for byte before it comes."""
        return len(self.answer) == self.answer_size


@lru_cache(maxsize=4096)
def read(unit: int, function: int, first: int, count: int) -> Request:
    """Ask ``unit`` for ``count`` registers or bits from address ``first``. Raises ValueError outside the protocol."""
    most = _MOST.get(function)
    if most is None or not 1 <= count <= most or not 0 <= first <= 0x10000 - count or not 1 <= unit <= 247:
        raise ValueError(f"no read: unit {unit}, function {function}, {count} from {first}")
    size = 2 * count if function in (READ_HOLDING, READ_INPUT) else (count + 7) // 8
    return Request(unit, struct.pack(">BHH", function, first, count), bytes((function, size)), 2 + size)


def write_coil(unit: int, address: int, on: bool) -> Request:
    """Switch one coil (FC05)."""
    return _echoed(unit, struct.pack(">BHH", WRITE_COIL, address, 0xFF00 if on else 0), 5)


def write_register(unit: int, address: int, value: int) -> Request:
    """Set one register (FC06); ``value`` is 0..65535. Unit 0 broadcasts."""
    return _echoed(unit, struct.pack(">BHH", WRITE_REGISTER, address, value), 5)


def write_registers(unit: int, first: int, values: Sequence[int]) -> Request:
    """Set up to 123 registers from ``first`` (FC16). Unit 0 broadcasts."""
    if not 1 <= len(values) <= 123:
        raise ValueError(f"no write: {len(values)} registers, expected 1 to 123")
    count = len(values)
    pdu = struct.pack(f">BHHB{count}H", WRITE_REGISTERS, first, count, 2 * count, *values)
    return _echoed(unit, pdu, 5)


def _echoed(unit: int, pdu: bytes, size: int) -> Request:
    if not 0 <= unit <= 247:
        raise ValueError(f"no unit {unit}; units are 1 to 247, 0 broadcasts")
    if unit == BROADCAST:
        return Request(unit, pdu, b"", 0)
    return Request(unit, pdu, pdu[:size], size)


def crc(data: bytes) -> bytes:
    """The checksum as it stands in a frame, low byte first."""
    return FramerRTU.compute_CRC(data).to_bytes(2, "big")


@lru_cache(maxsize=4096)
def rtu_frame(request: Request) -> bytes:
    """The request on a serial line."""
    frame = bytes((request.unit,)) + request.pdu
    return frame + crc(frame)


def rtu_size(request: Request, received: bytes | bytearray) -> int:
    """How long the whole answer will be, judged by its beginning (0 bytes or more).

    Raises BadAnswer as soon as the beginning cannot be the answer's.
    """
    if len(received) > 0 and received[0] != request.unit:
        raise BadAnswer(Verdict.UNIT, request.unit, f"unit {received[0]} answers instead")
    if len(received) > 1:
        if received[1] == request.function | 0x80:
            return RTU_EXCEPTION_SIZE
        _check_beginning(request, received[1:])
    return request.answer_size + 3


def rtu_answer(request: Request, frame: bytes) -> bytes:
    """The data of a whole answer (what follows the byte count; nothing for a write).

    Raises BadAnswer, DeviceRefused.
    """
    rtu_size(request, frame)
    if crc(frame[:-2]) != frame[-2:]:
        raise BadAnswer(Verdict.CRC, request.unit, "the answer is garbled (CRC)")
    return _answer(request, frame[1:-2])


def tcp_frame(request: Request, transaction: int) -> bytes:
    """The request on a TCP connection."""
    return struct.pack(">HHHB", transaction, 0, 1 + len(request.pdu), request.unit) + request.pdu


def tcp_size(request: Request, transaction: int, received: bytes | bytearray) -> int:
    """How long the whole answer will be, once ``received`` holds the header. Raises BadAnswer."""
    if len(received) < TCP_HEADER_SIZE:
        return TCP_HEADER_SIZE
    answered, protocol, length, unit = struct.unpack_from(">HHHB", received)
    if answered != transaction or protocol != 0 or not 3 <= length <= 254:
        what = f"answer {answered} protocol {protocol} length {length} to request {transaction}"
        raise BadAnswer(Verdict.HEADER, request.unit, what)
    if unit != request.unit:
        raise BadAnswer(Verdict.UNIT, request.unit, f"unit {unit} answers instead")
    return TCP_HEADER_SIZE - 1 + int(length)


def tcp_answer(request: Request, frame: bytes) -> bytes:
    """The data of a whole answer, see ``rtu_answer``."""
    return _answer(request, frame[TCP_HEADER_SIZE:])


def _answer(request: Request, pdu: bytes) -> bytes:
    if pdu[0] == request.function | 0x80:
        if len(pdu) != 2:
            raise BadAnswer(Verdict.COUNT, request.unit, f"an exception of {len(pdu)} bytes, expected 2")
        raise DeviceRefused(request.unit, pdu[1])
    _check_beginning(request, pdu)
    if len(pdu) != request.answer_size:
        raise BadAnswer(Verdict.COUNT, request.unit, f"{len(pdu)} bytes, expected {request.answer_size}")
    return bytes(pdu[len(request.answer) :])


def _check_beginning(request: Request, pdu: bytes | bytearray) -> None:
    """The part of the answer that is known beforehand, as far as it has come."""
    known = request.answer
    if pdu[: len(known)] == known[: len(pdu)]:
        return
    if pdu[0] != request.function:
        raise BadAnswer(Verdict.FUNCTION, request.unit, f"function {pdu[0]} answers to {request.function}")
    if request.is_echoed:
        raise BadAnswer(Verdict.ECHO, request.unit, f"echo {pdu.hex(' ')}, expected {known.hex(' ')}")
    raise BadAnswer(Verdict.COUNT, request.unit, f"{pdu[1]} bytes of data, expected {known[1]}")
