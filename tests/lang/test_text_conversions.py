"""Texts of values and values of texts, on both back ends."""

from __future__ import annotations

import math
import random
import struct

import pytest
from machine import compiled
from twice import Twice, check, values

from plc.lang.dates import show
from plc.lang.parse.literal import read_literal

SCALARS = """
b : BOOL := TRUE; i : INT := -32768; u : ULINT := 18446744073709551615; l : LINT := -9223372036854775808;
w : WORD := 255;
r : REAL := 0.1; x : LREAL := 0.1; t : TIME := T#1h30m5s500ms; k : LTIME := LT#-1ns; d : DATE := D#2024-02-29;
o : TOD := TOD#07:05:03.25; m : DT := DT#1969-12-31-23:59:59.000000001; s : BreakerState := MOVING; z : USINT := 7;
"""


def test_texts_of_values() -> None:
    cases = {
        "BOOL_TO_STRING(b)": "TRUE",
        "TO_STRING(NOT b)": "FALSE",
        "INT_TO_STRING(i)": "-32768",
        "ULINT_TO_STRING(u)": "18446744073709551615",
        "LINT_TO_STRING(l)": "-9223372036854775808",
        "WORD_TO_STRING(w)": "255",
        "USINT_TO_STRING(z)": "7",
        "REAL_TO_STRING(r)": "0.1",
        "LREAL_TO_STRING(x)": "0.1",
        "TO_STRING(r * 3)": "0.3",
        "TO_STRING(x * 3)": "0.30000000000000004",
        "TO_STRING(5)": "5",
        "TO_STRING(2.5)": "2.5",
        "TO_STRING(1.0E10)": "10000000000.0",
        "TO_STRING(r * 1.0E8)": "1.0E+07",
        "TO_STRING(r * 0.0001)": "1.0E-05",
        "TO_STRING(r / 0.0)": "Infinity",
        "TO_STRING(-r / 0.0)": "-Infinity",
        "TO_STRING(r - r)": "0.0",
        "TIME_TO_STRING(t)": "T#1h30m5s500ms",
        "TO_STRING(k)": "LT#-1ns",
        "TO_STRING(T#0s)": "T#0s",
        "DATE_TO_STRING(d)": "D#2024-02-29",
        "TOD_TO_STRING(o)": "TOD#07:05:03.25",
        "TIME_OF_DAY_TO_STRING(o)": "TOD#07:05:03.25",
        "TO_STRING(m)": "DT#1969-12-31-23:59:59.000000001",
        "TO_STRING(s)": "MOVING",
        "TO_STRING('as it is')": "as it is",
        "CONCAT(TO_STRING(i), ' ', TO_STRING(t))": "-32768 T#1h30m5s500ms",
    }
    check(cases, "STRING", SCALARS)


def test_whole_numbers_of_texts() -> None:
    cases = {
        "STRING_TO_INT('12')": 12,
        "STRING_TO_INT(' -12 ')": -12,
        "TO_INT('+7')": 7,
        "STRING_TO_INT('16#7FFF')": 32767,
        "STRING_TO_INT('-2#101')": -5,
        "STRING_TO_INT('1_000')": 1000,
        "TO_INT(CONCAT('1', '2'))": 12,
    }
    check(cases, "INT")
    check({"STRING_TO_BYTE('255')": 255, "STRING_TO_BYTE('16#f0')": 240}, "BYTE")
    check({"STRING_TO_LINT('-9223372036854775808')": -(2**63), "TO_LINT('9223372036854775807')": 2**63 - 1}, "LINT")
    check({"STRING_TO_ULINT('18446744073709551615')": 2**64 - 1, "TO_ULINT('8#17')": 15}, "ULINT")
    check({"STRING_TO_BOOL('TRUE')": True, "TO_BOOL(' 0 ')": False, "STRING_TO_BOOL('1')": True}, "BOOL")


def counted(expression: str, kind: str) -> tuple[object, int]:
    """What it is worth, and how many conversion faults it counts."""
    machine = Twice(f"PROGRAM p VAR r : {kind}; END_VAR r := {expression}; END_PROGRAM").run()
    return machine["r"], machine.conversion_faults


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("99999", "INT", 32767),
        ("-99999", "INT", -32768),
        ("-1", "UINT", 0),
        ("300", "USINT", 255),
        ("99999999999999999999", "LINT", 2**63 - 1),
        ("-99999999999999999999", "LINT", -(2**63)),
        ("99999999999999999999", "ULINT", 2**64 - 1),
        *(
            (text, "INT", 0)
            for text in ("", " ", "x", "1x", "1.5", "--1", "_1", "1_", "16#", "16#G", "3#1", "2#2", "1 2")
        ),
        ("1" * 101, "INT", 0),
        ("yes", "BOOL", False),
        ("1h", "DATE", 0),
        *((text, "TIME", 0) for text in ("", "5", "5x", "1s1h", "1.5h3m", "-", "T#", "1.s", ".5s", "0.1ns", "300000d")),
        *((text, "DATE", 0) for text in ("2026-02-29", "2026-13-01", "26-1-1", "2026-1", "2026-01-01-", "D#", "a-b-c")),
        *(
            (text, "TOD", 0)
            for text in ("24:00", "12", "12:60", "12:30:60", "12:30.5", "12:30:05.", "12:30:05.1234567890")
        ),
        *((text, "DT", 0) for text in ("2026-11-23", "2026-11-23 12:30", "2026-11-23-24:00:00", "2026-02-30-12:00:00")),
    ],
)
def test_a_text_that_spells_no_value_of_the_type_counts_one_fault(text: str, kind: str, value: object) -> None:
    assert counted(f"STRING_TO_{kind}('{text}')", kind) == (value, 1)


@pytest.mark.parametrize("text", ["", "abc", "1,5", "1e", "NaN", "Infinity", "0x10", "1_0", "1.5 2", "1" * 101])
def test_a_text_that_is_no_number_is_nan_and_counts(text: str) -> None:
    value, faults = counted(f"STRING_TO_REAL('{text}')", "REAL")
    assert isinstance(value, float) and math.isnan(value) and faults == 1


def test_real_numbers_of_texts() -> None:
    cases = {
        "STRING_TO_LREAL('1.5')": 1.5,
        "TO_LREAL(' -2.5E-3 ')": -2.5e-3,
        "STRING_TO_LREAL('7')": 7.0,
        "STRING_TO_LREAL('+.5')": 0.5,
        "STRING_TO_LREAL('1E999')": math.inf,
    }
    check(cases, "LREAL")


def test_a_real_reads_back_from_its_text() -> None:
    machine = Twice(
        "PROGRAM p VAR r, q : REAL; s : STRING; END_VAR s := TO_STRING(r); q := STRING_TO_REAL(s); END_PROGRAM"
    )
    chance = random.Random(3)
    for _ in range(20):
        (number,) = struct.unpack("<f", struct.pack("<I", chance.getrandbits(31)))
        machine.run(r=number)
        assert math.isnan(number) or machine["q"] == number


def test_times_and_dates_of_texts() -> None:
    texts = ["T#1h30m5.5s", "t#-5ms", "LT#1d2h3m4s5ms6us7ns", "90s", "TIME#0.5d", "1.5us", "T#106751d"]
    found = values([f"STRING_TO_TIME('{text}')" for text in texts], "TIME")
    assert found == [read_literal(text if "#" in text else f"T#{text}")[0] for text in texts]
    dates = {
        "D#2024-02-29": "DATE",
        "TOD#7:05": "TOD",
        "TOD#23:59:59.999999999": "TOD",
        "DT#2026-11-23-12:30:05.5": "DT",
        "DT#1969-12-31-00:00:00": "DT",
    }
    for text, kind in dates.items():
        wanted = read_literal(text)[0]
        assert values([f"STRING_TO_{kind}('{text}')", f"TO_{kind}(' {text.split('#')[1]} ')"], kind) == [wanted, wanted]


def test_a_time_or_date_reads_back_from_its_text() -> None:
    text = """PROGRAM p VAR t, t2 : TIME; m, m2 : DT; s, r : STRING; END_VAR
    s := TO_STRING(t); t2 := STRING_TO_TIME(s); r := TO_STRING(m); m2 := STRING_TO_DT(r); END_PROGRAM"""
    machine = Twice(text)
    chance = random.Random(5)
    for _ in range(8):
        time, moment = chance.randrange(-(2**63) + 1, 2**63), chance.randrange(-9 * 10**18, 9 * 10**18)
        machine.run(t=time, m=moment)
        assert (machine["t2"], machine["m2"], machine["r"]) == (time, moment, show("DT", moment))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("s := INT_TO_STRING('x');", "S008"),
        ("i := STRING_TO_INT(5);", "S008"),
        ("q := TO_BreakerState('OPEN');", "S011"),
        ("s := TO_STRING(a);", "S011"),
        ("s := TO_STRING(next(q));", "S009"),
        ("i := TO_STRING(i);", "S008"),
    ],
)
def test_what_has_no_text_is_refused(statement: str, problem: str) -> None:
    variables = "s : STRING; i : INT; q : BreakerState; a : ARRAY[1..2] OF INT;"
    function = "FUNCTION next : BreakerState VAR_INPUT b : BreakerState; END_VAR next := b; END_FUNCTION"
    found = compiled(f"{function} PROGRAM p VAR {variables} END_VAR {statement} END_PROGRAM").diagnostics
    assert [each.code for each in found] == [problem]
