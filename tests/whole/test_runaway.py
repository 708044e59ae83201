"""The whole site on a virtual clock: the dry string's breaker opens in time, and no other."""

from __future__ import annotations

import pytest

from plc.core.event import EventKind
from tests.whole.pure_site import PureSite

HOUR_S = 3600.0
STEP_S = 10.0


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
    hourly_degc = [site.hottest_degc]
    for _ in range(10):
        site.run(HOUR_S, STEP_S)
        hourly_degc.append(site.hottest_degc)
    assert hourly_degc == sorted(hourly_degc, reverse=True)
    assert hourly_degc[-1] - 40.0 < (hourly_degc[0] - 40.0) / 2
    [confirmed] = site.happened(EventKind.TRIP_CONFIRMED)
    assert site.faulty_name in confirmed.text
    assert "limit 10 K" in confirmed.text
    assert "thermal_runaway.st line" in confirmed.text


def test_without_the_controller_the_same_string_passes_100_degc() -> None:
    site = PureSite(warm=True)
    for _ in range(round(6 * HOUR_S / STEP_S)):
        site.plant.step(STEP_S)
    assert site.hottest_degc > 100.0
    healthy = [row for row in range(4) if row not in site.faulty]
    assert float(site.plant.temperature[healthy].max()) < 60.0
