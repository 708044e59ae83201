"""RETAIN variables across a restart of the engine."""

from __future__ import annotations

from plc.engine.assemble import load_compiled
from plc.engine.ports import EventList, HeldInputs, KeptMemo, KeptOutputs
from plc.engine.scan import Engine
from plc.engine.table import bench_plan
from plc.lang.source import Source
from tests.engine.compiled import compiled_texts, plant

TEXT = """
FUNCTION_BLOCK METER
VAR_INPUT more : INT; END_VAR
VAR RETAIN sum : LREAL; END_VAR
VAR runs : INT; END_VAR
sum := sum + 1.5; runs := runs + more;
END_FUNCTION_BLOCK
PROGRAM keeps
VAR RETAIN total : INT; END_VAR
VAR meters : ARRAY[1..2] OF METER; END_VAR
total := total + 1;
meters[1](more := 1); meters[2](more := 2);
END_PROGRAM
"""


def engine(text: str, memo: KeptMemo) -> Engine:
    program = compiled_texts([Source("keeps.st", text)])
    loaded = load_compiled(program, bench_plan(plant()[0], program))
    inputs = HeldInputs(loaded.plan, loaded.site.layout)
    return Engine(loaded, inputs, KeptOutputs(), EventList(), retained=memo)


def scans(engine: Engine, first_s: int, count: int) -> None:
    for second in range(first_s, first_s + count):
        engine.scan(second * 10**9, second * 10**9)


def test_retained_variables_go_on_and_others_begin_anew() -> None:
    memo = KeptMemo()
    scans(engine(TEXT, memo), 100, 5)
    again = engine(TEXT, memo)
    own = again.sets.running.programs["keeps"].loaded.area
    assert [own.read(path) for path in ("total", "meters[1].sum", "meters[2].sum")] == [5, 7.5, 7.5]
    assert own.read("meters[2].runs") == 0


def test_a_retained_variable_of_another_type_begins_anew() -> None:
    memo = KeptMemo()
    scans(engine(TEXT, memo), 100, 5)
    own = engine(TEXT.replace("total : INT", "total : DINT"), memo).sets.running.programs["keeps"].loaded.area
    assert own.read("total") == 0
    assert own.read("meters[1].sum") == 7.5


def test_retained_globals_go_on_too() -> None:
    text = """VAR_GLOBAL PERSISTENT count : INT; END_VAR VAR_GLOBAL other : INT; END_VAR
    PROGRAM keeps count := count + 1; other := other + 1; END_PROGRAM"""
    memo = KeptMemo()
    scans(engine(text, memo), 100, 5)
    shared = engine(text, memo).sets.running.loaded.globals
    assert (shared.read("count"), shared.read("other")) == (5, 0)


def test_a_damaged_image_is_ignored() -> None:
    own = engine(TEXT, KeptMemo(b"\xc1\xc1")).sets.running.programs["keeps"].loaded.area
    assert own.read("total") == 0
