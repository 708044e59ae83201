"""What is printed reads back as the same tree."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings

from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.print import expression as printed
from plc.lang.print import text_of
from plc.lang.source import read_source
from tests.lang.random_trees import expressions
from tests.lang.trees import expression, read_clean, shape

ROOT = Path(__file__).parents[2]


def bare(node: object) -> object:
    """The tree without its places."""
    if isinstance(node, tuple):
        return tuple(map(bare, node))
    if is_dataclass(node):
        kept = [getattr(node, f.name) for f in fields(node) if f.name not in ("span", "name_span", "path")]
        return (type(node).__name__, *map(bare, kept))
    return (type(node).__name__, node)


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("plc/lang/library/*.st"), *ROOT.glob("programs/**/*.st")]), ids=lambda path: path.name
)
def test_every_shipped_program_prints_back_to_the_same_tree(path: Path):
    file = parse(read_source(path)).file
    assert bare(read_clean(text_of(file))) == bare(file)


EVERYTHING = """
TYPE
    {attribute 'a' := 'it$'s $7Bodd$7D'}
    Color : (RED, GREEN := 5) := RED; Mode : USINT (Off, On); Level : INT (-10..LAST + 1) := 5; Text : STRING[20];
    Grid : ARRAY[1..3, 0..N - 1] OF ARRAY[1..2] OF Color;
    Point : STRUCT x, y : REAL := 1.0; z : ARRAY[1..2] OF STRUCT q : INT; END_STRUCT; END_STRUCT := (x := 2.0);
END_TYPE
VAR_GLOBAL CONSTANT Pi : LREAL := 3.14; END_VAR
{attribute 'protective'}
PROGRAM p
VAR RETAIN a AT %IX0.0 : BOOL; t : TIME := T#-1h30m5.5s; v : Things := [3(0.0), (a := 1, b := [2])]; END_VAR
VAR_IN_OUT CONSTANT c : ARRAY[*] OF REAL; m : ARRAY[*, *] OF t; END_VAR
VAR PERSISTENT d : INT; END_VAR VAR RETAIN PERSISTENT e : INT; END_VAR
    IF a THEN ; ELSIF b THEN x := -5 + 3 * (2 - 1); ELSE RETURN; END_IF;
    CASE s OF 1, 2..5: a := 1; Color#RED: b(); RED: ELSE EXIT; END_CASE;
    FOR i := 1 TO n BY -2 DO f[i](In := w.3, Q => y.z, NOT P => z); END_FOR;
    WHILE NOT (a AND b) OR c DO CONTINUE; END_WHILE;
    REPEAT x := (-a) ** 2 ** (3); UNTIL (a < b) = (c < d) END_REPEAT;
    t := 'a$N$$b$00ü';
END_PROGRAM
PROGRAM chart
    INITIAL_STEP start: END_STEP
    STEP run: fan(N); horn(L, T#5s); go(); x(SD, after * 2); END_STEP
    TRANSITION t1 (PRIORITY := 2) FROM start TO (run, run2) := from AND start.T > T#5s; END_TRANSITION
    TRANSITION FROM (run, run2) TO start := NOT x OR y; END_TRANSITION
    ACTION go: from := from + 1; IF public THEN RETURN; END_IF; END_ACTION
    ACTION none: END_ACTION
END_PROGRAM
FUNCTION_BLOCK b VAR y : INT; END_VAR
    METHOD PRIVATE m : INT VAR_INPUT a : INT; END_VAR VAR y : INT; END_VAR m := a + y; END_METHOD
    {attribute 'description' := 'hm'} METHOD n y := m(3); END_METHOD
    ACTION c: y := 2; END_ACTION
    c();
END_FUNCTION_BLOCK
FUNCTION f : STRING[8] VAR_INPUT x : INT; END_VAR f := g(INT#-5, 16#FF, REAL#1.5, LT#1ns, 1.0E22); END_FUNCTION
CONFIGURATION room
    VAR_GLOBAL x : INT; END_VAR
    TASK loose (SINGLE := x.3 AND y);
    RESOURCE r ON cellkeeper
        VAR_GLOBAL RETAIN y : BOOL; END_VAR
        TASK fast (INTERVAL := T#100ms, PRIORITY := 1);
        PROGRAM p WITH fast : rule;
        PROGRAM q : rule(x := 1, y => z);
    END_RESOURCE
    VAR_CONFIG r.p.x AT %I* : BOOL := TRUE; p.f.y : INT := 4; END_VAR
END_CONFIGURATION
""".replace("** 2 ** (3)", "** (2 ** 3)")


def test_a_file_of_everything_prints_back_to_the_same_tree():
    file = read_clean(EVERYTHING)
    text = text_of(file)
    assert bare(read_clean(text)) == bare(file)
    assert text_of(read_clean(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "(a + b) * c", "a + b * c", "a - (b - c)", "a - b - c", "(-2) ** 2", "-(2 ** 2)", "2 ** -1", "(2 ** 3) ** 2",
        "2 ** (3 ** 2)", "(a < b) = (c < d)", "(a AND b) OR c", "a AND (b OR c)", "NOT a AND b", "NOT (a AND b)",
        "- -a", "(a AND b) XOR c", "a * (b / c)", "a[i + 1].b(c, d := e, f => g).3",
    ],
)  # fmt: skip
def test_expressions_print_as_they_are_written_best(text: str):
    assert printed(expression(text)) == text


def test_a_long_sum_prints_without_recursion():
    text = "a" + " + b" * 2_000
    assert printed(expression(text)) == text


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_any_expression_prints_back_to_itself(tree: ast.Expression):
    file = read_clean(f"PROGRAM p x := {printed(tree)}; END_PROGRAM")
    (statement,) = file.pous[0].body
    assert isinstance(statement, ast.Assign)
    assert bare(statement.value) == bare(tree)
    assert shape(statement.value) == shape(tree)
