"""Which set runs: its programs in their tasks, the change to a prepared one, and the way back.

prepare (off path: bind, plan the migration) -> ask -> change between two scans -> on trial (trial.py) -> stays
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plc.core.arming import Arming
from plc.core.command import Command
from plc.core.event import EventKind
from plc.core.plan import Plan
from plc.core.quantity import time_text
from plc.engine.events import Reporter
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import ManifestError
from plc.engine.request import Request
from plc.engine.swap import Migration, plan_migration
from plc.engine.task import ProgramRun, Timetable
from plc.engine.trial import Trial


class RunningSet:
    """A loaded set with what its programs did so far."""

    def __init__(self, loaded: LoadedSet) -> None:
        self.loaded = loaded
        self.system = tuple(ProgramRun(program, loaded) for program in loaded.system)
        self.programs = {name: ProgramRun(program, loaded) for name, program in loaded.programs.items()}
        self.timetable = Timetable(loaded.plan.tasks, self.programs, loaded.plan.scan_ns, loaded.shared_cell)
        self.requests: tuple[Request, ...] = tuple(r for run in self.programs.values() for r in run.requests)

    def carry(self, before: RunningSet) -> None:
        """Go on where ``before`` stood; the memory has been migrated."""
        self.timetable.carry(before.timetable)
        for name, run in self.programs.items():
            if name in before.programs:
                run.carry(before.programs[name])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A set ready to take over, with the copies there and back."""

    set: RunningSet
    forward: Migration
    back: Migration


class Sets:
    """The running set, the prepared one, and the one to go back to. ``retired`` are sets to close in idle time.

    ``arming`` says who armed the running set; ``trial`` is None once nothing can take it back any more.
    """

    def __init__(self, loaded: LoadedSet, reporter: Reporter, bind: Callable[[RunningSet], None]) -> None:
        """``bind`` is told of each set that begins to run."""
        self.running = RunningSet(loaded)
        self.retired: list[LoadedSet] = []
        self.arming = Arming(loaded.set_hash)
        self.trial: Trial[Candidate] | None = None
        self._reporter, self._bind = reporter, bind
        self._candidate: Candidate | None = None
        self._asked: Command | None = None
        self._begin(self.running)

    @property
    def prepared(self) -> str:
        """The prepared set's hash, or empty."""
        return self._candidate.set.loaded.set_hash if self._candidate else ""

    def prepare(self, loaded: LoadedSet) -> None:
        """Get a set ready to take over. Milliseconds, so between scans or before them.

        Raises ManifestError when it was not loaded over the running SITE, or for other buses, relays or breakers.
        """
        now = self.running.loaded
        if loaded.site.memory is not now.site.memory:
            raise ManifestError("the set does not use the running SITE; load it with the running set's site")
        if _wiring(loaded.plan) != _wiring(now.plan):
            raise ManifestError("the set belongs to a site wired otherwise; start the controller again with that site")
        self._forget_candidate()
        self._candidate = Candidate(RunningSet(loaded), plan_migration(now, loaded), plan_migration(loaded, now))

    @property
    def waiting(self) -> str:
        """The hash of the running set while a person has yet to confirm it, else empty."""
        return self.running.loaded.set_hash if self.trial and self.trial.waits else ""

    def ask(self, command: Command) -> None:
        """Change to the prepared set after this scan; ``for_ns`` is the time within which it must be confirmed."""
        self._asked = command if self._candidate is not None else None

    def confirm(self, command: Command) -> None:
        """The running set on trial may stay."""
        if self.trial is not None:
            self.trial.confirmed_by = command.who
            text = f"set {self.running.loaded.set_hash[:12]} is confirmed by {command.who} ({command.reason})"
            self._reporter.report(EventKind.SET_CONFIRMED, self.running.loaded.set_hash[:12], text, by=command)

    def take_back(self, command: Command) -> None:
        """Go back to the old set after this scan."""
        if self.trial is not None:
            self.trial.taken_back_by = command.who

    def change(self, faulted: str, wall_ns: int, tripping: bool) -> None:
        """Between two scans: change to the set asked for, or go back from one on trial: a program, named by its
        fault's sentence, stopped in this scan, or nobody confirmed the set and no trip is under way."""
        if self.trial is not None:
            self._try(self.trial, faulted, wall_ns, tripping)
        if self._asked is not None and self._candidate is not None:
            self._take_over(self._candidate, self._asked, wall_ns)

    def _try(self, trial: Trial[Candidate], faulted: str, wall_ns: int, tripping: bool) -> None:
        why = trial.scanned(faulted, wall_ns, tripping)
        if why:
            self._go_back(trial, why)
        elif trial.passed:
            self.retired.append(trial.old.set.loaded)
            self.trial = None
        elif trial.warns(wall_ns):
            left = time_text(max(0, trial.due_ns - wall_ns) // 1_000_000_000 * 1_000_000_000)
            text = f"set {self.running.loaded.set_hash[:12]} goes back in {left}; confirm it if it is to stay"
            self._reporter.report(EventKind.SET_WAITS, self.running.loaded.set_hash[:12], text, 3)

    def _go_back(self, trial: Trial[Candidate], why: str) -> None:
        trial.old.back.apply()
        old, self.trial = trial.old.set, None
        old.carry(self.running)
        self.retired.append(self.running.loaded)
        failed, self.running = self.running.loaded.set_hash, old
        self.arming = trial.before
        self._forget_candidate()
        self._begin(old)
        text = f"set {failed[:12]} went back to {old.loaded.set_hash[:12]}: {why}"
        self._reporter.report(EventKind.SWAP_REVERTED, failed[:12], text, 1)

    def _take_over(self, candidate: Candidate, command: Command, wall_ns: int) -> None:
        if self.trial is not None:
            self.retired.append(self.trial.old.set.loaded)
        candidate.forward.apply()
        old, self.running = self.running, candidate.set
        self.running.carry(old)
        due_ns = wall_ns + command.for_ns if command.for_ns else 0
        self.trial = Trial(Candidate(old, candidate.forward, candidate.back), self.arming, command.for_ns, due_ns)
        hash = self.running.loaded.set_hash
        self.arming = Arming(hash, command.who, command.reason, self._reporter.calendar())
        self._candidate, self._asked = None, None
        self._begin(self.running)
        waits = f"; it goes back unless confirmed within {time_text(command.for_ns)}" if due_ns else ""
        text = f"set {hash[:12]} runs, in place of {old.loaded.set_hash[:12]}{waits}"
        self._reporter.report(EventKind.SWAPPED, hash[:12], text, by=command)

    def _forget_candidate(self) -> None:
        """A newer one takes its place, or the set its migration was planned from failed."""
        if self._candidate is not None:
            self.retired.append(self._candidate.set.loaded)
        self._candidate, self._asked = None, None

    def _begin(self, running: RunningSet) -> None:
        self._reporter.set_hash = running.loaded.set_hash
        self._bind(running)


def _wiring(plan: Plan) -> tuple[object, ...]:
    return plan.site_hash, plan.buses, plan.relays, plan.breakers, plan.strings, plan.scan_ns
