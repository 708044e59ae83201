"""What works on more than one value, in both back ends: folds, texts, calls and what they share."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from plc.lang import ir
from plc.lang.types import (
    BOOL,
    DINT,
    INT,
    LREAL,
    REAL,
    SINT,
    ULINT,
    USINT,
    Array,
    Scalar,
    Text,
)  # fmt: skip
from tests.lang.units import HERE, Bind, Memory, Trial, assign, binary, routine, same, structure, unit

NAN, INF = math.nan, math.inf
LEAST_DINT, LEAST_LINT = -(2**31), -(2**63)


B, C = ir.BinaryOp, ir.CompareOp


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
            assign(h.place("calls"), binary(B.ADD, h["calls"], two, DINT)),
            assign(h.place("rest"), binary(B.MOD, h["x"], two, DINT)),
            assign(h.place("result"), binary(B.DIV, h["x"], two, DINT)),
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
        assign(t.place("n"), binary(B.ADD, t["n"], ir.Const(1, DINT), DINT)),
        assign(b.place("out"), t["n"]),
        assign(io, binary(B.ADD, ir.Load(io, DINT), t["n"], DINT)),
        assign(b.place("out"), binary(B.DIV, b["out"], b["by"], DINT, 6)),
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
            assign(b.place("n"), binary(B.ADD, b["n"], ir.Const(1, INT), INT)),
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
    body = (assign(target, binary(B.ADD, source, ir.Const(1, DINT), DINT)),)
    return ir.For(v.place("i"), one, ir.Const(63, INT), one, body, 1, 2, HERE)


def test_each_run_sees_what_the_run_before_stored(bind: Bind) -> None:
    layout = structure("p", {"i": INT, "a": SIXTY})
    v = Memory(ir.Base.SELF, layout)
    following = v.element("a", binary(B.ADD, v["i"], ir.Const(1, INT), INT))
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
    loop = along(v, v.element("a", binary(B.ADD, v["i"], ir.Const(1, INT), INT)), g.at("a", v["i"]))
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
    loop = along(v, io.element("a", binary(B.ADD, v["i"], ir.Const(1, INT), INT)), io.at("a", v["i"]))
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
        total = binary(B.ADD, total, v["b"], DINT)
        wanted = ir.Compare(C.EQ, v["a"], ir.Const(6_002 + number, DINT))
        chain = (ir.If(wanted, (assign(v.place("q"), ir.Const(True, BOOL)),), chain, HERE),)
    one = ir.Const(1, INT)
    loop = ir.For(v.place("i"), one, one, one, (assign(v.place("a"), total), *chain), 1, 2, HERE)
    trial = Trial(bind, unit(routine("p", layout, [loop])), b=2)
    assert trial.run() == 0
    assert (trial["a"], trial["q"]) == (6_002, True)
