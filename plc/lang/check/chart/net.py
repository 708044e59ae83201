"""A chart as a net: steps by number, transitions with the numbers of the steps they leave and start."""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ast
from plc.lang.check.body import Body

UNRANKED = 1 << 62
"""Where a transition without PRIORITY stands among the others: behind them, in order of the text."""


@dataclass(frozen=True, slots=True)
class Move:
    """A transition: leaves all ``sources`` and starts all ``targets``, numbers of steps."""

    node: ast.Transition
    sources: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def name(self) -> str:
        """``from a to b`` as a message says it."""
        sources, targets = (", ".join(n.name for n in names) for names in (self.node.sources, self.node.targets))
        return f"from {sources} to {targets}"


@dataclass(frozen=True, slots=True)
class Net:
    """``moves`` stand in the order in which they are tried; ``leaving`` holds those that leave each step."""

    steps: tuple[ast.Step, ...]
    moves: tuple[Move, ...]
    initial: int
    leaving: tuple[tuple[Move, ...], ...]


def net_of(body: Body, chart: ast.Chart) -> Net | None:
    """The chart with its names resolved; None after reporting an unknown name or a wrong number of INITIAL_STEPs."""
    steps = _distinct(chart)
    numbers = {step.name.upper(): number for number, step in enumerate(steps)}
    initial = [number for number, step in enumerate(steps) if step.initial]
    good = len(initial) == 1
    if not initial:
        at = steps[0].name_span if steps else chart.transitions[0].span
        body.report.error("S070", at, "this chart has no INITIAL_STEP", "write INITIAL_STEP for the step it begins in")
    for number in initial[1:]:
        what = f"{steps[number].name} is a second INITIAL_STEP, after {steps[initial[0]].name}"
        body.report.error("S070", steps[number].name_span, what, "write STEP, and a transition that leads there")
    ordered = sorted(chart.transitions, key=lambda t: UNRANKED if t.priority is None else t.priority)
    moves = []
    for node in ordered:
        sources, targets = (_numbers(body, numbers, steps, names) for names in (node.sources, node.targets))
        good = good and None not in (*sources, *targets)
        moves.append(Move(node, _known(sources), _known(targets)))
    return Net(steps, tuple(moves), initial[0], leaving_of(len(steps), moves)) if good else None


def leaving_of(count: int, moves: list[Move]) -> tuple[tuple[Move, ...], ...]:
    """For each step the transitions that leave it."""
    found: list[list[Move]] = [[] for _ in range(count)]
    for move in moves:
        for step in move.sources:
            found[step].append(move)
    return tuple(map(tuple, found))


def _distinct(chart: ast.Chart) -> tuple[ast.Step, ...]:
    """The steps without those whose name an earlier one has, which is reported elsewhere."""
    found: dict[str, ast.Step] = {}
    for step in chart.steps:
        found.setdefault(step.name.upper(), step)
    return tuple(found.values())


def _numbers(
    body: Body, numbers: dict[str, int], steps: tuple[ast.Step, ...], names: tuple[ast.Name, ...]
) -> list[int | None]:
    found: list[int | None] = []
    for name in names:
        number = numbers.get(name.name.upper())
        if number is None and name.name:
            cure = body.world.near(name.name, (step.name for step in steps)) or f"write STEP {name.name}: END_STEP"
            body.report.error("S001", name.span, f"there is no step {name.name}", cure)
        elif number is not None and number in found:
            what = f"{name.name} is named twice in this transition"
            body.report.error("S002", name.span, what, "take one of the two away")
            number = None
        found.append(number)
    return found


def _known(numbers: list[int | None]) -> tuple[int, ...]:
    return tuple(number for number in numbers if number is not None)
