"""Every branch of the library is taken both ways by the tables and TESTs in tests/lang/library/."""

from __future__ import annotations

import re
from pathlib import Path

from plc.engine.assemble import BackEnd
from plc.lang.program import Way
from plc.trials import Wanted, run_trials

HERE = Path(__file__).parent / "library"
LIBRARY = Path(__file__).parents[2] / "plc" / "lang" / "library"

DECIDES = re.compile(r"^ *(IF|CASE|FOR|WHILE|REPEAT) ", re.MULTILINE)
NEVER_ZERO = "FOR always ran its lines, never zero times"
REASONS = {
    ("columns.st", "QUARTILE_OK", NEVER_ZERO): "behind a RETURN where no place is good",
    ("columns.st", "QUARTILE_OK", "WHILE never ran its lines"): "wants five modules, see test_library_columns.py",
    ("columns.st", "QUARTILE_OK", "left of AND_THEN: it was never TRUE"): "wants five modules",
    ("texts.st", "TEXT_NUMBER", NEVER_ZERO): "asks for one digit at least before",
}


def test_every_branch_of_the_library_is_taken_both_ways_or_has_its_reason() -> None:
    ways: set[Way] = set()
    gone: set[Way] = set()
    for trial in run_trials([HERE], Wanted(BackEnd.REFERENCE, cover=True)):
        assert trial.diagnostics == ()
        assert [(case.name, failed) for case in trial.cases for failed in case.failures] == []
        ways.update(trial.ways)
        gone.update(trial.gone)
    deciding = {path.name for path in LIBRARY.glob("*.st") if DECIDES.search(path.read_text())}
    assert {Path(way.file).name for way in ways if way.file.startswith("library/")} == deciding
    missed = sorted(way for way in ways - gone if way.file.startswith("library/"))
    assert {(Path(way.file).name, block_at(way), way.missed) for way in missed} == set(REASONS)
    assert len(missed) == len(REASONS)


def block_at(way: Way) -> str:
    """The unit around a line of the library."""
    lines = (LIBRARY / Path(way.file).name).read_text().splitlines()[: way.line]
    heads = [line.split()[1] for line in lines if line.startswith(("FUNCTION", "FUNCTION_BLOCK"))]
    return heads[-1]
