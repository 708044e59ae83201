"""What is exported reads back as the same trees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plc.core.diagnostic import Severity
from plc.exchange.read import import_project
from plc.exchange.write import export
from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.print import expression as printed
from plc.lang.source import Source, read_source
from tests.lang.random_trees import HERE, expressions

ROOT = Path(__file__).parents[2]
WHEN = datetime(2026, 11, 23, 12, 0)
SHIPPED = sorted(
    path
    for folder in ("plc/lang/library", "programs", "examples")
    for path in (ROOT / folder).rglob("*.st")
    if not path.name.endswith(".test.st")
)


def bare(node: object) -> object:
    """The tree without its places; type names in capitals, as the format keeps those of elementary types."""
    if isinstance(node, tuple):
        return tuple(map(bare, node))
    if isinstance(node, ast.TypeName):
        return ("TypeName", node.name.upper())
    if is_dataclass(node):
        kept = [getattr(node, f.name) for f in fields(node) if f.name not in ("span", "name_span", "path")]
        return (type(node).__name__, *map(bare, kept))
    return (type(node).__name__, node)


def everything(sources: Iterable[Source]) -> tuple[object, ...]:
    """Types, globals, units (by name) and configurations of several files as of one."""
    files = [parse(source) for source in sources]
    assert [str(d) for parsed in files for d in parsed.diagnostics if d.severity is Severity.ERROR] == []
    pous = sorted((pou for parsed in files for pou in parsed.file.pous), key=lambda pou: pou.name)
    return (
        bare(tuple(each for parsed in files for each in parsed.file.types)),
        bare(tuple(each for parsed in files for each in parsed.file.globals)),
        bare(tuple(pous)),
        bare(tuple(each for parsed in files for each in parsed.file.configurations)),
    )


def back(sources: list[Source]) -> tuple[Source, ...]:
    """The texts after a way out and in."""
    exported = export(sources, "test", WHEN)
    assert exported.diagnostics == ()
    imported = import_project("test.xml", exported.text.encode())
    assert [str(each) for each in imported.diagnostics] == []
    return imported.texts


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_program_comes_back_the_same(path: Path):
    source = read_source(path)
    assert everything(back([source])) == everything([source])


def test_all_shipped_programs_come_back_from_one_project():
    sources = [read_source(path) for path in SHIPPED]
    assert everything(back(sources)) == everything(sources)


def test_every_cell_of_the_matrix_that_has_no_error_comes_back_the_same():
    cells = [read_source(path) for path in sorted((ROOT / "tests/lang/matrix").rglob("*.st"))]
    whole = [cell for cell in cells if not any(d.severity is Severity.ERROR for d in parse(cell).diagnostics)]
    assert len(whole) > 100
    assert [cell.path for cell in whole if everything(back([cell])) != everything([cell])] == []


def test_a_text_with_the_line_ends_of_windows_comes_back_the_same():
    source = Source("windows.st", EVERYTHING.replace("\n", "\r\n"))
    assert everything(back([source])) == everything([source])


EVERYTHING = """
TYPE
    {attribute 'a' := 'it$'s $7Bodd$7D <&"> ü$N'}
    Color : (RED, GREEN := 5) := RED; Mode : USINT (Off, On); Level : INT (-10..LAST + 1) := 5; Text : STRING[20];
    Fill : UINT (0..100); Grid : ARRAY[1..3, 0..N - 1] OF ARRAY[1..2] OF Color;
    Point : STRUCT {attribute 'unit' := 'V'} x, y : REAL := 1.0; z : ARRAY[1..2] OF STRUCT q : INT; END_STRUCT;
        END_STRUCT        := (x := 2.0);
    Name : Text := 'a$'b'; Long : LTIME; Any : STRING;
END_TYPE
VAR_GLOBAL CONSTANT Pi : LREAL := 3.14; N : INT := 16#0A; END_VAR
VAR_GLOBAL RETAIN PERSISTENT kept AT %MW3 : INT := -5; END_VAR
{attribute 'protective'}
{attribute 'task' := 'care'}
PROGRAM p
VAR PERSISTENT a AT %IX0.0 : BOOL; t : TIME := T#-1h30m5.5s; v : Things := [3(0.0), (a := 1, b := [2])]; END_VAR
VAR b : BOOL; // what it is: a <b> & c
END_VAR
VAR_TEMP CONSTANT k : INT := 1 + 2 * N; END_VAR
VAR_EXTERNAL g : INT; END_VAR
    (* a comment in the body with ]]> and < *)
    IF a < 3 AND b > 4 THEN ; ELSIF b THEN x := '<&>'; ELSE RETURN; END_IF; // the end
END_PROGRAM
FUNCTION_BLOCK b
VAR_IN_OUT CONSTANT c : ARRAY[*, *] OF REAL; END_VAR
VAR_IN_OUT d : ARRAY[*] OF t; END_VAR
VAR_OUTPUT q : BOOL; END_VAR
    METHOD m : INT VAR_INPUT a : INT; END_VAR VAR y : INT; END_VAR m := a + y; END_METHOD
    y := 1;
    {attribute 'description' := 'hm'} METHOD n y := m(3); END_METHOD
    ACTION c: y := 2; END_ACTION
    c();
END_FUNCTION_BLOCK
FUNCTION f : STRING[8] VAR_INPUT x : INT; END_VAR f := g(INT#-5, 16#FF, REAL#1.5, LT#1ns, 1.0E22); END_FUNCTION
FUNCTION nothing : INT
END_FUNCTION
CONFIGURATION room
    VAR_GLOBAL x : INT; END_VAR
    TASK loose (SINGLE := x.3 AND y);
    TASK zero (INTERVAL := Every, PRIORITY := 0);
    PROGRAM q WITH nowhere : rule(x := 1, y => z, NOT a => b);
    PROGRAM p WITH loose : rule;
    PROGRAM r : rule;
    VAR_CONFIG r.p.x AT %I* : BOOL := TRUE; p.f.y : INT := 4; END_VAR
END_CONFIGURATION
CONFIGURATION Globals
    RESOURCE r ON cellkeeper
        VAR_GLOBAL RETAIN y : BOOL; END_VAR
        TASK fast (INTERVAL := T#100ms, PRIORITY := 1);
        PROGRAM z WITH fast : rule;
        PROGRAM a WITH fast : rule;
    END_RESOURCE
    RESOURCE s ON x END_RESOURCE
END_CONFIGURATION
"""
CHARTS = {
    "a sequence": """INITIAL_STEP a: END_STEP STEP b: x(N); END_STEP STEP c: y(L, T#5s); z(P0); END_STEP
        TRANSITION one FROM a TO b := x; END_TRANSITION TRANSITION FROM b TO c := y; END_TRANSITION
        TRANSITION FROM c TO a := c.T > T#2s; END_TRANSITION ACTION x: n := 1; END_ACTION""",
    "alternatives": """INITIAL_STEP a: END_STEP STEP b: END_STEP STEP c: END_STEP
        TRANSITION (PRIORITY := 2) FROM a TO b := x; END_TRANSITION
        TRANSITION (PRIORITY := 1) FROM a TO c := y; END_TRANSITION TRANSITION FROM b TO c := z; END_TRANSITION
        TRANSITION FROM c TO a := x; END_TRANSITION TRANSITION FROM c TO b := y; END_TRANSITION
        TRANSITION FROM a TO a := NOT x; END_TRANSITION""",
    "simultaneous ways": """INITIAL_STEP a: END_STEP STEP b: END_STEP STEP c: END_STEP STEP d: END_STEP STEP e: END_STEP
        TRANSITION FROM a TO (d, b, c) := x; END_TRANSITION TRANSITION FROM (c, b, d) TO e := y; END_TRANSITION
        TRANSITION FROM e TO (c, d, b) := z; END_TRANSITION TRANSITION FROM e TO a := NOT z; END_TRANSITION
        TRANSITION FROM (b, c, d) TO a := x AND y; END_TRANSITION""",
    "steps after one another in another order": """STEP c: END_STEP STEP b: END_STEP INITIAL_STEP a: END_STEP
        TRANSITION FROM a TO b := x; END_TRANSITION TRANSITION FROM b TO c := x; END_TRANSITION""",
    "one step": "INITIAL_STEP only: x(N); END_STEP",
}


def test_a_file_of_everything_comes_back_the_same():
    source = Source("everything.st", EVERYTHING)
    assert everything(back([source])) == everything([source])


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())
def test_a_chart_comes_back_the_same(chart: str):
    source = Source("chart.st", f"PROGRAM p VAR x, y, z : BOOL; END_VAR {chart} END_PROGRAM")
    assert everything(back([source])) == everything([source])


@settings(max_examples=60, deadline=None)
@given(st.lists(expressions, min_size=4, max_size=4), st.text(max_size=20))
def test_generated_programs_come_back_the_same(trees: list[ast.Expression], text: str):
    one, two, three, four = map(printed, trees)
    note = ast.Literal("".join(sign for sign in text if sign.isprintable()), None, HERE)
    source = Source(
        "random.st",
        f"""TYPE t : ARRAY[{one}..{two}] OF INT (0..{three}) := [({four}), 2({one})]; END_TYPE
        {{attribute 'a' := {printed(note)}}} PROGRAM p VAR x : t := (a := {two}, b := [{three}]); END_VAR
        INITIAL_STEP a: y(L, {four}); END_STEP TRANSITION FROM a TO a := {three}; END_TRANSITION
        ACTION y: x := {one}; IF {two} THEN z({three}); END_IF; END_ACTION END_PROGRAM""",
    )
    assert everything(back([source])) == everything([source])


def test_what_is_exported_twice_is_the_same_text():
    source = Source("everything.st", EVERYTHING)
    again = list(back([source]))
    assert export(again, "test", WHEN).text == export(list(back(again)), "test", WHEN).text


def test_comments_of_bodies_and_variables_come_back():
    texts = "\n".join(source.text for source in back([Source("everything.st", EVERYTHING)]))
    assert "(* a comment in the body with ]]> and < *)" in texts
    assert "// what it is: a <b> & c" in texts


def test_a_source_with_an_error_is_not_exported():
    exported = export([Source("bad.st", "PROGRAM p x := ; END_PROGRAM")], "test", WHEN)
    assert exported.text == ""
    assert exported.diagnostics


def test_tests_stay_behind_and_are_counted():
    text = "PROGRAM p ; END_PROGRAM TEST 'one' ASSERT_TRUE(TRUE); END_TEST"
    assert export([Source("p.st", text)], "test", WHEN).left_behind == 1
