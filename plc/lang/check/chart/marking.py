"""Every situation a chart can come into: the sets of steps that are active together.

Conditions are taken as able to be TRUE at any time, but for the literal FALSE. The search ends at a bound, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from plc.lang.check.chart.conditions import never_fires
from plc.lang.check.chart.net import Move, Net

MOST_SITUATIONS = 5_000
MOST_LOOKS = 500_000


@dataclass(frozen=True, slots=True)
class Doubled:
    """A transition that starts a step which is active already, in a situation."""

    move: Move
    step: int
    situation: int


@dataclass(slots=True)
class Situations:
    """Situations as bit sets of steps, in order of discovery; ``before`` holds, for each, those that lead to it.

    ``complete`` is False where the bound ended the search.
    """

    found: dict[int, int] = field(default_factory=dict)
    before: list[list[int]] = field(default_factory=list)
    doubled: Doubled | None = None
    complete: bool = True

    @property
    def ever_active(self) -> int:
        """All steps that are active in some situation."""
        every = 0
        for situation in self.found:
            every |= situation
        return every

    def ever_enabled(self, move: Move) -> bool:
        wanted = bits(move.sources)
        return any(situation & wanted == wanted for situation in self.found)

    def stuck_in(self, net: Net, step: int) -> int | None:
        """A situation with this step from which no situation is reached that lets it end; None where there is none."""
        leaving = [bits(move.sources) for move in net.leaving[step] if not never_fires(move.node.condition)]
        ends = [n for s, n in self.found.items() if any(s & wanted == wanted for wanted in leaving)]
        can_end = set(ends)
        while ends:
            for earlier in self.before[ends.pop()]:
                if earlier not in can_end:
                    can_end.add(earlier)
                    ends.append(earlier)
        return next((s for s, n in self.found.items() if s >> step & 1 and n not in can_end), None)


def bits(steps: tuple[int, ...]) -> int:
    return sum(1 << step for step in steps)


def names_of(net: Net, situation: int) -> str:
    """The steps of a situation as a message lists them."""
    return ", ".join(step.name for number, step in enumerate(net.steps) if situation >> number & 1)


def live_moves(net: Net) -> list[Move]:
    """The transitions that may fire."""
    return [move for move in net.moves if not never_fires(move.node.condition)]


def situations(net: Net) -> Situations:
    """Searches breadth first from the initial step; the first step started twice is noted, and none is followed."""
    first_source: list[list[tuple[Move, int, int]]] = [[] for _ in net.steps]
    for move in live_moves(net):
        first_source[move.sources[0]].append((move, bits(move.sources), bits(move.targets)))
    result = Situations({1 << net.initial: 0}, [[]])
    order = [1 << net.initial]
    looks = 0
    for here in order:
        for move, sources, targets in _from(first_source, here):
            looks += 1
            if here & sources != sources:
                continue
            rest = here & ~sources
            if rest & targets:
                step = (rest & targets & -(rest & targets)).bit_length() - 1
                result.doubled = result.doubled or Doubled(move, step, here)
                continue
            there = rest | targets
            if there not in result.found:
                if len(order) >= MOST_SITUATIONS or looks >= MOST_LOOKS:
                    result.complete = False
                    return result
                result.found[there] = len(order)
                result.before.append([])
                order.append(there)
            result.before[result.found[there]].append(result.found[here])
    return result


def _from(first_source: list[list[tuple[Move, int, int]]], here: int) -> Iterator[tuple[Move, int, int]]:
    """The transitions whose first step is active."""
    while here:
        step = (here & -here).bit_length() - 1
        yield from first_source[step]
        here &= here - 1
