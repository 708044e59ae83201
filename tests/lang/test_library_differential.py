"""Every block of the library leaves the same bytes in both back ends: from random memory, and from a fresh start with
random inputs, scan by scan."""

from __future__ import annotations

import dataclasses
import random
import struct
from collections.abc import Iterator

import pytest
from machine import PLANT

from plc.lang import ast, ir, native, reference
from plc.lang.compile import compile_set, library
from plc.lang.runner import Runner, new_context
from plc.lang.source import Source
from plc.lang.types import Struct, Symbol, symbols
from tests.lang.differential import fresh, images, plausible, run_both

BLOCKS = [pou for unit in library() for pou in unit.file.pous if pou.kind is ast.PouKind.FUNCTION_BLOCK]
PLACES = {
    "Measurements": "Strings[1].Temperature",
    "Measurement": "Strings[1].Current",
    "Contact": "Strings[1].Smoke",
    "BreakerStatus": "Strings[1].Breaker",
}
SCANS = 40

each_block = pytest.mark.parametrize("block", BLOCKS, ids=[block.name for block in BLOCKS])


def unit_of(block: ast.Pou) -> ir.Unit:
    """A PROGRAM with one instance ``x``, called once; what it takes by reference is the small plant's, or its own."""
    references = [v for part in block.blocks if part.section is ast.Section.IN_OUT for v in part.variables]
    names = [v.type.name if isinstance(v.type, ast.TypeName) else "" for v in references]
    arguments = ", ".join(f"{v.name} := {PLACES.get(n, 'points')}" for v, n in zip(references, names, strict=True))
    text = f"PROGRAM p VAR x : {block.name}; points : ARRAY[1..16] OF CurvePoint; END_VAR x({arguments}); END_PROGRAM"
    compiled = compile_set([Source("p.st", text)], PLANT)
    assert not compiled.errors
    return compiled.programs["p"].unit


@each_block
def test_a_block_leaves_the_same_bytes_from_random_memory(block: ast.Pou) -> None:
    unit = unit_of(block)
    starts = [fresh(unit), *(dataclasses.replace(images(unit, seed), budget=100_000) for seed in range(4))]
    for start in starts:
        assert not run_both(unit, start, 2).difference


@each_block
def test_a_block_leaves_the_same_bytes_at_every_scan_of_random_inputs(block: ast.Pou) -> None:
    unit = unit_of(block)
    loaded = native.load(native.compile_object(native.emit(unit)), unit.entry)
    one, other = Memories(unit), Memories(unit)
    assert any(one.changing)
    runners = one.bound(lambda *memory: reference.bind(unit, *memory)), other.bound(loaded.bind)
    for _ in range(SCANS):
        statuses = [runner() for runner in runners]
        assert statuses == [0, 0]
        assert one.bytes() == other.bytes()
        one.change()
        other.change()
    loaded.close()


class Memories:
    """One unit's memory and a chance of its own, the same for all of a unit."""

    def __init__(self, unit: ir.Unit) -> None:
        self.chance = random.Random(unit.entry)
        self.layouts = unit.routine(unit.entry).instance, unit.site
        self.areas = [bytearray(layout.initial) for layout in self.layouts]
        self.globals = bytearray(unit.globals.initial)
        self.context = new_context(1_000_000)
        self.changing = [list(self.inputs(layout)) for layout in self.layouts]
        (self.clock,) = [s for s in symbols(self.layouts[1]) if s.path == "Sys.Time"]

    def inputs(self, layout: Struct) -> Iterator[Symbol]:
        """What comes from outside: the block's inputs, its points, the first string's readings."""
        instance = layout.field("x")
        own = instance.type if instance is not None and isinstance(instance.type, Struct) else None
        given = {f"x.{f.name}" for f in own.fields if f.role == "input"} if own else set()
        for symbol in symbols(layout):
            path = symbol.path.partition("[")[0]
            if path in given or path == "points" or (symbol.path.startswith("Strings[1].") and "Count" not in path):
                yield symbol

    def bound(self, bind: object) -> Runner:
        return bind(self.areas[0], self.areas[1], self.globals, self.context)  # type: ignore[operator,no-any-return]

    def change(self) -> None:
        """Some inputs change, the first string has four modules, time goes on."""
        for area, changing in zip(self.areas, self.changing, strict=True):
            for symbol in changing:
                if self.chance.random() < 0.3:
                    value = plausible(symbol.type, self.chance)
                    area[symbol.offset : symbol.offset + len(value)] = value
        (now,) = struct.unpack_from("<q", self.areas[1], self.clock.offset)
        struct.pack_into("<q", self.areas[1], self.clock.offset, now + self.chance.randrange(3 * 10**9))
        for symbol in symbols(self.layouts[1]):
            if symbol.path.endswith("Temperature.Count"):
                struct.pack_into("<h", self.areas[1], symbol.offset, 4)
        self.context[:] = new_context(1_000_000)

    def bytes(self) -> list[bytes]:
        return [bytes(memory) for memory in (*self.areas, self.globals, self.context)]
