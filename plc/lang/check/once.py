"""A place that one statement needs several times is found once: its indices are computed before, into the frame."""

from __future__ import annotations

from dataclasses import fields, replace

from plc.core.diagnostic import Span
from plc.lang import ir
from plc.lang.check.body import Body
from plc.lang.check.values import type_of
from plc.lang.types import Scalar


def found_once(body: Body, place: ir.Place, span: Span) -> tuple[list[ir.Assign], ir.Place]:
    """What computes the indices that could change or have effects, and the place with their values.

    Constants and the variables of FOR loops stay: nothing changes them while the statement runs.
    """
    before: list[ir.Assign] = []
    steps: list[ir.Step | ir.OpenStep] = []
    for step in place.steps:
        kind = type_of(step.index)
        if isinstance(kind, Scalar) and not _fixed(body, step.index):
            kept = body.hidden("index", kind, bytes(kind.size), span)
            before.append(ir.Assign(kept, step.index, span))
            step = replace(step, index=ir.Load(kept, kind))
        steps.append(step)
    return before, replace(place, steps=tuple(steps))


def _fixed(body: Body, value: object) -> bool:
    match value:
        case ir.CallFunction():
            return False
        case ir.Load():
            return value.place in body.loop_variables
        case ir.Const():
            return True
        case ir.Binary() | ir.Convert() | ir.Unary():
            parts = [getattr(value, f.name) for f in fields(value)]
            return all(_fixed(body, part) for part in parts if isinstance(part, ir.Expr))
        case _:
            return False
