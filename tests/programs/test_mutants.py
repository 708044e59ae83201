"""The tables notice a wrong program: a few of the mutants here, all of them by `python -m tests.programs.mutants`."""

from __future__ import annotations

import pytest

from plc.store.resolve import program_files
from tests.programs.mutants import MUTANTS, Mutant, killed_by
from tests.programs.tables import PROGRAMS

CHOSEN = (
    "warm.Count >= Battery.Settings.DtModules OR warm.NeighbourConfirms",
    "CurrentLimit >= 3.0 *",
    "currentHistory = BYTE#3 OR currentHistory > BYTE#4",
    "trips := A AND (B OR V)",
    "hotDelay(IN := C,",
    "MIN(Fallback, good + 5.0)",
    "below * 4 < total",
    "<= 5.0 THEN",
    "Over := 55.0",
    "HotLimit : REAL := 50.0",
)
FEW = [next(mutant for mutant in MUTANTS if mutant.old == old) for old in CHOSEN]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_changes_one_place_of_its_file(mutant: Mutant) -> None:
    [text] = [path.read_text(encoding="utf-8") for path in PROGRAMS.rglob(mutant.file)]
    assert text.count(mutant.old) == 1
    assert mutant.old != mutant.new


@pytest.mark.parametrize("mutant", FEW, ids=lambda mutant: mutant.name)
def test_a_table_notices(mutant: Mutant) -> None:
    assert killed_by(mutant)


def test_every_block_of_the_protection_has_mutants() -> None:
    mutated = {mutant.file for mutant in MUTANTS}
    assert {path.name for path in program_files(PROGRAMS / "blocks")} <= mutated
    assert {"thermal_runaway.st", "hot_module.st", "equalization.st"} <= mutated
