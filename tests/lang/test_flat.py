"""Loops over columns written without branches leave the bytes that the branches left, whatever lies in memory."""

from __future__ import annotations

import dataclasses
import re

import pytest

from plc.lang import native
from plc.lang.compile import compile_set
from plc.lang.native.object import optimised_text
from plc.lang.program import Program
from plc.lang.source import Source
from tests.lang.differential import images, run_both

HEAD = """
PROGRAM p
VAR
    n, count, row : INT; any, all : BOOL; bits : WORD; least : INT; limit, last : REAL; since : LTIME;
    ok, hot, done : ARRAY[1..37] OF BOOL; a, b : ARRAY[1..37] OF REAL; x : ARRAY[1..37] OF INT;
    began : ARRAY[1..37] OF LTIME; w : ARRAY[1..37] OF WORD; grid : ARRAY[0..4, 1..37] OF REAL; i : INT;
END_VAR
FOR i := 1 TO {last} DO
    {body}
END_FOR;
END_PROGRAM
"""
BODIES = {
    "a choice": "IF ok[i] THEN b[i] := a[i] - limit; END_IF;",
    "else": "IF ok[i] THEN b[i] := a[i] * limit; ELSIF hot[i] THEN b[i] := limit; ELSE x[i] := x[i] + 1; END_IF;",
    "one inside another": "IF ok[i] THEN x[i]:=3; IF a[i] > limit THEN x[i]:=x[i]*2; hot[i] := ok[i]; END_IF; END_IF;",
    "a count": "IF ok[i] AND a[i] >= limit THEN count := count + 1; END_IF;",
    "any and all": "IF hot[i] THEN any := TRUE; END_IF; IF NOT ok[i] THEN all := FALSE; END_IF;",
    "gathered bits": "IF ok[i] THEN bits := bits OR w[i]; any := any OR hot[i]; least := MIN(least, x[i]); END_IF;",
    "own in each run": "last := 0.0; IF ok[i] THEN last := a[i]; END_IF; b[i] := last;",
    "what it read before": "IF ok[i] THEN ok[i] := hot[i]; x[i] := 1; END_IF; IF ok[i] THEN x[i] := x[i] + 1; END_IF;",
    "a row chosen before": "b[i] := 0.0; IF ok[i] THEN b[i] := grid[row, i] - a[i]; END_IF;",
    "short circuits": "IF ok[i] AND_THEN (hot[i] OR_ELSE a[i] > limit) THEN done[i] := TRUE; END_IF;",
    "NaN": "IF ok[i] THEN b[i] := -a[i]; ELSE b[i] := ABS(a[i]) + limit; END_IF;",
    "times": "IF ok[i] THEN began[i] := since; END_IF; done[i] := since - began[i] <= T#10m;",
    "what the run before wrote": "IF ok[i] THEN count := count + 1; x[i] := count; END_IF;",
    "the place before": "IF i > 1 AND_THEN ok[i - 1] THEN ok[i] := TRUE; END_IF;",
    "an index that changes": "IF ok[i] THEN row := row + 1; grid[row, i] := 1.0; END_IF;",
    "a division": "IF ok[i] THEN x[i] := 100 / x[i]; END_IF;",
    "a search after it": "IF ok[i] THEN b[i] := a[i] * 2.0; done[i] := b[i] > limit; END_IF;"
    " IF done[i] AND (row = 0 OR b[i] > last) THEN row := i; last := b[i]; END_IF;",
    "two searches after it": "IF ok[i] THEN b[i] := a[i] * 2.0; END_IF;"
    " IF done[i] AND b[i] > last THEN row := i; hot[i] := TRUE; last := b[i]; END_IF;"
    " IF hot[i] THEN any := done[i]; END_IF;",
    "a search with something else": "IF ok[i] THEN b[i] := a[i] * 2.0; END_IF;"
    " IF done[i] AND b[i] > last THEN last := b[i]; ELSE row := row + i; last := a[i]; END_IF;",
    "a search that finds nothing": "IF ok[i] THEN b[i] := a[i] * 2.0; END_IF; done[i] := i > 40;"
    " IF done[i] AND b[i] > last THEN row := i; last := b[i]; END_IF;",
    "a search that goes back": "IF ok[i] THEN b[i] := a[i] * limit; END_IF; IF hot[i] THEN limit := b[i]; END_IF;",
    "a search that writes ahead": "IF i < 37 THEN IF ok[i] THEN b[i] := a[i]; END_IF;"
    " IF hot[i] AND last < a[i] THEN last := a[i]; a[i + 1] := 1.0; END_IF; END_IF;",
    "an index that it remembers": "IF ok[i] AND (row = 0 OR_ELSE a[i] > a[row]) THEN row := i; END_IF;",
    "two that it remembers": "IF ok[i] THEN IF row < 1 OR_ELSE a[i] > a[row] THEN count := row; row := i;"
    " ELSIF 0 = count OR_ELSE a[i] > a[count] THEN count := i; END_IF; END_IF;",
    "one that begins anew": "IF hot[i] THEN row := 1; END_IF; IF ok[i] AND a[row + 1] < a[i] THEN row := i; END_IF;",
    "one with another origin": "IF row > 0 AND_THEN a[row] > a[i] THEN row := x[i]; END_IF; count := i;",
    "one that is counted": "IF row <> 0 AND_THEN a[row] > a[i] THEN row := row + 1; END_IF;",
    "a search that may stop": "IF ok[i] THEN b[i] := a[i]; END_IF; IF hot[i] THEN row := 10 / x[i]; END_IF;",
    "the last that was": "IF ok[i] THEN last := a[i]; END_IF;",
}


def program(body: str, last: str = "n") -> Program:
    compiled = compile_set([Source("p.st", HEAD.format(body=body, last=last))])
    assert not compiled.errors, compiled.errors
    return compiled.programs["p"]


@pytest.mark.parametrize("last", ["n", "37"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_both_back_ends_leave_the_same_bytes(body: str, last: str) -> None:
    found = program(body, last)
    n, row = found.area.field("n"), found.area.field("row")
    assert n and row
    for seed in range(6):
        start = dataclasses.replace(images(found.unit, seed), budget=1_000)
        area = bytearray(start.area)
        area[n.offset : n.offset + 2] = (37, 36, 8, 5, 38, 0)[seed].to_bytes(2, "little")
        area[row.offset : row.offset + 2] = (0, 4, 2, 5, 3, 1)[seed].to_bytes(2, "little")
        assert not run_both(found.unit, dataclasses.replace(start, area=bytes(area)), 2).difference


@pytest.mark.parametrize("name", ["a choice", "else", "a count", "any and all", "a row chosen before", "times", "NaN"])
def test_loops_that_can_run_on_vectors_do(name: str) -> None:
    assert re.search(
        r"select <\d+ x i1>|add <\d+ x i\d+>|or <\d+ x i1>", optimised_text(native.emit(program(BODIES[name]).unit))
    )


REMEMBERED = """
PROGRAM p
VAR a : ARRAY[1..37] OF REAL; best, second, i : INT; END_VAR
best := 0;
second := 0;
FOR i := 1 TO 37 DO
    IF best = 0 OR_ELSE a[i] > a[best] THEN
        second := best;
        best := i;
    ELSIF second {guard} OR_ELSE a[i] > a[second] THEN
        second := i;
    END_IF;
END_FOR;
END_PROGRAM
"""


@pytest.mark.parametrize(("guard", "stops"), [("= 0", 1), ("< 1", 1), ("< 0", 3)])
def test_an_index_that_a_loop_remembers_is_checked_only_where_it_can_be_wrong(guard: str, stops: int) -> None:
    compiled = compile_set([Source("p.st", REMEMBERED.format(guard=guard))])
    assert not compiled.errors
    text = optimised_text(native.emit(compiled.programs["p"].unit))
    assert len(re.findall(r"^ +br .*!prof", text, re.MULTILINE)) == stops  # of the budget, and of the indices
