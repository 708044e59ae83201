"""Every shipped program keeps its table: all cases in machine code, the short ones on the reference back end too."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import BackEnd
from tests.programs.tables import PROGRAMS, complaint, run

TABLES = sorted(PROGRAMS.glob("*.test.csv"))
SHORT_S = 120


def test_every_shipped_program_has_a_table() -> None:
    assert [path.name for path in TABLES] == [f"{path.stem}.test.csv" for path in sorted(PROGRAMS.glob("*.st"))]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_shipped_program_keeps_its_table(path: Path) -> None:
    result = run(path)
    assert result.passed, complaint(result)
    assert result.cases


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_the_short_cases_hold_on_the_reference_back_end_too(path: Path) -> None:
    result = run(path, back_end=BackEnd.REFERENCE, seconds=SHORT_S)
    assert result.passed, complaint(result)
    assert result.cases
