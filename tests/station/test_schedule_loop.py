"""The running schedule loop over two years of three time zones, killed at random, against a walk over every minute."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

import pytest

from plc.core.command import Answer
from plc.core.site import Action, Schedule
from plc.core.station import Entry, Run, RunRecord, RunState
from plc.station.schedule import LATE_WITHIN_NS, MINUTE_NS, ScheduleLoop, Terms
from plc.store.station_store import StationStore
from tests.station.minute_walk import Wanted, walk

S = 1_000_000_000
START_S = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
YEAR_S = 365 * 86_400

CRONS = {
    "ups_monthly": "30 2 1 * *",
    "ups_night": "30 2 * * *",
    "half_past_one": "45 1 * * *",
    "pause": "0 6 * * 1",
    "air": "10 * * * *",
    "often_at_night": "*/20 1-3 * * *",
    "thirteenth_or_sunday": "15 2 13 * 0",
}
LATE = {"ups_night", "pause", "air"}
"""The entries that say missed: late."""

SCHEDULES = tuple(
    Schedule(name, cron, Action.RUN, "ups_test", missed="late" if name in LATE else "skip")
    for name, cron in CRONS.items()
)


class Killed(Exception):
    """The station dies here."""


@dataclass
class World:
    """The engine as the schedule meets it, with a memory of ids, and a station that can die around each write."""

    store: StationStore
    chance: random.Random
    now_ns: int = START_S * S
    ran: list[tuple[int, str]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    kills: int = 0
    notes: list[str] = field(default_factory=list)
    deadly: bool = True

    def send(self, entry: Entry, run: Run) -> Answer | None:
        self.perhaps_die()
        known = self.answers.get(run.id)
        if known is None:
            self.ran.append((self.now_ns, run.id))
            known = self.answers[run.id] = Answer(run.id, True, "done")
        self.perhaps_die()
        return known

    def perhaps_die(self) -> None:
        if self.deadly and self.chance.random() < 0.01:
            self.kills += 1
            raise Killed

    # the store, as the loop sees it

    def put_run(self, record: RunRecord) -> None:
        self.perhaps_die()
        self.store.put_run(record)
        self.perhaps_die()

    def run(self, id: str) -> RunRecord | None:
        return self.store.run(id)

    def runs_in(self, state: RunState) -> tuple[RunRecord, ...]:
        return self.store.runs_in(state)

    def last_due_ns(self, entry: str, not_after_ns: int) -> int:
        return self.store.last_due_ns(entry, not_after_ns)

    # whom the loop tells

    def note(self, what: str, subject: str, text: str) -> None:
        self.notes.append(text)

    def raise_alarm(self, key: str, subject: str, priority: int, text: str, response: str) -> None:
        self.notes.append(text)

    def clear_alarm(self, key: str) -> None:
        return


@pytest.fixture
def world() -> Iterator[World]:
    store = StationStore(":memory:")
    yield World(store, random.Random(7))
    store.close()


def loop_of(world: World, zone: ZoneInfo, schedules: tuple[Schedule, ...] = SCHEDULES) -> ScheduleLoop:
    """The loop as a starting station builds it."""
    entries = tuple(Entry(schedule, True, START_S * S, "site file") for schedule in schedules)
    return ScheduleLoop(world, entries, Terms(zone, "the same engine"), world.send, world)


def down_for_s(chance: random.Random) -> int:
    """How long a station stays away: mostly seconds, at times minutes, hours, days."""
    return chance.choice([0, 5, 30, 50, 50, 400, 3000, 9000, 20_000, 3 * 86_400])


@dataclass
class Absence:
    """The station saw nothing after ``from_ns``, up to and without ``to_ns``, but for what the step in which it died
    had sent already."""

    from_ns: int
    to_ns: int
    sent: frozenset[str]


def drive(world: World, zone: ZoneInfo, end_s: int, compare: list[tuple[int, tuple[Run, ...]]]) -> list[Absence]:
    """Run the loop from wake to wake until then, restarting it whenever it dies and at random moments."""
    absences: list[Absence] = []
    loop = loop_of(world, zone)
    last_ns = world.now_ns
    while world.now_ns < end_s * S:
        try:
            next_ns = loop.step(world.now_ns)
            last_ns = world.now_ns
            if world.chance.random() < 0.01:
                compare.append((world.now_ns, loop.next_runs(10)))
            if world.chance.random() < 0.003:
                raise Killed
            world.now_ns = next_ns
        except Killed:
            sent = frozenset(id for at_ns, id in world.ran if at_ns == world.now_ns)
            world.now_ns += down_for_s(world.chance) * S
            absences.append(Absence(last_ns, world.now_ns, sent))
            loop = loop_of(world, zone)
    return absences


def expected(wanted: list[Wanted], absences: list[Absence], end_s: int) -> dict[str, int]:
    """The instant at which each id must have run: on time while the station was there, else as `missed` says, at its
    return."""
    found: dict[str, int] = {}
    for name in CRONS:
        own = [run for run in wanted if run.entry == name]
        for number, run in enumerate(own):
            seen_ns = first_seen_ns(run, absences)
            if seen_ns >= end_s * S:
                continue
            following = own[number + 1].due_s * S if number + 1 < len(own) else None
            overtaken = following is not None and following <= seen_ns
            bound_ns = LATE_WITHIN_NS if name in LATE else MINUTE_NS
            if not overtaken and seen_ns - run.due_s * S <= bound_ns:
                found[run.id] = seen_ns
    return found


def first_seen_ns(run: Wanted, absences: list[Absence]) -> int:
    """When the station first came to the run."""
    seen_ns = run.due_s * S
    for absence in absences[bisect_left(absences, seen_ns, key=attrgetter("to_ns")) :]:
        if run.id in absence.sent or absence.from_ns >= seen_ns:
            return seen_ns
        seen_ns = absence.to_ns
    return seen_ns


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("zone_name", ZONES)
def test_two_years_with_restarts_at_random_run_what_a_walk_over_every_minute_names(
    zone_name: str, world: World
) -> None:
    zone = ZoneInfo(zone_name)
    end_s = START_S + 2 * YEAR_S
    lists: list[tuple[int, tuple[Run, ...]]] = []
    absences = drive(world, zone, end_s, lists)
    wanted = list(walk(CRONS, zone, START_S, end_s + 40 * 86_400))

    made = {id: at_ns for at_ns, id in world.ran}
    assert len(made) == len(world.ran)
    assert made == expected(wanted, absences, end_s)
    assert world.kills > 100

    assert len(lists) > 50
    for at_ns, shown in lists:
        coming = [run for run in wanted if run.due_s * S > at_ns][:10]
        assert [run.id for run in shown] == [run.id for run in coming]
        assert [run.due_ns for run in shown] == [run.due_s * S for run in coming]
        assert all(made[run.id] >= run.due_ns for run in shown if run.id in made)


@pytest.mark.parametrize("zone_name", ZONES)
def test_the_list_shows_at_any_time_what_the_loop_then_does(zone_name: str, world: World) -> None:
    zone = ZoneInfo(zone_name)
    world.deadly = False
    loop = loop_of(world, zone)
    world.now_ns = loop.step(world.now_ns)
    foretold: list[str] = []
    for _ in range(400):
        first = loop.next_runs(1)[0]
        foretold.append(first.id)
        world.now_ns = loop.next_runs(1)[0].due_ns
        loop.step(world.now_ns)
        foretold.extend(id for at_ns, id in world.ran if at_ns == world.now_ns and id not in foretold)
    assert [id for _, id in world.ran] == foretold
