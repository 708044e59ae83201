"""Declarations: open arrays, arrays of blocks, initial values, globals, what is kept; each run in both back ends."""

from __future__ import annotations

from typing import Any

import pytest
from machine import Machine, compiled, problems

from plc.lang.ir import FaultKind
from tests.lang.differential import fresh, run_both


def ran(text: str) -> Machine:
    """The last program of the text, run once; both back ends must leave the same bytes."""
    machine = Machine(text)
    unit = machine.program.unit
    assert not run_both(unit, fresh(unit), 1).difference
    return machine.run()


OPEN = """
FUNCTION total : REAL
VAR_IN_OUT CONSTANT a : ARRAY[*] OF REAL; END_VAR
VAR i : DINT; END_VAR
    FOR i := LOWER_BOUND(a, 1) TO UPPER_BOUND(a, 1) DO total := total + a[i]; END_FOR;
END_FUNCTION
FUNCTION handed_on : REAL
VAR_IN_OUT CONSTANT a : ARRAY[*] OF REAL; END_VAR
    handed_on := 100.0 * total(a) + 10.0 * SUM(a) + AVG(a, 2) + MAXIMUM(a) - MINIMUM(a);
END_FUNCTION
FUNCTION_BLOCK numbered
VAR_IN_OUT m : ARRAY[*, *] OF INT; END_VAR
VAR_OUTPUT done : BOOL; END_VAR
VAR i, j : DINT; END_VAR
    FOR i := LOWER_BOUND(m, 1) TO UPPER_BOUND(m, 1) DO
        FOR j := LOWER_BOUND(m, 2) TO UPPER_BOUND(m, 2) DO m[i, j] := DINT_TO_INT(10 * i + j); END_FOR;
    END_FOR;
END_FUNCTION_BLOCK
FUNCTION element : REAL
VAR_IN_OUT CONSTANT a : ARRAY[*] OF REAL; END_VAR
VAR_INPUT n : ULINT; END_VAR
    element := a[n];
END_FUNCTION
FUNCTION_BLOCK counted
VAR_INPUT x : INT; END_VAR
VAR_OUTPUT sum : INT; END_VAR
    sum := sum + x;
END_FUNCTION_BLOCK
FUNCTION all_counted : INT
VAR_IN_OUT c : ARRAY[*] OF counted; END_VAR
VAR i : DINT; END_VAR
    FOR i := LOWER_BOUND(c, 1) TO UPPER_BOUND(c, 1) DO c[i](x := 5); all_counted := all_counted + c[i].sum; END_FOR;
END_FUNCTION
"""
POINT = "TYPE point : STRUCT x, y : INT := 9; END_STRUCT; END_TYPE\n"
COUNTED = """FUNCTION_BLOCK counted VAR_INPUT x : INT := 1; END_VAR VAR_OUTPUT sum : INT; END_VAR
sum := sum + x; END_FUNCTION_BLOCK
"""

RESULTS: dict[str, tuple[str, str, str, Any]] = {
    "an open array takes the bounds of its argument": (
        OPEN, "a : ARRAY[-1..2] OF REAL := [1.0, 2.0, 3.0, 4.0]; y : REAL;", "y := total(a);", 10.0),
    "it hands them on": (
        OPEN, "a : ARRAY[-1..2] OF REAL := [1.0, 2.0, 3.0, 4.0]; y : REAL;", "y := handed_on(a);", 1104.5),
    "an array inside an array keeps its own bounds": (
        OPEN, "a : ARRAY[1..2] OF ARRAY[5..6] OF REAL := [[1.0, 2.0], [3.0, 4.0]]; i : INT := 2; y : REAL;",
        "y := total(a[i]);", 7.0),
    "two open dimensions": (
        OPEN, "m : ARRAY[1..2, -3..5] OF INT; f : numbered; y : INT;", "f(m := m); y := m[2, -1];", 19),
    "bounds of a fixed array are constants": (
        OPEN, "m : ARRAY[1..2, -3..5] OF INT; y : DINT;", "y := 100 * UPPER_BOUND(m, 2) + LOWER_BOUND(m, 2);", 497),
    "an open array of blocks": (OPEN, "c : ARRAY[2..4] OF counted; y : INT;", "y := all_counted(c);", 15),
    "blocks in two dimensions are called in loops": (
        COUNTED, "a : ARRAY[1..2, 0..2] OF counted; i, j, y : INT;",
        "FOR i := 1 TO 2 DO FOR j := 0 TO 2 DO a[i, j](x := i * 10 + j); y := y + a[i, j].sum; END_FOR; END_FOR;", 96),
    "an inverted output": (OPEN, "m : ARRAY[1..1, 1..1] OF INT; f : numbered; y : BOOL;",
        "f(m := m, NOT done => y);", True),
    "a repeated value": ("", "a : ARRAY[1..4] OF REAL := [3(0.5), 1.5]; y : REAL;", "y := a[3] + a[4];", 2.0),
    "values in two dimensions": ("", "a : ARRAY[1..2, 1..3] OF INT := [1, 2, 3, 2(4), 6]; y : INT;",
        "y := a[2, 1];", 4),
    "an array of arrays": ("", "b : ARRAY[1..2] OF ARRAY[0..1] OF INT := [2([7, 8])]; y : INT;", "y := b[2][1];", 8),
    "an array of structures": (
        POINT, "a : ARRAY[1..3] OF point := [(x := 1, y := 2), 2((x := 5))]; y : INT;",
        "y := a[1].y * 100 + a[3].x * 10 + a[3].y;", 259),
    "a block instance": ("", "t : TON := (PT := T#5s); y : LINT;", "y := TIME_TO_LINT(t.PT);", 5_000_000_000),
    "an array of block instances": (
        COUNTED, "a : ARRAY[1..2] OF counted := [(x := 3), (x := 4)]; y : INT;",
        "a[1](); a[2](); y := a[1].sum * 10 + a[2].sum;", 34),
    "an alias keeps the first value of its type": (
        "TYPE volts : REAL := 13.5; float : volts; row : ARRAY[1..2] OF float := [1.0]; END_TYPE\n",
        "v : float; r : row; y : REAL;", "y := v + r[1] + r[2];", 28.0),
    "VAR_EXTERNAL names a global": (
        "VAR_GLOBAL g : ARRAY[1..2] OF INT := [3, 4]; END_VAR\n", "END_VAR VAR_EXTERNAL g : ARRAY[1..2] OF INT; "
        "END_VAR VAR y : INT;", "g[1] := 7; y := g[1] * 10 + g[2];", 74),
    "VAR_TEMP begins anew": ("", "y : INT; END_VAR VAR_TEMP i : INT := 5;", "i := i + 1; y := i;", 6),
}  # fmt: skip


@pytest.mark.parametrize(("units", "variables", "statements", "wanted"), RESULTS.values(), ids=RESULTS.keys())
def test_declared_variables_hold_and_compute(units: str, variables: str, statements: str, wanted: Any):
    machine = ran(f"{units}PROGRAM p VAR {variables} END_VAR {statements} END_PROGRAM")
    assert machine["y"] == wanted


OUTSIDE = {
    "above": "ARRAY[1..4] OF REAL; i : ULINT := 5;",
    "below": "ARRAY[1..4] OF REAL; i : ULINT := 0;",
    "beyond 63 bits": "ARRAY[-5..-1] OF REAL; i : ULINT := 18446744073709551615;",
}


@pytest.mark.parametrize("variables", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_an_index_outside_an_open_array_stops_both_back_ends(variables: str):
    machine = Machine(f"{OPEN}PROGRAM p VAR a : {variables} END_VAR a[LOWER_BOUND(a, 1)] := element(a, i); END_PROGRAM")
    unit = machine.program.unit
    assert not run_both(unit, fresh(unit), 1).difference
    fault = unit.faults[machine.scan() - 1]
    assert (fault.kind, fault.text) == (FaultKind.INDEX, "n")


def test_a_sum_over_more_than_an_open_array_stops_both_back_ends():
    text = """FUNCTION f : REAL VAR_IN_OUT CONSTANT a : ARRAY[*] OF REAL; END_VAR VAR_INPUT n : INT; END_VAR
    f := SUM(a, n); END_FUNCTION
    PROGRAM p VAR a : ARRAY[1..4] OF REAL; y : REAL; END_VAR y := f(a, 5); END_PROGRAM"""
    machine = Machine(text)
    assert not run_both(machine.program.unit, fresh(machine.program.unit), 1).difference
    assert machine.program.unit.faults[machine.scan() - 1].kind is FaultKind.INDEX


GLOBAL = "VAR_GLOBAL CONSTANT c : INT := 3; END_VAR VAR_GLOBAL k : INT; END_VAR\n"
WRONG = {
    "an open array in VAR": ("PROGRAM p VAR a : ARRAY[*] OF INT; END_VAR ; END_PROGRAM", "1:19 S003"),
    "an open array in VAR_INPUT": (
        "FUNCTION f : INT VAR_INPUT a : ARRAY[*] OF INT; END_VAR f := 1; END_FUNCTION", "1:32 S003"),
    "an open array as a type": ("TYPE t : ARRAY[*] OF INT; END_TYPE", "1:10 S003"),
    "another number of dimensions": (
        OPEN + "PROGRAM p VAR a : ARRAY[1..2, 1..2] OF REAL; y : REAL; END_VAR\ny := total(a);\nEND_PROGRAM",
        "35:12 S008"),
    "another element": (
        OPEN + "PROGRAM p VAR a : ARRAY[1..2] OF LREAL; y : REAL; END_VAR\ny := total(a);\nEND_PROGRAM", "35:12 S008"),
    "an open array copied": (
        "FUNCTION f : INT VAR_IN_OUT a : ARRAY[*] OF INT; END_VAR VAR b : ARRAY[1..2] OF INT; END_VAR\na := b;\n"
        "END_FUNCTION", "2:1 S008"),
    "an open array copied out": (
        "FUNCTION f : INT VAR_IN_OUT a : ARRAY[*] OF INT; END_VAR VAR b : ARRAY[1..2] OF INT; END_VAR\nb := a;\n"
        "END_FUNCTION", "2:6 S008"),
    "a read-only open array written": (
        "FUNCTION f : INT VAR_IN_OUT CONSTANT a : ARRAY[*] OF INT; END_VAR\na[1] := 2;\nEND_FUNCTION", "2:1 S023"),
    "a dimension that is not there": (
        "FUNCTION f : DINT VAR_IN_OUT a : ARRAY[*] OF INT; END_VAR\nf := UPPER_BOUND(a, 2);\nEND_FUNCTION",
        "2:21 S030"),
    "a bound of a number": (
        "FUNCTION f : DINT VAR_INPUT a : INT; END_VAR\nf := UPPER_BOUND(a, 1);\nEND_FUNCTION", "2:6 S009"),
    "an inverted output that is no BOOL": (
        "PROGRAM p VAR t : TON; e : TIME; END_VAR\nt(IN := TRUE, NOT ET => e);\nEND_PROGRAM", "2:15 S009"),
    "a sign before an output": (
        "PROGRAM p VAR t : TON; e : BOOL; END_VAR\nt(IN := TRUE, - Q => e);\nEND_PROGRAM", "2:15 P024"),
    "an external without a global": ("PROGRAM p VAR_EXTERNAL h : INT; END_VAR ; END_PROGRAM", "1:24 S001"),
    "an external of another type": (GLOBAL + "PROGRAM p VAR_EXTERNAL k : REAL; END_VAR ; END_PROGRAM", "2:24 S008"),
    "an external with a first value": (
        GLOBAL + "PROGRAM p VAR_EXTERNAL k : INT := 5; END_VAR ; END_PROGRAM", "2:24 S015"),
    "an external with an address": (
        GLOBAL + "PROGRAM p VAR_EXTERNAL k AT %MW0 : INT; END_VAR ; END_PROGRAM",
        "2:24 S034",
    ),
    "a reference with a first value": (
        "FUNCTION f : INT VAR_IN_OUT a : INT := 5; END_VAR f := a; END_FUNCTION",
        "1:29 S015",
    ),
    "a constant external written": (
        GLOBAL + "PROGRAM p VAR_EXTERNAL CONSTANT k : INT; END_VAR\nk := 5;\nEND_PROGRAM", "3:1 S020"),
    "RETAIN in a FUNCTION": (
        "FUNCTION f : INT VAR RETAIN x : INT; END_VAR f := x; END_FUNCTION", "1:18 S034"),
    "RETAIN on VAR_TEMP": ("PROGRAM p VAR_TEMP PERSISTENT x : INT; END_VAR ; END_PROGRAM", "1:11 S034"),
    "kept and not kept": ("PROGRAM p VAR PERSISTENT NON_RETAIN x : INT; END_VAR ; END_PROGRAM", "1:26 P024"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_declaration_is_named_in_its_place(text: str, wanted: str):
    assert problems(text) == [wanted]


def test_persistent_and_retain_mark_the_same_fields():
    found = compiled("PROGRAM p VAR PERSISTENT a : INT; END_VAR VAR RETAIN PERSISTENT b : INT; END_VAR ; END_PROGRAM")
    assert [field.retain for field in found.programs["p"].area.fields] == [True, True]
