"""Texts: what makes one, compares two, stores one, or reads a number out of one; each operand is a view (views.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plc.lang import ir
from plc.lang.native import arithmetic, memory, views
from plc.lang.native.code import Code, operand
from plc.lang.native.views import Joined, View, text_type
from plc.lang.types import DINT, LINT, LREAL, Kind
from plc.lang.walk import nodes

Reading = Callable[[], Joined]
"""Writes what reads a text that was found."""


# ---------------------------------------------------------------- finding, then reading


def _found(code: Code, source: ir.TextExpr, kept: bool) -> Reading:
    """Write what finds or makes the text. ``kept``: what is found after it may change what it was made of."""
    if isinstance(source, bytes):
        whole = Joined((views.constant(code, source),))
        return lambda: whole
    if isinstance(source, ir.MakeText):
        made = _made(code, source)
        text = Joined((views.laid(code, made),)) if kept else made
        return lambda: text
    if isinstance(source, ir.CallFunction):
        code.value(source)
    place = source if isinstance(source, ir.Place) else source.result
    at = memory.pointer(code, place)
    return lambda: Joined((views.stored(code, at, text_type(place)),))


def _operands(code: Code, operands: Sequence[ir.Expr | ir.TextExpr]) -> tuple[list[Joined], list[str]]:
    """The texts and the numbers: found from the left, texts read when all are found."""
    last_call = max((number for number, each in enumerate(operands) if _calls(each)), default=-1)
    readings, numbers = list[Reading](), list[str]()
    for number, each in enumerate(operands):
        source = ir.as_text(each)
        if source is None:
            numbers.append(code.value(ir.as_value(each)))
        else:
            readings.append(_found(code, source, number < last_call))
    return [read() for read in readings], numbers


def _views(code: Code, *operands: ir.TextExpr) -> list[View]:
    return [views.together(code, text) for text in _operands(code, operands)[0]]


def _calls(node: object) -> bool:
    return any(isinstance(each, ir.CallFunction) for each in nodes((node,)))


# ---------------------------------------------------------------- what is done with them


def copy_text(code: Code, statement: ir.CopyText) -> None:
    kind, source = text_type(statement.place), statement.source
    if isinstance(source, bytes):
        content = source[: kind.length]
        image = len(content).to_bytes(2, "little") + content
        memory.fill(code, memory.target(code, statement.place), image.ljust(kind.size, b"\0"))
        return
    read = _found(code, source, _calls(statement.place))
    at = memory.target(code, statement.place)
    views.store(code, at, kind, views.together(code, read()))


def compare_text(code: Code, node: ir.TextCompare) -> str:
    left, right = _views(code, node.left, node.right)
    if node.op not in (ir.CompareOp.EQ, ir.CompareOp.NE):
        return arithmetic.compare(code, node.op, DINT, views.order(code, left, right), "0")
    same = views.equal(code, left, right)
    return same if node.op is ir.CompareOp.EQ else code.let(f"xor i1 {same}, true")


def read_text(code: Code, node: ir.ReadText) -> str:
    text, *others = _views(code, *node.operands)
    if node.op is ir.ReadOp.NUMBER:
        read_number = views.helper(code, "read_number")
        number = code.let(f"call double {read_number}(ptr {text.at}, i64 {text.length})")
        arithmetic.count_fault(code, code.let(f"fcmp uno double {number}, {number}"))
        return number
    wide = text.length
    if node.op is ir.ReadOp.FIND:
        letters = node.operands[1]
        wide = views.find(code, text, others[0], letters if isinstance(letters, bytes) else None)
    return arithmetic.resized(code, LINT, node.type, wide)


def make_text(code: Code, node: ir.MakeText) -> str:
    """Nothing: only its operands have an effect."""
    _made(code, node)
    return ""


# ---------------------------------------------------------------- making


def _made(code: Code, node: ir.MakeText) -> Joined:
    """What is made, before it moves; most make views of their operands."""
    capacity = text_type(node.result).length
    if node.op is ir.TextOp.SHOW:
        return Joined((_shown(code, ir.as_value(node.operands[0]), node.result),), node.result)
    texts, numbers = _operands(code, node.operands)
    if node.op is ir.TextOp.CONCAT:
        made = Joined(tuple(view for text in texts for view in text.views), node.result)
        return made if made.most <= capacity else Joined((views.laid(code, made),), node.result)
    parts = [views.together(code, text) for text in texts]
    if node.op in _LETTERS:
        return Joined((_turned(code, parts[0], _LETTERS[node.op], node.result),), node.result)
    made = Joined(tuple(_PARTS[node.op](code, parts, numbers)), node.result)
    if len(made.views) == 1:
        return Joined((views.cut(code, made.views[0], capacity),), node.result)
    return made if sum(part.most for part in parts) <= capacity else Joined((views.laid(code, made),), node.result)


def _count(code: Code, number: str, length: str) -> str:
    """The number brought to 0..length."""
    above = code.let(f"call i64 @llvm.smax.i64(i64 {number}, i64 0)")
    return code.let(f"call i64 @llvm.smin.i64(i64 {above}, i64 {length})")


def _inside(code: Code, number: str, least: int, length: str) -> str:
    """Whether the number lies in least..length."""
    above = code.let(f"icmp sge i64 {number}, {least}")
    return code.let(f"and i1 {above}, {code.let(f'icmp sle i64 {number}, {length}')}")


def _first(code: Code, view: View, count: str) -> View:
    return View(view.at, count, view.most, view.room)


def _from(code: Code, view: View, first: str, count: str) -> View:
    """``count`` of its bytes from byte ``first`` on; what follows them in memory is no longer known."""
    return View(code.let(f"getelementptr inbounds i8, ptr {view.at}, i64 {first}"), count, view.most, 0)


def _left(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
    return [_first(code, texts[0], _count(code, numbers[0], texts[0].length))]


def _right(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
    count = _count(code, numbers[0], texts[0].length)
    return [_from(code, texts[0], code.let(f"sub i64 {texts[0].length}, {count}"), count)]


def _start(code: Code, text: View, at: str) -> tuple[str, str, str]:
    """Whether the text has that position; how many bytes are before it (else all), and from it on."""
    inside = _inside(code, at, 1, text.length)
    first = code.let(f"select i1 {inside}, i64 {code.let(f'sub i64 {at}, 1')}, i64 {text.length}")
    return inside, first, code.let(f"sub i64 {text.length}, {first}")


def _mid(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
    _, first, rest = _start(code, texts[0], numbers[1])
    return [_from(code, texts[0], first, _count(code, numbers[0], rest))]


def _insert(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
    text, other = texts
    inside = _inside(code, numbers[0], 0, text.length)
    first = code.let(f"select i1 {inside}, i64 {numbers[0]}, i64 {text.length}")
    rest = code.let(f"sub i64 {text.length}, {first}")
    return [_first(code, text, first), _only_if(code, inside, other), _from(code, text, first, rest)]


def _only_if(code: Code, condition: str, view: View) -> View:
    return _first(code, view, code.let(f"select i1 {condition}, i64 {view.length}, i64 0"))


def _replace(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
    """DELETE too, which puts nothing in their place."""
    text, *others = texts
    inside, first, rest = _start(code, text, numbers[1])
    gone = _count(code, numbers[0], rest)
    after, left = code.let(f"add i64 {first}, {gone}"), code.let(f"sub i64 {rest}, {gone}")
    between = [_only_if(code, inside, other) for other in others]
    return [_first(code, text, first), *between, _from(code, text, after, left)]


def _choose(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
    chosen = texts[-1]
    for position, each in enumerate(texts[:-1]):
        chosen = _either(code, code.let(f"icmp eq i64 {numbers[0]}, {position}"), each, chosen)
    return [chosen]


def _either(code: Code, condition: str, one: View, other: View) -> View:
    at = code.let(f"select i1 {condition}, ptr {one.at}, ptr {other.at}")
    length = code.let(f"select i1 {condition}, i64 {one.length}, i64 {other.length}")
    return View(at, length, max(one.most, other.most), min(one.room, other.room))


def _extreme(better: str) -> Callable[[Code, list[View], list[str]], list[View]]:
    def best(code: Code, texts: list[View], numbers: list[str]) -> list[View]:
        found = texts[0]
        for each in texts[1:]:
            order = views.order(code, each, found)
            found = _either(code, code.let(f"icmp {better} i32 {order}, 0"), each, found)
        return [found]

    return best


_PARTS: dict[ir.TextOp, Callable[[Code, list[View], list[str]], list[View]]] = {
    ir.TextOp.LEFT: _left,
    ir.TextOp.RIGHT: _right,
    ir.TextOp.MID: _mid,
    ir.TextOp.INSERT: _insert,
    ir.TextOp.DELETE: _replace,
    ir.TextOp.REPLACE: _replace,
    ir.TextOp.CHOOSE: _choose,
    ir.TextOp.LEAST: _extreme("slt"),
    ir.TextOp.GREATEST: _extreme("sgt"),
}


_LETTERS = {ir.TextOp.TO_UPPER: "a", ir.TextOp.TO_LOWER: "A"}
"""The first letter of those that become others."""


def _turned(code: Code, view: View, first: str, place: ir.Place) -> View:
    """Small letters for capital ones, or the other way round, in the node's own room."""
    view = views.cut(code, view, text_type(place).length)
    start = memory.advance(code, memory.pointer(code, place), 2)
    function = views.helper(code, "turn_letters")
    code.do(f"call void {function}(ptr {start}, ptr {view.at}, i64 {view.length}, i8 {ord(first)})")
    return View(start, view.length, view.most, text_type(place).length)


def _shown(code: Code, expression: ir.Expr, place: ir.Place) -> View:
    """Digits, which no operand has: they lie in the node's own room."""
    scalar, value = operand(ir.type_of(expression)), code.value(expression)
    capacity = text_type(place).length
    start = memory.advance(code, memory.pointer(code, place), 2)
    if scalar.kind is Kind.REAL:
        wide = arithmetic.convert(code, scalar, ir.Convert(ir.Const(0.0, scalar), LREAL), value)
        arguments = f"double {wide}, i1 {'true' if scalar.size == 4 else 'false'}"
        function = views.helper(code, "show_real")
    else:
        arguments = f"i64 {memory.widened(code, value, scalar)}, i1 {'true' if scalar.signed else 'false'}"
        function = views.helper(code, "show_integer")
    return View(start, code.let(f"call i64 {function}(ptr {start}, i64 {capacity}, {arguments})"), capacity, capacity)
