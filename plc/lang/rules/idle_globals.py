"""S100: global variables that no program of the site uses, writes or reads."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang import ast, ir
from plc.lang.check.scope import Constant, Pending, Variable
from plc.lang.rules.findings import Findings
from plc.lang.walk import nodes


def idle_globals(findings: Findings) -> Iterator[Diagnostic]:
    """Every VAR_GLOBAL is written by some program and read by some program, where all of them are known.

    What is kept over a restart or has an address is not looked at; a CONSTANT is never written.

    passes: ``VAR_GLOBAL wish : BOOL; END_VAR`` that one program writes and another reads
    fails:  the same that only one of them reads
    """
    if not findings.shared:
        return
    read, written = _used(findings)
    for block in findings.shared:
        for variable in block.variables:
            name = variable.name.upper()
            if variable.address is None and not block.kept:
                found = _said(variable.name, block.constant, name in read, name in written)
                if found is not None:
                    yield Diagnostic("S100", variable.span, *found, Severity.ADVICE)


def _said(name: str, constant: bool, read: bool, written: bool) -> tuple[str, str] | None:
    if not read and not written:
        return f"no program of this site uses the global {name}", "take it away"
    if constant:
        return None
    if not written:
        return f"no program of this site writes the global {name}", "declare it in VAR_GLOBAL CONSTANT, or assign it"
    if not read:
        return f"no program of this site reads the global {name}", "use it, or take it away"
    return None


def _used(findings: Findings) -> tuple[set[str], set[str]]:
    """The globals that are read, and those that are written, in capitals."""
    read = {node.name.upper() for node in nodes(tuple(findings.shared_by)) if isinstance(node, ast.Name)}
    written: set[str] = set()
    for key, lowered in findings.units.items():
        found, find = findings.survey(key), lowered.interface.scope.find
        for names, used in ((found.read, read), (found.written, written)):
            used.update(name for name in names if name not in used and _is_global(find(name)))
    return read, written


def _is_global(entry: object) -> bool:
    """Whether that is what a name of a unit means; a CONSTANT of any block counts."""
    return isinstance(entry, Constant | Pending) or (isinstance(entry, Variable) and entry.base is ir.Base.GLOBAL)
