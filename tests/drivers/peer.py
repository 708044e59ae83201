"""The other end of a bus, scripted: real pseudo-terminals and sockets, and a clock that advances only when waited for.

    master --write--> pty or socket --> script(frame) --> (delay, bytes), ... --> pty or socket --> master

Bytes go through the kernel; time does not pass by itself, so every test is exact and a thousand take seconds.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import pty
import select
import socket
import struct
import termios
import tty
from collections.abc import Callable, Iterable
from itertools import count

from drivers.line import DescriptorLine

Reply = tuple[int, bytes]
Script = Callable[[bytes], Iterable[Reply]]
"""What a peer does with a frame: bytes to send, each after a delay in ns."""

MS = 1_000_000
PATIENCE_S = 5.0


class World:
    """A clock, and what will happen at which instant."""

    def __init__(self, start_ns: int = 1_000_000_000) -> None:
        self._now_ns = start_ns
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()

    def now(self) -> int:
        return self._now_ns

    def sleep_until(self, monotonic_ns: int) -> None:
        self.run_until(monotonic_ns, lambda: False)

    def after(self, delay_ns: int, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self._now_ns + delay_ns, next(self._order), action))

    def run_until(self, monotonic_ns: int, done: Callable[[], bool]) -> bool:
        """Let time pass until ``done`` (True) or the instant (False)."""
        while not done():
            if not self._events or self._events[0][0] > monotonic_ns:
                self._now_ns = max(self._now_ns, monotonic_ns)
                return False
            due_ns, _, action = heapq.heappop(self._events)
            self._now_ns = max(self._now_ns, due_ns)
            action()
        return True


class SteppedLine:
    """The product's own line over a real descriptor; only its waiting follows the world's clock."""

    def __init__(self, descriptor: int, far: int, world: World, script: Script) -> None:
        self._descriptor = descriptor
        self._far = far
        self._world = world
        self._script = script
        self._line = DescriptorLine(descriptor, "scripted line", lambda: self._close())
        self._is_open = True
        self.frames: list[bytes] = []
        self.sent_ns: list[int] = []

    def read(self, most: int = 260) -> bytes:
        return self._line.read(most)

    def write(self, text: bytes) -> None:
        self._line.write(text)
        frame = b""
        while len(frame) < len(text):
            frame += os.read(self._far, len(text) - len(frame))
        self.frames.append(frame)
        self.sent_ns.append(self._world.now())
        for delay_ns, answer in self._script(frame):
            self._world.after(delay_ns, lambda answer=answer: self.deliver(answer))  # type: ignore[misc]

    def wait(self, monotonic_ns: int) -> bool:
        return self._world.run_until(monotonic_ns, self._is_readable)

    def close(self) -> None:
        self._line.close()

    def _close(self) -> None:
        self._is_open = False
        os.close(self._descriptor)
        if self._far >= 0:
            os.close(self._far)

    def unplug(self) -> None:
        """The far end goes away."""
        os.close(self._far)
        self._far = -1

    def deliver(self, text: bytes) -> None:
        """Bytes from the far end, there when this returns; lost if the line has been closed."""
        if not self._is_open:
            return
        wanted = self._waiting() + len(text)
        os.write(self._far, text)
        while self._waiting() < wanted:
            assert select.select([self._descriptor], [], [], PATIENCE_S)[0], "the kernel keeps the bytes"

    def _is_readable(self) -> bool:
        return bool(select.select([self._descriptor], [], [], 0)[0])

    def _waiting(self) -> int:
        (waiting,) = struct.unpack("i", fcntl.ioctl(self._descriptor, termios.FIONREAD, b"\0" * 4))
        return int(waiting)


def pty_line(world: World, script: Script) -> SteppedLine:
    """A line over a new pseudo-terminal."""
    far, near = pty.openpty()
    tty.setraw(far)
    tty.setraw(near)
    os.set_blocking(near, False)
    return SteppedLine(near, far, world, script)


def tcp_line(world: World, script: Script) -> SteppedLine:
    """A line over a new connection on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    near.setblocking(False)
    return SteppedLine(near.detach(), far.detach(), world, script)
