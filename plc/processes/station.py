"""The station process: decisions around the scan. It may die: the scan does not notice.

each round: status, events --> alarms --> stored --> journal          schedule: what is due --> engine
            requests on station.sock --> desk                         StationStatus --> ring `station`

The journal's only writer. Nothing here is asked before a command goes to the engine.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from plc.commands import SCHEDULE, CommandDoor, CommandError, command
from plc.core.command import Answer, CommandKind
from plc.core.run_paths import RunPaths, StatePaths
from plc.core.site import Action, Schedule
from plc.core.station import (
    STATION_SIZE,
    ClockStatus,
    Entry,
    NextRun,
    NotStored,
    Run,
    StationAnswer,
    StationRequest,
    StationStatus,
)
from plc.engine.ring import Ring
from plc.engine.status import Status
from plc.processes.follow import EventFollower, boot_id
from plc.processes.heartbeat import Heartbeat
from plc.processes.journalling import Journalling, opened
from plc.processes.plan_file import PlanError, read_plan
from plc.processes.site_clock import SiteClock, synchronised
from plc.processes.station_socket import StationSocket
from plc.station.alarm_list import AlarmList, At, Signal
from plc.station.alarm_sources import AlarmSources
from plc.station.desk import Desk, text_of
from plc.station.entries import SITE_FILE, Askable, seeding
from plc.station.listing import listed
from plc.station.schedule import MINUTE_NS, ScheduleLoop, Terms
from plc.store.askable import askable
from plc.store.journal import Journal, Line
from plc.store.running_view import RunningView
from plc.store.station_store import StationStore

ROUND_S = 0.2
SECOND_NS = 1_000_000_000
PUBLISH_EVERY_NS = SECOND_NS
AGREE_EVERY_NS = SECOND_NS
FRESH_MS = 2000
NEXT_RUNS, LAST_RUNS, ALARMS_SHOWN = 10, 20, 200
KINDS = {Action.RUN: CommandKind.START, Action.PAUSE: CommandKind.PAUSE, Action.SWITCH: CommandKind.SWITCH}


class Station:
    """Alarms, schedule and journal of one controller."""

    def __init__(self, run: RunPaths, state: StatePaths) -> None:
        """Raises NotStored when the state directory takes nothing, PlanError without a plan."""
        plan = read_plan(run.plan)
        self._run, self._plan = run, plan
        self._store, told_store = opened(state.station, StationStore)
        journal, told_journal = opened(state.journal, Journal)
        self._journal = Journalling(journal)
        positions = journal.positions()
        self._followers = {
            "engine": EventFollower(run.events, positions.get("engine")),
            "supervisor": EventFollower(run.supervisor_events, positions.get("supervisor")),
        }
        self._alarms = AlarmList(self._store.alarms())
        self._sources = AlarmSources(self._alarms, plan.strings)
        self._view, self._door = RunningView(run), CommandDoor(run)
        epoch = run.epoch.read_text() if run.epoch.exists() else "0"
        self._clock = SiteClock.of(plan.simulated, plan.speed, int(epoch))
        self._zone = ZoneInfo(plan.timezone)
        self._schedule = self._begin_schedule(f"{boot_id()}:{epoch}")
        self._desk = Desk(self._alarms, self._schedule, self._store, self._record, self._askable)
        self._ring = Ring.create(run.station, STATION_SIZE)
        self._socket = StationSocket(run.station_socket)
        self._heartbeat = Heartbeat.own(run.heartbeat("station"))
        self._schedule_ns = self._agree_ns = self._publish_ns = 0
        self._next_runs: tuple[NextRun, ...] = ()
        self._rounds = 0
        self._stopping = False
        for told in (told_store, told_journal):
            if told:
                self.note("journal", "state directory", told)

    def stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def loop(self) -> None:
        """Rounds until told to stop."""
        while not self._stopping:
            self.round()
            asked = self._socket.serve(ROUND_S, self.answer)
            if asked:
                self._publish_ns = 0
        self._keep()
        self._socket.close()

    def round(self) -> None:
        """One round: take what happened, make what is due, store, publish."""
        now_ns = time.monotonic_ns()
        self._follow(now_ns)
        self._step_schedule()
        self._keep()
        if now_ns >= self._publish_ns:
            self._publish_ns = now_ns + PUBLISH_EVERY_NS
            self._publish()
        self._rounds += 1
        self._heartbeat.beat(self._rounds)

    def answer(self, request: StationRequest) -> StationAnswer:
        """What is asked through the socket, done and stored before it is answered."""
        accepted, text = self._desk.answer(request, self._at(), self._clock.now_ns())
        self._schedule_ns = 0
        self._step_schedule()
        self._keep()
        return StationAnswer(accepted, text, self._status())

    # ------------------------------------------------------------ what happened

    def _follow(self, now_ns: int) -> None:
        """The status first: every alarm it knows was told by an event that is there by now."""
        status = self._fresh_status() if now_ns >= self._agree_ns else None
        for source, follower in self._followers.items():
            events, lost = follower.take()
            if lost:
                self._sources.lost(source, lost, self._at())
                self.note("events lost", source, f"{lost} events of the {source} were lost before they could be read")
            for event in events:
                self._sources.take(event)
                self._journal.add_event(event, source)
            self._journal.read_up_to(source, follower.position)
        if status is not None:
            self._agree_ns = now_ns + AGREE_EVERY_NS
            self._sources.agree(status, self._at())
            self._sources.agree_processes(self._view.processes(), self._at())

    def _fresh_status(self) -> Status | None:
        engine = self._view.engine()
        if engine is None or engine["age_ms"] > FRESH_MS:
            return None
        return msgspec.convert(engine["engine"], Status)

    def _at(self) -> At:
        return At(time.time_ns(), time.monotonic_ns())

    # ------------------------------------------------------------ schedule

    def _begin_schedule(self, memory: str) -> ScheduleLoop:
        """The entries as stored, with those of the site file that are new or were changed there."""
        self._forget_runs_of_another_simulation(memory)
        entries = {entry.schedule.name: entry for entry in self._store.entries()}
        seeds, now_ns = self._store.seeds(), self._clock.now_ns()
        for schedule in seeding(self._site_schedules(), seeds, entries):
            known = entries.get(schedule.name)
            entries[schedule.name] = Entry(schedule, known.enabled if known else True, now_ns, SITE_FILE)
            self._store.put_entry(entries[schedule.name])
            before = text_of(known.schedule) if known else ""
            text = "taken over from the site file"
            self._journal.add(_line("schedule seed", schedule.name, text, before, text_of(schedule)))
        for schedule in self._site_schedules():
            if seeds.get(schedule.name) != schedule:
                self._store.put_seed(schedule)
        terms = Terms(self._zone, memory, MINUTE_NS + 2 * SECOND_NS * self._plan.speed)
        return ScheduleLoop(self._store, tuple(entries.values()), terms, self._send, self)

    def _forget_runs_of_another_simulation(self, memory: str) -> None:
        """A simulated plant begins anew, and so does its calendar."""
        if self._store.fact("memory") != memory:
            if self._plan.simulated:
                self._store.forget_runs()
            self._store.put_fact("memory", memory)

    def _site_schedules(self) -> tuple[Schedule, ...]:
        try:
            return msgspec.json.decode(self._run.schedules.read_bytes(), type=tuple[Schedule, ...])
        except (OSError, msgspec.DecodeError):
            return ()

    def _step_schedule(self) -> None:
        now_ns = self._clock.now_ns()
        if self._schedule_ns - MINUTE_NS <= now_ns < self._schedule_ns:
            return  # later than that: the clock went back
        due_ns = self._schedule.step(now_ns)
        self._schedule_ns = min(due_ns, now_ns + MINUTE_NS)
        runs = self._schedule.next_runs(NEXT_RUNS)
        self._next_runs = listed(runs, self._schedule.entries, self._zone)
        self._watch_clock()

    def _watch_clock(self) -> None:
        if self._schedule.held:
            response = "Set the clock; protection does not need it, schedule and journal do."
            self.raise_alarm("station clock", "clock", 2, self._schedule.held, response)
        else:
            self.clear_alarm("station clock")

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

    # ------------------------------------------------------------ what the schedule and the desk tell

    def note(self, what: str, subject: str, text: str) -> None:
        self._journal.add(_line(what, subject, text, set_hash=self._journal.set_hash))

    def raise_alarm(self, key: str, subject: str, priority: int, text: str, response: str) -> None:
        self._alarms.raised(Signal(key, key, subject, priority, text, response), self._at())

    def clear_alarm(self, key: str) -> None:
        self._alarms.cleared(key, key, self._at())

    def _record(
        self, request: StationRequest, what: str, subject: str, text: str, before: str = "", after: str = ""
    ) -> None:
        who, role, reason = request.who.strip(), request.role, request.reason.strip()
        self._journal.add(
            Line(time.time_ns(), who, role, reason, what, subject, text, before, after, self._journal.set_hash)
        )

    def _askable(self) -> Askable:
        return Askable(*askable(self._run, self._plan))

    # ------------------------------------------------------------ keeping and showing

    def _keep(self) -> None:
        """Alarms before the journal: after a crash between them the same events come once more and change nothing."""
        changed, gone = self._alarms.changes()
        problem = ""
        if changed or gone:
            try:
                self._store.put_alarms(changed, gone)
                self._alarms.stored()
            except NotStored as exc:
                problem = str(exc)
        self._journal.store(time.monotonic_ns())
        problem = self._journal.problem or problem
        if problem:
            text = f"journal and alarms are not stored: {problem}"
            self.raise_alarm("station journal", "journal", 2, text, "Free space on the disk of the state directory.")
        else:
            self.clear_alarm("station journal")

    def _publish(self) -> None:
        status = self._status()
        text = msgspec.json.encode(status)
        if len(text) <= STATION_SIZE:
            self._ring.publish(text.ljust(STATION_SIZE), self._rounds)

    def _status(self) -> StationStatus:
        calendar_ns = self._clock.now_ns()
        known = None if self._plan.simulated else synchronised()
        return StationStatus(
            clock=ClockStatus(calendar_ns, self._plan.timezone, known, self._schedule.held),
            alarms=self._alarms.alarms()[:ALARMS_SHOWN],
            entries=self._schedule.entries,
            next_runs=self._next_runs,
            last_runs=self._store.last_runs(LAST_RUNS),
            journal=self._journal.status(),
        )


def _line(what: str, subject: str, text: str, before: str = "", after: str = "", set_hash: str = "") -> Line:
    """What the station did by itself."""
    return Line(time.time_ns(), "", "", "", what, subject, text, before, after, set_hash)


def main(arguments: Sequence[str]) -> int:
    """``python -m plc.processes.station RUN_DIR STATE_DIR``: until told to stop."""
    try:
        station = Station(RunPaths(Path(arguments[0])), StatePaths(Path(arguments[1])))
    except (NotStored, PlanError, OSError) as exc:
        print(f"cellkeeper: the station cannot start: {exc}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, station.stop)
    station.loop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
