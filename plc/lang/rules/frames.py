"""S054: calls that go too deep, or whose frames together take too much of the stack."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Diagnostic
from plc.lang.check.body import LARGEST_FRAME
from plc.lang.check.lower import Lowered
from plc.lang.rules.findings import Findings

DEEPEST = 50


def frames(findings: Findings) -> Iterator[Diagnostic]:
    """A chain of calls is at most 50 long, and its frames take at most 256 KiB.

    passes: ``a`` calls ``b``, ``b`` calls ``c``, each with a few temporary variables
    fails:  ``f0`` calls ``f1``, ``f1`` calls ``f2``, ... ``f60``
    """
    known: dict[str, tuple[int, int]] = {}
    for key, lowered in findings.everything.items():
        depth, size = _chain(findings, key, known)
        deeper = _deepest_callee(lowered, known)
        if depth == DEEPEST + 1 or (size > LARGEST_FRAME >= deeper):
            what = f"the calls from {lowered.interface.pou.name} go {depth} deep and take {size} bytes of frames"
            cure = "flatten the calls, or declare large temporary variables in VAR"
            yield Diagnostic("S054", lowered.interface.pou.name_span, what, cure)


def _deepest_callee(lowered: Lowered, known: dict[str, tuple[int, int]]) -> int:
    return max((known.get(called, (0, 0))[1] for called in lowered.facts.calls), default=0)


def _chain(findings: Findings, start: str, known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Units and bytes of frames in the longest chain of calls from here on; a circle counts once."""
    path = [_Caller(findings, start)]
    while path:
        caller = path[-1]
        known.setdefault(caller.key, (0, 0))
        waiting = next((callee for callee in caller.waiting if callee not in known), None)
        if waiting is not None:
            path.append(_Caller(findings, waiting))
            continue
        path.pop()
        depth = max((known[callee][0] for callee in caller.calls), default=0) + 1
        size = max((known[callee][1] for callee in caller.calls), default=0)
        lowered = findings.everything[caller.key]
        size += lowered.routine.temp.size + sum(action.temp.size for action in lowered.actions)
        known[caller.key] = (depth, size)
    return known[start]


class _Caller:
    """A unit on the way down; ``waiting`` goes through its calls once."""

    def __init__(self, findings: Findings, key: str) -> None:
        self.key = key
        self.calls = [callee for callee in findings.everything[key].facts.calls if callee in findings.everything]
        self.waiting = iter(self.calls)
