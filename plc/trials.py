"""What `plc test` and `plc simulate` do: a program, alone, in the site's plant, on a virtual clock.

NAME.st + NAME.test.csv   --gather, compile--> run_table --> Trial
NAME.st, NAME.test.st with TESTs --gather, compile--> run_tests --> Trial
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Span
from plc.engine.assemble import BackEnd
from plc.engine.scripted import run_tests
from plc.engine.table import CaseResult, Failure, Simulated, run_table, simulate
from plc.engine.table_text import Table, read_table
from plc.lang import ast
from plc.lang.compile import compile_set
from plc.lang.parse import Parsed, parse
from plc.lang.program import Compiled, Way
from plc.lang.source import program_texts, read_source
from plc.store.gather import Gathered, gather
from plc.store.plan import make_plan
from plc.store.resolve import TESTS_ENDING, is_site, program_files
from plc.store.site_set import tests_in

TABLE_ENDING = ".test.csv"

_TEST = re.compile(r"^[ \t]*TEST\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failed:
    """What did not hold, at its line of the trial's file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One case of a trial as it ended."""

    name: str
    line: int
    failures: tuple[Failed, ...]
    took_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A file of cases, run. There are none where it, the program or its site has an error: ``diagnostics`` say which.

    ``ways`` are those of every decision compiled for it and ``gone`` those its cases went, where cover was asked for.
    """

    file: Path
    cases: tuple[Tried, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    ways: tuple[Way, ...] = ()
    gone: frozenset[Way] = frozenset()

    @property
    def passed(self) -> bool:
        return not self.diagnostics and not any(case.failures for case in self.cases)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a test run goes: on which code, with the cover noted or not, and which cases (``only`` as in `matches`)."""

    back_end: BackEnd = BackEnd.NATIVE
    cover: bool = False
    only: str = ""


def matches(only: str, file: Path, case: str) -> bool:
    """Whether a case is asked for: its name or its file's holds ``only``, or, with * or ?, is like it."""
    if not only:
        return True
    pattern = only.casefold() if any(sign in only for sign in "*?") else f"*{only.casefold()}*"
    return any(fnmatchcase(name.casefold(), pattern) for name in (case, file.name))


def files_with_tests(paths: Sequence[Path]) -> list[Path]:
    """The files with TESTs that the paths mean: programs themselves, and NAME.test.st beside NAME.st."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += program_texts(path / "programs" if is_site(path) else path)
        elif path.suffix == ".st":
            found += [path] if path.name.endswith(TESTS_ENDING) else [path, path.with_name(path.stem + TESTS_ENDING)]
    return [path for path in dict.fromkeys(found) if _has_tests(path)]


def _has_tests(file: Path) -> bool:
    """Whether it holds TESTs, or an error where one may have been lost."""
    try:
        source = read_source(file)
    except OSError:
        return False
    return _TEST.search(source.text) is not None and bool(_tests_or_errors(parse(source)))


def _tests_or_errors(parsed: Parsed) -> tuple[object, ...]:
    return parsed.file.tests or _errors(parsed)


def _errors(parsed: Parsed) -> tuple[Diagnostic, ...]:
    return tuple(found for found in parsed.diagnostics if found.is_error)


def programs_of(paths: Sequence[Path]) -> list[Path]:
    """The program files the paths mean: a file, all of a folder, a site's own."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += program_files(path / "programs" if is_site(path) else path)
        elif path.name.endswith(TABLE_ENDING):
            found.append(_program_file(path))
        else:
            found.append(_tested(path))
    return list(dict.fromkeys(found))


def _tested(file: Path) -> Path:
    """NAME.st of NAME.test.st, where there is one; else the file itself."""
    beside = file.with_name(file.name.removesuffix(TESTS_ENDING) + ".st")
    return beside if file.name.endswith(TESTS_ENDING) and beside.exists() else file


def _program_file(table: Path) -> Path:
    return table.with_name(table.name.removesuffix(TABLE_ENDING) + ".st")


def ways_of(program_file: Path) -> tuple[Way, ...] | None:
    """The ways of a file that no test looks at; None where it does not compile."""
    _, compiled, _ = _compile(program_file, None, cover=True)
    if compiled is None or compiled.errors:
        return None
    return compiled.cover.ways if compiled.cover is not None else ()


def tables(paths: Sequence[Path]) -> list[Path]:
    """The test tables the paths mean: beside a program, in a folder, in a site's `programs`."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted((path / "programs" if is_site(path) else path).rglob(f"*{TABLE_ENDING}"))
        elif path.name.endswith(TABLE_ENDING):
            found.append(path)
        elif path.with_name(path.stem + TABLE_ENDING).exists():
            found.append(path.with_name(path.stem + TABLE_ENDING))
    return list(dict.fromkeys(found))


def run_trials(paths: Sequence[Path], wanted: Wanted | None = None) -> Iterator[Trial]:
    """Each table with its program, then each file of TESTs, compiled alone in the plant of the site the paths mean."""
    named = [path for path in paths if is_site(path)]
    site = named[0] if named else None
    missing = [path for path in paths if not path.exists()]
    if missing:
        yield Trial(missing[0], (), gather(missing).diagnostics)
    present = [path for path in paths if path.exists()]
    for table in tables(present):
        yield _run_table(table, site, wanted or Wanted())
    for file in files_with_tests(present):
        yield _run_tests(file, site, wanted or Wanted())


def _run_table(file: Path, site: Path | None, wanted: Wanted) -> Trial:
    gathered, compiled, program = _compile(_program_file(file), site, cover=wanted.cover)
    if compiled is None or gathered.site is None:
        return Trial(file, (), gathered.diagnostics)
    if compiled.errors:
        return Trial(file, (), compiled.errors)
    if not program:
        return Trial(file, (), (_no_program(_program_file(file)),))
    table = _table(file)
    table = replace(table, cases=tuple(case for case in table.cases if matches(wanted.only, file, case.name)))
    result = run_table(compiled, make_plan(gathered.site), program, table, wanted.back_end)
    ways = compiled.cover.ways if compiled.cover else ()
    return Trial(file, tuple(map(_tried, result.cases)), result.diagnostics, ways, result.gone)


def _tried(case: CaseResult) -> Tried:
    return Tried(case.name, case.line, tuple(Failed(f.line, _sentence(f)) for f in case.failures), case.took_s)


def _run_tests(file: Path, site: Path | None, wanted: Wanted) -> Trial:
    """The TESTs of a file, compiled once for all that hold the same PROGRAMs."""
    gathered = gather(list(dict.fromkeys([_tested(file), file])), site)
    if gathered.failed or gathered.plant is None or gathered.site is None:
        return Trial(file, (), gathered.diagnostics)
    read = [parse(source) for source in gathered.sources]
    known = [parsed.file for parsed in read]
    programs = {pou.name.upper(): pou.name for one in known for pou in one.pous if pou.kind is ast.PouKind.PROGRAM}
    [own] = [one for one in read if Path(one.file.path) == file]
    if not own.file.tests:
        return Trial(file, (), _errors(own))
    groups: dict[tuple[tuple[str, str], ...], list[ast.Test]] = {}
    for test in own.file.tests:
        if matches(wanted.only, file, test.name):
            groups.setdefault(tuple(_under_test(test, programs).items()), []).append(test)
    cases: list[Tried] = []
    ways, gone = set[Way](), set[Way]()
    for instances, tests in groups.items():
        places = [(test.span.file, test.span.line) for test in tests]
        sources = gathered.sources
        compiled = compile_set(sources, gathered.plant, dict(instances), cover=wanted.cover, tests=places)
        if compiled.errors:
            return Trial(file, (), compiled.errors)
        found = run_tests(compiled, make_plan(gathered.site), wanted.back_end)
        cases += [
            Tried(t.name, t.line, tuple(Failed(f.line, f.text) for f in t.failures), t.took_s) for t in found.tests
        ]
        ways.update(compiled.cover.ways if compiled.cover else ())
        gone.update(found.gone)
    cases.sort(key=lambda case: case.line)
    return Trial(file, tuple(cases), (), tuple(sorted(ways)), frozenset(gone))


def problems_of_tests(paths: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """What is wrong with the TESTs that files, folders and sites hold, found without running any; those of a site
    beside all of its programs."""
    found: list[Diagnostic] = []
    for path in paths:
        beside = gather([path]) if is_site(path) else None
        for file in files_with_tests([path]):
            found += _problems_of(file, beside or gather(list(dict.fromkeys([_tested(file), file]))))
    return tuple(found)


def _problems_of(file: Path, gathered: Gathered) -> list[Diagnostic]:
    if gathered.failed or gathered.plant is None:
        return []
    own = read_source(file)
    sources = [source for source in gathered.sources if source.path != own.path]
    compiled = compile_set([*sources, own], gathered.plant, {}, tests=tests_in(own))
    return [found for found in compiled.diagnostics if found.span.file == own.path]


def _under_test(test: ast.Test, programs: Mapping[str, str]) -> dict[str, str]:
    """The PROGRAMs among a test's variables: instance -> type."""
    return {
        variable.name: programs[variable.type.name.upper()]
        for block in test.blocks
        for variable in block.variables
        if isinstance(variable.type, ast.TypeName) and variable.type.name.upper() in programs
    }


def _sentence(failure: Failure) -> str:
    what = f"{failure.column} wanted {failure.wanted}, got {failure.got}" if failure.column else failure.got
    return f"t = {failure.t_ms:g} ms: {what}"


def run_simulation(
    program_file: Path, inputs: Path, watch: Sequence[str], back_end: BackEnd, site: Path | None = None
) -> Simulated:
    """One scan a row of the file's last PROGRAM; diagnostics instead of rows where anything is wrong."""
    if program_file.is_dir():
        where = Span(str(program_file), 1, 1, 1, 1)
        what = f"{program_file} is a folder"
        return Simulated((), "", (Diagnostic("Y031", where, what, "name the file of one program (.st)"),))
    gathered, compiled, program = _compile(program_file, site)
    if compiled is None or gathered.site is None:
        return Simulated((), "", gathered.diagnostics)
    if compiled.errors:
        return Simulated((), "", compiled.errors)
    if not program:
        return Simulated((), "", (_no_program(program_file),))
    table = _table(inputs)
    return simulate(compiled, make_plan(gathered.site), program, table, watch, back_end)


def as_csv(watch: Sequence[str], simulated: Simulated) -> str:
    """`t_ms` and the watched values, one line a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["t_ms", *watch])
    writer.writerows(simulated.rows)
    return out.getvalue()


def _compile(program_file: Path, site: Path | None, *, cover: bool = False) -> tuple[Gathered, Compiled | None, str]:
    gathered = gather([program_file], site)
    if gathered.failed or gathered.plant is None:
        return gathered, None, ""
    program = _program(gathered, program_file)
    instances = {program: program} if program else None
    return gathered, compile_set(gathered.sources, gathered.plant, instances, cover=cover), program


def _program(gathered: Gathered, program_file: Path) -> str:
    """The PROGRAM named as the file, else the file's last one, else none."""
    own = [parse(source).file for source in gathered.sources if Path(source.path) == program_file]
    names = [pou.name for file in own for pou in file.pous if pou.kind is ast.PouKind.PROGRAM]
    same = [name for name in names if name.casefold() == program_file.stem.casefold()]
    return (same or names[-1:] or [""])[0]


def _no_program(path: Path) -> Diagnostic:
    cure = "name a file with a PROGRAM; blocks and functions alone are tested by TEST blocks"
    return Diagnostic("Y043", Span(str(path), 1, 1, 1, 1), f"there is no PROGRAM in {path}", cure)


def _table(path: Path) -> Table:
    """The table in a file; one that cannot be read is a table with that problem."""
    try:
        text = read_source(path).text
    except OSError as exc:
        what = f"{path} cannot be read ({exc.strerror})"
        problem = Diagnostic("T001", Span(str(path), 1, 1, 1, 1), what, "name a table (CSV), and check its permissions")
        return Table(str(path), (), (), (problem,))
    return read_table(str(path), text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def watched(text: str) -> list[str]:
    """``x,fb.Q,a[1, 2]`` -> its names: a comma inside brackets does not part them."""
    return [name for name in (part.strip() for part in re.split(r",(?![^\[]*\])", text)) if name]
