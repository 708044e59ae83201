"""The decisions of a text, and marks that a test run sets for the ways they went; without `Marks` nothing is added.

    IF a THEN ...   ->  IF probe(a) THEN ...      probe: a call that sets the mark of TRUE or of FALSE, and gives a

Marks are BOOLs behind the user's variables in GLOBAL, so both back ends set them with what they have.
"""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.body import Body
from plc.lang.program import Way
from plc.lang.types import BOOL, Field, Struct

_PROBED = Struct("probe", (Field("value", BOOL, 0),), 1, 1, b"\0")
PROBE = ir.Routine("cover probe", _PROBED, Struct("probe frame", (), 0, 1, b""), (), (), Span("", 0, 0, 0, 0))
"""Does nothing: what a call of it stores before and copies out after is all that matters."""


def decided(body: Body, condition: ir.Expr, span: Span, word: str) -> ir.Expr:
    """The condition of an IF, a transition, ...: both its values are ways. One known beforehand decides nothing.

    ``word`` begins the sentence about a way not gone, as in ``IF was never FALSE``.
    """
    marks = body.marks
    if marks is None or isinstance(condition, ir.Const):
        return condition
    frame = body.hidden("probe", _PROBED, b"\0", span)
    value = ir.Place(frame.base, frame.offset, (), BOOL)
    seen: ir.Expr = ir.Load(value, BOOL)
    stores = []
    for text, went in (("TRUE", seen), ("FALSE", ir.Unary(ir.UnaryOp.NOT, seen, BOOL))):
        mark = marks.mark(_way(span, f"{word} was never {text}"))
        stores.append(ir.Assign(mark, ir.Binary(ir.BinaryOp.OR, ir.Load(mark, BOOL), went, BOOL), span))
    stored = ir.Assign(value, condition, span)
    return ir.CallFunction(PROBE.name, frame, (stored,), (), tuple(stores), value, BOOL)


def gone(body: Body, span: Span, missed: str, statements: tuple[ir.Stmt, ...]) -> tuple[ir.Stmt, ...]:
    """Statements that are one way of a decision; ``missed`` is the sentence where they never ran."""
    if body.marks is None:
        return statements
    return (_set(body.marks.mark(_way(span, missed)), True, span), *statements)


def looped(body: Body, loop: ir.For | ir.Loop, span: Span, word: str) -> list[ir.Stmt]:
    """A FOR or WHILE: to run its lines is one way, to pass them by the other."""
    if body.marks is None or _always_runs(loop):
        return [loop]
    ran = body.hidden("ran", BOOL, b"\0", span)
    inner = (_set(ran, True, span), *gone(body, span, f"{word} never ran its lines", loop.body))
    missed = gone(body, span, f"{word} always ran its lines, never zero times", ())
    return [
        _set(ran, False, span),
        _with_body(loop, inner),
        ir.If(ir.Load(ran, BOOL), (), missed, span),
    ]


def _with_body(loop: ir.For | ir.Loop, inner: tuple[ir.Stmt, ...]) -> ir.For | ir.Loop:
    if isinstance(loop, ir.Loop):
        return ir.Loop(loop.condition, inner, loop.test_first, loop.fault, loop.span)
    return ir.For(loop.variable, loop.first, loop.last, loop.step, inner, loop.step_fault, loop.budget_fault, loop.span)


def _always_runs(loop: ir.For | ir.Loop) -> bool:
    """Whether the number of runs is known beforehand."""
    if isinstance(loop, ir.Loop):
        return isinstance(loop.condition, ir.Const)
    return all(isinstance(bound, ir.Const) for bound in (loop.first, loop.last, loop.step))


def _set(place: ir.Place, value: bool, span: Span) -> ir.Assign:
    return ir.Assign(place, ir.Const(value, BOOL), span)


def _way(span: Span, missed: str) -> Way:
    return Way(span.file, span.line, span.column, missed)
