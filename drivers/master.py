"""The Modbus master that believes nothing: one transaction is a request, a bounded wait, a checked answer.

    settle the line -> send -> receive until whole, wrong or too late -> check unit, function, count, echo, CRC

The danger is an answer that comes late and passes for the answer to a later request. So after a time-out or an answer
of somebody else the serial line is *quarantined*: whatever comes is thrown away, and no request is sent until the line
has been silent for longer than the slowest device takes. A garbled answer of full length has come already; then the
line rests only briefly, and its unit alone sits the whole time out. On TCP any doubt ends the connection.

A write may go out in a quarantine (``at_once``): its answer is known byte for byte, so no other can pass for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.errors import BadAnswer, BusClosed, DeviceRefused, DriverError, NoAnswer, Verdict
from drivers.frame import (
    Request,
    rtu_answer,
    rtu_frame,
    rtu_size,
    tcp_answer,
    tcp_frame,
    tcp_size,
)
from drivers.frames import Direction, FrameLog
from drivers.line import SECOND_NS, Clock, Line, Link

LONGEST_QUARANTINES = 5
"""A line that is never silent is tried again after this many quarantines all the same."""

GARBLED_GAPS = 10
"""How many frame gaps of silence follow a garbled answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The data of a good answer and the instant (monotonic ns) its last byte was there."""

    data: bytes
    done_ns: int


class Master(Protocol):
    """One bus, one request at a time."""

    def open(self) -> None:
        """Open for the first time. Raises PortError."""

    def ask(self, request: Request, at_once: bool = False) -> Answer:
        """One transaction, in bounded time. A broadcast's answer is empty.

        Raises NoAnswer, BadAnswer, DeviceRefused, BusClosed.
        """

    def ready_at_ns(self, unit: int, at_once: bool = False) -> int:
        """From when on ``ask`` would send without waiting."""

    def rest(self, monotonic_ns: int) -> None:
        """Wait until that instant; what comes meanwhile is thrown away."""

    def close(self) -> None:
        """Let go of the line. Idempotent."""


@dataclass(frozen=True, slots=True)
class RtuTiming:
    """``char_ns`` is a character on the wire, ``gap_ns`` is t3.5, ``answer_within_ns`` how long a device may take to
    begin its answer, ``silence_ns`` how long after that a line must be silent before nothing late can come."""

    char_ns: int
    gap_ns: int
    answer_within_ns: int
    silence_ns: int


def rtu_timing(baud: int, answer_within_ns: int) -> RtuTiming:
    """8 data bits, parity and stop bits make 11 bits a character; t3.5 is fixed above 19,200 baud (Modbus over serial
    line 1.02, 2.5.1.1). A device that answers late answers within twice its time: the silence is once more that time,
    and a tenth."""
    char_ns = 11 * SECOND_NS // baud
    gap_ns = 1_750_000 if baud > 19_200 else 7 * char_ns // 2
    return RtuTiming(char_ns, gap_ns, answer_within_ns, answer_within_ns * 11 // 10)


class RtuMaster:
    """Modbus RTU on a serial line."""

    def __init__(self, open_line: Callable[[], Line], timing: RtuTiming, clock: Clock, frames: FrameLog) -> None:
        self._link = Link(open_line, clock)
        self._timing = timing
        self._clock = clock
        self._frames = frames
        self._quiet_ns = 0  # the last byte seen, or the end of what we sent
        self._quarantine_ns = 0  # no reads before
        self._latest_end_ns = 0  # the quarantine is not extended beyond
        self._barred: dict[int, int] = {}  # unit -> no reads of it before

    def open(self) -> None:
        self._link.open()

    def close(self) -> None:
        self._link.close()

    def ready_at_ns(self, unit: int, at_once: bool = False) -> int:
        ready_ns = max(self._quiet_ns + self._timing.gap_ns, self._link.ready_at_ns())
        if at_once:
            return ready_ns
        return max(ready_ns, self._quarantine_ns, self._barred.get(unit, 0))

    def rest(self, monotonic_ns: int) -> None:
        try:
            line = self._link.line()
            while self._clock.now() < monotonic_ns and line.wait(monotonic_ns):
                self._discard(line)
        except BusClosed:
            self._lost()
            self._clock.sleep_until(monotonic_ns)

    def ask(self, request: Request, at_once: bool = False) -> Answer:
        try:
            line = self._link.line()
            self._settle(line, request, at_once and request.is_echoed)
            return self._transact(line, request)
        except BusClosed:
            self._lost()
            raise

    def _lost(self) -> None:
        if self._link.lost():
            self._frames.record(self._clock.now(), Direction.IN, Verdict.CLOSED)

    def _settle(self, line: Line, request: Request, at_once: bool) -> None:
        """Wait until the request may go out. A line that will not be silent is an error for a read; a write goes out
        all the same."""
        patience_ns = max(self._clock.now(), self.ready_at_ns(request.unit, at_once))
        patience_ns += GARBLED_GAPS * self._timing.gap_ns + (0 if at_once else self._timing.silence_ns)
        while True:
            self._discard(line)
            now_ns = self._clock.now()
            ready_ns = self.ready_at_ns(request.unit, at_once)
            if now_ns >= ready_ns:
                return
            if now_ns >= patience_ns:
                if at_once:
                    return
                raise BadAnswer(Verdict.NOISE, request.unit, "the line is never silent; look for a second master")
            line.wait(min(ready_ns, patience_ns))

    def _discard(self, line: Line) -> None:
        """Throw away what nobody asked for; it makes the line busy and a quarantine longer."""
        stray = line.read()
        if not stray:
            return
        self._quiet_ns = self._clock.now()
        self._frames.record(self._quiet_ns, Direction.IN, Verdict.STRAY, stray)
        if self._quiet_ns < self._quarantine_ns:
            longer_ns = min(self._quiet_ns + self._timing.silence_ns, self._latest_end_ns)
            self._quarantine_ns = max(self._quarantine_ns, longer_ns)

    def _transact(self, line: Line, request: Request) -> Answer:
        frame = rtu_frame(request)
        line.write(frame)
        self._quiet_ns = self._clock.now() + len(frame) * self._timing.char_ns
        self._frames.record(self._clock.now(), Direction.OUT, Verdict.SENT, frame)
        if request.is_broadcast:
            return Answer(b"", self._quiet_ns)
        deadline_ns = self._quiet_ns + self._timing.answer_within_ns + rtu_size(request, b"") * self._timing.char_ns
        received = bytearray()
        try:
            self._receive(line, request, received, deadline_ns)
            data = rtu_answer(request, bytes(received))
        except DriverError as exc:
            self._judge(request, received, deadline_ns, exc)
            raise
        self._quiet_ns = self._clock.now()
        self._barred.pop(request.unit, None)
        self._link.proved()
        self._frames.record(self._quiet_ns, Direction.IN, Verdict.GOOD, received)
        return Answer(data, self._quiet_ns)

    def _receive(self, line: Line, request: Request, received: bytearray, deadline_ns: int) -> None:
        """Read exactly one answer, as long as its beginning fits. Raises NoAnswer at the deadline, BadAnswer."""
        size = rtu_size(request, b"")
        while len(received) < size:
            text = line.read(size - len(received))
            if text:
                received += text
                size = rtu_size(request, received)
            elif not line.wait(deadline_ns) and self._clock.now() >= deadline_ns:
                raise NoAnswer(request.unit, len(received))

    def _judge(self, request: Request, received: bytearray, deadline_ns: int, exc: DriverError) -> None:
        """After a failure: how long the line, and the unit, must wait so that nothing late can pass for an answer."""
        now_ns = self._clock.now()
        if received:
            self._quiet_ns = now_ns
        self._frames.record(now_ns, Direction.IN, exc.verdict, received)
        if isinstance(exc, DeviceRefused):
            self._link.proved()
            return
        sure_ns = max(deadline_ns, now_ns) + self._timing.silence_ns
        if exc.verdict in (Verdict.CRC, Verdict.COUNT, Verdict.ECHO):
            self._barred[request.unit] = sure_ns
            sure_ns = now_ns + GARBLED_GAPS * self._timing.gap_ns
        self._quarantine_ns = max(self._quarantine_ns, sure_ns)
        self._latest_end_ns = now_ns + LONGEST_QUARANTINES * self._timing.silence_ns


class TcpMaster:
    """Modbus TCP. ``answer_within_ns`` bounds each transaction; after any doubt the connection is made anew."""

    def __init__(self, open_line: Callable[[], Line], answer_within_ns: int, clock: Clock, frames: FrameLog) -> None:
        self._link = Link(open_line, clock)
        self._answer_within_ns = answer_within_ns
        self._clock = clock
        self._frames = frames
        self._transaction = 0

    def open(self) -> None:
        """Open for the first time; a gateway that is not there yet is tried again later."""
        with contextlib.suppress(BusClosed):
            self._link.open()

    def close(self) -> None:
        self._link.close()

    def ready_at_ns(self, unit: int, at_once: bool = False) -> int:
        return self._link.ready_at_ns()

    def rest(self, monotonic_ns: int) -> None:
        self._clock.sleep_until(monotonic_ns)

    def ask(self, request: Request, at_once: bool = False) -> Answer:
        line = self._fresh_line()
        received = bytearray()
        try:
            data = self._transact(line, request, received)
        except DeviceRefused as exc:
            self._frames.record(self._clock.now(), Direction.IN, exc.verdict, received)
            raise
        except (NoAnswer, BadAnswer) as exc:
            self._frames.record(self._clock.now(), Direction.IN, exc.verdict, received)
            self._link.lost(at_once=True)
            raise
        except BusClosed:
            self._frames.record(self._clock.now(), Direction.IN, Verdict.CLOSED, received)
            self._link.lost()
            raise
        self._link.proved()
        done_ns = self._clock.now()
        self._frames.record(done_ns, Direction.IN, Verdict.GOOD, received)
        return Answer(data, done_ns)

    def _fresh_line(self) -> Line:
        """A connection on which nothing is owed: what nobody asked for, or a closed one, means a new one."""
        line = self._link.line()
        try:
            stray = line.read()
        except BusClosed:
            stray = b""
        else:
            if not stray:
                return line
        self._frames.record(self._clock.now(), Direction.IN, Verdict.STRAY, stray)
        self._link.lost(at_once=True)
        return self._link.line()

    def _transact(self, line: Line, request: Request, received: bytearray) -> bytes:
        self._transaction = (self._transaction + 1) & 0xFFFF
        frame = tcp_frame(request, self._transaction)
        line.write(frame)
        sent_ns = self._clock.now()
        self._frames.record(sent_ns, Direction.OUT, Verdict.SENT, frame)
        if request.is_broadcast:
            return b""
        deadline_ns = sent_ns + self._answer_within_ns
        size = tcp_size(request, self._transaction, b"")
        while len(received) < size:
            text = line.read(size - len(received))
            if text:
                received += text
                size = tcp_size(request, self._transaction, received)
            elif not line.wait(deadline_ns) and self._clock.now() >= deadline_ns:
                raise NoAnswer(request.unit, len(received))
        return tcp_answer(request, bytes(received))
