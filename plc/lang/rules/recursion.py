"""S005: units that call each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic
from plc.lang.rules.findings import Findings


def recursion(findings: Findings) -> Iterator[Diagnostic]:
    """No unit may call itself, directly or through others.

    passes: ``FUNCTION twice : INT ... twice := 2 * x;``
    fails:  ``FUNCTION fact : DINT ... fact := n * fact(n := n - 1);``
    """
    done: set[str] = set()
    for start in findings.everything:
        yield from _walk(findings, start, done)


def _walk(findings: Findings, start: str, done: set[str]) -> Iterator[Diagnostic]:
    """Depth first; a call back into the path that led here closes a circle."""
    if start in done:
        return
    path = [start]
    rest = [list(findings.everything[start].facts.calls)]
    while path:
        if not rest[-1]:
            done.add(path.pop())
            rest.pop()
            continue
        called = rest[-1].pop(0)
        if called in path:
            yield _circle(findings, [*path[path.index(called) :], called])
        elif called not in done and called in findings.everything:
            path.append(called)
            rest.append(list(findings.everything[called].facts.calls))


def _circle(findings: Findings, circle: list[str]) -> Diagnostic:
    names = " -> ".join(findings.everything[key].interface.pou.name for key in circle)
    span = findings.everything[circle[-2]].facts.calls[circle[-1]]
    return Diagnostic("S005", span, f"these call each other in a circle: {names}", "use a loop instead of this call")
