"""S099: an attribute nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang import ast
from plc.lang.check.foreign import nearest
from plc.lang.rules.findings import Findings

KNOWN = ("protective", "task", "text", "response", "unit", "range", "description", "retain", "output", "system")


def attributes(findings: Findings) -> Iterator[Diagnostic]:
    """``{attribute 'name'}`` has one of the names that mean something here.

    passes: ``{attribute 'protective'} PROGRAM p``
    fails:  ``{attribute 'protectiv'} PROGRAM p``
    """
    for lowered in findings.sound.values():
        pou = lowered.interface.pou
        variables = (variable for block in pou.blocks for variable in block.variables)
        for attribute in (*pou.attributes, *(a for variable in variables for a in variable.attributes)):
            if attribute.name.lower() not in KNOWN:
                yield _unknown(attribute)


def _unknown(attribute: ast.Attribute) -> Diagnostic:
    meant = nearest(attribute.name, KNOWN)
    cure = f"did you mean {meant}?" if meant else f"the known ones are {', '.join(KNOWN[:8])}"
    what = f"the attribute '{attribute.name}' means nothing here"
    return Diagnostic("S099", attribute.span, what, cure, Severity.ADVICE)
