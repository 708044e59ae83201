"""What surrounds every command: a terminal without some letters, an output that takes no more, a file that is refused.

command --> its exit code, and at worst one sentence: never a traceback for what the computer around it does
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path


class Refused(ValueError):
    """Why a file is not written; the text is a whole sentence with its cure."""


def guarded(command: Callable[[], object]) -> None:
    """Run ``command``, which ends with SystemExit, and see its output off.

    Letters that the terminal does not have are printed as ``\\xe4``. An output that takes no more, and a file that
    cannot be read or written, end with exit code 1 and a sentence; a reader that went away ends without one.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            command()
        finally:
            if sys.stdout is not None and not sys.stdout.closed:
                sys.stdout.flush()
    except BrokenPipeError:
        _give_up_output()
        raise SystemExit(1) from None
    except OSError as exc:
        _give_up_output()
        if sys.stderr is not None:
            print(_sentence(exc), file=sys.stderr)
        raise SystemExit(1) from None


def _sentence(exc: OSError) -> str:
    if exc.filename is None:
        return f"the output cannot be written: {exc.strerror or exc}; free some space, or send it elsewhere"
    return f"{exc.filename}: {exc.strerror or exc}; check the file, its folder and their permissions"


def _give_up_output() -> None:
    """What is still unwritten goes nowhere: Python would try again at its end, and complain."""
    if sys.stdout is not None and not sys.stdout.closed:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def result_file(option: str, path: Path) -> Path:
    """``path``, which is about to be written for ``option``. Raises Refused where a program or table stands there."""
    if path.suffix == ".st" or path.name.endswith(".test.csv"):
        raise Refused(f"{option} {path} would write over a program or its tests; name another file")
    return path
