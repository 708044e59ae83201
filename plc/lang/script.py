"""A TEST, compiled: pieces of code that run in one go, and between them what only the bench can do.

    x := 1; p.Start := TRUE;      piece 1 ┐
    ADVANCE_TIME(T#5s);           piece 1 ┘ -> Advance: the bench scans
    ASSERT(p.on);                 piece 2   -> Claim: the bench looks at what the piece has stored

All pieces are one routine, which runs the piece whose number lies in ``piece``; values go between code and bench
through slots in the test's own area. So a test needs nothing that a back end has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.types import Enumeration, Scalar, Struct, Text


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the test's area."""

    offset: int
    type: Scalar | Enumeration | Text


@dataclass(frozen=True, slots=True)
class Run:
    """Run a piece. Of all steps: piece 0 is none, and a step's piece runs before the step looks at its slots."""

    piece: int


@dataclass(frozen=True, slots=True)
class Advance:
    """ADVANCE_TIME by what ``by`` holds, a TIME."""

    piece: int
    by: Slot
    span: Span


class ClaimKind(StrEnum):
    """ASSERT: the first value, a BOOL, is TRUE; the others only show what was compared.
    EQUAL: got, wanted. NEAR: got, wanted, within."""

    ASSERT = "ASSERT"
    EQUAL = "ASSERT_EQUAL"
    NEAR = "ASSERT_NEAR"


@dataclass(frozen=True, slots=True)
class Claim:
    """An assertion. ``said`` is it as written, ``names`` are the values' own texts, ``told`` holds what people are told
    where it does not hold."""

    piece: int
    kind: ClaimKind
    values: tuple[Slot, ...]
    names: tuple[str, ...]
    told: Slot | None
    said: str
    span: Span


@dataclass(frozen=True, slots=True)
class SetInput:
    """``path`` has ``{}`` for each index, as in ``Strings[{}].Temperature.Value[{}]``; indices are LINT."""

    piece: int
    path: str
    indices: tuple[Slot, ...]
    value: Slot
    span: Span


@dataclass(frozen=True, slots=True)
class Pick:
    """IF and CASE: ``number`` (a DINT) says which of the ways, from 0, goes on."""

    piece: int
    number: Slot
    ways: tuple[tuple[Step, ...], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """FOR: first, last and step are of the variable's type."""

    piece: int
    variable: Slot
    first: Slot
    last: Slot
    step: Slot
    body: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Repeat:
    """WHILE (``test_first``) and REPEAT: ``piece`` computes the condition before (after) each run of the body."""

    piece: int
    condition: Slot
    body: tuple[Step, ...]
    test_first: bool
    span: Span


class LeaveKind(StrEnum):
    EXIT = "EXIT"
    CONTINUE = "CONTINUE"
    RETURN = "RETURN"


@dataclass(frozen=True, slots=True)
class Leave:
    kind: LeaveKind


Step = Run | Advance | Claim | SetInput | Pick | Count | Repeat | Leave


@dataclass(frozen=True, slots=True)
class ProgramUnderTest:
    """A PROGRAM in a test's VAR: the engine runs it under ``name``; ``offset`` is where its area lies in the test's."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Test:
    name: str
    span: Span
    unit: ir.Unit
    area: Struct
    piece: Slot
    programs: tuple[ProgramUnderTest, ...]
    steps: tuple[Step, ...]
