"""An index that changes while a loop runs is looked at anew each time, whatever changes it."""

from __future__ import annotations

import pytest

from tests.lang.twice import Twice

UNITS = """
TYPE numbers : STRUCT k, l : INT := 1; END_STRUCT END_TYPE
VAR_GLOBAL g : INT := 1; END_VAR
FUNCTION by_reference : INT VAR_IN_OUT x : INT; END_VAR x := 9; END_FUNCTION
FUNCTION by_output : INT VAR_OUTPUT x : INT; END_VAR x := 9; END_FUNCTION
FUNCTION looks : INT VAR_IN_OUT CONSTANT x : INT; END_VAR looks := x; END_FUNCTION
FUNCTION_BLOCK block VAR_IN_OUT x : INT; END_VAR VAR_OUTPUT out : INT := 1; END_VAR VAR n : INT := 9; END_VAR
x := n; out := n;
METHOD set out := n; END_METHOD
END_FUNCTION_BLOCK
FUNCTION_BLOCK globally VAR n : INT := 9; END_VAR g := n; END_FUNCTION_BLOCK
"""
VARIABLES = """i, j, m : INT; k : INT := 1; row : ARRAY[1..3] OF INT; s : numbers; t : numbers := (k := 9, l := 9);
one, two : block; other : globally; b : BOOL := TRUE; text : STRING := '9'; list : ARRAY[1..3] OF INT := [1, 1, 9];
"""
WAYS = {
    "an assignment": ("k", "k := 9;"),
    "an assignment in a branch": ("k", "IF b THEN k := 9; END_IF;"),
    "an assignment to an element": ("list[1]", "list[1] := 9;"),
    "an assignment to an element chosen": ("list[1]", "list[i] := 9;"),
    "a copy of a structure": ("s.k", "s := t;"),
    "a loop inside": ("k", "FOR k := 1 TO 9 DO m := m + 1; END_FOR;"),
    "a function by reference": ("k", "m := by_reference(x := k);"),
    "a function by its output": ("k", "m := by_output(x => k);"),
    "the first of two functions": ("k", "m := by_reference(x := k) + looks(x := j);"),
    "the second of two functions": ("k", "m := looks(x := j) + by_reference(x := k);"),
    "a block by reference": ("k", "one(x := k);"),
    "the first of two blocks": ("k", "one(x := k); two(x := m);"),
    "the second of two blocks": ("k", "one(x := m); two(x := k);"),
    "a block by its output": ("one.out", "one(x := m);"),
    "a block by its output taken": ("k", "one(x := m, out => k);"),
    "a method of a block": ("one.out", "one.set();"),
    "a block by a global": ("g", "other();"),
    "a conversion of a text": ("k", "k := STRING_TO_INT(text);"),
    "the loop's own variable": ("2 * i - 1", "m := m + 1;"),
}
PLACES = {"written": "row[{}] := i;", "read": "j := row[{}];", "written a place further": "row[{} + 1] := i;"}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("index", "change"), WAYS.values(), ids=WAYS)
def test_an_index_that_leaves_its_array_stops_both_back_ends(index: str, change: str, place: str) -> None:
    body = f"FOR i := 1 TO 3 DO {place.format(index)} {change} END_FOR;"
    machine = Twice(f"{UNITS}PROGRAM p VAR {VARIABLES} END_VAR\n{body}\nEND_PROGRAM")
    assert machine.scan() > 0
    assert machine["i"] in (2, 3)
