"""What the compiler hands to the engine: programs ready for a back end, and where their requests lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plc.core.diagnostic import Diagnostic, Span
from plc.core.plan import TaskPlan
from plc.lang import ir
from plc.lang.script import Test
from plc.lang.types import Struct, Type


@dataclass(frozen=True, slots=True)
class OutputSlot:
    """A plant output this program writes: its ``tag`` as ``Relays.fan``, its value at ``offset`` of the area."""

    tag: str
    offset: int
    type: Type


@dataclass(frozen=True, slots=True)
class BlockInstance:
    """An instance of a library block in a program's area: ``path`` as ``opens[2]``, its byte ``offset``, the
    span of its call, and the attributes of its declaration by lower-case name."""

    path: str
    offset: int
    span: Span
    attributes: Mapping[str, str]

    @property
    def text(self) -> str:
        """``{attribute 'text' := '...'}``: an ALARM's message."""
        return self.attributes.get("text", "")

    @property
    def response(self) -> str:
        """``{attribute 'response' := '...'}``: what a person does about an ALARM."""
        return self.attributes.get("response", "")


@dataclass(frozen=True, slots=True)
class Program:
    """One program instance. ``area`` is its memory; ``reads`` are the SITE granules it looks at."""

    name: str
    type_name: str
    unit: ir.Unit
    area: Struct
    outputs: tuple[OutputSlot, ...]
    trips: tuple[BlockInstance, ...]
    alarms: tuple[BlockInstance, ...]
    reads: frozenset[str]
    protective: bool
    system: bool
    attributes: Mapping[str, str]
    closure: tuple[str, ...]
    source_hash: str


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """One way a decision can go, by where it stands; ``missed`` is the sentence about it while nothing went there, as
    ``IF was never FALSE``."""

    file: str
    line: int
    column: int
    missed: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Which ways a set has, in the order of their marks: BOOLs from byte ``first`` of GLOBAL on."""

    ways: tuple[Way, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """A set of programs by instance name (none if there is any error), the shared areas, and all diagnostics.

    ``cover`` and ``tests`` are there only in a set compiled for a test run. ``tasks`` are those of the sources'
    CONFIGURATION, empty without one.
    """

    programs: Mapping[str, Program]
    site: Struct
    globals: Struct
    diagnostics: tuple[Diagnostic, ...]
    cover: Cover | None = None
    tests: tuple[Test, ...] = ()
    tasks: tuple[TaskPlan, ...] = ()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.is_error)
