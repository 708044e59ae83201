"""A chart as SFC objects, connected by localId.

    step -> (selectionDivergence) -> (simultaneousConvergence) -> transition
         -> (simultaneousDivergence) -> (selectionConvergence) -> step, or a jumpStep where the way goes back

A connection is written at its consumer: each object says where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from plc.exchange.element import Element
from plc.lang import ast
from plc.lang.print import expression

_ACROSS, _DOWN = 200, 80


@dataclass(slots=True)
class _Exit:
    """Where a connection starts: an object, and which of its outputs."""

    local_id: str
    output: str = ""


def write_chart(parent: Element, chart: ast.Chart) -> None:
    """The SFC body of a unit."""
    _Writer(parent.add("SFC"), chart).write()


@dataclass(slots=True)
class _Writer:
    body: Element
    chart: ast.Chart
    count: int = 0
    steps: dict[str, str] = field(default_factory=dict)
    outs: dict[str, list[_Exit]] = field(default_factory=dict)
    incoming: dict[str, list[_Exit]] = field(default_factory=dict)

    def write(self) -> None:
        order = {step.name.upper(): number for number, step in enumerate(self.chart.steps)}
        elements = {step.name.upper(): self._step(step, row) for row, step in enumerate(self.chart.steps)}
        leaving: dict[str, int] = {}
        for transition in self.chart.transitions:
            for source in transition.sources:
                leaving[source.name.upper()] = leaving.get(source.name.upper(), 0) + 1
        for name, ways in leaving.items():
            if name in self.steps:
                self.outs[name] = self._exits(self.steps[name], ways, order[name])
        for row, transition in enumerate(self.chart.transitions):
            self._transition(transition, row, order)
        for name, element in elements.items():
            self._arrive(element, self.incoming.get(name, []), order[name])

    def _object(self, tag: str, column: int, row: int, **attributes: str) -> Element:
        self.count += 1
        element = self.body.add(tag, localId=str(self.count), **attributes)
        element.add("position", x=str(column * _ACROSS), y=str(row * _DOWN))
        return element

    def _step(self, step: ast.Step, row: int) -> Element:
        initial = {"initialStep": "true"} if step.initial else {}
        element = self._object("step", 0, 2 * row, name=step.name, **initial)
        element.add("connectionPointIn")
        element.add("connectionPointOut", formalParameter="sfc")
        element.add("connectionPointOutAction", formalParameter="action")
        self.steps[step.name.upper()] = element.get("localId")
        if step.associations:
            self._actions(step, element.get("localId"), row)
        return element

    def _actions(self, step: ast.Step, local_id: str, row: int) -> None:
        block = self._object("actionBlock", 1, 2 * row)
        block.add("connectionPointIn").add("connection", refLocalId=local_id, formalParameter="action")
        for number, each in enumerate(step.associations):
            self.count += 1
            duration = {} if each.time is None else {"duration": expression(each.time)}
            action = block.add("action", localId=str(self.count), qualifier=each.qualifier, **duration)
            action.add("relPosition", x="0", y=str(number * 20))
            action.add("reference", name=each.name)

    def _exits(self, local_id: str, ways: int, row: int) -> list[_Exit]:
        """As many exits as transitions leave a step, through a selectionDivergence where there are several."""
        if ways == 1:
            return [_Exit(local_id, "sfc")]
        divergence = self._object("selectionDivergence", 2, 2 * row)
        _connect(divergence.add("connectionPointIn"), _Exit(local_id, "sfc"))
        return [self._out(divergence, number) for number in range(ways)]

    def _out(self, element: Element, number: int) -> _Exit:
        element.add("connectionPointOut", formalParameter=str(number + 1))
        return _Exit(element.get("localId"), str(number + 1))

    def _transition(self, transition: ast.Transition, row: int, order: dict[str, int]) -> None:
        exits = [self.outs[s.name.upper()].pop(0) for s in transition.sources if self.outs.get(s.name.upper())]
        if len(exits) > 1:
            exits = [self._converge("simultaneousConvergence", exits, row)]
        priority = {} if transition.priority is None else {"priority": str(transition.priority)}
        element = self._object("transition", 3, 2 * row + 1, **priority)
        _connect(element.add("connectionPointIn"), *exits)
        element.add("connectionPointOut")
        inline = element.add("condition").add("inline", name=transition.name or "")
        inline.add("ST").add("xhtml:p", expression(transition.condition))
        start = _Exit(element.get("localId"))
        starts = [start]
        if len(transition.targets) > 1:
            divergence = self._object("simultaneousDivergence", 4, 2 * row)
            _connect(divergence.add("connectionPointIn"), start)
            starts = [self._out(divergence, number) for number in range(len(transition.targets))]
        latest = max((order.get(source.name.upper(), 0) for source in transition.sources), default=0)
        for target, begin in zip(transition.targets, starts, strict=True):
            self._lead(target.name, begin, order.get(target.name.upper(), -1) <= latest, row)

    def _lead(self, target: str, begin: _Exit, back: bool, row: int) -> None:
        if back:
            jump = self._object("jumpStep", 5, 2 * row, targetName=target)
            _connect(jump.add("connectionPointIn"), begin)
        else:
            self.incoming.setdefault(target.upper(), []).append(begin)

    def _converge(self, tag: str, exits: Iterable[_Exit], row: int) -> _Exit:
        element = self._object(tag, 2, 2 * row)
        for each in exits:
            _connect(element.add("connectionPointIn"), each)
        element.add("connectionPointOut")
        return _Exit(element.get("localId"))

    def _arrive(self, step: Element, exits: list[_Exit], row: int) -> None:
        if len(exits) > 1:
            exits = [self._converge("selectionConvergence", exits, row)]
        point = step.child("connectionPointIn")
        if point is not None:
            _connect(point, *exits)


def _connect(point: Element, *exits: _Exit) -> None:
    for each in exits:
        output = {"formalParameter": each.output} if each.output else {}
        point.add("connection", refLocalId=each.local_id, **output)
