"""The plant against the figures of its prototype. Everything here is simulated."""

from __future__ import annotations

import json

import numpy as np
import pytest

from simulator.chemistry import VRLA_12V_100AH
from simulator.plant import Plant


def hours(plant: Plant, count: float, dt_s: float = 10.0, *, equalize: bool = False) -> None:
    for _ in range(round(count * 3600 / dt_s)):
        if equalize:
            plant.target_v[:] = plant.voltage.mean(axis=1, keepdims=True)
        plant.one_step(dt_s)


def deviation(plant: Plant) -> np.ndarray:
    return np.abs(plant.voltage - plant.voltage.mean(axis=1, keepdims=True))


def test_equalization_brings_510_modules_within_10_mv_in_the_prototype_s_hours() -> None:
    """Prototype: 99 % within 10 mV in 3.7 h, all in 13.4 h, string current 62 -> 107 mA. Tolerance 10 %."""
    plant = Plant(VRLA_12V_100AH, 15, 34, seed=1)
    hours(plant, 12)
    before = deviation(plant)
    assert before.max() == pytest.approx(0.332, rel=0.05)
    assert plant.current_a.mean() == pytest.approx(0.062, rel=0.1)
    hours(plant, 3.7 * 1.1, equalize=True)
    assert np.quantile(deviation(plant), 0.99) <= 0.010
    hours(plant, (13.4 - 3.7) * 1.1, equalize=True)
    assert deviation(plant).max() <= 0.010
    assert plant.current_a.mean() == pytest.approx(0.107, rel=0.1)
    assert plant.bypass_a.max() < 0.150


def test_a_spread_of_a_quarter_decade_never_converges_because_modules_saturate() -> None:
    """Prototype: 131 mV left after a day. Tolerance 10 %."""
    plant = Plant(VRLA_12V_100AH, 15, 34, seed=1, spread=0.25)
    hours(plant, 12, 30.0)
    hours(plant, 24, 30.0, equalize=True)
    assert deviation(plant).max() == pytest.approx(0.131, rel=0.1)
    assert (plant.bypass_a >= 0.95 * 0.15).sum() >= 10


def dried_out() -> Plant:
    """The prototype's case (b): 15 aged strings, the first dry; a day on float, then 1 h."""
    plant = Plant(VRLA_12V_100AH, 15, 34, seed=3, age=0.6)
    plant.dry_out(0, k=8, resistance=1.6, cooling_w_per_k=1.1)
    hours(plant, 25, 20.0, equalize=True)
    return plant


def test_a_dry_string_runs_away_in_a_hot_room_as_in_the_prototype() -> None:
    """Prototype: hot from 1 h; 52.3 degC, 9.35 A at 3.91 h, 100 degC at 6 h, 150 degC at 7.7 h. Tolerance 5 %."""
    plant = dried_out()
    base = plant.current_a.copy()
    assert base[0] < 1.0
    plant.ambient_degc[:], plant.charger_v = 40.0, 2.36
    hours(plant, 2.91, equalize=True)
    assert plant.temperature[0].max() == pytest.approx(52.3, rel=0.05)
    assert plant.current_a[0] == pytest.approx(9.35, rel=0.1)
    assert plant.temperature[1:].max() < 40
    hours(plant, 2.09 * 1.05, equalize=True)
    assert plant.temperature[0].max() >= 100
    hours(plant, 1.7 * 1.05, equalize=True)
    assert plant.temperature[0].max() == 150


def test_opening_its_breaker_cools_the_dry_string_and_leaves_the_others() -> None:
    """Prototype: peak 52.5 degC after the trip, decaying to about 41 degC. Tolerance 1 K."""
    plant = dried_out()
    plant.ambient_degc[:], plant.charger_v = 40.0, 2.36
    hours(plant, 2.91, equalize=True)
    plant.breaker_closed[0] = False
    at_trip = plant.temperature[0].max()
    hours(plant, 1 / 6)
    assert plant.temperature[0].max() < at_trip + 1
    assert plant.current_a[0] == 0
    assert (plant.current_a[1:] > 0).all()
    hours(plant, 48, 30.0)
    assert plant.temperature[0].max() == pytest.approx(41.1, abs=1)


def test_a_dry_string_at_25_degc_and_plain_float_is_stable_at_31_degc() -> None:
    plant = Plant(VRLA_12V_100AH, 1, 34, seed=3)
    plant.dry_out(0, k=8, resistance=1.6, cooling_w_per_k=1.1)
    hours(plant, 72, 60.0, equalize=True)
    assert plant.temperature.max() == pytest.approx(31, abs=1.5)


def test_a_discharge_test_ranks_the_planted_faults_first() -> None:
    """Prototype at 72 min: shorted 9.98 V, 55 % capacity 11.18 V, +35 % R 11.86 V, mean 11.92 V. Tolerance 1 %."""
    plant = Plant(VRLA_12V_100AH, 15, 34, seed=5)
    plant.capacity_ah[2, 7] *= 0.55
    plant.resistance_ohm[2, 7] *= 1.6
    plant.resistance_ohm[4, 20] *= 1.35
    plant.short_cell(9, 3)
    hours(plant, 6, equalize=True)
    plant.target_v[:] = np.nan
    plant.load_w = 15 * 34 * 12 * 25.0
    hours(plant, 1.2, 5.0)
    lowest = np.argsort(plant.voltage, axis=None)[:3]
    assert [tuple(int(x) for x in np.unravel_index(i, (15, 34))) for i in lowest] == [(9, 3), (2, 7), (4, 20)]
    assert plant.voltage.flat[lowest] == pytest.approx([9.98, 11.18, 11.86], rel=0.01)
    assert plant.voltage.mean() == pytest.approx(11.92, rel=0.01)


def test_a_shorted_cell_shows_as_a_step_of_two_volts_and_a_sixth_of_the_resistance() -> None:
    """Prototype: -2.2 V, neighbours +67 mV, resistance -17 %."""
    plant = Plant(VRLA_12V_100AH, 1, 34, seed=1, spread=0.0)
    hours(plant, 12)
    before_v, before_ohm = plant.voltage.copy(), plant.now_ohm.copy()
    plant.short_cell(0, 9)
    hours(plant, 6)
    change = plant.voltage[0] - before_v[0]
    assert change[9] == pytest.approx(-2.2, abs=0.15)
    assert np.delete(change, 9).mean() == pytest.approx(0.067, abs=0.01)
    assert plant.now_ohm[0, 9] / before_ohm[0, 9] == pytest.approx(0.83, abs=0.02)


def test_an_open_cell_stops_the_string() -> None:
    plant = Plant(VRLA_12V_100AH, 1, 34, seed=1)
    hours(plant, 6)
    plant.open_cell(0, 4)
    hours(plant, 1)
    assert abs(plant.current_a[0]) < 0.03
    assert plant.voltage[0, 4] > 15


def test_sulfation_raises_resistance_and_lowers_capacity() -> None:
    plant = Plant(VRLA_12V_100AH, 1, 4, seed=1)
    ohm, ah = plant.resistance_ohm[0, 2], plant.capacity_ah[0, 2]
    plant.sulfate(0, 2, 0.8)
    assert plant.resistance_ohm[0, 2] == pytest.approx(1.8 * ohm)
    assert plant.capacity_ah[0, 2] == pytest.approx(0.52 * ah)


def test_steps_of_1_10_and_60_s_give_the_same_two_hours() -> None:
    """Prototype after 4 h: 83.98, 83.99 and 84.03 mV. Tolerance 0.5 mV and 0.1 K."""
    ends = []
    for dt_s in (1.0, 10.0, 60.0):
        plant = Plant(VRLA_12V_100AH, 1, 34, seed=4)
        plant.ambient_degc[:] = 35.0
        hours(plant, 2, dt_s, equalize=True)
        ends.append((deviation(plant).max(), plant.temperature.max()))
    assert [end[0] for end in ends] == pytest.approx([ends[1][0]] * 3, abs=0.0005)
    assert [end[1] for end in ends] == pytest.approx([ends[1][1]] * 3, abs=0.1)


def test_a_step_is_cut_into_parts_of_at_most_ten_seconds() -> None:
    whole, parts = Plant(VRLA_12V_100AH, 1, 4, seed=1), Plant(VRLA_12V_100AH, 1, 4, seed=1)
    whole.step(25.0)
    for _ in range(3):
        parts.one_step(25.0 / 3)
    assert (whole.temperature == parts.temperature).all()


def test_a_plant_restored_from_json_goes_on_identically() -> None:
    plant = Plant(VRLA_12V_100AH, 2, 4, seed=9)
    hours(plant, 2, equalize=True)
    copy = Plant.restore(VRLA_12V_100AH, json.loads(json.dumps(plant.state())))
    for one in (plant, copy):
        hours(one, 2, equalize=True)
    assert copy.state() == plant.state()
    assert copy.noise.random() == plant.noise.random()


def test_a_plant_state_with_a_missing_array_names_it() -> None:
    state = Plant(VRLA_12V_100AH, 1, 2).state()
    del state["arrays"]["bypass_a"]
    with pytest.raises(ValueError, match="bypass_a; prepare it anew"):
        Plant.restore(VRLA_12V_100AH, state)


def test_strings_on_one_charger_do_not_influence_one_another() -> None:
    both = Plant(VRLA_12V_100AH, 2, 8, seed=3)
    alone = both.take([1])
    both.dry_out(0, k=8, resistance=1.6, cooling_w_per_k=1.1)
    hours(both, 3)
    hours(alone, 3)
    assert both.temperature[1] == pytest.approx(alone.temperature[0])
