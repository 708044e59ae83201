"""S098: a timer that cannot time."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang import ast
from plc.lang.check.interface import Interface
from plc.lang.check.scope import type_at
from plc.lang.rules.findings import Findings
from plc.lang.rules.survey import Survey, path
from plc.lang.types import Struct

_TIMERS = ("TON", "TOF", "TP")


def idle_timers(findings: Findings) -> Iterator[Diagnostic]:
    """A timer has a time, and an input that changes.

    A TON whose IN is always TRUE is the usual delay after a start, and passes.

    passes: ``delay(IN := hot, PT := T#2s);``
    fails:  ``delay(IN := hot);``, ``delay(IN := hot, PT := T#0s);``, ``delay(IN := FALSE, PT := T#2s);``
    """
    for key, lowered in findings.sound.items():
        found = findings.survey(key)
        for call in found.calls:
            kind = type_at(lowered.interface.scope, call.target)
            if isinstance(kind, Struct) and kind.block.upper() in _TIMERS:
                yield from _idle(findings, lowered.interface, found, call, kind.block.upper())


def _idle(findings: Findings, interface: Interface, found: Survey, call: ast.Call, timer: str) -> Iterator[Diagnostic]:
    name = findings.text(call.target.span)
    start, time = _argument(call, 0, "IN"), _argument(call, 1, "PT")
    if isinstance(start, ast.Literal) and (start.value is False or (start.value is True and timer != "TON")):
        what = f"IN of {name} is always {'TRUE' if start.value else 'FALSE'}, so it never times"
        yield Diagnostic("S098", start.span, what, "give IN the condition that is timed", Severity.ADVICE)
    elif isinstance(time, ast.Literal) and time.value == 0:
        what = f"PT of {name} is zero, so it delays nothing"
        yield Diagnostic("S098", time.span, what, "write the delay, as in T#2s", Severity.ADVICE)
    elif time is None and not (_given(found, call.target) or _begins_with_values(interface, call.target)):
        what = f"{name} has no PT, so it delays nothing"
        yield Diagnostic("S098", call.span, what, "add PT := T#2s, or another time", Severity.ADVICE)


def _argument(call: ast.Call, position: int, name: str) -> ast.Expression | None:
    for number, argument in enumerate(call.arguments):
        if (argument.name or "").upper() == name or (argument.name is None and number == position):
            return argument.value
    return None


def _begins_with_values(interface: Interface, instance: ast.Expression) -> bool:
    """Whether the timer is declared with values of its own, as in ``t : TON := (PT := T#2s)``, or by VAR_CONFIG."""
    name = ast.root(instance)
    declared = (variable for block in interface.pou.blocks for variable in block.variables)
    first = any(variable.name.upper() == name and variable.initial is not None for variable in declared)
    return first or bool(interface.unit.file.configurations)


def _given(found: Survey, instance: ast.Expression) -> bool:
    """Whether PT comes from elsewhere: an assignment, or another call of the instance."""
    others = (call for call in found.calls if path(call.target) == path(instance))
    return f"{path(instance)}.PT" in found.paths or any(_argument(call, 1, "PT") for call in others)
