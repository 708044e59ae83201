"""The schedule on the running controller: its entries from store and site file, its clock, its way to the engine.

site file, store --> entries --> ScheduleLoop, stepped by the site's calendar --> commands under the runs' ids
"""

from __future__ import annotations

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from plc.commands import SCHEDULE, CommandDoor, CommandError, command
from plc.core.command import Answer, CommandKind
from plc.core.plan import Plan
from plc.core.run_paths import RunPaths
from plc.core.site import Action, Schedule
from plc.core.station import ClockStatus, Entry, NextRun, Run
from plc.processes.site_clock import SiteClock, synchronised
from plc.station.desk import text_of
from plc.station.entries import SITE_FILE, seeding
from plc.station.listing import listed
from plc.station.local_time import SECOND_NS
from plc.station.schedule import MINUTE_NS, Report, ScheduleLoop, Terms
from plc.store.journal import Line
from plc.store.station_store import StationStore

NEXT_RUNS = 10
KINDS = {Action.RUN: CommandKind.START, Action.PAUSE: CommandKind.PAUSE, Action.SWITCH: CommandKind.SWITCH}


class Scheduling:
    """``loop`` is the schedule, ``next_runs`` its next ten runs in words."""

    def __init__(
        self,
        run: RunPaths,
        plan: Plan,
        store: StationStore,
        memory: str,
        epoch_ns: int,
        report: Report,
        journal: Callable[[Line], None],
    ) -> None:
        """``memory`` names the engine's memory of command ids; ``journal`` takes what the site file seeds."""
        self._plan, self._report = plan, report
        self._clock = SiteClock.of(plan.simulated, plan.speed, epoch_ns)
        self._zone = ZoneInfo(plan.timezone)
        self._door = CommandDoor(run)
        entries = _entries(store, _site_schedules(run), self.now_ns(), journal)
        terms = Terms(self._zone, memory, MINUTE_NS + 2 * SECOND_NS * plan.speed)
        self.loop = ScheduleLoop(store, entries, terms, self._send, report)
        self.next_runs: tuple[NextRun, ...] = ()
        self._due_ns = 0

    def now_ns(self) -> int:
        """The site's calendar."""
        return self._clock.now_ns()

    def clock_status(self) -> ClockStatus:
        known = None if self._plan.simulated else synchronised()
        return ClockStatus(self.now_ns(), self._plan.timezone, known, self.loop.held)

    def step(self, at_once: bool = False) -> None:
        """Make what is due; look at the list anew once a minute, and ``at_once`` after a change."""
        now_ns = self.now_ns()
        if not at_once and self._due_ns - MINUTE_NS <= now_ns < self._due_ns:
            return  # earlier than that: the clock went back
        self._due_ns = min(self.loop.step(now_ns), now_ns + MINUTE_NS)
        self.next_runs = listed(self.loop.next_runs(NEXT_RUNS), self.loop.entries, self._zone)
        if self.loop.held:
            response = "Set the clock; protection does not need it, schedule and journal do."
            self._report.raise_alarm("station clock", "clock", 2, self.loop.held, response)
        else:
            self._report.clear_alarm("station clock")

    def _send(self, entry: Entry, run: Run) -> Answer | None:
        """A run's command under the run's id; None when it should be tried again."""
        schedule = entry.schedule
        try:
            answer = self._door.send(
                command(
                    KINDS[schedule.action],
                    schedule.target,
                    who=f"schedule {schedule.name}",
                    role=SCHEDULE,
                    reason=f"run of {run.nominal}",
                    state=("on" if schedule.on else "off") if schedule.action is Action.SWITCH else "",
                    for_ns=schedule.for_ns // self._plan.speed,
                    id=run.id,
                )
            )
        except CommandError:
            return None
        return answer if answer.id == run.id else None


def _site_schedules(run: RunPaths) -> tuple[Schedule, ...]:
    try:
        return msgspec.json.decode(run.schedules.read_bytes(), type=tuple[Schedule, ...])
    except (OSError, msgspec.DecodeError):
        return ()


def _entries(
    store: StationStore, site: tuple[Schedule, ...], now_ns: int, journal: Callable[[Line], None]
) -> tuple[Entry, ...]:
    """The entries as stored, with those of the site file that are new or were changed there."""
    entries, seeds = {entry.schedule.name: entry for entry in store.entries()}, store.seeds()
    for schedule in seeding(site, seeds, entries):
        known = entries.get(schedule.name)
        entries[schedule.name] = Entry(schedule, known.enabled if known else True, now_ns, SITE_FILE)
        store.put_entry(entries[schedule.name])
        before = text_of(known.schedule) if known else ""
        text = "taken over from the site file"
        journal(Line(time.time_ns(), "", "", "", "schedule seed", schedule.name, text, before, text_of(schedule)))
    for schedule in site:
        if seeds.get(schedule.name) != schedule:
            store.put_seed(schedule)
    return tuple(entries.values())
