"""The station's desk: what people ask of it, checked, done, and told to the journal.

StationRequest --> who, role, reason? --> alarms | schedule | journal --> (accepted, sentence)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import msgspec

from plc.core.quantity import shortened
from plc.core.site import Schedule
from plc.core.station import Entry, NotStored, RequestKind, StationRequest
from plc.station.alarm_list import EVERY, AlarmList, At
from plc.station.entries import ENTRIES_MOST, Askable, problem_of
from plc.station.listing import does
from plc.station.schedule import ScheduleLoop

OPERATOR, ENGINEER = "operator", "engineer"
ROLES = frozenset({OPERATOR, ENGINEER})
"""Who may ask: whoever may start a program by hand may also let a schedule do it."""
LONGEST = {"who": 128, "role": 32, "reason": 1024, "subject": 200, "text": 2000}


class Refused(Exception):
    """What is asked is not done: why, and the cure."""


class EntryStore(Protocol):
    """Where entries are kept; each write is on the disk when it returns, or raises NotStored."""

    def put_entry(self, entry: Entry) -> None: ...

    def remove_entry(self, name: str) -> None: ...


class Record(Protocol):
    """The journal, as the desk writes it."""

    def __call__(
        self, request: StationRequest, what: str, subject: str, text: str, before: str = "", after: str = ""
    ) -> None: ...


class Desk:
    """Answers requests one by one."""

    def __init__(
        self,
        alarms: AlarmList,
        schedule: ScheduleLoop,
        store: EntryStore,
        record: Record,
        askable: Callable[[], Askable],
    ) -> None:
        self._alarms, self._schedule, self._store = alarms, schedule, store
        self._record, self._askable = record, askable
        self._kinds = {
            RequestKind.ACKNOWLEDGE: self._acknowledge,
            RequestKind.ADD: self._add,
            RequestKind.CHANGE: self._change,
            RequestKind.REMOVE: self._remove,
            RequestKind.ENABLE: self._able,
            RequestKind.DISABLE: self._able,
            RequestKind.NOTE: self._note,
        }

    def answer(self, request: StationRequest, at: At, calendar_ns: int) -> tuple[bool, str]:
        """(whether it was done, the sentence that says so or why not)."""
        if request.kind is RequestKind.LIST:
            return True, ""
        try:
            _check(request)
            return True, self._kinds[request.kind](request, at, calendar_ns)
        except (Refused, NotStored) as exc:
            return False, str(exc)

    # ------------------------------------------------------------ alarms

    def _acknowledge(self, request: StationRequest, at: At, _calendar_ns: int) -> str:
        known = self._alarms.get(request.subject)
        if known is None and request.subject != EVERY:
            raise Refused(f"there is no alarm '{shortened(request.subject)}'; perhaps it cleared and was acknowledged")
        done = self._alarms.acknowledge(request.subject, request.who, at)
        for alarm, new in done:
            self._record(request, "acknowledge", alarm.key, alarm.text, alarm.state.value, new.value)
        if not done:
            by = f" by {known.acknowledged_by}" if known else ""
            return f"nothing was left to acknowledge{by and f'; it was{by}'}"
        standing = sum(bool(alarm.members) for alarm, _ in done)
        more = f"; {standing} still stand{'s' if standing == 1 else ''}" if standing else ""
        return f"{len(done)} alarm{'s' if len(done) != 1 else ''} acknowledged{more}"

    # ------------------------------------------------------------ schedule

    def _add(self, request: StationRequest, _at: At, calendar_ns: int) -> str:
        schedule = self._checked(request)
        names = {entry.schedule.name.casefold() for entry in self._schedule.entries}
        if schedule.name.casefold() in names:
            raise Refused(f"there is an entry {schedule.name} already; change it, or choose another name")
        if len(names) >= ENTRIES_MOST:
            raise Refused(f"the schedule has {ENTRIES_MOST} entries, more are not kept; remove one first")
        self._put(Entry(schedule, True, calendar_ns, request.who))
        self._record(request, "schedule add", schedule.name, does(schedule), "", text_of(schedule))
        return f"{schedule.name} is on the schedule: {does(schedule)}"

    def _change(self, request: StationRequest, _at: At, calendar_ns: int) -> str:
        schedule = self._checked(request)
        before = self._known(schedule.name)
        self._put(Entry(schedule, before.enabled, calendar_ns, request.who))
        self._record(
            request, "schedule change", schedule.name, does(schedule), text_of(before.schedule), text_of(schedule)
        )
        return f"{schedule.name} is changed: {does(schedule)}"

    def _remove(self, request: StationRequest, _at: At, _calendar_ns: int) -> str:
        before = self._known(request.subject)
        self._store.remove_entry(before.schedule.name)
        self._schedule.remove(before.schedule.name)
        self._record(
            request, "schedule remove", request.subject, does(before.schedule), text_of(before.schedule), "removed"
        )
        return f"{request.subject} is off the schedule"

    def _able(self, request: StationRequest, _at: At, calendar_ns: int) -> str:
        before = self._known(request.subject)
        enabled = request.kind is RequestKind.ENABLE
        words = {True: "enabled", False: "disabled"}
        if before.enabled is enabled:
            raise Refused(f"{request.subject} is {words[enabled]} already")
        entry = replace(before, enabled=enabled, since_ns=calendar_ns, by=request.who)
        stored = ""
        try:
            self._put(entry)
        except NotStored as exc:
            if enabled:
                raise
            self._schedule.put(entry)
            stored = f"; until the next start only, since it cannot be stored: {exc}"
        what = f"schedule {request.kind}"
        self._record(request, what, request.subject, does(before.schedule), words[before.enabled], words[enabled])
        return f"{request.subject} is {words[enabled]}{stored}"

    def _put(self, entry: Entry) -> None:
        self._store.put_entry(entry)
        self._schedule.put(entry)

    def _checked(self, request: StationRequest) -> Schedule:
        if request.schedule is None:
            raise Refused("the request has no entry; send one with name, cron and what to do")
        problem = problem_of(request.schedule, self._askable())
        if problem:
            raise Refused(problem)
        return request.schedule

    def _known(self, name: str) -> Entry:
        for entry in self._schedule.entries:
            if entry.schedule.name == name:
                return entry
        known = ", ".join(entry.schedule.name for entry in self._schedule.entries) or "none"
        raise Refused(f"there is no entry '{shortened(name)}' on the schedule; known: {shortened(known)}")

    # ------------------------------------------------------------ journal

    def _note(self, request: StationRequest, _at: At, _calendar_ns: int) -> str:
        self._record(request, "done", request.subject, request.text)
        return "noted"


def text_of(schedule: Schedule) -> str:
    """An entry as the journal keeps it: JSON with every field."""
    return msgspec.json.encode(schedule).decode()


def _check(request: StationRequest) -> None:
    what = f"{request.kind} {shortened(request.subject)}".rstrip()
    for name, most in LONGEST.items():
        if len(getattr(request, name)) > most:
            raise Refused(f"{what}: {name} has more than {most} characters; shorten it")
    if not request.who.strip():
        raise Refused(f"{what}: nobody is named; say who asks")
    if not request.reason.strip() and request.kind is not RequestKind.ACKNOWLEDGE:
        raise Refused(f"{what}: no reason is given; write why in a few words")
    if request.role not in ROLES:
        raise Refused(f"{what}: the role {shortened(request.role)!r} may not; ask an {OPERATOR} or {ENGINEER}")
