"""A loop over columns without branches: each assignment under an IF chooses between the new value and the one there.

    FOR i := 1 TO n DO IF Ok[i] THEN a[i] := x; END_IF; END_FOR;   ->   a[i] := Ok[i] ? x : a[i], for every i

So LLVM runs it on vectors, with whole stores instead of masked ones, which are slow and cannot be read back at once.
It changes nothing a program can see, because in such a loop

    no expression stops, counts or calls: all indices were tested before it (counters.py), nothing divides integers
    assignments stay in their order, each under the condition its IF had when it was reached
    writing a variable back unchanged is invisible: a program's memory is its own while it runs

and it is done only where vectors can follow: what one run writes no other run reads, but for sums, ORs and the like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plc.lang import ir
from plc.lang.native import counters, memory
from plc.lang.native.code import Code
from plc.lang.native.meeting import may_meet, may_meet_in
from plc.lang.types import Enumeration, Kind, Scalar, scalar_of
from plc.lang.walk import nodes

MOST_ASSIGNMENTS = 40
_PURE = (ir.Const, ir.Load, ir.Unary, ir.Compare, ir.ShortCircuit, ir.Select, ir.Shift, ir.Place, ir.Step)
_GATHERS = (ir.BinaryOp.ADD, ir.BinaryOp.OR, ir.BinaryOp.AND, ir.BinaryOp.XOR, ir.BinaryOp.MIN, ir.BinaryOp.MAX)


def parts(code: Code, loop: ir.For, pasts: Mapping[int, str]) -> tuple[tuple[ir.Stmt, ...], ...]:
    """The body as one loop or as two, one after the other: what can be flat, then the rest.

    ``FOR ... DO a[i] := ...; IF a[i] > most THEN most := a[i]; at := i; END_IF; END_FOR``: the search goes on from run
    to run and cannot run on vectors; what comes before it can, and look whether there is anything to search. Nothing in
    either may stop, and neither may touch what the other writes but at the place of its own run.
    """
    body = loop.body
    if _can_be_flat(body, _columns(code, loop.variable, body), pasts):
        return (body,)
    for length in range(len(body) - 1, 0, -1):
        first, rest = (_columns(code, loop.variable, part) for part in (body[:length], body[length:]))
        if not _can_be_flat(body[:length], first, pasts):
            continue
        stops = not all(_pure(node) and _tested_node(node, loop.variable, pasts) for node in rest.found)
        if not stops and first.independent(rest) and rest.independent(first):
            return body[:length], body[length:]
    return (body,)


def _columns(code: Code, variable: ir.Place, body: tuple[ir.Stmt, ...]) -> _Columns:
    found = list(nodes(body))
    return _Columns(code, variable, found, [node for node in found if isinstance(node, ir.Assign)])


def awaited(rest: tuple[ir.Stmt, ...]) -> tuple[ir.Expr, ...]:
    """Conditions of which one must hold at the end of some run of the first part, or the second does nothing.

    It is known where the second is nothing but IFs without ELSE. What they read is then what the first part left there
    in that run, up to the first of them that holds.
    """
    conditions = [one.condition for one in rest if isinstance(one, ir.If) and not one.otherwise]
    return tuple(conditions) if len(conditions) == len(rest) else ()


def begin(
    code: Code,
    variable: ir.Place,
    body: tuple[ir.Stmt, ...],
    pasts: Mapping[int, str],
    watched: tuple[ir.Expr, ...] = (),
) -> Flat | None:
    """What writes a body, its indices tested, without branches; None where that cannot be, or gains nothing."""
    columns = _columns(code, variable, body)
    return Flat(code, columns, watched) if _can_be_flat(body, columns, pasts) else None


def _can_be_flat(body: tuple[ir.Stmt, ...], columns: _Columns, pasts: Mapping[int, str]) -> bool:
    found, assignments, variable = columns.found, columns.assignments, columns.variable
    if not any(isinstance(node, ir.If) for node in found) or len(assignments) > MOST_ASSIGNMENTS:
        return False
    if not all(_pure(node) for node in found):
        return False
    if not all(_tested_node(node, variable, pasts) for node in found):
        return False
    return all(columns.apart(one.place) for one in assignments) and all(
        columns.gathers(place) or columns.private(place, body) for place in columns.scalars()
    )


def _pure(node: object) -> bool:
    match node:
        case ir.Assign(place=place):
            return isinstance(place.type, Scalar | Enumeration)
        case ir.Binary(op=op, type=type_):
            divides = op in (ir.BinaryOp.DIV, ir.BinaryOp.MOD) and type_.kind is not Kind.REAL
            return not divides and op is not ir.BinaryOp.POW
        case ir.Convert(operand=operand, type=to, rounding=rounding):
            from_ = ir.type_of(operand)
            whole = isinstance(from_, Scalar | Enumeration) and scalar_of(from_).kind is not Kind.REAL
            return to.kind in (Kind.REAL, Kind.BOOL) or (whole and rounding is ir.Rounding.WRAP)
        case ir.Math(op=op):
            return op in (ir.MathOp.ABS, ir.MathOp.SQRT)
        case ir.If():
            return True
        case _:
            return isinstance(node, _PURE)


def _tested_node(node: object, variable: ir.Place, pasts: Mapping[int, str]) -> bool:
    return not isinstance(node, ir.Step) or _tested(node, variable, pasts)


def _tested(step: ir.Step, variable: ir.Place, pasts: Mapping[int, str]) -> bool:
    constant = isinstance(step.index, ir.Const) and step.first <= step.index.value <= step.last
    return constant or id(step) in pasts or counters.affine(step.index, variable) is not None


@dataclass(frozen=True, slots=True)
class _Columns:
    """The places of a body: columns, which the variable indexes, and what is the same place in every run."""

    code: Code
    variable: ir.Place
    found: list[Any]
    assignments: list[ir.Assign]

    def _column(self, place: ir.Place) -> bool:
        steps = (step for step in place.steps if isinstance(step, ir.Step))
        return any(counters.affine(step.index, self.variable) is not None for step in steps)

    def scalars(self) -> Iterator[ir.Place]:
        """What is written in every run at one place."""
        return (one.place for one in self.assignments if not self._column(one.place))

    def apart(self, written: ir.Place) -> bool:
        """Whether each place of the body is the one written, or shares no byte with it (a REF: as LLVM finds)."""
        places = (node for node in self.found if isinstance(node, ir.Place))
        return all(
            _same(place, written) or ir.Base.REF in (place.base, written.base) or not may_meet(place, written, True)
            for place in places
        )

    def independent(self, other: _Columns) -> bool:
        """Whether all that is written here is apart from the places of another part, or the same place of one run."""
        aliases, name = self.code.module.aliases, self.code.routine.name
        for written in (one.place for one in self.assignments):
            for place in (node for node in other.found if isinstance(node, ir.Place)):
                if _same(place, written) and self._column(written):
                    continue
                refs = [each.number for each in (place, written) if each.base is ir.Base.REF]
                if not all(aliases.apart(name, number) for number in refs) or not aliases.in_own_memory:
                    return False
                if place.base is written.base and place.number == written.number and may_meet_in(place, written):
                    return False
        return True

    def _loads(self, place: ir.Place) -> int:
        return sum(_loads_place(node, place) for node in self.found)

    def gathers(self, place: ir.Place) -> bool:
        """Whether it only gathers over the runs: ``n := n + 1``, ``any := any OR x``, or ``any := TRUE``."""
        values = self._values(place)
        if self.only_set(place):
            return True
        return self._loads(place) == len(values) and all(_gathering(value, place) for value in values)

    def only_set(self, place: ir.Place) -> bool:
        """Whether it is set to one constant, if at all, and not read."""
        values = self._values(place)
        same = all(isinstance(value, ir.Const) and value == values[0] for value in values)
        return same and self._loads(place) == 0

    def alone(self, place: ir.Place) -> bool:
        """Whether a place of the routine's own is reached by no VAR_IN_OUT that the body names."""
        if place.base is not ir.Base.TEMP and not (
            place.base is ir.Base.SELF and self.code.module.aliases.in_own_memory
        ):
            return False
        numbers = {node.number for node in self.found if isinstance(node, ir.Place) and node.base is ir.Base.REF}
        return all(self.code.module.aliases.apart(self.code.routine.name, number) for number in numbers)

    def _values(self, place: ir.Place) -> list[ir.Expr]:
        return [one.value for one in self.assignments if _same(one.place, place)]

    def private(self, place: ir.Place, body: tuple[ir.Stmt, ...]) -> bool:
        """Whether each run writes it before reading it."""
        for statement in body:
            if isinstance(statement, ir.Assign) and _same(statement.place, place):
                return not any(
                    _loads_place(node, place) for node in nodes((ir.Evaluate(statement.value, statement.span),))
                )
            if any(isinstance(node, ir.Place) and _same(node, place) for node in nodes((statement,))):
                return False
        return False


def _loads_place(node: object, place: ir.Place) -> bool:
    return isinstance(node, ir.Load) and _same(node.place, place)


def _same(one: ir.Place, other: ir.Place) -> bool:
    """Whether two places are one in every run; each has fault sites of its own."""
    if (one.base, one.offset, one.number, one.type) != (other.base, other.offset, other.number, other.type):
        return False
    return len(one.steps) == len(other.steps) and all(
        isinstance(a, ir.Step) and isinstance(b, ir.Step) and a.index == b.index and a.stride == b.stride
        for a, b in zip(one.steps, other.steps, strict=True)
    )


def _gathering(value: ir.Expr, place: ir.Place) -> bool:
    match value:
        case ir.Binary(op=op, left=left, right=right, type=type_):
            exact = type_.kind is not Kind.REAL
            return op in _GATHERS and exact and (_loads_place(left, place) or _loads_place(right, place))
        case _:
            return False


class Flat:
    """The body of one loop as straight code.

    ``any := TRUE`` under an IF is noted in a register as whether it happened, and written once after the loop: LLVM
    knows an OR over all runs, but not a value that one of them may have set. Whether a ``watched`` condition held at
    the end of a run is noted, too.
    """

    def __init__(self, code: Code, columns: _Columns, watched: tuple[ir.Expr, ...]) -> None:
        self._noted: list[tuple[ir.Assign, str]] = []
        self._watched, self._held = watched, code.register("i1")
        code.do(f"store i1 false, ptr {self._held}")
        for one in columns.assignments:
            fresh = not one.place.steps and self._register(one.place) is None
            if fresh and columns.only_set(one.place) and columns.alone(one.place):
                self._noted.append((one, code.register("i1")))
                code.do(f"store i1 false, ptr {self._noted[-1][1]}")

    def _register(self, place: ir.Place) -> str | None:
        return next((register for one, register in self._noted if _same(one.place, place)), None)

    def write(self, code: Code, body: tuple[ir.Stmt, ...]) -> None:
        """The body, where the loop runs."""
        code.flat = True
        self._write(code, body, "true")
        for condition in self._watched:
            _note(code, self._held, code.value(condition))
        code.flat = False

    def write_after(self, code: Code) -> None:
        """What was noted, where the loop has ended."""
        for one, register in self._noted:
            happened = code.let(f"load i1, ptr {register}")
            memory.store(code, one.place, code.value(one.value), happened)

    def held(self, code: Code) -> str | None:
        """Whether a watched condition held in some run, where the loop has ended; None where none is watched."""
        return code.let(f"load i1, ptr {self._held}") if self._watched else None

    def _write(self, code: Code, body: tuple[ir.Stmt, ...], condition: str) -> None:
        for statement in body:
            match statement:
                case ir.Assign(place=place, value=value):
                    self._assign(code, place, value, condition)
                case ir.If(condition=test, then=then, otherwise=otherwise):
                    holds = code.value(test)
                    self._write(code, then, _both(code, condition, holds))
                    if otherwise:
                        self._write(code, otherwise, _both(code, condition, code.let(f"xor i1 {holds}, true")))

    def _assign(self, code: Code, place: ir.Place, value: ir.Expr, condition: str) -> None:
        register = self._register(place)
        if register is None:
            memory.put(code, place, value, condition)
            return
        _note(code, register, condition)


def _note(code: Code, register: str, happened: str) -> None:
    before = code.let(f"load i1, ptr {register}")
    code.do(f"store i1 {code.let(f'or i1 {before}, {happened}')}, ptr {register}")


def _both(code: Code, one: str, other: str) -> str:
    return other if one == "true" else code.let(f"and i1 {one}, {other}")
