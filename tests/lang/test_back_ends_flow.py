"""Where a program goes, in both back ends: choices, loops, and the places an index reaches."""

from __future__ import annotations

import math

import pytest

from plc.lang import ir
from plc.lang.types import (
    BOOL,
    DINT,
    INT,
    LINT,
    LWORD,
    REAL,
    SINT,
    ULINT,
    USINT,
    Array,
    Scalar,
)  # fmt: skip
from tests.lang.units import HERE, Bind, Memory, Trial, assign, binary, routine, structure, unit

NAN, INF = math.nan, math.inf
LEAST_DINT, LEAST_LINT = -(2**31), -(2**63)


B, C = ir.BinaryOp, ir.CompareOp


def stopping(v: Memory) -> ir.Expr:
    """A BOOL that stops with site 7 when ``zero`` is 0."""
    return ir.Compare(C.EQ, binary(B.DIV, v["one"], v["zero"], DINT, 7), v["one"])


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
        assign(v.place("sum"), binary(B.ADD, v["sum"], ir.Convert(v["i"], LINT), LINT)),
        assign(v.place("runs"), binary(B.ADD, v["runs"], ir.Const(1, DINT), DINT)),
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
    body = (assign(v.place("n"), binary(B.ADD, v["n"], ir.Const(1, DINT), DINT)),)
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

    count = assign(v.place("n"), binary(B.ADD, v["n"], ir.Const(1, DINT), DINT))
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
    index = binary(B.ADD, v["i"], ir.Const(1, INT), INT)
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
    index = ir.Convert(binary(B.ADD, v["i"], ir.Const(10, SINT), SINT), DINT)
    body = (assign(v.element("a", index), ir.Convert(v["i"], INT)),)
    loop = ir.For(v.place("i"), ir.Const(110, SINT), v["last"], ir.Const(1, SINT), body, 1, 2, HERE)
    trial = Trial(bind, unit(routine("p", layout, [loop])), last=127)
    assert trial.run() == 0
    assert trial["a"][:10] == [118, 119, 120, 121, 122, 123, 124, 125, 126, 127]
    assert trial["a"][248:256] == [110, 111, 112, 113, 114, 115, 116, 117]
