"""What a command line's paths mean: which site's plant, which sources, which program instances.

PATH... --gather--> Gathered --compile--> Compiled
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Span
from plc.core.site import Site
from plc.lang import ast
from plc.lang.compile import Place, compile_set
from plc.lang.program import Compiled
from plc.lang.source import Source, program_texts, read_source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.fit import check_fit
from plc.store.resolve import find_site, is_site, program_files, shipped_blocks, site_programs
from plc.store.site_file import SITE_FILE, read_site
from plc.store.site_tasks import site_tasks


@dataclass(frozen=True, slots=True)
class Gathered:
    """``site`` is the one whose plant the programs see, None when it cannot be read; ``asked`` whether a path named it.

    ``instances`` maps instance to PROGRAM, None where every PROGRAM of the sources counts. ``diagnostics`` are those of
    finding and reading, not of compiling. ``configuration`` says what runs where the site file does not. ``whole``: the
    sources are all that the site runs.
    """

    folder: Path
    site: Site | None
    asked: bool
    plant: Source | None
    sources: tuple[Source, ...]
    instances: Mapping[str, str] | None
    diagnostics: tuple[Diagnostic, ...]
    configuration: ast.Configuration | None = None
    whole: bool = False

    @property
    def failed(self) -> bool:
        return any(d.is_error for d in self.diagnostics)


def gather(paths: Sequence[Path], site: Path | None = None) -> Gathered:
    """Find and read everything ``paths`` name. ``site`` chooses the plant; else `resolve.find_site` does."""
    problems = [_absent(path) for path in paths if not path.exists()]
    present = [path for path in paths if path.exists()]
    folder = site or find_site(present)
    text = read_site(folder)
    asked = any(is_site(path) or path.name == SITE_FILE for path in present)
    files = [file for path in present if not is_site(path) for file in _files(path)]
    sources = []
    for file in files:
        try:
            sources.append(read_source(file))
        except OSError as exc:
            problems.append(_unreadable(file, exc))
    problems += [_empty(path) for path in present if path.is_dir() and not is_site(path) and not program_texts(path)]
    problems += [
        _not_structured_text(p) for p in present if not p.is_dir() and p.suffix != ".st" and p.name != "site.yaml"
    ]
    instances: dict[str, str] | None = None
    configuration: ast.Configuration | None = None
    whole = asked and not files and text.site is not None
    if asked and not files and text.site is not None:
        runs = site_tasks(folder, text.site)
        sources += runs.sources
        problems += runs.diagnostics
        instances = None if runs.instances is None else dict(runs.instances)
        configuration = runs.configuration
    else:
        named = {file.name for file in files}
        sources += [read_source(block) for block in shipped_blocks() if block.name not in named]
        sources += site_programs(folder, ()).sources if asked and not files else ()
    plant = Source(PLANT_PATH, plant_text(text.site)) if text.site is not None else None
    diagnostics = (*problems, *text.diagnostics)
    return Gathered(folder, text.site, asked, plant, tuple(sources), instances, diagnostics, configuration, whole)


def compile_gathered(
    gathered: Gathered,
    *,
    cover: bool = False,
    tests: Collection[Place] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Compiled:
    """Compile what was gathered. Programs are there only without errors. The options are `compile_set`'s."""
    compiled = compile_set(
        gathered.sources, gathered.plant, gathered.instances,
        cover=cover, tests=tests, whole=gathered.whole, meanwhile=meanwhile,
    )  # fmt: skip
    if gathered.site is None or not gathered.whole:
        return compiled
    late = check_fit(gathered.folder, gathered.site, gathered.configuration, compiled)
    return replace(compiled, diagnostics=(*compiled.diagnostics, *late)) if late else compiled


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return list(program_files(path))
    return [path] if path.suffix == ".st" else []


def _absent(path: Path) -> Diagnostic:
    cure = "give a program (.st), a folder of programs or a folder with site.yaml"
    return Diagnostic("Y031", Span(str(path), 1, 1, 1, 1), f"there is no {path}", cure)


def _unreadable(path: Path, exc: OSError) -> Diagnostic:
    what = f"{path} cannot be read ({exc.strerror})"
    return Diagnostic("Y041", Span(str(path), 1, 1, 1, 1), what, "check the file and its permissions")


def _empty(path: Path) -> Diagnostic:
    cure = "name a program, a folder that holds some, or a folder with site.yaml"
    return Diagnostic("Y042", Span(str(path), 1, 1, 1, 1), f"there is no program (.st) in {path}", cure)


def _not_structured_text(path: Path) -> Diagnostic:
    cure = "rename it to end in .st if it holds Structured Text"
    return Diagnostic("Y032", Span(str(path), 1, 1, 1, 1), f"{path.name} is no program", cure)
