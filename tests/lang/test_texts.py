"""The text functions of the standard, on both back ends: results known from its tables, and from our own edges."""

from __future__ import annotations

import pytest
from machine import compiled, problems
from twice import Twice, check, values

A = "a : STRING[10] := 'ASTR'; b : STRING[5] := 'ABCDE'; e : STRING; n : INT; d : DINT;"


def test_the_examples_of_the_standard() -> None:
    check({"LEN('ASTRING')": 7, "FIND(IN1 := 'ABCBC', IN2 := 'BC')": 2}, "INT")
    check(
        {
            "LEFT(IN := 'ASTR', L := 3)": "AST",
            "RIGHT('ASTR', 3)": "STR",
            "MID(IN := 'ASTR', L := 2, P := 2)": "ST",
            "CONCAT('AB', 'CD', 'E')": "ABCDE",
            "INSERT(IN1 := 'ABC', IN2 := 'XY', P := 2)": "ABXYC",
            "DELETE('ABXYC', 2, 3)": "ABC",
            "REPLACE(IN1 := 'ABCDE', IN2 := 'X', L := 2, P := 3)": "ABXE",
        },
        "STRING[10]",
    )


def test_texts_of_variables_are_as_those_of_literals() -> None:
    cases = {"LEFT(a, 3)": "AST", "MID(b, 3, 3)": "CDE", "CONCAT(a, b)": "ASTRABCDE", "INSERT(a, b, 0)": "ABCDEASTR"}
    check(cases, "STRING", A)
    check(
        {"LEN(a)": 4, "LEN(e)": 0, "FIND(b, 'CD')": 3, "FIND(b, 'CE')": 0, "FIND(b, e)": 0, "FIND(e, b)": 0}, "INT", A
    )


def test_a_count_below_zero_is_zero_and_one_too_large_takes_what_is_there() -> None:
    cases = {
        "LEFT(b, -1)": "", "LEFT(b, 0)": "", "LEFT(b, 99)": "ABCDE", "LEFT(e, 2)": "",
        "RIGHT(b, -1)": "", "RIGHT(b, 99)": "ABCDE", "RIGHT(e, 1)": "",
        "MID(b, -3, 2)": "", "MID(b, 99, 4)": "DE",
        "DELETE(b, -3, 2)": "ABCDE", "DELETE(b, 99, 2)": "A", "DELETE(b, 0, 1)": "ABCDE",
        "REPLACE(b, 'x', -3, 2)": "AxBCDE", "REPLACE(b, 'x', 99, 2)": "Ax",
        "LEFT(b, 9223372036854775807)": "ABCDE", "MID(b, 9223372036854775807, 2)": "BCDE",
    }  # fmt: skip
    check(cases, "STRING", A)


def test_a_position_the_text_has_not_names_nothing() -> None:
    cases = {
        "MID(b, 2, 0)": "", "MID(b, 2, -1)": "", "MID(b, 2, 6)": "",
        "DELETE(b, 2, 0)": "ABCDE", "DELETE(b, 2, 6)": "ABCDE",
        "REPLACE(b, 'x', 2, 0)": "ABCDE", "REPLACE(b, 'x', 2, 6)": "ABCDE",
        "INSERT(b, 'x', -1)": "ABCDE", "INSERT(b, 'x', 6)": "ABCDE", "INSERT(b, 'x', 5)": "ABCDEx",
    }  # fmt: skip
    check(cases, "STRING", A)


def test_texts_inside_texts() -> None:
    cases = {
        "CONCAT(LEFT(a, 2), RIGHT(b, 2), MID(b, 1, 3))": "ASDEC",
        "REPLACE(CONCAT(a, b), CONCAT('<', a, '>'), LEN(b), FIND(CONCAT(a, b), b))": "ASTR<ASTR>",
        "LEFT(LEFT(LEFT(b, 4), 3), LEN(LEFT(b, 2)))": "AB",
    }
    check(cases, "STRING", A)


def test_what_does_not_fit_its_variable_is_cut_off() -> None:
    assert values(["CONCAT(a, b)", "CONCAT(b, a)"], "STRING[6]", A) == ["ASTRAB", "ABCDEA"]


def test_a_text_may_change_itself() -> None:
    text = "PROGRAM p VAR a : STRING[10] := 'abc'; END_VAR a := CONCAT(a, a); a := CONCAT('<', a, '>'); END_PROGRAM"
    assert Twice(text).run()["a"] == "<abcabc>"


def test_texts_compare_by_bytes_however_they_are_made() -> None:
    cases = {
        "CONCAT('a', 'b') = 'ab'": True, "LEFT(b, 2) < RIGHT(b, 2)": True, "LEFT(b, 2) <= 'AB'": True,
        "EQ(MID(b, 1, 2), 'B')": True, "'a' < 'ab'": True, "'Z' > 'a'": False, "'' < 'a'": True,
    }  # fmt: skip
    check(cases, "BOOL", A)


def test_sel_mux_min_and_max_choose_texts() -> None:
    cases = {
        "SEL(FALSE, a, b)": "ASTR", "SEL(n = 0, a, CONCAT(b, '!'))": "ABCDE!", "MUX(n + 1, 'x', b, a)": "ABCDE",
        "MUX(2, 'x', b, a)": "ASTR", "MIN(a, b)": "ABCDE", "MAX('b', 'c', 'a')": "c", "MIN('b', 'c', 'a')": "a",
    }  # fmt: skip
    check(cases, "STRING", A)


def test_a_mux_of_texts_stops_at_a_number_without_an_input() -> None:
    machine = Twice("PROGRAM p VAR n : INT := 3; s : STRING; END_VAR s := MUX(n, 'a', 'b'); END_PROGRAM")
    assert machine.scan() > 0


FUNCTION = """
FUNCTION Bracket : STRING[20] VAR_INPUT s : STRING[10]; END_VAR
Bracket := CONCAT('<', s, '>');
END_FUNCTION
"""


def test_functions_take_and_give_texts() -> None:
    body = "r := Bracket(CONCAT(Bracket('a'), 'b')); n := LEN(Bracket('ab')); same := Bracket('x') = '<x>';"
    text = f"{FUNCTION} PROGRAM p VAR r : STRING; n : INT; same : BOOL; END_VAR {body} END_PROGRAM"
    machine = Twice(text).run()
    assert (machine["r"], machine["n"], machine["same"]) == ("<<a>b>", 4, True)


def test_a_loop_makes_its_texts_anew_each_time() -> None:
    body = "FOR i := 1 TO 5 DO s := CONCAT(RIGHT(s, 3), MID('12345', 1, i)); END_FOR;"
    assert Twice(f"PROGRAM p VAR i : INT; s : STRING; END_VAR {body} END_PROGRAM").run()["s"] == "2345"


def test_the_longest_text_is_cut_where_a_string_ends() -> None:
    text = "VAR s : STRING[32767]; t : STRING[2]; n : DINT; i : INT; END_VAR"
    body = "s := 'abcdefgh'; FOR i := 1 TO 13 DO s := CONCAT(s, s); END_FOR; n := LEN(s); t := RIGHT(CONCAT(s, s), 2);"
    machine = Twice(f"PROGRAM p {text} {body} END_PROGRAM").run()
    assert (machine["n"], machine["t"]) == (32767, "fg")


def test_bytes_are_counted_not_letters() -> None:
    check({"LEN('ä')": 2, "LEN('$C3$A4')": 2, "LEN('$41$$$N')": 3}, "INT")
    check({"'$C3$A4'": "ä", "MID('xäy', 2, 2)": "ä"}, "STRING")


def test_a_text_function_refuses_what_is_no_text() -> None:
    text = "PROGRAM p VAR n : INT; s : STRING; END_VAR\n{}\nEND_PROGRAM"
    assert problems(text.format("n := LEN(5);")) == ["2:10 S008"]
    assert problems(text.format("s := LEFT(s, 1.5);")) == ["2:14 S008"]
    assert problems(text.format("s := LEFT(s);")) == ["2:6 S037"]
    assert problems(text.format("s := CONCAT(s);")) == ["2:6 S037"]
    assert problems(text.format("n := CONCAT(s, s);")) == ["2:6 S008"]
    assert problems(text.format("s := n;")) == ["2:6 S008"]


def test_text_functions_of_literals_are_constants() -> None:
    constants = "VAR CONSTANT n : INT := LEN('abcd') + FIND('abcd', 'c'); END_VAR"
    variables = (
        "VAR s : STRING[LEN('12345')] := CONCAT('AB', LEFT('CDE', 2)); t : ARRAY[1..n] OF INT; i, l : INT; END_VAR"
    )
    body = "CASE LEN(s) OF LEN('abcd'): i := n; END_CASE; s := REPLACE('ABCD', 'x', 2, 2); l := UPPER_BOUND(t, 1);"
    machine = Twice(f"PROGRAM p {constants} {variables} {body} END_PROGRAM")
    assert bytes(machine.program.area.initial[:6]) == b"\4\0ABCD"
    machine.run()
    assert (machine["s"], machine["i"], machine["l"]) == ("AxD", 7, 7)


def test_a_constant_text_that_its_variable_cannot_hold_is_an_error() -> None:
    text = "PROGRAM p VAR n : INT; s : STRING[3]; END_VAR\n{}\nEND_PROGRAM"
    assert problems(text.format("s := CONCAT('ab', 'cd');")) == ["2:6 S007"]
    assert problems(text.format("s := LEFT('abcd', 3);")) == []
    long = "x" * 32768
    assert problems(text.format(f"n := LEN('{long}');")) == ["2:10 S007"]
    assert problems(text.format(f"n := LEN('{long[1:]}'); n := FIND(CONCAT('{long[1:]}', '-'), '-');")) == []


def test_letters_become_capital_or_small_and_every_other_byte_stays() -> None:
    every = "".join(map(chr, range(32, 127))).replace("$", "").replace("'", "")
    variables = f"v : STRING[120] := '{every}'; short : STRING[3] := 'aBc'; no : STRING;"
    cases = {
        "TO_UPPER(v)": every.upper(), "TO_LOWER(v)": every.lower(), "TO_UPPER(IN := 'aä')": "Aä", "TO_LOWER(no)": "",
        "CONCAT(TO_UPPER(short), TO_LOWER(short), short)": "ABCabcaBc", "LEFT(TO_UPPER(CONCAT(short, 'x')), 2)": "AB",
    }  # fmt: skip
    check(cases, "STRING[120]", variables)
    assert problems("PROGRAM p VAR s : STRING; END_VAR\ns := TO_UPPER(5);\nEND_PROGRAM") == ["2:15 S008"]


def test_limit_keeps_a_text_between_two_others() -> None:
    variables = "low : STRING[4] := 'b'; high : STRING[9] := 'dddd'; t : STRING[20] := 'cc'; z : STRING[2] := 'z';"
    cases = {
        "LIMIT(low, t, high)": "cc", "LIMIT(low, 'a', high)": "b", "LIMIT(low, z, high)": "dddd",
        "LIMIT(MN := z, IN := t, MX := low)": "b", "LIMIT('a', 'b', 'c')": "b",
    }  # fmt: skip
    check(cases, "STRING", variables)


@pytest.mark.parametrize(
    "call",
    ["LEFT(a, n)", "RIGHT(a, n)", "MID(a, n, n)", "CONCAT(a, b)", "INSERT(a, b, n)", "DELETE(a, n, n)",
     "REPLACE(a, b, n, n)", "SEL(t, a, b)", "MUX(n, a, b)", "MIN(a, b)", "MAX(a, b)"],
)  # fmt: skip
def test_texts_that_take_more_than_the_frame_are_refused_where_they_are_made(call: str) -> None:
    variables = "a, b, s : STRING[32767]; n : INT; t : BOOL;"
    few, many = (",\n".join([call] * times) for times in (6, 9))
    assert problems(f"PROGRAM p VAR {variables} END_VAR\ns := CONCAT(\n{few});\nEND_PROGRAM") == []
    found = compiled(f"PROGRAM p VAR {variables} END_VAR\ns := CONCAT(\n{many});\nEND_PROGRAM").diagnostics
    places = [f"{d.code} {d.span}-{d.span.end_line}:{d.span.end_column}" for d in found]
    end = len(call) + 1
    assert places == [
        f"S054 test.st:2:6-11:{end + 1}",
        f"S054 test.st:10:1-10:{end}",
        f"S054 test.st:11:1-11:{end}",
    ]
