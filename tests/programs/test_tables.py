"""Every shipped program keeps its table: all cases in machine code, the short ones on the reference back end too.

Tables in `sites/` run it with settings that the shipped test site has not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import BackEnd
from plc.store.resolve import TEST_SITE, program_files
from tests.programs.tables import PROGRAMS, SITES, complaint, run

SHIPPED = sorted(PROGRAMS.rglob("*.test.csv"))
TABLES = [(path, TEST_SITE) for path in SHIPPED] + [(path, path.parent) for path in sorted(SITES.glob("*/*.test.csv"))]
SHORT_S = 120

each_table = pytest.mark.parametrize(
    ("path", "site"), TABLES, ids=[f"{site.name}-{path.name.partition('.')[0]}" for path, site in TABLES]
)


def test_every_shipped_program_has_a_table() -> None:
    folders = (PROGRAMS, PROGRAMS / "procedures")
    assert [
        path.with_name(f"{path.stem}.test.csv") for path in program_files(PROGRAMS) if path.parent in folders
    ] == SHIPPED


@each_table
def test_a_shipped_program_keeps_its_table(path: Path, site: Path) -> None:
    result = run(path, site)
    assert result.passed, complaint(result)
    assert result.cases


@each_table
def test_the_short_cases_hold_on_the_reference_back_end_too(path: Path, site: Path) -> None:
    result = run(path, site, BackEnd.REFERENCE, SHORT_S)
    assert result.passed, complaint(result)
    assert result.cases
