"""What opens is what is wired: exchanged relays, a stuck breaker, two strings at once."""

from __future__ import annotations

from pathlib import Path

from plc.core.event import EventKind
from simulator.truth import Terminal
from tests.whole.pure_site import SECOND_NS, PureSite
from tests.whole.site_copy import copied

HOUR_S = 3600.0
STEP_S = 10.0
INHIBIT = Terminal("gx3", "relay", 3)


def test_exchanging_two_trip_relays_in_the_site_file_moves_the_trip(tmp_path: Path) -> None:
    exchanged = copied(
        tmp_path,
        ("Q1_trip: {device: gx1, relay: 1", "Q1_trip: {device: gx1, relay: 2"),
        ("Q2_trip: {device: gx1, relay: 2", "Q2_trip: {device: gx1, relay: 1"),
    )
    site = PureSite(exchanged, faulty=1, warm=True)
    assert site.run_until_open(3 * HOUR_S, STEP_S) is not None
    site.run(60, STEP_S)
    assert site.opened == ["Q1"]
    [failed] = site.happened(EventKind.TRIP_FAILED)
    assert failed.subject == "Q2"
    assert "charger_inhibit is on" in failed.text


def test_a_stuck_breaker_fails_after_three_pulses_and_the_charger_is_inhibited_instead() -> None:
    site = PureSite(faulty=3, warm=True)
    site.around.stuck.add("Q4")
    while not site.happened(EventKind.TRIP_FAILED) and site.program_ns < 3 * HOUR_S * SECOND_NS:
        site.step(STEP_S)
    pulses = [event.text for event in site.happened(EventKind.TRIP_PULSE)]
    assert [text.partition(",")[0] for text in pulses] == [f"S4: trip {number} of at most 3" for number in (1, 2, 3)]
    [failed] = site.happened(EventKind.TRIP_FAILED)
    assert failed.priority == 1
    site.run(60, STEP_S)
    assert site.wiring.coils[INHIBIT]
    assert site.opened == []
    degc = site.hottest_degc
    site.run(2 * HOUR_S, STEP_S)
    assert site.hottest_degc < degc - 1.0


def test_of_two_dry_strings_one_opens_and_the_other_waits_for_its_second_criterion() -> None:
    site = PureSite(faulty=(1, 2), warm=True)
    assert site.run_until_open(3 * HOUR_S, STEP_S) is not None
    [first] = site.opened
    while not site.happened(EventKind.TRIP_HELD) and site.program_ns < 3 * HOUR_S * SECOND_NS:
        site.step(STEP_S)
    [held] = site.happened(EventKind.TRIP_HELD)
    assert {first, held.subject} == {"Q2", "Q3"}
    site.run(300, STEP_S)
    assert site.opened == [first]
    site.around.smoke.add(f"S{held.subject[1]}")
    site.run(60, STEP_S)
    assert site.opened == ["Q2", "Q3"]
    assert len(site.happened(EventKind.TRIP_CONFIRMED)) == 2


def test_of_two_dry_strings_the_held_one_opens_by_leg_c_or_after_an_hour_and_stays_below_100_degc() -> None:
    site = PureSite(faulty=(1, 2), warm=True)
    site.run(3 * HOUR_S, STEP_S)
    first, second = (event for event in site.happened(EventKind.TRIP_CONFIRMED))
    assert {first.subject, second.subject} == {"Q2", "Q3"}
    waited_s = (second.time_ns - first.time_ns) / SECOND_NS
    row = 1 if second.subject == "Q2" else 2
    assert 60 < waited_s <= HOUR_S + STEP_S
    assert float(site.plant.temperature[row].max()) < 75.0
    assert site.opened == ["Q2", "Q3"]
