"""The unit being lowered: its names, its frame, the places where it can stop, and the facts the rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.interface import Interface
from plc.lang.check.layout import Layout
from plc.lang.check.marks import Marks
from plc.lang.check.report import Report
from plc.lang.check.scope import Scope
from plc.lang.check.values import Value
from plc.lang.check.world import World
from plc.lang.types import Field, Text, Type

DEEPEST = 120
LARGEST_FRAME = 256 * 1024


@dataclass(slots=True)
class Facts:
    """What lowering a unit has seen.

    calls          units called, by upper-case name, with the first call
    reads          SITE granules read, as ``Strings[].Temperature``
    measured       ``Value`` taken from a Measurement(s): its path -> where first, and the path as written
    judged         paths of which ``Ok`` was looked at
    handed_on      paths of whole structures passed to a block or copied
    real_equality  where REALs are compared with = or <>
    units          places and constants with a unit, by where they stand
    always         conditions that are the same whatever the values, with their answer
    outside        CASE labels the selector never has, with the values it can have
    started        own block variables called, by upper-case name, with the first call
    actions        own ACTIONs called as statements, by upper-case name
    shared         the first variable of VAR_GLOBAL, or marker, that is written; empty for none
    """

    calls: dict[str, Span] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    measured: dict[str, tuple[Span, str]] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    handed_on: set[str] = field(default_factory=set)
    real_equality: list[Span] = field(default_factory=list)
    started: dict[str, Span] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)
    units: dict[Span, str] = field(default_factory=dict)
    always: list[tuple[Span, bool]] = field(default_factory=list)
    outside: list[tuple[Span, tuple[int, int]]] = field(default_factory=list)
    uses_globals: bool = False
    shared: str = ""


@dataclass(slots=True, eq=False)
class Body:
    """One lowering of one unit. ``slots`` holds the plant outputs this PROGRAM writes, by upper-case granule;
    ``marks`` numbers the ways of a text under test.

    ``interface`` is the unit's, ``action`` its ACTION if this is the body of one, ``actions_called`` which of its
    actions are called here, and ``where`` the part of a chart that a fault's message names.
    """

    world: World
    scope: Scope
    temp: Layout = field(default_factory=Layout)
    facts: Facts = field(default_factory=Facts)
    faults: list[ir.FaultSite] = field(default_factory=list)
    slots: dict[str, Field] = field(default_factory=dict)
    may_write_site: bool = False
    is_program: bool = False
    loop_variables: list[ir.Place] = field(default_factory=list)
    loops: int = 0
    first_fault: int = 1
    depth: int = 0
    marks: Marks | None = None
    buffers: list[ir.Place] = field(default_factory=list)
    free_buffers: list[ir.Place] = field(default_factory=list)
    is_test: bool = False
    interface: Interface | None = None
    action: ast.Action | None = None
    actions_called: dict[str, Span] = field(default_factory=dict)
    where: str = ""

    @property
    def report(self) -> Report:
        return self.world.report

    def value(self, node: ast.Expression, hint: Type | None = None) -> Value:
        """What an expression is worth; ``hint`` is the type its surroundings would like, no more."""
        return self.world.evaluate(self, node, hint)

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        """Names are found in another scope meanwhile."""
        own, self.scope = self.scope, scope
        yield
        self.scope = own

    def fault(self, kind: ir.FaultKind, span: Span, of: str = "") -> int:
        """The number of a new place where the program can stop; ``of`` is the type that is left, if that is why."""
        text = self.world.text(span) + (f" as {of}" if of else "")
        self.faults.append(ir.FaultSite(kind, span, f"{text} in {self.where}" if self.where else text))
        return self.first_fault + len(self.faults) - 1

    def text_buffer(self, length: int, span: Span) -> ir.Place:
        """A hidden STRING[length] of its own for the rest of the statement; the next one may use it again."""
        for buffer in self.free_buffers:
            if isinstance(buffer.type, Text) and buffer.type.length == length:
                self.free_buffers.remove(buffer)
                return buffer
        kind = Text(length)
        made = self.hidden("text", kind, bytes(kind.size), span)
        self.buffers.append(made)
        return made

    def begin_statement(self) -> None:
        """What the statements before needed for a moment is free again."""
        self.free_buffers = list(self.buffers)

    def hidden(self, name: str, type: Type, initial: bytes, span: Span) -> ir.Place:
        """A place of its own in the frame; the name cannot collide with a declared one."""
        if len(self.temp.image) + type.size > LARGEST_FRAME:
            what = f"the frame of this unit grows beyond {LARGEST_FRAME // 1024} KiB here"
            self.report.error("S054", span, what, "call functions with less memory, or use a FUNCTION_BLOCK")
            return ir.Place(ir.Base.TEMP, 0, (), type)
        placed = self.temp.add(f"{name} {len(self.temp.fields)}", type, initial)
        return ir.Place(ir.Base.TEMP, placed.offset, (), type)
