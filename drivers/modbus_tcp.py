"""Modbus TCP: devices on a network, and gateways to serial buses."""

from __future__ import annotations

import ipaddress
import select
import socket

from drivers.errors import BusClosed, PortError
from drivers.frames import FrameLog
from drivers.line import SECOND_NS, Clock, DescriptorLine, Line
from drivers.master import TcpMaster
from plc.core.plan import BusPlan

MATURITY = "experimental"


def master(bus: BusPlan, clock: Clock, frames: FrameLog) -> TcpMaster:
    """The master of a TCP bus, not yet open."""
    within_s = bus.answer_within_ns / SECOND_NS
    return TcpMaster(lambda: connect(bus.host, bus.tcp_port, within_s), bus.answer_within_ns, clock, frames)


def connect(host: str, port: int, within_s: float) -> Line:
    """A connection to ``host`` (a number or localhost, so that no name server can hold the bus up).

    Raises BusClosed if it is not there in time, PortError if the address is none.
    """
    host = "127.0.0.1" if host == "localhost" else host
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError as exc:
        raise PortError(f"host {host!r} is not an address; write its number in the site file, e.g. 192.0.2.7") from exc
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setblocking(False)
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _connect(opened, host, port, within_s)
    except OSError as exc:
        opened.close()
        raise BusClosed(f"{host} port {port}: {exc}") from exc
    return DescriptorLine(opened.fileno(), f"{host} port {port}", opened.close)


def _connect(opened: socket.socket, host: str, port: int, within_s: float) -> None:
    try:
        opened.connect((host, port))
    except BlockingIOError:
        _, writable, _ = select.select((), (opened,), (), within_s)
        if not writable:
            raise TimeoutError("no connection in time") from None
        error = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "connection refused") from None
