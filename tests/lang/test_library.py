"""Cycle traces of the standard blocks: time, inputs, wanted outputs, as the standard draws them."""

from __future__ import annotations

import pytest
from machine import MS, PLANT, Machine

from plc.lang.check.unit import Origin
from plc.lang.compile import _Compilation, library
from plc.lang.parse import parse


def timer(kind: str) -> Machine:
    """A PROGRAM with one timer of 1 s; ``go`` is its input."""
    text = f"PROGRAM p VAR t : {kind}; go : BOOL; pt : TIME := T#1s; END_VAR t(IN := go, PT := pt); END_PROGRAM"
    return Machine(text)


# (ms since the scan before, IN) -> (Q, ET in ms)
TON = [
    ((0, 0), (0, 0)),
    ((100, 1), (0, 0)),
    ((600, 1), (0, 600)),
    ((399, 1), (0, 999)),
    ((1, 1), (1, 1000)),
    ((500, 1), (1, 1000)),
    ((100, 0), (0, 0)),
    ((100, 1), (0, 0)),
    ((900, 0), (0, 0)),
    ((100, 1), (0, 0)),
    ((5000, 1), (1, 1000)),
]
TOF = [
    ((0, 0), (0, 0)),
    ((100, 1), (1, 0)),
    ((100, 0), (1, 0)),
    ((600, 0), (1, 600)),
    ((100, 1), (1, 0)),
    ((100, 0), (1, 0)),
    ((999, 0), (1, 999)),
    ((1, 0), (0, 1000)),
    ((500, 0), (0, 1000)),
    ((100, 1), (1, 0)),
]
TP = [
    ((0, 0), (0, 0)),
    ((100, 1), (1, 0)),
    ((300, 0), (1, 300)),
    ((300, 1), (1, 600)),
    ((399, 1), (1, 999)),
    ((1, 1), (0, 1000)),
    ((500, 1), (0, 1000)),
    ((100, 0), (0, 0)),
    ((100, 1), (1, 0)),
    ((2000, 0), (0, 0)),
]


@pytest.mark.parametrize(("kind", "trace"), [("TON", TON), ("TOF", TOF), ("TP", TP)])
def test_a_timer_follows_the_standards_diagram(kind: str, trace: list[tuple[tuple[int, int], tuple[int, int]]]):
    machine = timer(kind)
    seen = []
    for (after_ms, go), _ in trace:
        machine["go"] = go
        assert machine.scan(after_ms) == 0
        seen.append((machine["t.Q"], machine["t.ET"] // MS))
    assert seen == [wanted for _, wanted in trace]


def test_a_ton_follows_a_new_pt_at_the_next_call():
    machine = timer("TON")
    machine.run(go=True)
    machine.scan(after_ms=500)
    machine["pt"] = 400 * MS
    machine.scan(after_ms=1)
    assert (machine["t.Q"], machine["t.ET"]) == (1, 400 * MS)
    machine["pt"] = 2000 * MS
    machine.scan(after_ms=1)
    assert (machine["t.Q"], machine["t.ET"]) == (0, 502 * MS)


def test_all_calls_in_one_scan_agree():
    text = """PROGRAM p VAR a, b : TON; END_VAR a(IN := TRUE, PT := T#1s); b(IN := TRUE, PT := T#1s); END_PROGRAM"""
    machine = Machine(text).run()
    machine.scan(after_ms=1000)
    assert (machine["a.Q"], machine["b.Q"]) == (1, 1)


# block, inputs in order, outputs in order, rows of (inputs, outputs)
BLOCKS = {
    "SR": (["S1", "R"], ["Q1"], [((0, 0), (0,)), ((1, 0), (1,)), ((0, 0), (1,)), ((0, 1), (0,)), ((1, 1), (1,))]),
    "RS": (["S", "R1"], ["Q1"], [((0, 0), (0,)), ((1, 0), (1,)), ((0, 0), (1,)), ((0, 1), (0,)), ((1, 1), (0,))]),
    "R_TRIG": (["CLK"], ["Q"], [((1,), (1,)), ((1,), (0,)), ((0,), (0,)), ((1,), (1,)), ((0,), (0,))]),
    "F_TRIG": (["CLK"], ["Q"], [((0,), (1,)), ((0,), (0,)), ((1,), (0,)), ((0,), (1,)), ((0,), (0,))]),
    "CTU": (
        ["CU", "R", "PV"],
        ["Q", "CV"],
        [
            ((0, 0, 2), (0, 0)),
            ((1, 0, 2), (0, 1)),
            ((1, 0, 2), (0, 1)),
            ((0, 0, 2), (0, 1)),
            ((1, 0, 2), (1, 2)),
            ((0, 0, 2), (1, 2)),
            ((1, 0, 2), (1, 3)),
            ((1, 1, 2), (0, 0)),
            ((1, 0, 2), (0, 0)),
        ],
    ),
    "CTD": (
        ["CD", "LD", "PV"],
        ["Q", "CV"],
        [
            ((0, 0, 2), (1, 0)),
            ((0, 1, 2), (0, 2)),
            ((1, 0, 2), (0, 1)),
            ((1, 0, 2), (0, 1)),
            ((0, 0, 2), (0, 1)),
            ((1, 0, 2), (1, 0)),
            ((0, 0, 2), (1, 0)),
            ((1, 0, 2), (1, -1)),
        ],
    ),
    "CTUD": (
        ["CU", "CD", "R", "LD", "PV"],
        ["QU", "QD", "CV"],
        [
            ((1, 0, 0, 0, 2), (0, 0, 1)),
            ((0, 0, 0, 0, 2), (0, 0, 1)),
            ((1, 1, 0, 0, 2), (0, 0, 1)),
            ((0, 0, 0, 0, 2), (0, 0, 1)),
            ((1, 0, 0, 0, 2), (1, 0, 2)),
            ((1, 1, 0, 0, 2), (0, 0, 1)),
            ((0, 0, 1, 1, 2), (0, 1, 0)),
            ((0, 0, 0, 1, 2), (1, 0, 2)),
        ],
    ),
    "HYSTERESIS": (
        ["XIN1", "XIN2", "EPS"],
        ["Q"],
        [
            ((50.0, 50.0, 2.0), (0,)),
            ((52.0, 50.0, 2.0), (0,)),
            ((52.5, 50.0, 2.0), (1,)),
            ((48.0, 50.0, 2.0), (1,)),
            ((47.5, 50.0, 2.0), (0,)),
        ],
    ),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_follows_the_standards_table(block: str):
    inputs, outputs, rows = BLOCKS[block]
    machine = Machine(f"PROGRAM p VAR x : {block}; END_VAR x(); END_PROGRAM")
    seen = []
    for values, _ in rows:
        machine.run(**{f"x.{name}": value for name, value in zip(inputs, values, strict=True)})
        seen.append(tuple(machine[f"x.{name}"] for name in outputs))
    assert seen == [wanted for _, wanted in rows]


@pytest.mark.parametrize(
    ("block", "edge", "start", "end"),
    [
        ("CTU", "CU", 32767, 32767),
        ("CTD", "CD", -32768, -32768),
        ("CTU_INT", "CU", 32767, 32767),
        ("CTUD_DINT", "CD", -(2**31) + 1, -(2**31)),
        ("CTU_LINT", "CU", 2**63 - 1, 2**63 - 1),
        ("CTD_UDINT", "CD", 1, 0),
        ("CTD_ULINT", "CD", 0, 0),
        ("CTUD_ULINT", "CU", 2**64 - 2, 2**64 - 1),
        ("CTUD_LINT", "CD", -(2**63), -(2**63)),
    ],
)
def test_a_counter_stops_at_the_end_of_its_type(block: str, edge: str, start: int, end: int):
    machine = Machine(f"PROGRAM p VAR x : {block}; END_VAR x(); END_PROGRAM")
    assert machine.run(**{"x.CV": start, f"x.{edge}": 1})["x.CV"] == end


WIDE = {
    "DINT": (-(2**31), 2**31 - 1),
    "LINT": (-(2**63), 2**63 - 1),
    "UDINT": (0, 2**32 - 1),
    "ULINT": (0, 2**64 - 1),
}


@pytest.mark.parametrize("kind", WIDE)
def test_a_wide_counter_counts_to_the_ends_of_its_type_and_stops(kind: str):
    least, most = WIDE[kind]
    text = f"PROGRAM p VAR u : CTU_{kind}; d : CTD_{kind}; b : CTUD_{kind}; END_VAR u(); d(); b(); END_PROGRAM"
    machine = Machine(text)
    machine.run(**{"u.CV": most - 1, "u.PV": most, "d.CV": least + 1, "b.CV": most - 1, "b.PV": most})
    for _ in range(2):
        machine.run(**{"u.CU": 1, "d.CD": 1, "b.CU": 1})
        assert (machine["u.CV"], machine["d.CV"], machine["b.CV"]) == (most, least, most)
        assert (machine["u.Q"], machine["d.Q"], machine["b.QU"], machine["b.QD"]) == (1, 1, 1, 0)
        machine.run(**{"u.CU": 0, "d.CD": 0, "b.CU": 0})
    machine.run(**{"u.R": 1, "d.LD": 1, "d.PV": most, "b.CV": least + 1, "b.CD": 1})
    assert (machine["u.CV"], machine["d.CV"], machine["b.CV"]) == (0, most, least)
    machine.run(**{"b.CD": 0})
    machine.run(**{"b.CD": 1})
    assert (machine["b.CV"], machine["b.QD"]) == (least, 1)
    machine.run(**{"b.LD": 1})
    assert machine["b.CV"] == most
    machine.run(**{"b.R": 1})
    assert machine["b.CV"] == 0


def test_what_came_first_survives_a_restart():
    machine = Machine("PROGRAM p VAR x : FIRST_OUT; END_VAR x(); END_PROGRAM")
    block = machine.program.area.field("x").type
    kept = {f.name for f in block.fields if f.retain}
    assert kept == {"First", "Since", "Latched", "Together"}


def test_an_alarm_waits_its_delay_and_remembers_since_when():
    machine = Machine("PROGRAM p VAR a : ALARM; c : BOOL; END_VAR a(Cause := c, Delay := T#2s); END_PROGRAM")
    machine.run(c=True)
    seen = []
    for after_ms in (1999, 1, 500):
        machine.scan(after_ms)
        seen.append((machine["a.Q"], machine["a.Since"] // MS))
    assert seen == [(0, 0), (1, 3000), (1, 3000)]
    assert machine.run(c=False)["a.Q"] == 0


def test_a_trip_shows_its_breaker():
    text = "PROGRAM p VAR t : TRIP; END_VAR t(Breaker := Strings[2].Breaker, Cause := TRUE); END_PROGRAM"
    machine = Machine(text, plant=True)
    for field, value in (("Number", 7), ("Latched", 1), ("Failed", 1)):
        machine[f"Strings[2].Breaker.{field}"] = value
    machine.run()
    assert (machine["t.Number"], machine["t.Latched"], machine["t.Failed"]) == (7, 1, 1)
    assert machine["t.MayReset"] == 1
    assert machine["t.Value"] != machine["t.Value"]


def test_every_file_of_the_library_parses_without_a_word():
    assert [list(parse(unit.source).diagnostics) for unit in library()] == [[] for _ in library()]


def test_no_unit_of_the_library_gives_a_user_a_problem():
    compilation = _Compilation([], PLANT, None, (), False, lambda: None)
    units = [key for key, (_, unit) in compilation.world.pous.items() if unit.origin is Origin.LIBRARY]
    for key in units:
        compilation.lowerings.get(key, 1)
    assert len(units) > 50
    assert [str(diagnostic) for diagnostic in compilation.world.report.diagnostics] == []
