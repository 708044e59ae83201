"""What can go wrong on a bus, as one tree.

DriverError
  PortError       permanent: open() refuses; the text has the cure
  MapError        permanent: a register map does not make sense (ValueError)
  DriverUnknown   permanent: a site names a driver nobody brought (LookupError)
  BusClosed       temporary: the line or connection is gone; it is opened again with back-off
  NoAnswer        temporary: nothing, or not all of it, came in time (TimeoutError)
  BadAnswer       temporary: an answer came and is not the one that was asked for; ``verdict`` says why
  DeviceRefused   the device answered with an exception; ``code`` says which
  WrongDevice     another type of device answers at this unit
"""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """How a frame was judged. The number is what the frame log stores and counts under."""

    SENT = 0
    GOOD = 1
    NO_ANSWER = 2
    SHORT = 3
    CRC = 4
    UNIT = 5
    FUNCTION = 6
    COUNT = 7
    ECHO = 8
    HEADER = 9
    REFUSED = 10
    STRAY = 11
    CLOSED = 12
    WRONG_DEVICE = 13
    NOISE = 14


EXCEPTIONS = {
    1: "illegal function",
    2: "illegal address",
    3: "illegal value",
    4: "device failure",
    5: "acknowledge",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target failed to respond",
}


class DriverError(Exception):
    """Anything a driver raises. ``verdict`` is what it counts as."""

    verdict = Verdict.CLOSED


class PortError(DriverError):
    """A port cannot be opened: missing, taken, no permission."""


class MapError(DriverError, ValueError):
    """A register map contradicts itself or its device type."""


class DriverUnknown(DriverError, LookupError):
    """No driver of that name is installed."""


class BusClosed(DriverError, ConnectionError):
    """The line or connection is gone. Nothing was sent, or what was sent is lost."""


class NoAnswer(DriverError, TimeoutError):
    """The device did not answer, or not completely, in time."""

    def __init__(self, unit: int, received: int = 0) -> None:
        self.unit = unit
        self.verdict = Verdict.SHORT if received else Verdict.NO_ANSWER
        super().__init__(f"unit {unit}: {f'only {received} bytes' if received else 'no answer'} in time")


class BadAnswer(DriverError):
    """Bytes came that are no answer to the request."""

    def __init__(self, verdict: Verdict, unit: int, what: str) -> None:
        self.unit = unit
        self.verdict = verdict
        super().__init__(f"unit {unit}: {what}")


class DeviceRefused(DriverError):
    """The device understood and answered with an exception."""

    verdict = Verdict.REFUSED

    def __init__(self, unit: int, code: int) -> None:
        self.unit = unit
        self.code = code
        super().__init__(f"unit {unit} refuses: {EXCEPTIONS.get(code, 'exception')} ({code})")


class WrongDevice(DriverError):
    """The device at a unit is not what the site file says."""

    verdict = Verdict.WRONG_DEVICE
