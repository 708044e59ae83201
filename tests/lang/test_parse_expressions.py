"""Expressions: what groups with what, what literals are worth, where nodes stand."""

from __future__ import annotations

import pytest

from plc.core.diagnostic import Severity, Span
from plc.lang import ast
from tests.lang.trees import errors, expression, read, shape, statements

GROUPS = [
    ("a + b * c", "(a + (b * c))"),
    ("a * b + c", "((a * b) + c)"),
    ("(a + b) * c", "((a + b) * c)"),
    ("a - b - c", "((a - b) - c)"),
    ("a / b * c MOD d", "(((a / b) * c) MOD d)"),
    ("a * b ** c", "(a * (b ** c))"),
    ("-a * b", "((- a) * b)"),
    ("-a + b", "((- a) + b)"),
    ("2 ** -1", "(2 ** (- 1))"),
    ("(-2) ** 2", "((- 2) ** 2)"),
    ("-(2 ** 2)", "(- (2 ** 2))"),
    ("(2 ** 3) ** 2", "((2 ** 3) ** 2)"),
    ("2 ** (3 ** 2)", "(2 ** (3 ** 2))"),
    ("NOT a AND b", "((NOT a) AND b)"),
    ("NOT NOT a", "(NOT (NOT a))"),
    ("- - a", "(- (- a))"),
    ("+a", "(+ a)"),
    ("a - -b", "(a - (- b))"),
    ("NOT a = b", "((NOT a) = b)"),
    ("a < b + c", "(a < (b + c))"),
    ("a = b AND c <> d", "((a = b) AND (c <> d))"),
    ("a XOR b OR c", "((a XOR b) OR c)"),
    ("a & b", "(a AND b)"),
    ("a AND_THEN b AND c", "((a AND_THEN b) AND c)"),
    ("a OR_ELSE b OR c", "((a OR_ELSE b) OR c)"),
    ("(a < b) = (c < d)", "((a < b) = (c < d))"),
    ("a mod b And Not c", "((a MOD b) AND (NOT c))"),
    ("w.3", "w.3"),
    ("a[1].b[i + 1, -j].7", "a[1].b[(i + 1), (- j)].7"),
    ("f()", "f()"),
    ("MAX(a, b := 2, q => c.d)", "MAX(a, b := 2, q => c.d)"),
    ("a.b.f(1).c", "a.b.f(1).c"),
    ("Color#RED", "Color#RED"),
    ("((a))", "a"),
]


@pytest.mark.parametrize(("text", "wanted"), GROUPS)
def test_operators_group_by_the_precedence_of_the_standard(text: str, wanted: str):
    assert shape(expression(text)) == wanted
    assert errors(f"PROGRAM p x := {text}; END_PROGRAM") == []


LITERALS = [
    ("0", 0, None),
    ("1_000", 1000, None),
    ("16#FF", 255, None),
    ("16#ff_00", 0xFF00, None),
    ("2#1010_0001", 0b10100001, None),
    ("8#17", 15, None),
    ("18446744073709551615", (1 << 64) - 1, None),
    ("1.5", 1.5, None),
    ("1.5E-3", 0.0015, None),
    ("1E3", 1000.0, None),
    ("TRUE", True, "BOOL"),
    ("false", False, "BOOL"),
    ("BOOL#1", True, "BOOL"),
    ("BOOL#FALSE", False, "BOOL"),
    ("INT#5", 5, "INT"),
    ("int#-5", -5, "INT"),
    ("UINT#16#FF", 255, "UINT"),
    ("WORD#2#11", 3, "WORD"),
    ("REAL#1.5", 1.5, "REAL"),
    ("LREAL#-2", -2.0, "LREAL"),
    ("REAL#1.5e-3", 0.0015, "REAL"),
    ("T#1h30m5.5s", 5_405_500_000_000, "TIME"),
    ("TIME#2s", 2_000_000_000, "TIME"),
    ("t#100ms", 100_000_000, "TIME"),
    ("T#-5s", -5_000_000_000, "TIME"),
    ("T#1d_2h", 93_600_000_000_000, "TIME"),
    ("T#1us500ns", 1_500, "TIME"),
    ("T#0.1us", 100, "TIME"),
    ("T#90m", 5_400_000_000_000, "TIME"),
    ("LT#7ns", 7, "LTIME"),
    ("LTIME#1.5ms", 1_500_000, "LTIME"),
    ("''", "", "STRING"),
    ("'it$'s'", "it's", "STRING"),
    ("'a$Nb$$c$0Ad$T'", "a\nb$c\nd\t", "STRING"),
    ("STRING#'x'", "x", "STRING"),
]


@pytest.mark.parametrize(("text", "value", "type_name"), LITERALS)
def test_a_literal_has_its_value_and_the_type_that_its_text_fixes(text: str, value: object, type_name: str | None):
    node = expression(text)
    assert isinstance(node, ast.Literal)
    assert (node.value, type(node.value), node.type_name) == (value, type(value), type_name)


BAD_LITERALS = [
    ("T#5", "no unit", "T#5s"),
    ("T#1m1h", "stands after", "in this order"),
    ("T#1s1s", "stands after", "in this order"),
    ("T#1.5m3s", "not a time", "T#1h30m"),
    ("T#0.1ns", "finer than a nanosecond", "leave out"),
    ("T#300000d", "longer than 292 years", "shorter"),
    ("T#", "not a time", "T#"),
    ("INT#foo", "INT#foo", "write"),
    ("INT#1.5", "not a value of INT", "INT#"),
    ("BOOL#2", "neither TRUE nor FALSE", "BOOL#1"),
    ("STRING#5", "no text", "STRING#'text'"),
    ("16#GG", "no digit of base 16", "0123456789ABCDEF"),
    ("2#12", "no digit of base 2", "01"),
    ("3#12", "no base 3", "16#"),
    ("18446744073709551616", "64 bits", "at most"),
    ("9" * 5000, "5000 digits", "64 bits"),
    ("1E400", "too large", "1.7E308"),
    ("REAL#1E400", "too large", "1.7E308"),
    ("'$q'", "$q means nothing", "$$"),
    ("'$4'", "$4 means nothing", "$$"),
    ("w.64x", "64x", "64.0"),
    ("w.123", "not the number of a bit", "0 to 63"),
]


@pytest.mark.parametrize(("text", "what", "cure"), BAD_LITERALS)
def test_a_literal_without_a_value_is_refused_in_its_place(text: str, what: str, cure: str):
    first, *rest = read(f"PROGRAM p\nx := {text};\nEND_PROGRAM").diagnostics
    assert (first.span.line, first.span.column) in ((2, 6), (2, 8))
    assert what in first.what
    assert cure in first.cure
    assert rest == []


@pytest.mark.parametrize("text", ["-2 ** 2", "-a ** b", "NOT a ** b", "2 ** 3 ** 2", "x * -a ** 2"])
def test_a_power_that_editions_of_the_standard_read_differently_is_refused(text: str):
    (error,) = errors(f"PROGRAM p\ny := {text};\nEND_PROGRAM")
    assert "P019" in error
    assert "write (" in error


def test_minus_two_squared_says_what_to_write_instead():
    (error,) = errors("PROGRAM p\nx := -2 ** 2;\nEND_PROGRAM")
    assert error.startswith("2:9 P019")
    assert "write (-2) ** ... or -(2 ** ...)" in error


@pytest.mark.parametrize(
    ("text", "column", "cure"),
    [
        ("1 < x < 3", 13, "write 1 < x AND x < ..."),
        ("lo <= x.y < hi", 17, "write lo <= x.y AND x.y < ..."),
        ("a = b = c", 13, "write a = b AND b = ..."),
        ("a < b = c", 13, "parentheses"),
        ("a = b < c", 13, "parentheses"),
        ("a <> b <> c", 14, "parentheses"),
    ],
)
def test_a_chain_of_comparisons_is_refused_at_the_second_sign(text: str, column: int, cure: str):
    (error,) = errors(f"PROGRAM p\nok := {text};\nEND_PROGRAM")
    assert error.startswith(f"2:{column} P018")
    assert cure in error


def test_and_beside_or_gets_advice_that_quotes_what_goes_first():
    (advice,) = read("PROGRAM p\nx := a OR b AND c;\nEND_PROGRAM").diagnostics
    assert (advice.severity, advice.code, advice.span.column) == (Severity.ADVICE, "P025", 11)
    assert "b AND c is worked out first" in advice.what
    assert "(b AND c)" in advice.cure


@pytest.mark.parametrize("text", ["(a AND b) OR c", "a OR (b AND c)", "a AND b AND c", "f(a AND b) OR c"])
def test_and_beside_or_with_parentheses_is_left_in_peace(text: str):
    assert read(f"PROGRAM p\nx := {text};\nEND_PROGRAM").diagnostics == ()


def test_a_span_covers_its_node_with_its_parentheses():
    value = expression("(a + b) * c[1, 2].d")
    assert isinstance(value, ast.Binary)
    assert value.span == Span("t.st", 2, 6, 2, 25)
    assert value.left.span == Span("t.st", 2, 6, 2, 13)
    assert value.right.span == Span("t.st", 2, 16, 2, 25)


def test_a_call_over_several_lines_spans_them():
    (statement,) = statements("t(\n  IN := a,\n  Q => b\n);")
    assert isinstance(statement, ast.CallStatement)
    assert statement.span == Span("t.st", 2, 1, 5, 2)
    assert [a.span.line for a in statement.call.arguments] == [3, 4]
    assert [a.output for a in statement.call.arguments] == [False, True]
