"""Operators called as functions, typed literals, and conversions by the table of the standard; on both back ends."""

from __future__ import annotations

import math
import struct

import pytest
from machine import compiled
from twice import Twice, check, values

VARIABLES = """
a : BOOL := TRUE; b : BOOL; i : INT := 7; j : INT := -3; w : WORD := 16#0F0F; r : REAL := 1.0; x : LREAL := -2.5;
d : DWORD := 16#3F800000; n : DWORD := 16#7F800001; l : LWORD := 16#C004000000000000; u : UINT := 65535;
t : TIME := T#1.5s; bad : REAL := NaN; big : REAL := 1.0E20; y : BYTE := 16#99;
"""


def test_logic_by_name_takes_two_or_more() -> None:
    check(
        {
            "AND(a, TRUE, NOT b)": True, "AND(a, b)": False, "OR(b, FALSE, a)": True, "XOR(a, TRUE, TRUE)": True,
            "NOT(a)": False, "NOT AND(a, b)": True, "AND(IN1 := a, IN2 := b)": False, "NOT(OR(a, b)) OR a": True,
        },
        "BOOL", VARIABLES,
    )  # fmt: skip
    check(
        {"AND(w, WORD#16#FF)": 0x0F, "OR(w, 16#F000, 1)": 0xFF0F, "XOR(w, w)": 0, "NOT(w)": 0xF0F0}, "WORD", VARIABLES
    )


def test_arithmetic_by_name() -> None:
    cases = {"ADD(i, j, 1)": 5, "MUL(i, j, 2)": -42, "SUB(i, j)": 10, "DIV(i, j)": -2, "MOD(j, 2)": -1,
             "MOD(i, 4) + MOD(IN1 := i, IN2 := 3)": 4, "MOVE(i)": 7, "MOVE(IN := 5)": 5}  # fmt: skip
    check(cases, "INT", VARIABLES)


def test_comparisons_by_name_go_along_the_row() -> None:
    cases = {
        "GT(3, 2, 1)": True, "GT(i, 5, j)": True, "GT(i, j, j)": False, "GE(i, 7, 7, j)": True, "LT(j, i, 8)": True,
        "LE(j, j, i)": True, "EQ(i, 7, 7)": True, "EQ(i, 7, 8)": False, "NE(i, 8)": True, "LT('a', 'b', 'c')": True,
    }  # fmt: skip
    check(cases, "BOOL", VARIABLES)


def test_functions_with_a_type_in_their_name() -> None:
    check({"DIV_REAL(7, 2)": 3.5, "ADD_REAL(i, 0.5)": 7.5, "MAX_REAL(i, j)": 7.0, "SQRT_REAL(4)": 2.0,
           "EXPT_REAL(2.0, 3)": 8.0, "SEL_REAL(a, i, j)": -3.0}, "REAL", VARIABLES)  # fmt: skip
    check({"ADD_INT(i, 1, 2)": 10, "MUX_INT(1, i, j)": -3, "LIMIT_INT(0, j, 5)": 0, "ABS_INT(j)": 3, "MOVE_INT(5)": 5,
           "MOD_INT(IN1 := i, IN2 := 4)": 3}, "INT", VARIABLES)  # fmt: skip
    check({"AND_WORD(w, 16#FF)": 0x0F, "SHL_WORD(w, 4)": 0xF0F0, "NOT_WORD(w)": 0xF0F0}, "WORD", VARIABLES)
    check({"GT_INT(i, j)": True, "AND_BOOL(a, b)": False, "EQ_TIME(t, T#1500ms)": True}, "BOOL", VARIABLES)
    check({"ADD_TIME(t, t)": 3_000_000_000, "MAX_TIME(t, T#1s)": 1_500_000_000}, "TIME", VARIABLES)


def test_bits_and_reals_of_one_width_keep_their_pattern() -> None:
    assert values(["DWORD_TO_REAL(d)"], "REAL", VARIABLES) == [1.0]
    assert values(["LWORD_TO_LREAL(l)"], "LREAL", VARIABLES) == [-2.5]
    assert math.isnan(values(["DWORD_TO_REAL(n)"], "REAL", VARIABLES)[0])
    check({"REAL_TO_DWORD(r)": 0x3F800000, "REAL_TO_DWORD(bad)": 0x7FC00000, "TO_DWORD(DWORD_TO_REAL(n))": 0x7FC00000,
           "REAL_TO_DWORD(-r)": 0xBF800000}, "DWORD", VARIABLES)  # fmt: skip
    check({"LREAL_TO_LWORD(x)": 0xC004000000000000}, "LWORD", VARIABLES)


def test_bits_and_integers_keep_their_bits() -> None:
    check({"WORD_TO_INT(16#FFFF)": -1, "BYTE_TO_INT(y)": 153, "BYTE_TO_SINT(y)": -103, "WORD_TO_DINT(w)": 0x0F0F,
           "BOOL_TO_DINT(a)": 1, "DWORD_TO_INT(DWORD#16#1FFFF)": -1}, "DINT", VARIABLES)  # fmt: skip
    check({"INT_TO_WORD(j)": 0xFFFD, "UINT_TO_WORD(u)": 0xFFFF, "BYTE_TO_WORD(y)": 0x99, "BOOL_TO_WORD(a)": 1,
           "ANY_TO_WORD(i)": 7}, "WORD", VARIABLES)  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "kind", "value", "faults"),
    [
        ("REAL_TO_INT(2.5 + r - r)", "INT", 2, 0),
        ("REAL_TO_INT(3.5 + r - r)", "INT", 4, 0),
        ("REAL_TO_INT(-(r / 2.0))", "INT", 0, 0),
        ("LREAL_TO_INT(x)", "INT", -2, 0),
        ("TRUNC(x)", "DINT", -2, 0),
        ("REAL_TO_INT(big)", "INT", 32767, 1),
        ("REAL_TO_INT(-big)", "INT", -32768, 1),
        ("REAL_TO_UINT(-r)", "UINT", 0, 1),
        ("REAL_TO_INT(bad)", "INT", 0, 1),
        ("UINT_TO_INT(u)", "INT", 32767, 1),
        ("INT_TO_USINT(j)", "USINT", 0, 1),
        ("INT_TO_BOOL(j)", "BOOL", True, 0),
        ("REAL_TO_BOOL(bad)", "BOOL", True, 0),
        ("TIME_TO_LINT(t)", "LINT", 1_500_000_000, 0),
        ("LINT_TO_TIME(5)", "TIME", 5, 0),
        ("TIME_TO_LREAL(t)", "LREAL", 1.5e9, 0),
        ("BYTE_BCD_TO_USINT(y)", "USINT", 99, 0),
        ("BYTE_BCD_TO_USINT(16#9A)", "USINT", 0, 1),
        ("USINT_TO_BCD_BYTE(42)", "BYTE", 0x42, 0),
        ("USINT_TO_BCD_BYTE(200)", "BYTE", 0x99, 1),
        ("UINT_TO_BCD_WORD(1234)", "WORD", 0x1234, 0),
        ("WORD_BCD_TO_UINT(16#9876)", "UINT", 9876, 0),
        ("DWORD_BCD_TO_UDINT(16#12345678)", "UDINT", 12345678, 0),
        ("UDINT_TO_BCD_DWORD(12345678)", "DWORD", 0x12345678, 0),
        ("LWORD_BCD_TO_ULINT(16#9999999999999999)", "ULINT", 9999999999999999, 0),
        ("ULINT_TO_BCD_LWORD(1234567890123456)", "LWORD", 0x1234567890123456, 0),
    ],
)
def test_a_conversion_gives_its_value_and_counts_what_did_not_fit(
    expression: str, kind: str, value: object, faults: int
) -> None:
    machine = Twice(f"PROGRAM p VAR {VARIABLES} q : {kind}; END_VAR q := {expression}; END_PROGRAM").run()
    assert (machine["q"], machine.conversion_faults) == (value, faults)


def test_typed_literals() -> None:
    check({"WORD#16#FF": 255, "BYTE#2#1010_0001": 0xA1, "WORD#8#17": 15, "WORD#1_000": 1000}, "WORD")
    check({"INT#-5": -5, "INT#16#7FFF": 32767, "SINT#-128": -128, "DINT#+7": 7}, "DINT")
    check({"BOOL#1": True, "BOOL#FALSE": False, "TRUE": True, "BOOL#0": False}, "BOOL")
    check({"REAL#1.5E-3": struct.unpack("<f", struct.pack("<f", 1.5e-3))[0], "1.0E+3": 1000.0, "REAL#5": 5.0}, "REAL")
    check({"T#1h30m5.5s": 5_405_500_000_000, "TIME#-5ms": -5_000_000, "t#1d_2h": 93_600_000_000_000}, "TIME")
    check({"LT#1us": 1000, "LTIME#5ns": 5, "LTIME#1.5ms": 1_500_000}, "LTIME")
    check({"STRING#'x$'y'": "x'y", "'$N$L$R$T$P$$$41'": "\n\n\r\t\f$A", "''": ""}, "STRING")


@pytest.mark.parametrize(
    ("statement", "code", "cure"),
    [
        ("i := INT#40000;", "S007", "write INT#-32768 to INT#32767"),
        ("y := BYTE#256;", "S007", "write BYTE#0 to BYTE#255"),
        ("w := WORD#16#1FFFF;", "S007", "write WORD#0 to WORD#65535"),
        ("i := INT#1.5;", "P009", "write INT# and a number"),
        ("a := BOOL#2;", "P009", "BOOL#0"),
        ("i := 2#102;", "P009", "use the digits 01"),
        ("i := 3#1;", "P009", "write 2#, 8# or 16#"),
        ("i := 70000;", "S007", "write a value from -32768 to 32767"),
        ("r := REAL#1E39;", "S007", "use"),
        ("t := T#5;", "P009", "T#5s"),
        ("t := T#5s5m;", "P009", "in this order"),
        ("r := DWORD_TO_REAL(w) + BYTE_TO_REAL(y);", "S011", "UDINT"),
        ("i := NOT(a, b);", "P0", ""),
        ("a := GT(i, f(i), 3);", "S001", ""),
        ("a := NE(1, 2, 3);", "S037", "write NE(IN1, IN2)"),
        ("i := MOD(i);", "S037", "write MOD(IN1, IN2)"),
        ("a := AND(a);", "S037", "write AND(IN1, IN2)"),
        ("a := AND(a, i);", "S009", ""),
        ("i := ADD_INT(i, 70000);", "S007", ""),
        ("i := ADD_INT(i, r);", "S008", "REAL_TO_INT(r)"),
        ("i := LEN('a' + 'b');", "S009", "write CONCAT('a', 'b')"),
        ("i := LEN('a' & i);", "S009", "write CONCAT('a', TO_STRING(i))"),
        ("a := a AND AND b;", "P024", "take one of them away"),
    ],
)
def test_what_is_wrong_has_its_cure(statement: str, code: str, cure: str) -> None:
    found = compiled(f"PROGRAM p VAR {VARIABLES} END_VAR {statement} END_PROGRAM").errors
    assert found and found[0].code.startswith(code)
    assert cure in found[0].cure


def test_a_call_in_the_middle_of_a_row_is_not_made_twice() -> None:
    function = "FUNCTION f : INT VAR_INPUT x : INT; END_VAR f := x; END_FUNCTION"
    found = compiled(
        f"{function} PROGRAM p VAR a : BOOL; END_VAR a := LT(1, f(2), 3); a := LT(f(1), 2); END_PROGRAM"
    ).errors
    assert [each.cure for each in found] == ["put it into a variable first"]


def test_a_choice_among_many_is_as_deep_as_their_logarithm() -> None:
    numbers = ", ".join(map(str, range(249)))
    check({f"MUX(i, {numbers})": 7, f"MAX(i, {', '.join(['i', 'j'] * 100)})": 7}, "INT", VARIABLES)
    names = ", ".join(f"e{number} := {3 * number}" for number in range(1000))
    body = "VAR e : E; s : STRING; i : DINT; END_VAR e := TO_E(i); s := TO_STRING(e);"
    assert Twice(f"TYPE E : DINT ({names}); END_TYPE PROGRAM p {body} END_PROGRAM").run(i=2997)["s"] == "e999"


def test_a_call_with_too_many_arguments_is_refused() -> None:
    for function in ("MUX", "CONCAT", "MAX", "ADD", "GT"):
        text = f"PROGRAM p VAR i : INT; END_VAR i := {function}({', '.join(['i'] * 251)}); END_PROGRAM"
        assert [each.code for each in compiled(text).errors] == ["S019"]
