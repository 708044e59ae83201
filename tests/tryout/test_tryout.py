"""A draft is tried beside the armed set: same plant, same seed, the same scan, and nothing that runs is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plc.core.tried import Lane, Tried, TryRequest
from plc.store.resolve import program_text
from plc.tryout.client import Tryout
from plc.tryout.words import differences

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
LEG_A = ("Reference + Battery.Settings.Dt,", "Reference + 8.0,")


def shipped(name: str, *changes: tuple[str, str]) -> str:
    text = program_text(ROOM, name)
    assert text is not None
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def tried(state: Path, site: Path = ROOM, hours: float = 2.0, **texts: str) -> Tried:
    return Tryout(limit_s=100.0).run(TryRequest(str(site), str(state), {}, texts, hours))


def lanes(result: Tried) -> tuple[Lane, Lane]:
    assert result.problem == ""
    assert result.armed is not None
    assert result.draft is not None
    return result.armed, result.draft


def opened_s(lane: Lane, breaker: str) -> float:
    track = next(track for track in lane.breakers if track.name == breaker)
    return next(at_s for at_s, state in track.changes if state == "OPEN")


def test_a_lower_limit_opens_the_same_breaker_minutes_earlier(tmp_path: Path) -> None:
    result = tried(tmp_path, thermal_runaway=shipped("thermal_runaway", LEG_A))
    armed, draft = lanes(result)
    earlier_s = opened_s(armed, "Q4") - opened_s(draft, "Q4")
    assert 300.0 <= earlier_s <= 700.0
    assert result.differences[0].startswith(f"Q4 opens {earlier_s:.0f} s earlier with the draft")
    assert result.faulty == "S4"
    assert len(result.curve_s) == len(draft.hottest_degc["S4"])
    assert max(armed.hottest_degc["S4"]) > max(draft.hottest_degc["S4"])


def test_the_armed_text_again_is_the_same_set_and_makes_no_difference(tmp_path: Path) -> None:
    result = tried(tmp_path, hours=0.2, thermal_runaway=shipped("thermal_runaway"))
    armed, draft = lanes(result)
    assert draft == armed
    assert result.differences == ("no relay, breaker or program fault differs",)


def test_a_draft_that_stops_is_told_with_its_line(tmp_path: Path) -> None:
    stops = shipped("hot_module", ("END_PROGRAM", "s := 1 / (s - s);\nEND_PROGRAM"))
    result = tried(tmp_path, hours=0.1, hot_module=stops)
    assert any("hot_module stops at 0:00:10" in said and "line 12" in said for said in result.differences)


def test_a_draft_with_errors_is_refused_with_the_first(tmp_path: Path) -> None:
    result = tried(tmp_path, hot_module="PROGRAM hot_module\nx := 1;\nEND_PROGRAM\n")
    assert "hot_module.st:2:1" in result.problem


def test_a_site_without_a_simulated_plant_is_told_so(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOM, site)
    (site / "plant.yaml").unlink()
    assert "plant.yaml" in tried(tmp_path, site, hours=0.1, hot_module=shipped("hot_module")).problem


@pytest.mark.parametrize("hours", [0.0, -1.0, 13.0])
def test_a_senseless_time_is_refused(tmp_path: Path, hours: float) -> None:
    assert "up to 12 h" in tried(tmp_path, hours=hours, hot_module=shipped("hot_module")).problem


def test_a_trial_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    result = Tryout(limit_s=0.2).run(TryRequest(str(ROOM), str(tmp_path), {}, {}, 12.0))
    assert "try fewer hours" in result.problem


def test_a_breaker_that_no_longer_opens_is_told_first(tmp_path: Path) -> None:
    never = shipped("thermal_runaway", ("Cause := watch[s].Trip,", "Cause := FALSE,"))
    armed, draft = lanes(tried(tmp_path, hours=1.25, thermal_runaway=never))
    assert differences(armed, draft)[0].startswith("Q4 does not open with the draft")
    assert differences(draft, armed)[0].startswith("Q4 opens at ")
