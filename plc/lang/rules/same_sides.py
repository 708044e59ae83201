"""S097: an operator with the same thing on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.rules.findings import Findings


def same_sides(findings: Findings) -> Iterator[Diagnostic]:
    """Comparisons, AND, OR, XOR, - and / join two different things.

    passes: ``a[1] > a[2]``, ``x * x``
    fails:  ``a[1] > a[1]``, ``smoke OR smoke``
    """
    for key in findings.sound:
        for node in findings.survey(key).same_sides:
            side = findings.text(node.right.span)
            what = f"{side} stands on both sides of {node.operator}"
            cure = "one of the two is meant to be another"
            if node.operator in ("=", "<>"):
                cure = f"{cure}; to ask whether a REAL is a number write IS_VALID({side})"
            yield Diagnostic("S097", node.span, what, cure, Severity.ADVICE)
