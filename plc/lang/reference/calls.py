"""Calls: a function with its frame inside the caller's TEMP, a block on its instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.reference import memory
from plc.lang.reference.frame import Closure, Frame, Signal, Step, Translation
from plc.lang.types import Enumeration, Scalar


def _call_function(t: Translation, node: ir.CallFunction) -> Closure:
    run, image = t.routines[node.routine], t.instances[node.routine]
    where, refs = memory.address(t, node.frame), [memory.referent(t, ref) for ref in node.refs]
    arguments = [t.statement(argument) for argument in node.arguments]
    outputs = [t.statement(output) for output in node.outputs]
    result = _result(t, node)

    def call(frame: Frame) -> Any:
        own, at = where(frame)
        own[at : at + len(image)] = image
        for argument in arguments:
            argument(frame)
        run(own, at, tuple([ref(frame) for ref in refs]))
        for output in outputs:
            output(frame)
        return result(frame)

    return call


def _result(t: Translation, node: ir.CallFunction) -> Closure:
    if isinstance(node.type, Scalar | Enumeration):
        return memory.load(t, node.result, node.type)
    return lambda frame: None


def call_block(t: Translation, statement: ir.CallBlock) -> Step:
    run, where = t.routines[statement.routine], memory.address(t, statement.instance)
    refs = [memory.referent(t, ref) for ref in statement.refs]

    def call(frame: Frame) -> Signal:
        instance, at = where(frame)
        run(instance, at, tuple([ref(frame) for ref in refs]))
        return Signal.NEXT

    return call


CALLS: dict[type, Callable[[Translation, Any], Closure]] = {ir.CallFunction: _call_function}
