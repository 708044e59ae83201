"""S094: a rule without its way back."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang import ast
from plc.lang.check.interface import Interface
from plc.lang.check.scope import Variable
from plc.lang.rules.findings import Findings


def way_back(findings: Findings) -> Iterator[Diagnostic]:
    """An output of the plant, or of a PROGRAM, that is set TRUE under a condition is set FALSE somewhere too.

    Variables inside a unit may well go one way only (``learnt := TRUE``).

    passes: ``IF hot THEN Relays.fan := TRUE; ELSIF cool THEN Relays.fan := FALSE; END_IF;``
    fails:  ``IF hot THEN Relays.fan := TRUE; END_IF;``
    """
    for key, lowered in findings.sound.items():
        if lowered.interface.pou.kind is not ast.PouKind.PROGRAM:
            continue
        for path, writes in findings.survey(key).paths.items():
            if all(write.constant for write in writes) and _leaves_the_unit(lowered.interface, path):
                first = next((write for write in writes if write.sometimes), None)
                if first is not None:
                    text = findings.text(first.span)
                    what = f"{text} is set TRUE here and never FALSE again"
                    cure = f"say when it ends: ELSE {text} := FALSE;, or assign the condition: {text} := ...;"
                    yield Diagnostic("S094", first.span, what, cure, Severity.ADVICE)


def _leaves_the_unit(interface: Interface, path: str) -> bool:
    name = path.split(".")[0].split("[")[0]
    entry = interface.scope.find(name)
    if isinstance(entry, Variable) and entry.output:
        return True
    parameter = interface.parameters.get(name)
    return parameter is not None and parameter.section is ast.Section.OUTPUT
