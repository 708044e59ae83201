"""Where the status server may listen."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from plc.processes.runtime_dir import StartError


@dataclass(frozen=True, slots=True)
class Listen:
    """A loopback address and a port."""

    host: str
    port: int


def read_listen(text: str) -> Listen:
    """HOST:PORT of the status server. Raises StartError for anything but a free port of a loopback address: there is
    no sign-in that would let others in."""
    host, colon, port = text.rpartition(":")
    host = host.strip("[]")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65536:
        raise StartError(f"--http {text} is no HOST:PORT; write it as 127.0.0.1:8080")
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise StartError(
            f"--http {text} is refused: others could read the plant without signing in; use 127.0.0.1:{port}"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as exc:
            raise StartError(
                f"port {port} of {host} cannot be used ({exc.strerror}); name another with --http"
            ) from exc
    return Listen(host, int(port))
