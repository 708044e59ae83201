"""The marks a test run sets: one BOOL for each way a decision can go, behind the user's variables in GLOBAL."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.lang import ir
from plc.lang.program import Way
from plc.lang.types import BOOL, Array, Field, Struct

MARKS = "cover marks"


@dataclass(slots=True)
class Marks:
    """Numbers every way of every decision; ``first`` is the offset of the first mark in GLOBAL."""

    first: int
    ways: list[Way] = field(default_factory=list)
    _numbers: dict[Way, int] = field(default_factory=dict)
    _laid_out: bool = False

    def mark(self, way: Way) -> ir.Place:
        """The mark of a way, the same one however often its unit is lowered."""
        number = self._numbers.setdefault(way, len(self.ways))
        if number == len(self.ways):
            if self._laid_out:
                raise LookupError(f"{way.file} line {way.line} has no place among the marks: it was lowered too late")
            self.ways.append(way)
        return ir.Place(ir.Base.GLOBAL, self.first + number, (), BOOL)

    def behind(self, variables: Struct) -> Struct:
        """GLOBAL with the marks behind its variables; from here on no way is added."""
        self._laid_out = True
        count = len(self.ways)
        if not count:
            return variables
        marks = Field(MARKS, Array(BOOL, ((0, count - 1),)), self.first)
        size = -(-(self.first + count) // variables.alignment) * variables.alignment
        initial = variables.initial.ljust(size, b"\0")
        return Struct(variables.name, (*variables.fields, marks), size, variables.alignment, initial, variables.block)
