"""The schedule when things go wrong: clocks that jump, engines that do not answer, disks that are full."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plc.core.command import Answer
from plc.core.site import Action, Schedule
from plc.core.station import Dst, Entry, NotStored, Run, RunRecord, RunState
from plc.station.listing import listed
from plc.station.schedule import RETRY_EVERY_NS, SENT_IN_A_STEP, ScheduleLoop, Terms
from plc.store.station_store import StationStore

S = 1_000_000_000
H = 3600 * S
BERLIN = ZoneInfo("Europe/Berlin")
TEST = Schedule("test", "30 2 * * *", Action.RUN, "ups_test")


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * S


class FullStore(StationStore):
    """A store whose disk can be full."""

    full = False

    def put_run(self, record: RunRecord) -> None:
        if self.full:
            raise NotStored("the disk is full")
        super().put_run(record)


class Bench:
    """A loop with an engine that answers as told, and everything it says."""

    def __init__(self, *schedules: Schedule, since: str, memory: str = "m1") -> None:
        self.store = FullStore(":memory:")
        self.entries = tuple(Entry(schedule, True, utc(since), "Ada") for schedule in schedules)
        self.sent: list[str] = []
        self.silent = False
        self.answer = (True, "done")
        self.notes: list[str] = []
        self.alarms: dict[str, str] = {}
        self.loop = self.start(memory)

    def start(self, memory: str = "m1") -> ScheduleLoop:
        self.loop = ScheduleLoop(self.store, self.entries, Terms(BERLIN, memory), self.send, self)
        return self.loop

    def send(self, entry: Entry, run: Run) -> Answer | None:
        self.sent.append(run.id)
        return None if self.silent else Answer(run.id, *self.answer)

    def at(self, *times: str) -> list[str]:
        """Step at each of these times (UTC); what was sent meanwhile."""
        before = len(self.sent)
        for time in times:
            self.loop.step(utc(time))
        return self.sent[before:]

    def state(self, id: str) -> RunState | None:
        found = self.store.run(id)
        return found.state if found else None

    def note(self, what: str, subject: str, text: str) -> None:
        self.notes.append(text)

    def raise_alarm(self, key: str, subject: str, priority: int, text: str, response: str) -> None:
        self.alarms[key] = text

    def clear_alarm(self, key: str) -> None:
        self.alarms.pop(key, None)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench(TEST, since="2025-06-01T12:00")
    yield bench
    bench.store.close()


def test_a_clock_that_goes_back_does_not_run_a_test_twice(bench: Bench) -> None:
    assert bench.at("2025-06-02T00:00", "2025-06-02T00:30") == ["test@2025-06-02T02:30"]
    assert bench.at("2025-06-01T23:40", "2025-06-02T00:30", "2025-06-02T00:31") == []
    assert bench.at("2025-06-03T00:30") == ["test@2025-06-03T02:30"]
    assert "the clock went back by 50 min" in bench.notes[0]


def test_a_clock_that_is_ten_years_ahead_for_a_moment_costs_no_later_run(bench: Bench) -> None:
    bench.at("2025-06-02T00:00", "2035-06-02T12:00")
    assert bench.at("2025-06-02T00:01", "2025-06-02T00:30") == ["test@2025-06-02T02:30"]


def test_a_restart_with_a_clock_gone_back_does_not_run_a_test_twice(bench: Bench) -> None:
    bench.at("2025-06-02T00:00", "2025-06-02T00:30")
    bench.start()
    assert bench.at("2025-06-02T00:00", "2025-06-02T00:30") == []


def test_a_clock_that_was_never_set_holds_the_schedule_until_it_is(bench: Bench) -> None:
    assert bench.at("1970-01-01T01:30") == []
    assert "it has not been set" in bench.loop.held
    assert bench.at("2025-06-02T00:29", "2025-06-02T00:30") == ["test@2025-06-02T02:30"]
    assert bench.loop.held == ""


def test_a_test_missed_by_a_skip_entry_is_noted_and_not_made_up_for(bench: Bench) -> None:
    assert bench.at("2025-06-02T00:00", "2025-06-02T02:00") == []
    assert bench.state("test@2025-06-02T02:30") is RunState.MISSED
    assert "missed: 1.5 h late" in bench.alarms["schedule test"]
    bench.at("2025-06-03T00:30")
    assert bench.alarms == {}


def test_a_late_entry_is_made_up_for_once_within_four_hours() -> None:
    bench = Bench(dataclasses.replace(TEST, missed="late"), since="2025-06-01T12:00")
    assert bench.at("2025-06-05T02:00") == ["test@2025-06-05T02:30"]
    assert bench.state("test@2025-06-04T02:30") is RunState.MISSED
    assert bench.at("2025-06-06T06:00") == []
    bench.store.close()


def test_an_entry_added_after_its_time_does_not_run_late_for_that_day() -> None:
    bench = Bench(dataclasses.replace(TEST, missed="late"), since="2025-06-02T01:00")
    assert bench.at("2025-06-02T01:00", "2025-06-02T01:01") == []
    bench.store.close()


def test_a_silent_engine_is_asked_again_under_the_same_id_and_given_up_in_time(bench: Bench) -> None:
    bench.silent = True
    bench.at("2025-06-02T00:00", "2025-06-02T00:30")
    assert bench.state("test@2025-06-02T02:30") is RunState.PLANNED
    due = bench.loop.step(utc("2025-06-02T00:30") + S)
    assert due == utc("2025-06-02T00:30") + RETRY_EVERY_NS
    bench.loop.step(due)
    assert bench.sent == ["test@2025-06-02T02:30"] * 2
    bench.at("2025-06-02T00:32")
    assert bench.state("test@2025-06-02T02:30") is RunState.UNANSWERED
    assert "it is not repeated" in bench.alarms["schedule test"]


def test_a_run_stored_before_a_power_cut_is_not_sent_after_it(bench: Bench) -> None:
    bench.silent = True
    bench.at("2025-06-02T00:00", "2025-06-02T00:30")
    bench.silent = False
    bench.start(memory="m2: the engine's memory of ids is gone")
    assert bench.at("2025-06-02T00:30:10") == []
    assert bench.state("test@2025-06-02T02:30") is RunState.UNANSWERED


def test_a_run_stored_before_the_station_died_is_sent_again_under_its_id(bench: Bench) -> None:
    bench.silent = True
    bench.at("2025-06-02T00:00", "2025-06-02T00:30")
    bench.silent = False
    bench.start()
    assert bench.at("2025-06-02T00:30:10", "2025-06-02T00:30:20") == ["test@2025-06-02T02:30"]
    assert bench.state("test@2025-06-02T02:30") is RunState.ACCEPTED


def test_nothing_is_sent_that_could_not_be_stored_first(bench: Bench) -> None:
    bench.at("2025-06-02T00:00")
    bench.store.full = True
    assert bench.at("2025-06-02T00:30") == []
    assert "not sent before it is" in bench.alarms["schedule test"]
    bench.store.full = False
    assert bench.at("2025-06-02T00:30:30") == ["test@2025-06-02T02:30"]
    assert bench.alarms == {}


def test_a_refused_run_is_an_alarm_and_not_asked_again(bench: Bench) -> None:
    bench.answer = (False, "ups_test is faulted; restart it first")
    bench.at("2025-06-02T00:00", "2025-06-02T00:30", "2025-06-02T00:30:30")
    assert bench.sent == ["test@2025-06-02T02:30"]
    assert "ups_test is faulted" in bench.alarms["schedule test"]


def test_a_disabled_entry_does_not_run_and_does_not_make_up_for_it(bench: Bench) -> None:
    bench.at("2025-06-02T00:00")
    (entry,) = bench.entries
    bench.loop.put(dataclasses.replace(entry, enabled=False))
    assert bench.at("2025-06-02T00:30") == []
    bench.loop.put(dataclasses.replace(entry, enabled=True, since_ns=utc("2025-06-02T00:31")))
    assert bench.at("2025-06-02T00:31", "2025-06-03T00:30") == ["test@2025-06-03T02:30"]


def test_the_repeated_hour_of_autumn_runs_the_first_time_only(bench: Bench) -> None:
    bench.at("2025-10-25T23:00")
    (run,) = bench.loop.next_runs(1)
    assert (run.nominal, run.due_ns, run.dst) == ("2025-10-26T02:30", utc("2025-10-26T00:30"), Dst.REPEATED)
    assert "runs the first time, not again" in run.note
    assert bench.at("2025-10-26T00:30", "2025-10-26T01:30", "2025-10-26T01:31") == ["test@2025-10-26T02:30"]


def test_a_time_in_the_skipped_hour_of_spring_runs_once_at_the_first_instant_after_it(bench: Bench) -> None:
    bench.at("2026-03-28T12:00")
    (run,) = bench.loop.next_runs(1)
    assert (run.nominal, run.due_ns, run.dst) == ("2026-03-29T02:30", utc("2026-03-29T01:00"), Dst.SKIPPED)
    assert run.note == "02:30 does not exist that day; runs once, at 03:00"
    assert bench.at("2026-03-29T01:00", "2026-03-29T01:30") == ["test@2026-03-29T02:30"]


def test_several_times_of_the_skipped_hour_run_together() -> None:
    often = Schedule("often", "*/20 * * * *", Action.RUN, "ups_test")
    bench = Bench(often, since="2026-03-29T00:50")
    bench.at("2026-03-29T00:50")
    first, second = bench.loop.next_runs(2)
    assert (first.nominal, second.nominal) == ("2026-03-29T03:00", "2026-03-29T03:20")
    assert first.note == "02:00, 02:20, 02:40 do not exist that day; run together, once, at 03:00"
    bench.store.close()


def test_two_hundred_entries_of_one_minute_are_each_made_once_in_several_steps() -> None:
    many = [dataclasses.replace(TEST, name=f"e{number}") for number in range(200)]
    bench = Bench(*many, since="2025-06-01T12:00")
    bench.at("2025-06-02T00:00")
    steps = 0
    while bench.loop.step(utc("2025-06-02T00:30") + steps * S) <= utc("2025-06-02T00:30") + steps * S:
        steps += 1
    assert 200 / SENT_IN_A_STEP - 1 <= steps <= 200 / SENT_IN_A_STEP
    assert sorted(bench.sent) == sorted(f"e{number}@2025-06-02T02:30" for number in range(200))
    bench.store.close()


def test_a_silent_engine_costs_one_wait_a_step_whatever_is_due() -> None:
    bench = Bench(*(dataclasses.replace(TEST, name=f"e{number}") for number in range(5)), since="2025-06-01T12:00")
    bench.silent = True
    bench.at("2025-06-02T00:00", "2025-06-02T00:30")
    assert bench.sent == ["e0@2025-06-02T02:30"]
    bench.silent = False
    bench.at("2025-06-02T00:30:10")
    assert len(set(bench.sent)) == 5
    bench.store.close()


def test_an_entry_that_is_removed_takes_its_alarm_along(bench: Bench) -> None:
    bench.at("2025-06-02T00:00", "2025-06-02T02:00")
    assert "schedule test" in bench.alarms
    bench.loop.remove("test")
    assert bench.alarms == {}


def test_the_list_says_when_what_and_what_is_in_the_way() -> None:
    fan = Schedule("air", "0 2 * * *", Action.SWITCH, "fan", for_ns=H)
    other = Schedule("calm", "30 2 * * *", Action.SWITCH, "fan", for_ns=H, on=False)
    far = Schedule("far", "0 12 * * *", Action.PAUSE, "equalization", for_ns=4 * H)
    bench = Bench(fan, other, far, since="2025-10-25T12:00")
    bench.at("2025-10-25T12:00")
    shown = listed(bench.loop.next_runs(3), bench.loop.entries, BERLIN)
    assert [(run.run.entry, run.local, run.does, run.clashes) for run in shown] == [
        ("air", "2025-10-26 02:00 CEST (+02:00)", "switch fan on for 1 h", ("calm",)),
        ("calm", "2025-10-26 02:30 CEST (+02:00)", "switch fan off for 1 h", ("air",)),
        ("far", "2025-10-26 12:00 CET (+01:00)", "pause equalization for 4 h", ()),
    ]
    bench.store.close()
