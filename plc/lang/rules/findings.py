"""What the rules look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.lower import Lowered
from plc.lang.rules.survey import Survey, survey


@dataclass(frozen=True, slots=True)
class Writer:
    """A program instance that writes a plant output, and where it first does."""

    instance: str
    tag: str
    span: Span


@dataclass(frozen=True, slots=True)
class Findings:
    """``units``: those of the user and the plant; ``sound``: the user's in texts without an error, for rules about
    what is missing; ``everything``: with the library's. All by upper-case name. ``text`` quotes the source.

    ``shared`` are the user's VAR_GLOBALs where all programs that can use them are known and without an error, else
    none; ``shared_by`` are the types, first values and configurations that may name them outside any unit.
    """

    units: Mapping[str, Lowered]
    sound: Mapping[str, Lowered]
    everything: Mapping[str, Lowered]
    writers: Sequence[Writer]
    text: Callable[[Span], str]
    shared: Sequence[ast.VariableBlock] = ()
    shared_by: Sequence[object] = ()
    _surveys: dict[str, Survey] = field(default_factory=dict)

    def survey(self, key: str) -> Survey:
        """What a unit does with its names; made when the first rule asks."""
        known = self._surveys.get(key)
        if known is None:
            known = self._surveys[key] = survey(self.everything[key], self.everything)
        return known
