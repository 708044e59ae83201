"""Wall time for a scan that starts on time: sleeping until an instant, and what the machine grants to a process.

Every measure that needs a permission is tried, and its outcome reported; a machine that grants none still runs.
"""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable
from dataclasses import dataclass

from plc.core.process import Measure

_MONOTONIC = 1
_ABSOLUTE = 1
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
SECOND_NS = 1_000_000_000


class _Instant(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class Sleeper:
    """Sleeps until an instant of CLOCK_MONOTONIC, so that a late start never moves the next one."""

    def __init__(self) -> None:
        self._instant = _Instant()
        self._address = ctypes.addressof(self._instant)
        self._sleep = ctypes.CDLL(None).clock_nanosleep
        self._sleep.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def until(self, monotonic_ns: int) -> bool:
        """Sleep until ``monotonic_ns``; False if a signal woke it earlier. An instant gone by returns at once."""
        self._instant.seconds, self._instant.nanoseconds = divmod(monotonic_ns, SECOND_NS)
        return int(self._sleep(_MONOTONIC, _ABSOLUTE, self._address, None)) == 0


@dataclass(frozen=True, slots=True)
class ProgramClock:
    """Program time: what programs and a simulated plant call time. It advances ``speed`` times as fast as the wall,
    from 0 at ``epoch_ns`` of CLOCK_MONOTONIC."""

    epoch_ns: int
    speed: int = 1

    def at(self, monotonic_ns: int) -> int:
        """Program time in ns at an instant of the wall's."""
        return (monotonic_ns - self.epoch_ns) * self.speed


def claim_real_time(priority: int, *, scans: bool = False) -> tuple[Measure, ...]:
    """Ask for SCHED_FIFO at ``priority`` and memory that stays; for the process that scans also for one processor of
    its own and no garbage collection (it makes no cycles)."""
    asked = [_scheduled(priority), _locked()]
    if scans:
        asked += [_pinned(), _collected()]
    return tuple(asked)


def _tried(measure: str, act: Callable[[], str], cure: str) -> Measure:
    try:
        return Measure(measure, True, act())
    except OSError as exc:
        return Measure(measure, False, f"no {measure} ({exc.strerror}); {cure}")


def _scheduled(priority: int) -> Measure:
    def act() -> str:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
        return f"SCHED_FIFO {priority}"

    return _tried("real-time priority", act, "give the user rtprio 80 in /etc/security/limits.conf")


def _locked() -> Measure:
    def act() -> str:
        if ctypes.CDLL(None, use_errno=True).mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return "mlockall"

    return _tried("locked memory", act, "give the user memlock unlimited in /etc/security/limits.conf")


def _pinned() -> Measure:
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) == 1:
        return Measure("own processor", False, "one processor only; the scan shares it")

    def act() -> str:
        os.sched_setaffinity(0, {processors[-1]})
        return f"on processor {processors[-1]}"

    return _tried("own processor", act, "let the controller's cpuset have more than one processor")


def _collected() -> Measure:
    gc.collect()
    gc.freeze()
    gc.disable()
    return Measure("garbage collection", True, "frozen and off")


def next_start(previous_ns: int, every_ns: int, now_ns: int) -> int:
    """The next scan's instant: one interval on, or, after a scan that ran over, the first one still to come on the
    same grid. Missed scans are skipped, never caught up."""
    due = previous_ns + every_ns
    if due > now_ns:
        return due
    return due + ((now_ns - due) // every_ns + 1) * every_ns
