"""What people ask of the station: who may, what is refused with which cure, what the journal says of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from plc.core.command import Answer
from plc.core.site import Action, Schedule
from plc.core.station import AlarmState, Entry, NotStored, RequestKind, Run, StationRequest
from plc.station.alarm_list import AlarmList, At, Signal
from plc.station.desk import Desk
from plc.station.entries import ENTRIES_MOST, SITE_FILE, Askable, seeding
from plc.station.schedule import ScheduleLoop, Terms
from plc.store.station_store import StationStore

S = 1_000_000_000
NOW_NS = 1_750_000_000 * S
PLANT = Askable(
    {"ups_test": frozenset({"START", "ABORT"}), "equalization": frozenset({"PAUSE"})},
    {"fan": ("on", "off"), "lamp": ("on",), "horn": ()},
)
TEST = Schedule("monthly", "30 2 1 * *", Action.RUN, "ups_test")


class FullStore(StationStore):
    full = False

    def put_entry(self, entry: Entry) -> None:
        if self.full:
            raise NotStored("the disk is full")
        super().put_entry(entry)


class Office:
    """A desk with everything around it."""

    def __init__(self) -> None:
        self.store = FullStore(":memory:")
        self.alarms = AlarmList()
        terms = Terms(ZoneInfo("UTC"), "m1")
        self.schedule = ScheduleLoop(self.store, (), terms, self.send, self)
        self.schedule.step(NOW_NS)
        self.written: list[tuple[str, str, str, str, str, str]] = []
        self.desk = Desk(self.alarms, self.schedule, self.store, self.record, lambda: PLANT)

    def ask(self, kind: RequestKind, subject: str = "", schedule: Schedule | None = None, **more: str) -> str:
        """The sentence of what was done; REFUSED before one that was not."""
        fields = {"who": "Ada", "role": "operator", "reason": "trial", **more}
        request = StationRequest(kind, subject=subject, schedule=schedule, **fields)
        accepted, text = self.desk.answer(request, At(NOW_NS, NOW_NS), NOW_NS)
        return text if accepted else f"REFUSED {text}"

    def send(self, entry: Entry, run: Run) -> Answer | None:
        return Answer(run.id, True, "done")

    def record(
        self, request: StationRequest, what: str, subject: str, text: str, before: str = "", after: str = ""
    ) -> None:
        self.written.append((request.who, request.reason, what, subject, before, after))

    def note(self, what: str, subject: str, text: str) -> None:
        raise AssertionError(text)

    def raise_alarm(self, key: str, subject: str, priority: int, text: str, response: str) -> None:
        raise AssertionError(text)

    def clear_alarm(self, key: str) -> None:
        return

    def names(self) -> list[str]:
        return [entry.schedule.name for entry in self.schedule.entries]


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    office.store.close()


def test_an_acknowledgement_is_written_down_with_who_and_both_states(office: Office) -> None:
    office.alarms.raised(Signal("bus b", "b", "b", 2, "bus b is lost", "look"), At(NOW_NS, NOW_NS))
    assert office.ask(RequestKind.ACKNOWLEDGE, "bus b", reason="") == "1 alarm acknowledged; 1 still stands"
    assert office.written == [("Ada", "", "acknowledge", "bus b", "unacknowledged", "acknowledged")]
    (alarm,) = office.alarms.alarms()
    assert (alarm.state, alarm.acknowledged_by) == (AlarmState.ACKNOWLEDGED, "Ada")
    assert "it was by Ada" in office.ask(RequestKind.ACKNOWLEDGE, "bus b")


def test_an_entry_that_is_added_is_on_the_list_at_once_and_stored(office: Office) -> None:
    assert office.ask(RequestKind.ADD, schedule=TEST) == "monthly is on the schedule: start ups_test"
    assert office.schedule.next_runs(1)[0].nominal == "2025-07-01T02:30"
    assert [entry.by for entry in office.store.entries()] == ["Ada"]
    assert office.written[0][2:4] == ("schedule add", "monthly")


def test_a_change_says_before_and_after(office: Office) -> None:
    office.ask(RequestKind.ADD, schedule=TEST)
    office.ask(RequestKind.CHANGE, schedule=dataclasses.replace(TEST, cron="0 3 1 * *"))
    assert office.schedule.next_runs(1)[0].nominal == "2025-07-01T03:00"
    _, _, what, _, before, after = office.written[-1]
    assert what == "schedule change"
    assert '"30 2 1 * *"' in before
    assert '"0 3 1 * *"' in after


def test_a_disabled_entry_stays_on_the_list_and_does_not_run(office: Office) -> None:
    office.ask(RequestKind.ADD, schedule=TEST)
    assert office.ask(RequestKind.DISABLE, "monthly") == "monthly is disabled"
    assert (office.names(), office.schedule.next_runs(1)) == (["monthly"], ())
    assert office.ask(RequestKind.DISABLE, "monthly") == "REFUSED monthly is disabled already"
    office.ask(RequestKind.ENABLE, "monthly")
    assert len(office.schedule.next_runs(1)) == 1


def test_a_removed_entry_is_gone(office: Office) -> None:
    office.ask(RequestKind.ADD, schedule=TEST)
    office.ask(RequestKind.REMOVE, "monthly")
    assert (office.names(), office.store.entries()) == ([], ())
    assert "there is no entry 'monthly'" in office.ask(RequestKind.REMOVE, "monthly")


def test_a_full_disk_refuses_an_entry_but_never_to_disable_one(office: Office) -> None:
    office.ask(RequestKind.ADD, schedule=TEST)
    office.store.full = True
    assert "REFUSED the disk is full" in office.ask(RequestKind.CHANGE, schedule=TEST)
    assert "until the next start only" in office.ask(RequestKind.DISABLE, "monthly")
    assert office.schedule.next_runs(1) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "1st"}, "is no name"),
        ({"name": "x" * 33}, "is no name"),
        ({"cron": "30 2 30 2 *"}, "never comes"),
        ({"cron": "R R * * *"}, "is no cron expression"),
        ({"cron": "0 0 1W * *"}, "is no cron expression"),
        ({"cron": "* * * * * *"}, "is no cron expression"),
        ({"cron": "1," * 10_000}, "is no cron expression"),
        ({"target": "nothing"}, "there is no program 'nothing'; known: ups_test, equalization"),
        ({"target": "equalization"}, "has no input Start : BOOL; programs that have one: ups_test"),
        ({"action": Action.PAUSE}, "has no input Pause : BOOL; programs that have one: equalization"),
        ({"action": Action.PAUSE, "target": "equalization"}, "a pause has an end"),
        ({"action": Action.SWITCH, "target": "pump"}, "there is no relay 'pump'"),
        ({"action": Action.SWITCH, "target": "lamp", "on": False}, "lets nobody switch it off; ask for on"),
        ({"action": Action.SWITCH, "target": "horn"}, "list states under people"),
        ({"missed": "never"}, "write skip or late"),
        ({"for_ns": -1}, "give 1 s to 366 d"),
        ({"for_ns": 10**18}, "give 1 s to 366 d"),
    ],
)
def test_an_entry_that_cannot_work_is_refused_with_its_cure(
    office: Office, changes: dict[str, object], told: str
) -> None:
    answer = office.ask(RequestKind.ADD, schedule=dataclasses.replace(TEST, **changes))  # type: ignore[arg-type]
    assert answer.startswith("REFUSED")
    assert told in answer
    assert office.names() == []


def test_a_name_that_is_taken_is_refused_whatever_its_case(office: Office) -> None:
    office.ask(RequestKind.ADD, schedule=TEST)
    assert "there is an entry MONTHLY already" in office.ask(
        RequestKind.ADD, schedule=dataclasses.replace(TEST, name="MONTHLY")
    )


def test_the_schedule_has_room_for_so_many_entries_and_no_more(office: Office) -> None:
    for number in range(ENTRIES_MOST):
        office.ask(RequestKind.ADD, schedule=dataclasses.replace(TEST, name=f"e{number}"))
    assert "more are not kept" in office.ask(RequestKind.ADD, schedule=TEST)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"who": " "}, "nobody is named"),
        ({"reason": " "}, "no reason is given"),
        ({"role": "viewer"}, "the role 'viewer' may not; ask an operator or engineer"),
        ({"reason": "x" * 2000}, "reason has more than 1024 characters"),
    ],
)
def test_nobody_changes_the_schedule_without_name_reason_and_right(
    office: Office, more: dict[str, str], told: str
) -> None:
    answer = office.ask(RequestKind.ADD, schedule=TEST, **more)
    assert answer.startswith("REFUSED")
    assert told in answer
    assert office.names() == []


def test_a_note_goes_to_the_journal(office: Office) -> None:
    assert office.ask(RequestKind.NOTE, "simulator", text="S2 burns") == "noted"
    assert office.written[-1][2:4] == ("done", "simulator")


def test_the_site_file_seeds_what_is_new_or_changed_there_and_nothing_else() -> None:
    changed = dataclasses.replace(TEST, cron="0 3 1 * *")
    other = dataclasses.replace(TEST, name="other")
    by_hand = {"monthly": Entry(changed, True, 0, "Ada")}
    assert list(seeding((TEST, other), {}, {})) == [TEST, other]
    assert list(seeding((TEST,), {"monthly": TEST}, by_hand)) == []
    assert list(seeding((TEST,), {"monthly": TEST}, {})) == []
    assert list(seeding((changed,), {"monthly": TEST}, {"monthly": Entry(TEST, True, 0, SITE_FILE)})) == [changed]
