"""An RTU slave on a pseudo-terminal, timed as a real wire would be.

    request seen -> its characters pass -> t3.5, turnaround -> device answers -> the reply's characters pass -> written

A pseudo-terminal is instant; so the reply is written when its last character would have arrived. The request counts
from when its first bytes were seen, or t3.5 after the line's last character if that is later: nobody gets more out of
it than a wire gives.
"""

from __future__ import annotations

import ctypes
import os
import pty
import random
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from simulator.bus_faults import Faults, spoil
from simulator.modbus import crc16, request_length
from simulator.stamps import Stamps

CHARACTER_BITS = 11
FAST_BAUD = 19_200
FAST_GAP_S = 0.00175
SPIN_NS = 150_000
LONGEST_FRAME = 256
SECOND_NS = 1_000_000_000
PR_SET_TIMERSLACK = 29

Respond = Callable[[int, bytes, int], bytes | None]


class SerialLine:
    """One RS-485 bus. `respond(unit, pdu, now_ns)` gives a reply PDU or None."""

    def __init__(self, name: str, respond: Respond, *, baud: int = 115_200, turnaround_s: float = 0.0) -> None:
        self.name = name
        self.respond = respond
        self.character_ns = CHARACTER_BITS * SECOND_NS // baud
        self.gap_ns = int(FAST_GAP_S * SECOND_NS) if baud > FAST_BAUD else self.character_ns * 7 // 2
        self.turnaround_ns = int(turnaround_s * SECOND_NS)
        self.faults = Faults()
        self.stamps = Stamps()
        self.cut = False
        self.bad_frames = 0
        self.early_requests = 0  # requests that began less than t3.5 after the line's last character
        self._noise = random.Random(1)
        self._quiet_ns = 0  # the line's last character passed then
        self._deaf_until_ns = 0
        self._late: list[tuple[int, bytes]] = []
        self._stop = threading.Event()
        self._master, self._slave = pty.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name=f"line {name}", daemon=True)

    def start(self, link: Path | None = None) -> None:
        """Begin to answer; `link` becomes a symbolic link to the terminal that a master opens."""
        if link is not None:
            link.unlink(missing_ok=True)
            link.symlink_to(self.port)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        os.write(self._wake_write, b"x")
        self._thread.join()
        for fd in (self._master, self._slave, self._wake_read, self._wake_write):
            os.close(fd)

    def _run(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0)
        pending = b""
        while not self._stop.is_set():
            wait_s = self._until_late_s()
            if pending:
                wait_s = min(wait_s, max(0.005, self.gap_ns / SECOND_NS))
            readable, _, _ = select.select([self._master, self._wake_read], [], [], wait_s)
            self._send_late()
            if self._master not in readable:
                if pending and not readable:
                    self.bad_frames += 1
                    pending = b""
                continue
            received = os.read(self._master, 512)
            seen_ns = time.monotonic_ns()
            if seen_ns < self._deaf_until_ns:
                self._bad_frame(received, seen_ns)
            else:
                pending = self._frames(pending + received, seen_ns)

    def _until_late_s(self) -> float:
        if not self._late:
            return 1.0
        return max(0.0, (min(self._late)[0] - time.monotonic_ns()) / SECOND_NS)

    def _send_late(self) -> None:
        now_ns = time.monotonic_ns()
        for late in sorted(self._late):
            if late[0] <= now_ns:
                self._late.remove(late)
                self._write(late[1])

    def _frames(self, pending: bytes, seen_ns: int) -> bytes:
        """Answer the whole requests at the head of `pending`; return what is left of an unfinished one."""
        while pending:
            length = request_length(pending)
            if length is None or len(pending) > LONGEST_FRAME:
                return self._bad_frame(pending, seen_ns)
            if length == 0 or len(pending) < length:
                return pending
            frame, pending = pending[:length], pending[length:]
            if crc16(frame[:-2]) != frame[-2:]:
                return self._bad_frame(frame + pending, seen_ns)
            self._request(frame, seen_ns)
        return pending

    def _bad_frame(self, wire: bytes, seen_ns: int) -> bytes:
        """Every device waits for silence before it takes the next character for the beginning of a frame."""
        self.bad_frames += 1
        self._deaf_until_ns = seen_ns + len(wire) * self.character_ns + self.gap_ns
        return b""

    def _request(self, frame: bytes, seen_ns: int) -> None:
        free_ns = self._quiet_ns + self.gap_ns
        self.early_requests += seen_ns < free_ns
        end_ns = max(seen_ns, free_ns) + len(frame) * self.character_ns
        self._quiet_ns = end_ns
        if self.cut:
            return
        wait_until(end_ns + self.gap_ns)
        answered_ns = time.monotonic_ns()
        unit, pdu = frame[0], frame[1:-2]
        reply = self.respond(unit, pdu, answered_ns)
        struck = self.faults.strike(unit) if reply is not None else {}
        if reply is None or "silent" in struck:
            self.stamps.add(unit, pdu, end_ns, answered_ns, None)
            return
        self._reply(unit, pdu, reply, (end_ns, answered_ns), struck)

    def _reply(
        self, unit: int, pdu: bytes, reply: bytes, request_ns: tuple[int, int], struck: dict[str, float]
    ) -> None:
        wire_unit, wire_pdu = spoil(reply, unit, struck)
        wire = bytes([wire_unit]) + wire_pdu
        wire += crc16(wire)
        if "crc" in struck:
            wire = wire[:-1] + bytes([wire[-1] ^ 0xFF])
        if "noise" in struck:
            wire = self._noise.randbytes(3) + wire
        end_ns, answered_ns = request_ns
        start_ns = end_ns + self.gap_ns + self.turnaround_ns + int(struck.get("delay", 0) * 1e6)
        stop_ns = start_ns + len(wire) * self.character_ns
        if "delay" in struck:
            self._late.append((stop_ns, wire))
        elif "drip" in struck:
            stop_ns = self._drip(wire, start_ns, int(struck["drip"] * 1e6))
        else:
            wait_until(stop_ns)
            stop_ns = max(stop_ns, time.monotonic_ns())
        self._quiet_ns = max(self._quiet_ns, stop_ns if "delay" not in struck else 0)
        self.stamps.add(unit, pdu, end_ns, answered_ns, (start_ns, stop_ns))
        if not struck.keys() & {"delay", "drip"}:
            self._write(wire)  # last: who has the reply finds its stamp

    def _drip(self, wire: bytes, start_ns: int, gap_ns: int) -> int:
        at_ns = start_ns
        for byte in wire:
            at_ns += self.character_ns + gap_ns
            wait_until(at_ns)
            self._write(bytes([byte]))
        return at_ns

    def _write(self, wire: bytes) -> None:
        if not self.cut:
            os.write(self._master, wire)


def wait_until(at_ns: int) -> None:
    """Sleep to shortly before, then spin: exact to some ten microseconds without holding a core."""
    while True:
        left_ns = at_ns - time.monotonic_ns()
        if left_ns <= 0:
            return
        if left_ns > SPIN_NS:
            time.sleep((left_ns - SPIN_NS) / SECOND_NS)
