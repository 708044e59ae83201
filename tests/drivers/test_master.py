"""The checking master on a serial line: a wrong value never passes for an answer."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.errors import BadAnswer, BusClosed, DeviceRefused, DriverError, NoAnswer, Verdict
from drivers.frame import READ_COILS, READ_HOLDING, READ_INPUT, crc, read, write_coil, write_register, write_registers
from drivers.frames import FrameLog, FrameReader
from drivers.line import SECOND_NS
from drivers.master import RtuMaster, rtu_timing
from tests.drivers.peer import MS, Reply, World, pty_line

ANSWER_WITHIN = 200 * MS
TIMING = rtu_timing(115_200, ANSWER_WITHIN)


def framed(text: str) -> bytes:
    body = bytes.fromhex(text)
    return body + crc(body)


def registers(frame: bytes) -> bytes:
    """The right answer to a read of registers: register n holds n."""
    unit, function, first, count = struct.unpack_from(">BBHH", frame)
    body = struct.pack(f">BBB{count}H", unit, function, 2 * count, *range(first, first + count))
    return body + crc(body)


class Bus:
    """A master on a pseudo-terminal whose far end answers what a test has put down, request by request."""

    def __init__(self, *answers: Iterable[Reply]) -> None:
        self.world = World()
        self.frames = FrameLog.in_memory(1)
        self.log = FrameReader(self.frames._buffer)
        self._answers = iter(answers)
        self.line = pty_line(self.world, lambda frame: next(self._answers, ()))
        self.master = RtuMaster(lambda: self.line, TIMING, self.world, self.frames)
        self.master.open()

    def __enter__(self) -> Bus:
        return self

    def __exit__(self, *_: object) -> None:
        self.master.close()


READ_100 = read(35, READ_INPUT, 100, 1)
READ_200 = read(35, READ_INPUT, 200, 1)
ANSWER_100 = registers(b"\x23\x04\x00\x64\x00\x01")
ANSWER_200 = registers(b"\x23\x04\x00\xc8\x00\x01")


def test_a_read_returns_what_the_device_holds_and_when_it_was_whole() -> None:
    with Bus([(3 * MS, ANSWER_100)]) as bus:
        answer = bus.master.ask(READ_100)
    assert answer.data == struct.pack(">H", 100)
    assert answer.done_ns == bus.line.sent_ns[0] + 3 * MS


def test_the_late_answer_to_register_100_is_never_taken_for_register_200() -> None:
    """LIBRARIES: pymodbus returns it without an error."""
    with Bus([(ANSWER_WITHIN + 5 * MS, ANSWER_100)], [(2 * MS, ANSWER_200)]) as bus:
        with pytest.raises(NoAnswer):
            bus.master.ask(READ_100)
        answer = bus.master.ask(READ_200)
    assert answer.data == struct.pack(">H", 200)
    assert bus.log.counters()[Verdict.STRAY] == 1


def test_after_a_time_out_the_line_is_silent_for_longer_than_the_slowest_device() -> None:
    with Bus([], [(2 * MS, ANSWER_200)]) as bus:
        with pytest.raises(NoAnswer):
            bus.master.ask(READ_100)
        bus.master.ask(READ_200)
    assert bus.line.sent_ns[1] - bus.line.sent_ns[0] > 2 * ANSWER_WITHIN


def test_a_coil_is_written_in_a_quarantine_at_once() -> None:
    write = write_coil(241, 0, True)
    with Bus([], [(MS, framed("f1 05 00 00 ff 00"))]) as bus:
        with pytest.raises(NoAnswer):
            bus.master.ask(READ_100)
        failed_ns = bus.world.now()
        bus.master.ask(write, at_once=True)
    assert bus.line.sent_ns[1] - failed_ns < 2 * TIMING.gap_ns


def test_frames_are_apart_by_t3_5() -> None:
    with Bus([(MS, ANSWER_100)], [(MS, ANSWER_200)]) as bus:
        done_ns = bus.master.ask(READ_100).done_ns
        bus.master.ask(READ_200)
    assert bus.line.sent_ns[1] >= done_ns + 1_750_000


def test_the_character_time_and_t3_5_follow_the_baud_rate() -> None:
    assert rtu_timing(115_200, 1).gap_ns == 1_750_000
    assert rtu_timing(19_200, 1).char_ns == 572_916
    assert rtu_timing(19_200, 1).gap_ns == 2_005_206


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("24 04 02 00 64", Verdict.UNIT),
        ("23 03 02 00 64", Verdict.FUNCTION),
        ("23 04 04 00 64 00 65", Verdict.COUNT),
        ("23 04 01 64", Verdict.COUNT),
        ("23 05 00 64 ff 00", Verdict.FUNCTION),
    ],
)
def test_an_answer_to_something_else_is_refused(answer: str, verdict: Verdict) -> None:
    with Bus([(MS, framed(answer))]) as bus, pytest.raises(BadAnswer) as caught:
        bus.master.ask(READ_100)
    assert caught.value.verdict is verdict
    assert bus.log.counters()[verdict] == 1


def test_every_flipped_bit_of_an_answer_is_an_error() -> None:
    for bit in range(8 * len(ANSWER_100)):
        garbled = bytearray(ANSWER_100)
        garbled[bit // 8] ^= 1 << bit % 8
        with Bus([(MS, bytes(garbled))]) as bus, pytest.raises(DriverError):
            bus.master.ask(READ_100)


@pytest.mark.parametrize(
    ("request_", "good", "bad"),
    [
        (write_coil(241, 2, True), "f1 05 00 02 ff 00", "f1 05 00 02 00 00"),
        (write_coil(241, 2, True), "f1 05 00 02 ff 00", "f1 05 00 03 ff 00"),
        (write_register(35, 60, 2), "23 06 00 3c 00 02", "23 06 00 3c 00 03"),
        (write_registers(241, 142, [50, 2, 2, 1, 0]), "f1 10 00 8e 00 05", "f1 10 00 8e 00 04"),
    ],
)
def test_a_write_counts_only_with_its_exact_echo(request_: object, good: str, bad: str) -> None:
    assert isinstance(request_, type(READ_100))
    with Bus([(MS, framed(good))]) as bus:
        assert bus.master.ask(request_).data == b""
    with Bus([(MS, framed(bad))]) as bus, pytest.raises(BadAnswer) as caught:
        bus.master.ask(request_)
    assert caught.value.verdict is Verdict.ECHO


def test_an_exception_names_its_code_and_costs_no_quarantine() -> None:
    with Bus([(MS, framed("23 84 02"))], [(MS, ANSWER_200)]) as bus:
        with pytest.raises(DeviceRefused, match="illegal address") as caught:
            bus.master.ask(READ_100)
        bus.master.ask(READ_200)
    assert caught.value.code == 2
    assert bus.line.sent_ns[1] - bus.line.sent_ns[0] < 5 * MS


def test_a_byte_drip_ends_at_the_deadline() -> None:
    drip = [(n * 60 * MS, ANSWER_100[n : n + 1]) for n in range(len(ANSWER_100))]
    with Bus(drip) as bus, pytest.raises(NoAnswer):
        bus.master.ask(READ_100)
    assert bus.world.now() - bus.line.sent_ns[0] < ANSWER_WITHIN + 3 * MS
    assert bus.log.counters()[Verdict.SHORT] == 1


def test_a_never_ending_answer_is_cut_at_its_length() -> None:
    endless = [(MS + n * MS, ANSWER_100 * 2) for n in range(400)]
    with Bus(endless) as bus:
        assert bus.master.ask(READ_100).data == struct.pack(">H", 100)
        with pytest.raises(BadAnswer, match="never silent"):
            bus.master.ask(READ_200)
    assert len(bus.line.frames) == 1


def test_noise_before_the_answer_is_an_error_and_the_next_read_is_right() -> None:
    with Bus([(MS, b"\x00" + ANSWER_100)], [(MS, ANSWER_200)]) as bus:
        with pytest.raises(BadAnswer):
            bus.master.ask(READ_100)
        assert bus.master.ask(READ_200).data == struct.pack(">H", 200)


def test_a_garbled_answer_lets_other_units_go_on_soon_and_bars_its_own() -> None:
    other = read(36, READ_INPUT, 200, 1)
    garbled = ANSWER_100[:-1] + b"\x00"
    with Bus([(MS, garbled)], [(MS, registers(b"\x24\x04\x00\xc8\x00\x01"))], [(MS, ANSWER_200)]) as bus:
        with pytest.raises(BadAnswer):
            bus.master.ask(READ_100)
        bus.master.ask(other)
        bus.master.ask(READ_200)
    assert bus.line.sent_ns[1] - bus.line.sent_ns[0] < 25 * MS
    assert bus.line.sent_ns[2] - bus.line.sent_ns[0] > 2 * ANSWER_WITHIN


def test_a_broadcast_waits_for_its_own_end_and_no_answer() -> None:
    with Bus([], [(MS, ANSWER_100)]) as bus:
        bus.master.ask(write_registers(0, 41, [13_620] * 16))
        bus.master.ask(READ_100)
    assert bus.line.sent_ns[1] - bus.line.sent_ns[0] == 41 * TIMING.char_ns + TIMING.gap_ns


def test_a_lost_line_is_said_and_opened_again_with_back_off() -> None:
    with Bus() as bus:
        bus.line.unplug()
        with pytest.raises(BusClosed):
            bus.master.ask(READ_100)
        assert bus.master.ready_at_ns(35) == bus.world.now() + SECOND_NS // 4
        bus.line = pty_line(bus.world, lambda frame: [(MS, registers(frame))])
        with pytest.raises(BusClosed, match="closed"):
            bus.master.ask(READ_100)
        bus.world.sleep_until(bus.master.ready_at_ns(35))
        assert bus.master.ask(READ_100).data == struct.pack(">H", 100)


def test_the_frames_of_a_transaction_are_kept_with_their_verdicts() -> None:
    with Bus([(MS, ANSWER_100)]) as bus:
        bus.master.ask(READ_100)
    sent, received = bus.log.last()
    assert (sent.verdict, sent.text) == (Verdict.SENT, framed("23 04 00 64 00 01"))
    assert (received.verdict, received.text) == (Verdict.GOOD, ANSWER_100)


REQUESTS = st.builds(
    read,
    unit=st.sampled_from([35, 36]),
    function=st.sampled_from([READ_HOLDING, READ_INPUT]),
    first=st.sampled_from([0, 100, 200]),
    count=st.sampled_from([1, 2]),
)
DELAYS = st.one_of(st.none(), st.integers(0, 3 * MS), st.integers(0, 2 * ANSWER_WITHIN))
DAMAGE = st.one_of(st.just(b""), st.just(b""), st.binary(max_size=3))


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.tuples(REQUESTS, DELAYS, DAMAGE), min_size=2, max_size=6))
@example([(READ_100, ANSWER_WITHIN + 1 * MS, b""), (READ_200, None, b""), (READ_100, 0, b"")])
@example([(READ_100, 2 * ANSWER_WITHIN, b""), (READ_200, MS, b"")])
def test_whatever_the_delays_a_read_gives_its_own_value_or_an_error(
    traffic: list[tuple[object, int | None, bytes]],
) -> None:
    plans = iter(traffic)

    def answers(frame: bytes) -> list[Reply]:
        _, delay_ns, damage = next(plans)
        return [] if delay_ns is None else [(delay_ns, damage + registers(frame))]

    world = World()
    line = pty_line(world, answers)
    master = RtuMaster(lambda: line, TIMING, world, FrameLog.in_memory(0))
    master.open()
    for request, _, _ in traffic:
        assert isinstance(request, type(READ_100))
        _, first, count = struct.unpack(">BHH", request.pdu)
        try:
            data = master.ask(request).data
        except (NoAnswer, BadAnswer):
            continue
        assert data == struct.pack(f">{count}H", *range(first, first + count))
    master.close()


def test_a_request_outside_the_protocol_is_never_sent() -> None:
    for unit, function, first, count in [(0, 4, 0, 1), (248, 4, 0, 1), (1, 4, 0, 126), (1, 4, 65_535, 2), (1, 9, 0, 1)]:
        with pytest.raises(ValueError, match="no read"):
            read(unit, function, first, count)
    assert read(1, READ_COILS, 0, 9).answer_size == 4
