"""Test tables and simulation: the whole scan on a virtual clock, results as data."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plc.engine.assemble import BackEnd
from plc.engine.table import TableResult, run_table, simulate, spread
from plc.engine.table_text import read_table, split_fields
from plc.engine.value_text import show_real, show_time
from plc.lang.source import Source
from tests.engine.compiled import compiled, compiled_texts, plant

HOT = """\
t_ms, Strings[1].Temperature.Value[1..4],?opens[1].Cause,?Breakers.Q1.Latched,?Breakers.Q1.State,?Breakers.Q2.Latched
# hot for two seconds
0,    25.0,  FALSE, FALSE, CLOSED, FALSE
1000, 56.0,  FALSE, FALSE, ,
2900, ,      FALSE, FALSE, ,
3100, ,      TRUE,  TRUE,  ,
3400, ,      ,      TRUE,  OPEN,   FALSE
# a new case begins with a fresh engine
0,    25.0,  FALSE, FALSE, CLOSED, FALSE
"""


def run(text: str, *names: str, back_end: BackEnd = BackEnd.REFERENCE) -> TableResult:
    return run_table(compiled(*names), plant()[0], names[0], read_table("t.test.csv", text), back_end)


@pytest.mark.parametrize("back_end", list(BackEnd))
def test_a_table_runs_the_whole_scan_from_temperature_to_open_breaker(back_end: BackEnd) -> None:
    result = run(HOT, "hot_module", back_end=back_end)
    assert result.passed, result
    assert [(case.name, case.rows) for case in result.cases] == [
        ("hot for two seconds", 5),
        ("a new case begins with a fresh engine", 1),
    ]


def test_a_failure_names_row_column_wanted_and_got() -> None:
    result = run("t_ms,Strings[2].Smoke.Active,?Breakers.Q2.Latched\n0,FALSE,FALSE\n100,TRUE,FALSE\n", "hot_module")
    (failure,) = result.cases[0].failures
    assert (failure.line, failure.t_ms, failure.column) == (3, 100.0, "?Breakers.Q2.Latched")
    assert (failure.wanted, failure.got) == ("FALSE", "TRUE")


def test_ok_and_sequence_columns_override_what_is_fresh_by_default() -> None:
    head = "t_ms,Strings[1].Temperature.Value[2],Strings[1].Temperature.{}[2],?opens[1].Cause\n"
    stale = run(head.format("Ok") + "0,80.0,FALSE,\n9000,,,FALSE\n9500,,TRUE,\n13000,,,TRUE\n", "hot_module")
    frozen = run(head.format("Sequence") + "0,80.0,7,\n9000,,,FALSE\n", "hot_module")
    assert stale.passed, stale
    assert frozen.passed, frozen


def test_a_devices_contact_reaches_the_string_it_is_wired_to() -> None:
    result = run(
        "t_ms,gx2.input2.Active,?Strings[2].Smoke.Active,?Breakers.Q2.Latched\n0,TRUE,TRUE,TRUE\n", "hot_module"
    )
    assert result.passed, result


def test_a_breakers_state_can_be_set_and_the_strings_state_too() -> None:
    text = (
        "t_ms,Strings[1].Breaker.State,Strings[2].State,?Breakers.Q1.State,?Strings[1].State,?Strings[2].State\n"
        "0,OPEN,RECHARGE,OPEN,OPEN,RECHARGE\n100,CLOSED,,CLOSED,,RECHARGE\n200,CONTRADICTORY,,CONTRADICTORY,,\n"
    )
    result = run(text, "hot_module")
    assert result.passed, result


def test_real_expectations_take_a_tolerance() -> None:
    text = "t_ms,?Strings[1].Temperature.Value[1],?Strings[1].Voltage.Value[1..4]\n0,25.3~0.5,13.62~0.01\n"
    assert run(text, "hot_module").passed
    assert not run(text.replace("0.5", "0.1"), "hot_module").passed


def test_a_program_that_stops_fails_its_row_with_the_fault() -> None:
    source = Source(
        "bad.st", "PROGRAM bad VAR a : ARRAY[1..3] OF INT; i : INT; END_VAR i := i + 1; a[i] := 1; END_PROGRAM"
    )
    result = run_table(compiled_texts([source]), plant()[0], "bad", read_table("t", "t_ms,?i\n0,1\n100,2\n500,3\n"))
    (*_, last) = result.cases[0].failures
    assert "index out of range" in last.got
    assert "i = 3" in last.got or "i = 4" in last.got


@pytest.mark.parametrize(
    ("text", "what", "cure"),
    [
        ("", "the table is empty", "begin with a header"),
        ("t_ms,x\n", "has no row", "write a row"),
        ("time,x\n0,1\n", "the first column is 'time'", "make it t_ms"),
        ("t_ms,Strings[9].Voltage.Value[1]\n0,1\n", "no place 9", "from 1 to 2"),
        ("t_ms,Strings[1].Temprature.Value[1]\n0,1\n", "no 'Temprature'", "did you mean Temperature?"),
        ("t_ms,Strings[1].Temperature\n0,1\n", "whole structure", "elementary"),
        ("t_ms,Breakers.Q1.Latched\n0,TRUE\n", "written by the engine", "?Breakers.Q1.Latched"),
        ("t_ms,Strings[1].Smoke.Active\n0,yes\n", "'yes' is no BOOL", "TRUE or FALSE"),
        ("t_ms,?Strings[1].State\n0,SLEEPING\n", "no 'SLEEPING'", "UNKNOWN, OPEN"),
        ("t_ms,?s\n0,3~1\n", "has a tolerance", "leave the ~ out"),
        ("t_ms,?s\n0,1\n0,1\n", "does not follow", "let t_ms rise"),
        ("t_ms,?s\nsoon,1\n", "t_ms is 'soon'", "milliseconds"),
        ("t_ms,?s\n0,1,2\n", "more fields", "take them out"),
        ("t_ms,?s,?S\n0,1,2\n", "named twice", "take one"),
        ("t_ms,?s\n0,99999\n", "does not fit INT", "-32768 to 32767"),
        ("t_ms,?Strings[1].Voltage.Value[4..1]\n0,1\n", "4..1 is no range", "lower index first"),
        ("t_ms,?nothing\n0,1\n", "no 'nothing'", "it has"),
    ],
)
def test_a_bad_table_is_refused_with_its_cure_and_nothing_runs(text: str, what: str, cure: str) -> None:
    result = run(text, "hot_module")
    assert not result.cases
    assert what in result.diagnostics[0].what
    assert cure in result.diagnostics[0].cure


def test_all_problems_of_a_table_come_at_once_in_their_places() -> None:
    result = run("t_ms,nope,?Strings[1].State\n0,1,FLYING\n", "hot_module")
    assert [(d.span.line, d.span.column) for d in result.diagnostics] == [(1, 6), (2, 5)]


COUNTER = Source(
    "counter.st",
    """
    TYPE Colour : (RED, GREEN); END_TYPE
    PROGRAM first VAR x : INT; END_VAR x := x; END_PROGRAM
    PROGRAM counter
    VAR_INPUT go : BOOL; add : REAL; END_VAR
    VAR total : REAL; n : INT; delay : TON; colour : Colour; a : ARRAY[1..3] OF LREAL; END_VAR
    IF go THEN total := total + add; n := n + 1; END_IF;
    delay(IN := go, PT := T#250ms);
    IF delay.Q THEN colour := GREEN; END_IF;
    a[2] := 0.1;
    END_PROGRAM
    """,
)


@pytest.mark.parametrize("back_end", list(BackEnd))
def test_simulate_scans_once_a_row_and_shows_values_as_text(back_end: BackEnd) -> None:
    table = read_table("in.csv", "t_ms,go,add\n0,TRUE,0.1\n100,,\n250,,0.2\n400.5,FALSE,\n")
    watch = ["total", "n", "delay.Q", "delay.ET", "colour", "a[2]"]
    result = simulate(compiled_texts([COUNTER]), plant()[0], "counter", table, watch, back_end)
    assert result.rows == (
        ("0", "0.1", "1", "FALSE", "T#0s", "RED", "0.1"),
        ("100", "0.2", "2", "FALSE", "T#100ms", "RED", "0.1"),
        ("250", "0.4", "3", "TRUE", "T#250ms", "GREEN", "0.1"),
        ("400.5", "0.4", "3", "FALSE", "T#0s", "GREEN", "0.1"),
    )


def test_simulate_refuses_to_watch_what_is_not_there() -> None:
    result = simulate(compiled_texts([COUNTER]), plant()[0], "counter", read_table("in", "t_ms\n0\n"), ["totl"])
    assert "did you mean total?" in str(result.diagnostics[0])


def test_ranges_spread_over_every_place() -> None:
    assert spread("a[1..2].b[3..4]") == ["a[1].b[3]", "a[1].b[4]", "a[2].b[3]", "a[2].b[4]"]


def test_quotes_keep_a_comma_in_a_name() -> None:
    fields = split_fields('t_ms, "a[1, 2]" ,?x')
    assert [(field.text, field.column) for field in fields] == [("t_ms", 1), ("a[1, 2]", 7), ("?x", 18)]


@given(st.floats(width=32))
def test_a_real_reads_back_as_the_same_32_bit_value(value: float) -> None:
    assert value != value or struct.pack("<f", float(show_real(value))) == struct.pack("<f", value)


@given(st.text(alphabet='t_ms,?#"[].0123456789~\n aS', max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    table = read_table("t", text)
    assert table.cases or table.diagnostics


def test_times_are_shown_as_literals() -> None:
    assert [show_time(ns) for ns in (0, 5_405_500_000_000, -1_500_000)] == ["T#0s", "T#1h30m5s500ms", "T#-1ms500us"]
