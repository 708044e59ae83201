"""S095, S096: statements that never run, conditions that are always the same."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.rules.findings import Findings


def never_runs(findings: Findings) -> Iterator[Diagnostic]:
    """What is written can run, and a condition can be TRUE and FALSE.

    A condition made of a named CONSTANT is not looked at: it is how a site switches a part off.

    passes: ``IF NOT ready THEN RETURN; END_IF; fan := TRUE;``
    fails:  ``RETURN; fan := TRUE;``, ``IF FALSE THEN``, ``IF count < 0 THEN`` where ``count`` is an UINT,
            ``CASE n OF 20: ...`` where ``n`` is an ``INT (0..10)``
    """
    for key, lowered in findings.sound.items():
        for span in findings.survey(key).unreachable:
            what = "this is never reached: the statement before it leaves"
            yield Diagnostic(
                "S095", span, what, "put the leaving under a condition, or take this away", Severity.ADVICE
            )
        for span, (low, high) in lowered.facts.outside:
            what = f"this CASE never has {findings.text(span)}: what it chooses by goes from {low} to {high}"
            yield Diagnostic("S095", span, what, "correct the label, or take it away", Severity.ADVICE)
        for span, answer in lowered.facts.always:
            what = f"{findings.text(span)} is always {'TRUE' if answer else 'FALSE'}"
            yield Diagnostic("S096", span, what, "correct the condition, or take it away", Severity.ADVICE)
