"""A client that sends ``plc lsp`` whatever it is given, byte for byte."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENDS_WITHIN_S = 20.0
HOVER = "textDocument/hover"


class Raw:
    """One session. ``told`` holds the notifications that came so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._in, self._out = process.stdin, process.stdout
        self._number = 0
        self.told: list[dict[str, Any]] = []

    def bytes(self, body: bytes) -> None:
        self._in.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._in.flush()

    def tell(self, method: str, params: Any = None) -> None:
        self.bytes(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode())

    def ask(self, method: str, params: Any = None) -> tuple[int, Any]:
        """0 and the result, or the code and the text of the error; what comes before it is kept in ``told``."""
        self._number += 1
        body = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self.bytes(json.dumps(body).encode())
        while True:
            came = self._read()
            if came.get("id") == self._number and "method" not in came:
                error = came.get("error")
                return (error["code"], error["message"]) if error else (0, came.get("result"))
            self.told.append(came)

    def begin(self) -> None:
        code, _ = self.ask("initialize", {"capabilities": {}, "processId": None, "rootUri": None})
        assert code == 0
        self.tell("initialized", {})

    def open(self, uri: str, text: str) -> None:
        self.tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "iecst", "version": 1, "text": text}},
        )

    def hover(self, uri: str, line: Any, character: Any) -> tuple[int, Any]:
        return self.ask(HOVER, {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})

    def _read(self) -> dict[str, Any]:
        length = 0
        while (header := self._out.readline()) != b"\r\n":
            assert header, "the server has ended"
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        found: dict[str, Any] = json.loads(self._out.read(length))
        return found


@contextmanager
def raw(folder: Path) -> Iterator[Raw]:
    """A session in a folder; the process has ended afterwards."""
    command = [sys.executable, "-m", "plc.cli", "lsp"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        yield Raw(process)
    finally:
        process.kill()
        process.communicate()
