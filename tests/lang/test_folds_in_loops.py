"""A sum, least or greatest inside a loop sees what the loop wrote just before, at either end of the array."""

from __future__ import annotations

import pytest

from tests.lang.twice import Twice

FOLDS = [
    "SUM(a)",
    "SUM(a, 5)",
    "MINIMUM(a)",
    "MAXIMUM(a)",
    "AVG(a)",
    "SUM(s.a)",
    "MAXIMUM(s.a)",
    "SUM(b)",
    "SUM(m[2].a)",
]
WRITES = ["a[1] := a[1] + x;", "a[5] := a[5] + x;", "a[9] := a[9] - x;", "a[i] := x;", "s.a[9] := x;", "s.first := x;"]
WRITES += [
    "s.last := x;",
    "s.a[1] := -x;",
    "b[1] := a[9];",
    "b[3] := x;",
    "m[2].a[4] := x;",
    "m[i].a[4] := x;",
    "a := c;",
]
VARIABLES = """a, c : ARRAY[1..9] OF REAL := [3(1.5), 6(-2.0)]; b : ARRAY[1..3] OF REAL; i : INT; x : REAL := 0.5;
s : frame; m : ARRAY[1..5] OF frame; seen : ARRAY[1..4] OF REAL;"""
TYPE = "TYPE frame : STRUCT first : REAL; a : ARRAY[1..9] OF REAL; last : REAL; END_STRUCT END_TYPE"


@pytest.mark.parametrize("write", WRITES)
def test_a_fold_in_a_loop_sees_what_was_written(write: str) -> None:
    loops = [f"FOR i := 1 TO 4 DO seen[i] := {fold}; {write} x := x + 1.0; END_FOR;" for fold in FOLDS]
    loops += [f"FOR i := 1 TO 4 DO {write} seen[i] := {fold}; x := x * 1.5; END_FOR;" for fold in FOLDS]
    for loop in loops:
        machine = Twice(f"{TYPE}\nPROGRAM p VAR {VARIABLES} END_VAR {loop} END_PROGRAM")
        assert machine.scan() == 0
        assert machine["x"] > 0.5
