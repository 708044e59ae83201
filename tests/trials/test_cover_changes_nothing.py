"""Marks only mark: a program that notes its ways leaves the same bytes as one that does not, in both back ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plc.lang import ir, native, reference
from plc.lang.compile import compile_set
from plc.lang.source import Source
from plc.store.gather import compile_gathered, gather
from plc.store.resolve import program_files
from tests.lang.differential import Images, State, images, scans
from tests.trials.test_cover import CHART, DECIDES

ROOT = Path(__file__).parents[2]
PROGRAMS = [path for path in program_files(ROOT / "programs") if path.stem in ("thermal_runaway", "smoke_in_room")]
SEEDS = range(2)


def marked_images(unit: ir.Unit, plain: ir.Unit, seed: int) -> Images:
    start = images(plain, seed)
    return replace(start, globals=start.globals.ljust(unit.globals.size, b"\0"))


def without_marks(states: list[State], plain: ir.Unit) -> list[State]:
    return [replace(state, globals=state.globals[: plain.globals.size]) for state in states]


def assert_same(plain: ir.Unit, marked: ir.Unit) -> None:
    loaded = native.load(native.compile_object(native.emit(marked)), marked.entry)
    for seed in SEEDS:
        start = marked_images(marked, plain, seed)
        wanted = list(scans(lambda *memory: reference.bind(plain, *memory), images(plain, seed)))
        found = list(scans(lambda *memory: reference.bind(marked, *memory), start))
        assert without_marks(found, plain) == wanted
        assert list(scans(loaded.bind, start)) == found
    loaded.close()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_a_shipped_program(path: Path) -> None:
    gathered = gather([path])
    plain, marked = compile_gathered(gathered), compile_gathered(gathered, cover=True)
    assert plain.programs
    for name, program in plain.programs.items():
        assert_same(program.unit, marked.programs[name].unit)


@pytest.mark.parametrize("text", [DECIDES, CHART.partition("TEST")[0]], ids=["every decision", "a chart"])
def test_every_kind_of_decision(text: str) -> None:
    source = Source("decides.st", text)
    plain, marked = compile_set([source]), compile_set([source], cover=True)
    assert_same(plain.programs["decides"].unit, marked.programs["decides"].unit)


LEAVES = """\
PROGRAM leaves
VAR_INPUT
    n : INT;
END_VAR
VAR
    i, j, k : INT;
END_VAR
FOR i := n TO 5 BY 2 DO
    FOR j := 1 TO n DO
        IF j = 3 THEN
            CONTINUE;
        ELSIF j > 4 AND_THEN k MOD 2 = 0 THEN
            EXIT;
        END_IF;
        k := k + 1;
    END_FOR;
    IF k > 40 THEN
        RETURN;
    END_IF;
END_FOR;
WHILE k > 0 DO
    k := k - 3;
    IF k = 6 THEN
        EXIT;
    END_IF;
END_WHILE;
k := 100 / (k + 2);
END_PROGRAM
"""


def test_loops_that_are_left_early_and_a_fault() -> None:
    source = Source("leaves.st", LEAVES)
    plain, marked = compile_set([source]), compile_set([source], cover=True)
    assert_same(plain.programs["leaves"].unit, marked.programs["leaves"].unit)
