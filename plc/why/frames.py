"""Frames of a bus in words: who was asked what, what came back.

driver's frame log --Decoder--> {"unit": 105, "device": "S4.3", "says": "temperature 52.3 degC, ..."}
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import msgspec

from drivers.errors import EXCEPTIONS, Verdict
from drivers.frames import Direction, Frame
from drivers.map import DeviceMap, Raw, load_maps
from plc.core.catalogue import CATALOGUE, FieldKind, OutputKind
from plc.core.plan import BusPlan

READS = {1: "coils", 2: "contacts", 3: "holding registers", 4: "input registers"}
BITS = (1, 2)
WRITE_COIL, WRITE_REGISTER, WRITE_REGISTERS = 5, 6, 16
TCP_HEADER = 7
VERDICTS = {
    Verdict.NO_ANSWER: "no answer",
    Verdict.SHORT: "cut short",
    Verdict.CRC: "garbled (CRC)",
    Verdict.UNIT: "another unit answers",
    Verdict.FUNCTION: "another function answers",
    Verdict.COUNT: "wrong count",
    Verdict.ECHO: "wrong echo",
    Verdict.HEADER: "wrong header",
    Verdict.REFUSED: "the device refuses",
    Verdict.STRAY: "late or stray, thrown away",
    Verdict.CLOSED: "line closed",
    Verdict.WRONG_DEVICE: "another device than the site file says",
    Verdict.NOISE: "noise",
}


class Told(msgspec.Struct):
    """``at_ns`` is CLOCK_MONOTONIC; ``trip`` the breaker that the frame opens; ``write`` says a frame that
    changes something."""

    number: int
    at_ns: int
    out: bool
    good: bool
    unit: int
    device: str
    says: str
    bytes: str
    write: bool = False
    trip: str = ""


class Decoder:
    """One bus. ``trips`` says of each trip relay, by its tag, which breaker it opens and in which state."""

    def __init__(self, bus: BusPlan, trips: dict[str, tuple[str, bool]]) -> None:
        self._rtu = bus.driver == "modbus_rtu"
        self._devices = {device.unit: device for device in bus.devices}
        self._maps = load_maps()
        self._coils = {
            (place.unit, self._maps[self._type(place.unit)].coils[place.name]): place
            for place in bus.outputs
            if place.kind is not OutputKind.TARGET
        }
        self._trips = trips

    def first_block(self) -> tuple[int, int, int, int]:
        """(unit, function, first address, count) of the first thing read on this bus."""
        unit = next(iter(self._devices))
        block = next(iter(self._maps[self._type(unit)].blocks.values()))
        return unit, block.function, block.first, block.count

    def told(self, frames: Sequence[Frame]) -> Iterator[Told]:
        """Each frame in words; an answer is read by the request before it."""
        asked = b""
        for frame in frames:
            pdu = self._pdu(frame.text)
            yield self._one(frame, pdu, asked)
            asked = pdu if frame.direction is Direction.OUT else asked

    def _pdu(self, text: bytes) -> bytes:
        """Unit and PDU."""
        return text[:-2] if self._rtu else text[TCP_HEADER - 1 :]

    def _type(self, unit: int) -> str:
        return self._devices[unit].type

    def _one(self, frame: Frame, pdu: bytes, asked: bytes) -> Told:
        out = frame.direction is Direction.OUT
        unit = pdu[0] if pdu else (asked[0] if asked else 0)
        device = self._devices.get(unit)
        told = Told(
            number=frame.number,
            at_ns=frame.monotonic_ns,
            out=out,
            good=frame.verdict in (Verdict.SENT, Verdict.GOOD),
            unit=unit,
            device=device.name if device else ("everybody" if unit == 0 else "unknown"),
            says="",
            bytes=frame.text.hex(" "),
        )
        if not told.good:
            told.says = VERDICTS.get(frame.verdict, frame.verdict.name.lower())
            if frame.verdict is Verdict.REFUSED and len(pdu) > 2:
                told.says += f": {EXCEPTIONS.get(pdu[2], 'exception')} ({pdu[2]})"
        elif out:
            self._request(told, pdu)
        elif device is not None:
            told.says = self._answer(pdu, asked)
        return told

    def _request(self, told: Told, pdu: bytes) -> None:
        if len(pdu) < 6:
            told.says = "too short to be read"
            return
        unit, function, first, count = struct.unpack(">BBHH", pdu[:6])
        if function in READS:
            told.says = f"reads {count} {READS[function]} from {first}"
            return
        told.write = True
        place = self._coils.get((unit, first)) if function == WRITE_COIL else None
        if place is not None:
            told.says = f"{place.tag}: {place.name} {'ON' if count else 'off'}"
            breaker, opens_when = self._trips.get(place.tag, ("", True))
            told.trip = breaker if bool(count) is opens_when else ""
        elif function == WRITE_COIL:
            told.says = f"coil {first} {'ON' if count else 'off'}"
        elif function == WRITE_REGISTER:
            told.says = f"register {first} := {count}"
        elif function == WRITE_REGISTERS:
            values = struct.unpack(f">{count}H", pdu[7 : 7 + 2 * count]) if len(pdu) >= 7 + 2 * count else ()
            told.says = f"registers {first} to {first + count - 1} := {', '.join(map(str, values))}"
        else:
            told.says = f"function {function}"

    def _answer(self, pdu: bytes, asked: bytes) -> str:
        if len(asked) < 6 or len(pdu) < 3 or pdu[:2] != asked[:2]:
            return "answer"
        function, first, count = struct.unpack(">BHH", asked[1:6])
        if function not in READS:
            return "done"
        if len(pdu) - 3 != ((count + 7) // 8 if function in BITS else 2 * count):
            return f"{len(pdu) - 3} bytes of {READS[function]}"
        device_map = self._maps[self._type(pdu[0])]
        for name, block in device_map.blocks.items():
            if (block.function, block.first, block.count) == (function, first, count):
                return self._values(pdu[0], device_map, name, block.raw(pdu[3:]))
        return f"{len(pdu) - 3} bytes of {READS[function]}"

    def _values(self, unit: int, device_map: DeviceMap, block: str, raw: Raw) -> str:
        fields = {field.name: field for field in CATALOGUE[self._type(unit)].fields}
        said = []
        for name, value in device_map.values(block, raw):
            if value is None:
                said.append(f"{name} not available")
            elif fields[name].kind is FieldKind.CONTACT:
                said.append(f"{name} {'on' if value else 'off'}")
            else:
                said.append(f"{name} {value:g} {fields[name].unit}".rstrip())
        return ", ".join(said)
