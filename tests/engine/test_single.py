"""Tasks that run at the rising edge of a BOOL."""

from __future__ import annotations

from plc.core.plan import Plan
from plc.engine.assemble import load_compiled
from plc.engine.ports import EventList, HeldInputs, KeptOutputs
from plc.engine.scan import Engine
from plc.engine.table import bench_plan
from plc.lang.source import Source
from tests.engine.compiled import compiled_texts, plant

TEXT = """
PROGRAM leads VAR n : INT; pattern : WORD := 2#0000_1101_1001; END_VAR
go := SHR(pattern, n).0; n := n + 1;
END_PROGRAM
PROGRAM follows VAR runs : INT; END_VAR runs := runs + 1; END_PROGRAM
CONFIGURATION room
VAR_GLOBAL go : BOOL; END_VAR
TASK each (INTERVAL := T#100ms, PRIORITY := 1);
TASK at_go (SINGLE := go);
PROGRAM leads WITH each : leads;
PROGRAM follows WITH at_go : follows;
END_CONFIGURATION
"""


def engine(text: str) -> Engine:
    program = compiled_texts([Source("room.st", text)])
    plan: Plan = bench_plan(plant()[0], program)
    loaded = load_compiled(program, plan)
    return Engine(loaded, HeldInputs(plan, loaded.site.layout), KeptOutputs(), EventList())


def runs_after_each_scan(text: str, count: int) -> list[object]:
    running = engine(text)
    area = running.sets.running.programs["follows"].loaded.area
    seen: list[object] = []
    for number in range(1, count + 1):
        running.scan(number * 100_000_000, number * 100_000_000)
        seen.append(area.read("runs"))
    return seen


def test_a_single_task_runs_once_for_each_rising_edge():
    text = TEXT.replace("SHR(pattern, n).0", "(SHR(pattern, n) AND 16#1) <> 0")
    assert runs_after_each_scan(text, 12) == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]


def test_a_bool_that_is_true_from_the_start_is_an_edge():
    text = TEXT.replace("go := SHR(pattern, n).0;", "").replace("go : BOOL", "go : BOOL := TRUE")
    assert runs_after_each_scan(text, 4) == [1, 1, 1, 1]


def test_markers_are_read_by_their_address():
    text = TEXT.replace("go := SHR(pattern, n).0;", "%MW1 := 16#0203; %MX0.3 := TRUE;")
    running = engine(text)
    running.scan(100_000_000, 100_000_000)
    shared = running.sets.running.loaded.globals
    assert [shared.read(f"%M[{number}]") for number in range(4)] == [8, 0, 3, 2]
