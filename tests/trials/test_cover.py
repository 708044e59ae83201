"""Branch cover: every decision, both ways, told by line and in words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from plc.cover import FileCover, covers, listing, percent, summary
from plc.engine.assemble import BackEnd
from plc.lang.compile import compile_set
from plc.lang.program import Way
from plc.lang.source import Source
from plc.trials import Wanted, run_trials

DECIDES = """\
TYPE Mode : (OFF, SLOW, FAST); END_TYPE
PROGRAM decides
VAR_INPUT
    n : INT;
    m : Mode;
    go : BOOL;
END_VAR
VAR
    a, i : INT;
END_VAR
IF n > 2 THEN
    a := 1;
ELSIF go THEN
    a := 2;
END_IF;
CASE n OF
    0, 1: a := 3;
    2..5: a := 4;
END_CASE;
CASE m OF
    OFF: a := 5;
    SLOW, FAST: a := 6;
END_CASE;
FOR i := 1 TO n DO
    a := a + 1;
END_FOR;
FOR i := 1 TO 3 DO
    a := a + 1;
END_FOR;
WHILE go AND_THEN a > 100 DO
    a := a - 50;
END_WHILE;
REPEAT
    a := a + 1;
UNTIL a > 2 * n OR_ELSE go END_REPEAT;
END_PROGRAM
"""


def missed(folder: Path, program: str, table: str, back_end: BackEnd = BackEnd.REFERENCE) -> list[tuple[int, str]]:
    (folder / "decides.st").write_text(program)
    (folder / "decides.test.csv").write_text(table)
    trials = list(run_trials([folder], Wanted(back_end, cover=True)))
    assert [trial.diagnostics for trial in trials] == [()]
    [found] = covers([folder], trials)
    return [(way.line, way.missed) for way in found.missed]


@pytest.mark.parametrize("back_end", list(BackEnd))
def test_each_kind_of_decision_says_which_way_it_never_went(tmp_path: Path, back_end: BackEnd) -> None:
    assert missed(tmp_path, DECIDES, "t_ms,n,m,go,?a\n0,0,OFF,FALSE,9\n", back_end) == [
        (11, "IF was never TRUE"),
        (13, "ELSIF was never TRUE"),
        (16, "CASE never met a value without a label"),
        (18, "CASE never chose 2..5"),
        (22, "CASE never chose SLOW, FAST"),
        (24, "FOR never ran its lines"),
        (30, "WHILE never ran its lines"),
        (30, "left of AND_THEN: it was never TRUE"),
        (35, "UNTIL was never FALSE"),
        (35, "left of OR_ELSE: it was never FALSE"),
    ]


def test_ways_of_several_rows_and_cases_add_up(tmp_path: Path) -> None:
    table = "t_ms,n,m,go\n0,0,OFF,FALSE\n1000,4,FAST,FALSE\n# again\n0,2,SLOW,TRUE\n1000,200,,TRUE\n2000,50,,FALSE\n"
    assert missed(tmp_path, DECIDES, table) == []


def test_a_loop_of_a_known_number_of_runs_and_a_known_condition_decide_nothing(tmp_path: Path) -> None:
    text = (
        "PROGRAM decides VAR a, i : INT; END_VAR FOR i := 1 TO 3 DO IF TRUE THEN a := 1; END_IF; END_FOR; END_PROGRAM"
    )
    assert missed(tmp_path, text, "t_ms,?a\n0,1\n") == []


def test_a_short_circuit_is_two_ways_although_its_condition_is_one(tmp_path: Path) -> None:
    text = (
        "PROGRAM decides VAR_INPUT a, b : BOOL; END_VAR VAR n : INT; END_VAR\n"
        "IF a AND_THEN b THEN n := 1; END_IF; END_PROGRAM"
    )
    table = "t_ms,a,b,?n\n0,TRUE,TRUE,1\n1000,TRUE,FALSE,1\n"
    assert missed(tmp_path, text, table) == [(2, "left of AND_THEN: it was never FALSE")]


def test_a_return_inside_a_loop_keeps_what_was_gone(tmp_path: Path) -> None:
    text = (
        "PROGRAM decides VAR_INPUT n : INT; END_VAR VAR i : INT; END_VAR\n"
        "FOR i := 1 TO n DO\nIF i = 2 THEN RETURN; END_IF;\nEND_FOR; END_PROGRAM"
    )
    assert missed(tmp_path, text, "t_ms,n\n0,5\n") == [(2, "FOR always ran its lines, never zero times")]


def test_a_program_without_a_table_is_named_with_all_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "alone.st").write_text(
        "PROGRAM alone VAR a : INT; END_VAR\nIF a > 0 THEN a := 1; END_IF; END_PROGRAM\n"
    )
    [found] = covers([tmp_path], [])
    assert [way.missed for way in found.missed] == ["IF was never FALSE", "IF was never TRUE"]
    assert percent([found]) == 0.0


def test_the_summary_never_rounds_up_to_all() -> None:
    ways = tuple((Way("f.st", line, 1, "IF was never TRUE"), line > 1) for line in range(1, 4001))
    assert list(summary([FileCover(Path("f.st"), ways)]))[-1] == "branch cover 99.9 %: 3999 of 4000 ways"


def test_the_summary_names_lines_and_the_share(tmp_path: Path) -> None:
    missed(tmp_path, DECIDES, "t_ms,n,m,go\n0,0,OFF,FALSE\n1000,4,FAST,FALSE\n")
    trials = list(run_trials([tmp_path], Wanted(BackEnd.REFERENCE, cover=True)))
    text = list(summary(covers([tmp_path], trials)))
    assert "    line 13: ELSIF was never TRUE" in text
    assert text[-1] == "branch cover 68.4 %: 13 of 19 ways"


def test_the_listing_marks_each_deciding_line(tmp_path: Path) -> None:
    table = "t_ms,n,m,go\n0,0,OFF,FALSE\n1000,4,FAST,FALSE\n"
    missed(tmp_path, DECIDES, table)
    trials = list(run_trials([tmp_path], Wanted(BackEnd.REFERENCE, cover=True)))
    [found] = covers([tmp_path], trials)
    lines = list(listing(found))
    at = lines.index("   13 MISSED  ELSIF go THEN")
    assert lines[at + 1] == "              ^ ELSIF was never TRUE"
    assert "   11     ok  IF n > 2 THEN" in lines
    assert lines[at - 1] == "   12             a := 1;"


def hashes(sources: Iterable[Source]) -> list[str]:
    return [program.source_hash for program in compile_set(list(sources)).programs.values()]


def test_what_runs_on_a_plant_holds_no_mark() -> None:
    source = Source("decides.st", DECIDES)
    plain, marked = compile_set([source]), compile_set([source], cover=True)
    assert plain.cover is None
    assert plain.globals.size == 0
    assert marked.cover is not None
    assert marked.globals.size == len(marked.cover.ways)
    assert plain.programs["decides"].source_hash == marked.programs["decides"].source_hash
    assert [routine.name for routine in plain.programs["decides"].unit.routines] == ["decides"]


CHART = """\
PROGRAM decides
VAR_INPUT
    go, stop : BOOL;
END_VAR
VAR
    n : INT;
END_VAR
INITIAL_STEP rest:
END_STEP
STEP runs:
    counting(N);
END_STEP
TRANSITION FROM rest TO runs := go; END_TRANSITION
TRANSITION FROM runs TO rest := stop; END_TRANSITION
ACTION counting:
    IF n < 100 THEN
        n := n + 1;
    END_IF;
END_ACTION
END_PROGRAM
TEST 'runs'
VAR
    p : decides;
END_VAR
ADVANCE_TIME(T#2s);
ASSERT(p.rest.X);
p.go := TRUE;
ADVANCE_TIME(T#2s);
ASSERT(p.runs.X AND p.n > 0);
END_TEST
"""


@pytest.mark.parametrize("back_end", list(BackEnd))
def test_transitions_and_actions_of_charts_decide(tmp_path: Path, back_end: BackEnd) -> None:
    (tmp_path / "decides.st").write_text(CHART)
    trials = list(run_trials([tmp_path], Wanted(back_end, cover=True)))
    assert [trial.passed for trial in trials] == [True], trials
    [found] = covers([tmp_path], trials)
    assert [(way.line, way.missed) for way in found.missed] == [
        (14, "TRANSITION was never TRUE"),
        (16, "IF was never FALSE"),
    ]
