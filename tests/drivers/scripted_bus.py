"""A scripted serial bus of modules and relay units with the times of a real one, for the bus server's tests."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from drivers.frame import crc
from drivers.frames import FrameLog, FrameReader
from drivers.map import load_maps
from drivers.master import RtuMaster, rtu_timing
from drivers.modbus import ModbusDriver
from drivers.serve import BusServer
from plc.core.catalogue import CATALOGUE, OutputKind
from plc.core.plan import BusPlan, DevicePlan, FailState, InputField, OutputField
from plc.core.segments import InputSegment, OutputSegment
from tests.drivers.peer import Reply, SteppedLine, World, pty_line

CHAR_NS = 11 * 10**9 // 115_200
GAP_NS = 1_750_000
ANSWER_WITHIN_NS = 200_000_000
SECOND_NS = 10**9


class Unit:
    """One device's registers, and what was written to it when."""

    def __init__(self, registers: Sequence[int] = ()) -> None:
        self.registers = list(registers)
        self.holding: dict[int, int] = {}
        self.coils = [False] * 4
        self.contacts = [False] * 4
        self.coil_writes: list[tuple[int, int, bool]] = []
        self.silent = False
        self.obeys = True
        self.counts = True
        self.polls = 0

    def answer(self, pdu: bytes, now_ns: int) -> bytes:
        function, first, count = struct.unpack_from(">BHH", pdu)
        match function:
            case 1 | 2:
                bits = self.coils if function == 1 else self.contacts
                self.polls += 1
                return bytes((function, 1, sum(bit << n for n, bit in enumerate(bits))))
            case 3 if all(address in self.holding for address in range(first, first + count)):
                values = [self.holding[address] for address in range(first, first + count)]
                return struct.pack(f">BB{count}H", 3, 2 * count, *values)
            case 4 if first + count <= len(self.registers):
                self.polls += 1
                if self.counts:
                    self.registers[6] = (self.registers[6] + 1) & 0xFFFF
                return struct.pack(f">BB{count}H", 4, 2 * count, *self.registers[first : first + count])
            case 5:
                self.coil_writes.append((now_ns, first, count == 0xFF00))
                if self.obeys:
                    self.coils[first] = count == 0xFF00
                return pdu
            case 16 if first in self.holding:
                if self.obeys:
                    written = struct.unpack_from(f">{count}H", pdu, 6)
                    self.holding.update(zip(range(first, first + count), written, strict=True))
                return pdu[:5]
        return bytes((function | 0x80, 2))


def module(type_number: int = 20) -> Unit:
    """13.66 V, 40.1 degC, 4.09 mOhm, 47 mA."""
    return Unit([type_number, 1, 13_660, 401, 4_090, 47, 0, 0])


def relay_unit() -> Unit:
    unit = Unit()
    unit.holding = dict.fromkeys(range(142, 147), 0)
    return unit


class Outputs:
    """The engine's side: a segment that is published when a test says so."""

    def __init__(self, places: int) -> None:
        self.segment = OutputSegment(places)
        for index in range(places):
            self.segment.value[index] = float("nan")
        self.sequence = 0
        self.fence = 0
        self._published: OutputSegment | None = None
        self._places = places

    def refresh(self) -> OutputSegment | None:
        return self._published

    def publish(self, valid_until_ns: int) -> None:
        self.segment.valid_until_ns = valid_until_ns
        copy = OutputSegment(self._places)
        copy.memory[:] = self.segment.memory
        self._published = copy
        self.sequence += 1


class Site:
    """A bus server over a pseudo-terminal whose far end are ``units``."""

    def __init__(self, plan: BusPlan, units: dict[int, Unit]) -> None:
        self.plan = plan
        self.units = units
        self.world = World()
        self.broadcasts: list[tuple[int, bytes]] = []
        self.garble: Callable[[bytes], bytes] = bytes
        self.delay_ns: Callable[[], int] = int
        self.inputs = InputSegment(len(plan.inputs))
        self.outputs = Outputs(len(plan.outputs))
        self.frames = FrameLog.in_memory(len(plan.devices))
        self.log = FrameReader(self.frames._buffer)
        self.published = 0
        self.lines: list[SteppedLine] = []
        self.start()

    def start(self) -> None:
        """A new driver process on the same bus."""
        timing = rtu_timing(115_200, ANSWER_WITHIN_NS)
        master = RtuMaster(self._line, timing, self.world, self.frames)
        self.driver = ModbusDriver(master, load_maps())
        self.driver.open()
        self.server = BusServer(
            self.plan, self.driver, self.inputs, self._publish, self.outputs, self.frames, self.world
        )

    def _line(self) -> SteppedLine:
        self.lines.append(pty_line(self.world, self._answer))
        return self.lines[-1]

    def _publish(self) -> None:
        self.published += 1

    def _answer(self, frame: bytes) -> list[Reply]:
        arrives_ns = self.world.now() + len(frame) * CHAR_NS
        if frame[0] == 0:
            self.broadcasts.append((arrives_ns, frame[1:-2]))
            return []
        unit = self.units.get(frame[0])
        if unit is None or unit.silent:
            return []
        body = frame[:1] + unit.answer(frame[1:-2], arrives_ns)
        answer = self.garble(body + crc(body))
        return [((len(frame) + len(answer)) * CHAR_NS + GAP_NS + self.delay_ns(), answer)]

    def serve(self, seconds: float, keep_alive: bool = True) -> None:
        """Let that much time pass; a live engine commits every 100 ms."""
        end_ns = self.world.now() + round(seconds * SECOND_NS)
        commit_ns = self.world.now()
        while self.world.now() < end_ns:
            if keep_alive and self.world.now() >= commit_ns:
                self.commit()
                commit_ns += SECOND_NS // 10
            self.server.step()

    def commit(self, valid_s: float = 0.3) -> None:
        self.outputs.publish(self.world.now() + round(valid_s * SECOND_NS))

    def place(self, device: str, field: str) -> int:
        return next(n for n, each in enumerate(self.plan.inputs) if (each.device, each.field) == (device, field))

    def output(self, tag: str) -> int:
        return next(n for n, each in enumerate(self.plan.outputs) if each.tag == tag)

    def polls(self) -> list[int]:
        return [self.units[device.unit].polls if device.unit in self.units else 0 for device in self.plan.devices]

    def close(self) -> None:
        self.driver.close()


def bus_plan(devices: Sequence[DevicePlan], outputs: Sequence[OutputField] = ()) -> BusPlan:
    """A serial bus with every field of every device."""
    inputs = tuple(
        InputField(device.name, device.unit, field.name)
        for device in devices
        for field in CATALOGUE[device.type].fields
    )
    return BusPlan("battery", "modbus_rtu", tuple(devices), inputs, tuple(outputs), SECOND_NS, 3 * SECOND_NS)


def modules(count: int, type_name: str = "C20") -> list[DevicePlan]:
    return [DevicePlan(f"S1.{n}", type_name, n) for n in range(1, count + 1)]


GX1 = DevicePlan("gx1", "GX_R_AUX", 241)


def relay(tag: str, number: int, fail_state: FailState, urgent: bool = False, device: DevicePlan = GX1) -> OutputField:
    return OutputField(tag, device.name, device.unit, f"relay{number}", OutputKind.RELAY, number, fail_state, urgent)


def target(number: int) -> OutputField:
    return OutputField(f"Targets[{number}]", "", 0, "target", OutputKind.TARGET, number)


@contextmanager
def battery(
    count: int = 8, outputs: tuple[OutputField, ...] = (), devices: tuple[DevicePlan, ...] = (GX1,)
) -> Iterator[Site]:
    """Modules 1..count, then the devices, relay units all of them."""
    units: dict[int, Unit] = {n: module() for n in range(1, count + 1)}
    units.update({device.unit: relay_unit() for device in devices})
    site = Site(bus_plan([*modules(count), *devices], outputs), units)
    try:
        yield site
    finally:
        site.close()
