"""S050: two programs that write one output."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic
from plc.lang.rules.findings import Findings, Writer


def two_writers(findings: Findings) -> Iterator[Diagnostic]:
    """Each output of the plant is written by one program instance.

    passes: program ``fan`` writes ``Relays.fan``, program ``lamp`` writes ``Relays.lamp``
    fails:  programs ``fan`` and ``lamp`` both write ``Relays.fan``
    """
    first: dict[str, Writer] = {}
    for writer in findings.writers:
        other = first.setdefault(writer.tag.upper(), writer)
        if other is not writer:
            what = (
                f"{writer.tag} is written by {writer.instance} here and by {other.instance} in "
                f"{other.span.file} line {other.span.line}"
            )
            yield Diagnostic(
                "S050", writer.span, what, "let one program write it and read the other's wish from VAR_GLOBAL"
            )
