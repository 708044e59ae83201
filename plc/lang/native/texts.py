"""Texts as pointers: what makes one, compares two, or reads a number out of one.

A text is a pointer to its 16-bit length and its bytes, and its capacity, which is known when the code is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ir
from plc.lang.native import arithmetic, memory, text_helpers
from plc.lang.native.code import Code, operand
from plc.lang.types import DINT, LINT, LREAL, Kind, Scalar, Text


@dataclass(frozen=True, slots=True)
class Found:
    """Where a text lies, and what it holds at most."""

    at: str
    capacity: int


def text(code: Code, source: ir.TextExpr) -> Found:
    """Write what finds or makes the text."""
    if isinstance(source, bytes):
        return Found(code.module.constant(len(source).to_bytes(2, "little") + source), len(source))
    capacity = text_type(source).length
    if isinstance(source, ir.Place):
        return Found(memory.pointer(code, source), capacity)
    code.value(source)
    return Found(memory.pointer(code, source.result), capacity)


def text_type(source: ir.Place | ir.MakeText | ir.CallFunction) -> Text:
    if not isinstance(source.type, Text):
        raise TypeError(f"{source.type} is not a STRING")
    return source.type


def helper(code: Code, name: str) -> str:
    """A function of text_helpers.py, with those it calls, taken into the module."""
    for needed in text_helpers.NEEDS.get(name, ()):
        helper(code, needed)
    return code.module.declare(f"@{name}", text_helpers.HELPERS[name])


def copy_text(code: Code, statement: ir.CopyText) -> None:
    to = text_type(statement.place)
    if isinstance(statement.source, bytes):
        content = statement.source[: to.length]
        image = len(content).to_bytes(2, "little") + content
        memory.fill(code, memory.target(code, statement.place), image.ljust(to.size, b"\0"))
        return
    source = text(code, statement.source)
    at = memory.target(code, statement.place)
    room = f"i64 {to.length}, i64 {to.size - 2}"
    code.do(f"call void {helper(code, 'copy_text')}(ptr {at}, {room}, ptr {source.at}, i64 {source.capacity})")


def compare_text(code: Code, node: ir.TextCompare) -> str:
    left, right = text(code, node.left), text(code, node.right)
    if node.op not in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return arithmetic.compare(code, node.op, DINT, _order(code, left, right), "0")
    equal = helper(code, "equal_text")
    same = code.let(f"call i1 {equal}(ptr {left.at}, i64 {left.capacity}, ptr {right.at}, i64 {right.capacity})")
    return same if node.op is ir.CompareOp.EQ else code.let(f"xor i1 {same}, true")


def _order(code: Code, left: Found, right: Found) -> str:
    """An i32 below, at or above 0."""
    compare = helper(code, "compare_text")
    return code.let(f"call i32 {compare}(ptr {left.at}, i64 {left.capacity}, ptr {right.at}, i64 {right.capacity})")


def read_text(code: Code, node: ir.ReadText) -> str:
    found = [text(code, source) for source in node.operands]
    arguments = ", ".join(f"ptr {each.at}, i64 {each.capacity}" for each in found)
    if node.op is ir.ReadOp.NUMBER:
        number = code.let(f"call double {helper(code, 'read_number')}({arguments})")
        arithmetic.count_fault(code, code.let(f"fcmp uno double {number}, {number}"))
        return number
    name = "text_length" if node.op is ir.ReadOp.LEN else "find_text"
    wide = code.let(f"call i64 {helper(code, name)}({arguments})")
    return arithmetic.resized(code, LINT, node.type, wide)


# ---------------------------------------------------------------- making


def make_text(code: Code, node: ir.MakeText) -> str:
    """Nothing: the text lies at ``result`` then."""
    found: list[Found] = []
    numbers: list[str] = []
    for each in node.operands:
        source = ir.as_text(each)
        if source is not None:
            found.append(text(code, source))
        else:
            numbers.append(code.value(ir.as_value(each)))
    maker = _Maker(code, memory.pointer(code, node.result), text_type(node.result).length)
    if node.op is ir.TextOp.SHOW:
        maker.show(operand(ir.type_of(ir.as_value(node.operands[0]))), numbers[0])
    else:
        maker.make(node.op, found, numbers)
    return ""


class _Maker:
    """Writes one text to its place, piece by piece."""

    def __init__(self, code: Code, at: str, capacity: int) -> None:
        self._code = code
        self._at = at
        self._capacity = capacity

    def make(self, op: ir.TextOp, texts: list[Found], numbers: list[str]) -> None:
        self._code.do(f"store i16 0, ptr {self._at}, align 1")
        match op:
            case ir.TextOp.CONCAT:
                for each in texts:
                    self._append(each, "0", self._length(each))
            case ir.TextOp.LEFT:
                self._append(texts[0], "0", self._limited(numbers[0], self._length(texts[0])))
            case ir.TextOp.RIGHT:
                length = self._length(texts[0])
                count = self._limited(numbers[0], length)
                self._append(texts[0], self._code.let(f"sub i64 {length}, {count}"), count)
            case ir.TextOp.MID:
                self._mid(texts[0], numbers[0], numbers[1])
            case ir.TextOp.INSERT:
                self._insert(texts[0], texts[1], numbers[0])
            case ir.TextOp.DELETE:
                self._replace(texts[0], None, numbers[0], numbers[1])
            case ir.TextOp.REPLACE:
                self._replace(texts[0], texts[1], numbers[0], numbers[1])
            case ir.TextOp.CHOOSE:
                self._choose(texts, numbers[0])
            case _:
                self._extreme(texts, "slt" if op is ir.TextOp.LEAST else "sgt")

    def _append(self, source: Found, first: str, count: str) -> None:
        """``count`` bytes of the source from byte ``first`` (from 0) on, as many as there is room for."""
        code = self._code
        past = code.let(f"add i64 {first}, 2")
        from_ = code.let(f"getelementptr inbounds i8, ptr {source.at}, i64 {past}")
        append = helper(code, "append_text")
        code.do(f"call void {append}(ptr {self._at}, i64 {self._capacity}, ptr {from_}, i64 {count})")

    def _length(self, source: Found) -> str:
        length = helper(self._code, "text_length")
        return self._code.let(f"call i64 {length}(ptr {source.at}, i64 {source.capacity})")

    def _limited(self, number: str, most: str) -> str:
        """The number brought to 0..most."""
        above = self._code.let(f"call i64 @llvm.smax.i64(i64 {number}, i64 0)")
        return self._code.let(f"call i64 @llvm.smin.i64(i64 {above}, i64 {most})")

    def _inside(self, number: str, least: int, length: str) -> str:
        """Whether the number lies in least..length."""
        above = self._code.let(f"icmp sge i64 {number}, {least}")
        return self._code.let(f"and i1 {above}, {self._code.let(f'icmp sle i64 {number}, {length}')}")

    def _mid(self, source: Found, number: str, at: str) -> None:
        code, length = self._code, self._length(source)
        inside = self._inside(at, 1, length)
        first = code.let(f"select i1 {inside}, i64 {code.let(f'sub i64 {at}, 1')}, i64 {length}")
        self._append(source, first, self._limited(number, code.let(f"sub i64 {length}, {first}")))

    def _insert(self, source: Found, other: Found, at: str) -> None:
        code, length = self._code, self._length(source)
        inside = self._inside(at, 0, length)
        first = code.let(f"select i1 {inside}, i64 {at}, i64 {length}")
        self._append(source, "0", first)
        self._append(other, "0", code.let(f"select i1 {inside}, i64 {self._length(other)}, i64 0"))
        self._append(source, first, code.let(f"sub i64 {length}, {first}"))

    def _replace(self, source: Found, other: Found | None, number: str, at: str) -> None:
        code, length = self._code, self._length(source)
        inside = self._inside(at, 1, length)
        first = code.let(f"select i1 {inside}, i64 {code.let(f'sub i64 {at}, 1')}, i64 {length}")
        rest = code.let(f"sub i64 {length}, {first}")
        gone = self._limited(number, rest)
        self._append(source, "0", first)
        if other is not None:
            self._append(other, "0", code.let(f"select i1 {inside}, i64 {self._length(other)}, i64 0"))
        self._append(source, code.let(f"add i64 {first}, {gone}"), code.let(f"sub i64 {rest}, {gone}"))

    def _choose(self, texts: list[Found], number: str) -> None:
        chosen, length = texts[-1].at, self._length(texts[-1])
        for position, each in enumerate(texts[:-1]):
            same = self._code.let(f"icmp eq i64 {number}, {position}")
            chosen, length = self._select(same, each.at, chosen, self._length(each), length)
        self._append(Found(chosen, 0), "0", length)

    def _select(self, condition: str, at: str, other_at: str, length: str, other_length: str) -> tuple[str, str]:
        chosen = self._code.let(f"select i1 {condition}, ptr {at}, ptr {other_at}")
        return chosen, self._code.let(f"select i1 {condition}, i64 {length}, i64 {other_length}")

    def _extreme(self, texts: list[Found], better: str) -> None:
        best, length = texts[0].at, self._length(texts[0])
        compare = helper(self._code, "compare_text")
        for each in texts[1:]:
            order = f"call i32 {compare}(ptr {each.at}, i64 {each.capacity}, ptr {best}, i64 {length})"
            replaces = self._code.let(f"icmp {better} i32 {self._code.let(order)}, 0")
            best, length = self._select(replaces, each.at, best, self._length(each), length)
        self._append(Found(best, 0), "0", length)

    def show(self, scalar: Scalar, value: str) -> None:
        code = self._code
        code.do(f"store i16 0, ptr {self._at}, align 1")
        if scalar.kind is Kind.REAL:
            wide = arithmetic.convert(code, scalar, ir.Convert(ir.Const(0.0, scalar), LREAL), value)
            single = "true" if scalar.size == 4 else "false"
            function = helper(code, "show_real")
            code.do(f"call void {function}(ptr {self._at}, i64 {self._capacity}, double {wide}, i1 {single})")
            return
        wide = memory.widened(code, value, scalar)
        signed = "true" if scalar.signed else "false"
        function = helper(code, "show_integer")
        code.do(f"call void {function}(ptr {self._at}, i64 {self._capacity}, i64 {wide}, i1 {signed})")
