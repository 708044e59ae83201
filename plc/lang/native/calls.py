"""Calls: a function with its frame inside the caller's TEMP, a block on its instance."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native import memory, open_arrays
from plc.lang.native.code import Code
from plc.lang.types import Enumeration, Scalar


def call_function(code: Code, node: ir.CallFunction) -> str:
    """The result's value; nothing where it is not elementary (its call then stands alone)."""
    frame = memory.pointer(code, node.frame)
    image = code.module.routines[node.routine].instance.initial
    if image:
        memory.fill(code, frame, image)
    code.block_of(node.arguments)
    _call(code, node.routine, frame, node.refs)
    code.block_of(node.outputs)
    if not isinstance(node.type, Scalar | Enumeration):
        return ""
    return memory.load(code, node.result, node.type)


def call_block(code: Code, statement: ir.CallBlock) -> None:
    _call(code, statement.routine, memory.target(code, statement.instance), statement.refs)


def _call(code: Code, routine: str, instance: str, refs: tuple[ir.Place, ...]) -> None:
    parameters = code.module.routines[routine].refs
    arguments = ["ptr %site", "ptr %globals", "ptr %context"]
    for parameter, ref in zip(parameters, refs, strict=True):
        arguments.append(f"ptr {(memory.pointer if parameter.constant else memory.target)(code, ref)}")
        arguments += open_arrays.arguments(parameter, ref)
    symbol = code.module.symbols[routine]
    code.pass_on(code.let(f"call i32 {symbol}(ptr {instance}, {', '.join(arguments)})"))
