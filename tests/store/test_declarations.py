"""The generated plant: its memory lies as the drivers write it, and its two programs fill SITE from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.core.diagnostic import Severity
from plc.core.plan import Plan
from plc.core.segments import InputSegment
from plc.core.site import Site
from plc.engine.area import Area, locate
from plc.engine.ports import HeldInputs
from plc.lang import reference
from plc.lang.compile import compile_set
from plc.lang.program import Compiled
from plc.lang.runner import new_context
from plc.lang.source import Source
from plc.store.declarations import plant_text
from plc.store.plan import make_plan
from plc.store.plant_programs import column_runs
from plc.store.resolve import TEST_SITE, site_programs
from plc.store.site_file import check_text

ROOT = Path(__file__).parents[2]
SITES = Path(__file__).parent / "sites"
SECOND = 1_000_000_000


def site_of(path: Path) -> Site:
    site, diagnostics = check_text(str(path), path.read_bytes())
    assert site is not None, diagnostics
    return site


ALL_SITES = [TEST_SITE / "site.yaml", ROOT / "examples" / "ups_room" / "site.yaml", SITES / "good_scattered.yaml"]


class Running:
    """A site's two system programs on the reference back end, with input segments to fill."""

    def __init__(self, site: Site) -> None:
        self.plan: Plan = make_plan(site)
        compiled = compile_set([], Source("plant", plant_text(site)))
        assert compiled.diagnostics == ()
        self.site = Area(compiled.site)
        self.inputs = HeldInputs(self.plan, compiled.site)
        programs = [compiled.programs[name] for name in ("plant_inputs", "plant_state")]
        self._runners = [
            reference.bind(p.unit, Area(p.area).memory, self.site.memory, bytearray(8), new_context(1_000_000))
            for p in programs
        ]
        self.site.write("Sys.Speed", 1)

    def sample(self, device: str, field: str, value: float, wall_ns: int, good: bool = True) -> None:
        for bus, segment in zip(self.plan.buses, self.inputs.segments, strict=True):
            for index, place in enumerate(bus.inputs):
                if (place.device, place.field) == (device, field):
                    segment.value[index] = value
                    segment.sampled[index] = wall_ns
                    segment.sequence[index] += 1
                    segment.good[index] = int(good)

    def scan(self, wall_ns: int, program_ns: int | None = None) -> None:
        self.site.write("Sys.Wall", wall_ns)
        self.site.write("Sys.Time", wall_ns if program_ns is None else program_ns)
        self.inputs.freeze(self.site.memory, wall_ns)
        assert [runner() for runner in self._runners] == [0, 0]

    def __getitem__(self, path: str) -> bool | int | float | str:
        return self.site.read(path)


@pytest.fixture(scope="module")
def ups_room() -> Compiled:
    site = site_of(ROOT / "examples" / "ups_room" / "site.yaml")
    return compile_set([], Source("plant", plant_text(site)))


@pytest.mark.parametrize("path", ALL_SITES, ids=lambda path: path.parent.name + path.stem)
def test_a_generated_plant_compiles_without_a_word_and_is_the_same_each_time(path: Path) -> None:
    text = plant_text(site_of(path))
    compiled = compile_set([], Source("plant", text))
    assert compiled.diagnostics == ()
    assert set(compiled.programs) == {"plant_inputs", "plant_state"}
    assert all(program.system for program in compiled.programs.values())
    assert plant_text(site_of(path)) == text


@pytest.mark.parametrize("path", ALL_SITES, ids=lambda path: path.parent.name + path.stem)
def test_what_a_bus_delivers_lies_as_the_driver_writes_it(path: Path) -> None:
    site = site_of(path)
    compiled = compile_set([], Source("plant", plant_text(site)))
    for bus in make_plan(site).buses:
        count = len(bus.inputs)
        segment = InputSegment(count)
        segment.cycle_ns = 7
        segment.value[count - 1] = 1.5
        segment.sampled[count - 1] = 11
        segment.sequence[count - 1] = 13
        segment.good[count - 1] = 1
        area = Area(compiled.site)
        start = locate(compiled.site, f"{bus.name}_inputs")
        assert start.type.size == InputSegment.size(count)
        area.memory[start.offset : start.offset + len(segment.memory)] = segment.memory
        read = [area.read(f"{bus.name}_inputs.Cycle")]
        read += [area.read(f"{bus.name}_inputs.{c}[{count - 1}]") for c in ("Value", "Sampled", "Sequence", "Good")]
        assert read == [7, 1.5, 11, 13, True]


def test_the_site_area_begins_with_the_raw_inputs_right_behind_sys(ups_room: Compiled) -> None:
    names = [field.name for field in ups_room.site.fields]
    assert names[:4] == ["Sys", "battery_inputs", "lan_inputs", "Strings"]
    assert names[-4:] == ["Breakers", "Relays", "Targets", "UpsCommands"]


def test_settings_names_and_breaker_numbers_are_in_the_initial_image(ups_room: Compiled) -> None:
    area = Area(ups_room.site)
    assert [area.read(f"Strings[{s}].Name") for s in range(1, 5)] == ["S1", "S2", "S3", "S4"]
    assert [area.read(f"Strings[{s}].Breaker.Number") for s in range(1, 5)] == [1, 2, 3, 4]
    assert area.read("Breakers.Q3.Number") == 3
    assert area.read("Strings[2].Temperature.Count") == 34
    wanted = {
        "Capacity": 100.0, "Cells": 6, "Modules": 34, "Room": 1, "Armed": True, "Dt": 10.0, "TripAfter": 600 * SECOND,
        "ThermalLag": 16_560 * SECOND, "BypassMax": 150.0, "OkShare": 80.0, "StepDown": False,
    }  # fmt: skip
    assert {name: area.read(f"Strings[2].Settings.{name}") for name in wanted} == wanted
    assert area.read("Strings[2].Settings.CurrentFloor") == pytest.approx(0.01)
    assert area.read("Strings[2].Settings.TempCompensation") == pytest.approx(-0.003)


def test_each_reading_lands_in_its_string_column_and_place() -> None:
    running = Running(site_of(ROOT / "examples" / "ups_room" / "site.yaml"))
    wall = 100 * SECOND
    for number in (1, 34):
        for field, value in (("voltage", 13.0), ("temperature", 40.0), ("resistance", 4.0), ("bypass", 100.0)):
            running.sample(f"S3.{number}", field, value + number, wall)
    running.scan(wall)
    for column, value in (("Voltage", 13.0), ("Temperature", 40.0), ("Resistance", 4.0), ("Bypass", 100.0)):
        for number in (1, 34):
            assert running[f"Strings[3].{column}.Value[{number}]"] == value + number
            assert running[f"Strings[3].{column}.Ok[{number}]"] is True
            assert running[f"Strings[3].{column}.Sequence[{number}]"] == 1
        assert running[f"Strings[3].{column}.Ok[2]"] is False
        assert running[f"Strings[2].{column}.Ok[1]"] is False


def test_a_stale_reading_keeps_its_number_and_loses_its_ok() -> None:
    running = Running(site_of(TEST_SITE / "site.yaml"))
    running.sample("S1.2", "temperature", 31.5, 100 * SECOND)
    stale_ns = running.plan.buses[0].stale_after_ns
    running.scan(100 * SECOND + stale_ns)
    assert running["Strings[1].Temperature.Ok[2]"] is True
    running.scan(100 * SECOND + stale_ns + 1)
    assert running["Strings[1].Temperature.Ok[2]"] is False
    assert running["Strings[1].Temperature.Value[2]"] == 31.5


def test_a_reading_that_is_not_available_keeps_the_last_good_number_and_is_not_ok() -> None:
    running = Running(site_of(TEST_SITE / "site.yaml"))
    running.sample("S1.2", "temperature", 31.5, 100 * SECOND)
    running.scan(100 * SECOND)
    running.sample("S1.2", "temperature", float("nan"), 101 * SECOND, good=False)
    running.scan(101 * SECOND)
    assert running["Strings[1].Temperature.Ok[2]"] is False
    assert running["Strings[1].Temperature.Value[2]"] == 31.5
    assert running["Strings[1].Temperature.Sequence[2]"] == 2


def test_what_was_never_read_is_not_ok_even_right_after_the_machine_started() -> None:
    running = Running(site_of(TEST_SITE / "site.yaml"))
    running.scan(1)
    assert running["Strings[1].Voltage.Ok[1]"] is False
    assert running["room_a.temperature.Ok"] is False
    assert running["Strings[1].Voltage.Sampled[1]"] == 0


def test_sampled_is_program_time_in_a_fast_simulation() -> None:
    running = Running(site_of(TEST_SITE / "site.yaml"))
    running.site.write("Sys.Epoch", 40 * SECOND)
    running.site.write("Sys.Speed", 60)
    running.sample("S1.1", "voltage", 13.6, 100 * SECOND)
    running.sample("room_a", "temperature", 25.0, 101 * SECOND)
    running.scan(101 * SECOND, 61 * 60 * SECOND)
    assert running["Strings[1].Voltage.Sampled[1]"] == 60 * 60 * SECOND
    assert running["Strings[1].Voltage.Ok[1]"] is True
    assert running["Strings[1].Ambient.Sampled"] == 61 * 60 * SECOND


def test_sensors_contacts_and_breakers_reach_their_strings() -> None:
    running = Running(site_of(TEST_SITE / "site.yaml"))
    wall = 100 * SECOND
    running.sample("csh2", "current", -24.0, wall)
    running.sample("room_a", "temperature", 26.5, wall)
    running.sample("gx2", "input2", 1.0, wall)
    running.sample("gx2", "input1", 0.0, wall)
    running.sample("ups", "load", 55.0, wall)
    running.site.write("Breakers.Q2.Latched", True)
    running.scan(wall)
    assert (running["Strings[2].Current.Value"], running["Strings[2].Current.Ok"]) == (-24.0, True)
    assert running["Strings[1].Current.Ok"] is False
    assert (running["Strings[1].Ambient.Value"], running["Strings[2].Ambient.Value"]) == (26.5, 26.5)
    assert (running["Strings[1].Smoke.Active"], running["Strings[1].Smoke.Ok"]) == (False, True)
    assert (running["Strings[2].Smoke.Active"], running["Strings[2].Smoke.Ok"]) == (True, True)
    assert running["gx2.input2.Active"] is True
    assert running["ups.load.Value"] == 55.0
    assert (running["Strings[1].Breaker.Latched"], running["Strings[2].Breaker.Latched"]) == (False, True)


def test_modules_scattered_over_buses_and_units_keep_their_place_in_the_string() -> None:
    site = site_of(SITES / "good_scattered.yaml")
    running = Running(site)
    wall = 100 * SECOND
    for number in range(1, 10):
        running.sample(f"long.{number}", "voltage", 2.0 + number / 64, wall)
    running.scan(wall)
    values = [running[f"Strings[1].Voltage.Value[{number}]"] for number in range(1, 10)]
    assert values == [2.0 + number / 64 for number in range(1, 10)]
    assert all(running[f"Strings[1].Voltage.Ok[{number}]"] for number in range(1, 10))


def test_a_string_without_sensor_smoke_or_breaker_reads_not_ok_and_number_0() -> None:
    running = Running(site_of(SITES / "good_scattered.yaml"))
    running.scan(100 * SECOND)
    assert running["Strings[2].Current.Ok"] is False
    assert running["Strings[2].Ambient.Ok"] is False
    assert (running["Strings[2].Smoke.Active"], running["Strings[2].Smoke.Ok"]) == (False, False)
    assert running["Strings[2].Breaker.Number"] == 0


def test_a_strings_column_is_one_run_where_its_units_follow_each_other() -> None:
    site = site_of(ROOT / "examples" / "ups_room" / "site.yaml")
    runs = column_runs(site, site.buses[0])
    assert len(runs) == 4 * 4
    assert {run.count for run in runs} == {34}


@pytest.mark.parametrize("folder", [TEST_SITE, ROOT / "examples" / "ups_room"], ids=lambda folder: folder.name)
def test_the_programs_of_the_shipped_sites_compile_with_their_plant(folder: Path) -> None:
    site = site_of(folder / "site.yaml")
    names = [name for task in site.tasks for name in task.programs]
    found = site_programs(folder, names)
    compiled = compile_set(found.sources, Source("plant", plant_text(site)), {name: name for name in names})
    assert [d for d in (*found.diagnostics, *compiled.diagnostics) if d.severity is Severity.ERROR] == []
    assert set(names) < set(compiled.programs)
