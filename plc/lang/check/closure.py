"""Lowers each program with everything it calls, its fault sites numbered through.

program -> blocks and functions in the order they are first called; each is lowered once per first fault number
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from plc.lang.check.lower import Lowered, lower
from plc.lang.check.world import World


@dataclass(slots=True)
class Lowerings:
    """What is lowered so far: by unit and first fault number, and the first lowering of each unit.

    ``meanwhile`` is called before each is lowered; what it raises ends the work.
    """

    world: World
    meanwhile: Callable[[], None] | None = None
    by_number: dict[tuple[str, int], Lowered] = field(default_factory=dict)
    first: dict[str, Lowered] = field(default_factory=dict)

    def get(self, key: str, first_fault: int) -> Lowered | None:
        """The unit with its fault sites from ``first_fault`` on; None where its variables contain itself."""
        known = self.by_number.get((key, first_fault))
        if known is not None:
            return known
        interface = self.world.lay_out(self.world, key)
        if interface is None:
            return None
        if self.meanwhile is not None:
            self.meanwhile()
        lowered = lower(self.world, interface, first_fault)
        self.by_number[key, first_fault] = lowered
        self.first.setdefault(key, lowered)
        return lowered

    def closure(self, program: str) -> dict[str, Lowered]:
        """The program and every unit it calls, directly or not, by upper-case name, in order of discovery."""
        entry = self.get(program, 1)
        return {} if entry is None else self.around(program, entry)

    def around(self, key: str, entry: Lowered) -> dict[str, Lowered]:
        """The same for what is lowered already, its fault sites numbered from 1."""
        found = {key: entry}
        waiting = list(entry.facts.calls)
        number = 1 + len(entry.faults)
        while waiting:
            key = waiting.pop(0)
            if key in found:
                continue
            lowered = self.get(key, number)
            if lowered is None:
                continue
            found[key] = lowered
            number += len(lowered.faults)
            waiting.extend(lowered.facts.calls)
        return found


def callees_first(closure: dict[str, Lowered], entry: str) -> list[Lowered]:
    """The units so that each comes after all it calls; the closure holds no recursion."""
    ordered: dict[str, Lowered] = {}
    path: list[tuple[str, list[str]]] = [(entry, list(closure[entry].facts.calls))]
    while path:
        key, rest = path[-1]
        while rest and rest[0] in ordered:
            rest.pop(0)
        if rest:
            path.append((rest[0], list(closure[rest[0]].facts.calls)))
        else:
            ordered[key] = closure[key]
            path.pop()
    return list(ordered.values())
