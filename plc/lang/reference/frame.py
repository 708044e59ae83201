"""What a routine runs in, and how its closures reach one another."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Protocol

from plc.lang import ir
from plc.lang.runner import Memory

Pointer = tuple[Memory, int]
Value = bool | int | float | bytes


Bounds = tuple[tuple[int, int], ...]
"""First and last of each dimension of an open array; empty for any other reference."""
Referent = tuple[Memory, int, Bounds]
"""What a VAR_IN_OUT points to."""


class Frame:
    """One call of a routine: where its SELF lies, its own TEMP, what its references point to."""

    __slots__ = ("memory", "offset", "refs", "temp")

    def __init__(self, memory: Memory, offset: int, temp: bytearray, refs: tuple[Referent, ...]) -> None:
        self.memory = memory
        self.offset = offset
        self.temp = temp
        self.refs = refs


class Stop(Exception):
    """A fault on its way to the entry."""

    def __init__(self, site: int) -> None:
        super().__init__(site)
        self.site = site


class Signal(IntEnum):
    """What a statement asks of those around it; NEXT is false, so ``if signal`` reads as "leave"."""

    NEXT = 0
    EXIT = 1
    CONTINUE = 2
    RETURN = 3


Closure = Callable[[Frame], Any]
Address = Callable[[Frame], Pointer]
Step = Callable[[Frame], Signal]
RoutineRun = Callable[[Memory, int, tuple[Referent, ...]], None]
Observer = Callable[[ir.Expr | ir.MakeText, Value, Frame], None]


class Translation(Protocol):
    """What the translation of one node needs of the whole."""

    site: Memory
    globals: Memory
    context: Memory
    routines: dict[str, RoutineRun]
    instances: dict[str, bytes]

    def value(self, expression: ir.Expr | ir.MakeText) -> Closure:
        """A closure that gives the expression's value."""

    def observed(self, expression: ir.Expr | ir.MakeText, closure: Closure) -> Closure:
        """The same closure, seen by the observer if there is one."""

    def statement(self, statement: ir.Stmt) -> Step:
        """A closure that carries the statement out."""

    def block(self, statements: tuple[ir.Stmt, ...]) -> Step:
        """A closure that carries them out in order, up to the first signal."""
