"""Every block of the library keeps its table, in both back ends. The tables stand in tests/lang/library/."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import BackEnd
from plc.trials import Wanted, run_trials, tables

TABLES = tables([Path(__file__).parent / "library"])


@pytest.mark.parametrize("back_end", list(BackEnd))
@pytest.mark.parametrize("path", TABLES, ids=[path.name.partition(".")[0] for path in TABLES])
def test_a_block_of_the_library_keeps_its_table(path: Path, back_end: BackEnd) -> None:
    (trial,) = run_trials([path], Wanted(back_end))
    assert [str(diagnostic) for diagnostic in trial.diagnostics] == []
    assert [f"{path.name}:{failed.line}: {failed.text}" for case in trial.cases for failed in case.failures] == []
    assert trial.cases
