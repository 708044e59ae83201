"""Rules beyond typing, one a file: each is a function from what was found to diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plc.core.diagnostic import Diagnostic
from plc.lang.rules import (
    attributes,
    decimal_commas,
    frames,
    idle_globals,
    idle_timers,
    idle_variables,
    never_called,
    never_runs,
    ok_never_read,
    only_looks,
    real_equality,
    recursion,
    same_sides,
    time_counts,
    two_writers,
    units,
    way_back,
)
from plc.lang.rules.findings import Findings

Rule = Callable[[Findings], Iterator[Diagnostic]]


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the docs."""
    return (
        recursion.recursion,
        frames.frames,
        two_writers.two_writers,
        only_looks.only_looks,
        ok_never_read.ok_never_read,
        real_equality.real_equality,
        never_called.never_called,
        units.units,
        idle_variables.idle_variables,
        way_back.way_back,
        never_runs.never_runs,
        same_sides.same_sides,
        time_counts.time_counts,
        decimal_commas.decimal_commas,
        idle_timers.idle_timers,
        attributes.attributes,
        idle_globals.idle_globals,
    )
