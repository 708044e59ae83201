"""The whole site on a virtual clock: the dry string's breaker opens in time, and no other."""

from __future__ import annotations

from math import exp

import pytest

from plc.core.event import EventKind
from tests.whole.pure_site import PureSite

HOUR_S = 3600.0
STEP_S = 10.0
TIME_CONSTANT_S = 33_000 / 1.1  # heat capacity of a block over what cools it, J/K over W/K


@pytest.mark.parametrize("faulty", range(4))
def test_of_four_strings_that_alarm_only_the_dry_one_opens(faulty: int) -> None:
    site = PureSite(faulty=faulty, warm=True)
    opened_after_s = site.run_until_open(4 * HOUR_S, STEP_S)
    assert opened_after_s is not None
    site.run(2 * HOUR_S, STEP_S)
    assert site.opened == [site.plan.breakers[faulty].name]
    warned = {event.subject for event in site.happened(EventKind.ALARM)}
    assert {f"thermal_runaway.warns[{number}]" for number in range(1, 5)} <= warned


def test_the_opened_string_cools_and_its_trip_says_why() -> None:
    site = PureSite(warm=True)
    site.run_until_open(4 * HOUR_S, STEP_S)
    over_ambient_k = float(site.plant.temperature[site.faulty].max()) - 40.0
    site.run(TIME_CONSTANT_S, STEP_S)
    left_k = float(site.plant.temperature[site.faulty].max()) - 40.0
    assert left_k == pytest.approx(over_ambient_k * exp(-1), abs=1.0)
    [confirmed] = site.happened(EventKind.TRIP_CONFIRMED)
    assert site.faulty_name in confirmed.text
    assert "limit 10 K" in confirmed.text
    assert "thermal_runaway.st line" in confirmed.text


def test_without_the_controller_the_same_string_passes_100_degc() -> None:
    site = PureSite(warm=True)
    for _ in range(round(6 * HOUR_S / STEP_S)):
        site.plant.step(STEP_S)
    assert float(site.plant.temperature[site.faulty].max()) > 100.0
    healthy = [row for row in range(4) if row != site.faulty]
    assert float(site.plant.temperature[healthy].max()) < 60.0
