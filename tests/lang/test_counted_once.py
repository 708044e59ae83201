"""A conversion out of range is one conversion fault, however often the machine code needs the value."""

from __future__ import annotations

import pytest
from twice import Twice

VARIABLES = """far : REAL := 1.0E9; x : REAL; i, n : INT; b : BOOL; s : STRING; here : Place; small : USINT;
a : ARRAY[0..3] OF INT := [4(2)]; r : ARRAY[0..3] OF REAL; places : ARRAY[0..3] OF Place;"""

CASES = {
    "b := GT(n, REAL_TO_INT(far), i);": 1,
    "b := EQ(n, REAL_TO_INT(far), REAL_TO_INT(far), i);": 2,
    "b := LT(n, LIMIT(1, REAL_TO_INT(far), 5), a[0], 7);": 1,
    "i := MUX(LIMIT(0, REAL_TO_INT(far), 4), n, n + 1, n + 2, n + 3, 5);": 1,
    "i := MUX(LIMIT(0, REAL_TO_INT(far), 1), n, n + 1);": 1,
    "i := MUX(a[LIMIT(0, REAL_TO_INT(far), 2)] - 2, n, n + 1, n + 2, n + 3, 5);": 1,
    "s := MUX(LIMIT(0, REAL_TO_INT(far), 2), 'a', 'b', 'c');": 1,
    "x := AVG(r, LIMIT(0, REAL_TO_INT(far), 2));": 1,
    "s := TO_STRING(INT_TO_PLACE(LIMIT(0, REAL_TO_INT(far), 2)));": 1,
    "s := TO_STRING(places[LIMIT(0, REAL_TO_INT(far), 2)]);": 1,
    "i := 7; s := TO_STRING(INT_TO_PLACE(i));": 1,
    "s := TO_STRING(INT_TO_ONLY(REAL_TO_INT(far)));": 2,
    "a[LIMIT(0, REAL_TO_INT(far), 3)].2 := TRUE;": 1,
    "CASE REAL_TO_INT(far) OF 1: n := 1; 2..5: n := 2; ELSE n := 3; END_CASE;": 1,
}


@pytest.mark.parametrize("body", CASES)
def test_a_conversion_out_of_range_counts_as_often_as_it_is_written(body: str) -> None:
    types = "TYPE Place : (HALL, ROOM, YARD); Only : (ONE); END_TYPE"
    machine = Twice(f"{types} PROGRAM p VAR {VARIABLES} END_VAR\n{body}\nEND_PROGRAM")
    machine.run()
    assert machine.faults() == CASES[body]


def test_a_middle_value_of_a_comparison_that_calls_or_is_a_text_that_counts_is_refused() -> None:
    head = "FUNCTION f : INT f := 1; END_FUNCTION PROGRAM p VAR far : REAL; n : INT; b : BOOL; s : STRING; END_VAR\n"
    for call in ("GT(n, f(), 1)", "GT(s, MID(s, REAL_TO_INT(far), 1), s)"):
        with pytest.raises(Exception, match="would be worked out twice here; put it into a variable first"):
            Twice(f"{head}b := {call};\nEND_PROGRAM")
