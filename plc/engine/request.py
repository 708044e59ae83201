"""TRIP and ALARM instances of a program, as they stood after its last run.

A request is its Cause in the program's own memory: compiled code makes it FALSE before each run; between runs and
on a fault it stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from plc.core.event import EventKind
from plc.engine.area import Area, Cell
from plc.engine.events import MODULE, MODULE2, Reporter, trip_sentence
from plc.engine.manifest import BlockFacts

_REALS = ("Value", "Limit", "Reference", "Current", "Baseline")


class Request:
    """One TRIP. ``number`` is its breaker's (0: none), ``confirmed`` that a second criterion holds, ``may_reset``
    that the program allows a reset, ``pending`` that it counts down to ``due_ns`` from now."""

    def __init__(self, program: str, area: Area, facts: BlockFacts) -> None:
        self.key = f"{program}.{facts.path}"
        self.facts = facts
        self._memory = area.memory

        def at(name: str) -> Cell:
            return area.cell(f"{facts.path}.{name}")

        self._cause, self._confirmed, self._may_reset, self._pending = (
            at(name).offset for name in ("Cause", "Confirmed", "MayReset", "Pending")
        )
        self._number, self._due, self._lasted = at("Number"), at("Due"), at("Lasted")
        self._modules = {name: at(name) for name in (MODULE, MODULE2)}
        self._reals = {name: at(name) for name in _REALS}
        self.number = 0
        self.cause = self.confirmed = self.pending = False
        self.may_reset = True

    def read(self) -> None:
        """Take over what the program asks now."""
        memory = self._memory
        self.cause = memory[self._cause] != 0
        self.confirmed = memory[self._confirmed] != 0
        self.may_reset = memory[self._may_reset] != 0
        self.pending = memory[self._pending] != 0
        self.number = cast("int", self._number.get())

    @property
    def due_ns(self) -> int:
        return cast("int", self._due.get())

    def values(self) -> dict[str, float]:
        """The numbers behind the request; what the program did not give (NaN, module 0) is left out."""
        modules = {name: float(cast("int", cell.get())) for name, cell in self._modules.items()}
        reals = {name: cast("float", cell.get()) for name, cell in self._reals.items()}
        found = {name: number for name, number in modules.items() if number > 0}
        found.update((name, value) for name, value in reals.items() if not math.isnan(value))
        return found

    def sentence(self) -> str:
        return trip_sentence(self.values(), cast("int", self._lasted.get()), self.facts.file, self.facts.line)


class AlarmRequest:
    """One ALARM: reports each edge of its Q. ``said`` is the sentence it last raised with."""

    def __init__(self, program: str, area: Area, facts: BlockFacts, strings: Sequence[str]) -> None:
        """``<string>`` in the text is the name of the string whose number is Index."""
        self.key = f"{program}.{facts.path}"
        self._text = facts.text or self.key
        self._strings = strings
        self._response = facts.response
        self._q = area.cell(f"{facts.path}.Q")
        self._priority = area.cell(f"{facts.path}.Priority")
        self._index = area.cell(f"{facts.path}.Index")
        self.active = False
        self.said = ""

    def read(self, reporter: Reporter) -> None:
        active = bool(self._q.get())
        if active != self.active:
            self.active = active
            self._report(reporter)

    def end(self, reporter: Reporter) -> None:
        """No longer active, whatever its program said: it begins anew."""
        if self.active:
            self.active = False
            self._report(reporter)

    def carry(self, before: AlarmRequest) -> None:
        """Go on where the same alarm of another set stood."""
        self.active, self.said = before.active, before.said

    @property
    def priority(self) -> int:
        return cast("int", self._priority.get())

    @property
    def index(self) -> int:
        """The number of the string it is about; 0: of none."""
        return cast("int", self._index.get())

    @property
    def response(self) -> str:
        return self._response

    def _report(self, reporter: Reporter) -> None:
        index = self.index
        text = self._text
        if "<string>" in text and 1 <= index <= len(self._strings):
            text = text.replace("<string>", self._strings[index - 1])
        elif index:
            text = f"{text} ({index})"
        if not self.active:
            reporter.report(EventKind.ALARM_CLEARED, self.key, text)
            return
        self.said = text
        if self._response:
            text += f"; {self._response}"
        priority = max(1, self.priority)
        reporter.report(EventKind.ALARM, self.key, text, priority, {"Index": float(index)}, self._response)
