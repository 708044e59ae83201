"""What every operation does at its edges, in both back ends."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest

from plc.lang import ir
from plc.lang.types import (
    BOOL,
    BYTE,
    DINT,
    DWORD,
    INT,
    LINT,
    LREAL,
    LWORD,
    REAL,
    SINT,
    TIME,
    UDINT,
    UINT,
    ULINT,
    USINT,
    WORD,
    Enumeration,
    Scalar,
)  # fmt: skip
from tests.lang.units import Bind, Memory, Trial, assign, binary, routine, same, structure, unit

NAN, INF = math.nan, math.inf
LEAST_DINT, LEAST_LINT = -(2**31), -(2**63)


def computed(bind: Bind, result: Scalar, make: Any, **operands: tuple[Scalar, Any]) -> tuple[Any, Trial]:
    """The value of ``make(a, b, ...)`` where the operands are variables, and the trial it came from."""
    layout = structure("p", {"r": result} | {name: scalar for name, (scalar, _) in operands.items()})
    v = Memory(ir.Base.SELF, layout)
    body = [assign(v.place("r"), make(*(v[name] for name in operands)))]
    trial = Trial(bind, unit(routine("p", layout, body)), **{name: value for name, (_, value) in operands.items()})
    assert trial.run() == 0
    return trial["r"], trial


def real(value: float) -> float:
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


B = ir.BinaryOp

BINARY = [
    (B.ADD, SINT, 127, 1, -128),
    (B.ADD, INT, 32767, 1, -32768),
    (B.ADD, LINT, 2**63 - 1, 1, LEAST_LINT),
    (B.ADD, USINT, 255, 1, 0),
    (B.ADD, ULINT, 2**64 - 1, 2, 1),
    (B.SUB, UINT, 0, 1, 65535),
    (B.SUB, TIME, LEAST_LINT, 1, 2**63 - 1),
    (B.MUL, DINT, 65536, 65536, 0),
    (B.MUL, DINT, LEAST_DINT, -1, LEAST_DINT),
    (B.MUL, BYTE, 16, 17, 16),
    (B.DIV, DINT, -7, 2, -3),
    (B.DIV, DINT, 7, -2, -3),
    (B.DIV, SINT, -128, -1, -128),
    (B.DIV, DINT, LEAST_DINT, -1, LEAST_DINT),
    (B.DIV, LINT, LEAST_LINT, -1, LEAST_LINT),
    (B.DIV, ULINT, 2**64 - 1, 2, 2**63 - 1),
    (B.MOD, DINT, -7, 2, -1),
    (B.MOD, DINT, 7, -2, 1),
    (B.MOD, DINT, LEAST_DINT, -1, 0),
    (B.MOD, LINT, LEAST_LINT, -1, 0),
    (B.MOD, UDINT, 2**32 - 1, 10, 5),
    (B.AND, WORD, 0xFF0F, 0x0FF0, 0x0F00),
    (B.XOR, BOOL, True, True, False),
    (B.OR, BOOL, False, True, True),
    (B.MIN, DINT, -1, 1, -1),
    (B.MIN, UDINT, 2**32 - 1, 1, 1),
    (B.MAX, DWORD, 2**31, 1, 2**31),
    (B.MIN, REAL, NAN, 1.0, 1.0),
    (B.MIN, REAL, 1.0, NAN, NAN),
    (B.MAX, LREAL, NAN, 1.0, 1.0),
    (B.MIN, REAL, 0.0, -0.0, -0.0),
    (B.MAX, REAL, -0.0, 0.0, 0.0),
    (B.ADD, REAL, 16777216.0, 1.0, 16777216.0),
    (B.ADD, LREAL, 16777216.0, 1.0, 16777217.0),
    (B.ADD, REAL, real(3.4e38), real(3.4e38), INF),
    (B.MUL, REAL, real(1e-30), real(1e-10), real(1e-40)),
    (B.DIV, REAL, 1.0, 3.0, real(1 / 3)),
    (B.DIV, REAL, 1.0, 0.0, INF),
    (B.DIV, REAL, -1.0, 0.0, -INF),
    (B.DIV, REAL, 1.0, -0.0, -INF),
    (B.DIV, REAL, 0.0, 0.0, NAN),
    (B.DIV, LREAL, NAN, 0.0, NAN),
    (B.SUB, REAL, INF, INF, NAN),
    (B.POW, LREAL, 2.0, 0.5, math.sqrt(2)),
    (B.POW, LREAL, -8.0, 3.0, -512.0),
    (B.POW, LREAL, -8.0, 0.5, NAN),
    (B.POW, LREAL, 0.0, -1.0, INF),
    (B.POW, LREAL, -0.0, -1.0, -INF),
    (B.POW, LREAL, -0.0, -2.0, INF),
    (B.POW, LREAL, -1e200, 3.0, -INF),
    (B.POW, LREAL, -1e200, 4.0, INF),
    (B.POW, LREAL, NAN, 0.0, 1.0),
    (B.POW, LREAL, 1.0, NAN, 1.0),
    (B.POW, LREAL, -1.0, INF, 1.0),
    (B.POW, LREAL, 0.5, -INF, INF),
    (B.POW, LREAL, 1e-200, 3.0, 0.0),
]


@pytest.mark.parametrize(("op", "scalar", "left", "right", "wanted"), BINARY)
def test_a_binary_operator_gives(bind: Bind, op: B, scalar: Scalar, left: Any, right: Any, wanted: Any) -> None:
    value, _ = computed(bind, scalar, lambda a, b: binary(op, a, b, scalar), a=(scalar, left), b=(scalar, right))
    assert same(value, wanted)


@pytest.mark.parametrize(
    ("op", "scalar", "operand", "wanted"),
    [
        (ir.UnaryOp.NEG, SINT, -128, -128),
        (ir.UnaryOp.NEG, UINT, 1, 65535),
        (ir.UnaryOp.NEG, REAL, 0.0, -0.0),
        (ir.UnaryOp.NOT, BOOL, True, False),
        (ir.UnaryOp.NOT, WORD, 0x00FF, 0xFF00),
        (ir.UnaryOp.NOT, INT, 0, -1),
    ],
)
def test_a_unary_operator_gives(bind: Bind, op: ir.UnaryOp, scalar: Scalar, operand: Any, wanted: Any) -> None:
    value, _ = computed(bind, scalar, lambda a: ir.Unary(op, a, scalar), a=(scalar, operand))
    assert same(value, wanted)


@pytest.mark.parametrize("op", [B.DIV, B.MOD])
@pytest.mark.parametrize("scalar", [SINT, UINT, DINT, ULINT])
def test_a_division_by_zero_stops_with_its_site(bind: Bind, op: B, scalar: Scalar) -> None:
    layout = structure("p", {"a": scalar, "b": scalar})
    v = Memory(ir.Base.SELF, layout)
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("a"), binary(op, v["a"], v["b"], scalar, 7))])), a=9)
    assert trial.run() == 7
    assert trial["a"] == 9


C = ir.CompareOp


@pytest.mark.parametrize(
    ("op", "scalar", "left", "right", "wanted"),
    [
        *((op, REAL, NAN, NAN, op is C.NE) for op in C),
        *((op, LREAL, 1.0, NAN, op is C.NE) for op in C),
        (C.EQ, REAL, 0.0, -0.0, True),
        (C.LT, SINT, -1, 1, True),
        (C.LT, USINT, 255, 1, False),
        (C.GE, BYTE, 0x80, 0x7F, True),
        (C.GT, LINT, 0, LEAST_LINT, True),
        (C.GT, BOOL, True, False, True),
        (C.LE, Enumeration("Color", INT, (("RED", -1), ("BLUE", 1))), -1, 1, True),
    ],
)
def test_a_comparison_is(bind: Bind, op: C, scalar: Any, left: Any, right: Any, wanted: bool) -> None:
    value, _ = computed(bind, BOOL, lambda a, b: ir.Compare(op, a, b), a=(scalar, left), b=(scalar, right))
    assert value is wanted


R = ir.Rounding

CONVERSIONS = [
    (INT, -1, UINT, R.WRAP, 65535, 0),
    (DINT, 300, USINT, R.WRAP, 44, 0),
    (SINT, -1, LWORD, R.WRAP, 2**64 - 1, 0),
    (BYTE, 0xFF, INT, R.WRAP, 255, 0),
    (BYTE, 0xFF, SINT, R.WRAP, -1, 0),
    (BOOL, True, DINT, R.WRAP, 1, 0),
    (BOOL, True, REAL, R.WRAP, 1.0, 0),
    (DINT, 256, BOOL, R.WRAP, True, 0),
    (REAL, NAN, BOOL, R.WRAP, True, 0),
    (REAL, -0.0, BOOL, R.NEAREST, False, 0),
    (DINT, 300, USINT, R.SATURATE, 255, 1),
    (DINT, -1, USINT, R.SATURATE, 0, 1),
    (DINT, 255, USINT, R.SATURATE, 255, 0),
    (ULINT, 2**64 - 1, LINT, R.SATURATE, 2**63 - 1, 1),
    (LINT, LEAST_LINT, ULINT, R.SATURATE, 0, 1),
    (LINT, LEAST_LINT, SINT, R.NEAREST, -128, 1),
    (USINT, 200, SINT, R.SATURATE, 127, 1),
    (USINT, 200, LINT, R.SATURATE, 200, 0),
    (REAL, 0.5, INT, R.NEAREST, 0, 0),
    (REAL, 1.5, INT, R.NEAREST, 2, 0),
    (REAL, 2.5, INT, R.NEAREST, 2, 0),
    (REAL, -2.5, INT, R.NEAREST, -2, 0),
    (REAL, 2.9, INT, R.TRUNCATE, 2, 0),
    (REAL, -2.9, INT, R.TRUNCATE, -2, 0),
    (REAL, -0.9, UINT, R.TRUNCATE, 0, 0),
    (REAL, -0.5, UINT, R.NEAREST, 0, 0),
    (REAL, -0.75, UINT, R.NEAREST, 0, 1),
    (REAL, 32767.5, INT, R.NEAREST, 32767, 1),
    (REAL, 32767.5, INT, R.TRUNCATE, 32767, 0),
    (REAL, -32768.5, INT, R.NEAREST, -32768, 0),
    (LREAL, 2147483647.5, DINT, R.NEAREST, 2147483647, 1),
    (LREAL, 9.3e18, LINT, R.NEAREST, 2**63 - 1, 1),
    (LREAL, 2.0**64, ULINT, R.NEAREST, 2**64 - 1, 1),
    (LREAL, 18446744073709549568.0, ULINT, R.NEAREST, 18446744073709549568, 0),
    (LREAL, -(2.0**63), LINT, R.TRUNCATE, LEAST_LINT, 0),
    (REAL, NAN, DINT, R.NEAREST, 0, 1),
    (REAL, INF, DINT, R.TRUNCATE, 2**31 - 1, 1),
    (REAL, -INF, BYTE, R.NEAREST, 0, 1),
    (LINT, 16777217, REAL, R.WRAP, 16777216.0, 0),
    (LINT, 2**60 + 2**36 + 1, REAL, R.WRAP, 2.0**60 + 2.0**37, 0),
    (LINT, -(2**60 + 2**36), REAL, R.WRAP, -(2.0**60), 0),
    (LINT, -(2**60 + 2**36 + 1), REAL, R.WRAP, -(2.0**60 + 2.0**37), 0),
    (ULINT, 2**64 - 1, REAL, R.WRAP, 2.0**64, 0),
    (ULINT, 2**64 - 1, LREAL, R.WRAP, 2.0**64, 0),
    (LREAL, 1e300, REAL, R.WRAP, INF, 0),
    (LREAL, 1.0 + 2.0**-24, REAL, R.WRAP, 1.0, 0),
    (LREAL, 1e-46, REAL, R.WRAP, 0.0, 0),
    (REAL, real(0.1), LREAL, R.WRAP, real(0.1), 0),
]


@pytest.mark.parametrize(("source", "operand", "target", "rounding", "wanted", "faults"), CONVERSIONS)
def test_a_conversion_gives_a_value_and_counts_what_did_not_fit(
    bind: Bind, source: Scalar, operand: Any, target: Scalar, rounding: R, wanted: Any, faults: int
) -> None:
    value, trial = computed(bind, target, lambda a: ir.Convert(a, target, rounding), a=(source, operand))
    assert same(value, wanted)
    assert trial.conversion_faults == faults


M = ir.MathOp


@pytest.mark.parametrize(
    ("op", "scalar", "operand", "wanted"),
    [
        (M.ABS, SINT, -128, -128),
        (M.ABS, UINT, 65535, 65535),
        (M.ABS, REAL, -0.0, 0.0),
        (M.SQRT, REAL, 2.0, real(math.sqrt(2))),
        (M.SQRT, REAL, -1.0, NAN),
        (M.SQRT, LREAL, -0.0, -0.0),
        (M.LN, REAL, 0.0, -INF),
        (M.LN, LREAL, -1.0, NAN),
        (M.LOG, LREAL, -0.0, -INF),
        (M.LOG, REAL, 1000.0, 3.0),
        (M.EXP, LREAL, 1000.0, INF),
        (M.EXP, REAL, 100.0, INF),
        (M.EXP, REAL, -INF, 0.0),
        (M.SIN, REAL, INF, NAN),
        (M.SIN, REAL, 3.0, real(math.sin(3))),
        (M.COS, LREAL, 3.0, math.cos(3)),
        (M.TAN, REAL, 3.0, real(math.tan(3))),
        (M.ASIN, REAL, 2.0, NAN),
        (M.ACOS, LREAL, 0.5, math.acos(0.5)),
        (M.ATAN, REAL, INF, real(math.pi / 2)),
        (M.EXP, REAL, NAN, NAN),
    ],
)
def test_an_elementary_function_gives(bind: Bind, op: M, scalar: Scalar, operand: Any, wanted: Any) -> None:
    value, _ = computed(bind, scalar, lambda a: ir.Math(op, a, scalar), a=(scalar, operand))
    assert same(value, wanted)


@pytest.mark.parametrize(
    ("y", "x", "wanted"),
    [(0.0, -1.0, math.pi), (-0.0, -1.0, -math.pi), (INF, -INF, 3 * math.pi / 4), (1.0, NAN, NAN), (-0.0, 0.0, -0.0)],
)
def test_atan2_gives(bind: Bind, y: float, x: float, wanted: float) -> None:
    value, _ = computed(bind, LREAL, lambda a, b: ir.Atan2(a, b, LREAL), a=(LREAL, y), b=(LREAL, x))
    assert same(value, wanted)


S = ir.ShiftOp


@pytest.mark.parametrize(
    ("op", "scalar", "operand", "by", "wanted"),
    [
        (S.SHL, BYTE, 0x81, 1, 0x02),
        (S.SHL, BYTE, 0xFF, 8, 0),
        (S.SHL, BYTE, 0xFF, 256, 0),
        (S.SHL, LWORD, 1, 63, 2**63),
        (S.SHL, LWORD, 1, 64, 0),
        (S.SHL, WORD, 1, -1, 0),
        (S.SHR, LWORD, 2**63, 63, 1),
        (S.SHR, DWORD, 1, 32, 0),
        (S.SHR, USINT, 200, 3, 25),
        (S.SHR, WORD, 0xFFFF, LEAST_DINT, 0),
        (S.ROL, BYTE, 0x81, 1, 0x03),
        (S.ROL, BYTE, 0x81, 9, 0x03),
        (S.ROL, WORD, 0x8001, -1, 0xC000),
        (S.ROR, BYTE, 0x81, 1, 0xC0),
        (S.ROR, LWORD, 1, 65, 2**63),
        (S.ROL, DWORD, 0x12345678, 0, 0x12345678),
    ],
)
def test_a_shift_gives(bind: Bind, op: S, scalar: Scalar, operand: int, by: int, wanted: int) -> None:
    value, _ = computed(bind, scalar, lambda a, b: ir.Shift(op, a, b, scalar), a=(scalar, operand), b=(DINT, by))
    assert value == wanted


@pytest.mark.parametrize("scalar", [REAL, LREAL])
@pytest.mark.parametrize("bits", [0x7FF8000000000001, 0xFFF8000000000000, 0x7FF0000000000001])
def test_every_nan_is_stored_as_the_one_nan(bind: Bind, scalar: Scalar, bits: int) -> None:
    layout = structure("p", {"a": scalar, "b": scalar})
    v = Memory(ir.Base.SELF, layout)
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("b"), v["a"])])))
    trial.area[: scalar.size] = struct.pack("<Q", bits)[-scalar.size :] if scalar.size == 8 else b"\1\0\xa0\xff"
    assert trial.run() == 0
    stored = bytes(trial.area[scalar.size :])
    assert stored == {4: bytes.fromhex("0000c07f"), 8: bytes.fromhex("000000000000f87f")}[scalar.size]


def test_any_byte_but_zero_is_true_and_true_is_stored_as_one(bind: Bind) -> None:
    layout = structure("p", {"a": BOOL, "b": BOOL})
    v = Memory(ir.Base.SELF, layout)
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("b"), binary(B.AND, v["a"], v["a"], BOOL))])))
    trial.area[0] = 2
    assert trial.run() == 0
    assert trial.area[1] == 1


def test_a_bool_that_only_moves_keeps_its_byte_and_is_as_true_as_before(bind: Bind) -> None:
    layout = structure("p", {"a": BOOL, "b": BOOL, "c": BOOL})
    v = Memory(ir.Base.SELF, layout)
    moved = assign(v.place("b"), v["a"])
    trial = Trial(bind, unit(routine("p", layout, [moved, assign(v.place("c"), ir.Compare(C.EQ, v["a"], v["b"]))])))
    trial.area[0] = 2
    assert trial.run() == 0
    assert bytes(trial.area[:3]) == b"\2\2\1"
