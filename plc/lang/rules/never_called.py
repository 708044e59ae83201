"""S053: a block instance that is never called."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang import ast
from plc.lang.check.lower import Lowered, family
from plc.lang.check.values import is_block
from plc.lang.rules.findings import Findings


def never_called(findings: Findings) -> Iterator[Diagnostic]:
    """A declared block does nothing until it is called.

    passes: ``VAR t : TON; END_VAR t(IN := x, PT := T#1s);``
    fails:  ``VAR t : TON; END_VAR y := t.Q;``
    """
    for key, lowered in findings.sound.items():
        blocks = _blocks(lowered)
        started = {name for each in family(findings.units, key) for name in each.facts.started} if blocks else set()
        for variable in blocks:
            if variable.name.upper() not in started:
                what = f"{variable.name} is declared and never called, so it never does anything"
                yield Diagnostic("S053", variable.span, what, f"call it, as in {variable.name}(...);", Severity.ADVICE)


def _blocks(lowered: Lowered) -> list[ast.Variable]:
    """The variables of VAR that are block instances."""
    interface = lowered.interface
    owned = {field.name.upper() for field in interface.instance.fields if is_block(field.type)}
    declared = [v for block in interface.pou.blocks if block.section is ast.Section.VAR for v in block.variables]
    return [variable for variable in declared if variable.name.upper() in owned]
