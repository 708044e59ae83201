"""Thirty days of a sound plant, half in January, half in July; docs/evidence/seasons.md holds the whole year."""

from __future__ import annotations

import pytest

from tests.whole.seasons import Seasons, report

JANUARY, JULY = 0, 181


@pytest.mark.parametrize("first_day", [JANUARY, JULY], ids=["January", "July"])
def test_fifteen_days_of_doors_failing_cooling_silent_buses_and_a_discharge_trip_nothing(first_day: int) -> None:
    seen = Seasons(15, first_day).run()
    assert seen.trips == [], report(seen)
    assert len(seen.discharges) == 1
    kinds = {subject.partition("[")[0] for subject in seen.alarms}
    assert kinds <= {"thermal_runaway.warns", "thermal_runaway.blinds"}, report(seen)
    assert seen.hottest_degc - seen.coldest_degc > 10.0
