"""Modbus RTU on a serial port: RS-485 adapters, UARTs, pseudo-terminals."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import termios
from pathlib import Path

import serial

from drivers.errors import PortError
from drivers.frames import FrameLog
from drivers.line import Clock, DescriptorLine, Line
from drivers.master import RtuMaster, rtu_timing
from plc.core.plan import BusPlan

MATURITY = "experimental"

PARITIES = {"E": serial.PARITY_EVEN, "N": serial.PARITY_NONE, "O": serial.PARITY_ODD}
PSEUDO_TERMINALS = range(136, 144)  # major numbers, Linux Documentation/admin-guide/devices.txt
_READ_AT_LEAST = 6  # index of the control characters in termios' list


def master(bus: BusPlan, clock: Clock, frames: FrameLog) -> RtuMaster:
    """The master of a serial bus, not yet open."""
    timing = rtu_timing(bus.baud, bus.answer_within_ns)
    return RtuMaster(lambda: open_port(bus.port, bus.baud, bus.parity), timing, clock, frames)


def open_port(port: str, baud: int, parity: str) -> Line:
    """The port, raw, not blocking, for this process alone (TIOCEXCL and flock). Raises PortError."""
    stop_bits = serial.STOPBITS_TWO if parity == "N" else serial.STOPBITS_ONE
    try:
        asked, wire = PARITIES[parity], _is_wire(port)
        sent = asked if wire else serial.PARITY_NONE
        opened = serial.Serial(port, baud, parity=sent, stopbits=stop_bits, timeout=0, exclusive=True)
    except (OSError, ValueError, KeyError, termios.error) as exc:
        raise PortError(_refusal(port, baud, parity, exc)) from exc
    try:
        if wire:
            fcntl.ioctl(opened.fileno(), termios.TIOCEXCL)
        attributes = termios.tcgetattr(opened.fileno())
        attributes[_READ_AT_LEAST][termios.VMIN] = 1  # so that reading nothing says "gone", not "not yet"
        termios.tcsetattr(opened.fileno(), termios.TCSANOW, attributes)
        termios.tcflush(opened.fileno(), termios.TCIOFLUSH)
    except (OSError, termios.error) as exc:
        opened.close()
        raise PortError(_refusal(port, baud, parity, exc)) from exc
    with contextlib.suppress(ValueError, OSError, NotImplementedError):  # what a pseudo-terminal does not have
        opened.set_low_latency_mode(True)
    return DescriptorLine(opened.fileno(), port, opened.close)


def _is_wire(port: str) -> bool:
    """False for a pseudo-terminal: it refuses a parity when opened a second time, and stays exclusive after its master
    has been killed, because the simulator holds the other end open."""
    return os.major(Path(port).stat().st_rdev) not in PSEUDO_TERMINALS


def _refusal(port: str, baud: int, parity: str, exc: Exception) -> str:
    number = getattr(exc, "errno", None)
    if number in (errno.EAGAIN, errno.EBUSY) or "exclusively lock" in str(exc):
        return f"port {port} is in use by another process; stop that one first (fuser {port} names it)"
    if number == errno.ENOENT:
        return f"port {port} is not there; plug the adapter in, or correct `port` (ls /dev/serial/by-path shows them)"
    if number in (errno.EACCES, errno.EPERM):
        return f"no right to open port {port}; add the user to the group dialout"
    return f"port {port} cannot be opened at {baud} baud, parity {parity} ({exc}); correct the bus in the site file"
