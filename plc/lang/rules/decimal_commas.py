"""S102: arguments that look like one number with a decimal comma."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.lang.rules.findings import Findings


def decimal_commas(findings: Findings) -> Iterator[Diagnostic]:
    """Two whole numbers with nothing but a comma between them, where a call takes them as two arguments.

    passes: ``MAX(share, 1, 5)``, ``MAX(share, 1.5)``
    fails:  ``MAX(share, 1,5)``
    """
    for key in findings.sound:
        for call in findings.survey(key).calls:
            for before, after in pairwise(call.arguments):
                text = findings.text(_both(before.span, after.span))
                if text.replace(",", "", 1).isdecimal():
                    what = f"{text} gives {findings.text(call.target.span)} two numbers here"
                    cure = f"write {text.replace(',', '.')} if one is meant, or a blank behind the comma"
                    yield Diagnostic("S102", _both(before.span, after.span), what, cure, Severity.ADVICE)


def _both(first: Span, last: Span) -> Span:
    return Span(first.file, first.line, first.column, last.end_line, last.end_column)
