"""S091, S092, S093: variables nobody uses, nobody writes, nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.lang import ast
from plc.lang.check.lower import Lowered
from plc.lang.check.scope import Variable
from plc.lang.check.values import UNKNOWN, is_block
from plc.lang.rules.findings import Findings
from plc.lang.rules.survey import Survey

_OWN = (ast.Section.VAR, ast.Section.TEMP)
_LOOKED_AT = (*_OWN, ast.Section.INPUT, ast.Section.OUTPUT, ast.Section.IN_OUT)


def idle_variables(findings: Findings) -> Iterator[Diagnostic]:
    """Every variable is written by someone and read by someone.

    Inputs are written by the caller, outputs read by him; what is kept over a restart, has an address or is a block
    (S053) is not looked at.

    passes: ``VAR last : REAL; END_VAR rise := x - last; last := x;``
    fails:  ``VAR last : REAL; END_VAR rise := x - last;``
    """
    for key, lowered in findings.sound.items():
        found = findings.survey(key)
        for block in lowered.interface.pou.blocks:
            if block.section in _LOOKED_AT and not block.kept:
                for variable in block.variables:
                    if variable.address is None and _single(lowered, variable):
                        yield from _idle(block, variable, found)
        yield from _result(lowered, found)


def _single(lowered: Lowered, variable: ast.Variable) -> bool:
    """Whether it is no block, and of a type that is known."""
    entry = lowered.interface.scope.entries.get(variable.name.upper())
    return not (isinstance(entry, Variable) and (entry.type is UNKNOWN or is_block(entry.type)))


def _idle(block: ast.VariableBlock, variable: ast.Variable, found: Survey) -> Iterator[Diagnostic]:
    name = variable.name
    read, written = name.upper() in found.read, name.upper() in found.written
    is_output = block.section is ast.Section.OUTPUT
    if not read and not written and not is_output:
        yield _advice("S091", variable.span, f"{name} is never used", "take it away")
    elif not written and not block.constant and block.section in (*_OWN, ast.Section.OUTPUT):
        what = f"{name} never gets a value but its first"
        declared = variable.initial is not None and not is_output
        cure = "declare it in VAR CONSTANT, or assign it" if declared else "assign it, or take it away"
        yield _advice("S092", variable.span, what, cure)
    elif not read and block.section in _OWN:
        cure = "use it, declare it in VAR_OUTPUT if others read it, or take it away"
        yield _advice("S093", variable.span, f"{name} gets a value that nobody reads", cure)


def _result(lowered: Lowered, found: Survey) -> Iterator[Diagnostic]:
    pou = lowered.interface.pou
    name = pou.name.rpartition(".")[2]  # a METHOD is lowered as BLOCK.method
    if pou.result is not None and pou.body and name.upper() not in found.written:
        what = f"the result of {name} never gets a value"
        yield _advice("S092", pou.name_span, what, f"assign it: {name} := ...;")


def _advice(code: str, span: Span, what: str, cure: str) -> Diagnostic:
    return Diagnostic(code, span, what, cure, Severity.ADVICE)
