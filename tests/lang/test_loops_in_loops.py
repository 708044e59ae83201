"""The counter of a loop around others is kept in a register only where nothing inside can change it."""

from __future__ import annotations

import dataclasses

import pytest

from plc.lang import ir, native
from plc.lang.compile import compile_set
from plc.lang.source import Source
from tests.lang.differential import images, run_both

TEXT = """
VAR_GLOBAL g : INT; END_VAR
FUNCTION_BLOCK MOVES
VAR_IN_OUT other : INT; END_VAR
VAR_EXTERNAL g : INT; END_VAR
VAR_INPUT add : INT; END_VAR
VAR calls : INT; END_VAR
calls := calls + 1;
g := g + add;
other := other + 1;
END_FUNCTION_BLOCK
PROGRAM p
VAR_EXTERNAL g : INT; END_VAR
VAR
    n, row, count, i, j, k : INT; last : REAL; ok, hot : ARRAY[1..9] OF BOOL; a, b : ARRAY[1..9] OF REAL;
    x : ARRAY[1..9] OF INT; grid : ARRAY[0..4, 1..9] OF REAL; moves : ARRAY[1..9] OF MOVES;
END_VAR
ACTION on : count := count + i; row := i; END_ACTION
{body}
END_PROGRAM
"""
NESTS = {
    "a grid": """FOR i := 0 TO 4 DO
        FOR j := 1 TO n DO grid[i, j] := a[j] + grid[i, j]; x[i + 1] := x[i + 1] + 1; END_FOR;
    END_FOR;""",
    "a grid too small": """FOR i := 0 TO 5 DO
        FOR j := 1 TO n DO grid[i, j] := a[j]; IF ok[j] THEN count := i; END_IF; END_FOR;
    END_FOR;""",
    "as far as variables say": """FOR i := row TO n DO
        FOR j := i TO 4 DO grid[j, i] := a[i]; END_FOR;
        x[i] := j;
    END_FOR;""",
    "backwards": """FOR i := 4 TO 0 BY -1 DO
        count := 0;
        WHILE count < 9 DO count := count + 1; grid[i, count] := last; END_WHILE;
    END_FOR;""",
    "left early": """FOR i := 1 TO 9 DO
        FOR j := 1 TO 9 DO IF hot[j] THEN EXIT; END_IF; x[i] := j; END_FOR;
        IF ok[i] THEN CONTINUE; END_IF;
        b[i] := a[i];
    END_FOR;""",
    "three": """FOR i := 0 TO 4 DO
        FOR j := 1 TO 5 DO
            FOR k := 1 TO 3 DO grid[i, j + k] := a[i + k]; x[j] := x[k + i] + i; END_FOR;
        END_FOR;
        last := grid[i, i + 1];
    END_FOR;""",
    "blocks called": """FOR i := 1 TO 9 DO
        moves[i](other := count, add := i);
        FOR j := 1 TO 4 DO moves[i](other := x[j], add := j); b[i] := grid[j, i]; END_FOR;
    END_FOR;""",
    "an action called": """FOR i := 1 TO 6 DO
        FOR j := 1 TO 2 DO on(); x[i] := x[i] + j; END_FOR;
        b[i] := last;
    END_FOR;""",
    "a search in each row": """FOR i := 0 TO 4 DO
        row := 0;
        FOR j := 1 TO 9 DO IF row = 0 OR_ELSE grid[i, j] > grid[i, row] THEN row := j; END_IF; END_FOR;
        x[i + 1] := row;
    END_FOR;""",
}


def unit(body: str) -> ir.Unit:
    compiled = compile_set([Source("p.st", TEXT.format(body=body))])
    assert not compiled.errors, compiled.errors
    return compiled.programs["p"].unit


@pytest.mark.parametrize("nest", NESTS.values(), ids=NESTS)
def test_both_back_ends_leave_the_same_bytes(nest: str) -> None:
    found = unit(nest)
    area = found.routine(found.entry).instance
    n, row = area.field("n"), area.field("row")
    assert n and row
    for seed in range(6):
        start = dataclasses.replace(images(found, seed), budget=(1_000, 1_000, 1_000, 1_000, 20, 7)[seed])
        memory = bytearray(start.area)
        memory[n.offset : n.offset + 2] = (9, 4, 8, 10, 9, 9)[seed].to_bytes(2, "little")
        memory[row.offset : row.offset + 2] = (1, 0, 2, 3, 1, 5)[seed].to_bytes(2, "little")
        assert not run_both(found, dataclasses.replace(start, area=bytes(memory)), 2).difference


def test_a_counter_inside_all_bounds_is_not_checked_in_the_loops_within() -> None:
    found = unit(NESTS["blocks called"])
    stops = {number for number, site in enumerate(found.faults, 1) if site.kind is ir.FaultKind.INDEX}
    assert stops
    assert not [line for line in native.emit(found).splitlines() if any(f"%stop{number}," in line for number in stops)]
