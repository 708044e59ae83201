"""What the checker says about TESTs: each problem at its place, and none where there is none."""

from __future__ import annotations

import pytest

from plc.lang.compile import compile_set
from plc.lang.source import Source
from tests.lang.machine import compiled, problems

FAN = """\
TYPE Speed : (OFF, SLOW, FAST); END_TYPE
FUNCTION twice : INT VAR_INPUT n : INT; END_VAR twice := 2 * n; END_FUNCTION
PROGRAM fan
VAR_INPUT limit : REAL := 30.0; END_VAR
VAR_OUTPUT on : BOOL; speed : Speed; name : STRING[8]; END_VAR
VAR hot : TON; runs : INT; END_VAR
hot(IN := Strings[1].Temperature.Value[1] > limit AND Strings[1].Temperature.Ok[1], PT := T#2s);
on := hot.Q;
runs := runs + 1;
END_PROGRAM
TEST 'a'
VAR f : fan; n : INT; END_VAR
"""
"""Its own statements begin in line 13."""


def found(body: str) -> list[str]:
    return problems(FAN + body + "\nEND_TEST\n", plant=True)


@pytest.mark.parametrize(
    "body",
    [
        "ASSERT(f.on);",
        "ASSERT(f.runs > 3, 'internal variables can be read');",
        "ASSERT_EQUAL(f.hot.ET, T#2s, 'and those of blocks inside');",
        "f.limit := 25.0; ADVANCE_TIME(T#1s); ASSERT_NEAR(f.limit, 25.0, 0.1);",
        "ASSERT_EQUAL(f.speed, SLOW);",
        "ASSERT_EQUAL(SLOW, f.speed);",
        "ASSERT_EQUAL(f.name, 'fan');",
        "ASSERT_EQUAL(Expected := 4, Actual := twice(2), Text := 'a function');",
        "ASSERT_EQUAL(f.limit, NaN);",
        "ASSERT_EQUAL(1, 2);",
        "Strings[1].Temperature.Value[n + 1] := 31.0; Strings[1].Smoke.Active := TRUE; ASSERT(Relays.fan);",
        "FOR n := 1 TO 2 DO IF n = 2 THEN EXIT; END_IF; ADVANCE_TIME(T#1s); END_FOR; ASSERT(TRUE);",
        "CASE n OF 1: RETURN; ELSE ASSERT(TRUE); END_CASE;",
        "Strings[1].Breaker.State := OPEN; ASSERT(TRUE);",
        "Strings[1].Temperature.Value[1] := 31; ASSERT(TRUE);",
    ],
)
def test_what_a_test_may_say(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("n := 1;", ["11:1 S081"]),
        ("f(); ASSERT(TRUE);", ["13:1 S038"]),
        ("f.on := TRUE; ASSERT(f.on);", ["13:1 S024"]),
        ("f.runs := 3; ASSERT(f.on);", ["13:1 S027"]),
        ("f.hot.PT := T#1s; ASSERT(f.on);", ["13:1 S027"]),
        ("ASSERT(f.onn);", ["13:8 S001"]),
        ("ASSERT(f.runs);", ["13:8 S008"]),
        ("ASSERT();", ["13:1 S037"]),
        ("ASSERT(f.on, 'a', 'b');", ["13:19 S037"]),
        ("ASSERT(f.on, 5);", ["13:14 S008"]),
        ("ASSERT_EQUAL(f.runs, f.on);", ["13:22 S008"]),
        ("ASSERT_EQUAL(f.on, T#1s);", ["13:20 S008"]),
        ("ASSERT_EQUAL(f.hot, f.hot);", ["13:21 S008"]),
        ("ASSERT_EQUAL(f.speed, MEDIUM);", ["13:23 S001"]),
        ("ASSERT_NEAR(f.name, 'fan', 1);", ["13:13 S009"]),
        ("ASSERT_NEAR(f.limit, 30.0);", ["13:1 S037"]),
        ("ADVANCE_TIME(5); ASSERT(TRUE);", ["13:14 S008"]),
        ("ASSERT(ASSERT(TRUE));", ["13:8 S082"]),
        ("Relays.fan := TRUE; ASSERT(TRUE);", ["13:1 S083"]),
        ("Strings[1].Smoke := Strings[2].Smoke; ASSERT(TRUE);", ["13:1 S083"]),
        ("Strings[3].Smoke.Active := TRUE; ASSERT(TRUE);", ["13:9 S030"]),
        ("EXIT; ASSERT(TRUE);", ["13:1 S042"]),
        ("FOR n := 1 TO 3 DO ADVANCE_TIME(T#1s); n := 2; END_FOR; ASSERT(TRUE);", ["13:40 S032"]),
        ("IF n THEN ASSERT(TRUE); END_IF;", ["13:4 S008"]),
        ("CASE n OF 1: ASSERT(TRUE); 1: n := 1; END_CASE;", ["13:28 S039"]),
    ],
)
def test_what_is_wrong_in_a_test_is_told_at_its_place(body: str, wanted: list[str]) -> None:
    assert sorted(found(body)) == sorted(wanted)


def test_a_variable_is_not_named_as_a_program_of_the_plant() -> None:
    text = FAN + "ASSERT(TRUE);\nEND_TEST\nTEST 'b'\nVAR plant_states : fan; END_VAR\nASSERT(TRUE);\nEND_TEST\n"
    assert problems(text, plant=True) == ["16:5 S002"]


def test_only_var_declares_variables_of_a_test() -> None:
    text = "TEST 'a'\nVAR_INPUT x : INT; END_VAR\nVAR_TEMP y : INT; END_VAR\nASSERT(x = y);\nEND_TEST\n"
    assert problems(text) == ["2:1 S034", "3:1 S034"]


def test_a_program_is_a_type_in_a_test_alone() -> None:
    assert problems("PROGRAM a END_PROGRAM PROGRAM b VAR x : a; END_VAR END_PROGRAM") == ["1:41 S003"]
    assert problems("PROGRAM a END_PROGRAM TEST 't' VAR x : ARRAY[1..2] OF a; END_VAR ASSERT(TRUE); END_TEST") == [
        "1:55 S003"
    ]


def test_asserting_outside_a_test_is_refused_by_name() -> None:
    assert problems("PROGRAM p ASSERT(TRUE); ADVANCE_TIME(T#1s); END_PROGRAM") == ["1:11 S082", "1:25 S082"]


def test_a_name_stands_once_over_a_file_and_the_one_beside_it() -> None:
    sources = [Source(name, "TEST 'same'\nASSERT(TRUE);\nEND_TEST\n") for name in ("fan.st", "fan.test.st")]
    found = compile_set(sources, tests=[("fan.st", 1), ("fan.test.st", 1)])
    [problem] = found.errors
    assert (problem.code, problem.span.file) == ("S080", "fan.test.st")
    assert "first in fan.st line 1" in problem.what


def test_tests_of_different_programs_may_have_one_name() -> None:
    sources = [
        Source(name, "TEST 'same'\nASSERT(TRUE);\nEND_TEST\n") for name in ("fan.st", "a/fan.st", "lamp.test.st")
    ]
    assert compile_set(sources, tests=[(source.path, 1) for source in sources]).errors == ()


def test_a_test_without_a_name_is_refused() -> None:
    assert problems("TEST ' '\nASSERT(TRUE);\nEND_TEST") == ["1:1 S080"]


def test_a_wrong_test_keeps_nothing_from_being_armed() -> None:
    text = FAN + "ASSERT(nothing.like.it);\nEND_TEST\n"
    assert problems(text, plant=True) == ["13:8 S001"]
    assert (
        compile_set(
            [
                Source(
                    "a.st",
                    text.replace("Strings[1].Temperature.Value[1]", "1.0").replace(
                        "Strings[1].Temperature.Ok[1]", "TRUE"
                    ),
                )
            ]
        ).errors
        == ()
    )


def test_tests_are_compiled_where_they_are_asked_for_alone() -> None:
    text = FAN + "ASSERT(f.on);\nEND_TEST\n"
    assert [test.name for test in compiled(text, plant=True).tests] == ["a"]
    assert compile_set([Source("a.st", "TEST 'a' ASSERT(TRUE); END_TEST")]).tests == ()
