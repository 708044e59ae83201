"""SFC objects, connected by localId, as the text of a chart.

An object says where it comes from; a transition's sources are found against the connections, its targets along them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.exchange.element import Element
from plc.exchange.tc6 import LANGUAGES
from plc.exchange.troubles import Troubles, formatted

_BETWEEN = ("selectionDivergence", "selectionConvergence", "simultaneousDivergence", "simultaneousConvergence")
_PASSED = ("comment", "actionBlock", "inVariable")
_DEEPEST = 100


@dataclass(slots=True)
class ChartReader:
    """One SFC body. ``conditions`` are the named transitions of its unit; ``actions`` collects bodies written inside
    steps, to become actions of the unit. Raises Unreadable after noting why."""

    troubles: Troubles
    body: Element
    pou: str
    conditions: dict[str, str]
    actions: list[tuple[str, str]] = field(default_factory=list)
    objects: dict[str, Element] = field(default_factory=dict)
    consumers: dict[str, list[tuple[str, Element]]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The steps, then the transitions."""
        self._index()
        steps = [each for each in self.body.children if each.tag == "step"]
        transitions = [each for each in self.body.children if each.tag == "transition"]
        found: list[str] = []
        for step in steps:
            word = "INITIAL_STEP" if step.flag("initialStep") else "STEP"
            found += [f"{word} {self.troubles.name(step)}:", *self._associations(step), "END_STEP"]
        for transition in transitions:
            found += self._transition(transition)
        return found

    def _index(self) -> None:
        for element in self.body.children:
            local_id = element.get("localId")
            known = element.tag in ("step", "transition", "jumpStep", *_BETWEEN, *_PASSED)
            if not known:
                what = f"the chart of {self.pou} holds {element.tag}, which is not done"
                raise self.troubles.refuse("X003", element.line, what, "draw it with steps and transitions alone")
            if local_id in self.objects:
                what = f"two objects of {self.pou} have the localId {local_id}"
                raise self.troubles.refuse("X004", element.line, what, "export it again")
            self.objects[local_id] = element
            for point in element.every("connectionPointIn"):
                for connection in point.every("connection"):
                    start = connection.get("refLocalId"), element
                    self.consumers.setdefault(start[0], []).append((connection.get("formalParameter"), element))
        self._hung()

    def _hung(self) -> None:
        """Refuses an action block that belongs to no step: its actions would be lost."""
        for element in self.body.every("actionBlock"):
            starts = [each.get("refLocalId") for each in element.every("connectionPointIn", "connection")]
            if not any(start in self.objects and self.objects[start].tag == "step" for start in starts):
                what = f"an action block of {self.pou} belongs to no step"
                raise self.troubles.refuse("X004", element.line, what, "connect it to its step")

    # ------------------------------------------------ steps

    def _associations(self, step: Element) -> list[str]:
        lines = []
        for _, block in self.consumers.get(step.get("localId"), ()):
            if block.tag == "actionBlock":
                lines += [self._association(step, action) for action in block.every("action")]
        return lines

    def _association(self, step: Element, action: Element) -> str:
        reference, inline = action.child("reference"), action.child("inline")
        if reference is not None:
            name = self.troubles.name(reference)
        elif inline is not None:
            name = f"{step.get('name')}_action_{len(self.actions) + 1}"
            self.actions.append((name, body_text(self.troubles, inline, f"an action of {self.pou}")))
        else:
            what = f"an action of step {step.get('name')} names nothing"
            raise self.troubles.refuse("X004", action.line, what, "name an action or a variable")
        qualifier, duration = action.get("qualifier", "N").strip() or "N", action.get("duration").strip()
        if not qualifier.isalnum():
            raise self.troubles.refuse("X004", action.line, "an action has no qualifier", "write N, S, R, L, D or P")
        time = f", {self.troubles.expression(duration, action.line, 'a duration')}" if duration else ""
        if indicator := action.get("indicator").strip():
            what = f"the indicator {indicator} in step {step.get('name')} is not done"
            self.troubles.note("X003", action.line, what, "ask for the step itself, as STEP.X, where it is read")
        return f"    {name}({qualifier}{time});"

    # ------------------------------------------------ transitions

    def _transition(self, transition: Element) -> list[str]:
        sources, targets = self._sources(transition, 0), self._targets(transition, 0)
        what = f"a transition of {self.pou}"
        if not sources or not targets:
            end = "comes from" if not sources else "leads to"
            raise self.troubles.refuse("X004", transition.line, f"{what} {end} no step", "connect it")
        condition = transition.child("condition")
        inline = None if condition is None else condition.child("inline")
        given = "" if inline is None else inline.get("name")
        name = f" {given}" if given.isidentifier() and given.isascii() else ""
        priority = transition.get("priority").strip()
        order = f" (PRIORITY := {int(priority)})" if priority.isdecimal() and len(priority) < 10 else ""
        line = f"TRANSITION{name}{order} FROM {_row(sources)} TO {_row(targets)}"
        return [line, f"    := {self._condition(transition, condition, what)};", "END_TRANSITION"]

    def _condition(self, transition: Element, condition: Element | None, what: str) -> str:
        if condition is None:
            raise self.troubles.refuse("X004", transition.line, f"{what} has no condition", "give it one")
        text = self._condition_text(condition, what)
        text = text.strip().removeprefix(":=").strip().removesuffix(";")
        found = self.troubles.expression(text, condition.line, f"the condition of {what}")
        return f"NOT ({found})" if condition.flag("negated") else found

    def _condition_text(self, condition: Element, what: str) -> str:
        inline, reference = condition.child("inline"), condition.child("reference")
        if inline is not None:
            return body_text(self.troubles, inline, what)
        if reference is not None:
            name = self.troubles.name(reference)
            return self.conditions.get(name.upper(), name)
        for connection in condition.every("connectionPointIn", "connection"):
            start = self.objects.get(connection.get("refLocalId"))
            if start is not None and start.tag == "inVariable":
                term = start.child("expression")
                return f"NOT ({term.text})" if term and start.flag("negated") else term.text if term else ""
        cure = "write the condition as text"
        raise self.troubles.refuse("X003", condition.line, f"the condition of {what} is drawn", cure)

    def _sources(self, element: Element, depth: int) -> list[str]:
        """The steps that lead into an object, against the connections."""
        self._limit(element, depth)
        found: list[str] = []
        for point in element.every("connectionPointIn"):
            for connection in point.every("connection"):
                start = self.objects.get(connection.get("refLocalId"))
                if start is None:
                    what = f"{element.tag} of {self.pou} comes from {connection.get('refLocalId')}, which is not there"
                    raise self.troubles.refuse("X004", connection.line, what, "connect it")
                if start.tag == "step":
                    found.append(self.troubles.name(start))
                elif start.tag in ("selectionDivergence", "simultaneousConvergence"):
                    found += self._sources(start, depth + 1)
        return found

    def _targets(self, element: Element, depth: int) -> list[str]:
        """The steps that an object leads to, along the connections."""
        self._limit(element, depth)
        outputs = [point.get("formalParameter") for point in element.every("connectionPointOut")]
        consumers = self.consumers.get(element.get("localId"), [])
        ordered = sorted(consumers, key=lambda each: outputs.index(each[0]) if each[0] in outputs else len(outputs))
        found: list[str] = []
        for _, consumer in ordered:
            if consumer.tag == "step":
                found.append(self.troubles.name(consumer))
            elif consumer.tag == "jumpStep":
                found += self._jump(consumer, depth)
            elif consumer.tag in ("simultaneousDivergence", "selectionConvergence"):
                found += self._targets(consumer, depth + 1)
        if element.tag != "simultaneousDivergence" and len(ordered) > 1:
            what = f"{element.tag} of {self.pou} leads to several objects"
            raise self.troubles.refuse("X004", element.line, what, "put a simultaneousDivergence between")
        return found

    def _jump(self, jump: Element, depth: int) -> list[str]:
        name = self.troubles.name(jump, "targetName")
        for element in self.body.children:
            if element.tag == "simultaneousDivergence" and element.get("name") == name:
                return self._targets(element, depth + 1)
        return [name]

    def _limit(self, element: Element, depth: int) -> None:
        if depth > _DEEPEST:
            what = f"the connections of {self.pou} run in a circle without a step"
            raise self.troubles.refuse("X004", element.line, what, "connect transitions with steps")


def _row(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def body_text(troubles: Troubles, body: Element, what: str) -> str:
    """The Structured Text of a body. Raises Unreadable for another language."""
    text = body.child("ST")
    if text is not None:
        return formatted(text).strip("\n").rstrip()
    kinds = [f"{LANGUAGES.get(child.tag, child.tag)}" for child in body.children if child.tag in (*LANGUAGES, "SFC")]
    cure = "write it in Structured Text, or as a chart with Structured Text"
    raise troubles.refuse("X003", body.line, f"{what} is {kinds[0] if kinds else 'empty'}, which is not done", cure)
