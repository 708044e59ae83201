"""The bounds of an array are two numbers; a type in their place is refused by its name."""

from __future__ import annotations

import pytest

from tests.lang.machine import compiled

TYPES = "TYPE Percent : INT (0..100); Light : (RED, GREEN); END_TYPE\n"
BODY = "i : INT; END_VAR a[3] := i; i := a[2]; END_PROGRAM"


@pytest.mark.parametrize(
    ("bounds", "wanted"),
    [
        ("Percent", "P013 Percent is a type, and an array has a first and a last index"),
        ("Light", "P013 Light is a type, and an array has a first and a last index"),
        ("INT (1..5)", "P013 the bounds of an array have no type: INT stands before them"),
        ("1..Percent", "S003 Percent is a type, and here stands a value"),
        ("1..INT", "S003 INT is a type, and here stands a value"),
        ("1..TON", "S003 TON is a kind of block, and here stands one of them"),
    ],
)
def test_a_type_for_bounds_is_refused_by_name_in_one_message(bounds: str, wanted: str) -> None:
    found = compiled(f"{TYPES}PROGRAM p VAR a : ARRAY[{bounds}] OF INT; {BODY}").diagnostics
    assert [f"{d.code} {d.what}" for d in found] == [wanted]


def test_constants_of_the_language_bound_an_array() -> None:
    constants = "VAR CONSTANT Least : INT := 1; Most : INT := 9; END_VAR"
    text = f"PROGRAM p {constants} VAR a : ARRAY[Least..Most] OF INT; {BODY}"
    assert compiled(text).diagnostics == ()


@pytest.mark.parametrize("narrow", ["SINT", "INT", "DINT", "USINT", "UINT", "UDINT", "BYTE", "WORD"])
def test_a_time_becomes_no_narrower_integer(narrow: str) -> None:
    text = f"PROGRAM p VAR t : TIME; n : {narrow}; END_VAR t := T#5s; n := TIME_TO_{narrow}(t); END_PROGRAM"
    [found] = compiled(text).diagnostics
    assert (found.code, found.what) == ("S011", f"there is no conversion from TIME to {narrow} here")
    assert "TIME_TO_LINT(t) / 1000000 for milliseconds" in found.cure
