"""The sources of a site as an editor holds them: files from disk, open ones as they are typed.

file --find_site--> site or folder --gather--> sources, plant --open texts--> Study, diagnostics
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.lang import ast
from plc.lang.meaning.study import Study
from plc.lang.parse import parse
from plc.lang.source import Source, program_texts
from plc.store.gather import Gathered, compile_gathered, gather
from plc.store.resolve import TEST_SITE, find_site
from plc.store.site_file import SITE_FILE
from plc.store.site_set import tests_in

KEPT = 8
LONGEST = 512 * 1024
"""Characters of a text that an editor is helped with while it is typed: some 10,000 lines."""

Stamp = tuple[tuple[str, int], ...]
Texts = Mapping[Path, str]
"""Open files, by resolved path, as they are typed."""


K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Set:
    """What is compiled together with a file, as typed. ``site`` is None where the file belongs to no site."""

    site: Path | None
    gathered: Gathered

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.gathered.sources


class Desk:
    """Answers for one thread; remembers what did not change."""

    def __init__(self) -> None:
        self._gathered: dict[Path, tuple[Stamp, Gathered]] = {}
        self._studies: dict[tuple[Path, tuple[Source, ...]], Study] = {}

    def set_of(self, path: Path, texts: Texts) -> Set:
        """The sources that a file is compiled with, it among them whether or not it is on disk."""
        site = find_site([path])
        own = None if site == TEST_SITE else site
        folder = path.parent if own is None else own
        gathered = self._gather(folder, own)
        sources = [_as_typed(source, texts) for source in gathered.sources]
        if all(Path(source.path).resolve() != path for source in sources):
            sources.append(_as_typed(Source(str(path), ""), texts))
        return Set(own, replace(gathered, sources=tuple(sources), configuration=_configuration(sources)))

    def study(self, path: Path, texts: Texts) -> tuple[Study, str]:
        """The study of a file's set, and the name the file goes by in it."""
        found = self.set_of(path, texts)
        key = (found.site or path.parent, found.sources)
        known = self._studies.pop(key, None) or Study(found.sources, found.gathered.plant)
        self._studies[key] = known
        _forget(self._studies)
        return known, next(source.path for source in found.sources if Path(source.path).resolve() == path)

    def diagnostics(
        self, path: Path, texts: Texts, meanwhile: Callable[[], None] | None = None
    ) -> tuple[Diagnostic, ...]:
        """Every problem of a file's set, of its own TESTs, and of its site file. ``meanwhile`` as in `compile_set`.

        Without a site that can be read the file is only parsed: what it says of the plant cannot be judged.
        """
        if len(texts.get(path, "")) > LONGEST:
            return (_too_long(path),)
        found = self.set_of(path, texts)
        gathered = found.gathered
        own = [source for source in gathered.sources if Path(source.path).resolve() == path]
        if gathered.plant is None:
            parsed = [each for source in own for each in parse(source).diagnostics]
            return (*gathered.diagnostics, *parsed, *_only_parsed(path, gathered.diagnostics))
        tests = [place for source in own for place in tests_in(source)]
        compiled = compile_gathered(gathered, tests=tests, meanwhile=meanwhile)
        return (*(gathered.diagnostics if found.site else ()), *compiled.diagnostics)

    def fixed_names(self, path: Path, texts: Texts) -> dict[str, str]:
        """The programs that the site's tasks start, which keep their names, with the reason."""
        found = self.set_of(path, texts)
        site = found.gathered.site if found.site else None
        names = [name for task in site.tasks for name in task.programs] if site else []
        reason = "a task of the site file starts {0}; rename it there first, and its file"
        return {name.upper(): reason.format(name) for name in names}

    def _gather(self, folder: Path, site: Path | None) -> Gathered:
        files = [*_files(folder, site)]
        stamp = tuple((str(file), changed) for file in files if (changed := _changed_ns(file)) is not None)
        known = self._gathered.pop(folder, None)
        if known is None or known[0] != stamp:
            paths = [folder] if site else [file for file in files if file.suffix == ".st"]
            gathered = gather(paths, None if paths else TEST_SITE)
            known = (stamp, replace(gathered, instances=gathered.instances if site else None))
        self._gathered[folder] = known
        _forget(self._gathered)
        return known[1]


def _files(folder: Path, site: Path | None) -> Iterable[Path]:
    if site is None:
        return sorted(folder.glob("*.st"))
    return [site / SITE_FILE, *program_texts(site / "programs")]


def _changed_ns(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None


def _forget(kept: dict[K, V]) -> None:
    """Drop what was not asked for the longest."""
    while len(kept) > KEPT:
        del kept[next(iter(kept))]


def _configuration(sources: Iterable[Source]) -> ast.Configuration | None:
    return next((each for source in sources for each in parse(source).file.configurations), None)


def _only_parsed(path: Path, why: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The first error of the site file, told in the program, whose author may never see that file."""
    first = next(each for each in why if each.is_error)
    where = f"{Path(first.span.file).name} line {first.span.line}"
    what = f"only its grammar is checked while the site cannot be read; {where}: {first.what}"
    return (Diagnostic(first.code, Span(str(path), 1, 1, 1, 1), what, first.cure, Severity.ADVICE),)


def _as_typed(source: Source, texts: Texts) -> Source:
    typed = texts.get(Path(source.path).resolve(), source.text)
    return Source(source.path, typed if len(typed) <= LONGEST else "")


def _too_long(path: Path) -> Diagnostic:
    what = f"this text is longer than {LONGEST // 1024} KiB: editors get no help with it"
    return Diagnostic("Y037", Span(str(path), 1, 1, 1, 1), what, "divide it into several files, or use plc check")
