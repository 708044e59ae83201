"""The reference trip time lies where a demonstration needs it."""

from __future__ import annotations

from tests.whole.trip_time import trip_second


def test_the_demonstration_s_string_trips_within_two_hours_of_the_warm_state_at_speed_1() -> None:
    assert 1800 < trip_second(3) < 7200
