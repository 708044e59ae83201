"""Running a program's table as `plc test` does: the shipped program, a site's plant, every case."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from plc.core.plan import Plan
from plc.engine.assemble import BackEnd
from plc.engine.table import TableResult, run_table
from plc.engine.table_text import Table, read_table
from plc.lang.program import Compiled
from plc.store.gather import compile_gathered, gather
from plc.store.plan import make_plan
from plc.store.resolve import TEST_SITE, shipped_program

PROGRAMS = Path(__file__).parents[2] / "programs"
SITES = Path(__file__).parent / "sites"


@cache
def compiled_for(program: str, site: Path = TEST_SITE) -> tuple[Compiled, Plan]:
    """A shipped program with a site's plant. Raises ValueError with what the compiler says."""
    gathered = gather([shipped_program(program) or PROGRAMS / f"{program}.st"], site)
    compiled = compile_gathered(gathered)
    if gathered.site is None or gathered.failed or compiled.errors:
        raise ValueError("\n".join(map(str, (*gathered.diagnostics, *compiled.errors))))
    return compiled, make_plan(gathered.site)


def table_of(path: Path) -> Table:
    return read_table(str(path), path.read_text(encoding="utf-8"))


def shortened(table: Table, seconds: int) -> Table:
    """The cases that are over within ``seconds``."""
    return replace(table, cases=tuple(case for case in table.cases if case.rows[-1].t_ns <= seconds * 10**9))


def run(path: Path, site: Path = TEST_SITE, back_end: BackEnd = BackEnd.NATIVE, seconds: int = 10**9) -> TableResult:
    """Run a table's cases that are over within ``seconds``."""
    program = path.name.removesuffix(".test.csv")
    return run_table(*compiled_for(program, site), program, shortened(table_of(path), seconds), back_end)


def complaint(result: TableResult) -> str:
    """Every failure as a line, empty when there is none."""
    lines = [str(diagnostic) for diagnostic in result.diagnostics]
    for case in result.cases:
        for failure in case.failures:
            where = f"{Path(result.path).name}:{failure.line}: {case.name}"
            lines.append(f"{where}: {failure.column} wanted {failure.wanted}, got {failure.got}")
    return "\n".join(lines)
