"""Sub-ranges: each write is checked, a constant when it is compiled, any other when the program runs."""

from __future__ import annotations

import pytest
from machine import compiled
from twice import Twice

from plc.lang.ir import FaultKind

TYPES = """
TYPE Percent : INT (0..100) := 50; Above : DINT (5..9); Below : SINT (-9..-5); END_TYPE
FUNCTION half : Percent VAR_INPUT x : Percent; END_VAR half := x / 2; END_FUNCTION
FUNCTION raw : Percent VAR_INPUT x : INT; END_VAR raw := x; END_FUNCTION
FUNCTION_BLOCK Valve VAR_INPUT open : Percent; END_VAR VAR_OUTPUT seen : INT; END_VAR seen := open; END_FUNCTION_BLOCK
FUNCTION bump : BOOL VAR_IN_OUT v : Percent; END_VAR v := v + 10; END_FUNCTION
FUNCTION look : INT VAR_IN_OUT CONSTANT v : INT; END_VAR look := v; END_FUNCTION
"""
VARIABLES = """
VAR p : Percent; q : INT (0..100); x : INT; u : USINT (1..200); a : ARRAY[1..3] OF Percent; i : INT (1..10); n : INT;
    above : Above; below : Below; valve : Valve; b : BOOL; w : INT (0..7); t : STRING; END_VAR
"""


def program(statements: str) -> str:
    head = " ".join(f"{TYPES} PROGRAM p {VARIABLES}".split())
    return f"{head}\n{statements}\nEND_PROGRAM"


def stops(statements: str, **inputs: int) -> str:
    """Why the program stops, or nothing."""
    machine = Twice(program(statements))
    for name, value in inputs.items():
        machine[name] = value
    status = machine.scan()
    if not status:
        return ""
    site = machine.program.unit.faults[status - 1]
    assert site.kind is FaultKind.RANGE
    return f"{site.span.line}:{site.span.column} {site.text}"


def test_a_variable_starts_inside_its_range() -> None:
    machine = Twice(program("x := p;")).run()
    names = ["p", "q", "u", "a[2]", "above", "below", "i"]
    assert [machine[name] for name in names] == [50, 0, 1, 50, 5, -9, 1]


def test_a_value_inside_is_stored() -> None:
    machine = Twice(
        program("p := x; q := p + 1; a[2] := q; u := TO_USINT(p); above := 9; below := -5; valve(open := x);")
    )
    machine.run(x=99)
    assert [machine[name] for name in ("p", "q", "a[2]", "u", "above", "below", "valve.seen")] == [
        99, 100, 100, 99, 9, -5, 99,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "place"),
    [
        ("p := x;", "2:6 x as INT (0..100)"),
        ("q := p + x;", "2:6 p + x as INT (0..100)"),
        ("a[2] := x * 2;", "2:9 x * 2 as INT (0..100)"),
        ("x := half(x);", "2:11 x as INT (0..100)"),
        ("valve(open := x);", "2:15 x as INT (0..100)"),
        ("valve.open := x;", "2:15 x as INT (0..100)"),
        ("u := INT_TO_USINT(x + 100);", "2:6 INT_TO_USINT(x + 100) as USINT (1..200)"),
        ("x := TO_Percent(x);", "2:6 TO_Percent(x) as INT (0..100)"),
        ("w.3 := TRUE;", "2:1 w.3 := TRUE as INT (0..7)"),
        ("FOR i := 5 TO x DO n := i; END_FOR;", "2:5 i as INT (1..10)"),
        ("FOR i := x TO 1 DO n := i; END_FOR;", "2:10 x as INT (1..10)"),
    ],
)
def test_a_value_outside_stops_the_program_where_it_is_written(statements: str, place: str) -> None:
    assert stops(statements, x=101) == place


def test_a_result_and_what_is_passed_by_reference_are_checked_inside() -> None:
    assert stops("x := raw(x);", x=101).endswith("x as INT (0..100)")
    assert stops("b := bump(p);", p=95).endswith("v + 10 as INT (0..100)")
    assert stops("b := bump(p); x := look(p);", p=90) == ""


def test_a_loop_stays_inside_or_stops_at_the_run_that_leaves() -> None:
    machine = Twice(program("FOR i := 1 TO x DO n := n + 1; END_FOR;"))
    assert machine.run(x=10)["n"] == 10
    machine["x"] = 11
    assert machine.scan() > 0
    assert (machine["n"], machine["i"]) == (20, 11)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("p := 101;", "2:6 S007"),
        ("p := -1;", "2:6 S007"),
        ("above := 4;", "2:10 S007"),
        ("x := half(200);", "2:11 S007"),
        ("p := 50 + 60;", "2:6 S007"),
        ("x := Percent#200;", "2:6 S007"),
        ("FOR i := 1 TO 11 DO ; END_FOR;", "2:15 S007"),
        ("FOR i := 0 TO 5 DO ; END_FOR;", "2:10 S007"),
        ("p := 1.5;", "2:6 S008"),
        ("b := bump(x);", "2:11 S008"),
        ("p := TO_Percent(300);", "2:6 S007"),
    ],
)
def test_a_constant_outside_is_refused(statement: str, problem: str) -> None:
    found = compiled(program(statement)).errors
    assert [f"{each.span.line}:{each.span.column} {each.code}" for each in found] == [problem]


def test_a_loop_whose_last_run_is_known_to_be_inside_has_no_check() -> None:
    machine = Twice(
        program("FOR i := 1 TO 12 BY 4 DO n := n + i; END_FOR; FOR i := 10 TO 1 BY -3 DO n := n + i; END_FOR;")
    )
    assert machine.run()["n"] == 1 + 5 + 9 + 10 + 7 + 4 + 1


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ("x : INT (5..4);", "S016"),
        ("x : SINT (0..200);", "S016"),
        ("x : USINT (-1..5);", "S016"),
        ("x : REAL (0..1);", "S003"),
        ("x : INT (0..100) := 101;", "S007"),
        ("x : ARRAY[1..2] OF INT (0..9) := [1, 10];", "S007"),
    ],
)
def test_a_range_that_is_none_is_refused(declaration: str, problem: str) -> None:
    found = compiled(f"PROGRAM p VAR {declaration} END_VAR ; END_PROGRAM").diagnostics
    assert [each.code for each in found] == [problem]


def test_a_value_read_from_a_sub_range_is_a_plain_one() -> None:
    statements = (
        "x := p * 3 + a[1]; b := p = q OR p < x; t := TO_STRING(p); n := SUM(a); CASE p OF 50: x := 7; END_CASE;"
    )
    machine = Twice(program(statements)).run()
    assert (machine["x"], machine["n"], machine["t"], machine["b"]) == (7, 150, "50", True)


ENUMERATIONS = """
TYPE Color : SINT (RED := -1, GREEN := 4, BLUE); Level : (LOW, HIGH) BYTE; END_TYPE
PROGRAM p VAR c : Color := BLUE; l : Level; x : DINT; u : ULINT; n : INT; z : BYTE; END_VAR
{}
END_PROGRAM
"""


def test_numbers_become_enumerators_where_there_is_one() -> None:
    machine = Twice(ENUMERATIONS.format("c := TO_Color(x); n := Color_TO_INT(c); l := BYTE_TO_Level(z);"))
    for number, wanted in ((-1, -1), (4, 4), (5, 5)):
        assert machine.run(x=number)["n"] == wanted
    assert machine.conversion_faults == 0
    for count, number in enumerate((0, 3, 6, 261, -257), 1):
        assert machine.run(x=number)["n"] == -1
        assert machine.conversion_faults == 1, count
    machine = Twice(ENUMERATIONS.format("c := TO_Color(u + 4); c := Color#GREEN; c := TO_Color(Color_TO_LINT(c) + 1);"))
    assert machine.run(u=0)["c"] == 5


def test_an_enumeration_is_not_a_number() -> None:
    for statement in ("c := 4;", "n := c;", "c := TO_Color(7);", "n := c + 1;", "c := Level#LOW;"):
        assert compiled(ENUMERATIONS.format(statement)).errors
