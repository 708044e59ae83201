"""IF, WHILE and REPEAT: what decides, and that all that can be seen of a condition happens whatever decides it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from plc.lang import ir
from plc.lang.types import BOOL, DINT, INT, LREAL, Array
from tests.lang.units import HERE, Bind, Memory, Trial, assign, routine, structure, unit

LAYOUT = structure(
    "p", {"a": BOOL, "b": BOOL, "c": BOOL, "r": DINT, "n": DINT, "zero": DINT, "v": Array(BOOL, ((1, 3),)),
     "w": Array(BOOL, ((1, 2),))}
)  # fmt: skip
V = Memory(ir.Base.SELF, LAYOUT)
FRAME = structure("f", {"f": BOOL, "i": DINT})
FRAMES = structure("temp", {"f": FRAME})
ONE = ir.Const(1, DINT)


def both(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    return ir.Binary(ir.BinaryOp.AND, left, right, BOOL)


def either(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    return ir.Binary(ir.BinaryOp.OR, left, right, BOOL)


def opposite(operand: ir.Expr) -> ir.Expr:
    return ir.Unary(ir.UnaryOp.NOT, operand, BOOL)


def give(number: int) -> tuple[ir.Stmt, ...]:
    return (assign(V.place("r"), ir.Const(number, DINT)),)


def deciding(condition: ir.Expr, *callees: ir.Routine) -> ir.Unit:
    """r is 1 where the condition holds, else 2."""
    body = [ir.If(condition, give(1), give(2), HERE)]
    return unit(*callees, routine("p", LAYOUT, body, FRAMES))


A, B, C = V["a"], V["b"], V["c"]
SHAPES: dict[str, tuple[ir.Expr, Callable[[bool, bool, bool], bool]]] = {
    "a AND b AND c": (both(both(A, B), C), lambda a, b, c: a and b and c),
    "a OR b OR c": (either(either(A, B), C), lambda a, b, c: a or b or c),
    "a AND (b OR c)": (both(A, either(B, C)), lambda a, b, c: a and (b or c)),
    "(a OR b) AND NOT c": (both(either(A, B), opposite(C)), lambda a, b, c: (a or b) and not c),
    "NOT (a AND (b OR NOT c))": (
        opposite(both(A, either(B, opposite(C)))),
        lambda a, b, c: not (a and (b or not c)),
    ),
    "NOT NOT a OR NOT (b OR c)": (
        either(opposite(opposite(A)), opposite(either(B, C))),
        lambda a, b, c: a or not (b or c),
    ),
    "(a AND_THEN b) OR_ELSE c": (
        ir.ShortCircuit(False, ir.ShortCircuit(True, A, B), C),
        lambda a, b, c: (a and b) or c,
    ),
    "a XOR (b AND c)": (ir.Binary(ir.BinaryOp.XOR, A, both(B, C), BOOL), lambda a, b, c: a is not (b and c)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_if_goes_where_its_condition_says(bind: Bind, shape: str) -> None:
    condition, holds = SHAPES[shape]
    trial = Trial(bind, deciding(condition))
    for a, b, c in product((False, True), repeat=3):
        for name, value in zip("abc", (a, b, c), strict=True):
            trial.set(name, value)
        assert trial.run() == 0
        assert trial["r"] == (1 if holds(a, b, c) else 2)


def charging() -> tuple[ir.Routine, ir.Expr]:
    """A function that takes 3 from the loop budget and is FALSE, and a call of it."""
    f = Memory(ir.Base.SELF, FRAME)
    loop = ir.For(f.place("i"), ONE, ir.Const(3, DINT), ONE, (), 1, 2, HERE)
    frame = Memory(ir.Base.TEMP, FRAMES).place("f")
    result = ir.Place(ir.Base.TEMP, frame.offset, (), BOOL)
    return routine("f", FRAME, [loop]), ir.CallFunction("f", frame, (), (), (), result, BOOL)


def is_one(value: ir.Expr) -> ir.Expr:
    return ir.Compare(ir.CompareOp.EQ, value, ONE)


CHARGING, CALL = charging()
WHOLE = ir.Convert(ir.Binary(ir.BinaryOp.ADD, V["n"], ir.Const(70_000, DINT), DINT), INT, ir.Rounding.SATURATE)
SEEN: dict[str, tuple[ir.Expr, int, int, int]] = {
    "a division by 0": (is_one(ir.Binary(ir.BinaryOp.DIV, ONE, V["zero"], DINT, 7)), 7, 0, 0),
    "a remainder of 0": (is_one(ir.Binary(ir.BinaryOp.MOD, ONE, V["zero"], DINT, 6)), 6, 0, 0),
    "an index out of range": (V.at("v", V["zero"], fault=5), 5, 0, 0),
    "a constant index out of range": (V.at("v", ir.Const(4, DINT), fault=4), 4, 0, 0),
    "a value outside its range": (is_one(ir.Check(V["zero"], ((1, 5),), 0, 3, DINT)), 3, 0, 0),
    "a conversion that is counted": (ir.Compare(ir.CompareOp.EQ, WHOLE, ir.Const(1, INT)), 0, 1, 0),
    "a call that charges the budget": (CALL, 0, 0, 3),
}  # fmt: skip
"""Right sides, the status they stop with, the conversion faults they count, what they take from the budget."""


@pytest.mark.parametrize("conjunction", [True, False])
@pytest.mark.parametrize("what", SEEN)
def test_what_can_be_seen_of_a_right_side_happens_though_the_left_one_decides(
    bind: Bind, what: str, conjunction: bool
) -> None:
    right, status, counted, charged = SEEN[what]
    condition = both(A, right) if conjunction else either(opposite(A), right)
    trial = Trial(bind, deciding(condition, CHARGING), budget=10, a=False)
    assert trial.run() == status
    assert (trial.conversion_faults, 10 - trial.budget) == (counted, charged)


def element(column: str, index: str, fault: int) -> ir.Expr:
    return V.at(column, V[index], fault=fault)


LEFT, RIGHT = element("v", "n", 4), element("v", "n", 5)
LONG_LEFT = LEFT
for _ in range(12):
    LONG_LEFT = both(LONG_LEFT, A)
INDICES: dict[str, tuple[ir.Expr, int, int]] = {
    "the index of the left side": (both(LEFT, RIGHT), 3, 0),
    "the index of the left side, out of range": (both(LEFT, RIGHT), 9, 4),
    "the index of the operand before the left one": (both(both(LEFT, A), RIGHT), 3, 0),
    "the index of the operand before the left one, out of range": (either(both(LEFT, A), RIGHT), 9, 4),
    "the index of an operand far to the left, out of range": (both(LONG_LEFT, RIGHT), 9, 4),
    "another index": (both(element("v", "r", 4), RIGHT), 9, 5),
    "the same index into a shorter array": (both(LEFT, element("w", "n", 5)), 3, 5),
    "an index the left side may not have come to": (both(ir.ShortCircuit(True, A, LEFT), RIGHT), 9, 5),
    "the right index of a right side": (both(A, both(LEFT, RIGHT)), 9, 4),
}
"""A condition, n, and the status; a is FALSE, r is 1, and v and w hold nothing but FALSE."""


@pytest.mark.parametrize("what", INDICES)
def test_an_index_stops_a_program_though_the_left_side_decides(bind: Bind, what: str) -> None:
    condition, n, status = INDICES[what]
    assert Trial(bind, deciding(condition), a=False, r=1, n=n).run() == status


def test_what_a_left_side_decides_leaves_out_nothing_that_can_be_seen(bind: Bind) -> None:
    root = ir.Math(ir.MathOp.SQRT, ir.Convert(V["n"], LREAL), LREAL)
    right = ir.Compare(ir.CompareOp.GT, root, ir.Const(2.0, LREAL))
    trial = Trial(
        bind, deciding(both(both(A, V.at("v", ir.Const(3, DINT))), right)), a=True, n=5, v=[False, False, True]
    )
    assert (trial.run(), trial["r"]) == (0, 1)
    trial.set("n", 4)
    assert (trial.run(), trial["r"]) == (0, 2)


@pytest.mark.parametrize("test_first", [True, False])
def test_a_loop_runs_as_long_as_both_sides_say(bind: Bind, test_first: bool) -> None:
    below = ir.Compare(ir.CompareOp.LT, V["n"], ir.Const(5, DINT))
    going = both(below, A) if test_first else opposite(both(below, A))
    more = assign(V.place("n"), ir.Binary(ir.BinaryOp.ADD, V["n"], ONE, DINT))
    trial = Trial(bind, unit(routine("p", LAYOUT, [ir.Loop(going, (more,), test_first, 1, HERE)])), a=True)
    assert (trial.run(), trial["n"]) == (0, 5)
    trial.set("a", False)
    assert (trial.run(), trial["n"]) == (0, 5 if test_first else 6)


def test_a_condition_of_any_length_is_worked_down(bind: Bind) -> None:
    chain: ir.Expr = A
    for _ in range(1_000):
        chain = either(both(chain, opposite(B)), C)
    trial = Trial(bind, deciding(chain), a=True)
    assert (trial.run(), trial["r"]) == (0, 1)
