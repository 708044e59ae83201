"""What pymodbus's own client does wrong on a bus, held for ever against ours.

1. It returns the late answer to a timed-out request for one register as the answer to the next request for another,
   and checks neither the count nor, on TCP, the function.
2. A dead device costs it 12 s (3 s, four times), and on TCP it closes the connection after a few silent requests, which
   loses the live devices behind the same gateway.
"""

from __future__ import annotations

import struct

import pytest

from drivers.errors import BadAnswer, NoAnswer, Verdict
from drivers.frame import READ_INPUT, Request, crc, read
from drivers.frames import FrameLog
from drivers.master import Master, RtuMaster, TcpMaster, rtu_timing
from tests.drivers.peer import MS, Script, World, pty_line, tcp_line

ANSWER_WITHIN = 200 * MS
DEAD = 9

Behaviour = dict[int, tuple[int, int, int]]
"""First register -> delay in ns, function of the answer, registers in it."""


class Bus:
    """A master to a far end where register n holds n and unit 9 is dead."""

    def __init__(self, kind: str, behaviour: Behaviour) -> None:
        self.world = World()
        self._behaviour = behaviour
        frames = FrameLog.in_memory(0)
        self.master: Master
        if kind == "rtu":
            timing = rtu_timing(115_200, ANSWER_WITHIN)
            self.master = RtuMaster(lambda: pty_line(self.world, self._script(1, 2)), timing, self.world, frames)
        else:
            self.master = TcpMaster(lambda: tcp_line(self.world, self._script(7, 0)), ANSWER_WITHIN, self.world, frames)
        self.master.open()

    def _script(self, head: int, tail: int) -> Script:
        def answer(frame: bytes) -> list[tuple[int, bytes]]:
            unit, pdu = frame[head - 1], frame[head : len(frame) - tail]
            _, first, count = struct.unpack(">BHH", pdu)
            delay_ns, function, count = self._behaviour.get(first, (2 * MS, READ_INPUT, count))
            if unit == DEAD:
                return []
            body = struct.pack(f">BB{count}H", function, 2 * count, *range(first, first + count))
            return [(delay_ns, rtu(unit, body) if tail else tcp(frame[:2], unit, body))]

        return answer

    def value(self, first: int, unit: int = 1) -> int:
        return int.from_bytes(self.master.ask(self.request(first, unit)).data, "big")

    @staticmethod
    def request(first: int, unit: int = 1) -> Request:
        return read(unit, READ_INPUT, first, 1)


def rtu(unit: int, body: bytes) -> bytes:
    return bytes((unit,)) + body + crc(bytes((unit,)) + body)


def tcp(transaction: bytes, unit: int, body: bytes) -> bytes:
    return transaction + struct.pack(">HHB", 0, 1 + len(body), unit) + body


both = pytest.mark.parametrize("kind", ["rtu", "tcp"])


@both
@pytest.mark.parametrize("late_ms", [1, 50, 150, 199])
def test_the_late_answer_for_register_100_is_never_the_value_of_register_200(kind: str, late_ms: int) -> None:
    bus = Bus(kind, {100: (ANSWER_WITHIN + 2 * MS + late_ms * MS, READ_INPUT, 1)})
    with pytest.raises(NoAnswer):
        bus.value(100)
    assert bus.value(200) == 200
    bus.master.close()


@both
@pytest.mark.parametrize("count", [0, 2, 3])
def test_another_count_than_asked_for_is_no_answer(kind: str, count: int) -> None:
    bus = Bus(kind, {100: (2 * MS, READ_INPUT, count)})
    with pytest.raises(BadAnswer) as caught:
        bus.value(100)
    assert caught.value.verdict is Verdict.COUNT
    bus.master.close()


@both
def test_another_function_than_asked_for_is_no_answer(kind: str) -> None:
    bus = Bus(kind, {100: (2 * MS, 3, 1)})
    with pytest.raises(BadAnswer) as caught:
        bus.value(100)
    assert caught.value.verdict is Verdict.FUNCTION
    bus.master.close()


@both
def test_a_dead_device_costs_one_time_out_and_its_quarantine(kind: str) -> None:
    bus = Bus(kind, {})
    began_ns = bus.world.now()
    with pytest.raises(NoAnswer):
        bus.value(100, unit=DEAD)
    assert bus.world.now() - began_ns < ANSWER_WITHIN + 5 * MS
    assert bus.value(200) == 200
    assert bus.world.now() - began_ns < 2.2 * ANSWER_WITHIN
    bus.master.close()


@both
def test_any_number_of_silent_requests_leaves_the_live_devices_readable(kind: str) -> None:
    bus = Bus(kind, {})
    for first in range(20):
        with pytest.raises(NoAnswer):
            bus.value(first, unit=DEAD)
        assert bus.value(first) == first
    bus.master.close()
