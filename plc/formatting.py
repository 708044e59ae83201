"""``plc format``: the layout of the files that paths name, written or only looked at.

PATH... --> each .st file --> as it is | written anew, whole or not at all | left alone, with its errors
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.format.form import format_source
from plc.lang.source import program_texts, read_source


@dataclass(frozen=True, slots=True)
class Laid:
    """One file: its text ``before`` and ``after``, or the ``diagnostics`` that say why it is left alone."""

    path: Path
    before: str
    after: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def difference(self) -> str:
        """As ``diff -u`` shows it."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(before, after, str(self.path), f"{self.path} (formatted)"))


def laid_out(paths: Iterable[Path]) -> Iterator[Laid]:
    """Every ``.st`` file of the paths, folders with all below them, in its layout. Nothing is written."""
    for path in paths:
        if path.is_dir():
            yield from map(_laid, program_texts(path))
        else:
            yield _laid(path)


def _laid(path: Path) -> Laid:
    try:
        source = read_source(path)
    except OSError as exc:
        what = f"{path} cannot be read ({exc.strerror})"
        return Laid(path, "", "", (Diagnostic("Y041", Span(str(path), 1, 1, 1, 1), what, "give a program (.st)"),))
    found = format_source(source)
    after = source.text if found.text is None else found.text
    return Laid(path, source.text, after, found.diagnostics)


def write(laid: Laid) -> None:
    """Put the text in its layout in place of the file, whole or not at all. Raises OSError."""
    path = laid.path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(laid.after.encode("utf-8", "surrogateescape"))
        draft.chmod(path.stat().st_mode & 0o7777)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
