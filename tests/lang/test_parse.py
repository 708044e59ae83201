"""Texts and the trees they become: statements, declarations, types, POUs."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.ast import PouKind, Section
from plc.lang.parse import parse
from plc.lang.source import Source, read_source
from tests.lang.trees import errors, read, read_clean, shape, statements, types, variables

ROOT = Path(__file__).parents[2]


def test_an_empty_text_is_an_empty_file():
    assert read("") == parse(Source("t.st", ""))
    assert read_clean("").pous == ()
    assert read_clean(" \r\n\t// nothing\n(* at all *)").pous == ()


def test_keywords_and_names_are_read_without_case_and_keep_their_spelling():
    file = read_clean("program Hot\nvar Temp : real; end_var\nif TEMP > 5.0 then temp := 1.0; End_If;\nEND_program")
    (pou,) = file.pous
    assert (pou.kind, pou.name) == (PouKind.PROGRAM, "Hot")
    (branch,) = [s.branches[0] for s in pou.body if isinstance(s, ast.If)]
    assert shape(branch.condition) == "(TEMP > 5.0)"


def test_a_byte_order_mark_and_windows_line_ends_change_nothing():
    plain = "PROGRAM p\nx := 1;\nEND_PROGRAM\n"
    assert read("\ufeff" + plain.replace("\n", "\r\n")).diagnostics == ()
    (pou,) = read_clean(plain.replace("\n", "\r\n")).pous
    assert pou.body[0].span == Span("t.st", 2, 1, 2, 7)


def test_if_has_a_branch_for_each_condition():
    (node,) = statements("IF a THEN b := 1; c(); ELSIF d THEN ELSIF e THEN ; ELSE RETURN; END_IF;")
    assert isinstance(node, ast.If)
    assert [shape(branch.condition) for branch in node.branches] == ["a", "d", "e"]
    assert [len(branch.body) for branch in node.branches] == [2, 0, 1]
    assert [type(s) for s in node.otherwise] == [ast.Return]


def test_case_labels_are_values_ranges_and_enumerators():
    (node,) = statements("CASE s OF 1, 2..5: a := 1; -3..-1: ; Color#RED: b := 2; c(); RED: ELSE EXIT; END_CASE;")
    assert isinstance(node, ast.Case)
    labels = [[(shape(one.first), one.last and shape(one.last)) for one in arm.labels] for arm in node.arms]
    assert labels == [[("1", None), ("2", "5")], [("(- 3)", "(- 1)")], [("Color#RED", None)], [("RED", None)]]
    assert [len(arm.body) for arm in node.arms] == [1, 1, 2, 0]
    assert [type(s) for s in node.otherwise] == [ast.Exit]


def test_a_statement_before_the_first_label_of_a_case_is_refused():
    (error,) = errors("PROGRAM p\nCASE x OF\n  y := 1;\n  2: y := 2;\nEND_CASE;\nEND_PROGRAM")
    assert error.startswith("3:3 P024")
    assert "label" in error


def test_for_has_a_step_only_where_one_is_written():
    up, down = statements("FOR i := 1 TO n DO a[i] := 0; END_FOR; FOR i := n TO 1 BY -2 DO EXIT; END_FOR;")
    assert isinstance(up, ast.For)
    assert isinstance(down, ast.For)
    assert up.step is None
    assert down.step is not None
    assert (shape(down.variable), shape(down.first), shape(down.last), shape(down.step)) == ("i", "n", "1", "(- 2)")


def test_while_and_repeat_hold_their_conditions():
    loop, until = statements("WHILE a DO CONTINUE; END_WHILE; REPEAT ; b(); UNTIL c > 1 END_REPEAT;")
    assert isinstance(loop, ast.While)
    assert isinstance(until, ast.Repeat)
    assert (shape(loop.condition), shape(until.until)) == ("a", "(c > 1)")
    assert [type(s) for s in until.body] == [ast.Empty, ast.CallStatement]


def test_one_declaration_of_two_names_makes_two_variables():
    a, b = variables("{attribute 'unit' := 'degC'}\n  a, B : REAL := 1.5;")
    assert (a.name, b.name) == ("a", "B")
    assert a.type == b.type == ast.TypeName("REAL", Span("t.st", 3, 10, 3, 14))
    assert [(x.name, x.value) for x in b.attributes] == [("unit", "degC")]
    assert (a.span.column, b.span.column, b.span.end_column) == (3, 6, 21)


def test_a_variable_may_have_an_address():
    inputs = variables("a AT %IX0.0 : BOOL; b AT %qw3 : INT; c AT %MD2 : REAL;")
    assert [v.address for v in inputs] == ["%IX0.0", "%qw3", "%MD2"]


@pytest.mark.parametrize(
    ("words", "section", "constant", "retain"),
    [
        ("VAR", Section.VAR, False, False),
        ("VAR CONSTANT", Section.VAR, True, False),
        ("VAR RETAIN", Section.VAR, False, True),
        ("VAR NON_RETAIN", Section.VAR, False, False),
        ("VAR_INPUT", Section.INPUT, False, False),
        ("VAR_OUTPUT RETAIN", Section.OUTPUT, False, True),
        ("VAR_IN_OUT CONSTANT", Section.IN_OUT, True, False),
        ("VAR_TEMP", Section.TEMP, False, False),
        ("VAR_EXTERNAL", Section.EXTERNAL, False, False),
    ],
)
def test_sections_say_their_kind_and_qualifiers(words: str, section: Section, constant: bool, retain: bool):
    (block,) = read_clean(f"FUNCTION_BLOCK b {words} x : INT; END_VAR END_FUNCTION_BLOCK").pous[0].blocks
    assert (block.section, block.constant, block.retain) == (section, constant, retain)


def test_globals_stand_outside_the_pous():
    (block,) = read_clean("VAR_GLOBAL CONSTANT Pi : LREAL := 3.14; END_VAR").globals
    assert (block.section, block.constant, block.variables[0].name) == (Section.GLOBAL, True, "Pi")


def test_initial_values_may_repeat_and_nest():
    (variable,) = variables("v : Things := [3(0.0), (a := 1, b := [2, 2((c := 'x'))]), f(1)];")
    initial = variable.initial
    assert isinstance(initial, ast.ArrayInitial)
    repeated, structure, call = initial.items
    assert isinstance(repeated.count, ast.Literal)
    assert (repeated.count.value, structure.count, call.count) == (3, None, None)
    assert isinstance(structure.value, ast.StructInitial)
    assert [field.name for field in structure.value.fields] == ["a", "b"]
    assert isinstance(call.value, ast.Call)


def test_a_value_in_parentheses_is_no_structure():
    (variable,) = variables("v : INT := (1 + 2);")
    assert isinstance(variable.initial, ast.Binary)


def test_types_of_every_kind():
    declared = types("""
        Color : (RED, GREEN := 5, BLUE) := RED;
        Mode  : USINT (Off, On := 2);
        Old   : (A, B) INT;
        Level : INT (-10..LAST + 1) := 5;
        Alias : REAL;
        Text  : STRING[20];
        Open  : STRING;
        Grid  : ARRAY[1..3, 0..N - 1] OF ARRAY[1..2] OF Color;
        Point : STRUCT x, y : REAL := 1.0; inner : STRUCT z : INT; END_STRUCT; END_STRUCT
        Last  : STRUCT a AT %IX0.1 : BOOL; END_STRUCT := (a := TRUE);
    """)
    kinds = {each.name: type(each.type) for each in declared}
    assert kinds == {
        "Color": ast.EnumType, "Mode": ast.EnumType, "Old": ast.EnumType, "Level": ast.SubrangeType,
        "Alias": ast.TypeName, "Text": ast.StringType, "Open": ast.StringType, "Grid": ast.ArrayType,
        "Point": ast.StructType, "Last": ast.StructType,
    }  # fmt: skip
    by_name = {each.name: each.type for each in declared}
    assert [getattr(by_name[name], "base", "") for name in ("Color", "Mode", "Old", "Level")] == [
        None, "USINT", "INT", "INT",
    ]  # fmt: skip
    grid = by_name["Grid"]
    assert isinstance(grid, ast.ArrayType)
    assert len(grid.dimensions) == 2
    assert isinstance(grid.element, ast.ArrayType)


def test_an_array_of_any_length_has_no_dimensions():
    (column,) = variables("c : ARRAY[*] OF REAL;", "VAR_IN_OUT CONSTANT")
    assert isinstance(column.type, ast.ArrayType)
    assert column.type.dimensions == ()


def test_attributes_belong_to_what_follows_them():
    file = read_clean("""
        {attribute 'shared' := 'it$'s'}
        TYPE {attribute 'one'} A : INT; B : INT; END_TYPE
        {attribute 'protective'} {attribute 'text' := 'x'}
        PROGRAM p VAR {attribute 'unit' := 'V'} a : REAL; b : REAL; END_VAR END_PROGRAM
    """)
    assert [[(a.name, a.value) for a in t.attributes] for t in file.types] == [
        [("shared", "it's"), ("one", None)], [("shared", "it's")],
    ]  # fmt: skip
    (pou,) = file.pous
    assert [a.name for a in pou.attributes] == ["protective", "text"]
    assert [[a.name for a in v.attributes] for v in pou.blocks[0].variables] == [["unit"], []]


def test_functions_have_a_result_and_programs_have_none():
    file = read_clean("FUNCTION f : STRING[8] END_FUNCTION FUNCTION g END_FUNCTION PROGRAM p END_PROGRAM")
    assert [type(pou.result) for pou in file.pous] == [ast.StringType, type(None), type(None)]


def test_a_pou_knows_its_name_and_where_it_stands():
    (pou,) = read_clean("{attribute 'a'}\nPROGRAM hot\nx := 1;\nEND_PROGRAM").pous
    assert pou.name_span == Span("t.st", 2, 9, 2, 12)
    assert pou.span == Span("t.st", 2, 1, 4, 12)


def test_comments_of_each_kind_are_left_out():
    body = statements("x := (* one (* two *) \n still *) 1 /* /* a */ b */ ; // (* rest\ny := 2;")
    assert [s.span.line for s in body] == [2, 4]


def test_comment_signs_in_texts_and_quotes_in_comments_mean_nothing():
    first, second = statements("a := '(* // no comment'; (* it's fine *) b := 2;")
    assert isinstance(first, ast.Assign)
    assert isinstance(first.value, ast.Literal)
    assert first.value.value == "(* // no comment"
    assert isinstance(second, ast.Assign)


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("plc/lang/library/*.st"), *ROOT.glob("programs/**/*.st")]), ids=lambda path: path.name
)
def test_every_shipped_program_has_good_form(path: Path):
    assert [str(each) for each in parse(read_source(path)).diagnostics] == []


def test_the_same_text_is_read_once():
    source = Source("t.st", "PROGRAM once END_PROGRAM")
    assert parse(source) is parse(Source("t.st", "PROGRAM once END_PROGRAM"))
