"""Sequential function charts: how a situation follows from the last one, and what can be said of a chart beforehand."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from plc.core.diagnostic import Severity
from plc.engine.swap import moves
from plc.lang.check.chart.net import Move, Net, leaving_of
from plc.lang.check.chart.reduced import is_sound
from plc.lang.parse import parse
from plc.lang.source import Source
from tests.lang.machine import MS, Machine, compiled, problems
from tests.lang.random_charts import RandomChart
from tests.lang.traces import run_trace
from tests.lang.units import BACK_ENDS

BOTH = pytest.mark.parametrize("back_end", ["reference", "native"])


def chart(body: str, variables: str = "a, b, c, d : BOOL;") -> str:
    return f"PROGRAM p\nVAR {variables} END_VAR\n{body}\nEND_PROGRAM"


def move(sources: str, targets: str, condition: str, head: str = "") -> str:
    return f"TRANSITION {head} FROM {sources} TO {targets} := {condition}; END_TRANSITION\n"


def steps(names: str) -> str:
    """The first one initial."""
    first, *rest = names.split()
    return f"INITIAL_STEP {first}: END_STEP\n" + "".join(f"STEP {name}: END_STEP\n" for name in rest)


# ---------------------------------------------------------------- running


@BOTH
def test_the_first_scan_is_in_the_initial_step_whatever_its_transition_says(back_end: str):
    text = chart(steps("s t") + move("s", "t", "TRUE") + move("t", "s", "a"))
    run_trace(text, "after_ms | | s.X t.X s.T\n 500 | | 1 0 0\n 100 | | 0 1 100\n 100 | | 0 1 100", back_end)


@BOTH
def test_a_step_counts_its_time_from_scan_to_scan_and_keeps_it_when_it_ends(back_end: str):
    text = chart(steps("s t") + move("s", "t", "s.T >= T#1s") + move("t", "s", "t.T > T#200ms"))
    table = """
        after_ms | | s.X s.T  t.X t.T
        100      | | 1   0    0   0
        999      | | 1   999  0   0
        1        | | 0   1000 1   0
        200      | | 0   1000 1   200
        1        | | 1   0    0   201"""
    run_trace(text, table, back_end)


@BOTH
def test_one_transition_is_passed_in_one_scan(back_end: str):
    text = chart(steps("s t u") + move("s", "t", "a") + move("t", "u", "a") + move("u", "s", "NOT a"))
    run_trace(text, "after_ms | a | s.X t.X u.X\n 1 | 1 | 1 0 0\n 1 | 1 | 0 1 0\n 1 | 1 | 0 0 1", back_end)


@BOTH
def test_of_alternatives_the_first_in_the_text_is_taken(back_end: str):
    text = chart(steps("s t u") + move("s", "t", "a") + move("s", "u", "b") + move("t", "s", "c") + move("u", "s", "c"))
    run_trace(text, "after_ms | a b | s.X t.X u.X\n 1 | 0 0 | 1 0 0\n 1 | 1 1 | 0 1 0", back_end)
    run_trace(text, "after_ms | a b | s.X t.X u.X\n 1 | 0 0 | 1 0 0\n 1 | 0 1 | 0 0 1", back_end)


@BOTH
def test_of_alternatives_the_least_priority_number_is_taken(back_end: str):
    last, first = move("s", "t", "a", "(PRIORITY := 7)"), move("s", "u", "b", "quick (PRIORITY := 2)")
    text = chart(steps("s t u v") + move("s", "v", "c") + last + first + move("(t)", "s", "d") + move("u", "s", "d")
                 + move("v", "s", "d"))  # fmt: skip
    run_trace(text, "after_ms | a b c | t.X u.X v.X\n 1 | 0 0 0 | 0 0 0\n 1 | 1 1 1 | 0 1 0", back_end)
    run_trace(text, "after_ms | a b c | t.X u.X v.X\n 1 | 0 0 0 | 0 0 0\n 1 | 1 0 1 | 1 0 0", back_end)
    run_trace(text, "after_ms | a b c | t.X u.X v.X\n 1 | 0 0 0 | 0 0 0\n 1 | 0 0 1 | 0 0 1", back_end)


PARALLEL = chart(
    steps("s l1 l2 r1 r2 e") + move("s", "(l1, r1)", "a") + move("l1", "l2", "b") + move("r1", "r2", "c")
    + move("(l2, r2)", "e", "d") + move("e", "s", "NOT d")
)  # fmt: skip


@BOTH
def test_branches_begin_together_run_apart_and_end_together(back_end: str):
    table = """
        after_ms | a b c d | s.X l1.X l2.X r1.X r2.X e.X
        1        | 0 0 0 1 | 1   0    0    0    0    0
        1        | 1 . . . | 0   1    0    1    0    0
        1        | 0 1 . . | 0   0    1    1    0    0
        1        | . . . . | 0   0    1    1    0    0
        1        | . . 1 . | 0   0    1    0    1    0
        1        | . . . 0 | 0   0    1    0    1    0
        1        | . . . 1 | 0   0    0    0    0    1
        1        | . . . 0 | 1   0    0    0    0    0"""
    run_trace(PARALLEL, table, back_end)


@BOTH
def test_both_branches_move_on_in_the_same_scan(back_end: str):
    table = "after_ms | a b c d | l2.X r2.X\n 1 | 0 1 1 0 | 0 0\n 1 | 1 . . . | 0 0\n 1 | . . . . | 1 1"
    run_trace(PARALLEL, table, back_end)


@BOTH
def test_conditions_are_judged_on_the_steps_as_the_scan_found_them(back_end: str):
    """l1 goes to l2 and r1 to r2; r1's condition asks for l2, which begins in the same scan: it moves one later."""
    text = PARALLEL.replace(":= c;", ":= l2.X;")
    table = "after_ms | a b | l2.X r2.X\n 1 | 1 1 | 0 0\n 1 | . . | 0 0\n 1 | . . | 1 0\n 1 | . . | 1 1"
    run_trace(text, table, back_end)


@BOTH
def test_a_step_left_and_begun_in_one_scan_counts_anew_and_pulses_again(back_end: str):
    text = chart(
        "INITIAL_STEP s: begin(P1); finish(P0); lamp(N); END_STEP\n" + move("s", "s", "s.T >= T#100ms")
        + "ACTION begin: begun := begun + 1; END_ACTION ACTION finish: ended := ended + 1; END_ACTION",
        "begun, ended : INT; lamp : BOOL;",
    )  # fmt: skip
    table = """
        after_ms | | s.X s.T begun ended lamp
        100      | | 1   0   1     0     1
        50       | | 1   50  1     0     1
        50       | | 1   0   2     1     1
        50       | | 1   50  2     1     1"""
    run_trace(text, table, back_end)


@BOTH
def test_a_program_started_anew_begins_in_the_initial_step(back_end: str):
    text = chart(steps("s t") + move("s", "t", "a") + move("t", "s", "b"))
    machine = run_trace(text, "after_ms | a | t.X\n 1 | 1 | 0\n 1 | 1 | 1", back_end)
    machine.area[:] = machine.program.area.initial
    assert machine.scan(after_ms=1) == 0
    assert (machine["s.X"], machine["t.X"]) == (True, False)


@BOTH
def test_a_kept_chart_goes_on_where_it_was_although_the_clock_begins_anew(back_end: str):
    text = chart(steps("s t") + move("s", "t", "s.T > T#1s") + move("t", "s", "a"))
    machine = run_trace(text, "after_ms | | s.T\n 1 | | 0\n 900 | | 900", back_end)
    machine["Sys.Time"] = 0
    machine.scan()
    assert machine["s.T"] == 900 * MS
    machine.scan(after_ms=50)
    assert machine["s.T"] == 950 * MS


def test_all_of_a_retained_blocks_chart_is_retained():
    text = f"FUNCTION_BLOCK b\nVAR a, b : BOOL; END_VAR\n{steps('s t') + move('s', 't', 'a') + move('t', 's', 'b')}"
    text += "END_FUNCTION_BLOCK PROGRAM p VAR RETAIN kept : b; END_VAR VAR fresh : b; END_VAR kept(); fresh(); "
    machine = Machine(text + "END_PROGRAM")
    kept = {path for path, (_, symbol) in machine.places.items() if symbol.retain}
    assert {"KEPT.S.X", "KEPT.S.T", "KEPT.T.X"} <= kept
    assert not any(path.startswith("FRESH") for path in kept)


def changed(before: str, after: str, table: str, back_end: str) -> Machine:
    """A chart changed while it runs: one scan of the new text on the memory that is kept by name and type."""
    old, new = run_trace(before, table, back_end), Machine(after, bind=BACK_ENDS[back_end])
    for move in moves(old.program.area, new.program.area):
        new.area[move.target : move.target + move.length] = old.area[move.source : move.source + move.length]
    new["Sys.Time"] = old["Sys.Time"]
    assert new.scan(after_ms=1) == 0
    return new


@BOTH
def test_a_chart_that_gets_a_step_while_it_runs_goes_on_in_its_step(back_end: str):
    before = chart(steps("s t") + move("s", "t", "a") + move("t", "s", "b"))
    after = chart(steps("first s t") + move("first", "s", "c") + move("s", "t", "a") + move("t", "first", "b"))
    machine = changed(before, after, "after_ms | a | t.X t.T\n 1 | 1 | 0 0\n 1 | 1 | 1 0\n 5 | 1 | 1 5", back_end)
    assert [machine[f"{step}.X"] for step in ("first", "s", "t")] == [False, False, True]
    machine["b"] = True
    assert machine.scan(after_ms=1) == 0
    assert [machine[f"{step}.X"] for step in ("first", "s", "t")] == [True, False, False]


@BOTH
def test_a_chart_that_loses_its_active_step_begins_anew(back_end: str):
    before = chart(steps("s t u") + move("s", "t", "a") + move("t", "u", "b") + move("u", "s", "c"))
    after = chart(steps("s u") + move("s", "u", "d") + move("u", "s", "c"))
    machine = changed(before, after, "after_ms | a | t.X\n 1 | 1 | 0\n 1 | 1 | 1", back_end)
    assert [machine["s.X"], machine["u.X"]] == [True, False]


@BOTH
def test_a_chart_that_loses_its_branches_keeps_one_of_its_steps(back_end: str):
    after = chart(steps("s l1 r1") + move("s", "l1", "a") + move("l1", "r1", "b") + move("r1", "s", "c"))
    machine = changed(PARALLEL, after, "after_ms | a | l1.X r1.X\n 1 | 1 | 0 0\n 1 | 1 | 1 1", back_end)
    assert [machine[f"{step}.X"] for step in ("s", "l1", "r1")] == [False, True, False]


@BOTH
def test_a_chart_that_gets_branches_goes_on_in_its_step(back_end: str):
    before = chart(steps("s e") + move("s", "e", "a") + move("e", "s", "NOT d"))
    machine = changed(before, PARALLEL, "after_ms | a d | e.X\n 1 | 1 1 | 0\n 1 | 1 1 | 1", back_end)
    assert [machine[f"{step}.X"] for step in ("s", "l1", "r1", "e")] == [False, False, False, True]


@BOTH
def test_an_action_that_only_pulses_since_a_change_is_no_longer_on(back_end: str):
    body = "INITIAL_STEP s: x(N); END_STEP ACTION x: a := NOT a; END_ACTION"
    machine = changed(chart(body), chart(body.replace("(N)", "(P1)")), "after_ms | | x.Q\n 1 | | 1", back_end)
    assert machine["x.Q"] is False


@BOTH
def test_every_instance_of_a_block_has_a_chart_of_its_own(back_end: str):
    moves = move("s", "t", "go") + move("t", "s", "s.X")
    text = f"FUNCTION_BLOCK b\nVAR_INPUT go : BOOL; END_VAR\n{steps('s t')}{moves}"
    text += "END_FUNCTION_BLOCK PROGRAM p VAR one : ARRAY[1..2] OF b; i : INT; END_VAR "
    text += "FOR i := 1 TO 2 DO one[i](go := i = 2); END_FOR; END_PROGRAM"
    run_trace(text, "after_ms | | one[1].t.X one[2].t.X\n 1 | | 0 0\n 1 | | 0 1", back_end)


@BOTH
def test_a_fault_in_an_action_names_line_expression_action_and_step(back_end: str):
    text = chart("INITIAL_STEP s: work(N); END_STEP\nACTION work:\n    n := 5 / n;\nEND_ACTION", "n : INT;")
    machine = Machine(text, bind=BACK_ENDS[back_end])
    fault = machine.program.unit.faults[machine.scan() - 1]
    assert (fault.span.line, fault.text) == (5, "5 / n in action work of step s")


@BOTH
def test_a_fault_in_a_condition_names_the_transition(back_end: str):
    text = chart(steps("s t") + move("s", "t", "5 / n > 1") + move("t", "s", "n = 0"), "n : INT;")
    machine = Machine(text, bind=BACK_ENDS[back_end])
    assert machine.scan() == 0
    fault = machine.program.unit.faults[machine.scan() - 1]
    assert fault.text == "5 / n in the transition from s to t"


def test_a_condition_is_looked_at_only_while_its_steps_are_active():
    text = chart(steps("s t") + move("s", "t", "n = 1") + move("t", "s", "5 / (n - n) = 0"), "n : INT;")
    machine = Machine(text)
    assert [machine.scan() for _ in range(3)] == [0, 0, 0]
    machine["n"] = 1
    assert machine.scan() == 0
    assert machine.scan() > 0


def test_a_trip_called_in_an_action_is_found_with_its_call():
    text = chart(
        "INITIAL_STEP s: trip(N); END_STEP\nACTION trip:\n"
        "    opens(Breaker := Strings[1].Breaker, Cause := s.X);\nEND_ACTION",
        "opens : TRIP;",
    )
    assert problems(text, plant=True) == []
    (trip,) = compiled(text, plant=True).programs["p"].trips
    assert (trip.path, trip.span.line) == ("opens", 5)


def test_an_output_written_in_an_action_or_by_a_step_is_an_output_of_the_program():
    text = chart("INITIAL_STEP s: fan_on(N); END_STEP\nACTION fan_on:\n    Relays.fan := s.X;\nEND_ACTION", "n : INT;")
    assert [slot.tag for slot in compiled(text, plant=True).programs["p"].outputs] == ["Relays.fan"]


# ---------------------------------------------------------------- what is said beforehand

BACK = move("t", "s", "b")
WRONG = [
    (steps("s t") + move("s", "nowhere", "a") + BACK, "S001"),
    (steps("s t") + move("s", "t", "a") + move("t", "(s, S)", "b"), "S002"),
    ("INITIAL_STEP s: a(N); END_STEP ACTION a: END_ACTION", "S002"),
    ("INITIAL_STEP s: none(N); END_STEP STEP t: END_STEP " + move("s", "t", "a") + BACK, "S001"),
    ("INITIAL_STEP s: END_STEP INITIAL_STEP t: END_STEP " + move("s", "t", "a") + BACK, "S070"),
    ("STEP s: END_STEP STEP t: END_STEP " + move("s", "t", "a") + BACK, "S070"),
    (steps("s t") + move("s", "t", "n") + BACK, "S008"),
    (steps("s t u") + move("s", "t", "a") + BACK + move("u", "s", "a"), "S071"),
    (steps("s t u v") + move("s", "t", "a") + BACK + move("u", "v", "a") + move("v", "s", "a"), "S071"),
    (steps("s t u v") + move("s", "t", "a") + BACK + move("u", "v", "a") + move("v", "u", "a"), "S071"),
    (steps("s t u") + move("s", "t", "a") + move("s", "u", "b") + BACK + move("(t, u)", "s", "c") + move("u", "s", "d"),
     "S071"),
    (steps("s t u v") + move("s", "t", "a") + move("s", "u", "b") + BACK + move("u", "s", "d")
     + move("(t, u)", "v", "c") + move("v", "s", "a"), "S071"),
    (steps("s t u") + move("s", "(t, u)", "a") + BACK + move("u", "s", "b"), "S072"),
    (steps("s t u") + move("s", "(t, s)", "a") + BACK + move("s", "u", "c") + move("u", "s", "a"), "S072"),
    (steps("s t u v w") + move("s", "(t, u)", "a") + move("t", "v", "a") + move("v", "w", "a") + move("w", "v", "a")
     + move("(t, u)", "s", "b"), "S073"),
    (steps("s t u p q r") + move("s", "(t, u)", "a") + move("(t, u)", "s", "b") + move("s", "(p, q)", "c")
     + move("p", "r", "a") + move("r", "r", "b") + move("(p, q)", "s", "d"), "S073"),
    (steps("s t") + move("s", "t", "a"), "S074"),
    (steps("s t") + move("s", "t", "a") + move("t", "s", "TRUE"), "S076"),
    (steps("s t u") + move("s", "t", "TRUE") + move("s", "u", "a") + BACK + move("u", "s", "b"), "S076"),
    (steps("s t") + move("s", "t", "a") + BACK + move("s", "t", "FALSE"), "S076"),
    (steps("s t") + move("s", "t", "a") + BACK + "ACTION x: a := b; END_ACTION", "S077"),
    ("INITIAL_STEP s: x(N); y(N); END_STEP ACTION x: a := b; END_ACTION ACTION y: a := c; END_ACTION", "S078"),
    ("INITIAL_STEP s: a(N); a(L); END_STEP", "S084"),
    ("INITIAL_STEP s: a(N, T#1s); END_STEP", "S084"),
    ("INITIAL_STEP s: a(LATER); END_STEP", "S084"),
    ("INITIAL_STEP s: n(N); END_STEP", "S084"),
    ("INITIAL_STEP s: a(L, 5); END_STEP", "S008"),
    ("INITIAL_STEP s: x(N); END_STEP ACTION x: s.X := a; END_ACTION", "S087"),
    ("INITIAL_STEP s: x(N); END_STEP ACTION x: x.Q := a; END_ACTION", "S087"),
    ("INITIAL_STEP s: x(N); END_STEP ACTION x: a := s.Y; END_ACTION", "S001"),
    ("INITIAL_STEP a: END_STEP", "S002"),
    ("INITIAL_STEP s: END_STEP STEP S: END_STEP " + move("s", "s", "a"), "S002"),
    ("INITIAL_STEP s: x(N); END_STEP ACTION x: END_ACTION ACTION x: END_ACTION", "S002"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code"), WRONG)
def test_a_mistake_of_a_chart_is_named_once(body: str, code: str):
    assert [found.partition(" ")[2] for found in problems(chart(body, "a, b, c, d : BOOL; n : INT;"))] == [code]


def test_a_statement_beside_the_steps_says_nothing_of_the_actions_they_run():
    body = "INITIAL_STEP s: x(N); END_STEP ACTION x: a := b; END_ACTION c := d;"
    assert [d.code for d in compiled(chart(body)).diagnostics] == ["P033"]


@pytest.mark.parametrize(("ways", "behind"), [(move("s", "t", "TRUE"), False),
                                              (move("s", "t", "TRUE") + move("s", "t", "a"), True)])  # fmt: skip
def test_a_transition_that_always_fires_speaks_of_those_behind_it_where_there_are_any(ways: str, behind: bool):
    (found,) = [d for d in compiled(chart(steps("s t") + ways + BACK)).diagnostics if d.code == "S076"]
    assert ("none behind it ever does" in found.what) is behind


def test_a_name_taken_in_another_spelling_is_shown_as_it_stands():
    (found,) = compiled(chart("INITIAL_STEP A: END_STEP")).diagnostics
    assert found.what == "A is declared twice, first in line 2 as a (capitals make no difference)"


@pytest.mark.parametrize(("lines", "stays"), [("x(N); y(N);", "y"), ("y(N); x(N);", "y"), ("x(N); a(N);", "x")])
def test_of_two_that_write_one_variable_the_later_action_stays(lines: str, stays: str):
    body = f"INITIAL_STEP s: {lines} END_STEP ACTION x: a := b; END_ACTION ACTION y: a := c; END_ACTION"
    (found,) = [d for d in compiled(chart(body)).diagnostics if d.code == "S078"]
    assert f"the value of {stays} stays" in found.cure


GOOD = [
    steps("s t") + move("s", "t", "a") + BACK,
    "INITIAL_STEP only: a(N); END_STEP",
    steps("s t u") + move("s", "t", "a") + move("s", "u", "b") + BACK + move("u", "s", "c"),
    steps("s t u v") + move("s", "(t, u)", "a") + move("(t, u)", "v", "b") + move("v", "s", "c"),
    steps("s t u v") + move("s", "(t, u)", "a") + move("t", "v", "b") + move("v", "t", "b") + move("(v, u)", "s", "c"),
    steps("s t u v")
    + move("s", "(t, u)", "a")
    + move("(t, u)", "s", "b")
    + move("(t, u)", "v", "c")
    + move("v", "s", "d"),
    steps("s t") + move("s", "s", "a") + move("s", "t", "b") + BACK,
    steps("s t u") + move("s", "t", "a") + move("s", "u", "TRUE") + BACK + move("u", "s", "b"),
]


@pytest.mark.parametrize("body", GOOD)
def test_a_sound_chart_has_no_problem(body: str):
    assert problems(chart(body)) == []


def test_a_condition_may_call_what_only_looks():
    text = "FUNCTION f : BOOL VAR_IN_OUT CONSTANT x : INT; END_VAR f := x > 3; END_FUNCTION "
    body = "INITIAL_STEP s: END_STEP STEP t: count(N); END_STEP ACTION count: n := n + 1; END_ACTION "
    body += move("s", "t", "f(x := n)") + move("t", "s", "ABS(n) = 0")
    assert problems(text + chart(body, "n : INT;")) == []


def wide(branches: int) -> str:
    """That many branches at the same time; in each, one of two steps follows the first."""
    numbers = range(branches)
    body = steps("idle " + " ".join(f"s{n} t{n} u{n} v{n}" for n in numbers))
    body += move("idle", f"({', '.join(f's{n}' for n in numbers)})", "a")
    for n in numbers:
        body += move(f"s{n}", f"t{n}", "b") + move(f"s{n}", f"u{n}", "c")
        body += move(f"t{n}", f"v{n}", "d") + move(f"u{n}", f"v{n}", "d")
    return body + move(f"({', '.join(f'v{n}' for n in numbers)})", "idle", "c")


def rows(branches: int, length: int, join: str = "") -> str:
    """That many branches of so many steps in a row at the same time."""
    names = [[f"s{n}_{m}" for m in range(length)] for n in range(branches)]
    body = steps("idle " + " ".join(name for row in names for name in row))
    body += move("idle", f"({', '.join(row[0] for row in names)})", "a")
    body += "".join(move(one, other, "b") for row in names for one, other in pairwise(row))
    return body + (join or move(f"({', '.join(row[-1] for row in names)})", "idle", "c"))


def test_a_chart_with_too_many_situations_says_that_not_all_were_searched():
    assert [found.partition(" ")[2] for found in problems(chart(wide(6)))] == []
    assert [found.partition(" ")[2] for found in problems(chart(wide(40)))] == ["S075"]


def test_branches_of_steps_in_a_row_are_searched_whole_however_long_and_many():
    assert problems(chart(rows(40, 30))) == []


def test_what_is_wrong_in_a_chart_with_too_many_situations_is_not_taken_for_searched():
    early = move(f"({', '.join(f's{n}_29' for n in range(1, 40))})", "idle", "c") + move("s0_29", "s0_0", "d")
    assert [found.partition(" ")[2] for found in problems(chart(rows(40, 30, early)))] == ["S075"]


def net_of(text: str) -> Net:
    """The net of a chart whose steps are called s0, s1, ..."""
    drawn = parse(Source("test.st", text)).file.pous[-1].chart
    assert drawn is not None
    moves = [
        Move(node, *(tuple(int(name.name[1:]) for name in names) for names in (node.sources, node.targets)))
        for node in drawn.transitions
    ]
    return Net(drawn.steps, tuple(moves), 0, leaving_of(len(drawn.steps), moves))


def ends(chance: random.Random) -> str:
    """One step, or sometimes two."""
    return f"({', '.join(f's{n}' for n in chance.sample(range(6), chance.choice((1, 1, 1, 2))))})"


def test_a_chart_that_is_sound_when_made_smaller_is_sound():
    """Random transitions between six steps, most of them wrong, and random charts that are right."""
    chance, sound = random.Random(4), 0
    texts = [chart(steps("s0 s1 s2 s3 s4 s5") + "".join(move(ends(chance), ends(chance), "a") for _ in range(8)))
             for _ in range(1500)]  # fmt: skip
    for text in (*texts, *(RandomChart(seed).text() for seed in range(100))):
        if is_sound(net_of(text)):
            sound += 1
            assert not {code.partition(" ")[2] for code in problems(text)} & {"S071", "S072", "S073"}
    assert sound > 50


@BOTH
@pytest.mark.parametrize("count", [4, 60])
def test_each_step_has_its_own_lamps_on_whether_they_are_few_or_many(count: int, back_end: str):
    numbers = range(count)
    lines = [f"STEP s{n}: lamp{n}(); lamp{(n + 1) % count}(); END_STEP\n" for n in numbers]
    moves = [move(f"s{n}", f"s{(n + 1) % count}", "a") for n in numbers]
    lamps = f"a : BOOL; {', '.join(f'lamp{n}' for n in numbers)} : BOOL;"
    machine = Machine(chart("INITIAL_" + "".join([*lines, *moves]), lamps), bind=BACK_ENDS[back_end])
    machine["a"] = True
    for scan in range(count + 2):
        assert machine.scan() == 0
        assert [n for n in numbers if machine[f"lamp{n}"]] == sorted((scan % count, (scan + 1) % count))


def test_a_chart_of_a_thousand_steps_compiles():
    names = [f"s{n}" for n in range(1000)]
    body = steps(" ".join(names)) + "".join(move(a, b, "a") for a, b in zip(names, [*names[1:], names[0]], strict=True))
    machine = Machine(chart(body))
    machine["a"] = True
    for _ in range(3):
        assert machine.scan() == 0
    assert machine["s2.X"]


@pytest.mark.parametrize(
    ("condition", "variables"),
    [("f(x := n)", "n : INT;"), ("g(r => n)", "n : INT;"), ("m.get() > 3", "n : INT; m : b;")],
)
def test_a_condition_that_writes_is_refused(condition: str, variables: str):
    text = """FUNCTION f : BOOL VAR_IN_OUT x : INT; END_VAR x := 1; f := TRUE; END_FUNCTION
    FUNCTION g : BOOL VAR_OUTPUT r : INT; END_VAR r := 1; g := TRUE; END_FUNCTION
    FUNCTION_BLOCK b VAR v : INT; END_VAR METHOD get : INT v := v + 1; get := v; END_METHOD END_FUNCTION_BLOCK
    """
    body = chart(steps("s t") + move("s", "t", condition) + move("t", "s", "n = 0"), variables)
    assert [found.partition(" ")[2] for found in problems(text + body)] == ["S079"]


WRITES_SHARED = """VAR_GLOBAL count : INT; END_VAR
FUNCTION write : BOOL count := count + 1; write := count > 3; END_FUNCTION
FUNCTION outside : BOOL VAR_EXTERNAL count : INT; END_VAR count := 1; outside := TRUE; END_FUNCTION
FUNCTION inner : BOOL inner := write(); END_FUNCTION
FUNCTION deep : BOOL VAR x : INT; END_VAR IF inner() THEN x := 1; END_IF; deep := x = 1; END_FUNCTION
FUNCTION marks : BOOL %MW3 := 7; marks := TRUE; END_FUNCTION
FUNCTION output : BOOL output := given(r => count); END_FUNCTION
FUNCTION given : BOOL VAR_OUTPUT r : INT; END_VAR r := 1; given := TRUE; END_FUNCTION
FUNCTION passes : BOOL VAR_IN_OUT x : INT; END_VAR x := 1; passes := TRUE; END_FUNCTION
FUNCTION passed : BOOL passed := passes(x := count); END_FUNCTION
FUNCTION reads : BOOL VAR n : INT; END_VAR n := count; reads := n > 3; END_FUNCTION
"""


@pytest.mark.parametrize("name", ["write", "outside", "deep", "marks", "output", "passed"])
def test_a_condition_that_writes_what_programs_share_is_refused_on_its_call(name: str):
    body = chart(steps("s t") + move("s", "t", f"a AND NOT {name}()") + move("t", "s", "b"))
    found = [each for each in compiled(WRITES_SHARED + body).diagnostics if each.severity is Severity.ERROR]
    assert [(each.code, each.span.column) for each in found] == [("S079", 38)]


def test_a_condition_may_read_what_programs_share():
    body = chart(steps("s t") + move("s", "t", "reads()") + move("t", "s", "b"))
    assert compiled(WRITES_SHARED + body).errors == ()
