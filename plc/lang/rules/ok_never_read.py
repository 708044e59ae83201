"""S051: a measurement whose Ok nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.check.lower import family
from plc.lang.rules.findings import Findings


def ok_never_read(findings: Findings) -> Iterator[Diagnostic]:
    """A unit that uses the Value of a Measurement or of Measurements looks at its Ok, or hands the whole to a block.

    passes: ``IF m.Ok AND m.Value > 55.0 THEN``
    fails:  ``IF m.Value > 55.0 THEN`` (a stale value keeps its number)
    """
    for key, lowered in findings.sound.items():
        if not lowered.facts.measured:
            continue
        others = [each.facts for each in family(findings.units, key)]
        judged = {path for facts in others for path in facts.judged}
        handed_on = {path for facts in others for path in facts.handed_on}
        for path, (span, written) in lowered.facts.measured.items():
            if path not in judged and not _handed_on(path, handed_on):
                what = f"the Value of {written} is used, but {lowered.interface.pou.name} never looks at its Ok"
                yield Diagnostic(
                    "S051", span, what, f"test {written}.Ok first: a stale value keeps its number", Severity.ADVICE
                )


def _handed_on(path: str, whole: set[str]) -> bool:
    return any(path == part or path.startswith(f"{part}.") for part in whole)
