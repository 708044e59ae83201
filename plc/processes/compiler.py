"""The compiler process: the engine never compiles, and nothing else writes the program store.

prepare SITE, texts --> read, check, compile all --> set_hash | every problem at once, and nothing has changed
RUN_DIR/arming.json: the engine keeps another set --> STATE_DIR/armed.json: the next controller starts with it
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from plc.core.arming import Arming
from plc.core.diagnostic import Diagnostic, Span
from plc.core.prepared import REQUEST_MAX, Prepared, PrepareRequest
from plc.core.run_paths import RunPaths, StatePaths
from plc.store.sets import ArmedSets

ASKED_WITHIN_S = 2.0
FOLLOW_EVERY_S = 0.25
_PEER = struct.Struct("3i")


class Requests:
    """A Unix stream socket (0600): one JSON PrepareRequest a connection, one JSON Prepared back."""

    def __init__(self, run: RunPaths, state: StatePaths) -> None:
        self._run, self._state = run, state
        run.compiler_socket.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            self._socket.bind(str(run.compiler_socket))
        finally:
            os.umask(mask)
        self._socket.listen(4)
        self._socket.settimeout(FOLLOW_EVERY_S)

    def serve_one(self) -> None:
        """Wait a little for a request and answer it; a connection that says nothing sensible is closed."""
        try:
            connection, _ = self._socket.accept()
        except TimeoutError:
            return
        with connection, contextlib.suppress(OSError):
            connection.settimeout(ASKED_WITHIN_S)
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
            if _PEER.unpack(credentials)[1] not in (0, os.geteuid()):
                return
            with connection.makefile("rb") as lines:
                answer = self._answer(lines.readline(REQUEST_MAX))
            connection.sendall(msgspec.json.encode(answer) + b"\n")

    def _answer(self, line: bytes) -> Prepared:
        try:
            request = msgspec.json.decode(line, type=PrepareRequest)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            return _failed("a request", f"it is no request ({exc})", "send it through plc")
        base = request.base or self._run.armed.read_text()
        sets = ArmedSets(self._state)
        texts = {**sets.texts(base), **request.texts}
        prepared = prepare(Path(request.site), self._run, self._state, texts)
        if not (request.who and request.base == prepared.set_hash == self._run.armed.read_text()):
            return prepared
        try:
            sets.remember(Arming(prepared.set_hash, request.who, request.reason, time.time_ns()))
        except OSError as exc:
            return _failed(request.site, f"the texts cannot be kept ({exc.strerror})", "free the state directory")
        return replace(prepared, armed=True)


def prepare(site: Path, run: RunPaths, state: StatePaths, texts: Mapping[str, str] | None = None) -> Prepared:
    """Compile a site into RUN_DIR, with ``texts`` in place of its files of those names; see ``Prepared``."""
    from plc.store.program_store import ProgramStore  # the compiler proper: loaded when there is something to compile
    from plc.store.site_set import compile_site

    found = compile_site(site, texts)
    if found.ready is None:
        return Prepared("", found.diagnostics)
    try:
        set_hash = ProgramStore(run, state.object_cache).put(found.ready.plan, found.ready.compiled)
        ArmedSets(state).keep(set_hash, texts or {})
    except OSError as exc:
        return _failed(str(site), f"the set cannot be stored ({exc.strerror})", "free /dev/shm or the state directory")
    return Prepared(set_hash, found.diagnostics)


class Follower:
    """Remembers on disk which set the engine keeps: after a restart of the controller it runs again."""

    def __init__(self, run: RunPaths, state: StatePaths) -> None:
        self._path, self._sets = run.arming, ArmedSets(state)
        self._known = b""

    def look(self) -> None:
        try:
            said = self._path.read_bytes()
        except FileNotFoundError:
            return
        if said == self._known:
            return
        with contextlib.suppress(OSError, msgspec.DecodeError):  # a full disk: tried again in a moment
            arming, standing = msgspec.json.decode(said, type=Arming), self._sets.armed() or Arming()
            if standing.set_hash != arming.set_hash or standing.at_ns < arming.at_ns:
                self._sets.remember(arming)
            self._known = said


def _failed(where: str, what: str, cure: str) -> Prepared:
    return Prepared("", (Diagnostic("Y040", Span(where, 1, 1, 1, 1), what, cure),))


def main(arguments: Sequence[str]) -> int:
    """``python -m plc.processes.compiler RUN_DIR STATE_DIR``: answer requests until told to stop."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    run, state = RunPaths(Path(arguments[0])), StatePaths(Path(arguments[1]))
    requests, follower = Requests(run, state), Follower(run, state)
    print("ready", flush=True)
    while True:
        requests.serve_one()
        follower.look()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
