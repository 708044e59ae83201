"""A client of the control socket, for tests and benchmarks.

with Control(run_dir) as simulator:
    simulator("cut", bus="battery")
    simulator("state")["breakers"]["Q2"]["poles_closed"]
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any


class Refused(ValueError):
    """The simulator did not do what was asked; the message says why."""


class Control:
    """One connection to RUN_DIR/sim-control."""

    def __init__(self, run_dir: Path, *, answer_within_s: float = 10.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(answer_within_s)
        self._socket.connect(str(run_dir / "sim-control"))
        self._lines = self._socket.makefile("rb")

    def __call__(self, do: str, **asked: object) -> dict[str, Any]:
        """Ask one thing; the reply without `ok`. Raises Refused, TimeoutError, ConnectionError."""
        self._socket.sendall(json.dumps({"do": do, **asked}).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionError("the simulator has ended; start it again")
        reply: dict[str, Any] = json.loads(line)
        if not reply.pop("ok"):
            raise Refused(reply["error"])
        return reply

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Control:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
