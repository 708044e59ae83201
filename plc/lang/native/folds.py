"""SUM, LEAST and GREATEST over neighbouring elements, as functions of the module: one per type in use."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native.code import Code, integer, literal, operand, scalar_type
from plc.lang.native.memory import pointer, widened
from plc.lang.native.open_arrays import wide_bound
from plc.lang.types import Kind, Scalar


def fold(code: Code, node: ir.Fold) -> str:
    start = pointer(code, node.place)
    count = widened(code, code.value(node.count), operand(ir.type_of(node.count)))
    limit = wide_bound(code, node.limit) if isinstance(node.limit, ir.Bound) else integer(64, node.limit)
    code.stop_if(code.let(f"icmp ugt i64 {count}, {limit}"), node.fault)
    scalar, type_ = node.type, scalar_type(node.type)
    name = f"@{node.op}_{scalar.name}"
    if node.op is not ir.FoldOp.SUM:
        text = _choice(name, node.op, scalar)
    else:
        text = _lanes(name, scalar) if scalar.kind is Kind.REAL else _wrapping(name, scalar)
    code.module.declare(name, text)
    return code.let(f"call {type_} {name}(ptr {start}, i64 {count})")


def _lanes(name: str, scalar: Scalar) -> str:
    """Eight sums side by side; a lane without an element takes +0.0, which changes no lane that began at +0.0."""
    type_, bits = scalar_type(scalar), scalar.bits
    vector = f"<8 x {type_}>"
    load = f"@llvm.masked.load.v8f{bits}.p0"
    numbers = ", ".join(f"i64 {lane}" for lane in range(8))
    lines = [f" %x{lane} = extractelement {vector} %sums, i32 {lane}" for lane in range(8)]
    lines += [
        f" %{result} = fadd {type_} %{left}, %{right}"
        for result, left, right in (
            ("y0", "x0", "x4"), ("y1", "x2", "x6"), ("y2", "x1", "x5"), ("y3", "x3", "x7"),
            ("z0", "y0", "y1"), ("z1", "y2", "y3"), ("total", "z0", "z1"),
        )
    ]  # fmt: skip
    lanes = "\n".join(lines)
    return f"""declare {vector} {load}(ptr, i32, <8 x i1>, {vector})
define internal {type_} {name}(ptr %from, i64 %count) #0 {{
entry:
 %whole = and i64 %count, -8
 br label %head
head:
 %at = phi i64 [ 0, %entry ], [ %next, %more ]
 %so_far = phi {vector} [ zeroinitializer, %entry ], [ %added, %more ]
 %here = getelementptr inbounds {type_}, ptr %from, i64 %at
 %done = icmp eq i64 %at, %whole
 br i1 %done, label %rest, label %more
more:
 %values = load {vector}, ptr %here, align 1
 %added = fadd {vector} %so_far, %values
 %next = add nuw nsw i64 %at, 8
 br label %head
rest:
 %left = sub i64 %count, %whole
 %one = insertelement <8 x i64> poison, i64 %left, i32 0
 %all = shufflevector <8 x i64> %one, <8 x i64> poison, <8 x i32> zeroinitializer
 %mask = icmp ult <8 x i64> <{numbers}>, %all
 %last = call {vector} {load}(ptr %here, i32 1, <8 x i1> %mask, {vector} zeroinitializer)
 %sums = fadd {vector} %so_far, %last
{lanes}
 ret {type_} %total
}}"""


def _wrapping(name: str, scalar: Scalar) -> str:
    type_ = scalar_type(scalar)
    return _loop(name, type_, "0", f" %new = add {type_} %so_far, %value")


def _choice(name: str, op: ir.FoldOp, scalar: Scalar) -> str:
    """The first element that no later one beats; comparing the first with itself changes nothing."""
    type_ = scalar_type(scalar)
    less = op is ir.FoldOp.LEAST
    if scalar.kind is Kind.REAL:
        test = f"fcmp {'olt' if less else 'ogt'}"
    else:
        test = f"icmp {'s' if scalar.signed else 'u'}{'lt' if less else 'gt'}"
    step = f" %better = {test} {type_} %value, %so_far\n"
    step += f" %new = select i1 %better, {type_} %value, {type_} %so_far"
    return _loop(name, type_, None, step, zero=literal(0, scalar))


def _loop(name: str, type_: str, start: str | None, step: str, zero: str = "0") -> str:
    """Over all elements from ``start``, or from the first element; ``zero`` for none."""
    first = f" %first = load {type_}, ptr %from, align 1\n" if start is None else ""
    return f"""define internal {type_} {name}(ptr %from, i64 %count) #0 {{
entry:
 %none = icmp eq i64 %count, 0
 br i1 %none, label %nothing, label %some
nothing:
 ret {type_} {zero}
some:
{first} br label %more
more:
 %at = phi i64 [ 0, %some ], [ %next, %more ]
 %so_far = phi {type_} [ {start or "%first"}, %some ], [ %new, %more ]
 %here = getelementptr inbounds {type_}, ptr %from, i64 %at
 %value = load {type_}, ptr %here, align 1
{step}
 %next = add nuw nsw i64 %at, 1
 %done = icmp eq i64 %next, %count
 br i1 %done, label %out, label %more
out:
 ret {type_} %new
}}"""
