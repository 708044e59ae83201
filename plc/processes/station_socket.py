"""Where the station is asked: a Unix stream socket (0600), one JSON request a connection, one JSON answer back."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from plc.core.station import REQUEST_MAX, StationAnswer, StationRequest

ASKED_WITHIN_S = 0.5
_PEER = struct.Struct("3i")

Answering = Callable[[StationRequest], StationAnswer]


class StationSocket:
    """Listens at ``path``; a socket left by a dead station is replaced."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        mask = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(mask)
        self._socket.listen(16)

    def serve(self, within_s: float, answer: Answering) -> bool:
        """Wait for a request at most so long and answer it; whether there was one."""
        if not select.select([self._socket], [], [], within_s)[0]:
            return False
        with contextlib.suppress(OSError):
            connection, _ = self._socket.accept()
            with connection:
                self._serve(connection, answer)
        return True

    def close(self) -> None:
        self._socket.close()

    def _serve(self, connection: socket.socket, answer: Answering) -> None:
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        if _PEER.unpack(credentials)[1] not in (0, os.geteuid()):
            return
        try:
            request = msgspec.json.decode(_line(connection), type=StationRequest)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            told = StationAnswer(False, f"this is no request to the station ({str(exc)[:200]}); send it through plc")
        else:
            told = answer(request)
        connection.settimeout(ASKED_WITHIN_S)
        connection.sendall(msgspec.json.encode(told) + b"\n")


def _line(connection: socket.socket) -> bytes:
    """What comes up to the end of the line, within ASKED_WITHIN_S in all: a slow asker holds nobody up."""
    end_s = time.monotonic() + ASKED_WITHIN_S
    line = b""
    while not line.endswith(b"\n") and len(line) < REQUEST_MAX:
        connection.settimeout(max(0.001, end_s - time.monotonic()))
        part = connection.recv(REQUEST_MAX - len(line))
        if not part:
            break
        line += part
    return line
