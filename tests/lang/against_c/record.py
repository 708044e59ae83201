"""Programs with the tables that C printed for them, kept as cells: the suite needs no gcc for them.

    python -m tests.lang.against_c --record          writes programs/ anew

A program of `programs/` is NAME.st beside NAME.csv, as in the matrix (cells.py); its functions are those that no C
library rounds otherwise than another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.lang.against_c.judge import differences, verdict
from tests.lang.against_c.program import Trial, trial

FOLDER = Path(__file__).parent / "programs"
COUNT = 100
FIRST_SEED = 500_000


def write(folder: Path) -> int:
    """Writes COUNT programs whose tables both back ends give, and returns how many there are in the end."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for made, table in _judged(folder):
        name = FOLDER / f"p{made.seed - FIRST_SEED:03}"
        name.with_suffix(".st").write_text(f"{made.st}// The table is C's: python -m tests.lang.against_c --record.\n")
        name.with_suffix(".csv").write_text(table)
    return len(list(FOLDER.glob("*.st")))


def _judged(folder: Path) -> Iterator[tuple[Trial, str]]:
    for seed in range(FIRST_SEED, FIRST_SEED + COUNT):
        made = trial(seed, steady=True)
        table = verdict(made, folder)
        if found := differences(made, table):
            raise ValueError(f"seed {seed}: {found[0]}")
        yield made, table
