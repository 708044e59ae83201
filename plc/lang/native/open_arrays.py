"""Open arrays: ``ARRAY[*]`` behind a VAR_IN_OUT, whose bounds are parameters beside the pointer.

i32 @r3(ptr self, ..., ptr %ref0, i64 %ref0_first0, i64 %ref0_last0, i64 %ref0_first1, ...)
"""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native.code import Code, operand
from plc.lang.types import Array, Type


def bounds_of(type: Type) -> tuple[tuple[int, int], ...]:
    """One (first, last) for each dimension of an open array; none for any other type."""
    return type.dimensions if isinstance(type, Array) and type.open else ()


def parameters(reference: ir.Reference, number: int) -> list[str]:
    """The parameters that follow the pointer of a VAR_IN_OUT."""
    return [
        f"i64 {name}" for dimension, _ in enumerate(bounds_of(reference.type)) for name in _names(number, dimension)
    ]


def arguments(reference: ir.Reference, place: ir.Place) -> list[str]:
    """What a call passes for them: the bounds of the place's own array, or those that came with it."""
    if not isinstance(place.type, Array) or not bounds_of(reference.type):
        return []
    if place.type.open:
        return parameters(reference, place.number)
    return [f"i64 {bound}" for bounds in place.type.dimensions for bound in bounds]


def displacement(code: Code, step: ir.OpenStep, index: str) -> str:
    """The bytes that an index (an i64) adds, or stop where it is outside the bounds."""
    first, last = _names(step.number, step.dimension)
    below = code.let(f"icmp slt i64 {index}, {first}")
    scalar = operand(ir.type_of(step.index))
    if scalar.size == 8 and not scalar.signed:  # beyond what 64 signed bits can say
        below = code.let(f"or i1 {below}, {code.let(f'icmp slt i64 {index}, 0')}")
    above = code.let(f"icmp sgt i64 {index}, {last}")
    code.stop_if(code.let(f"or i1 {below}, {above}"), step.fault)
    past = code.let(f"sub nsw i64 {index}, {first}")
    dimensions = len(bounds_of(code.routine.refs[step.number].type))
    for later in range(step.dimension + 1, dimensions):
        past = code.let(f"mul nsw i64 {past}, {_length(code, step.number, later)}")
    return past if step.stride == 1 else code.let(f"mul nsw i64 {past}, {step.stride}")


def bound(code: Code, node: ir.Bound) -> str:
    """A bound as an i32."""
    return code.let(f"trunc i64 {wide_bound(code, node)} to i32")


def wide_bound(code: Code, node: ir.Bound) -> str:
    """A bound as an i64."""
    if node.op is not ir.BoundOp.COUNT:
        return _names(node.number, node.dimension)[node.op is ir.BoundOp.UPPER]
    first, *others = range(len(bounds_of(code.routine.refs[node.number].type)))
    count = _length(code, node.number, first)
    for dimension in others:
        count = code.let(f"mul nsw i64 {count}, {_length(code, node.number, dimension)}")
    return count


def _names(number: int, dimension: int) -> tuple[str, str]:
    return f"%ref{number}_first{dimension}", f"%ref{number}_last{dimension}"


def _length(code: Code, number: int, dimension: int) -> str:
    first, last = _names(number, dimension)
    return code.let(f"add nsw i64 {code.let(f'sub nsw i64 {last}, {first}')}, 1")
