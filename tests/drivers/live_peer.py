"""Scripted peers in real time: a device on a pseudo-terminal's far end, and one behind a listening socket."""

from __future__ import annotations

import os
import pty
import select
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[bytes], bytes]
"""Frame in, frame out; b"" is silence."""


def rtu_length(head: bytes) -> int:
    """How long a request is, judged by its beginning."""
    if len(head) > 6 and head[1] in (15, 16):
        return 9 + head[6]
    return 8


def tcp_length(head: bytes) -> int:
    return 6 + int.from_bytes(head[4:6], "big") if len(head) >= 6 else 6


def _serve(descriptor: int, length: Callable[[bytes], int], answer: Answer, stop: threading.Event) -> None:
    """Answer requests until the far end is gone or the test is over."""
    received = b""
    while not stop.is_set():
        if not select.select([descriptor], [], [], 0.02)[0]:
            continue
        try:
            more = os.read(descriptor, 300)
        except OSError:
            return
        if not more:
            return
        received += more
        if len(received) >= length(received):
            reply, received = answer(received), b""
            os.write(descriptor, reply)


class Port:
    """A pseudo-terminal with a device on its far end; ``path`` is what a driver opens."""

    def __init__(self, answer: Answer) -> None:
        self._far, self._near = pty.openpty()
        tty.setraw(self._far)
        self.path = os.ttyname(self._near)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=_serve, args=(self._far, rtu_length, answer, self._stop))
        self._thread.start()

    def unplug(self) -> None:
        """Gone, as an adapter that was pulled out. Idempotent."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            os.close(self._near)
            os.close(self._far)


@contextmanager
def port(answer: Answer) -> Iterator[Port]:
    opened = Port(answer)
    try:
        yield opened
    finally:
        opened.unplug()


@contextmanager
def listener(answer: Answer) -> Iterator[int]:
    """A device on loopback that takes one connection after the other; yields its port."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while not stop.is_set():
                if select.select([server], [], [], 0.02)[0]:
                    connection, _ = server.accept()
                    with connection:
                        _serve(connection.fileno(), tcp_length, answer, stop)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            stop.set()
            thread.join()
