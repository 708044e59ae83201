"""A chart too wide to search whole, made smaller without losing what can be wrong with it.

A step that goes to one other step alone may always go on: for this search it is the step it goes to. So a branch of
steps in a row is one step, and what is multiplied are the choices in the branches, not their lengths.
"""

from __future__ import annotations

from plc.lang.check.chart.conditions import never_fires
from plc.lang.check.chart.marking import Situations, live_moves, situations
from plc.lang.check.chart.net import Move, Net, leaving_of


def is_sound(net: Net) -> bool:
    """Whether the smaller chart was searched whole, every step and transition of it comes to be active, none is started
    twice, and none waits for ever: then this is true of the chart, too. FALSE says nothing."""
    ends = _ends(net)
    moves = [
        Move(move.node, move.sources, tuple(ends[step] for step in move.targets))
        for move in live_moves(net)
        if all(ends[step] == step for step in move.sources)
    ]
    if any(len(set(move.targets)) < len(move.targets) for move in moves):
        return False
    small = Net(net.steps, tuple(moves), ends[net.initial], leaving_of(len(net.steps), moves))
    found = situations(small)
    if not found.complete or found.doubled is not None:
        return False
    started = {step for move in live_moves(net) for step in move.targets} | {net.initial}
    return len(started) == len(net.steps) and _all_happens(small, found, set(ends.values()))


def _all_happens(small: Net, found: Situations, steps: set[int]) -> bool:
    reached = all(found.ever_active >> step & 1 for step in steps)
    passed = reached and all(map(found.ever_enabled, small.moves))
    together = {step for move in small.moves if len(move.sources) > 1 for step in move.sources}
    return passed and all(found.stuck_in(small, step) is None for step in together)


def _ends(net: Net) -> dict[int, int]:
    """For each step the one it stands for: where the ways that it may always take end."""
    onward: dict[int, int] = {}
    for step in range(len(net.steps)):
        ways = [move for move in net.leaving[step] if not never_fires(move.node.condition)]
        if len({move.targets for move in ways}) == 1 and all(len(m.sources) == len(m.targets) == 1 for m in ways):
            onward[step] = ways[0].targets[0]
    ends: dict[int, int] = {}
    for start in range(len(net.steps)):
        way, here = dict[int, None](), start
        while here in onward and here not in ends and here not in way:
            way[here] = None
            here = onward[here]
        if here in way:
            del onward[here]  # a ring of such steps is one of them
        end = ends.get(here, here)
        ends |= dict.fromkeys(way, end)
        ends[end] = end
    return ends
