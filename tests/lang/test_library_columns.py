"""Blocks over a column, traced sample by sample on a string of four modules."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machine import MS, Machine, long_plant

COLUMN = "Strings[1].Temperature"
MEDIAN = Machine(f"PROGRAM p VAR x : MEDIAN_OK; END_VAR x(Values := {COLUMN}); END_PROGRAM", plant=long_plant(34))
QUARTILE = Machine(f"PROGRAM p VAR x : QUARTILE_OK; END_VAR x(Values := {COLUMN}); END_PROGRAM", plant=long_plant(34))


def column(call: str, block: str) -> Machine:
    """A PROGRAM with one such block on the first string's temperatures, all four places Ok at 20 degC."""
    text = f"PROGRAM p VAR x : {block}; END_VAR x(Values := {COLUMN}, {call}); END_PROGRAM".replace(", )", ")")
    machine = Machine(text, plant=True)
    machine[f"{COLUMN}.Count"] = 4
    for module in range(1, 5):
        machine[f"{COLUMN}.Ok[{module}]"] = True
        machine[f"{COLUMN}.Value[{module}]"] = 20.0
    return machine


def sample(machine: Machine, module: int, value: float, after_ms: int = 1000) -> None:
    """A new conversion of one module, then a scan."""
    machine[f"{COLUMN}.Value[{module}]"] = value
    machine[f"{COLUMN}.Sequence[{module}]"] += 1
    assert machine.scan(after_ms) == 0


def test_a_place_counts_after_its_samples_and_its_time():
    machine = column("Over := 55.0, Lasting := T#2s, Samples := 3", "ANY_ABOVE")
    seen = []
    for _ in range(4):
        sample(machine, 2, 60.0)
        seen.append((machine["x.Q"], machine["x.Index"], machine["x.Count"], machine["x.Value"]))
    assert seen == [(0, 0, 0, 0.0), (0, 0, 0, 0.0), (1, 2, 1, 60.0), (1, 2, 1, 60.0)]


def test_the_same_sample_seen_twice_counts_once():
    machine = column("Over := 55.0, Samples := 2", "ANY_ABOVE")
    sample(machine, 2, 60.0)
    assert machine.scan(after_ms=5000) == 0
    assert not machine["x.Q"]
    sample(machine, 2, 60.0)
    assert machine["x.Q"]


def test_one_sample_below_begins_the_count_anew():
    machine = column("Over := 55.0, Samples := 2", "ANY_ABOVE")
    for value, wanted in ((60.0, 0), (55.0, 0), (60.0, 0), (60.0, 1), (50.0, 0)):
        sample(machine, 2, value)
        assert machine["x.Q"] == wanted


def test_a_place_not_ok_keeps_its_state_and_its_time_stands_still():
    machine = column("Over := 55.0, Lasting := T#3s", "ANY_ABOVE")
    sample(machine, 2, 60.0)
    sample(machine, 2, 60.0)
    machine[f"{COLUMN}.Ok[2]"] = False
    sample(machine, 2, 60.0, after_ms=60_000)
    assert not machine["x.Q"]
    machine[f"{COLUMN}.Ok[2]"] = True
    sample(machine, 2, 60.0)
    assert not machine["x.Q"]
    sample(machine, 2, 60.0)
    assert machine["x.Q"]
    machine[f"{COLUMN}.Ok[2]"] = False
    sample(machine, 2, 10.0)
    assert machine["x.Q"]


def test_the_hottest_place_is_named_and_all_are_counted():
    machine = column("Over := 55.0", "ANY_ABOVE")
    for module, value in ((1, 56.0), (3, 70.0), (4, 60.0)):
        sample(machine, module, value)
    assert (machine["x.Index"], machine["x.Count"], machine["x.Value"]) == (3, 3, 70.0)


def test_of_two_equally_hot_places_the_first_is_named():
    machine = column("Over := 55.0", "ANY_ABOVE")
    sample(machine, 3, 60.0)
    sample(machine, 2, 60.0)
    assert machine["x.Index"] == 2


def test_a_value_that_is_no_number_is_not_above():
    machine = column("Over := 55.0", "ANY_ABOVE")
    sample(machine, 2, math.nan)
    assert not machine["x.Q"]


@pytest.mark.parametrize(("places", "good", "blind"), [(4, 4, 0), (4, 3, 1), (0, 0, 1), (1, 1, 0)])
def test_blind_is_less_than_four_of_five_places(places: int, good: int, blind: int):
    machine = column("Over := 55.0", "ANY_ABOVE")
    machine[f"{COLUMN}.Count"] = places
    for module in range(1, 5):
        machine[f"{COLUMN}.Ok[{module}]"] = module <= good
    assert machine.run()["x.Blind"] == blind


def test_the_lowest_place_below_is_named():
    machine = column("Under := 11.0, Samples := 2", "ANY_BELOW")
    for _ in range(2):
        sample(machine, 1, 10.5)
        sample(machine, 4, 9.0)
    assert (machine["x.Q"], machine["x.Index"], machine["x.Count"], machine["x.Value"]) == (1, 4, 2, 9.0)


def test_places_above_are_counted_if_ok():
    machine = column("Over := 55.0", "COUNT_ABOVE")
    for module in (1, 2, 3):
        machine[f"{COLUMN}.Value[{module}]"] = 60.0
    machine[f"{COLUMN}.Ok[3]"] = False
    machine.run()
    assert (machine["x.Count"], machine["x.Blind"]) == (2, 1)


def test_the_mean_is_of_the_ok_places():
    machine = column("", "MEAN_OK")
    for module, value in ((1, 10.0), (2, 20.0), (3, 30.0), (4, 900.0)):
        machine[f"{COLUMN}.Value[{module}]"] = value
    machine[f"{COLUMN}.Ok[4]"] = False
    machine.run()
    assert (machine["x.Value"], machine["x.Count"], machine["x.Blind"]) == (20.0, 3, 1)


def test_the_mean_of_nothing_is_no_number():
    machine = column("", "MEAN_OK")
    machine[f"{COLUMN}.Count"] = 0
    machine.run()
    assert math.isnan(machine["x.Value"])
    assert machine["x.Blind"]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [((40.0, 30.0, 20.0, 10.0), 10.0), ((10.0,), 10.0), ((30.0, 10.0), 10.0), ((30.0, math.nan, 20.0), 20.0)],
)
def test_the_lowest_quartile(values: tuple[float, ...], wanted: float):
    machine = column("", "QUARTILE_OK")
    machine[f"{COLUMN}.Count"] = len(values)
    for module, value in enumerate(values, 1):
        machine[f"{COLUMN}.Value[{module}]"] = value
    assert machine.run()["x.Value"] == wanted


@given(st.lists(st.floats(-40.0, 120.0, width=32), min_size=1, max_size=34))
@settings(max_examples=40, deadline=None)
def test_the_lowest_quartile_is_what_sorting_gives(values: list[float]):
    machine = QUARTILE
    machine[f"{COLUMN}.Count"] = len(values)
    for module, value in enumerate(values, 1):
        machine[f"{COLUMN}.Value[{module}]"] = value
        machine[f"{COLUMN}.Ok[{module}]"] = True
    assert machine.run()["x.Value"] == sorted(values)[(len(values) - 1) // 4]


@given(st.lists(st.floats(-40.0, 120.0, width=32) | st.sampled_from([20.0, 21.0]), min_size=1, max_size=34))
@settings(max_examples=60, deadline=None)
def test_the_median_is_what_sorting_gives(values: list[float]):
    machine = MEDIAN
    machine[f"{COLUMN}.Count"] = len(values)
    for module, value in enumerate(values, 1):
        machine[f"{COLUMN}.Value[{module}]"] = value
        machine[f"{COLUMN}.Ok[{module}]"] = True
    assert machine.run()["x.Value"] == pytest.approx(statistics.median(values), rel=1e-6, abs=1e-30)


def rate(window: str) -> Machine:
    text = f"PROGRAM p VAR x : RATE; END_VAR x(Input := Strings[1].Current, Window := {window}); END_PROGRAM"
    machine = Machine(text, plant=True)
    machine["Strings[1].Current.Ok"] = True
    return machine


def measure(machine: Machine, value: float, after_ms: int) -> None:
    machine["Strings[1].Current.Sampled"] = machine["Sys.Time"] + after_ms * MS
    machine["Strings[1].Current.Value"] = value
    assert machine.scan(after_ms) == 0


def test_a_rise_is_told_per_hour():
    machine = rate("T#10m")
    for minute in range(30):
        measure(machine, 20.0 + minute * 0.5, 60_000)
    assert machine["x.Ok"]
    assert machine["x.PerHour"] == pytest.approx(30.0, rel=1e-5)


def test_a_rise_is_not_ok_before_half_its_window_is_seen():
    machine = rate("T#10m")
    seen = []
    for minute in range(7):
        measure(machine, 20.0 + minute, 60_000)
        seen.append(machine["x.Ok"])
    assert seen == [0, 0, 0, 0, 0, 1, 1]


def test_a_change_of_slope_is_seen_after_one_window():
    machine = rate("T#10m")
    for minute in range(20):
        measure(machine, minute * 1.0, 60_000)
    for _ in range(12):
        measure(machine, 19.0, 60_000)
    assert machine["x.PerHour"] == 0.0


def test_a_rise_begins_anew_after_a_gap():
    machine = rate("T#10m")
    for minute in range(12):
        measure(machine, minute * 1.0, 60_000)
    machine["Strings[1].Current.Ok"] = False
    measure(machine, 500.0, 60_000)
    assert not machine["x.Ok"]
    machine["Strings[1].Current.Ok"] = True
    measure(machine, 100.0, 3_600_000)
    assert not machine["x.Ok"]


def test_a_rise_is_told_per_minute_too_and_a_value_that_is_no_number_is_left_out():
    machine = rate("T#10m")
    for minute in range(12):
        measure(machine, minute * 2.0, 60_000)
    assert machine["x.PerMinute"] == pytest.approx(2.0, rel=1e-5)
    measure(machine, math.nan, 60_000)
    assert not machine["x.Ok"]
    assert machine["x.PerMinute"] == pytest.approx(2.0, rel=1e-5)
    measure(machine, 26.0, 60_000)
    assert machine["x.Ok"]
    assert machine["x.PerMinute"] == pytest.approx(2.0, rel=1e-5)
