"""Texts as closures: what makes one, compares two, or reads a number out of one.

Operands are found from the left, their bytes are read when all are found.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.reference import arithmetic, memory
from plc.lang.reference.conversions import count_fault
from plc.lang.reference.frame import Closure, Frame, Translation
from plc.lang.text_edits import EDITS, find
from plc.lang.types import Enumeration, Kind, Scalar, scalar_of

LONGEST_NUMBER = 100
_NUMBER_BYTES = frozenset(b"0123456789+-.eE")


def _operands(t: Translation, operands: tuple[ir.Expr | ir.TextExpr, ...]) -> Callable[[Frame], list[Any]]:
    """A closure that gives texts as bytes and other operands as their values."""
    finders: list[Closure] = []
    readers: list[Callable[[Any], Any]] = []
    for operand in operands:
        text = ir.as_text(operand)
        if text is not None:
            finders.append(memory.text_address(t, text))
            readers.append(_reader(memory.text_reader(text)))
        else:
            finders.append(t.value(ir.as_value(operand)))
            readers.append(lambda value: value)

    def read(frame: Frame) -> list[Any]:
        found = [find(frame) for find in finders]
        return [reader(value) for reader, value in zip(readers, found, strict=True)]

    return read


def _reader(read: Callable[..., bytes]) -> Callable[[Any], bytes]:
    return lambda pointer: read(*pointer)


def _make_text(t: Translation, node: ir.MakeText) -> Closure:
    operands, where, kind = _operands(t, node.operands), memory.address(t, node.result), memory.text_type(node.result)
    make = _show(ir.as_value(node.operands[0])) if node.op is ir.TextOp.SHOW else EDITS[node.op]

    def run(frame: Frame) -> bytes:
        content: bytes = make(*operands(frame))[: kind.length]
        memory.write_text(*where(frame), kind, content)
        return content

    return run


def _read_text(t: Translation, node: ir.ReadText) -> Closure:
    operands = _operands(t, node.operands)
    match node.op:
        case ir.ReadOp.LEN:
            return lambda frame: len(operands(frame)[0])
        case ir.ReadOp.FIND:
            return lambda frame: find(*operands(frame))
        case ir.ReadOp.NUMBER:
            return _number(t, operands)


def _text_compare(t: Translation, node: ir.TextCompare) -> Closure:
    operands, compare = _operands(t, (node.left, node.right)), arithmetic.COMPARISONS[node.op]
    return lambda frame: bool(compare(*operands(frame)))


def _number(t: Translation, operands: Callable[[Frame], list[Any]]) -> Closure:
    def run(frame: Frame) -> float:
        text: bytes = operands(frame)[0]
        digits = text.strip(b" ")
        if digits and len(text) <= LONGEST_NUMBER and _NUMBER_BYTES.issuperset(digits):
            try:
                return float(digits)
            except ValueError:
                pass
        count_fault(t.context)
        return math.nan

    return run


# ---------------------------------------------------------------- showing


def _show(operand: ir.Expr) -> Callable[[Any], bytes]:
    kind = ir.type_of(operand)
    if not isinstance(kind, Scalar | Enumeration):
        raise TypeError(f"{kind} is not shown")
    scalar = scalar_of(kind)
    if scalar.kind is not Kind.REAL:
        return lambda value: b"%d" % value
    single = scalar.size == 4
    return lambda value: show_real(value, single)


def show_real(value: float, single: bool) -> bytes:
    """The shortest digits that read back the same; ``single`` where REAL is to."""
    if not math.isfinite(value):
        return b"NaN" if value != value else b"Infinity" if value > 0 else b"-Infinity"
    size = abs(value)
    form = "f" if size == 0.0 or 1e-4 <= size < (1e7 if single else 1e15) else "E"
    digits = 1
    while True:
        text = f"{value:.{digits}{form}}"
        again = float(text)
        if (arithmetic.to_real(again) if single else again) == value:
            return text.encode("ascii")
        digits += 1


TEXTS: dict[type, Callable[[Translation, Any], Closure]] = {
    ir.MakeText: _make_text,
    ir.ReadText: _read_text,
    ir.TextCompare: _text_compare,
}
