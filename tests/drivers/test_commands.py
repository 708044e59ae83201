"""Commands to a UPS: started once for each new stamp, never again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drivers.frames import FrameLog
from drivers.map import load_maps
from drivers.master import TcpMaster
from drivers.modbus import ModbusDriver
from drivers.serve import BusServer
from plc.core.catalogue import OutputKind
from plc.core.plan import DevicePlan, OutputField
from plc.core.segments import InputSegment
from tests.drivers.peer import MS, SteppedLine, World, tcp_line
from tests.drivers.scripted_bus import SECOND_NS, Outputs, bus_plan

UPS = DevicePlan("ups", "cs141", 1)
START = OutputField("ups.start_test", "ups", 1, "start_test", OutputKind.COMMAND, 1)
ABORT = OutputField("ups.abort_test", "ups", 1, "abort_test", OutputKind.COMMAND, 2)


class Room:
    """A bus server and a UPS that counts what it is told."""

    def __init__(self) -> None:
        self.world = World()
        self.plan = bus_plan([UPS], [START, ABORT])
        self.outputs = Outputs(2)
        self.told: list[bytes] = []
        self.answers = True
        self.is_there = True
        self._line: SteppedLine | None = None
        self.start()

    def start(self) -> None:
        frames = FrameLog.in_memory(1)
        self.driver = ModbusDriver(TcpMaster(self._connect, 200 * MS, self.world, frames), load_maps())
        self.driver.open()
        inputs = InputSegment(len(self.plan.inputs))
        self.server = BusServer(self.plan, self.driver, inputs, lambda: None, self.outputs, frames, self.world)

    def _connect(self) -> SteppedLine:
        if not self.is_there:
            raise ConnectionRefusedError
        self._line = tcp_line(self.world, self._answer)
        return self._line

    def _answer(self, frame: bytes) -> list[tuple[int, bytes]]:
        pdu = frame[7:]
        if pdu[0] == 5:
            self.told.append(pdu)
            if not self.answers:
                return []
            return [(MS, frame)]
        size = 4 if pdu[0] == 2 else 28
        return [(MS, frame[:4] + bytes((0, 3 + size)) + frame[6:8] + bytes((size,)) + bytes(size))]

    def serve(self, seconds: float) -> None:
        end_ns = self.world.now() + round(seconds * SECOND_NS)
        while self.world.now() < end_ns:
            self.outputs.publish(self.world.now() + 300 * MS)
            self.server.step()

    def lose_connection(self) -> None:
        assert self._line is not None
        self._line.unplug()


@contextmanager
def room() -> Iterator[Room]:
    made = Room()
    try:
        yield made
    finally:
        made.driver.close()


START_PDU = bytes.fromhex("05 00 00 ff 00")
ABORT_PDU = bytes.fromhex("05 00 01 ff 00")


def test_a_command_is_started_once_for_its_stamp() -> None:
    with room() as r:
        r.serve(0.5)
        r.outputs.segment.command(0, 1.0)
        r.serve(3.0)
        assert r.told == [START_PDU]
        r.outputs.segment.command(0, 0.0)
        r.outputs.segment.command(1, 1.0)
        r.serve(1.0)
        r.outputs.segment.command(0, 1.0)
        r.serve(1.0)
        assert r.told == [START_PDU, ABORT_PDU, START_PDU]


def test_a_command_that_stands_there_at_start_up_is_not_started_again() -> None:
    with room() as r:
        r.outputs.segment.command(0, 1.0)
        r.serve(1.0)
        r.driver.close()
        r.start()
        r.serve(2.0)
        assert r.told == [START_PDU]


def test_an_unanswered_command_is_not_repeated() -> None:
    with room() as r:
        r.serve(0.5)
        r.answers = False
        r.outputs.segment.command(0, 1.0)
        r.serve(3.0)
        assert r.told == [START_PDU]


def test_a_command_waits_for_a_connection_as_long_as_the_engine_lives() -> None:
    with room() as r:
        r.serve(0.5)
        r.is_there = False
        r.lose_connection()
        r.outputs.segment.command(0, 1.0)
        r.serve(3.0)
        assert r.told == []
        r.is_there = True
        r.serve(6.0)
        assert r.told == [START_PDU]


def test_a_command_of_an_engine_that_has_died_is_forgotten() -> None:
    with room() as r:
        r.serve(0.5)
        r.outputs.segment.command(0, 1.0)
        r.outputs.publish(r.world.now() - 1)
        for _ in range(200):
            r.server.step()
        assert r.told == []
