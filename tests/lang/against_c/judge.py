"""The judge: gcc compiles a program's C twice, and both must print one table; our back ends must give it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from plc.engine.table_text import read_table
from plc.lang.source import Source
from tests.lang.against_c.program import Trial
from tests.lang.cells import Cell, gives

INCLUDE = Path(__file__).parents[1] / "c"
COMPILE = ("gcc", "-std=gnu11", "-w", "-fwrapv", "-ffp-contract=off", "-I", str(INCLUDE), "-x", "c", "-")
LEVELS = ("-O0", "-O2")


class JudgeFailed(RuntimeError):
    """gcc refuses the program, it crashes, or its two tables differ: a mistake of the judge, not of the language."""


def verdict(trial: Trial, folder: Path, levels: tuple[str, ...] = LEVELS) -> str:
    """The table that C prints, every variable after every scan. Raises JudgeFailed."""
    printed = []
    for level in levels:
        binary = folder / f"trial{level}"
        made = subprocess.run(
            [*COMPILE, level, "-o", str(binary), "-lm"], input=trial.c, capture_output=True, text=True
        )
        if made.returncode:
            raise JudgeFailed(f"seed {trial.seed}: {made.stderr[:2000]}")
        ran = subprocess.run([str(binary)], capture_output=True, text=True, timeout=20)
        if ran.returncode:
            raise JudgeFailed(f"seed {trial.seed}: {level} ends with {ran.returncode}")
        printed.append(ran.stdout)
    if len(set(printed)) > 1:
        raise JudgeFailed(f"seed {trial.seed}: {' and '.join(levels)} print different tables")
    return printed[0]


def differences(trial: Trial, table: str) -> list[str]:
    """What either back end gives that is not in the table; errors of the compiler, too."""
    source = Source("trial.st", trial.st)
    return gives(Cell(f"seed {trial.seed}", source, (), "", (), (), read_table("trial.csv", table)))
