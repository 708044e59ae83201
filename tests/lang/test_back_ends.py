"""What every operation does at its edges, in both back ends."""

from __future__ import annotations

import math
import random
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
    Array,
    Enumeration,
    Scalar,
    Text,
)  # fmt: skip
from tests.lang.units import BACK_ENDS, HERE, Bind, Memory, Trial, assign, routine, structure, unit

NAN, INF = math.nan, math.inf
LEAST_DINT, LEAST_LINT = -(2**31), -(2**63)


@pytest.fixture(params=BACK_ENDS)
def bind(request: pytest.FixtureRequest) -> Bind:
    return BACK_ENDS[request.param]


def computed(bind: Bind, result: Scalar, make: Any, **operands: tuple[Scalar, Any]) -> tuple[Any, Trial]:
    """The value of ``make(a, b, ...)`` where the operands are variables, and the trial it came from."""
    layout = structure("p", {"r": result} | {name: scalar for name, (scalar, _) in operands.items()})
    v = Memory(ir.Base.SELF, layout)
    body = [assign(v.place("r"), make(*(v[name] for name in operands)))]
    trial = Trial(bind, unit(routine("p", layout, body)), **{name: value for name, (_, value) in operands.items()})
    assert trial.run() == 0
    return trial["r"], trial


def same(value: Any, wanted: Any) -> bool:
    """Equal to the bit: NaN equals NaN, 0.0 is not -0.0."""
    if isinstance(wanted, float):
        return struct.pack("<d", value) == struct.pack("<d", wanted)
    return bool(value == wanted)


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
    value, _ = computed(bind, scalar, lambda a, b: B_(op, a, b, scalar), a=(scalar, left), b=(scalar, right))
    assert same(value, wanted)


def B_(op: B, a: ir.Expr, b: ir.Expr, scalar: Scalar, fault: int = 5) -> ir.Binary:
    return ir.Binary(op, a, b, scalar, fault)


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
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("a"), B_(op, v["a"], v["b"], scalar, 7))])), a=9)
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
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("b"), B_(B.AND, v["a"], v["a"], BOOL))])))
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


# ---------------------------------------------------------------- short circuits, choices


def stopping(v: Memory) -> ir.Expr:
    """A BOOL that stops with site 7 when ``zero`` is 0."""
    return ir.Compare(C.EQ, B_(B.DIV, v["one"], v["zero"], DINT, 7), v["one"])


@pytest.mark.parametrize(("conjunction", "left", "status"), [(True, False, 0), (True, True, 7), (False, True, 0)])
def test_a_short_circuit_evaluates_its_right_side_only_where_it_decides(
    bind: Bind, conjunction: bool, left: bool, status: int
) -> None:
    layout = structure("p", {"q": BOOL, "left": BOOL, "one": DINT, "zero": DINT})
    v = Memory(ir.Base.SELF, layout)
    body = [assign(v.place("q"), ir.ShortCircuit(conjunction, v["left"], stopping(v)))]
    trial = Trial(bind, unit(routine("p", layout, body)), left=left, one=1)
    assert trial.run() == status


def test_a_chain_of_short_circuits_is_evaluated_from_the_left_however_long(bind: Bind) -> None:
    layout = structure("p", {"q": BOOL, "yes": BOOL, "one": DINT, "zero": DINT})
    v = Memory(ir.Base.SELF, layout)
    chain: ir.Expr = ir.ShortCircuit(True, v["q"], stopping(v))
    for _ in range(1_000):
        chain = ir.ShortCircuit(True, ir.ShortCircuit(False, chain, v["yes"]), v["yes"])
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("q"), chain)])), yes=True, one=1)
    assert (trial.run(), trial["q"]) == (0, True)
    assert trial.run() == 7


def test_and_or_and_select_evaluate_both_sides(bind: Bind) -> None:
    layout = structure("p", {"q": BOOL, "one": DINT, "zero": DINT})
    v = Memory(ir.Base.SELF, layout)
    for value in (
        ir.Binary(B.AND, v["q"], stopping(v), BOOL),
        ir.Select(v["q"], stopping(v), v["q"], BOOL),
    ):
        trial = Trial(bind, unit(routine("p", layout, [assign(v.place("q"), value)])), one=1)
        assert trial.run() == 7


@pytest.mark.parametrize(
    ("scalar", "selector", "wanted"),
    [(INT, 5, 1), (INT, -3, 2), (INT, 9, 2), (INT, 7, 9), (SINT, 127, 3), (SINT, -128, 9), (ULINT, 2**64 - 1, 3)],
)
def test_a_case_runs_the_first_arm_that_holds_the_selector(
    bind: Bind, scalar: Scalar, selector: int, wanted: int
) -> None:
    layout = structure("p", {"x": scalar, "r": DINT})
    v = Memory(ir.Base.SELF, layout)

    def give(number: int) -> tuple[ir.Stmt, ...]:
        return (assign(v.place("r"), ir.Const(number, DINT)),)

    arms = (
        ir.Arm(((1, 5),), give(1)),
        ir.Arm(((5, 5), (-3, -3), (9, 9)), give(2)),
        ir.Arm(((100, 2**65),), give(3)),
    )
    program = unit(routine("p", layout, [ir.Case(v["x"], arms, give(9), HERE)]))
    trial = Trial(bind, program, x=selector)
    assert trial.run() == 0
    assert trial["r"] == wanted


# ---------------------------------------------------------------- loops


def counting(scalar: Scalar, first: int, last: int, step: int, known: bool) -> ir.Unit:
    """Sums the variable and counts the runs; bounds as constants or as variables."""
    layout = structure("p", {"i": scalar, "sum": LINT, "runs": DINT, "f": scalar, "l": scalar, "s": scalar})
    v = Memory(ir.Base.SELF, layout)
    body = (
        assign(v.place("sum"), B_(B.ADD, v["sum"], ir.Convert(v["i"], LINT), LINT)),
        assign(v.place("runs"), B_(B.ADD, v["runs"], ir.Const(1, DINT), DINT)),
    )
    bounds: tuple[ir.Expr, ...] = (v["f"], v["l"], v["s"])
    if known:
        bounds = tuple(ir.Const(number, scalar) for number in (first, last, step))
    return unit(routine("p", layout, [ir.For(v.place("i"), *bounds, body, 3, 4, HERE)]))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("scalar", "first", "last", "step", "after", "total", "runs"),
    [
        (INT, 1, 10, 1, 10, 55, 10),
        (USINT, 250, 255, 1, 255, 1515, 6),
        (USINT, 250, 255, 2, 254, 756, 3),
        (SINT, 120, 127, 5, 125, 245, 2),
        (SINT, -125, -128, -1, -128, -506, 4),
        (SINT, -120, -128, -5, -125, -245, 2),
        (SINT, 127, -128, -128, -1, 126, 2),
        (SINT, -128, 127, 127, 126, -3, 3),
        (INT, 10, 1, 1, 10, 0, 0),
        (INT, 1, 10, -1, 1, 0, 0),
        (INT, 5, 5, -3, 5, 5, 1),
        (LINT, 2**63 - 3, 2**63 - 1, 2, 2**63 - 1, -4, 2),
        (LINT, LEAST_LINT, 2**63 - 1, 2**63 - 1, 2**63 - 2, -3, 3),
        (LINT, LEAST_LINT + 1, LEAST_LINT, LEAST_LINT, LEAST_LINT + 1, LEAST_LINT + 1, 1),
        (ULINT, 2**64 - 2, 2**64 - 1, 1, 2**64 - 1, -3, 2),
    ],
)
def test_a_for_loop_runs_exactly(
    bind: Bind, scalar: Scalar, first: int, last: int, step: int, after: int, total: int, runs: int, known: bool
) -> None:
    trial = Trial(bind, counting(scalar, first, last, step, known), f=first, l=last, s=step)
    assert trial.run() == 0
    assert (trial["i"], trial["sum"], trial["runs"]) == (after, total, runs)
    assert trial.budget == 10_000 - runs


@pytest.mark.parametrize("known", [True, False])
def test_a_step_of_zero_stops(bind: Bind, known: bool) -> None:
    trial = Trial(bind, counting(INT, 1, 10, 0, known), f=1, l=10)
    assert trial.run() == 3
    assert trial["i"] == 0


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("budget", "status", "left", "variable"), [(9, 4, 9, 0), (10, 0, 0, 10), (-1, 4, -1, 0)])
def test_a_for_loop_charges_its_budget_at_once_or_not_at_all(
    bind: Bind, known: bool, budget: int, status: int, left: int, variable: int
) -> None:
    trial = Trial(bind, counting(INT, 1, 10, 1, known), budget, f=1, l=10, s=1)
    assert (trial.run(), trial.budget, trial["i"]) == (status, left, variable)


def test_a_loop_over_every_64_bit_value_is_refused_by_any_budget(bind: Bind) -> None:
    trial = Trial(bind, counting(LINT, LEAST_LINT, 2**63 - 1, 1, False), 2**63 - 1, f=LEAST_LINT, l=2**63 - 1, s=1)
    assert trial.run() == 4
    assert trial.budget == 2**63 - 1


def looping(test_first: bool, limit: int) -> ir.Unit:
    layout = structure("p", {"n": DINT})
    v = Memory(ir.Base.SELF, layout)
    condition = ir.Compare(C.LT if test_first else C.GE, v["n"], ir.Const(limit, DINT))
    body = (assign(v.place("n"), B_(B.ADD, v["n"], ir.Const(1, DINT), DINT)),)
    return unit(routine("p", layout, [ir.Loop(condition, body, test_first, 6, HERE)]))


@pytest.mark.parametrize(
    ("test_first", "limit", "budget", "status", "left", "n"),
    [
        (True, 5, 10, 0, 5, 5),
        (True, 0, 0, 0, 0, 0),
        (True, 5, 5, 0, 0, 5),
        (True, 5, 4, 6, 0, 4),
        (False, 0, 10, 0, 9, 1),
        (False, 5, 4, 6, 0, 4),
        (False, 0, 0, 6, 0, 0),
    ],
)
def test_a_while_or_repeat_takes_one_from_the_budget_a_run(
    bind: Bind, test_first: bool, limit: int, budget: int, status: int, left: int, n: int
) -> None:
    trial = Trial(bind, looping(test_first, limit), budget)
    assert (trial.run(), trial.budget, trial["n"]) == (status, left, n)


def test_exit_continue_and_return_leave_what_they_name(bind: Bind) -> None:
    layout = structure("p", {"i": INT, "j": INT, "n": DINT, "after": BOOL})
    v = Memory(ir.Base.SELF, layout)

    def when(variable: str, value: int, then: ir.Stmt) -> ir.Stmt:
        return ir.If(ir.Compare(C.EQ, v[variable], ir.Const(value, INT)), (then,), (), HERE)

    count = assign(v.place("n"), B_(B.ADD, v["n"], ir.Const(1, DINT), DINT))
    inner = (when("j", 2, ir.Continue(HERE)), when("j", 4, ir.Exit(HERE)), when("i", 3, ir.Return(HERE)), count)
    one, nine = ir.Const(1, INT), ir.Const(9, INT)
    loop = ir.For(v.place("i"), one, nine, one, (ir.For(v.place("j"), one, nine, one, inner, 1, 1, HERE),), 1, 1, HERE)
    trial = Trial(bind, unit(routine("p", layout, [loop, assign(v.place("after"), ir.Const(True, BOOL))])))
    assert trial.run() == 0
    assert (trial["i"], trial["j"], trial["n"], trial["after"]) == (3, 1, 4, False)


# ---------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("scalar", "index", "status"),
    [
        (INT, -2, 0), (INT, 3, 0), (INT, -3, 7), (INT, 4, 7), (ULINT, 2**64 - 1, 7), (ULINT, 2**64 - 2, 7),
        (ULINT, 3, 0), (LINT, LEAST_LINT, 7), (USINT, 254, 7), (SINT, -1, 0),
    ],
)  # fmt: skip
def test_an_index_out_of_range_stops_and_stores_nothing(bind: Bind, scalar: Scalar, index: int, status: int) -> None:
    layout = structure("p", {"before": LWORD, "a": Array(INT, ((-2, 3),)), "behind": LWORD, "i": scalar})
    v = Memory(ir.Base.SELF, layout)
    body = [assign(v.element("a", v["i"], fault=7), ir.Const(5, INT))]
    trial = Trial(bind, unit(routine("p", layout, body)), i=index)
    assert trial.run() == status
    wanted = [5 if status == 0 and number == index else 0 for number in range(-2, 4)]
    assert (trial["before"], trial["a"], trial["behind"]) == (0, wanted, 0)


@pytest.mark.parametrize(("last", "status", "runs"), [(6, 0, 6), (7, 7, 6), (9, 7, 6)])
def test_a_loop_that_runs_past_an_array_stops_at_the_very_run(bind: Bind, last: int, status: int, runs: int) -> None:
    layout = structure("p", {"a": Array(REAL, ((2, 7),)), "i": INT, "last": INT})
    v = Memory(ir.Base.SELF, layout)
    index = B_(B.ADD, v["i"], ir.Const(1, INT), INT)
    body = (assign(v.element("a", index, fault=7), ir.Convert(v["i"], REAL)),)
    one = ir.Const(1, INT)
    trial = Trial(bind, unit(routine("p", layout, [ir.For(v.place("i"), one, v["last"], one, body, 1, 2, HERE)])))
    trial.set("last", last)
    assert trial.run() == status
    assert trial["a"] == [float(number) for number in range(1, runs + 1)]
    assert trial["i"] == min(last, 7)


def test_an_index_that_wraps_in_a_narrow_type_is_not_taken_for_the_loop_variable(bind: Bind) -> None:
    layout = structure("p", {"a": Array(INT, ((-128, 300),)), "i": SINT, "last": SINT})
    v = Memory(ir.Base.SELF, layout)
    index = ir.Convert(B_(B.ADD, v["i"], ir.Const(10, SINT), SINT), DINT)
    body = (assign(v.element("a", index), ir.Convert(v["i"], INT)),)
    loop = ir.For(v.place("i"), ir.Const(110, SINT), v["last"], ir.Const(1, SINT), body, 1, 2, HERE)
    trial = Trial(bind, unit(routine("p", layout, [loop])), last=127)
    assert trial.run() == 0
    assert trial["a"][:10] == [118, 119, 120, 121, 122, 123, 124, 125, 126, 127]
    assert trial["a"][248:256] == [110, 111, 112, 113, 114, 115, 116, 117]


# ---------------------------------------------------------------- folds


def folded(bind: Bind, op: ir.FoldOp, scalar: Scalar, values: list[Any], count: int) -> tuple[int, Any]:
    layout = structure("p", {"v": Array(scalar, ((1, len(values)),)), "n": DINT, "r": scalar})
    v = Memory(ir.Base.SELF, layout)
    value = ir.Fold(op, v.element("v", ir.Const(1, DINT)), v["n"], len(values), scalar, 7)
    trial = Trial(bind, unit(routine("p", layout, [assign(v.place("r"), value)])), v=values, n=count)
    return trial.run(), trial["r"]


def test_a_sum_of_reals_adds_in_eight_lanes(bind: Bind) -> None:
    values = [1e8, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, -1e8, 0.5, 0.25]
    assert folded(bind, ir.FoldOp.SUM, REAL, values, 11) == (0, 28.75)
    assert folded(bind, ir.FoldOp.SUM, LREAL, [1e16, *[1.0] * 7, -1e16, 1.0], 10) == (0, 8.0)


def test_a_sum_begins_at_plus_zero(bind: Bind) -> None:
    status, value = folded(bind, ir.FoldOp.SUM, REAL, [-0.0] * 9, 9)
    assert (status, math.copysign(1.0, value)) == (0, 1.0)


@pytest.mark.parametrize(
    ("op", "scalar", "values", "count", "wanted"),
    [
        (ir.FoldOp.SUM, SINT, [100, 100, 100], 3, 44),
        (ir.FoldOp.SUM, ULINT, [2**64 - 1] * 9, 9, 2**64 - 9),
        (ir.FoldOp.LEAST, REAL, [3.0, -1.0, NAN, -2.0], 4, -2.0),
        (ir.FoldOp.LEAST, REAL, [NAN, -1.0], 2, NAN),
        (ir.FoldOp.GREATEST, LREAL, [0.0, -0.0], 2, 0.0),
        (ir.FoldOp.LEAST, LREAL, [-0.0, 0.0], 2, -0.0),
        (ir.FoldOp.GREATEST, USINT, [1, 200, 3], 3, 200),
        (ir.FoldOp.GREATEST, SINT, [-1, -100, -3], 3, -1),
        (ir.FoldOp.LEAST, INT, [5, 4, 3], 2, 4),
        (ir.FoldOp.LEAST, INT, [5, 4, 3], 0, 0),
        (ir.FoldOp.GREATEST, REAL, [5.0], 0, 0.0),
    ],
)
def test_a_fold_gives(bind: Bind, op: ir.FoldOp, scalar: Scalar, values: list[Any], count: int, wanted: Any) -> None:
    status, value = folded(bind, op, scalar, values, count)
    assert status == 0
    assert same(value, wanted)


@pytest.mark.parametrize("scalar", [REAL, LREAL, DINT], ids=str)
@pytest.mark.parametrize("op", [ir.FoldOp.LEAST, ir.FoldOp.GREATEST])
def test_a_choice_gives_the_first_element_that_no_later_one_beats(bind: Bind, op: ir.FoldOp, scalar: Scalar) -> None:
    layout = structure("p", {"v": Array(scalar, ((1, 40),)), "n": DINT, "r": scalar})
    v = Memory(ir.Base.SELF, layout)
    value = ir.Fold(op, v.element("v", ir.Const(1, DINT)), v["n"], 40, scalar, 7)
    program, chance = unit(routine("p", layout, [assign(v.place("r"), value)])), random.Random(7)
    kinds: list[list[Any]] = [[0.0, -0.0], [0.0, -0.0, 1.0, NAN], [0.0, -0.0, -1.0, NAN], [INF, -INF, NAN, 2.5, -3.5]]
    for count in (*range(1, 20), 31, 32, 33, 39, 40):
        for kind in kinds if scalar is not DINT else [[-7, 0, 9, 2**31 - 1, LEAST_DINT]]:
            values = [chance.choice(kind) for _ in range(40)]
            wanted = values[0]
            for later in values[1:count]:
                wanted = later if (later < wanted if op is ir.FoldOp.LEAST else later > wanted) else wanted
            trial = Trial(bind, program, v=values, n=count)
            assert trial.run() == 0
            assert same(trial["r"], wanted), values[:count]


@pytest.mark.parametrize("count", [-1, 4, LEAST_DINT])
def test_a_fold_over_more_than_there_is_stops(bind: Bind, count: int) -> None:
    assert folded(bind, ir.FoldOp.SUM, REAL, [1.0, 2.0, 3.0], count) == (7, 0.0)


# ---------------------------------------------------------------- texts


def copied(bind: Bind, target: Text, source: Text, stored: bytes, length: int) -> tuple[bytes, bytes]:
    """The whole memory of the target after a copy from a place, and from a constant."""
    layout = structure("p", {"t": target, "c": target, "s": source})
    v = Memory(ir.Base.SELF, layout)
    body = [ir.CopyText(v.place("t"), v.place("s"), HERE), ir.CopyText(v.place("c"), stored[:length], HERE)]
    trial = Trial(bind, unit(routine("p", layout, body)))
    trial.area[:] = b"\xff" * len(trial.area)
    at = layout.fields[2].offset
    trial.area[at : at + source.size] = length.to_bytes(2, "little") + stored.ljust(source.size - 2, b"\xee")
    assert trial.run() == 0
    return bytes(trial.area[: target.size]), bytes(trial.area[target.size : 2 * target.size])


@pytest.mark.parametrize(
    ("target", "source", "stored", "length", "wanted"),
    [
        (Text(5), Text(8), b"abc", 3, b"\3\0abc\0\0\0"),
        (Text(5), Text(8), b"abcdefgh", 8, b"\5\0abcde\0"),
        (Text(5), Text(3), b"abc", 3, b"\3\0abc\0\0\0"),
        (Text(5), Text(3), b"", 0, b"\0\0\0\0\0\0\0\0"),
    ],
)
def test_a_text_is_cut_and_the_rest_becomes_zero(
    bind: Bind, target: Text, source: Text, stored: bytes, length: int, wanted: bytes
) -> None:
    assert copied(bind, target, source, stored, length) == (wanted, wanted)


def test_a_text_that_claims_to_be_longer_than_it_can_be_is_read_at_its_own_length(bind: Bind) -> None:
    from_place, _ = copied(bind, Text(8), Text(3), b"abcX", 60000)
    assert from_place == b"\3\0abc\0\0\0\0\0"


@pytest.mark.parametrize(
    ("left", "right", "less", "equal"),
    [
        (b"", b"", False, True),
        (b"", b"a", True, False),
        (b"ab", b"abc", True, False),
        (b"abd", b"abc", False, False),
        (b"ab\xff", b"ab\x01", False, False),
        (b"abc", b"abc", False, True),
    ],
)
def test_texts_compare_byte_by_byte(bind: Bind, left: bytes, right: bytes, less: bool, equal: bool) -> None:
    layout = structure("p", {"a": Text(4), "b": Text(9), "less": BOOL, "equal": BOOL, "ge": BOOL})
    v = Memory(ir.Base.SELF, layout)
    body = [
        assign(v.place(name), ir.TextCompare(op, v.place("a"), v.place("b")))
        for name, op in (("less", C.LT), ("equal", C.EQ), ("ge", C.GE))
    ]
    trial = Trial(bind, unit(routine("p", layout, body)), a=left, b=right)
    assert trial.run() == 0
    assert (trial["less"], trial["equal"], trial["ge"]) == (less, equal, not less)


# ---------------------------------------------------------------- calls


def test_a_function_takes_its_frame_fresh_and_gives_outputs_and_a_result(bind: Bind) -> None:
    half = structure("half", {"x": DINT, "calls": DINT, "rest": DINT, "result": DINT}, {"calls": 40})
    h = Memory(ir.Base.SELF, half)
    two = ir.Const(2, DINT)
    function = routine(
        "half",
        half,
        [
            assign(h.place("calls"), B_(B.ADD, h["calls"], two, DINT)),
            assign(h.place("rest"), B_(B.MOD, h["x"], two, DINT)),
            assign(h.place("result"), B_(B.DIV, h["x"], two, DINT)),
        ],
    )
    layout = structure("p", {"r": DINT, "rest": DINT, "calls": DINT})
    temp = structure("t", {"f": half})
    v, f = Memory(ir.Base.SELF, layout), Memory(ir.Base.TEMP, half)
    call = ir.CallFunction(
        "half",
        Memory(ir.Base.TEMP, temp).place("f"),
        (assign(f.place("x"), ir.Const(9, DINT)),),
        (),
        (assign(v.place("rest"), f["rest"]), assign(v.place("calls"), f["calls"])),
        f.place("result"),
        DINT,
    )
    trial = Trial(bind, unit(function, routine("p", layout, [assign(v.place("r"), call)], temp)))
    assert [trial.run(), trial.run()] == [0, 0]
    assert (trial["r"], trial["rest"], trial["calls"]) == (4, 1, 42)


def test_temp_is_fresh_in_every_call_and_a_fault_inside_a_block_stops_the_caller(bind: Bind) -> None:
    block = structure("b", {"out": DINT, "by": DINT})
    temp = structure("t", {"n": DINT, "zero": DINT}, {"n": 7})
    b, t = Memory(ir.Base.SELF, block), Memory(ir.Base.TEMP, temp)
    refs = (ir.Reference("io", DINT, False),)
    io = ir.Place(ir.Base.REF, 0, (), DINT, 0)
    body = [
        assign(t.place("n"), B_(B.ADD, t["n"], ir.Const(1, DINT), DINT)),
        assign(b.place("out"), t["n"]),
        assign(io, B_(B.ADD, ir.Load(io, DINT), t["n"], DINT)),
        assign(b.place("out"), B_(B.DIV, b["out"], b["by"], DINT, 6)),
    ]
    layout = structure("p", {"a": DINT, "b": block, "after": DINT})
    v = Memory(ir.Base.SELF, layout)
    main = [
        ir.CallBlock("b", v.place("b"), (v.place("a"),), HERE),
        assign(v.place("after"), ir.Const(1, DINT)),
    ]
    trial = Trial(bind, unit(routine("b", block, body, temp, refs), routine("p", layout, main)))
    trial.set("b", [0, 2])
    assert [trial.run(), trial["a"], trial["b"], trial["after"]] == [0, 8, [4, 2], 1]
    trial.set("b", [0, 0])
    trial.set("after", 0)
    assert [trial.run(), trial["a"], trial["b"], trial["after"]] == [6, 16, [8, 0], 0]


def test_a_reference_may_be_the_very_variable_a_loop_counts_with(bind: Bind) -> None:
    block = structure("b", {"i": INT, "seen": Array(INT, ((1, 4),)), "n": INT})
    b = Memory(ir.Base.SELF, block)
    io = ir.Place(ir.Base.REF, 0, (), INT, 0)
    loop = ir.For(
        b.place("i"),
        ir.Const(1, INT),
        ir.Const(4, INT),
        ir.Const(1, INT),
        (
            assign(io, ir.Const(3, INT)),
            assign(b.element("seen", b["i"]), b["i"]),
            assign(b.place("n"), B_(B.ADD, b["n"], ir.Const(1, INT), INT)),
        ),
        1,
        2,
        HERE,
    )
    layout = structure("p", {"b": block})
    v = Memory(ir.Base.SELF, layout)
    own = ir.Place(ir.Base.SELF, 0, (), INT)
    main = [ir.CallBlock("b", v.place("b"), (own,), HERE)]
    refs = (ir.Reference("io", INT, False),)
    trial = Trial(bind, unit(routine("b", block, [loop], refs=refs), routine("p", layout, main)))
    assert trial.run() == 0
    assert trial["b"] == [3, [0, 0, 3, 0], 4]


SIXTY = Array(DINT, ((1, 64),))


def along(v: Memory, target: ir.Place, source: ir.Expr) -> ir.For:
    """i from 1 to 63: target := source + 1."""
    one = ir.Const(1, INT)
    body = (assign(target, B_(B.ADD, source, ir.Const(1, DINT), DINT)),)
    return ir.For(v.place("i"), one, ir.Const(63, INT), one, body, 1, 2, HERE)


def test_each_run_sees_what_the_run_before_stored(bind: Bind) -> None:
    layout = structure("p", {"i": INT, "a": SIXTY})
    v = Memory(ir.Base.SELF, layout)
    following = v.element("a", B_(B.ADD, v["i"], ir.Const(1, INT), INT))
    trial = Trial(bind, unit(routine("p", layout, [along(v, following, v.at("a", v["i"]))])))
    assert trial.run() == 0
    assert trial["a"] == list(range(64))


def test_a_loop_sees_an_element_of_fixed_place_change_under_its_hands(bind: Bind) -> None:
    layout = structure("p", {"i": INT, "a": SIXTY})
    v = Memory(ir.Base.SELF, layout)
    third = ir.Load(ir.Place(ir.Base.SELF, v.place("a").offset + 8, (), DINT), DINT)
    trial = Trial(bind, unit(routine("p", layout, [along(v, v.element("a", v["i"]), third)])))
    assert trial.run() == 0
    assert trial["a"] == [1, 1, 1, *[2] * 60, 0]


def test_a_block_whose_instance_is_global_meets_itself_there(bind: Bind) -> None:
    block = structure("b", {"i": INT, "a": SIXTY})
    v, g = Memory(ir.Base.SELF, block), Memory(ir.Base.GLOBAL, block)
    loop = along(v, v.element("a", B_(B.ADD, v["i"], ir.Const(1, INT), INT)), g.at("a", v["i"]))
    layout = structure("p", {"copy": SIXTY})
    main = [
        ir.CallBlock("b", ir.Place(ir.Base.GLOBAL, 0, (), block), (), HERE),
        ir.Copy(Memory(ir.Base.SELF, layout).place("copy"), g.place("a"), HERE),
    ]
    trial = Trial(bind, unit(routine("b", block, [loop]), routine("p", layout, main), globals=block))
    assert trial.run() == 0
    assert trial["copy"] == list(range(64))


def test_each_run_sees_what_the_run_before_stored_through_a_reference(bind: Bind) -> None:
    block = structure("b", {"i": INT})
    v = Memory(ir.Base.SELF, block)
    io = Memory(ir.Base.REF, structure("r", {"a": SIXTY}))
    loop = along(v, io.element("a", B_(B.ADD, v["i"], ir.Const(1, INT), INT)), io.at("a", v["i"]))
    layout = structure("p", {"b": block, "a": SIXTY})
    main = Memory(ir.Base.SELF, layout)
    refs = (ir.Reference("a", SIXTY, False),)
    body = [ir.CallBlock("b", main.place("b"), (main.place("a"),), HERE)]
    trial = Trial(bind, unit(routine("b", block, [loop], refs=refs), routine("p", layout, body)))
    assert trial.run() == 0
    assert trial["a"] == list(range(64))


def test_a_sum_of_three_thousand_terms_and_as_many_elsif_branches_run_even_inside_a_loop(bind: Bind) -> None:
    layout = structure("p", {"i": INT, "a": DINT, "b": DINT, "q": BOOL})
    v = Memory(ir.Base.SELF, layout)
    total: ir.Expr = v["b"]
    chain: tuple[ir.Stmt, ...] = ()
    for number in range(3_000):
        total = B_(B.ADD, total, v["b"], DINT)
        wanted = ir.Compare(C.EQ, v["a"], ir.Const(6_002 + number, DINT))
        chain = (ir.If(wanted, (assign(v.place("q"), ir.Const(True, BOOL)),), chain, HERE),)
    one = ir.Const(1, INT)
    loop = ir.For(v.place("i"), one, one, one, (assign(v.place("a"), total), *chain), 1, 2, HERE)
    trial = Trial(bind, unit(routine("p", layout, [loop])), b=2)
    assert trial.run() == 0
    assert (trial["a"], trial["q"]) == (6_002, True)
