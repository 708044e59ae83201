"""S051: a measurement whose Ok nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.rules.findings import Findings


def ok_never_read(findings: Findings) -> Iterator[Diagnostic]:
    """A unit that uses the Value of a Measurement or of Measurements looks at its Ok somewhere.

    passes: ``IF m.Ok AND m.Value > 55.0 THEN``
    fails:  ``IF m.Value > 55.0 THEN`` (a stale value keeps its number)
    """
    for lowered in findings.units.values():
        if lowered.interface.system:
            continue
        for path, (span, written) in lowered.facts.measured.items():
            if path not in lowered.facts.judged:
                what = f"the Value of {written} is used, but {lowered.interface.pou.name} never looks at its Ok"
                yield Diagnostic(
                    "S051", span, what, f"test {written}.Ok first: a stale value keeps its number", Severity.ADVICE
                )
