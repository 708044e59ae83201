"""Indices that a loop remembers: variables it sets to nothing but its counter, a constant, or one another.

    FOR i := 1 TO n DO IF best = 0 OR_ELSE a[i] > a[best] THEN best := i; END_IF; END_FOR

Whatever such a variable holds in a run, it held before the loop, or a constant of the loop, or the counter. Where all
of these lie in one span, LLVM is told so at each load, and drops the checks of an index that the span, and the
conditions on the way to it, make needless. The span holds what the indices allow and what the loop compares the
variables with: here 0..37.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from plc.lang import ir
from plc.lang.native import memory
from plc.lang.native.code import Code, limits, operand
from plc.lang.native.counters import Body, affine, same
from plc.lang.native.meeting import may_meet
from plc.lang.walk import nodes


@dataclass(frozen=True, slots=True)
class Remembered:
    """The variables, the span that all of them stay in if they are in it before, and whether they take the counter."""

    variables: tuple[ir.Place, ...]
    first: int
    last: int
    counted: bool

    def spans(self) -> tuple[tuple[ir.Place, int, int], ...]:
        """The span of each variable."""
        return tuple((place, self.first, self.last) for place in self.variables)

    def inside(self, code: Code) -> str:
        """Whether all of them are in the span now."""
        found = [memory.within(code, place, self.first, self.last) for place in self.variables]
        inside = found[0]
        for one in found[1:]:
            inside = code.let(f"and i1 {inside}, {one}")
        return inside


def remembered(code: Code, loop: ir.For, body: Body, known: Container[int]) -> Remembered | None:
    """What the indices go by that are neither ``known`` nor the counter; None where one of them holds anything else."""
    counter = loop.variable
    steps = [step for step in body.steps if id(step) not in known and affine(step.index, counter) is None]
    found = [place for step in steps if (place := _variable(step.index)) is not None]
    variables, taken = list[ir.Place](), list[ir.Expr]()
    while found:
        variable = found.pop()
        if any(same(variable, one) for one in (*variables, counter)):
            continue
        if not _fit(code, variable, counter, body):
            return None
        variables.append(variable)
        taken += (one.value for one in body.assigned if same(one.place, variable))
        found += (value.place for value in taken if isinstance(value, ir.Load))
    if not variables or not all(isinstance(value, ir.Const | ir.Load) for value in taken):
        return None
    ends = [end for variable in variables for end in _ends(loop, steps, variable)]
    ends += [int(value.value) for value in taken if isinstance(value, ir.Const)]
    if not ends:
        return None
    least, greatest = limits(operand(counter.type))
    counted = any(isinstance(value, ir.Load) and same(value.place, counter) for value in taken)
    return Remembered(tuple(variables), max(least, min(ends)), min(greatest, max(ends)), counted)


def _variable(index: ir.Expr) -> ir.Place | None:
    """The one variable of an index of the form variable + constant."""
    while True:
        match index:
            case ir.Load(place=place):
                return place
            case ir.Convert(operand=inner) | ir.Binary(left=inner, right=ir.Const()):
                index = inner
            case _:
                return None


def _fit(code: Code, variable: ir.Place, counter: ir.Place, body: Body) -> bool:
    """Whether it is of the counter's type, and written whole and by assignments alone."""
    parts = [one.place for one in body.assigned if not same(one.place, variable)]
    met = any(may_meet(place, variable, code.is_entry) for place in (counter, *parts))
    return variable.type == counter.type and not (variable.steps or met or body.writes_otherwise(code, variable))


def _ends(loop: ir.For, steps: list[ir.Step], variable: ir.Place) -> Iterator[int]:
    """Both ends of what the indices allow it, and the values on both sides of what it is compared with."""
    for step in steps:
        allowed = affine(step.index, variable)
        if allowed is not None:
            yield from (step.first - allowed.plus, step.last - allowed.plus)
    for node in nodes(loop.body):
        match node:
            case ir.Compare(op=op, left=ir.Load(place=place), right=ir.Const(value=int() as value)):
                beside = _BESIDE[op]
            case ir.Compare(op=op, left=ir.Const(value=int() as value), right=ir.Load(place=place)):
                beside = tuple(-each for each in _BESIDE[op])
            case _:
                continue
        if same(place, variable):
            yield from (value + each for each in beside)


_BESIDE: Mapping[ir.CompareOp, tuple[int, ...]] = {
    ir.CompareOp.EQ: (0,),
    ir.CompareOp.NE: (0,),
    ir.CompareOp.LT: (-1, 0),
    ir.CompareOp.GE: (-1, 0),
    ir.CompareOp.GT: (0, 1),
    ir.CompareOp.LE: (0, 1),
}
"""What lies on both sides of a comparison with 0; where it is for equality, 0 is no place at all, and ends the span."""
