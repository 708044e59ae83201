"""State by name and type: what a new set takes over from the running one, planned off the scan's path.

    two layouts --moves--> stretches of bytes to copy --Migration.apply--> the new set's memory, between two scans

A variable keeps its value when its path and its type are the same in both; a new one starts at its initial value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plc.engine.area import Area
from plc.engine.loaded import LoadedSet, same_layout
from plc.lang.types import Array, Struct, Type

TRIAL_SCANS = 100
"""A new set whose program faults within so many scans goes back to the old one."""


@dataclass(frozen=True, slots=True)
class Move:
    """``length`` bytes from ``source`` in the old area to ``target`` in the new one."""

    source: int
    target: int
    length: int


def moves(old: Type, new: Type) -> tuple[Move, ...]:
    """What to copy, neighbouring stretches joined."""
    joined: list[Move] = []
    for move in _moves(old, 0, new, 0):
        last = joined[-1] if joined else None
        if last and (last.source + last.length, last.target + last.length) == (move.source, move.target):
            joined[-1] = Move(last.source, last.target, last.length + move.length)
        else:
            joined.append(move)
    return tuple(joined)


def _moves(old: Type, source: int, new: Type, target: int) -> Iterator[Move]:
    if same_layout(old, new):
        yield Move(source, target, new.size)
        return
    match old, new:
        case Struct(), Struct():
            for field in new.fields:
                was = old.field(field.name)
                if was is not None:
                    yield from _moves(was.type, source + was.offset, field.type, target + field.offset)
        case Array(dimensions=((low, high),)), Array(dimensions=((first, last),)):
            for index in range(max(low, first), min(high, last) + 1):
                yield from _moves(
                    old.element,
                    source + (index - low) * old.stride,
                    new.element,
                    target + (index - first) * new.stride,
                )
        case _:
            return


@dataclass(frozen=True, slots=True)
class Migration:
    """Every copy from one set's memory to another's."""

    copies: tuple[tuple[memoryview, memoryview], ...]

    def apply(self) -> None:
        for source, target in self.copies:
            target[:] = source

    @property
    def size(self) -> int:
        return sum(len(target) for _, target in self.copies)


def plan_migration(old: LoadedSet, new: LoadedSet) -> Migration:
    """Programs migrate by instance name and type name, GLOBAL by name."""
    pairs: list[tuple[Area, Area]] = [(old.globals, new.globals)]
    before = {program.name: program for program in (*old.programs.values(), *old.system)}
    for program in (*new.programs.values(), *new.system):
        was = before.get(program.name)
        if was is not None:
            pairs.append((was.area, program.area))
    return Migration(
        tuple(
            (source.view[m.source : m.source + m.length], target.view[m.target : m.target + m.length])
            for source, target in pairs
            for m in moves(source.layout, target.layout)
        )
    )
