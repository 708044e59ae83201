"""What LLVM is promised of the ways to memory: ``noalias`` where nothing else leads there, and nowhere else."""

from __future__ import annotations

import re

import pytest

from plc.lang import native
from tests.lang.machine import compiled

BLOCK = """FUNCTION_BLOCK b
VAR_IN_OUT x, y : INT; END_VAR
VAR_IN_OUT CONSTANT z, w : INT; END_VAR
VAR_OUTPUT out : INT; END_VAR
out := x; x := x + y + z; y := out + w;
END_FUNCTION_BLOCK
VAR_GLOBAL g : INT; END_VAR
"""
VARIABLES = "one, two : b; n, m, k, l, i : INT := 1; a : ARRAY[1..3] OF INT; c : ARRAY[1..2] OF b;"
CASES = [
    ("four of its own", "one(x := n, y := m, z := k, w := l);", "self x y z w"),
    ("one that is only read twice", "one(x := n, y := m, z := k, w := k);", "self x y z w"),
    ("one twice", "one(x := n, y := n, z := k, w := l);", "z w"),
    ("one read and written", "one(x := n, y := m, z := n, w := l);", "y w"),
    ("two elements that may be one", "one(x := a[i], y := a[n], z := k, w := l);", "z w"),
    ("two elements that cannot be one", "one(x := a[1], y := a[2], z := a[3], w := l);", "self x y z w"),
    ("an element and a variable", "one(x := a[i], y := n, z := k, w := l);", "self x y z w"),
    ("a part of the instance itself", "one(x := n, y := m, z := one.out, w := l);", "x y w"),
    ("a part of another instance", "one(x := n, y := m, z := two.out, w := l);", "self x y z w"),
    ("a part of an instance that may be its own", "c[i](x := n, y := m, z := c[n].out, w := l);", "x y w"),
    ("one call of two that mixes", "one(x := n, y := m, z := k, w := l); two(x := n, y := n, z := k, w := l);", "z w"),
    ("a global", "one(x := n, y := m, z := g, w := l);", "w"),
]


@pytest.mark.parametrize(("statements", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_reached_by_one_way_alone_is_promised_to_be(statements: str, wanted: str):
    program = f"PROGRAM p VAR {VARIABLES} END_VAR {statements} END_PROGRAM"
    assert promised(BLOCK + program, "self x y z w") == wanted.split()


OUTER = """FUNCTION_BLOCK outer
VAR_IN_OUT x, y : INT; END_VAR
VAR inside : b; k, l : INT; END_VAR
inside(x := x, y := y, z := k, w := l);
END_FUNCTION_BLOCK
"""


@pytest.mark.parametrize(("passed", "wanted"), [("x := n, y := m", "self x y z w"), ("x := n, y := n", "")])
def test_what_is_passed_on_is_as_far_apart_as_it_came(passed: str, wanted: str):
    text = f"{BLOCK}{OUTER}PROGRAM p VAR o : outer; n, m : INT; END_VAR o({passed}); END_PROGRAM"
    assert promised(text, "self x y z w") == wanted.split()


def test_a_reading_of_the_plant_is_apart():
    variables = "VAR_IN_OUT CONSTANT x, y : Measurement; END_VAR VAR n : INT; END_VAR"
    block = f"FUNCTION_BLOCK s {variables} n := 1; END_FUNCTION_BLOCK"
    call = "one(x := Strings[1].Current, y := Strings[1].Current);"
    assert promised(f"{block} PROGRAM p VAR one : s; END_VAR {call} END_PROGRAM", "self x y") == ["self", "x", "y"]


def promised(text: str, names: str) -> list[str]:
    """Of the first routine that is written: which of its instance and references nothing else leads to."""
    found = compiled(text, plant=True)
    assert found.errors == ()
    first = next(
        line for line in native.emit(found.programs["p"].unit).split("\n") if line.startswith("define internal")
    )
    ways = re.findall(r"ptr([^,%]*) %(self|ref\d+)", first)
    return [name for name, (promise, _) in zip(names.split(), ways, strict=True) if " noalias" in promise]


def test_the_bytes_of_own_variables_have_one_type_and_those_of_globals_may_have_several():
    block = (
        "FUNCTION_BLOCK f VAR_IN_OUT x : REAL; END_VAR x := x + 1.0; END_FUNCTION_BLOCK VAR_GLOBAL g : REAL; END_VAR "
    )
    for passed, wanted in (("n", [True]), ("g", [False])):
        text = f"{block} PROGRAM p VAR one : f; n : REAL; END_VAR one(x := {passed}); END_PROGRAM"
        loads = [line for line in native.emit(compiled(text).programs["p"].unit).split("\n") if "load float" in line]
        assert ["!tbaa" in line for line in loads] == wanted
