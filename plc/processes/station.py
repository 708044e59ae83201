"""The station process: decisions around the scan. It may die: the scan does not notice.

each round: status, events --> alarms --> stored --> journal          schedule: what is due --> engine
            requests on station.sock --> desk                         StationStatus --> ring `station`

A thread of its own records the why of each trip at its scan (plc/why).

The journal's only writer. Nothing here is asked before a command goes to the engine.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from plc.core.run_paths import RunPaths, StatePaths
from plc.core.station import STATION_SIZE, NotStored, StationAnswer, StationRequest, StationStatus
from plc.engine.ring import Ring
from plc.engine.status import Status
from plc.processes.follow import EventFollower, boot_id
from plc.processes.heartbeat import Heartbeat
from plc.processes.journalling import Journalling, opened
from plc.processes.plan_file import PlanError, read_plan
from plc.processes.scheduling import Scheduling
from plc.processes.station_socket import StationSocket
from plc.station.alarm_list import AlarmList, At, Signal
from plc.station.alarm_sources import AlarmSources
from plc.station.desk import Desk
from plc.station.entries import Askable
from plc.store.askable import askable
from plc.store.journal import Journal, Line
from plc.store.running_view import RunningView
from plc.store.station_store import StationStore
from plc.why.recorder import Recorder

ROUND_S = 0.2
SECOND_NS = 1_000_000_000
PUBLISH_EVERY_NS = SECOND_NS
AGREE_EVERY_NS = SECOND_NS
FRESH_MS = 2000
LAST_RUNS, ALARMS_SHOWN = 20, 200


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
        epoch = run.epoch.read_text() if run.epoch.exists() else "0"
        memory = f"{boot_id()}:{epoch}"
        self._forget_another_simulation(memory)
        self._alarms = AlarmList(self._store.alarms())
        self._sources = AlarmSources(self._alarms, plan.strings)
        self._view = RunningView(run)
        self._schedule = Scheduling(run, plan, self._store, memory, int(epoch), self, self._journal.add)
        self._desk = Desk(self._alarms, self._schedule.loop, self._store, self._record, self._askable)
        self._recorder = Recorder(run, state, plan)
        self._ring = Ring.create(run.station, STATION_SIZE)
        self._socket = StationSocket(run.station_socket)
        self._heartbeat = Heartbeat.own(run.heartbeat("station"))
        self._agree_ns = self._publish_ns = 0
        self._rounds = 0
        self._stopping = False
        for told in (told_store, told_journal):
            if told:
                self.note("journal", "state directory", told)

    def stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def loop(self) -> None:
        """Rounds until told to stop."""
        self._recorder.start()
        while not self._stopping:
            self.round()
            asked = self._socket.serve(ROUND_S, self.answer)
            if asked:
                self._publish_ns = 0
        self._recorder.close()
        self._keep()
        self._socket.close()
        self._journal.close()
        self._store.close()

    def round(self) -> None:
        """One round: take what happened, make what is due, store, publish."""
        now_ns = time.monotonic_ns()
        self._follow(now_ns)
        self._schedule.step()
        self._keep()
        if now_ns >= self._publish_ns:
            self._publish_ns = now_ns + PUBLISH_EVERY_NS
            self._publish()
        self._rounds += 1
        self._heartbeat.beat(self._rounds)

    def answer(self, request: StationRequest) -> StationAnswer:
        """What is asked through the socket, done and stored before it is answered."""
        accepted, text = self._desk.answer(request, self._at(), self._schedule.now_ns())
        self._schedule.step(at_once=True)
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

    def _forget_another_simulation(self, memory: str) -> None:
        """A simulated plant begins anew, and so do its calendar and its alarms."""
        if self._plan.simulated and self._store.fact("memory") != memory:
            self._store.forget_simulation()
            self._store.put_fact("memory", memory)

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
        """The most urgent alarms are always shown, however long their texts."""
        for alarms in (ALARMS_SHOWN, ALARMS_SHOWN // 10):
            text = msgspec.json.encode(self._status(alarms))
            if len(text) <= STATION_SIZE:
                self._ring.publish(text.ljust(STATION_SIZE), self._rounds)
                return

    def _status(self, alarms: int = ALARMS_SHOWN) -> StationStatus:
        return StationStatus(
            clock=self._schedule.clock_status(),
            alarms=self._alarms.alarms()[:alarms],
            entries=self._schedule.loop.entries,
            next_runs=self._schedule.next_runs,
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
