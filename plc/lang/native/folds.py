"""SUM, LEAST and GREATEST over neighbouring elements, as functions of the module: one per type in use."""

from __future__ import annotations

from collections.abc import Callable

from plc.lang import ir
from plc.lang.native.code import Code, integer, operand, scalar_type
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
    if scalar.kind is Kind.REAL:
        load = _masked_load(scalar)
        code.module.declare(load, f"declare {_lanes_of(scalar)} {load}(ptr, i32, <8 x i1>, {_lanes_of(scalar)})")
        text = _sum(name, scalar) if node.op is ir.FoldOp.SUM else _choice(name, node.op, scalar)
    else:
        text = _of_integers(name, node.op, scalar)
    code.module.declare(name, text)
    return code.let(f"call {type_} {name}(ptr {start}, i64 {count})")


# ---------------------------------------------------------------- REAL and LREAL: eight lanes


def _lanes_of(scalar: Scalar) -> str:
    return f"<8 x {scalar_type(scalar)}>"


def _masked_load(scalar: Scalar) -> str:
    return f"@llvm.masked.load.v8f{scalar.bits}.p0"


def _sum(name: str, scalar: Scalar) -> str:
    """Eight sums side by side; a lane without an element takes +0.0, which changes no lane that began at +0.0."""
    type_, vector = scalar_type(scalar), _lanes_of(scalar)
    lines = [f" %x{lane} = extractelement {vector} %lanes, i32 {lane}" for lane in range(8)]
    lines += [
        f" %{result} = fadd {type_} %{left}, %{right}"
        for result, left, right in (
            ("y0", "x0", "x4"), ("y1", "x2", "x6"), ("y2", "x1", "x5"), ("y3", "x3", "x7"),
            ("z0", "y0", "y1"), ("z1", "y2", "y3"), ("total", "z0", "z1"),
        )
    ]  # fmt: skip
    lanes = "\n".join([*lines, f" ret {type_} %total"])
    return f"""define internal {type_} {name}(ptr %from, i64 %count) #0 {{
entry:
 br label %lanes_begin
{_eights(scalar, "zeroinitializer", lambda new, old, added: f" %{new} = fadd {vector} %{old}, %{added}")}
{lanes}
}}"""


def _choice(name: str, op: ir.FoldOp, scalar: Scalar) -> str:
    """The first element that no later one beats.

    Every lane begins at the first element, so where that is NaN, which nothing beats, all lanes stay NaN. Elements
    that neither beats the other are one number but for the two zeros: of those the first is looked for.
    """
    type_, vector = scalar_type(scalar), _lanes_of(scalar)
    test = "olt" if op is ir.FoldOp.LEAST else "ogt"

    def better(new: str, old: str, added: str, kind: str = vector) -> str:
        width = f"<{kind[1]} x i1>" if kind != type_ else "i1"
        chosen = f" %{new}_beats = fcmp {test} {kind} %{added}, %{old}"
        return f"{chosen}\n %{new} = select {width} %{new}_beats, {kind} %{added}, {kind} %{old}"

    halves, kind, lanes = [], vector, "lanes"
    for half in (4, 2, 1):
        low, high = (", ".join(f"i32 {n}" for n in range(start, start + half)) for start in (0, half))
        for part, numbers in (("low", low), ("high", high)):
            mask = f"<{half} x i32> <{numbers}>"
            halves.append(f" %{part}{half} = shufflevector {kind} %{lanes}, {kind} poison, {mask}")
        kind, lanes = f"<{half} x {type_}>", f"best{half}"
        halves.append(better(lanes, f"low{half}", f"high{half}", kind))
    reduction = "\n".join(halves)
    return f"""define internal {type_} {name}(ptr %from, i64 %count) #0 {{
entry:
 %none = icmp eq i64 %count, 0
 br i1 %none, label %nothing, label %some
nothing:
 ret {type_} 0.0
some:
 %first = load {type_}, ptr %from, align 1
 %first_lane = insertelement {vector} poison, {type_} %first, i32 0
 %firsts = shufflevector {vector} %first_lane, {vector} poison, <8 x i32> zeroinitializer
 br label %lanes_begin
{_eights(scalar, "%firsts", better)}
{reduction}
 %best = extractelement <1 x {type_}> %best1, i32 0
 %zero = fcmp oeq {type_} %best, 0.0
 br i1 %zero, label %look, label %found
found:
 ret {type_} %best
look:
 %place = phi i64 [ 0, %lanes_rest ], [ %later, %look ]
 %looked_at = getelementptr inbounds {type_}, ptr %from, i64 %place
 %element = load {type_}, ptr %looked_at, align 1
 %is_zero = fcmp oeq {type_} %element, 0.0
 %later = add nuw nsw i64 %place, 1
 br i1 %is_zero, label %first_zero, label %look
first_zero:
 ret {type_} %element
}}"""


def _eights(scalar: Scalar, start: str, step: Callable[[str, str, str], str]) -> str:
    """Blocks from ``lanes_begin`` to ``lanes_rest`` that leave in %lanes what the steps make of element i in lane i mod
    8; a lane without a last element takes ``start``."""
    vector, at_once = _lanes_of(scalar), ", ".join(f"i64 {lane}" for lane in range(8))
    return f"""lanes_begin:
 %whole = and i64 %count, -8
 br label %head
head:
 %at = phi i64 [ 0, %lanes_begin ], [ %next, %more ]
 %so_far = phi {vector} [ {start}, %lanes_begin ], [ %new, %more ]
 %here = getelementptr inbounds {scalar_type(scalar)}, ptr %from, i64 %at
 %done = icmp eq i64 %at, %whole
 br i1 %done, label %lanes_rest, label %more
more:
 %values = load {vector}, ptr %here, align 1
{step("new", "so_far", "values")}
 %next = add nuw nsw i64 %at, 8
 br label %head
lanes_rest:
 %left = sub i64 %count, %whole
 %one = insertelement <8 x i64> poison, i64 %left, i32 0
 %all = shufflevector <8 x i64> %one, <8 x i64> poison, <8 x i32> zeroinitializer
 %mask = icmp ult <8 x i64> <{at_once}>, %all
 %last = call {vector} {_masked_load(scalar)}(ptr %here, i32 1, <8 x i1> %mask, {vector} {start})
{step("lanes", "so_far", "last")}"""


# ---------------------------------------------------------------- integers, which LLVM makes vectors of by itself


def _of_integers(name: str, op: ir.FoldOp, scalar: Scalar) -> str:
    """Over all elements; of none it is 0. Comparing the first with itself changes nothing."""
    type_, sum_ = scalar_type(scalar), op is ir.FoldOp.SUM
    step = f" %new = add {type_} %so_far, %value"
    if not sum_:
        test = f"icmp {'s' if scalar.signed else 'u'}{'lt' if op is ir.FoldOp.LEAST else 'gt'}"
        step = f" %better = {test} {type_} %value, %so_far\n"
        step += f" %new = select i1 %better, {type_} %value, {type_} %so_far"
    first = "" if sum_ else f" %first = load {type_}, ptr %from, align 1\n"
    return f"""define internal {type_} {name}(ptr %from, i64 %count) #0 {{
entry:
 %none = icmp eq i64 %count, 0
 br i1 %none, label %nothing, label %some
nothing:
 ret {type_} 0
some:
{first} br label %more
more:
 %at = phi i64 [ 0, %some ], [ %next, %more ]
 %so_far = phi {type_} [ {0 if sum_ else "%first"}, %some ], [ %new, %more ]
 %here = getelementptr inbounds {type_}, ptr %from, i64 %at
 %value = load {type_}, ptr %here, align 1
{step}
 %next = add nuw nsw i64 %at, 1
 %done = icmp eq i64 %next, %count
 br i1 %done, label %out, label %more
out:
 ret {type_} %new
}}"""
