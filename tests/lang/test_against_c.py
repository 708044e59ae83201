"""Both back ends give what C gives, on the recorded random programs; a mistake in the lowering turns that red.

The long run, with gcc and programs never seen before, is ``python -m tests.lang.against_c --count 3000``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from plc.lang import ir
from plc.lang.types import BOOL
from tests.lang.against_c.record import COUNT, FOLDER
from tests.lang.cells import gives, read

PROGRAMS = sorted(FOLDER.glob("*.st"))
AT_ONCE = 10


@pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))
def test_recorded_programs_give_what_c_gives(first: int) -> None:
    for path in PROGRAMS[first : first + AT_ONCE]:
        assert gives(read(path, FOLDER)) == [], path.name


def test_the_record_is_whole() -> None:
    assert len(PROGRAMS) == COUNT
    assert all(path.with_suffix(".csv").exists() for path in PROGRAMS)


def rebuilt(node: Any, wrong: Callable[[Any], Any]) -> Any:
    """The IR with every node passed through ``wrong``, from the innermost outwards."""
    if isinstance(node, tuple):
        return tuple(rebuilt(part, wrong) for part in node)
    if not is_dataclass(node) or isinstance(node, type) or type(node).__module__ != ir.__name__:
        return node
    parts = {f.name: rebuilt(getattr(node, f.name), wrong) for f in fields(node)}
    return wrong(replace(node, **parts))


def cut_instead_of_rounded(node: Any) -> Any:
    match node:
        case ir.Convert(rounding=ir.Rounding.NEAREST):
            return replace(node, rounding=ir.Rounding.TRUNCATE)
    return node


def wrapped_instead_of_saturated(node: Any) -> Any:
    match node:
        case ir.Convert(rounding=ir.Rounding.SATURATE):
            return replace(node, rounding=ir.Rounding.WRAP)
    return node


def plus_before_times(node: Any) -> Any:
    """``a + b * c`` as ``(a + b) * c``."""
    match node:
        case ir.Binary(op=ir.BinaryOp.ADD, right=ir.Binary(op=ir.BinaryOp.MUL, left=b, right=c, type=kind)):
            if node.type == kind:
                return ir.Binary(ir.BinaryOp.MUL, replace(node, right=b), c, kind)
    return node


def both_sides_always(node: Any) -> Any:
    match node:
        case ir.ShortCircuit():
            op = ir.BinaryOp.AND if node.conjunction else ir.BinaryOp.OR
            return ir.Binary(op, node.left, node.right, BOOL)
    return node


def the_other_choice(node: Any) -> Any:
    return replace(node, then=node.otherwise, otherwise=node.then) if isinstance(node, ir.Select) else node


def one_run_less(node: Any) -> Any:
    return replace(node, last=node.first) if isinstance(node, ir.For) else node


PLANTED = (
    cut_instead_of_rounded,
    wrapped_instead_of_saturated,
    plus_before_times,
    both_sides_always,
    the_other_choice,
    one_run_less,
)


@pytest.mark.parametrize("wrong", PLANTED, ids=lambda wrong: wrong.__name__)
def test_one_mistake_in_the_lowering_turns_the_comparison_red(wrong: Callable[[Any], Any]) -> None:
    cells = (read(path, FOLDER) for path in PROGRAMS)
    assert any(gives(cell, lambda unit: rebuilt(unit, wrong)) for cell in cells)
