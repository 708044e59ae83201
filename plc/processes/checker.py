"""The checker process: the controller's own compiler for a text that is being typed; it stores nothing.

    page --one JSON line--> compile the site with that text in it --one JSON line--> marks beside the text

A child of the web process, not of the supervisor: whoever asks ends it when it takes too long, and starts another.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path, PurePath

import msgspec

from plc.core.checked import Asked, Checked, CheckRequest
from plc.core.diagnostic import Diagnostic
from plc.processes.typing_help import TypingHelp
from plc.store.changes import set_changes, value_changes
from plc.store.resolve import program_text
from plc.store.site_set import ReadySet, SiteSet, compile_site

MEMORY_MOST = 2 * 1024**3
MARKS_MOST = 200


class Checks:
    """Answers requests; remembers what the armed set compiled to, for the comparison."""

    def __init__(self) -> None:
        self._armed: tuple[tuple[str, dict[str, str]], ReadySet | None] | None = None

    def answer(self, request: CheckRequest) -> Checked:
        began_ns = time.monotonic_ns()
        site = Path(request.site)
        found = compile_site(site, {**request.armed, **request.texts}, tests_of=request.texts)
        here, elsewhere = _divided(found, request.name)
        changes = self._changes(request, site, found.ready)
        took_ms = (time.monotonic_ns() - began_ns) / 1e6
        return Checked(here, elsewhere, tuple(changes), round(took_ms, 1))

    def _changes(self, request: CheckRequest, site: Path, new: ReadySet | None) -> list[str]:
        if new is None:
            return []
        values = [
            change
            for name, text in request.texts.items()
            for change in value_changes(name, _armed_text(site, name, request.armed), text)
        ]
        old = self._compiled(site, request.armed)
        return [*values, *(set_changes(old, new) if old else [])]

    def _compiled(self, site: Path, armed: dict[str, str]) -> ReadySet | None:
        key = (str(site), armed)
        if self._armed is None or self._armed[0] != key:
            self._armed = key, compile_site(site, armed).ready
        return self._armed[1]


def _armed_text(site: Path, name: str, armed: Mapping[str, str]) -> str:
    return armed[name] if name in armed else program_text(site, name) or ""


def _divided(found: SiteSet, name: str) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The problems of the text that is being typed, and errors it causes elsewhere."""
    here = [d for d in found.diagnostics if PurePath(d.span.file).stem == name]
    elsewhere = [d for d in found.diagnostics if d.is_error and PurePath(d.span.file).stem != name]
    return tuple(here[:MARKS_MOST]), tuple(elsewhere[:MARKS_MOST])


def main() -> int:
    """``python -m plc.processes.checker``: answer each line of stdin until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    checks, help_ = Checks(), TypingHelp()
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        asked = msgspec.json.decode(line, type=Asked)
        answer = checks.answer(asked.check) if asked.check else help_.answer(asked.help) if asked.help else None
        out.write(msgspec.json.encode(answer) + b"\n")
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
