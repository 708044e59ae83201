"""S052: REALs compared for equality."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.rules.findings import Findings


def real_equality(findings: Findings) -> Iterator[Diagnostic]:
    """REAL and LREAL are compared with a margin; only 0.0 is compared exactly.

    passes: ``ABS(x - 1.2) < 0.001``, ``x = 0.0``
    fails:  ``x = 1.2``
    """
    for lowered in findings.units.values():
        for span in lowered.facts.real_equality:
            what = "two REAL values are hardly ever exactly equal"
            yield Diagnostic("S052", span, what, "compare with a margin: ABS(a - b) < 0.001", Severity.ADVICE)
