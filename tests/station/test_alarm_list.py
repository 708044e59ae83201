"""The states of an alarm, as ISA-18.2 has them, and floods."""

from __future__ import annotations

from plc.core.station import Alarm, AlarmState
from plc.station.alarm_list import EVERY, FLOOD_WITHIN_NS, AlarmList, At, Signal

S = 1_000_000_000


def at(second: float) -> At:
    return At(int(second * S), int(second * S))


def warm(string: str = "S1", member: str = "warns[1]", priority: int = 2, **more: bool) -> Signal:
    return Signal(f"alarm warns {string}", member, string, priority, f"{string} is warm", "look at it", **more)


def only(alarms: AlarmList) -> Alarm:
    (alarm,) = alarms.alarms()
    return alarm


def test_an_alarm_that_is_acknowledged_stands_until_its_cause_is_gone() -> None:
    alarms = AlarmList()
    alarms.raised(warm(), at(1))
    assert only(alarms).state is AlarmState.UNACKNOWLEDGED
    alarms.acknowledge("alarm warns S1", "Ada", at(2))
    assert (only(alarms).state, only(alarms).acknowledged_by) == (AlarmState.ACKNOWLEDGED, "Ada")
    alarms.cleared("alarm warns S1", "warns[1]", at(3))
    assert alarms.alarms() == ()


def test_an_alarm_that_cleared_unseen_waits_to_be_acknowledged() -> None:
    alarms = AlarmList()
    alarms.raised(warm(), at(1))
    alarms.cleared("alarm warns S1", "warns[1]", at(2))
    assert only(alarms).state is AlarmState.CLEARED
    ((before, new),) = alarms.acknowledge(EVERY, "Ada", at(3))
    assert (before.state, new) == (AlarmState.CLEARED, AlarmState.NORMAL)
    assert alarms.alarms() == ()


def test_an_alarm_that_comes_back_is_unacknowledged_and_counts() -> None:
    alarms = AlarmList()
    alarms.raised(warm(), at(1))
    alarms.cleared("alarm warns S1", "warns[1]", at(2))
    alarms.raised(warm(), at(60))
    assert (only(alarms).state, only(alarms).count, only(alarms).raised_ns) == (AlarmState.UNACKNOWLEDGED, 2, 60 * S)


def test_34_modules_of_a_string_are_one_alarm_that_clears_with_the_last() -> None:
    alarms = AlarmList()
    for number in range(1, 35):
        alarms.raised(warm(member=f"warns[{number}]"), at(number / 10))
    assert len(only(alarms).members) == 34
    assert only(alarms).count == 1
    for number in range(1, 34):
        alarms.cleared("alarm warns S1", f"warns[{number}]", at(10))
    assert only(alarms).state is AlarmState.UNACKNOWLEDGED
    alarms.cleared("alarm warns S1", "warns[34]", at(11))
    assert only(alarms).state is AlarmState.CLEARED


def test_a_further_module_does_not_undo_an_acknowledgement_but_what_became_worse_does() -> None:
    alarms = AlarmList()
    alarms.raised(warm(), at(1))
    alarms.acknowledge(EVERY, "Ada", at(2))
    alarms.raised(warm(member="warns[2]", priority=1), at(3))
    assert (only(alarms).state, only(alarms).priority) == (AlarmState.ACKNOWLEDGED, 1)
    worse = Signal("alarm warns S1", "warns[1]", "S1", 1, "S1 burns", "get out", again=True)
    alarms.raised(worse, at(4))
    assert (only(alarms).state, only(alarms).text) == (AlarmState.UNACKNOWLEDGED, "S1 burns")


def test_what_has_no_end_clears_at_once_and_waits_to_be_seen() -> None:
    alarms = AlarmList()
    alarms.raised(warm(momentary=True), at(1))
    assert only(alarms).state is AlarmState.CLEARED


def test_the_first_of_a_flood_is_marked_and_the_others_share_its_number() -> None:
    alarms = AlarmList()
    for number, string in enumerate(("S3", "S1", "S2"), 1):
        alarms.raised(warm(string), at(number))
    marked = {alarm.subject: alarm.first_out for alarm in alarms.alarms()}
    assert marked == {"S3": True, "S1": False, "S2": False}
    assert {alarm.flood for alarm in alarms.alarms()} == {1 * S}


def test_alarms_far_apart_are_no_flood() -> None:
    alarms = AlarmList()
    alarms.raised(warm("S1"), at(1))
    alarms.raised(warm("S2"), at(2 + FLOOD_WITHIN_NS / S))
    assert [alarm.first_out for alarm in alarms.alarms()] == [False, False]
    assert len({alarm.flood for alarm in alarms.alarms()}) == 2


def test_the_most_urgent_unacknowledged_alarm_stands_first() -> None:
    alarms = AlarmList()
    alarms.raised(warm("S1", priority=3), at(1))
    alarms.raised(warm("S2", priority=1), at(2))
    alarms.raised(warm("S3", priority=2), at(3))
    alarms.acknowledge("alarm warns S2", "Ada", at(4))
    assert [alarm.subject for alarm in alarms.alarms()] == ["S3", "S1", "S2"]


def test_changes_name_what_is_to_be_kept_and_what_is_normal_again() -> None:
    alarms = AlarmList()
    alarms.raised(warm("S1"), at(1))
    alarms.raised(warm("S2", momentary=True), at(2))
    alarms.stored()
    alarms.acknowledge(EVERY, "Ada", at(3))
    kept, gone = alarms.changes()
    assert [alarm.subject for alarm in kept] == ["S1"]
    assert gone == ("alarm warns S2",)
