"""What `plc test` and `plc simulate` do: a program, alone, in the site's plant, on a virtual clock.

NAME.st + NAME.test.csv --gather, compile--> run_table --> TableResult
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Diagnostic
from plc.engine.assemble import BackEnd
from plc.engine.table import Simulated, TableResult, run_table, simulate
from plc.engine.table_text import read_table
from plc.lang import ast
from plc.lang.compile import compile_set
from plc.lang.parse import parse
from plc.lang.program import Compiled
from plc.store.gather import Gathered, gather
from plc.store.plan import make_plan
from plc.store.resolve import is_site

TABLE_ENDING = ".test.csv"


@dataclass(frozen=True, slots=True)
class Trial:
    """``result`` is None where the program or its site did not compile: ``diagnostics`` say why."""

    table: Path
    result: TableResult | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        return self.result is not None and self.result.passed


def tables(paths: Sequence[Path]) -> list[Path]:
    """The test tables the paths mean: beside a program, in a folder, in a site's `programs`."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted((path / "programs" if is_site(path) else path).rglob(f"*{TABLE_ENDING}"))
        elif path.name.endswith(TABLE_ENDING):
            found.append(path)
        else:
            found.append(path.with_name(path.stem + TABLE_ENDING))
    return list(dict.fromkeys(found))


def run_trials(paths: Sequence[Path], back_end: BackEnd = BackEnd.NATIVE) -> Iterator[Trial]:
    """Each table with its program, compiled alone in the plant of the site the paths mean."""
    for table in tables(paths):
        program_file = table.with_name(table.name.removesuffix(TABLE_ENDING) + ".st")
        named = [path for path in paths if is_site(path)]
        gathered, compiled, program = _compile(program_file, named[0] if named else None)
        if compiled is None or gathered.site is None:
            yield Trial(table, None, gathered.diagnostics)
        elif compiled.errors:
            yield Trial(table, None, compiled.errors)
        else:
            text = read_table(str(table), _text(table))
            yield Trial(table, run_table(compiled, make_plan(gathered.site), program, text, back_end))


def run_simulation(
    program_file: Path, inputs: Path, watch: Sequence[str], back_end: BackEnd, site: Path | None = None
) -> Simulated:
    """One scan a row of the file's last PROGRAM; diagnostics instead of rows where anything is wrong."""
    gathered, compiled, program = _compile(program_file, site)
    if compiled is None or gathered.site is None:
        return Simulated((), "", gathered.diagnostics)
    if compiled.errors:
        return Simulated((), "", compiled.errors)
    table = read_table(str(inputs), _text(inputs))
    return simulate(compiled, make_plan(gathered.site), program, table, watch, back_end)


def as_csv(watch: Sequence[str], simulated: Simulated) -> str:
    """`t_ms` and the watched values, one line a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["t_ms", *watch])
    writer.writerows(simulated.rows)
    return out.getvalue()


def _compile(program_file: Path, site: Path | None) -> tuple[Gathered, Compiled | None, str]:
    gathered = gather([program_file], site)
    if gathered.failed or gathered.plant is None:
        return gathered, None, ""
    program = _program(gathered, program_file)
    instances = {program: program} if program else None
    return gathered, compile_set(gathered.sources, gathered.plant, instances), program


def _program(gathered: Gathered, program_file: Path) -> str:
    """The PROGRAM named as the file, else the file's last one, else none."""
    [own] = [source for source in gathered.sources if Path(source.path) == program_file]
    names = [pou.name for pou in parse(own).file.pous if pou.kind is ast.PouKind.PROGRAM]
    same = [name for name in names if name.casefold() == program_file.stem.casefold()]
    return (same or names[-1:] or [""])[0]


def _text(path: Path) -> str:
    """The file's text; a file that is not there reads as none, and the table says so."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def watched(text: str) -> list[str]:
    """``x,fb.Q,a[1, 2]`` -> its names: a comma inside brackets does not part them."""
    return [name for name in (part.strip() for part in re.split(r",(?![^\[]*\])", text)) if name]
