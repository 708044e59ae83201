"""What every back end hands out: a program bound to its memory, ready to run once a scan.

Unit + memory --reference | native--> Runner --()--> 0 or the number of the fault site
"""

from __future__ import annotations

import mmap
import struct
from typing import Protocol

from plc.lang import ir

Memory = bytearray | memoryview | mmap.mmap
"""Writable bytes that stay where they are as long as a Runner uses them."""

_CONTEXT = struct.Struct("<qq")


class Runner(Protocol):
    def __call__(self) -> int:
        """Run the entry once: 0, or the number of the fault site it stopped at (``unit.faults[number - 1]``)."""


def new_context(budget: int) -> bytearray:
    """A context with that many loop runs left and no conversion fault counted."""
    return bytearray(_CONTEXT.pack(budget, 0))


def read_context(context: Memory) -> tuple[int, int]:
    """(loop runs left, conversion faults counted)."""
    budget, faults = _CONTEXT.unpack_from(context)
    return budget, faults


def check_memory(unit: ir.Unit, area: Memory, site: Memory, globals: Memory, context: Memory) -> None:
    """Refuse memory too small for the unit with a ValueError that names the area."""
    needed = (
        ("area", area, unit.routine(unit.entry).instance.size),
        ("site", site, unit.site.size),
        ("globals", globals, unit.globals.size),
        ("context", context, ir.CONTEXT_SIZE),
    )
    for name, memory, size in needed:
        if len(memory) < size:
            raise ValueError(f"{unit.entry}: {name} has {len(memory)} bytes, the program needs {size}")
