"""Asking a checker of our own: within a time, whatever the text holds.

Checker.check(request) --pipe--> plc.processes.checker
           |-- no answer within LIMIT_S: the process ends, the next request gets a new one
"""

from __future__ import annotations

import hashlib
import os
import select
import subprocess
import sys
import threading
import time
from collections import OrderedDict

import msgspec

from plc.core.checked import Checked, CheckRequest

LIMIT_S = 4.0
WAIT_S = 8.0
REMEMBERED = 64
_PIECE = 65_536


class CheckError(Exception):
    """No verdict; the text says why and what to do."""


class Checker:
    """One checker process for all who type. A text that took too long once is not tried again."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._endless: OrderedDict[bytes, None] = OrderedDict()

    def check(self, request: CheckRequest) -> Checked:
        """Raises CheckError when there is no answer in time."""
        line = msgspec.json.encode(request)
        digest = hashlib.sha256(line).digest()
        if not self._one_at_a_time.acquire(timeout=WAIT_S):
            raise CheckError("the checker is busy with other texts; it is tried again with the next change")
        try:
            if digest in self._endless:
                raise CheckError(self._too_long())
            return self._ask(line, digest)
        finally:
            self._one_at_a_time.release()

    def close(self) -> None:
        """End the process; idempotent."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, line: bytes, digest: bytes) -> Checked:
        process = self._running()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise CheckError("the checker has no pipes; load the page again")
        end = time.monotonic() + self._limit_s
        try:
            stdin.write(line + b"\n")
            stdin.flush()
            return msgspec.json.decode(self._line(stdout.fileno(), end), type=Checked)
        except TimeoutError:
            self.close()
            self._endless[digest] = None
            while len(self._endless) > REMEMBERED:
                self._endless.popitem(last=False)
            raise CheckError(self._too_long()) from None
        except (OSError, EOFError, msgspec.DecodeError) as exc:
            self.close()
            raise CheckError("the checker stopped at this text; make it shorter or simpler") from exc

    def _line(self, pipe: int, end: float) -> bytes:
        pieces = []
        while True:
            readable, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
            if not readable:
                raise TimeoutError
            piece = os.read(pipe, _PIECE)
            if not piece:
                raise EOFError
            pieces.append(piece)
            if piece.endswith(b"\n"):
                return b"".join(pieces)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-P", "-m", "plc.processes.checker"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def _too_long(self) -> str:
        return f"checking this text takes longer than {self._limit_s:g} s; make it shorter or simpler"
