"""The schedule as it runs: what is due is stored, then sent, then its answer is stored. No run is made twice.

entries --next_runs--> due now --> known id? nothing --> put PLANNED --> send (Command.id = the run's id) --> ACCEPTED
                       down at the time: MISSED, or once, late, as the entry says           no answer: again, same id

An entry looks forward from its mark: what was due up to there is settled. A clock that goes back takes the marks with
it; then only the ids of the runs say what was made already.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import islice
from operator import attrgetter
from typing import Protocol

from plc.core.command import Answer
from plc.core.cron import Cron
from plc.core.quantity import time_text
from plc.core.site import Action
from plc.core.station import Entry, NotStored, Run, RunRecord, RunState
from plc.station.local_time import SECOND_NS, zoned
from plc.station.next_runs import runs_after

MINUTE_NS = 60 * SECOND_NS
LATE_WITHIN_NS = 4 * 60 * MINUTE_NS
"""A missed run of an entry that says ``missed: late`` is made up to this much later."""
CLOCK_FLOOR_NS = 1_735_689_600 * SECOND_NS
"""2025-01-01: a clock that reads less has not been set."""
BACK_AT_LEAST_NS = SECOND_NS
RETRY_EVERY_NS = 5 * SECOND_NS
MISSED_LISTED = 500
SENT_IN_A_STEP = 20
"""What is due beyond that waits for the next step, so that many entries of one minute hold nobody up."""


class RunStore(Protocol):
    """Where runs are kept; each write is on the disk when it returns, or raises NotStored."""

    def put_run(self, record: RunRecord) -> None: ...

    def run(self, id: str) -> RunRecord | None: ...

    def runs_in(self, state: RunState) -> tuple[RunRecord, ...]: ...

    def last_due_ns(self, entry: str, not_after_ns: int) -> int: ...


class Report(Protocol):
    """Whom the schedule tells: the journal and the alarms."""

    def note(self, what: str, subject: str, text: str) -> None: ...

    def raise_alarm(self, key: str, subject: str, priority: int, text: str, response: str) -> None: ...

    def clear_alarm(self, key: str) -> None: ...


Send = Callable[[Entry, Run], Answer | None]
"""Sends a run's command under its id; None when the engine cannot be reached or stays silent."""


@dataclass(frozen=True, slots=True)
class Terms:
    """``zone`` is the site's, ``memory`` names the engine's memory of command ids as it is now (a run planned under
    another one is not sent again), ``on_time_ns`` how late a run may be without counting as missed."""

    zone: tzinfo
    memory: str
    on_time_ns: int = MINUTE_NS


class Course:
    """One entry on its way: ``next`` is the first run after its mark that was not made yet."""

    def __init__(self, entry: Entry, runs: Callable[[str, Cron, int], Iterator[Run]], mark_ns: int) -> None:
        self.entry = entry
        self._cron = Cron(entry.schedule.cron)
        self._runs = runs
        self.go_to(mark_ns)

    def go_to(self, mark_ns: int) -> None:
        self.mark_ns = mark_ns
        self._ahead = self.ahead()
        self.next = next(self._ahead, None)

    def ahead(self) -> Iterator[Run]:
        """Every run after the mark that was not made yet."""
        return self._runs(self.entry.schedule.name, self._cron, self.mark_ns)

    def take(self, now_ns: int) -> list[Run]:
        """The runs due by now, in order; the mark moves behind them. Of very many only the last hours' are told."""
        found: list[Run] = []
        while self.next is not None and self.next.due_ns <= now_ns:
            found.append(self.next)
            self.mark_ns = self.next.due_ns
            self.next = next(self._ahead, None)
            if len(found) > MISSED_LISTED:
                found.clear()
                self.go_to(max(self.mark_ns, now_ns - LATE_WITHIN_NS))
        return found


class ScheduleLoop:
    """``step`` whenever the instant it returned has come; the clock comes in as an argument."""

    def __init__(self, store: RunStore, entries: tuple[Entry, ...], terms: Terms, send: Send, report: Report) -> None:
        self._store, self._terms, self._send, self._report = store, terms, send, report
        self._entries = {entry.schedule.name: entry for entry in entries}
        self._courses: dict[str, Course] = {}
        self._waiting: dict[str, Run] = {}
        self._begun = False
        self._last_ns = 0
        self._retry_ns = 0
        self._sent = 0
        self._silent = False
        self.held = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries[name] for name in sorted(self._entries))

    def put(self, entry: Entry) -> None:
        """Go by this entry from now on, in place of one of its name."""
        name = entry.schedule.name
        self.remove(name, "the entry was changed")
        self._entries[name] = entry
        if self._begun and entry.enabled:
            self._courses[name] = Course(entry, self._open_runs, entry.since_ns)

    def remove(self, name: str, why: str = "the entry was removed") -> None:
        run = self._waiting.pop(name, None)
        if run is not None:
            self._give_up(run, self._last_ns, why)
        self._report.clear_alarm(f"schedule {name}")
        self._entries.pop(name, None)
        self._courses.pop(name, None)

    def step(self, now_ns: int) -> int:
        """Make what is due at ``now_ns``; the instant at which there is something to do next. Calendar times."""
        if self._is_held(now_ns):
            return now_ns + MINUTE_NS
        if not self._begun:
            self._begin(now_ns)
        self._watch_clock(now_ns)
        self._sent, self._silent = 0, False
        for name in sorted(self._courses):
            if self._sent < SENT_IN_A_STEP:
                self._take(self._courses[name], now_ns)
        if self._waiting and now_ns >= self._retry_ns:
            self._retry(now_ns)
        self._last_ns = now_ns
        return self._next_ns(now_ns)

    def next_runs(self, most: int) -> tuple[Run, ...]:
        """The next runs of all entries together, as `step` will make them."""
        ahead = [course.ahead() for course in self._courses.values()]
        return tuple(islice(heapq.merge(*ahead, key=attrgetter("due_ns", "entry")), most))

    # ------------------------------------------------------------ the clock

    def _is_held(self, now_ns: int) -> bool:
        if now_ns >= CLOCK_FLOOR_NS:
            self.held = ""
            return False
        at = zoned(now_ns, self._terms.zone)
        self.held = f"the clock reads {at:%Y-%m-%d %H:%M}, it has not been set; set it, or connect it to a time server"
        self._begun = False
        return True

    def _begin(self, now_ns: int) -> None:
        """Where each entry stands, from what is stored."""
        self._begun = True
        self._last_ns = now_ns
        self._courses = {
            name: Course(entry, self._open_runs, self._mark_ns(entry, now_ns))
            for name, entry in self._entries.items()
            if entry.enabled
        }
        for record in self._store.runs_in(RunState.PLANNED):
            if record.run.entry in self._courses and record.memory == self._terms.memory:
                self._waiting[record.run.entry] = record.run
            else:
                self._give_up(record.run, now_ns, "it is not known whether it was made before the restart")

    def _mark_ns(self, entry: Entry, now_ns: int) -> int:
        settled_ns = self._store.last_due_ns(entry.schedule.name, now_ns)
        return min(now_ns, max(entry.since_ns, settled_ns))

    def _watch_clock(self, now_ns: int) -> None:
        back_ns = self._last_ns - now_ns
        if back_ns <= BACK_AT_LEAST_NS:
            return
        at = zoned(now_ns, self._terms.zone)
        text = f"the clock went back by {time_text(back_ns // SECOND_NS * SECOND_NS)} to {at:%Y-%m-%d %H:%M:%S}"
        self._report.note("clock", "clock", f"{text}; no run is repeated")
        for course in self._courses.values():
            course.go_to(min(course.mark_ns, now_ns))
        self._retry_ns = min(self._retry_ns, now_ns)

    def _next_ns(self, now_ns: int) -> int:
        due = [course.next.due_ns for course in self._courses.values() if course.next is not None]
        if self._waiting:
            due.append(self._retry_ns)
        return min(due, default=now_ns + 24 * 60 * MINUTE_NS)

    # ------------------------------------------------------------ runs

    def _open_runs(self, name: str, cron: Cron, after_ns: int) -> Iterator[Run]:
        """The runs after an instant that were not made yet: loop and list both go by these."""
        for run in runs_after(name, cron, self._terms.zone, after_ns):
            known = self._store.run(run.id)
            if known is None or known.state is RunState.MISSED:
                yield run

    def _take(self, course: Course, now_ns: int) -> None:
        due = course.take(now_ns)
        if not due:
            return
        *older, newest = due
        for run in older:
            self._miss(run, now_ns, "overtaken by the next run")
        if now_ns - newest.due_ns > self._bound_ns(course.entry):
            self._miss(newest, now_ns, f"{_late(newest, now_ns)} late when the controller came to it")
            return
        before = self._waiting.pop(newest.entry, None)
        if before is not None:
            self._give_up(before, now_ns, "the engine gave no answer until the next run")
        self._attempt(course.entry, newest, now_ns)

    def _bound_ns(self, entry: Entry) -> int:
        on_time_ns = self._terms.on_time_ns
        return max(on_time_ns, LATE_WITHIN_NS) if entry.schedule.missed == "late" else on_time_ns

    def _retry(self, now_ns: int) -> None:
        for name, run in sorted(self._waiting.items()):
            entry = self._entries[name]
            del self._waiting[name]
            if now_ns - run.due_ns > self._bound_ns(entry):
                self._give_up(run, now_ns, f"no answer from the engine for {_late(run, now_ns)}")
            else:
                self._attempt(entry, run, now_ns)

    def _attempt(self, entry: Entry, run: Run, now_ns: int) -> None:
        """Store the run, send it, store the answer; what fails is tried again under the same id."""
        try:
            record = RunRecord(run, RunState.PLANNED, now_ns, self._terms.memory)
            known = self._store.run(run.id)
            if known is None or known.state is RunState.MISSED:
                self._store.put_run(record)
            answer = None if self._silent else self._send(entry, run)
            self._sent += 1
            self._silent = answer is None
            if answer is not None:
                state = RunState.ACCEPTED if answer.accepted else RunState.REFUSED
                self._store.put_run(replace(record, state=state, text=answer.text))
                self._told(entry, run, answer)
                return
        except NotStored as exc:
            self._alarm(run, 2, f"it cannot be stored, and is not sent before it is: {exc}")
        self._waiting[entry.schedule.name] = run
        self._retry_ns = now_ns + RETRY_EVERY_NS

    # ------------------------------------------------------------ what people are told

    def _told(self, entry: Entry, run: Run, answer: Answer) -> None:
        if answer.accepted:
            self._report.clear_alarm(_key(run))
        else:
            self._alarm(run, 3, f"the engine refused it: {answer.text}")

    def _miss(self, run: Run, now_ns: int, why: str) -> None:
        self._settle(RunRecord(run, RunState.MISSED, now_ns, self._terms.memory, why))
        self._report.note("schedule missed", run.entry, f"the run of {run.nominal} was missed: {why}")
        entry = self._entries.get(run.entry)
        if entry is not None and entry.schedule.action is Action.RUN:
            self._alarm(run, 4, f"missed: {why}")

    def _give_up(self, run: Run, now_ns: int, why: str) -> None:
        """A run that was planned and perhaps sent: it is not made again, since it may have been made."""
        known = self._store.run(run.id)
        state = RunState.UNANSWERED if known is not None else RunState.MISSED
        self._settle(RunRecord(run, state, now_ns, self._terms.memory, why))
        self._report.note("schedule unanswered", run.entry, f"the run of {run.nominal}: {why}; it is not repeated")
        self._alarm(run, 3, f"{why}; it is not repeated")

    def _settle(self, record: RunRecord) -> None:
        try:
            self._store.put_run(record)
        except NotStored as exc:
            self._report.note("schedule", record.run.entry, f"the run of {record.run.nominal} is not noted: {exc}")

    def _alarm(self, run: Run, priority: int, why: str) -> None:
        text = f"schedule {run.entry}, run of {run.nominal}: {why}"
        response = "See what it left undone; start it by hand, or wait for its next run."
        self._report.raise_alarm(_key(run), run.entry, priority, text, response)


def _key(run: Run) -> str:
    return f"schedule {run.entry}"


def _late(run: Run, now_ns: int) -> str:
    return time_text((now_ns - run.due_ns) // SECOND_NS * SECOND_NS)
