"""S079: the condition of a transition calls a FUNCTION that writes what programs share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plc.core.diagnostic import Diagnostic
from plc.lang import ast
from plc.lang.check.chart.conditions import calls_in
from plc.lang.check.lower import Lowered
from plc.lang.rules.findings import Findings


def only_looks(findings: Findings) -> Iterator[Diagnostic]:
    """How often a condition is looked at is the chart's affair; what else it can write is told where it stands.

    passes: ``FUNCTION hot : BOOL hot := room_degc > limit; END_FUNCTION ... FROM off TO on := hot();``
    fails:  ``FUNCTION hot : BOOL count := count + 1; ... END_FUNCTION`` of a ``VAR_GLOBAL count : INT; END_VAR``
    """
    for lowered in findings.units.values():
        chart = lowered.interface.pou.chart
        for transition in () if chart is None else chart.transitions:
            for call in calls_in(transition.condition):
                name = call.target.name if isinstance(call.target, ast.Name) else ""
                written = _written(findings.everything, name.upper())
                if written:
                    what = f"{name} writes {written}, and the condition of a transition only looks"
                    cure = "call it in an ACTION and use its result here"
                    yield Diagnostic("S079", call.span, what, cure)


def _written(units: Mapping[str, Lowered], name: str) -> str:
    """What a unit writes of VAR_GLOBAL, itself or in what it calls; empty for nothing."""
    waiting, seen = [name], {name}
    while waiting:
        lowered = units.get(waiting.pop())
        if lowered is None:
            continue
        if lowered.facts.shared:
            return lowered.facts.shared
        waiting += [key for key in lowered.facts.calls if key not in seen]
        seen.update(lowered.facts.calls)
    return ""
