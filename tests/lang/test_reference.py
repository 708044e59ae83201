"""The reference back end's own promises; what it shares with the native one is in test_back_ends*.py."""

from __future__ import annotations

import subprocess
import sys

import pytest

from plc.lang import ir, reference
from plc.lang.runner import new_context
from plc.lang.types import BOOL, DINT, REAL
from tests.lang.units import HERE, Memory, Trial, assign, routine, structure, unit

LAYOUT = structure("p", {"a": DINT, "b": DINT, "q": BOOL, "r": REAL})
V = Memory(ir.Base.SELF, LAYOUT)


def add(left: ir.Expr, right: ir.Expr) -> ir.Binary:
    return ir.Binary(ir.BinaryOp.ADD, left, right, DINT)


def test_a_program_keeps_its_values_between_scans() -> None:
    program = unit(routine("p", LAYOUT, [assign(V.place("a"), add(V["a"], V["b"]))]))
    trial = Trial(reference.bind, program, b=5)
    assert [trial.run(), trial.run(), trial["a"]] == [0, 0, 10]


def test_the_reference_never_imports_llvmlite() -> None:
    code = "import sys, plc.lang.reference; sys.exit('llvmlite' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_memory_too_small_is_refused_by_name_and_size() -> None:
    program = unit(routine("p", LAYOUT, []))
    with pytest.raises(ValueError, match=r"p: area has 3 bytes, the program needs 16"):
        reference.bind(program, bytearray(3), bytearray(), bytearray(), new_context(1))


def test_an_observer_sees_every_value_in_order_of_evaluation() -> None:
    condition = ir.Compare(ir.CompareOp.GT, add(V["a"], V["b"]), ir.Const(3, DINT))
    program = unit(routine("p", LAYOUT, [ir.If(condition, (assign(V.place("q"), ir.Const(True, BOOL)),), (), HERE)]))
    seen: list[object] = []
    area = bytearray(LAYOUT.size)
    area[0], area[4] = 2, 3
    observer = lambda expression, value, frame: seen.append((type(expression).__name__, value, frame.offset))  # noqa: E731
    run = reference.bind(program, area, bytearray(), bytearray(), new_context(1), observe=observer)
    assert run() == 0
    assert seen == [
        ("Load", 2, 0),
        ("Load", 3, 0),
        ("Binary", 5, 0),
        ("Const", 3, 0),
        ("Compare", True, 0),
        ("Const", True, 0),
    ]
