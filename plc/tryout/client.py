"""Asking for a trial: in a process of its own, one at a time, within a time."""

from __future__ import annotations

import subprocess
import sys
import threading

import msgspec

from plc.core.tried import Tried, TryRequest

LIMIT_S = 60.0


class Tryout:
    """The trials of one page server."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._one_at_a_time = threading.Lock()

    def run(self, request: TryRequest) -> Tried:
        """The result, or a ``problem`` that says why there is none; never raises for what the texts hold."""
        if not self._one_at_a_time.acquire(blocking=False):
            return Tried(problem="another trial runs; try again when it is done")
        try:
            return self._run(msgspec.json.encode(request) + b"\n")
        finally:
            self._one_at_a_time.release()

    def _run(self, line: bytes) -> Tried:
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-P", "-m", "plc.tryout"], stdin=pipe, stdout=pipe)
        if process.stdin is None or process.stdout is None:
            return Tried(problem="the trial has no pipes; try again")
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        alarm = threading.Timer(self._limit_s, give_up)
        alarm.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return msgspec.json.decode(process.stdout.readline(), type=Tried)
        except (OSError, msgspec.DecodeError):
            if late.is_set():
                return Tried(problem=f"the trial did not end within {self._limit_s:g} s; try fewer hours")
            return Tried(problem="the trial stopped with a fault of its own; the controller's log says which")
        finally:
            alarm.cancel()
            process.kill()
            process.communicate()
