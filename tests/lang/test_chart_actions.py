"""The qualifiers of actions, scan by scan, as IEC 61131-3 (6.7.4.5) has them; final scan included."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plc.lang.check.chart.lower import MOST_SAID
from tests.lang.traces import run_trace

CHART = """PROGRAM p
VAR go, lamp : BOOL; runs, lasts : INT; END_VAR
INITIAL_STEP idle: {idle} END_STEP
STEP run: {run} END_STEP
TRANSITION FROM idle TO run := go; END_TRANSITION
TRANSITION FROM run TO idle := NOT go; END_TRANSITION
ACTION work:
    runs := runs + 1;
    IF NOT work.Q THEN lasts := lasts + 1; END_IF;
END_ACTION
END_PROGRAM
"""

# (what idle says, what run says, the trace of the BOOL)
VARIABLE = {
    "N is TRUE while its step is active": ("", "lamp(N);", """
        after_ms | go | idle.X run.X lamp
        100      | 0  | 1      0     0
        100      | 1  | 0      1     1
        100      | 1  | 0      1     1
        100      | 0  | 1      0     0"""),
    "S stays until R": ("", "lamp(S);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 0  | 0     1
        100      | 0  | 0     1"""),
    "R ends what S stored": ("lamp(R);", "lamp(S);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 0  | 0     0
        100      | 1  | 1     1"""),
    "R wins over every other qualifier": ("lamp(R); lamp(N);", "lamp(N);", """
        after_ms | go | idle.X lamp
        100      | 0  | 1      0
        100      | 1  | 0      1"""),
    "L ends at its time": ("", "lamp(L, T#250ms);", """
        after_ms | go | run.T lamp
        100      | 1  | 0     0
        100      | 1  | 0     1
        100      | 1  | 100   1
        100      | 1  | 200   1
        50       | 1  | 250   0
        100      | 1  | 350   0"""),
    "L ends with its step": ("", "lamp(L, T#250ms);", """
        after_ms | go | lamp
        100      | 1  | 0
        100      | 1  | 1
        100      | 0  | 0"""),
    "L begins anew with its step": ("", "lamp(L, T#100ms);", """
        after_ms | go | lamp
        100      | 1  | 0
        100      | 1  | 1
        100      | 1  | 0
        100      | 0  | 0
        100      | 1  | 1"""),
    "D begins after its time": ("", "lamp(D, T#250ms);", """
        after_ms | go | run.T lamp
        100      | 1  | 0     0
        100      | 1  | 0     0
        100      | 1  | 100   0
        149      | 1  | 249   0
        1        | 1  | 250   1
        100      | 0  | 350   0"""),
    "D never begins where its step is too short": ("", "lamp(D, T#250ms);", """
        after_ms | go | lamp
        100      | 1  | 0
        100      | 1  | 0
        100      | 1  | 0
        100      | 0  | 0
        300      | 0  | 0"""),
    "P is TRUE for one scan": ("", "lamp(P);", """
        after_ms | go | lamp
        100      | 1  | 0
        100      | 1  | 1
        100      | 1  | 0
        100      | 0  | 0
        100      | 1  | 1"""),
    "P1 is TRUE in the scan in which its step begins": ("", "lamp(P1);", """
        after_ms | go | lamp
        100      | 1  | 0
        100      | 1  | 1
        100      | 1  | 0"""),
    "P1 of the initial step is TRUE in the first scan": ("lamp(P1);", "", """
        after_ms | go | lamp
        100      | 0  | 1
        100      | 0  | 0"""),
    "P0 is TRUE in the scan in which its step ends": ("", "lamp(P0);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     0
        100      | 0  | 0     1
        100      | 0  | 0     0"""),
    "SD begins after its time although its step has ended": ("", "lamp(SD, T#250ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     0
        100      | 0  | 0     0
        100      | 0  | 0     0
        50       | 0  | 0     1
        900      | 0  | 0     1"""),
    "SD is stopped by R before its time": ("lamp(R);", "lamp(SD, T#250ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     0
        100      | 0  | 0     0
        900      | 0  | 0     0
        100      | 1  | 1     0
        250      | 1  | 1     1"""),
    "DS is stored where its step lasts": ("", "lamp(DS, T#250ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     0
        250      | 1  | 1     1
        100      | 0  | 0     1
        900      | 0  | 0     1"""),
    "DS is not stored where its step is too short": ("", "lamp(DS, T#250ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     0
        100      | 0  | 0     0
        900      | 0  | 0     0"""),
    "SL runs for its time although its step has ended": ("", "lamp(SL, T#250ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 0  | 0     1
        149      | 0  | 0     1
        1        | 0  | 0     0
        100      | 0  | 0     0"""),
    "SL does not begin again before R": ("", "lamp(SL, T#150ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 0  | 0     1
        100      | 1  | 1     0
        100      | 1  | 1     0"""),
    "SL begins again after R": ("lamp(R);", "lamp(SL, T#150ms);", """
        after_ms | go | run.X lamp
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 0  | 0     0
        100      | 1  | 1     1"""),
    "a BOOL named by two steps is TRUE in both": ("lamp(N);", "lamp(N);", """
        after_ms | go | lamp
        100      | 0  | 1
        100      | 1  | 1"""),
}  # fmt: skip

ACTION = {
    "N runs while its step is active, and once more": ("", "work(N);", """
        after_ms | go | run.X work.Q runs lasts
        100      | 1  | 0     0      0    0
        100      | 1  | 1     1      1    0
        100      | 1  | 1     1      2    0
        100      | 0  | 0     0      3    1
        100      | 0  | 0     0      3    1"""),
    "N goes on without a final scan into a step that names it too": ("work(N);", "work(N);", """
        after_ms | go | runs lasts
        100      | 0  | 1    0
        100      | 1  | 2    0
        100      | 0  | 3    0"""),
    "P runs once, without a final scan": ("", "work(P);", """
        after_ms | go | run.X runs
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 1  | 1     1
        100      | 0  | 0     1"""),
    "P1 runs once as its step begins": ("", "work(P1);", """
        after_ms | go | run.X runs
        100      | 1  | 0     0
        100      | 1  | 1     1
        100      | 1  | 1     1
        100      | 0  | 0     1"""),
    "P0 runs once as its step ends": ("", "work(P0);", """
        after_ms | go | run.X runs
        100      | 1  | 0     0
        100      | 1  | 1     0
        100      | 0  | 0     1
        100      | 0  | 0     1"""),
    "L runs until its time, and once more": ("", "work(L, T#150ms);", """
        after_ms | go | runs lasts
        100      | 1  | 0    0
        100      | 1  | 1    0
        100      | 1  | 2    0
        100      | 1  | 3    1
        100      | 1  | 3    1"""),
    "S runs until R, and once more": ("work(R);", "work(S);", """
        after_ms | go | runs lasts
        100      | 1  | 0    0
        100      | 1  | 1    0
        100      | 1  | 2    0
        100      | 0  | 3    1
        100      | 0  | 3    1"""),
}  # fmt: skip


@pytest.mark.parametrize("back_end", ["reference", "native"])
@pytest.mark.parametrize("name", [*VARIABLE, *ACTION])
def test_a_qualifier_does_as_the_standard_says(name: str, back_end: str):
    idle, run, table = (VARIABLE | ACTION)[name]
    text = CHART.format(idle=idle, run=run)
    used = text if "work" in idle + run else text[: text.index("ACTION")] + "END_PROGRAM"
    run_trace(used, table, back_end)


@pytest.mark.parametrize("name", [*VARIABLE, *ACTION])
def test_a_qualifier_does_the_same_in_a_chart_of_many_steps_and_bools(name: str):
    idle, run, table = (VARIABLE | ACTION)[name]
    more = [f"b{number}" for number in range(MOST_SAID // 40)]
    pads = [f"STEP pad{number}: {more[number % len(more)]}(N); END_STEP" for number in range(40)]
    ends = ["idle", *(f"pad{number}" for number in range(40)), "idle"]
    ways = [f"TRANSITION FROM {a} TO {b} := never; END_TRANSITION" for a, b in pairwise(ends)]
    lines = " ".join(f"{each}(N);" for each in more)
    parts = "\n".join([*pads, *ways, "ACTION work:"])
    text = CHART.format(idle=idle, run=f"{run} {lines}").replace("ACTION work:", parts)
    used = text if "work" in idle + run else text[: text.index("ACTION")] + "END_PROGRAM"
    run_trace(used.replace("go, lamp", f"never, go, lamp, {', '.join(more)}"), table, "reference")


@pytest.mark.parametrize("back_end", ["reference", "native"])
def test_actions_run_in_the_order_of_their_text_and_after_the_bools(back_end: str):
    text = """PROGRAM p
    VAR lamp : BOOL; seen, first, last : INT; END_VAR
    INITIAL_STEP idle: b(N); a(N); lamp(N); END_STEP
    ACTION a: first := first + 1; IF lamp THEN seen := seen * 10 + 1; END_IF; END_ACTION
    ACTION b: last := first; seen := seen * 10 + 2; END_ACTION
    END_PROGRAM"""
    run_trace(text, "after_ms | | seen first last\n 1 | | 12 1 1\n 1 | | 1212 2 2", back_end)


def test_the_time_of_a_qualifier_may_change_while_it_runs():
    text = CHART.replace("go, lamp", "wait : TIME := T#1s; go, lamp").format(idle="", run="lamp(L, wait);")
    text = text[: text.index("ACTION")] + "END_PROGRAM"
    machine = run_trace(text, "after_ms | go | lamp\n 1 | 1 | 0\n 1 | 1 | 1\n 500 | 1 | 1", "reference")
    machine["wait"] = 100_000_000
    machine.scan(after_ms=1)
    assert not machine["lamp"]
