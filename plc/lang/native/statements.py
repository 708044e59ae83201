"""Statements as basic blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.native import arithmetic, memory, texts
from plc.lang.native.calls import call_block
from plc.lang.native.code import Code, operand
from plc.lang.native.conditions import jump
from plc.lang.native.loops import for_, loop


def _evaluate(code: Code, statement: ir.Evaluate) -> None:
    code.value(statement.value)


def _if(code: Code, statement: ir.If) -> None:
    """Works down a chain of ELSIF without recursion: its length is the writer's."""
    end, last = code.label(), statement
    while True:
        then, otherwise = code.label(), code.label()
        jump(code, last.condition, then, otherwise)
        code.begin(then)
        code.block_of(last.then)
        code.jump(end)
        code.begin(otherwise)
        match last.otherwise:
            case (ir.If() as following,):
                last = following
            case rest:
                break
    code.block_of(rest)
    code.jump(end)
    code.begin(end)


def _case(code: Code, statement: ir.Case) -> None:
    scalar, selector = operand(ir.type_of(statement.selector)), code.value(statement.selector)
    end = code.label()
    bodies = [code.label() for _ in statement.arms]
    for arm, body in zip(statement.arms, bodies, strict=True):
        for first, last in arm.ranges:
            following = code.label()
            code.branch(arithmetic.within(code, scalar, selector, first, last), body, following)
            code.begin(following)
    code.block_of(statement.otherwise)
    code.jump(end)
    for arm, body in zip(statement.arms, bodies, strict=True):
        code.begin(body)
        code.block_of(arm.body)
        code.jump(end)
    code.begin(end)


def _exit(code: Code, statement: ir.Exit) -> None:
    code.leave(code.exits[-1][0])


def _continue(code: Code, statement: ir.Continue) -> None:
    code.leave(code.exits[-1][1])


def _return(code: Code, statement: ir.Return) -> None:
    code.do(f"ret i32 {code.returned}")
    code.begin(code.label())


STATEMENTS: dict[type, Callable[[Code, Any], None]] = {
    ir.Assign: memory.assign,
    ir.Copy: memory.copy,
    ir.CopyText: texts.copy_text,
    ir.Evaluate: _evaluate,
    ir.CallBlock: call_block,
    ir.If: _if,
    ir.Case: _case,
    ir.For: for_,
    ir.Loop: loop,
    ir.Exit: _exit,
    ir.Continue: _continue,
    ir.Return: _return,
}
