"""Every branch of every shipped program and block is taken both ways by its tables and TESTs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from plc.cover import FileCover, covers
from plc.engine.table import run_table
from plc.store.gather import compile_gathered, gather
from plc.store.plan import make_plan
from plc.store.resolve import program_files
from plc.store.templates import TEMPLATES, Template, fill
from plc.trials import Trial, Wanted, files_with_tests, run_trials
from tests.programs.tables import PROGRAMS, complaint, shortened, table_of

EXAMPLES = Path(__file__).parents[2] / "examples"
SHORT_S = 120
"""Tables run whole in test_tables.py; here the cases that are over within this time suffice."""
WHOLE_S = 5_000
"""A procedure waits for half an hour and longer, so all its cases count."""


@cache
def trials() -> tuple[Trial, ...]:
    tables = [table_trial(path) for path in sorted(PROGRAMS.rglob("*.test.csv"))]
    return *tables, *run_trials([*files_with_tests([PROGRAMS]), *EXAMPLES.glob("*/programs")], Wanted(cover=True))


@cache
def covered() -> dict[str, FileCover]:
    return {name_of(found.file): found for found in covers([PROGRAMS, *EXAMPLES.glob("*/programs")], trials())}


def table_trial(path: Path) -> Trial:
    seconds = WHOLE_S if path.parent.name == "procedures" else SHORT_S
    program = path.name.removesuffix(".test.csv")
    gathered = gather([path.with_name(f"{program}.st")])
    assert gathered.site is not None
    compiled = compile_gathered(gathered, cover=True)
    assert compiled.cover is not None
    result = run_table(compiled, make_plan(gathered.site), program, shortened(table_of(path), seconds))
    assert result.passed, complaint(result)
    return Trial(path, (), (), compiled.cover.ways, result.gone)


def name_of(file: Path) -> str:
    return str(file.relative_to(PROGRAMS.parent))


SHIPPED = [name_of(path) for folder in (PROGRAMS, *EXAMPLES.glob("*/programs")) for path in program_files(folder)]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_branch_is_taken_both_ways(name: str) -> None:
    assert [f"line {way.line}: {way.missed}" for way in covered()[name].missed] == []


@pytest.mark.parametrize("path", files_with_tests([PROGRAMS]), ids=lambda path: path.name)
def test_the_tests_beside_a_shipped_program_hold(path: Path) -> None:
    [trial] = [trial for trial in trials() if trial.file == path]
    assert trial.diagnostics == ()
    assert [(case.name, failed) for case in trial.cases for failed in case.failures] == []
    assert trial.cases


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_template_brings_no_branch_that_nobody_takes(template: Template, tmp_path: Path) -> None:
    (tmp_path / "made.st").write_text(fill(template, "made", {}, ["S1", "S2"], ["protection"]))
    [found] = covers([tmp_path], [])
    assert found.ways == ()
