"""Finds the site and the program texts that a command line means.

site      a SITE among the paths, else the nearest folder upward that is one, else the shipped test site
program   armed on this controller, then SITE/programs, then the shipped programs
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.source import Source, program_texts, read_source
from plc.store.site_file import SITE_FILE

TEST_SITE = Path(__file__).parent / "testsite"
SHIPPED_PROGRAMS = Path(__file__).parents[2] / "programs"
SHIPPED_PROCEDURES = SHIPPED_PROGRAMS / "procedures"
SHIPPED_BLOCKS = SHIPPED_PROGRAMS / "blocks"
TESTS_ENDING = ".test.st"

_PROGRAM = re.compile(r"^[ \t]*PROGRAM[ \t]+([A-Za-z_]\w*)", re.IGNORECASE | re.MULTILINE | re.ASCII)


def is_site(path: Path) -> bool:
    """Whether the path is a folder with a site file."""
    return (path / SITE_FILE).is_file()


def find_site(paths: Sequence[Path]) -> Path:
    """The folder of the site whose plant the paths mean."""
    for path in paths:
        if is_site(path):
            return path
        if path.name == SITE_FILE and path.is_file():
            return path.parent
    for path in paths:
        for folder in path.resolve().parents:
            if is_site(folder):
                return folder
    return TEST_SITE


@dataclass(frozen=True, slots=True)
class Programs:
    """The sources a site's programs are compiled from, and what could not be found or read."""

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]


def site_programs(folder: Path, names: Iterable[str], armed: Mapping[str, str] | None = None) -> Programs:
    """All of SITE/programs, the shipped programs of ``names`` that it does not have, and the shipped blocks.

    A block of the site replaces a shipped block in a file of the same name. ``armed`` are texts by file name without
    `.st`: each counts as if it stood in SITE/programs, in place of the file of that name where there is one.
    """
    wanted = list(names)
    texts = _own(folder, armed or {})
    declared = {name.casefold() for source in texts for name in _PROGRAM.findall(source.text)}
    taken = {Path(source.path).name for source in texts}
    shipped: list[Path] = []
    problems: list[Diagnostic] = []
    for name in wanted:
        if name.casefold() in declared:
            continue
        path = shipped_program(name)
        if path is None or path.stem in (armed or {}):
            problems.append(_missing(folder, name))
        else:
            shipped.append(path)
    blocks = [path for path in shipped_blocks() if path.name not in taken] if wanted else []
    return Programs((*texts, *_read([*shipped, *blocks])), tuple(problems))


def _own(folder: Path, armed: Mapping[str, str]) -> tuple[Source, ...]:
    """SITE/programs, with the armed texts in it."""
    files = program_files(folder / "programs")
    texts = [Source(str(path), armed[path.stem]) if path.stem in armed else read_source(path) for path in files]
    fresh = sorted(set(armed) - {path.stem for path in files})
    return (*texts, *(Source(str(folder / "programs" / f"{name}.st"), armed[name]) for name in fresh))


def shipped_program(name: str) -> Path | None:
    """The shipped file of that program; its name is the program's."""
    known = {path.stem.casefold(): path for path in _shipped()}
    return known.get(name.casefold())


def shipped_blocks() -> tuple[Path, ...]:
    """The files of shipped function blocks, which any program may use."""
    return program_files(SHIPPED_BLOCKS)


def program_files(folder: Path) -> tuple[Path, ...]:
    """Every file of programs and blocks in a folder and below it; NAME.test.st beside NAME.st holds tests alone."""
    return tuple(path for path in program_texts(folder) if not path.name.endswith(TESTS_ENDING))


def _shipped() -> list[Path]:
    files = [*sorted(SHIPPED_PROGRAMS.glob("*.st")), *sorted(SHIPPED_PROCEDURES.glob("*.st"))]
    return [path for path in files if not path.name.endswith(TESTS_ENDING)]


def program_text(folder: Path, name: str) -> str | None:
    """What a site runs of that program file (without `.st`) when nothing is armed: SITE/programs, a shipped program,
    a shipped block; None when there is none."""
    path = program_file(folder, name)
    return read_source(path).text if path else None


def program_file(folder: Path, name: str) -> Path | None:
    """Where that text stands."""
    known = (*program_files(folder / "programs"), *_shipped(), *shipped_blocks())
    return next((path for path in known if path.stem == name), None)


def _read(paths: Iterable[Path]) -> tuple[Source, ...]:
    return tuple(read_source(path) for path in paths)


def _missing(folder: Path, name: str) -> Diagnostic:
    span = Span(str(folder / SITE_FILE), 1, 1, 1, 1)
    what = f"no file declares PROGRAM {name}, which a task runs"
    known = ", ".join(path.stem for path in _shipped())
    cure = f"write {folder / 'programs' / (name + '.st')}, or name a shipped one: {known}"
    return Diagnostic("Y030", span, what, cure)
