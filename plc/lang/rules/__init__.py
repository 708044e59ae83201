"""Rules beyond typing, one a file: each is a function from what was found to diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plc.core.diagnostic import Diagnostic
from plc.lang.rules import frames, never_called, ok_never_read, real_equality, recursion, two_writers
from plc.lang.rules.findings import Findings

Rule = Callable[[Findings], Iterator[Diagnostic]]


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the docs."""
    return (
        recursion.recursion,
        frames.frames,
        two_writers.two_writers,
        ok_never_read.ok_never_read,
        real_equality.real_equality,
        never_called.never_called,
    )
