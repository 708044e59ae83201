"""Asking a checker of our own: within a time, whatever the text holds.

Checker.check(request) --pipe--> plc.processes.checker
           |-- no answer within LIMIT_S, or not even read: the process ends, the next request gets a new one
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
from pathlib import Path
from typing import TypeVar

import msgspec

from plc.core.checked import Asked, Checked, CheckRequest, HelpRequest

LIMIT_S = 4.0
PATIENCE_S = 30.0
"""However busy the machine, nobody waits longer."""
WAIT_S = 8.0
LOOK_EVERY_S = 0.1
REMEMBERED = 64
_PIECE = 65_536

T = TypeVar("T")


class CheckError(Exception):
    """No verdict; the text says why and what to do. ``again``: the same text may get one in a moment."""

    def __init__(self, text: str, again: bool = False) -> None:
        super().__init__(text)
        self.again = again


class _TooLong(Exception):
    """The checker had its processor time."""


class Checker:
    """One checker process for all who type. A text that took too long once is not tried again."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._endless: OrderedDict[bytes, None] = OrderedDict()

    def check(self, request: CheckRequest) -> Checked:
        """Raises CheckError when there is no answer in time."""
        return self._answer(Asked(check=request), Checked)

    def help(self, request: HelpRequest) -> msgspec.Raw:
        """The answer to a HelpRequest as JSON, `plc.processes.typing_help.Answer`. Raises CheckError as ``check``."""
        return self._answer(Asked(help=request), msgspec.Raw)

    def _answer(self, request: Asked, kind: type[T]) -> T:
        try:
            line = msgspec.json.encode(request)
        except UnicodeEncodeError as exc:
            raise CheckError("the text holds half of a character; type it again, or paste it from a text file") from exc
        digest = hashlib.sha256(line).digest()
        if not self._one_at_a_time.acquire(timeout=WAIT_S):
            raise CheckError("the checker is busy with other texts; it is tried again in a moment", again=True)
        try:
            if digest in self._endless:
                raise CheckError(self._too_long())
            return self._ask(line, digest, kind)
        finally:
            self._one_at_a_time.release()

    def close(self) -> None:
        """End the process; idempotent."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, line: bytes, digest: bytes, kind: type[T]) -> T:
        process = self._running()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise CheckError("the checker has no pipes; load the page again")
        try:
            answer = self._exchanged(stdin.fileno(), stdout.fileno(), process.pid, line + b"\n")
            return msgspec.json.decode(answer, type=kind)
        except _TooLong:
            self.close()
            self._endless[digest] = None
            while len(self._endless) > REMEMBERED:
                self._endless.popitem(last=False)
            raise CheckError(self._too_long()) from None
        except TimeoutError:
            self.close()
            raise CheckError("this machine is too busy to check; it is tried again in a moment", again=True) from None
        except (OSError, EOFError, msgspec.DecodeError) as exc:
            self.close()
            raise CheckError("the checker stopped at this text; make it shorter or simpler") from exc

    def _exchanged(self, request: int, answer: int, pid: int, line: bytes) -> bytes:
        """The line that answers a line. Raises _TooLong, TimeoutError, EOFError, OSError."""
        end, most_s = time.monotonic() + PATIENCE_S, processor_s(pid) + self._limit_s
        pieces, unsent = [], memoryview(line)
        while True:
            readable, writable, _ = select.select([answer], [request] if unsent else [], [], LOOK_EVERY_S)
            if writable:
                unsent = unsent[os.write(request, unsent) :]
            if readable:
                pieces.append(os.read(answer, _PIECE))
                if not pieces[-1]:
                    raise EOFError
                if pieces[-1].endswith(b"\n"):
                    return b"".join(pieces)
            elif not writable and processor_s(pid) >= most_s:
                raise _TooLong
            elif not writable and time.monotonic() >= end:
                raise TimeoutError

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-P", "-m", "plc.processes.checker"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
            if self._process.stdin is not None:
                os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _too_long(self) -> str:
        return f"checking this text takes longer than {self._limit_s:g} s; make it shorter or simpler"


def processor_s(pid: int) -> float:
    """The processor time a process has used; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
