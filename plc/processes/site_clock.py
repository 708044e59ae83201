"""The site's calendar: the machine's clock on a real site; on a simulated one as fast as the plant."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass

_UNSYNCHRONISED = 0x40


@dataclass(frozen=True, slots=True)
class SiteClock:
    """``epoch_ns`` is the instant of CLOCK_MONOTONIC at which a simulated plant began, ``began_ns`` the Unix time."""

    speed: int
    epoch_ns: int
    began_ns: int

    @classmethod
    def of(cls, simulated: bool, speed: int, epoch_ns: int) -> SiteClock:
        if not simulated:
            return cls(1, 0, 0)
        return cls(speed, epoch_ns, time.time_ns() - (time.monotonic_ns() - epoch_ns))

    def now_ns(self) -> int:
        """The calendar as Unix time."""
        if self.epoch_ns == 0:
            return time.time_ns()
        return self.began_ns + (time.monotonic_ns() - self.epoch_ns) * self.speed


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_int),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def synchronised() -> bool | None:
    """Whether the kernel holds the clock for synchronised to a time server; None where it does not say."""
    timex = _Timex()
    try:
        found = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except AttributeError:
        return None
    return None if found < 0 else not timex.status & _UNSYNCHRONISED
