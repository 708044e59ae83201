"""Programs that stop or are exchanged while a runaway counts down: the protection goes on, the latch stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.core.command import Command, CommandKind
from plc.core.event import EventKind
from plc.engine.assemble import BackEnd, load_compiled
from tests.whole.pure_site import SECOND_NS, PureSite, compiled_site
from tests.whole.site_copy import copied, shipped

HOUR_S = 3600.0
STEP_S = 10.0
CARE = "programs: [equalization, ups_test, room_alarm]"
DOOMED = """\
PROGRAM doomed      // stops as soon as a breaker is latched
VAR
    left, share : INT;
END_VAR
left := SEL(Breakers.Q4.Latched, 1, 0);
share := 100 / left;
END_PROGRAM
"""
COUNTS = "PROGRAM thermal_runaway\nVAR\n    runs : UDINT;\nEND_VAR\n"


def counting(site: PureSite) -> None:
    """Go on until the faulty string's trip has counted down for five minutes."""
    while site.value("thermal_runaway.watch[4].tripDelay.ET") != 300 * SECOND_NS:
        site.step(STEP_S)
        assert site.program_ns < 3 * HOUR_S * SECOND_NS


def exchange(site: PureSite, folder: Path) -> None:
    """Prepare the programs of a site folder and ask for them; they run from the next scan on."""
    sets = site.engine.sets
    compiled, _ = compiled_site(folder)
    sets.prepare(load_compiled(compiled, site.plan, BackEnd.NATIVE, site.engine.site))
    sets.ask(Command("exchange", CommandKind.SWAP, sets.prepared, "Ada", "engineer", "test", site.wall_ns + SECOND_NS))
    site.step(STEP_S)


def trip_ns(site: PureSite) -> int:
    assert site.run_until_open(3 * HOUR_S, STEP_S) is not None
    return site.happened(EventKind.TRIP_PULSE)[0].time_ns


def test_a_program_that_stops_leaves_the_others_running_and_the_breaker_latched(tmp_path: Path) -> None:
    folder = copied(tmp_path, (CARE, CARE.replace("]", ", doomed]")), programs={"doomed": DOOMED})
    site = PureSite(folder, faulty=3, warm=True)
    trip_ns(site)
    site.run(10 * 60, STEP_S)
    runs = {name: run.runs for name, run in site.engine.sets.running.programs.items()}
    site.run(10 * 60, STEP_S)
    went_on = {name for name, run in site.engine.sets.running.programs.items() if run.runs > runs[name]}
    assert went_on == set(runs) - {"doomed"}
    [fault] = site.happened(EventKind.PROGRAM_FAULT)
    assert "doomed.st line 6" in fault.text
    assert site.engine.breakers["Q4"].sequence.latched
    assert site.opened == ["Q4"]


def test_protection_that_stops_says_so_and_neither_drops_the_latch_nor_opens_another_breaker(tmp_path: Path) -> None:
    stops = (
        "FOR s := 1 TO STRING_COUNT DO\n    IF NOT Strings[s].Ambient",
        "s := 1 / SEL(Breakers.Q4.Latched, 1, 0);\n",
    )
    text = shipped("thermal_runaway", (stops[0], stops[1] + stops[0]))
    site = PureSite(copied(tmp_path, programs={"thermal_runaway": text}), faulty=3, warm=True)
    trip_ns(site)
    site.run(HOUR_S, STEP_S)
    [fault] = site.happened(EventKind.PROGRAM_FAULT)
    assert fault.priority == 1
    assert fault.text.startswith("protection lost: thermal_runaway stopped: ")
    assert site.engine.breakers["Q4"].sequence.latched
    assert site.opened == ["Q4"]
    assert site.engine.sets.running.programs["hot_module"].fault is None


def test_an_exchange_during_the_countdown_keeps_timers_and_reference_and_trips_at_the_same_second(
    tmp_path: Path,
) -> None:
    changed = shipped("thermal_runaway", ("PROGRAM thermal_runaway\n", COUNTS))
    folder = copied(tmp_path, programs={"thermal_runaway": changed})
    left, right = PureSite(faulty=3, warm=True), PureSite(faulty=3, warm=True)
    for site in (left, right):
        counting(site)
        site.plant.ambient_degc[:] = 38.0
        site.run(120, STEP_S)
    left.step(STEP_S)
    exchange(right, folder)
    assert [event.kind for event in right.events.events[-1:]] == [EventKind.SWAPPED]
    for held in ("tripDelay.ET", "referenceTemperature.Value", "alarmDelay.Q", "baselineCurrent.elapsed"):
        path = f"thermal_runaway.watch[4].{held}"
        assert right.value(path) == left.value(path), held
    right.step(STEP_S)
    left.step(STEP_S)
    assert right.value("thermal_runaway.watch[4].referenceTemperature.Value") == pytest.approx(
        float(left.value("thermal_runaway.watch[4].referenceTemperature.Value")), abs=1e-6
    )
    assert 38.0 < float(right.value("thermal_runaway.watch[4].Reference")) < 40.0
    assert trip_ns(right) == trip_ns(left)


def test_a_new_set_that_stops_goes_back_and_the_trip_comes_at_the_same_second(tmp_path: Path) -> None:
    stops = shipped(
        "thermal_runaway",
        ("PROGRAM thermal_runaway\n", COUNTS),
        ("END_PROGRAM", "runs := runs + 1;\nIF runs = 10 THEN\n    s := 1 / (s - s);\nEND_IF;\nEND_PROGRAM"),
    )
    folder = copied(tmp_path, programs={"thermal_runaway": stops})
    left, right = PureSite(faulty=3, warm=True), PureSite(faulty=3, warm=True)
    for site in (left, right):
        counting(site)
    before = right.engine.sets.running.loaded.set_hash
    left.step(STEP_S)
    exchange(right, folder)
    assert right.engine.sets.running.loaded.set_hash != before
    assert trip_ns(right) == trip_ns(left)
    [reverted] = right.happened(EventKind.SWAP_REVERTED)
    assert reverted.priority == 1
    assert right.engine.sets.running.loaded.set_hash == before
    assert right.opened == ["Q4"]
