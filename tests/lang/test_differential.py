"""Reference and native leave the same bytes: on 300 random units, and on none when an instruction is wrong.

The long run is ``python -m tests.lang.generator --count 10000``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from plc.lang import ir, native
from plc.lang.compile import compile_set
from plc.lang.native.code import INSTRUCTIONS
from plc.lang.program import Program
from plc.lang.source import Source
from plc.store.gather import compile_gathered, gather
from plc.store.resolve import program_files
from tests.lang.differential import compare, fresh, images, run_both
from tests.lang.generator import UnitMaker

AT_ONCE = 10
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("first", range(0, 300, AT_ONCE))
def test_random_units_leave_the_same_bytes_in_both_back_ends(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        report = compare(seed, opt=seed % 4 % 3)
        assert not report.difference, f"seed {seed}: {report.difference}\n{report.smallest()}"


@pytest.mark.parametrize("seed", range(3))
def test_long_units_cut_into_pieces_leave_the_same_bytes(seed: int) -> None:
    unit = UnitMaker(seed, length=160).make()
    assert ") #2 {" in native.emit(unit)
    report = compare(seed, 1, length=160)
    assert not report.difference, f"seed {seed}: {report.difference}"


def test_a_chart_of_forty_steps_is_optimised_whole() -> None:
    text = (ROOT / "benchmarks" / "st" / "long_chart.st").read_text(encoding="utf-8")
    assert " #2 {" not in native.emit(compile_set([Source("long_chart.st", text)]).programs["long_chart"].unit)


@pytest.fixture(scope="module")
def ups_room() -> Mapping[str, Program]:
    """Every program of the example room, and those that fill its process image."""
    compiled = compile_gathered(gather([ROOT / "examples" / "ups_room"]))
    assert not compiled.errors
    return compiled.programs


SHIPPED = sorted(path.stem for path in program_files(ROOT / "programs") if path.parent.name == "programs")


@pytest.mark.parametrize("name", ["plant_inputs", "plant_state", *SHIPPED])
def test_every_shipped_program_leaves_the_same_bytes(ups_room: Mapping[str, Program], name: str) -> None:
    unit = ups_room[name].unit
    starts = [fresh(unit)] + [dataclasses.replace(images(unit, seed), budget=1_000_000) for seed in range(3)]
    for start in starts:
        assert not run_both(unit, start, 2).difference


WRONG = {"add": "sub", "sub": "add", "mul": "add", "and": "or", "or": "xor", "xor": "or"}


@pytest.mark.parametrize("op", INSTRUCTIONS)
def test_one_wrong_instruction_turns_the_comparison_red(op: ir.BinaryOp) -> None:
    planted = {**INSTRUCTIONS, op: WRONG[INSTRUCTIONS[op]]}
    units = ((UnitMaker(seed).make(), seed) for seed in range(60))
    assert any(run_both(unit, images(unit, seed), 0, planted).difference for unit, seed in units)
