"""Operators and conversions as instructions: the same bits as plc/lang/reference/arithmetic.py.

No fast-math flag anywhere, so LLVM neither reorders nor fuses; elementary functions are called by names
LLVM does not know (``cellkeeper_sin``), so that it neither folds nor replaces the C library's.
"""

from __future__ import annotations

from plc.lang import ir
from plc.lang.native.code import Code, integer, limits, literal, scalar_type
from plc.lang.native.memory import one_nan, widened
from plc.lang.types import Kind, Scalar

LIBRARY_PREFIX = "cellkeeper_"
LIBRARY = ("log", "log10", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pow")
"""What is called in the C library; load.py gives the addresses."""


def binary(code: Code, node: ir.Binary, left: str, right: str) -> str:
    scalar, op = node.type, node.op
    type_, real = scalar_type(scalar), scalar.kind is Kind.REAL
    if op in (ir.BinaryOp.MIN, ir.BinaryOp.MAX):
        chosen = compare(code, ir.CompareOp.LT if op is ir.BinaryOp.MIN else ir.CompareOp.GT, scalar, left, right)
        return code.let(f"select i1 {chosen}, {type_} {left}, {type_} {right}")
    if op is ir.BinaryOp.POW:
        return library(code, "pow", left, right)
    if op in (ir.BinaryOp.DIV, ir.BinaryOp.MOD):
        return code.let(f"fdiv {type_} {left}, {right}") if real else _divide(code, node, left, right)
    return code.let(f"{'f' if real else ''}{code.module.instructions[op]} {type_} {left}, {right}")


def _divide(code: Code, node: ir.Binary, left: str, right: str) -> str:
    """Neither 0 nor the least integer / -1 reaches the instruction."""
    scalar, type_ = node.type, scalar_type(node.type)
    instruction = ("s" if scalar.signed else "u") + ("div" if node.op is ir.BinaryOp.DIV else "rem")
    if isinstance(node.right, ir.Const) and node.right.value not in (0, -1):
        return code.let(f"{instruction} {type_} {left}, {right}")
    code.stop_if(code.let(f"icmp eq {type_} {right}, 0"), node.fault)
    if not scalar.signed:
        return code.let(f"{instruction} {type_} {left}, {right}")
    minus = code.let(f"icmp eq {type_} {right}, -1")
    safe = code.let(f"select i1 {minus}, {type_} 1, {type_} {right}")
    result = code.let(f"{instruction} {type_} {left}, {safe}")
    other = code.let(f"sub {type_} 0, {left}") if node.op is ir.BinaryOp.DIV else "0"
    return code.let(f"select i1 {minus}, {type_} {other}, {type_} {result}")


_ORDERED = {"=": "oeq", "<>": "une", "<": "olt", "<=": "ole", ">": "ogt", ">=": "oge"}
_SIGNED = {"=": "eq", "<>": "ne", "<": "slt", "<=": "sle", ">": "sgt", ">=": "sge"}
_UNSIGNED = {"=": "eq", "<>": "ne", "<": "ult", "<=": "ule", ">": "ugt", ">=": "uge"}


def compare(code: Code, op: ir.CompareOp, scalar: Scalar, left: str, right: str) -> str:
    if scalar.kind is Kind.REAL:
        return code.let(f"fcmp {_ORDERED[op]} {scalar_type(scalar)} {left}, {right}")
    return code.let(f"icmp {(_SIGNED if scalar.signed else _UNSIGNED)[op]} {scalar_type(scalar)} {left}, {right}")


def within(code: Code, scalar: Scalar, value: str, first: int, last: int) -> str:
    """Whether the value lies in first..last, of which its type may hold only a part."""
    least, greatest = limits(scalar)
    first, last = max(first, least), min(last, greatest)
    if first > last:
        return "false"
    type_ = scalar_type(scalar)
    past = code.let(f"sub {type_} {value}, {integer(scalar.bits, first)}")
    return code.let(f"icmp ule {type_} {past}, {integer(scalar.bits, last - first)}")


def unary(code: Code, op: ir.UnaryOp, scalar: Scalar, value: str) -> str:
    type_ = scalar_type(scalar)
    if op is ir.UnaryOp.NOT:
        return code.let(f"xor {type_} {value}, {'true' if scalar.kind is Kind.BOOL else -1}")
    return code.let(f"fneg {type_} {value}" if scalar.kind is Kind.REAL else f"sub {type_} 0, {value}")


# ---------------------------------------------------------------- elementary functions


def library(code: Code, name: str, *operands: str) -> str:
    """A call of the C library's double function."""
    symbol = f"@{LIBRARY_PREFIX}{name}"
    code.module.declare(symbol, f"declare double {symbol}({', '.join('double' for _ in operands)}) #1")
    return code.let(f"call double {symbol}({', '.join(f'double {value}' for value in operands)})")


def elementary(code: Code, op: ir.MathOp, scalar: Scalar, value: str) -> str:
    type_ = scalar_type(scalar)
    if op is ir.MathOp.ABS:
        if scalar.kind is Kind.REAL:
            return code.let(f"call {type_} @llvm.fabs.f{scalar.bits}({type_} {value})")
        negative = compare(code, ir.CompareOp.LT, scalar, value, "0")
        opposite = code.let(f"sub {type_} 0, {value}")
        return code.let(f"select i1 {negative}, {type_} {opposite}, {type_} {value}")
    wide = to_double(code, scalar, value)
    if op is ir.MathOp.SQRT:
        return from_double(code, scalar, code.let(f"call double @llvm.sqrt.f64(double {wide})"))
    return from_double(code, scalar, library(code, op.value, wide))


def to_double(code: Code, scalar: Scalar, value: str) -> str:
    return value if scalar.size == 8 else code.let(f"fpext float {value} to double")


def from_double(code: Code, scalar: Scalar, value: str) -> str:
    return value if scalar.size == 8 else code.let(f"fptrunc double {value} to float")


# ---------------------------------------------------------------- bits


def shift(code: Code, op: ir.ShiftOp, scalar: Scalar, value: str, by: str, by_scalar: Scalar) -> str:
    type_, wide = scalar_type(scalar), widened(code, by, by_scalar)
    if op in (ir.ShiftOp.ROL, ir.ShiftOp.ROR):
        amount = _narrowed(code, wide, scalar)
        name = "fshl" if op is ir.ShiftOp.ROL else "fshr"
        return code.let(f"call {type_} @llvm.{name}.{type_}({type_} {value}, {type_} {value}, {type_} {amount})")
    inside = code.let(f"icmp ult i64 {wide}, {scalar.bits}")
    amount = _narrowed(code, code.let(f"select i1 {inside}, i64 {wide}, i64 0"), scalar)
    shifted = code.let(f"{'shl' if op is ir.ShiftOp.SHL else 'lshr'} {type_} {value}, {amount}")
    return code.let(f"select i1 {inside}, {type_} {shifted}, {type_} 0")


def _narrowed(code: Code, wide: str, scalar: Scalar) -> str:
    return wide if scalar.size == 8 else code.let(f"trunc i64 {wide} to {scalar_type(scalar)}")


# ---------------------------------------------------------------- conversions


def convert(code: Code, source: Scalar, node: ir.Convert, value: str) -> str:
    target = node.type
    if node.rounding is ir.Rounding.PATTERN:
        if target.kind is Kind.REAL:
            return code.let(f"bitcast {scalar_type(source)} {value} to {scalar_type(target)}")
        return one_nan(code, source, value)
    if target.kind is Kind.BOOL:
        return value if source.kind is Kind.BOOL else compare(code, ir.CompareOp.NE, source, value, literal(0, source))
    if target.kind is Kind.REAL:
        return _to_float(code, source, target, value)
    if source.kind is Kind.REAL:
        return _from_float(code, source, target, node.rounding, value)
    if node.rounding is not ir.Rounding.WRAP:
        value = _limited(code, source, target, value)
    return resized(code, source, target, value)


def resized(code: Code, source: Scalar, target: Scalar, value: str) -> str:
    """An integer, bit string or BOOL in another width: the low bits."""
    from_, to = scalar_type(source), scalar_type(target)
    if from_ == to:
        return value
    if source.kind is Kind.BOOL or source.size < target.size:
        return code.let(f"{'sext' if source.signed else 'zext'} {from_} {value} to {to}")
    return code.let(f"trunc {from_} {value} to {to}")


def _to_float(code: Code, source: Scalar, target: Scalar, value: str) -> str:
    if source.kind is not Kind.REAL:
        instruction = "sitofp" if source.signed else "uitofp"
        return code.let(f"{instruction} {scalar_type(source)} {value} to {scalar_type(target)}")
    if source.size == target.size:
        return value
    return to_double(code, source, value) if target.size == 8 else from_double(code, target, value)


def _limited(code: Code, source: Scalar, target: Scalar, value: str) -> str:
    """The nearest value the target can hold, in the source's width; counts what was too far."""
    if source.kind is Kind.BOOL:
        return value
    (least, greatest), (low, high) = limits(target), limits(source)
    if low < least:
        value = _bounded(code, source, ir.CompareOp.LT, value, least)
    if high > greatest:
        value = _bounded(code, source, ir.CompareOp.GT, value, greatest)
    return value


def _bounded(code: Code, source: Scalar, op: ir.CompareOp, value: str, limit: int) -> str:
    bound = integer(source.bits, limit)
    beyond = compare(code, op, source, value, bound)
    count_fault(code, beyond)
    return code.let(f"select i1 {beyond}, {scalar_type(source)} {bound}, {scalar_type(source)} {value}")


def _from_float(code: Code, source: Scalar, target: Scalar, rounding: ir.Rounding, value: str) -> str:
    """Rounded as a double, where every limit is a power of two; the intrinsic saturates and makes NaN 0."""
    if rounding not in (ir.Rounding.NEAREST, ir.Rounding.TRUNCATE):
        raise ValueError(f"REAL to {target} needs NEAREST or TRUNCATE, not {rounding}")
    name = "roundeven" if rounding is ir.Rounding.NEAREST else "trunc"
    whole = code.let(f"call double @llvm.{name}.f64(double {to_double(code, source, value)})")
    least, greatest = limits(target)
    double = Scalar("LREAL", Kind.REAL, 8)
    high = code.let(f"fcmp olt double {whole}, {literal(float(greatest + 1), double)}")
    low = code.let(f"fcmp oge double {whole}, {literal(float(least), double)}")
    count_fault(code, code.let(f"xor i1 {code.let(f'and i1 {high}, {low}')}, true"))
    kind, type_ = "si" if target.signed else "ui", scalar_type(target)
    return code.let(f"call {type_} @llvm.fpto{kind}.sat.{type_}.f64(double {whole})")


def count_fault(code: Code, happened: str) -> None:
    """Add a conversion fault to the context's count where the condition holds."""
    if not code.counts:
        return
    at = code.let(f"getelementptr inbounds i8, ptr %context, i64 {ir.CONVERSION_FAULTS_OFFSET}")
    before = code.let(f"load i64, ptr {at}, align 1")
    after = code.let(f"add i64 {before}, {code.let(f'zext i1 {happened} to i64')}")
    code.do(f"store i64 {after}, ptr {at}, align 1")
