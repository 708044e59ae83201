"""The block LASTS, scan by scan: what counts, what waits, what begins anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import BackEnd
from plc.trials import run_simulation

PROGRAM = """
PROGRAM lasting
VAR_INPUT
    stands, seen : BOOL;
    wanted : TIME;
END_VAR
VAR
    condition : LASTS;
END_VAR
condition(IN := stands, Sight := seen, PT := wanted);
END_PROGRAM
"""

Row = tuple[int, bool, bool, str, bool]


def run(folder: Path, wanted: str, rows: list[Row]) -> list[tuple[str, bool]]:
    """(ET, Q) after each row of (t in s, IN, Sight, _, _)."""
    (folder / "lasting.st").write_text(PROGRAM)
    lines = ["t_ms,stands,seen,wanted", *(f"{t * 1000},{i},{s},{wanted}".upper() for t, i, s, *_ in rows)]
    lines[0] = lines[0].lower()
    (folder / "in.csv").write_text("\n".join(lines) + "\n")
    watch = ("condition.ET", "condition.Q")
    found = run_simulation(folder / "lasting.st", folder / "in.csv", watch, BackEnd.NATIVE)
    assert found.diagnostics == ()
    return [(row[1], row[2] == "TRUE") for row in found.rows]


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        pytest.param(
            "T#5s",
            [(0, True, True, "T#0s", False), (4, True, True, "T#4s", False), (5, True, True, "T#5s", True),
             (9, True, True, "T#5s", True), (10, False, True, "T#0s", False)],
            id="it comes after its time, stands at it, and ends with the condition",
        ),
        pytest.param(
            "T#5s",
            [(0, True, True, "T#0s", False), (3, True, True, "T#3s", False), (4, True, False, "T#3s", False),
             (7, True, False, "T#3s", False), (8, True, True, "T#3s", False), (10, True, True, "T#5s", True)],
            id="time without sight does not count and restarts nothing",
        ),
        pytest.param(
            "T#5s",
            [(0, True, True, "T#0s", False), (3, True, True, "T#3s", False), (4, True, False, "T#3s", False),
             (7, True, False, "T#3s", False), (8, True, True, "T#3s", False), (9, True, False, "T#3s", False),
             (12, True, False, "T#3s", False), (13, True, True, "T#3s", False), (15, True, True, "T#5s", True)],
            id="each gap is measured for itself",
        ),
        pytest.param(
            "T#5s",
            [(0, True, True, "T#0s", False), (4, True, True, "T#4s", False), (5, True, False, "T#4s", False),
             (9, True, False, "T#4s", False), (10, True, False, "T#0s", False), (11, True, True, "T#0s", False),
             (15, True, True, "T#4s", False), (16, True, True, "T#5s", True)],
            id="a gap as long as the time begins it anew",
        ),
        pytest.param(
            "T#5s",
            [(0, True, True, "T#0s", False), (5, True, True, "T#5s", True), (6, False, False, "T#5s", True),
             (10, False, False, "T#5s", True), (11, False, False, "T#0s", False)],
            id="what stood goes on through a gap, and ends with a long one",
        ),
        pytest.param(
            "T#0s",
            [(0, False, False, "T#0s", False), (1, True, False, "T#0s", False), (2, False, True, "T#0s", False),
             (3, True, True, "T#0s", True), (4, False, True, "T#0s", False)],
            id="without a time it needs the condition and sight all the same",
        ),
    ],
)  # fmt: skip
def test_a_condition_lasts_as_far_as_it_is_seen(tmp_path: Path, wanted: str, rows: list[Row]) -> None:
    assert run(tmp_path, wanted, rows) == [(elapsed, q) for *_, elapsed, q in rows]
