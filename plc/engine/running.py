"""Which set runs: its programs in their tasks, the change to a prepared one, and the way back on a fault.

prepare (off path: bind, plan the migration) -> ask -> change between two scans -> 100 scans on trial -> settled
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plc.core.event import EventKind
from plc.core.plan import Plan
from plc.engine.events import Reporter
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import ManifestError
from plc.engine.request import Request
from plc.engine.swap import TRIAL_SCANS, Migration, plan_migration
from plc.engine.task import ProgramRun, Timetable


class RunningSet:
    """A loaded set with what its programs did so far."""

    def __init__(self, loaded: LoadedSet) -> None:
        self.loaded = loaded
        self.system = tuple(ProgramRun(program, loaded) for program in loaded.system)
        self.programs = {name: ProgramRun(program, loaded) for name, program in loaded.programs.items()}
        self.timetable = Timetable(loaded.plan.tasks, self.programs, loaded.plan.scan_ns)
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
    """The running set, the prepared one, and the one to go back to. ``retired`` are sets to close in idle time."""

    def __init__(self, loaded: LoadedSet, reporter: Reporter, bind: Callable[[RunningSet], None]) -> None:
        """``bind`` is told of each set that begins to run."""
        self.running = RunningSet(loaded)
        self.retired: list[LoadedSet] = []
        self._reporter, self._bind = reporter, bind
        self._candidate: Candidate | None = None
        self._asked = False
        self._trial: Candidate | None = None
        self._trial_scans = 0
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

    def ask(self) -> None:
        """Change to the prepared set after this scan."""
        self._asked = self._candidate is not None

    def change(self, faulted: str) -> None:
        """Between two scans: change to the set asked for, or go back from one on trial when a program, named by its
        fault's sentence, stopped in this scan."""
        if self._trial is not None:
            self._try(self._trial, faulted)
        if self._asked and self._candidate is not None:
            self._take_over(self._candidate)

    def _try(self, trial: Candidate, faulted: str) -> None:
        self._trial_scans += 1
        if faulted:
            trial.back.apply()
            old, self._trial = trial.set, None
            old.carry(self.running)
            self.retired.append(self.running.loaded)
            failed, self.running = self.running.loaded.set_hash, old
            self._forget_candidate()
            self._begin(old)
            text = f"set {failed[:12]} went back to {old.loaded.set_hash[:12]}: {faulted}"
            self._reporter.report(EventKind.SWAP_REVERTED, failed[:12], text, 1)
        elif self._trial_scans >= TRIAL_SCANS:
            self.retired.append(trial.set.loaded)
            self._trial = None

    def _take_over(self, candidate: Candidate) -> None:
        if self._trial is not None:
            self.retired.append(self._trial.set.loaded)
        candidate.forward.apply()
        old, self.running = self.running, candidate.set
        self.running.carry(old)
        self._trial, self._trial_scans = Candidate(old, candidate.forward, candidate.back), 0
        self._candidate, self._asked = None, False
        self._begin(self.running)
        text = f"set {self.running.loaded.set_hash[:12]} runs, in place of {old.loaded.set_hash[:12]}"
        self._reporter.report(EventKind.SWAPPED, self.running.loaded.set_hash[:12], text)

    def _forget_candidate(self) -> None:
        """A newer one takes its place, or the set its migration was planned from failed."""
        if self._candidate is not None:
            self.retired.append(self._candidate.set.loaded)
        self._candidate, self._asked = None, False

    def _begin(self, running: RunningSet) -> None:
        self._reporter.set_hash = running.loaded.set_hash
        self._bind(running)


def _wiring(plan: Plan) -> tuple[object, ...]:
    return plan.site_hash, plan.buses, plan.relays, plan.breakers, plan.strings, plan.scan_ns
