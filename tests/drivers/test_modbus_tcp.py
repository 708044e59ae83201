"""Modbus TCP: on any doubt the connection is made anew, and nothing owed on the old one is ever read."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import BadAnswer, BusClosed, DeviceRefused, NoAnswer, PortError, Verdict
from drivers.frame import READ_HOLDING, READ_INPUT, Request, read, write_coil
from drivers.frames import FrameLog, FrameReader
from drivers.line import SECOND_NS
from drivers.master import TcpMaster
from drivers.modbus_tcp import connect
from tests.drivers.peer import MS, Reply, SteppedLine, World, tcp_line

ANSWER_WITHIN = 200 * MS
READ_100 = read(1, READ_INPUT, 100, 1)
READ_200 = read(1, READ_INPUT, 200, 1)


def answer(frame: bytes, **changed: int) -> bytes:
    """The right answer to a read of registers (register n holds n), but for what is changed."""
    transaction, _, _, unit, function, first, count = struct.unpack(">HHHBBHH", frame)
    head = {"transaction": transaction, "protocol": 0, "length": 3 + 2 * count, "unit": unit, "function": function}
    head |= {"size": 2 * count} | changed
    return struct.pack(f">HHHBBB{count}H", *head.values(), *range(first, first + count))


class Bus:
    """A master whose far end answers what a test has put down, request by request."""

    def __init__(self, *replies: Iterable[tuple[int, dict[str, int]]]) -> None:
        self.world = World()
        self.frames = FrameLog.in_memory(0)
        self.log = FrameReader(self.frames._buffer)
        self.lines: list[SteppedLine] = []
        self._replies = iter(replies)
        self.master = TcpMaster(self._connect, ANSWER_WITHIN, self.world, self.frames)
        self.master.open()

    def _connect(self) -> SteppedLine:
        self.lines.append(tcp_line(self.world, self._answer))
        return self.lines[-1]

    def _answer(self, frame: bytes) -> list[Reply]:
        return [(delay_ns, answer(frame, **changed)) for delay_ns, changed in next(self._replies, ())]

    def __enter__(self) -> Bus:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self.lines:
            line.close()


def test_a_read_returns_what_the_device_holds() -> None:
    with Bus([(3 * MS, {})]) as bus:
        assert bus.master.ask(READ_100).data == struct.pack(">H", 100)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"transaction": 77}, Verdict.HEADER),
        ({"protocol": 1}, Verdict.HEADER),
        ({"length": 2}, Verdict.HEADER),
        ({"length": 255}, Verdict.HEADER),
        ({"unit": 2}, Verdict.UNIT),
        ({"function": 3}, Verdict.FUNCTION),
        ({"size": 4}, Verdict.COUNT),
    ],
)
def test_an_answer_to_something_else_is_refused_and_ends_the_connection(
    changed: dict[str, int], verdict: Verdict
) -> None:
    with Bus([(MS, changed)], [(MS, {})]) as bus:
        with pytest.raises(BadAnswer) as caught:
            bus.master.ask(READ_100)
        assert caught.value.verdict is verdict
        assert bus.master.ask(READ_200).data == struct.pack(">H", 200)
        assert len(bus.lines) == 2


def test_a_late_answer_dies_with_its_connection() -> None:
    with Bus([(ANSWER_WITHIN + MS, {})], [(5 * MS, {})]) as bus:
        with pytest.raises(NoAnswer):
            bus.master.ask(READ_100)
        assert bus.master.ask(READ_200).data == struct.pack(">H", 200)


def test_bytes_nobody_asked_for_end_the_connection_before_the_next_request() -> None:
    with Bus([(MS, {}), (2 * MS, {})], [(MS, {})]) as bus:
        bus.master.ask(READ_100)
        bus.master.rest(bus.world.now() + 10 * MS)
        assert bus.master.ask(READ_200).data == struct.pack(">H", 200)
        assert len(bus.lines) == 2


def test_a_connection_closed_by_the_device_while_idle_is_made_anew_at_once() -> None:
    with Bus([(MS, {})], [(MS, {})]) as bus:
        bus.master.ask(READ_100)
        bus.lines[0].unplug()
        assert bus.master.ask(READ_200).data == struct.pack(">H", 200)


def test_a_refusal_keeps_the_connection() -> None:
    world = World()
    line = tcp_line(world, lambda frame: [(MS, frame[:4] + b"\x00\x03\x01\x84\x02")])
    master = TcpMaster(lambda: line, ANSWER_WITHIN, world, FrameLog.in_memory(0))
    master.open()
    for _ in range(3):
        with pytest.raises(DeviceRefused, match="illegal address"):
            master.ask(READ_100)
    master.close()


def test_a_gateway_that_is_not_there_is_tried_with_growing_pauses() -> None:
    world = World()

    def refuse() -> SteppedLine:
        raise BusClosed("refused")

    master = TcpMaster(refuse, ANSWER_WITHIN, world, FrameLog.in_memory(0))
    master.open()
    pauses = []
    for _ in range(8):
        world.sleep_until(master.ready_at_ns(1))
        with pytest.raises(BusClosed):
            master.ask(READ_100)
        pauses.append((master.ready_at_ns(1) - world.now()) / SECOND_NS)
    assert pauses == [0.25, 0.5, 1, 2, 4, 5, 5, 5]


def test_nobody_listening_and_a_host_without_a_number_are_said() -> None:
    with pytest.raises(BusClosed, match=r"127\.0\.0\.1 port 1:"):
        connect("127.0.0.1", 1, 0.2)
    with pytest.raises(PortError, match=r"'ups\.example' is not an address; write its number"):
        connect("ups.example", 502, 0.2)


REQUESTS = st.builds(
    read,
    unit=st.sampled_from([1, 2]),
    function=st.sampled_from([READ_HOLDING, READ_INPUT]),
    first=st.sampled_from([0, 100, 200]),
    count=st.sampled_from([1, 2]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(REQUESTS, st.one_of(st.none(), st.integers(0, 3 * ANSWER_WITHIN))), min_size=2, max_size=6))
def test_whatever_the_delays_a_read_gives_its_own_value_or_an_error(
    traffic: list[tuple[Request, int | None]],
) -> None:
    with Bus(*([] if delay_ns is None else [(delay_ns, {})] for _, delay_ns in traffic)) as bus:
        for request, _ in traffic:
            _, first, count = struct.unpack(">BHH", request.pdu)
            try:
                data = bus.master.ask(request).data
            except (NoAnswer, BadAnswer):
                continue
            assert data == struct.pack(f">{count}H", *range(first, first + count))


def test_a_write_counts_only_with_its_exact_echo() -> None:
    world = World()
    line = tcp_line(world, lambda frame: [(MS, frame[:-1] + b"\x01")])
    master = TcpMaster(lambda: line, ANSWER_WITHIN, world, FrameLog.in_memory(0))
    master.open()
    with pytest.raises(BadAnswer) as caught:
        master.ask(write_coil(1, 0, True))
    assert caught.value.verdict is Verdict.ECHO
    line.close()
