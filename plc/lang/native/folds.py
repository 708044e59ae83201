"""SUM, LEAST and GREATEST over neighbouring elements, as functions of the module: one per type in use."""

from __future__ import annotations

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
    if scalar.kind is not Kind.REAL:
        text = _of_integers(name, node.op, scalar)
    elif node.op is not ir.FoldOp.SUM:
        text = _choice(name, node.op, scalar)
    else:
        load, lanes = _masked_load(scalar), _lanes_of(scalar)
        code.module.declare(load, f"declare {lanes} {load}(ptr, i32, <8 x i1>, {lanes})")
        text = _sum(name, scalar)
    code.module.declare(name, text)
    return code.let(f"call {type_} {name}(ptr {start}, i64 {count})")


# ---------------------------------------------------------------- REAL and LREAL: eight lanes


def _lanes_of(scalar: Scalar) -> str:
    return f"<8 x {scalar_type(scalar)}>"


def _masked_load(scalar: Scalar) -> str:
    return f"@llvm.masked.load.v8f{scalar.bits}.p0"


def _sum(name: str, scalar: Scalar) -> str:
    """Eight sums side by side; a lane without an element takes +0.0, which changes no lane that began at +0.0."""
    type_, vector, numbers = scalar_type(scalar), _lanes_of(scalar), ", ".join(f"i64 {lane}" for lane in range(8))
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
{_eights(scalar, "zeroinitializer", f" %new = fadd {vector} %so_far, %values")}
rest:
 %left = sub i64 %count, %whole
 %one = insertelement <8 x i64> poison, i64 %left, i32 0
 %all = shufflevector <8 x i64> %one, <8 x i64> poison, <8 x i32> zeroinitializer
 %mask = icmp ult <8 x i64> <{numbers}>, %all
 %last = call {vector} {_masked_load(scalar)}(ptr %here, i32 1, <8 x i1> %mask, {vector} zeroinitializer)
 %lanes = fadd {vector} %so_far, %last
{lanes}
}}"""


def _choice(name: str, op: ir.FoldOp, scalar: Scalar) -> str:
    """The first element that no later one beats.

    Every lane begins at the first element, so where that is NaN, which nothing beats, all lanes stay NaN. Elements
    of which neither beats the other are one number but for the two zeros: of those the first is looked for. What fills
    no eight is compared one by one: it was often written just before, and so is read back at once.
    """
    type_, vector = scalar_type(scalar), _lanes_of(scalar)
    test = "olt" if op is ir.FoldOp.LEAST else "ogt"

    def better(new: str, old: str, added: str, kind: str = vector) -> str:
        width = f"<{kind[1]} x i1>" if kind != type_ else "i1"
        chosen = f" %{new}_beats = fcmp {test} {kind} %{added}, %{old}"
        return f"{chosen}\n %{new} = select {width} %{new}_beats, {kind} %{added}, {kind} %{old}"

    halves, kind, lanes = [], vector, "so_far"
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
{_eights(scalar, "%firsts", better("new", "so_far", "values"))}
rest:
{reduction}
 %of_eights = extractelement <1 x {type_}> %best1, i32 0
 br label %single
single:
 %number = phi i64 [ %whole, %rest ], [ %following, %compare ]
 %best = phi {type_} [ %of_eights, %rest ], [ %chosen, %compare ]
 %over = icmp eq i64 %number, %count
 br i1 %over, label %end, label %compare
compare:
 %lies = getelementptr inbounds {type_}, ptr %from, i64 %number
 %another = load {type_}, ptr %lies, align 1
{better("chosen", "best", "another", type_)}
 %following = add nuw nsw i64 %number, 1
 br label %single
end:
 %zero = fcmp oeq {type_} %best, 0.0
 br i1 %zero, label %look, label %found
found:
 ret {type_} %best
look:
 %place = phi i64 [ 0, %end ], [ %later, %look ]
 %looked_at = getelementptr inbounds {type_}, ptr %from, i64 %place
 %element = load {type_}, ptr %looked_at, align 1
 %is_zero = fcmp oeq {type_} %element, 0.0
 %later = add nuw nsw i64 %place, 1
 br i1 %is_zero, label %first_zero, label %look
first_zero:
 ret {type_} %element
}}"""


def _eights(scalar: Scalar, start: str, step: str) -> str:
    """Blocks from ``lanes_begin`` to before ``rest`` that leave in %so_far what the step makes of it and of %values,
    eight elements at a time; the elements from number %whole on, at %here, are left."""
    vector = _lanes_of(scalar)
    return f"""lanes_begin:
 %whole = and i64 %count, -8
 br label %head
head:
 %at = phi i64 [ 0, %lanes_begin ], [ %next, %more ]
 %so_far = phi {vector} [ {start}, %lanes_begin ], [ %new, %more ]
 %here = getelementptr inbounds {scalar_type(scalar)}, ptr %from, i64 %at
 %done = icmp eq i64 %at, %whole
 br i1 %done, label %rest, label %more
more:
 %values = load {vector}, ptr %here, align 1
{step}
 %next = add nuw nsw i64 %at, 8
 br label %head"""


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
