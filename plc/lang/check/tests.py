"""Checks the TESTs of the texts under test, and lowers those that are to run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.interface import Interface
from plc.lang.check.interface_of import lay_out_test
from plc.lang.check.layout import Layout
from plc.lang.check.lower import Lowered
from plc.lang.check.script import Script
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.world import World
from plc.lang.script import ProgramUnderTest, Slot, Step
from plc.lang.types import DINT, Struct


@dataclass(frozen=True, slots=True)
class LoweredTest:
    """A test as `Lowered`, with what the bench needs beside it."""

    test: ast.Test
    lowered: Lowered
    piece: Slot
    steps: tuple[Step, ...]
    programs: tuple[ProgramUnderTest, ...]

    @property
    def key(self) -> str:
        """Its name among the units lowered; no unit has one like it."""
        return self.lowered.routine.name.upper()


def named_once(world: World, units: list[Unit]) -> None:
    """Reports tests without a name, and those of a name that an earlier one beside the same program has."""
    taken: dict[tuple[str, str], Span] = {}
    for unit in units:
        program = unit.source.path.removesuffix(".st").removesuffix(".test")
        for test in unit.file.tests:
            head, name = _head(test), (program, test.name)
            if not test.name.strip():
                world.report.error("S080", head, "this TEST has no name", "write TEST 'what it shows'")
            elif name in taken:
                first = taken[name]
                where = f"line {first.line}" if first.file == head.file else f"{first.file} line {first.line}"
                what = f"the TEST '{test.name}' stands twice, first in {where}"
                world.report.error("S080", head, what, "give each test a name of its own")
            taken.setdefault(name, head)


def lower_test(world: World, unit: Unit, test: ast.Test) -> LoweredTest:
    """The script of a test; its problems are reported."""
    name = f"TEST {test.name}"
    pou = ast.Pou(ast.PouKind.FUNCTION_BLOCK, name, None, test.blocks, (), (), _head(test), test.span)
    _only_var(world, test)
    _not_of_the_plant(world, test)
    interface = lay_out_test(world, pou, unit)
    own = Layout(list(interface.instance.fields), bytearray(interface.instance.initial), interface.instance.alignment)
    body = Body(world, interface.scope, interface.temp.copy(), is_test=True)
    script = Script(body, own)
    piece = script.slot(DINT)
    steps = script.steps(test.body)
    if not script.claims and not _broken(world, test):
        cure = "write ASSERT(...), ASSERT_EQUAL(...) or ASSERT_NEAR(...) in it"
        world.report.error("S081", _head(test), f"the TEST '{test.name}' asserts nothing", cure)
    area = own.finish(name, name)
    frame = body.temp.finish(f"{name} frame")
    routine = ir.Routine(name, area, frame, (), script.entry(piece, test.span), test.span)
    lowered = Lowered(interface, routine, body.facts, tuple(body.faults), interface.sources)
    return LoweredTest(test, lowered, piece, steps, tuple(_programs(world, interface)))


def _head(test: ast.Test) -> Span:
    """The word TEST."""
    at = test.span
    return Span(at.file, at.line, at.column, at.line, at.column + 4)


def _broken(world: World, test: ast.Test) -> bool:
    """Whether the parser found an error inside: what it skipped may have been the assertion."""
    return any(
        found.code.startswith("P")
        and found.span.file == test.span.file
        and test.span.line <= found.span.line <= test.span.end_line
        for found in world.report.diagnostics
    )


def _only_var(world: World, test: ast.Test) -> None:
    for block in test.blocks:
        if block.section is not ast.Section.VAR:
            at = block.span
            span = Span(at.file, at.line, at.column, at.line, at.column + len(block.section))
            world.report.error("S034", span, f"a TEST has no {block.section}", "declare its variables in VAR")


def _not_of_the_plant(world: World, test: ast.Test) -> None:
    """A variable named as a program of the plant would run in its place."""
    for block in test.blocks:
        for variable in block.variables:
            known = world.pous.get(variable.name.upper())
            if known is not None and known[1].origin is Origin.PLANT:
                what = f"{variable.name} is a program of the plant, which fills its readings"
                world.report.error("S002", variable.span, what, "choose another name")


def _programs(world: World, interface: Interface) -> Iterator[ProgramUnderTest]:
    for field in interface.instance.fields:
        if isinstance(field.type, Struct) and field.type.block:
            pou, _ = world.pous[field.type.block.upper()]
            if pou.kind is ast.PouKind.PROGRAM:
                yield ProgramUnderTest(field.name, field.offset, field.type.size)
