"""TEST blocks as they run, on both back ends: time, readings, values, what is said of those that do not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import BackEnd
from plc.trials import Trial, Wanted, run_trials

FAN = """\
TYPE Speed : (OFF, SLOW, FAST); END_TYPE
FUNCTION twice : INT VAR_INPUT n : INT; END_VAR
twice := 2 * n;
IF n > 1000 THEN twice := 1 / (n - n); END_IF;
END_FUNCTION
FUNCTION_BLOCK STEPS VAR_INPUT more : INT; END_VAR VAR_OUTPUT total : INT; END_VAR VAR seen : LTIME; END_VAR
total := total + more;
seen := Sys.Time;
END_FUNCTION_BLOCK
PROGRAM fan
VAR_INPUT limit : REAL := 30.0; break : BOOL; END_VAR
VAR_OUTPUT on : BOOL; speed : Speed; name : STRING[8] := 'fan'; END_VAR
VAR hot : TON; runs, i : INT; none : INT; END_VAR
hot(IN := Strings[1].Temperature.Value[1] > limit AND Strings[1].Temperature.Ok[1], PT := T#2s);
on := hot.Q;
speed := SEL(on, OFF, FAST);
runs := runs + 1;
IF break THEN runs := 1 / none; END_IF;
Relays.fan := on;
END_PROGRAM
"""
HEAD = "TEST 't'\nVAR f : fan; s : STEPS; n, m : INT; a : ARRAY[1..3] OF INT; r : REAL; END_VAR\n"
FIRST = FAN.count("\n") + HEAD.count("\n")

back_ends = pytest.mark.parametrize("back_end", list(BackEnd))


def run(folder: Path, text: str, back_end: BackEnd = BackEnd.REFERENCE) -> Trial:
    (folder / "fan.st").write_text(text)
    [trial] = run_trials([folder / "fan.st"], Wanted(back_end))
    assert trial.diagnostics == ()
    return trial


def failures(folder: Path, body: str, back_end: BackEnd = BackEnd.REFERENCE, head: str = HEAD) -> list[tuple[int, str]]:
    [case] = run(folder, f"{FAN}{head}{body}\nEND_TEST\n", back_end).cases
    return [(failed.line - FIRST, failed.text) for failed in case.failures]


@back_ends
def test_a_program_runs_in_its_task_while_time_passes(tmp_path: Path, back_end: BackEnd) -> None:
    body = """\
ASSERT_EQUAL(f.runs, 0, 'nothing has run before time passes');
ADVANCE_TIME(T#3s);
ASSERT_EQUAL(f.runs, 3, 'the site scans every second');
Strings[1].Temperature.Value[1] := 31.0;
ADVANCE_TIME(T#1s);
ASSERT_EQUAL(Sys.Time, LT#4s);
ASSERT(NOT f.on);
ADVANCE_TIME(T#2s);
ASSERT(f.on AND Relays.fan);
ASSERT_EQUAL(f.speed, FAST);
f.limit := 40.0;
ADVANCE_TIME(T#1s);
ASSERT(NOT Relays.fan);
Strings[1].Temperature.Value[1] := 50.0;
Strings[1].Temperature.Ok[1] := FALSE;
ADVANCE_TIME(T#5s);
ASSERT(NOT f.on, 'a reading that is not Ok counts for nothing');"""
    assert failures(tmp_path, body, back_end) == []


@back_ends
def test_a_block_runs_when_the_test_calls_it_and_time_jumps(tmp_path: Path, back_end: BackEnd) -> None:
    head = "TEST 't'\nVAR s : STEPS; t : TON; END_VAR\n"
    body = """\
s(more := 2); s(more := 3);
ASSERT_EQUAL(s.total, 5);
ADVANCE_TIME(T#100d);
ASSERT_EQUAL(s.total, 5);
s(more := 1);
ASSERT_EQUAL(s.seen, LT#100d);
t(IN := TRUE, PT := T#1h);
ADVANCE_TIME(T#59m59s999ms);
t(IN := TRUE, PT := T#1h);
ASSERT(NOT t.Q);
ADVANCE_TIME(T#1ms);
t(IN := TRUE, PT := T#1h);
ASSERT(t.Q);"""
    assert failures(tmp_path, body, back_end, head) == []


@back_ends
def test_a_failed_assertion_says_line_text_and_values_and_the_test_goes_on(tmp_path: Path, back_end: BackEnd) -> None:
    body = """\
ASSERT(f.on);
ASSERT(f.runs > 3, 'three');
ASSERT_EQUAL(twice(n := 4), 9);
ADVANCE_TIME(T#1m30s);
ASSERT_EQUAL(f.speed, SLOW, 'turns');
ASSERT_NEAR(f.limit, 31.0, 0.5);
ASSERT_EQUAL(f.name, 'fun');
ASSERT_EQUAL(f.hot.PT, T#3s);"""
    assert failures(tmp_path, body, back_end) == [
        (1, "ASSERT(f.on): does not hold at T#0s"),
        (2, "three: ASSERT(f.runs > 3, 'three'): does not hold, f.runs = 0 at T#0s"),
        (3, "ASSERT_EQUAL(twice(n := 4), 9): got 8, wanted 9 at T#0s"),
        (5, "turns: ASSERT_EQUAL(f.speed, SLOW, 'turns'): got OFF, wanted SLOW at T#1m30s"),
        (6, "ASSERT_NEAR(f.limit, 31.0, 0.5): got 30.0, wanted 31.0 within 0.5 at T#1m30s"),
        (7, "ASSERT_EQUAL(f.name, 'fun'): got fan, wanted fun at T#1m30s"),
        (8, "ASSERT_EQUAL(f.hot.PT, T#3s): got T#2s, wanted T#3s at T#1m30s"),
    ]


@back_ends
@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            "n := 1;\nm := twice(n / (n - 1));\nASSERT(TRUE);",
            [(2, "the test stopped: division by zero in n / (n - 1) with n = 1")],
        ),
        ("n := 4;\na[n] := 1;\nASSERT(TRUE);", [(2, "the test stopped: index out of range in n with n = 4")]),
        (
            "ASSERT(TRUE);\nn := twice(1001);",
            [(1, "the test stopped: division by zero in 1 / (n - n) with n = 0; fan.st line 4")],
        ),
        (
            "WHILE TRUE DO\nn := n + 1;\nEND_WHILE;\nASSERT(TRUE);",
            [(1, "the test stopped: loop budget exhausted in TRUE")],
        ),
        (
            "n := 5;\nStrings[n].Smoke.Active := TRUE;\nASSERT(TRUE);",
            [(2, "'Strings' has no place 5; write an index from 1 to 2")],
        ),
        ("Sys.Scan := 4;\nASSERT(TRUE);", [(1, "Sys.Scan is written by the engine; expect it: ?Sys.Scan")]),
        ("ADVANCE_TIME(T#0s - T#1s);\nASSERT(TRUE);", [(1, "ADVANCE_TIME by T#-1s: time only goes forward")]),
        (
            "f.break := TRUE;\nADVANCE_TIME(T#1s);\nASSERT(FALSE);",
            [(2, "at T#1s: f stopped: division by zero in 1 / none with none = 0; fan.st line 18")],
        ),
    ],
)  # fmt: skip
def test_a_fault_ends_the_test_with_its_sentence(
    tmp_path: Path, body: str, wanted: list[tuple[int, str]], back_end: BackEnd
) -> None:
    assert failures(tmp_path, body, back_end) == wanted


def test_endless_loops_of_the_bench_end(tmp_path: Path) -> None:
    steps = failures(tmp_path, "WHILE TRUE DO\nASSERT(TRUE);\nEND_WHILE;")
    scans = failures(tmp_path, "WHILE TRUE DO\nADVANCE_TIME(T#100d);\nEND_WHILE;\nASSERT(TRUE);")
    assert [text.partition(";")[0] for _, text in steps] == ["the test takes more than 100000 steps"]
    assert [text.partition(";")[0] for _, text in scans] == ["the test takes more than 200000 scans"]


def test_a_test_that_fails_everywhere_is_given_up(tmp_path: Path) -> None:
    found = failures(tmp_path, "FOR n := 1 TO 100 DO\nASSERT_EQUAL(n, 0);\nEND_FOR;")
    assert len(found) == 21
    assert found[-1] == (2, "after 20 failures the test is given up")


LOOPS = """\
FOR n := 5 TO 1 BY -2 DO
    m := m * 10 + n;
    ASSERT(TRUE);
END_FOR;
ASSERT_EQUAL(m, 531);
ASSERT_EQUAL(n, 1);
FOR n := 1 TO 0 DO
    ASSERT(FALSE);
END_FOR;
ASSERT_EQUAL(n, 1);
m := 0;
FOR n := 1 TO 9 DO
    IF n = 2 THEN
        CONTINUE;
    ELSIF n = 5 THEN
        EXIT;
    END_IF;
    m := m + n;
    ASSERT(n <> 2);
END_FOR;
ASSERT_EQUAL(m, 8);
m := 0;
WHILE m < 3 DO
    m := m + 1;
    ADVANCE_TIME(T#1s);
END_WHILE;
ASSERT_EQUAL(f.runs, 3);
REPEAT
    m := m - 1;
    ASSERT(m >= 0);
UNTIL m = 0 END_REPEAT;
FOR n := 0 TO 4 DO
    CASE n OF
        0: a[1] := 1; ASSERT(TRUE);
        1, 2: a[2] := a[2] + 1; ASSERT(TRUE);
    ELSE
        a[3] := a[3] + 1; ASSERT(TRUE);
    END_CASE;
END_FOR;
ASSERT_EQUAL(a[1] * 100 + a[2] * 10 + a[3], 122);
FOR n := 1 TO 3 DO
    IF n = 2 THEN
        ASSERT_EQUAL(n, 2);
        RETURN;
    END_IF;
END_FOR;
ASSERT(FALSE);"""


@back_ends
def test_loops_and_choices_around_what_the_bench_does(tmp_path: Path, back_end: BackEnd) -> None:
    assert failures(tmp_path, LOOPS, back_end) == []


@back_ends
def test_nan_equals_nan_and_is_near_nothing_else(tmp_path: Path, back_end: BackEnd) -> None:
    body = """\
r := NaN;
ASSERT_EQUAL(r, NaN);
ASSERT_NEAR(r, NaN, 1.0);
ASSERT_NEAR(r, 1.0, 100.0);
ASSERT_EQUAL(1.0, r);"""
    assert [line for line, _ in failures(tmp_path, body, back_end)] == [4, 5]


@back_ends
def test_a_trip_opens_its_breaker_and_readings_set_by_a_test_are_seen(tmp_path: Path, back_end: BackEnd) -> None:
    text = """\
PROGRAM smoke
VAR opens : TRIP; warns : ALARM; END_VAR
opens(Breaker := Strings[1].Breaker, Cause := Strings[1].Smoke.Active AND Strings[1].Smoke.Ok);
warns(Cause := ups.on_battery.Active, Priority := 2);
END_PROGRAM
TEST 'opens'
VAR s : smoke; END_VAR
ADVANCE_TIME(T#2s);
ASSERT(NOT Breakers.Q1.Latched);
ups.on_battery.Active := TRUE;
Strings[1].Smoke.Active := TRUE;
ADVANCE_TIME(T#1s);
ASSERT(Breakers.Q1.Latched);
ASSERT(s.warns.Q);
ADVANCE_TIME(T#5s);
ASSERT_EQUAL(Breakers.Q1.State, BreakerState#OPEN);
Breakers.Q2.State := BreakerState#MOVING;
ADVANCE_TIME(T#1s);
ASSERT_EQUAL(Strings[2].Breaker.State, BreakerState#MOVING);
END_TEST
TEST 'a test begins with a plant that is well'
ASSERT_EQUAL(Breakers.Q1.State, BreakerState#CLOSED);
ASSERT(Strings[1].Smoke.Ok AND NOT Strings[1].Smoke.Active);
END_TEST
"""
    trial = run(tmp_path, text, back_end)
    assert [(case.name, case.failures) for case in trial.cases] == [
        ("opens", ()),
        ("a test begins with a plant that is well", ()),
    ]


def test_tests_of_one_file_may_hold_different_programs(tmp_path: Path) -> None:
    text = (
        "PROGRAM a VAR_OUTPUT n : INT; END_VAR n := n + 1; END_PROGRAM\n"
        "PROGRAM b VAR_OUTPUT n : INT; END_VAR n := n + 10; END_PROGRAM\n"
        "TEST 'both'\nVAR x, y : a; z : b; END_VAR\nADVANCE_TIME(T#2s); ASSERT_EQUAL(x.n + y.n + z.n, 24);\nEND_TEST\n"
        "TEST 'none'\nASSERT(TRUE);\nEND_TEST\n"
        "TEST 'one'\nVAR z : b; END_VAR\nADVANCE_TIME(T#1s); ASSERT_EQUAL(z.n, 10);\nEND_TEST\n"
    )
    assert [(case.name, case.failures) for case in run(tmp_path, text).cases] == [
        ("both", ()),
        ("none", ()),
        ("one", ()),
    ]


def test_tests_beside_a_program_see_it_and_may_bring_blocks_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "fan.st").write_text(FAN)
    (tmp_path / "fan.test.st").write_text(
        "FUNCTION_BLOCK PROBE VAR_OUTPUT n : INT; END_VAR n := twice(21); END_FUNCTION_BLOCK\n"
        "TEST 'beside'\nVAR f : fan; p : PROBE; END_VAR\nADVANCE_TIME(T#1s); p();\nASSERT_EQUAL(p.n, 42);\nEND_TEST\n"
    )
    for path in (tmp_path, tmp_path / "fan.st", tmp_path / "fan.test.st"):
        [trial] = run_trials([path], Wanted(BackEnd.REFERENCE))
        assert trial.passed, trial
        assert [case.name for case in trial.cases] == ["beside"]


def test_a_hostile_name_runs_like_any_other(tmp_path: Path) -> None:
    text = FAN + "TEST '$'\"%s {} \\ é $N'\nASSERT(TRUE);\nEND_TEST\n"
    for back_end in BackEnd:
        assert run(tmp_path, text, back_end).passed


def test_an_error_in_a_test_is_told_and_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "fan.st").write_text(FAN + "TEST 'a'\nASSERT(nothing);\nEND_TEST\nTEST 'b'\nASSERT(TRUE);\nEND_TEST\n")
    [trial] = run_trials([tmp_path])
    assert [(d.code, d.span.line - FIRST) for d in trial.diagnostics] == [("S001", 0)]
    assert trial.cases == ()


@back_ends
def test_texts_that_functions_make_are_compared(tmp_path: Path, back_end: BackEnd) -> None:
    body = "ASSERT_EQUAL(CONCAT('fa', 'n'), f.name);\nASSERT_EQUAL(f.name, LEFT('fanatic', 2), CONCAT('shor', 't'));"
    assert failures(tmp_path, body, back_end) == [
        (2, "short: ASSERT_EQUAL(f.name, LEFT('fanatic', 2), CONCAT('shor', 't')): got fan, wanted fa at T#0s")
    ]
