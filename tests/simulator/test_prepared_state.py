"""Warm files, and what the shipped scenario does from its warm moment. All figures are simulated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from simulator import forward, prepare
from simulator.curve import CONDITIONS, Moments
from simulator.opening import open_world
from simulator.scenario import begin, load_warm, pick_scenario
from simulator.truth import Truth, TruthError, read_truth
from simulator.world import SECOND_NS

EXAMPLE = Path(__file__).parents[2] / "examples" / "ups_room"
HOT, CURRENT, VOLTAGE, SIXTY, HUNDRED = CONDITIONS


@pytest.fixture(scope="module")
def shipped() -> list[Moments]:
    """When each condition began on S1-S4 sound, then S1-S4 dry, over the demo and an hour more; scenario seconds."""
    truth = read_truth(EXAMPLE / "plant.yaml")
    return forward.curve(truth, truth.scenarios["dry_out"], 0, 5.0)[1]


def from_warm_min(moment: Moments, condition: str) -> float:
    return (moment.first_s[condition] - 113 * 60) / 60


def test_each_string_if_dry_meets_the_trip_rule_about_70_minutes_after_the_warm_moment(shipped: list[Moments]) -> None:
    trips = [from_warm_min(moment, HOT) + 10 for moment in shipped[4:]]
    assert trips == pytest.approx([70] * 4, abs=12)
    assert np.mean(trips) == pytest.approx(70, abs=2)
    assert all(moment.first_s[CURRENT] < 113 * 60 for moment in shipped[4:])
    assert all(moment.first_s[VOLTAGE] < 113 * 60 for moment in shipped[4:])


def test_60_degc_comes_after_the_trip_and_100_degc_within_four_hours_of_the_warm_moment(shipped: list[Moments]) -> None:
    for moment in shipped[4:]:
        assert from_warm_min(moment, SIXTY) > from_warm_min(moment, HOT) + 10 + 20
        assert from_warm_min(moment, HUNDRED) < 240


def test_no_sound_string_meets_a_trip_condition_in_the_demo_or_an_hour_more(shipped: list[Moments]) -> None:
    for moment in shipped[:4]:
        assert HOT not in moment.first_s
        assert CURRENT not in moment.first_s
        assert SIXTY not in moment.first_s
        assert VOLTAGE in moment.first_s


def test_the_scenario_is_the_one_that_was_asked_for(example: Truth) -> None:
    scenario = example.scenarios["dry_out"]
    assert scenario.dry_out is not None
    assert (scenario.dry_out.k, scenario.dry_out.resistance, scenario.dry_out.cooling_w_per_k) == (8, 1.6, 1.1)
    assert {step.ambient_degc for step in scenario.steps} == {None, 40}
    assert {step.charger_v for step in scenario.steps} == {None, 2.36}


def test_the_shipped_warm_state_fits_its_plant_and_is_what_prepare_writes(example: Truth, tmp_path: Path) -> None:
    assert prepare.main([str(EXAMPLE), "--out", str(tmp_path / "warm.json")]) == 0
    scenario = example.scenarios["dry_out"]
    fresh, burnt_s = load_warm(tmp_path / "warm.json", example, scenario, calm=False)
    shipped, _ = load_warm(EXAMPLE / "warm.json", example, scenario, calm=False)
    assert burnt_s == 113 * 60
    assert shipped.temperature == pytest.approx(fresh.temperature, abs=1e-6)
    assert shipped.voltage == pytest.approx(fresh.voltage, abs=1e-6)


def test_the_warm_moment_is_found_by_the_trip_rule(example: Truth) -> None:
    assert prepare.warm_moment(example, example.scenarios["dry_out"], 4200) == 113 * 60


def test_a_warm_file_of_another_plant_is_refused_with_the_command_that_makes_it(site: Path, tmp_path: Path) -> None:
    assert prepare.main([str(site)]) == 0
    path = site / "plant.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed: 1", "seed: 2"), encoding="utf-8")
    truth = read_truth(path)
    with pytest.raises(TruthError, match=r"prepared for another plant.yaml.*python -m simulator.prepare"):
        load_warm(site / "warm.json", truth, truth.scenarios["dry_out"], calm=False)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fits": 3}'])
def test_a_broken_warm_file_is_refused(truth: Truth, tmp_path: Path, text: str) -> None:
    (tmp_path / "warm.json").write_text(text, encoding="utf-8")
    with pytest.raises(TruthError, match=r"python -m simulator.prepare"):
        load_warm(tmp_path / "warm.json", truth, truth.scenarios["dry_out"], calm=False)


def test_a_warm_file_serves_whichever_string_is_faulty(site: Path, truth: Truth) -> None:
    prepare.main([str(site)])
    scenario = pick_scenario(truth, "dry_out")
    for faulty in (0, 1):
        start = begin(truth, scenario, faulty, warm=site / "warm.json", calm=False)
        assert int(np.argmax(start.plant.temperature.max(axis=1))) == faulty
        assert start.ghost.temperature[0].tolist() == start.plant.temperature[faulty].tolist()
        calm = begin(truth, scenario, faulty, warm=site / "warm.json", calm=True)
        assert calm.burnt_s is None
        assert calm.plant.temperature.max() < start.plant.temperature.max()


def test_the_shipped_room_opens_on_a_virtual_clock_as_the_forward_run_says(shipped: list[Moments]) -> None:
    """Nobody trips it, so the drawn string's second hottest module passes 50 degC when the forward run says."""
    world = open_world(EXAMPLE, epoch_ns=0, speed=60.0, seed=3, scenario="dry_out", start=Path("warm.json"))
    passes_s = int(from_warm_min(shipped[7], HOT))
    world.advance((passes_s - 3) * SECOND_NS)
    assert np.sort(world.plant.temperature[3])[-2] < 50
    world.advance((passes_s + 3) * SECOND_NS)
    assert np.sort(world.plant.temperature[3])[-2] > 50
    assert world.plant.temperature[:3].max() < 40


def test_forward_prints_the_ghost_s_curve_past_100_degc(capsys: pytest.CaptureFixture[str]) -> None:
    assert forward.main([str(EXAMPLE), "--seed", "3", "--hours", "4.5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["string"] == "S4"
    hottest = [row[1] for row in told["curve"]]
    assert hottest == sorted(hottest)
    assert hottest[0] < 45
    assert hottest[-1] > 100


def test_forward_prints_a_table_and_refuses_an_unknown_string(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert forward.main([str(site), "--string", "S2", "--hours", "1"]) == 0
    assert "dry_out on S2, nobody opens its breaker" in capsys.readouterr().out
    assert forward.main([str(site), "--string", "S9"]) == 1
    assert "there is no string 'S9'" in capsys.readouterr().err
