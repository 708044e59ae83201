"""Statements as closures that say how to go on: next, or leave a run, a loop, the routine."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.reference import memory
from plc.lang.reference.calls import call_block
from plc.lang.reference.frame import Frame, Signal, Step, Stop, Translation
from plc.lang.runner import Memory
from plc.lang.types import Enumeration, Scalar

_BUDGET = struct.Struct("<q")


def _evaluate(t: Translation, statement: ir.Evaluate) -> Step:
    value = t.value(statement.value)

    def run(frame: Frame) -> Signal:
        value(frame)
        return Signal.NEXT

    return run


def _if(t: Translation, statement: ir.If) -> Step:
    """Works down a chain of ELSIF without recursion: its length is the writer's."""
    branches, last = [], statement
    while True:
        branches.append((t.value(last.condition), t.block(last.then)))
        match last.otherwise:
            case (ir.If() as following,):
                last = following
            case otherwise:
                break
    fall_back = t.block(otherwise)

    def run(frame: Frame) -> Signal:
        for condition, then in branches:
            if condition(frame):
                return then(frame)
        return fall_back(frame)

    return run


def _case(t: Translation, statement: ir.Case) -> Step:
    selector, otherwise = t.value(statement.selector), t.block(statement.otherwise)
    arms = [(first, last, body) for arm in statement.arms for body in [t.block(arm.body)] for first, last in arm.ranges]

    def run(frame: Frame) -> Signal:
        chosen = selector(frame)
        for first, last, body in arms:
            if first <= chosen <= last:
                return body(frame)
        return otherwise(frame)

    return run


def _charge(context: Memory, runs: int, fault: int) -> None:
    (left,) = _BUDGET.unpack_from(context, ir.BUDGET_OFFSET)
    if left < runs:
        raise Stop(fault)
    _BUDGET.pack_into(context, ir.BUDGET_OFFSET, left - runs)


def _for(t: Translation, statement: ir.For) -> Step:
    first, last, step = t.value(statement.first), t.value(statement.last), t.value(statement.step)
    type_ = statement.variable.type
    if not isinstance(type_, Scalar | Enumeration):
        raise TypeError(f"{statement.span}: a {type_} cannot count")
    variable, put, body = memory.address(t, statement.variable), memory.store(type_), t.block(statement.body)

    def run(frame: Frame) -> Signal:
        start, end, by = first(frame), last(frame), step(frame)
        if by == 0:
            raise Stop(statement.step_fault)
        runs = max(0, (end - start) // by + 1)
        _charge(t.context, runs, statement.budget_fault)
        where, at = variable(frame)
        put(where, at, start)
        for value in range(start, start + runs * by, by):
            put(where, at, value)
            signal = body(frame)
            if signal is Signal.RETURN:
                return signal
            if signal is Signal.EXIT:
                break
        return Signal.NEXT

    return run


def _loop(t: Translation, statement: ir.Loop) -> Step:
    condition, body = t.value(statement.condition), t.block(statement.body)
    test_first, fault = statement.test_first, statement.fault

    def run(frame: Frame) -> Signal:
        if test_first and not condition(frame):
            return Signal.NEXT
        while True:
            _charge(t.context, 1, fault)
            signal = body(frame)
            if signal is Signal.RETURN:
                return signal
            if signal is Signal.EXIT or condition(frame) != test_first:
                return Signal.NEXT

    return run


def _signal(signal: Signal) -> Callable[[Translation, Any], Step]:
    return lambda t, statement: lambda frame: signal


STATEMENTS: dict[type, Callable[[Translation, Any], Step]] = {
    **memory.MOVES,
    ir.Evaluate: _evaluate,
    ir.CallBlock: call_block,
    ir.If: _if,
    ir.Case: _case,
    ir.For: _for,
    ir.Loop: _loop,
    ir.Exit: _signal(Signal.EXIT),
    ir.Continue: _signal(Signal.CONTINUE),
    ir.Return: _signal(Signal.RETURN),
}
