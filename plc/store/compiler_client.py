"""Asking a running controller's compiler to prepare a site."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec

from plc.core.prepared import Prepared, PrepareRequest
from plc.core.run_paths import RunPaths


class CompilerError(Exception):
    """The compiler could not be asked; the text says why and what to do."""


def prepare(
    run: RunPaths,
    site: Path,
    texts: Mapping[str, str] | None = None,
    base: str = "",
    by: tuple[str, str] = ("", ""),
    answer_within_s: float = 60.0,
) -> Prepared:
    """Have a site folder compiled, with these texts in it, see ``PrepareRequest``; the running set is not touched.
    ``by`` is who asks and why.

    Raises CompilerError.
    """
    request = PrepareRequest(str(site.resolve()), dict(texts or {}), base, *by)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(answer_within_s)
        try:
            line.connect(str(run.compiler_socket))
            line.sendall(msgspec.json.encode(request) + b"\n")
            with line.makefile("rb") as answers:
                return msgspec.json.decode(answers.readline(), type=Prepared)
        except (OSError, msgspec.DecodeError) as exc:
            raise CompilerError(f"the compiler does not answer ({exc}); look at plc status, then try again") from exc
