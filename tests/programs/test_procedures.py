"""The emergency procedures fit real sites, and weaken nothing of what the engine decides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plc.core.diagnostic import Severity
from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.source import read_source
from plc.store.gather import compile_gathered, gather
from plc.store.resolve import SHIPPED_PROCEDURES, TEST_SITE, shipped_program

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
PROCEDURES = sorted(SHIPPED_PROCEDURES.glob("*.st"))


@pytest.mark.parametrize("site", [TEST_SITE, ROOM], ids=lambda site: site.name)
@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_a_procedure_compiles_without_a_word_on_each_site(path: Path, site: Path):
    assert compile_gathered(gather([path], site)).diagnostics == ()


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_a_procedure_is_a_chart_of_at_least_eight_steps(path: Path):
    charts = [pou.chart for pou in parse(read_source(path)).file.pous if pou.chart is not None]
    assert max(len(chart.steps) for chart in charts) >= 8


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_a_site_names_a_procedure_by_its_program(path: Path):
    assert shipped_program(path.stem) == path


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_a_procedure_is_protective_and_writes_no_breaker(path: Path):
    program = compile_gathered(gather([path], TEST_SITE)).programs[path.stem]
    assert program.protective
    assert [slot.tag for slot in program.outputs] == ["Relays.charger_inhibit", "Relays.fan"]
    assert [trip.path for trip in program.trips] == ["opens[1]", "opens[2]"]


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_the_page_names_every_step_of_a_procedure(path: Path):
    page = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text("utf-8")
    steps = [s.name for pou in parse(read_source(path)).file.pous if pou.chart is not None for s in pou.chart.steps]
    assert [step for step in steps if not re.search(rf"`{step}`", page)] == []


def test_every_alarm_of_a_procedure_says_what_it_is_and_what_to_do():
    for path in PROCEDURES:
        alarms = compile_gathered(gather([path], TEST_SITE)).programs[path.stem].alarms
        assert alarms
        assert [alarm.path for alarm in alarms if not (alarm.text and alarm.response)] == []


def test_no_procedure_gives_advice_either():
    found = [d for path in PROCEDURES for d in compile_gathered(gather([path], ROOM)).diagnostics]
    assert [d for d in found if d.severity is Severity.ADVICE] == []


def test_a_chart_of_a_procedure_survives_a_restart():
    for path in PROCEDURES:
        blocks = [b for pou in parse(read_source(path)).file.pous if pou.chart is None for b in pou.blocks if b.retain]
        kept = [v.type.name for b in blocks for v in b.variables if isinstance(v.type, ast.TypeName)]
        charts = [pou.name for pou in parse(read_source(path)).file.pous if pou.chart is not None]
        assert set(charts) <= set(kept)
