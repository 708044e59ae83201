"""What a master needs of the world: a clock, and a line of bytes that may be lost and opened again."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from typing import Protocol

from drivers.errors import BusClosed, DriverError
from drivers.frame import LONGEST_FRAME

SECOND_NS = 1_000_000_000
FIRST_RETRY_NS = SECOND_NS // 4
LAST_RETRY_NS = 5 * SECOND_NS
SPIN_NS = 150_000
"""The last stretch before an instant is not slept but watched: a sleep ends about 0.1 ms late (measured)."""


class Clock(Protocol):
    def now(self) -> int:
        """CLOCK_MONOTONIC in ns."""

    def sleep_until(self, monotonic_ns: int) -> None:
        """Return at that instant, or at once if it has passed."""


class WallClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.monotonic_ns()

    def sleep_until(self, monotonic_ns: int) -> None:
        remaining_ns = monotonic_ns - time.monotonic_ns()
        if remaining_ns > 0:
            time.sleep(remaining_ns / SECOND_NS)


class Line(Protocol):
    """An open line. Every call may raise BusClosed, after which the line is good for nothing but ``close``."""

    def read(self, most: int = LONGEST_FRAME) -> bytes:
        """What has come, at most ``most`` bytes; b"" if nothing has. Never waits."""

    def write(self, text: bytes) -> None:
        """Hand ``text`` over for sending. Never waits."""

    def wait(self, monotonic_ns: int) -> bool:
        """Wait until something can be read (True) or that instant has come (False), or nearly: a wait may end up to
        ``SPIN_NS`` early, and one shorter than that is exact."""

    def close(self) -> None:
        """Let go. Idempotent."""


class DescriptorLine:
    """A line that is an open non-blocking file descriptor: a serial port, a pseudo-terminal, a socket.

    Reading nothing from a readable descriptor means that the other end is gone.
    """

    def __init__(self, descriptor: int, name: str, close: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._name = name
        self._close = close
        self._is_open = True

    def read(self, most: int = LONGEST_FRAME) -> bytes:
        try:
            text = os.read(self._descriptor, most)
        except BlockingIOError:
            return b""
        except OSError as exc:
            raise self._lost(exc) from exc
        if not text:
            raise BusClosed(f"{self._name}: the other end has closed")
        return text

    def write(self, text: bytes) -> None:
        try:
            taken = os.write(self._descriptor, text)
        except OSError as exc:
            raise self._lost(exc) from exc
        if taken != len(text):
            raise BusClosed(f"{self._name}: took {taken} of {len(text)} bytes")

    def wait(self, monotonic_ns: int) -> bool:
        remaining_ns = monotonic_ns - time.monotonic_ns()
        if remaining_ns > SPIN_NS:
            return self._is_readable(remaining_ns - SPIN_NS)
        while not self._is_readable(0):
            if time.monotonic_ns() >= monotonic_ns:
                return False
        return True

    def _is_readable(self, within_ns: int) -> bool:
        try:
            readable, _, _ = select.select((self._descriptor,), (), (), within_ns / SECOND_NS)
        except (OSError, ValueError) as exc:
            raise self._lost(exc) from exc
        return bool(readable)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._close()

    def _lost(self, exc: Exception) -> BusClosed:
        return BusClosed(f"{self._name}: {exc}")


class Link:
    """A line that is opened again, with back-off from 0.25 s to 5 s, whenever it was lost."""

    def __init__(self, open_line: Callable[[], Line], clock: Clock) -> None:
        self._open_line = open_line
        self._clock = clock
        self._line: Line | None = None
        self._next_try_ns = 0
        self._pause_ns = FIRST_RETRY_NS

    def open(self) -> None:
        """Open for the first time. Raises what the opener raises."""
        self._line = self._open_line()

    def line(self) -> Line:
        """The open line, opened now if it is time to try. Raises BusClosed."""
        if self._line is not None:
            return self._line
        if self._clock.now() < self._next_try_ns:
            raise BusClosed("the bus is closed; the next attempt to open it is due soon")
        try:
            self._line = self._open_line()
        except (DriverError, OSError) as exc:
            self._put_off()
            raise BusClosed(str(exc)) from exc
        return self._line

    def ready_at_ns(self) -> int:
        """When ``line`` will next do more than refuse."""
        return 0 if self._line is not None else self._next_try_ns

    def proved(self) -> None:
        """Something good came over it: the next loss starts with the shortest pause."""
        self._pause_ns = FIRST_RETRY_NS

    def lost(self, at_once: bool = False) -> bool:
        """Give the line up; try again after the pause, or ``at_once`` because the other end may well be there.
        False: it was given up before, and keeps its time."""
        if self._line is None:
            return False
        self.close()
        if not at_once:
            self._put_off()
        return True

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _put_off(self) -> None:
        self._next_try_ns = self._clock.now() + self._pause_ns
        self._pause_ns = min(2 * self._pause_ns, LAST_RETRY_NS)
