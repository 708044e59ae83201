"""The sources of a site as an editor holds them: files from disk, open ones as they are typed.

file --find_site--> site or folder --gather--> sources, plant --open texts--> Study, diagnostics
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.compile import compile_set
from plc.lang.meaning.study import Study
from plc.lang.source import Source, program_texts
from plc.store.gather import Gathered, gather
from plc.store.resolve import TEST_SITE, find_site
from plc.store.site_file import SITE_FILE
from plc.store.site_set import tests_in

KEPT = 8
LONGEST = 512 * 1024
"""Characters of a text that an editor is helped with while it is typed: some 10,000 lines."""

Stamp = tuple[tuple[str, int], ...]
Texts = Mapping[Path, str]
"""Open files, by resolved path, as they are typed."""


@dataclass(frozen=True, slots=True)
class Set:
    """What is compiled together with a file. ``site`` is None where the file belongs to no site."""

    site: Path | None
    sources: tuple[Source, ...]
    gathered: Gathered


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
        return Set(own, tuple(sources), gathered)

    def study(self, path: Path, texts: Texts) -> tuple[Study, str]:
        """The study of a file's set, and the name the file goes by in it."""
        found = self.set_of(path, texts)
        key = (found.site or path.parent, found.sources)
        known = self._studies.pop(key, None) or Study(found.sources, found.gathered.plant)
        self._studies[key] = known
        while len(self._studies) > KEPT:
            del self._studies[next(iter(self._studies))]
        return known, next(source.path for source in found.sources if Path(source.path).resolve() == path)

    def diagnostics(
        self, path: Path, texts: Texts, meanwhile: Callable[[], None] | None = None
    ) -> tuple[Diagnostic, ...]:
        """Every problem of a file's set, of its own TESTs, and of its site file. ``meanwhile`` as in `compile_set`."""
        if len(texts.get(path, "")) > LONGEST:
            return (_too_long(path),)
        found = self.set_of(path, texts)
        own = [source for source in found.sources if Path(source.path).resolve() == path]
        tests = [place for source in own for place in tests_in(source)]
        gathered = found.gathered
        compiled = compile_set(
            found.sources, gathered.plant, gathered.instances,
            tests=tests, whole=gathered.whole, meanwhile=meanwhile,
        )  # fmt: skip
        return (*(found.gathered.diagnostics if found.site else ()), *compiled.diagnostics)

    def fixed_names(self, path: Path, texts: Texts) -> dict[str, str]:
        """The programs that the site's tasks start, which keep their names, with the reason."""
        found = self.set_of(path, texts)
        site = found.gathered.site if found.site else None
        names = [name for task in site.tasks for name in task.programs] if site else []
        reason = "a task of the site file starts {0}; rename it there first, and its file"
        return {name.upper(): reason.format(name) for name in names}

    def _gather(self, folder: Path, site: Path | None) -> Gathered:
        files = [*_files(folder, site)]
        stamp = tuple((str(file), file.stat().st_mtime_ns) for file in files if file.exists())
        known = self._gathered.get(folder)
        if known is None or known[0] != stamp:
            paths = [folder] if site else [file for file in files if file.suffix == ".st"]
            gathered = gather(paths, None if paths else TEST_SITE)
            known = self._gathered[folder] = (stamp, replace(gathered, instances=gathered.instances if site else None))
        return known[1]


def _files(folder: Path, site: Path | None) -> Iterable[Path]:
    if site is None:
        return sorted(folder.glob("*.st"))
    return [site / SITE_FILE, *program_texts(site / "programs")]


def _as_typed(source: Source, texts: Texts) -> Source:
    typed = texts.get(Path(source.path).resolve(), source.text)
    return Source(source.path, typed if len(typed) <= LONGEST else "")


def _too_long(path: Path) -> Diagnostic:
    what = f"this text is longer than {LONGEST // 1024} KiB: editors get no help with it"
    return Diagnostic("Y037", Span(str(path), 1, 1, 1, 1), what, "divide it into several files, or use plc check")
