"""Long straight code, cut out of its routine and left as it is written.

Optimising 2,000 lines of relay logic takes more than a second and gains a microsecond a scan; what repeats is
worth every pass. So where a routine is long, each long run of its statements without a loop becomes a function
of its own that LLVM translates but does not optimise. Long is what one scan runs of it: a chart of
forty steps runs two arms of its CASE, and LLVM finds them in a table.

In a unit of thousands of statements every routine without a loop is left as it is written: the time to compile
100,000 lines falls from a minute to seconds, and stays in proportion to their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from plc.lang import ir
from plc.lang.walk import nodes

_CALLS = (ir.CallBlock, ir.CallFunction)
LONG_ROUTINE = 150
"""Statements that run in a scan."""

LONGEST_ROUTINE = 2_000
LONG_PIECE = 50
LONG_CALLEE = 25
"""Statements, those inside others counted. Above some two thousand in one function, LLVM takes more for each."""

LARGE_UNIT = 5_000


def is_large(unit: ir.Unit) -> bool:
    """Whether a unit has so many statements that only what repeats is optimised."""
    return sum(_count(statement) for routine in unit.routines for statement in routine.body) > LARGE_UNIT


def standing_alone(unit: ir.Unit) -> frozenset[str]:
    """Routines that stay out of their callers: no loop in them or around a call of them, and long enough for a
    call to cost nothing beside them. Copied into its caller such a routine would be optimised twice."""
    loops = (
        inner
        for routine in unit.routines
        for statement in routine.body
        for inner in _all(statement)
        if isinstance(inner, ir.For | ir.Loop)
    )
    repeated = {node.routine for loop in loops for node in nodes((loop,)) if isinstance(node, _CALLS)}
    long = (routine for routine in unit.routines if sum(map(_count, routine.body)) >= LONG_CALLEE)
    return frozenset(routine.name for routine in long if routine.name not in repeated and not repeats(routine.body))


def repeats(body: tuple[ir.Stmt, ...]) -> bool:
    """Whether there is a loop in it."""
    return any(map(_repeats, body))


def pieces(body: tuple[ir.Stmt, ...]) -> Iterator[tuple[tuple[ir.Stmt, ...], bool]]:
    """The body in order as runs of statements, each with whether it is cut out."""
    if _run_in_a_scan(body) < LONG_ROUTINE and sum(map(_count, body)) < LONGEST_ROUTINE:
        yield body, False
        return
    for has_loop, run in groupby(body, _repeats):
        statements = tuple(run)
        yield statements, not has_loop and sum(map(_count, statements)) >= LONG_PIECE


def _run_in_a_scan(body: tuple[ir.Stmt, ...]) -> float:
    """How many statements run where each way is as likely as the others, and each loop runs once. Without recursion,
    for an ELSIF lies inside its IF."""
    found = [inner for statement in body for inner in _all(statement)]
    run: dict[int, float] = {}
    for statement in reversed(found):
        ways = [sum(run[id(inner)] for inner in way) for way in _ways(statement)]
        run[id(statement)] = 1 + sum(ways) / max(1, len(ways))
    return sum(run[id(statement)] for statement in body)


def _ways(statement: ir.Stmt) -> tuple[tuple[ir.Stmt, ...], ...]:
    """The bodies of a statement, of which one runs; an ELSIF counts as what follows."""
    match statement:
        case ir.If():
            return statement.then, statement.otherwise
        case ir.Case():
            return *(arm.body for arm in statement.arms), statement.otherwise
        case ir.For() | ir.Loop():
            return (statement.body,)
        case _:
            return ()


def _all(statement: ir.Stmt) -> Iterator[ir.Stmt]:
    waiting = [statement]
    while waiting:
        yield waiting[-1]
        waiting += (inner for way in _ways(waiting.pop()) for inner in way)


def _count(statement: ir.Stmt) -> int:
    return sum(1 for _ in _all(statement))


def _repeats(statement: ir.Stmt) -> bool:
    return any(isinstance(inner, ir.For | ir.Loop) for inner in _all(statement))
