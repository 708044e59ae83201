"""The control socket: JSON lines on a Unix stream socket, one reply line for each request line."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path

LONGEST_LINE = 65_536
POLL_S = 0.05  # how soon a closed socket ends its thread
LONGEST_PATH = 100  # what a Unix socket's address holds, with room to spare

Do = Callable[[object], dict[str, object]]


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path: str, do: Do) -> None:
        self.do = do
        super().__init__(path, _Connection)


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline(LONGEST_LINE):
            try:
                reply = self.server.do(json.loads(line))
            except ValueError:
                reply = {"ok": False, "error": "not JSON; write one JSON object a line"}
            try:
                self.wfile.write(json.dumps(reply).encode() + b"\n")
            except OSError:
                return


class ControlSocket:
    """Listens at `path` until closed. Raises OSError when the path is too long for a Unix socket."""

    def __init__(self, path: Path, do: Do) -> None:
        if len(str(path)) > LONGEST_PATH:
            raise OSError(
                f"{path}: too long for a Unix socket; choose a --run-dir of at most {LONGEST_PATH - 12} letters"
            )
        path.unlink(missing_ok=True)
        self.path = path
        self._server = _Server(str(path), do)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_S,), name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.path.unlink(missing_ok=True)
