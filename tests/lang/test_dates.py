"""DATE, TOD, DT: literals, arithmetic, functions and conversions, on both back ends."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from machine import Machine, compiled, problems
from trees import errors, expression, read_clean
from twice import Twice, check

from plc.lang import ast
from plc.lang.print import text_of

H, M, S = 3600 * 10**9, 60 * 10**9, 10**9
DAY = 24 * H
EPOCH = date(1970, 1, 1)


def ns(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1) * 1000


def days(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - EPOCH).days * DAY


VARIABLES = """
d : DATE := D#2024-02-28; e : DATE := D#2024-03-01; t : TOD := TOD#23:30:00; u : TIME_OF_DAY := TOD#00:15:00;
m : DT := DT#2026-11-23-12:30:00; n : DATE_AND_TIME := DT#2026-11-24-00:00:01; h : TIME := T#1h; k : LTIME := T#90m;
before : DT := DT#1969-12-31-23:00:00;
"""


def literal(text: str) -> Any:
    node = expression(text)
    assert isinstance(node, ast.Literal)
    return node.value, node.type_name


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("D#2026-11-23", days(2026, 11, 23), "DATE"),
        ("DATE#1970-01-01", 0, "DATE"),
        ("d#1969-12-31", -DAY, "DATE"),
        ("LDATE#2024-2-29", days(2024, 2, 29), "DATE"),
        ("D#1677-09-22", -106751 * DAY, "DATE"),
        ("D#2262-04-11", 106751 * DAY, "DATE"),
        ("TOD#23:59:59.999999999", DAY - 1, "TOD"),
        ("TIME_OF_DAY#7:05", 7 * H + 5 * M, "TOD"),
        ("LTOD#00:00:00.5", S // 2, "TOD"),
        ("DT#2026-11-23-12:30:05", ns(datetime(2026, 11, 23, 12, 30, 5)), "DT"),
        ("DATE_AND_TIME#1970-01-01-00:00:00.000000001", 1, "DT"),
        ("LDT#2000-02-29-00:00:00", ns(datetime(2000, 2, 29)), "DT"),
        ("DT#2262-04-11-23:47:16.854775807", (1 << 63) - 1, "DT"),
    ],
)
def test_a_literal_is_its_nanoseconds(text: str, value: int, kind: str) -> None:
    assert literal(text) == (value, kind)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("D#2026-02-29", "2026-02 has no day 29; write 01 to 28"),
        ("D#1900-02-29", "1900-02 has no day 29; write 01 to 28"),
        ("D#2026-13-01", "there is no month 13; write 01 to 12"),
        ("D#2026-00-01", "there is no month 0; write 01 to 12"),
        ("D#2026-12-00", "2026-12 has no day 0; write 01 to 31"),
        ("D#2300-01-01", "2300-01-01 is too far away; write a date from 1677-09-22 to 2262-04-11"),
        ("D#2262-04-12", "2262-04-12 is too far away; write a date from 1677-09-22 to 2262-04-11"),
        ("D#1677-09-21", "1677-09-21 is too far away; write a date from 1677-09-22 to 2262-04-11"),
        ("D#26-11-23", "26-11-23 is too far away; write a date from 1677-09-22 to 2262-04-11"),
        ("D#23.11.2026", "23.11.2026 is not written like 2026-11-23; write it like 2026-11-23"),
        ("TOD#24:00:00", "there is no hour 24; write 00 to 23"),
        ("TOD#12:60", "there is no minute 60; write 00 to 59"),
        ("TOD#12:00:60", "there is no second 60; write 00 to 59"),
        ("TOD#12", "12 is not written like 12:30:00; write it like 12:30:00"),
        ("TOD#12:00:00.1234567890", "12:00:00.1234567890 is not written like 12:30:00; write it like 12:30:00"),
        ("DT#2026-11-23", "2026-11-23 is not written like 2026-11-23-12:30:00; write it like 2026-11-23-12:30:00"),
        ("D#", "nothing is not written like 2026-11-23; write it like 2026-11-23"),
        ("D#99999999999999999999-1-1", "99999999999999999999-1-1 is not written like 2026-11-23"),
    ],
)
def test_a_date_there_is_not_is_refused_with_its_cure(text: str, what: str) -> None:
    (found,) = errors(f"PROGRAM p\nx := {text};\nEND_PROGRAM")
    assert found.startswith("2:6 P") and f"{text}: {what}" in found


def test_literals_print_as_they_read() -> None:
    for text in ("D#2026-11-23", "TOD#07:05:00", "TOD#00:00:00.5", "DT#1969-12-31-23:59:59.000000001"):
        assert f"x := {text};" in text_of(read_clean(f"PROGRAM p\nx := {text};\nEND_PROGRAM"))


def test_dates_subtract_to_times() -> None:
    check(
        {"e - d": 2 * DAY, "d - e": -2 * DAY, "t - u": 23 * H + 15 * M, "n - m": 11 * H + 30 * M + S}, "TIME", VARIABLES
    )
    check(
        {
            "SUB_DATE_DATE(e, d)": 2 * DAY,
            "SUB_TOD_TOD(t, u)": 23 * H + 15 * M,
            "SUB_DT_DT(n, m)": 11 * H + 30 * M + S,
            "D#2024-03-01 - D#2023-03-01": 366 * DAY,
        },
        "LTIME",
        VARIABLES,
    )


def test_a_time_moves_a_dt() -> None:
    noon = ns(datetime(2026, 11, 23, 12, 30))
    cases = {
        "m + h": noon + H,
        "m - k": noon - 90 * M,
        "ADD_DT_TIME(m, h)": noon + H,
        "SUB_DT_TIME(IN1 := m, IN2 := h)": noon - H,
        "ADD_LDT_LTIME(m, k)": noon + 90 * M,
        "DT#2026-11-23-12:30:00 + T#1h": noon + H,
    }
    check(cases, "DT", VARIABLES)


def test_a_time_of_day_goes_round_the_clock() -> None:
    cases = {
        "t + h": 30 * M,
        "u - h": 23 * H + 15 * M,
        "ADD_TOD_TIME(t, h * 49)": 30 * M,
        "SUB_TOD_TIME(u, h * 49)": 23 * H + 15 * M,
        "TOD#23:30:00 + T#1h": 30 * M,
        "TOD#00:00:00 - T#1ns": DAY - 1,
        "t + T#106751d": 23 * H + 30 * M,
    }
    check(cases, "TOD", VARIABLES)


def test_times_have_their_functions() -> None:
    cases = {
        "ADD_TIME(h, T#1m)": H + M,
        "SUB_TIME(h, T#1m)": 59 * M,
        "MULTIME(h, 3)": 3 * H,
        "DIVTIME(h, 4)": 15 * M,
        "MUL_TIME(h, 1.5)": 90 * M,
        "DIV_LTIME(h, 0.5)": 2 * H,
        "h * 2.5": 150 * M,
        "h / 8": 450 * S,
    }
    check(cases, "TIME", VARIABLES)


def test_a_dt_comes_apart_and_together() -> None:
    check(
        {
            "DT_TO_DATE(m)": days(2026, 11, 23),
            "TO_DATE(before)": -DAY,
            "TO_DATE(86400000000000)": DAY,
            "TO_DATE(86400000000005)": DAY,
            "DT_TO_DATE(DT#1969-12-31-23:00:00)": -DAY,
            "DT_TO_DATE(DT#1677-09-22-00:00:00)": -106751 * DAY,
            "LINT_TO_DATE(DT_TO_LINT(n))": days(2026, 11, 24),
        },
        "DATE",
        VARIABLES,
    )
    check(
        {
            "DT_TO_TOD(m)": 12 * H + 30 * M,
            "TO_TOD(before)": 23 * H,
            "DATE_AND_TIME_TO_TIME_OF_DAY(n)": S,
            "LINT_TO_TOD(-1)": DAY - 1,
            "TIME_TO_TOD(h * 25)": H,
        },
        "TOD",
        VARIABLES,
    )
    check(
        {
            "CONCAT_DATE_TOD(d, t)": days(2024, 2, 28) + 23 * H + 30 * M,
            "DATE_TO_DT(d)": days(2024, 2, 28),
            "CONCAT_DT(2024, 2, 29, 1, 2, 3, 4)": ns(datetime(2024, 2, 29, 1, 2, 3, 4000)),
            "LINT_TO_DT(5)": 5,
        },
        "DT",
        VARIABLES,
    )
    check(
        {"DT_TO_LINT(before)": -H, "TOD_TO_LINT(u)": 15 * M, "DATE_TO_LINT(e) - DATE_TO_LINT(d)": 2 * DAY},
        "LINT",
        VARIABLES,
    )


def test_dates_compare_and_choose() -> None:
    check(
        {
            "d < e": True,
            "t >= u": True,
            "m = n": False,
            "before < DT#1970-01-01-00:00:00": True,
            "EQ(d, e)": False,
            "TOD#12:00 > TOD#11:59:59.9": True,
        },
        "BOOL",
        VARIABLES,
    )
    check(
        {
            "MIN(d, e)": days(2024, 2, 28),
            "MAX(d, e)": days(2024, 3, 1),
            "SEL(TRUE, d, e)": days(2024, 3, 1),
            "LIMIT(d, D#2030-01-01, e)": days(2024, 3, 1),
            "MUX(1, d, e)": days(2024, 3, 1),
        },
        "DATE",
        VARIABLES,
    )


def test_dates_are_made_and_split_as_a_calendar_does() -> None:
    chance = random.Random(7)
    text = """PROGRAM p VAR y, mo, d, y2, mo2, d2, w : INT; made : DATE; ok : BOOL; END_VAR
    made := CONCAT_DATE(y, mo, d); ok := SPLIT_DATE(made, YEAR => y2, MONTH => mo2, DAY => d2); w := DAY_OF_WEEK(made);
    END_PROGRAM"""
    text = text.replace("SPLIT_DATE(made,", "SPLIT_DATE(IN := made,")
    machine = Machine(text)
    for _ in range(300):
        day = date.fromordinal(chance.randint(date(1678, 1, 1).toordinal(), date(2261, 12, 31).toordinal()))
        machine.run(y=day.year, mo=day.month, d=day.day)
        assert machine["made"] == days(day.year, day.month, day.day)
        assert (machine["y2"], machine["mo2"], machine["d2"]) == (day.year, day.month, day.day)
        assert machine["w"] == day.isoweekday() % 7
    machine.run(y=2026, mo=2, d=29)
    assert (machine["made"], machine.conversion_faults) == (0, 1)


def test_a_dt_splits_into_its_parts() -> None:
    text = """PROGRAM p VAR a, b, c, d, e, f, g : INT; ok : BOOL; END_VAR
    ok := SPLIT_DT(IN := DT#1969-12-31-23:59:58.123, YEAR => a, MONTH => b, DAY => c, HOUR => d, MINUTE => e,
        SECOND => f, MILLISECOND => g); END_PROGRAM"""
    machine = Twice(text).run()
    assert [machine[name] for name in "abcdefg"] == [1969, 12, 31, 23, 59, 58, 123]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("d := d + h;", "S009"),
        ("m := m + m;", "S009"),
        ("m := h + m;", "S009"),
        ("m := m * 2;", "S009"),
        ("h := m - d;", "S009"),
        ("m := -m;", "S009"),
        ("m := 5;", "S008"),
        ("m := d;", "S008"),
        ("d := DT_TO_DATE(t);", "S008"),
        ("t := TO_TOD(d);", "S011"),
        ("h := TO_TIME(m);", "S011"),
        ("m := INT_TO_DT(5);", "S011"),
        ("h := ADD_TIME(h, 5);", "S008"),
        ("m := DT#2262-04-11-00:00:00 + T#2d;", "S007"),
        ("h := ABS(m);", "S009"),
    ],
)
def test_what_dates_do_not_do_is_refused(statement: str, problem: str) -> None:
    found = compiled(f"PROGRAM p VAR {VARIABLES} END_VAR {statement} END_PROGRAM").diagnostics
    assert [each.code for each in found] == [problem]
    assert found[0].cure


def test_a_variable_may_be_called_like_a_type() -> None:
    assert (
        problems("PROGRAM p VAR dt : REAL := 0.1; d : DATE; END_VAR dt := dt * 2.0; d := D#2026-01-01; END_PROGRAM")
        == []
    )
