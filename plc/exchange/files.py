"""The two commands' way to files: what to export, and where imported texts go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from plc.core.diagnostic import Diagnostic
from plc.exchange.element import MOST_BYTES, XmlError
from plc.exchange.read import import_project
from plc.exchange.write import Exported, export
from plc.lang.parse import parse
from plc.lang.source import Source, program_texts, read_at_most, read_source


class ExchangeError(ValueError):
    """Why nothing was exported or imported, and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and what is to be said of the project and of the new texts."""

    paths: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        return any(d.is_error for d in self.diagnostics)


def export_paths(paths: Iterable[Path], target: Path, when: datetime) -> Exported:
    """Write one project of all programs the paths name. Raises ExchangeError."""
    sources = [read_source(file) for path in paths for file in _programs(path)]
    if not sources:
        raise ExchangeError("there is nothing to export: name programs (.st) or folders of them")
    try:
        exported = export(sources, target.stem, when)
        if exported.text:
            target.write_text(exported.text, encoding="utf-8")
    except XmlError as error:
        raise ExchangeError(f"{error.what}; {error.cure}") from None
    except OSError as error:
        raise ExchangeError(f"{target} cannot be written ({error.strerror}); name another file") from None
    return exported


def _programs(path: Path) -> Sequence[Path]:
    if path.is_dir():
        return program_texts(path)
    if path.suffix == ".st" and path.is_file():
        return [path]
    raise ExchangeError(f"{path} is no program (.st) and no folder of programs; check the name")


def import_file(project: Path, folder: Path) -> Written:
    """Write the texts of a project into a folder, over no file that is there. Raises ExchangeError."""
    try:
        content = read_at_most(project, MOST_BYTES + 1)
    except OSError as error:
        raise ExchangeError(f"{project} cannot be read ({error.strerror}); name a PLCopen file (.xml)") from None
    imported = import_project(str(project), content)
    targets = [folder / text.path for text in imported.texts]
    taken = [target.name for target in targets if target.exists()]
    if taken:
        names = ", ".join(taken[:5]) + (" ..." if len(taken) > 5 else "")
        raise ExchangeError(f"{folder} already holds {names}; choose an empty folder, nothing was written")
    found = list(imported.diagnostics)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, text in zip(targets, imported.texts, strict=True):
            target.write_text(text.text, encoding="utf-8")
            found += parse(Source(str(target), text.text)).diagnostics
    except OSError as error:
        raise ExchangeError(f"{folder} cannot be written ({error.strerror}); name another folder") from None
    return Written(tuple(targets), tuple(found))
