"""What the checker makes keeps the promises of the IR, and the look for broken ones finds them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plc.lang import ir
from plc.lang.types import BOOL, DINT, INT
from tests.lang.machine import compiled
from tests.lang.sound import unsound

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "programs").rglob("*.st"))
TEXT = """FUNCTION twice : INT VAR_INPUT n : INT; END_VAR twice := 2 * n; END_FUNCTION
PROGRAM p
VAR n : INT; row : ARRAY[1..3] OF INT; b : BOOL; END_VAR
row[n] := twice(n) / n;
IF b THEN n := 1; END_IF;
END_PROGRAM"""


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_what_is_shipped_is_sound(path: Path):
    for program in compiled(path.read_text("utf-8"), plant=True).programs.values():
        assert unsound(program.unit) == []


def changed(node: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """The tree with every node of that kind changed."""
    if isinstance(node, tuple):
        return tuple(changed(each, kind, change) for each in node)
    if not dataclasses.is_dataclass(node) or not type(node).__module__.startswith("plc.lang"):
        return node
    parts = {field.name: changed(getattr(node, field.name), kind, change) for field in dataclasses.fields(node)}
    built = type(node)(**parts)
    return change(built) if isinstance(node, kind) else built


BROKEN = [
    (ir.Assign, {"span": None}),
    (ir.Assign, {"value": None}),
    (ir.Assign, {"value": ir.Const(True, BOOL)}),
    (ir.Const, {"value": 1 << 40}),
    (ir.Const, {"value": 1.5}),
    (ir.If, {"condition": ir.Const(1, INT)}),
    (ir.Step, {"fault": 0}),
    (ir.Step, {"fault": 99}),
    (ir.Step, {"last": 90}),
    (ir.Binary, {"type": DINT}),
    (ir.Binary, {"fault": 0}),
    (ir.Place, {"offset": -2}),
    (ir.Place, {"offset": 1 << 20}),
    (ir.CallFunction, {"routine": "thrice"}),
    (ir.CallFunction, {"refs": (ir.Place(ir.Base.SELF, 0, (), INT),)}),
]


@pytest.mark.parametrize(("kind", "parts"), BROKEN)
def test_a_broken_promise_is_found(kind: type, parts: dict[str, Any]):
    unit = compiled(TEXT).programs["p"].unit
    broken = changed(unit.routines, kind, lambda node: dataclasses.replace(node, **parts))
    assert unsound(unit) == []
    assert unsound(dataclasses.replace(unit, routines=broken)) != []
