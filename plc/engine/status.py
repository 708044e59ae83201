"""What the engine says of itself after each scan: plain facts, encoded by whoever publishes them.

Engine --StatusWriter--> Status --JSON--> status ring --> plc status, page
"""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.arming import Arming
from plc.engine.apply import missing_until_reset
from plc.engine.breaker import Phase
from plc.engine.scan import Engine
from plc.engine.task import ProgramRun


@dataclass(frozen=True, slots=True)
class ProgramStatus:
    """``state`` is running, faulted or down; ``fault`` the sentence of the last fault that still counts."""

    name: str
    state: str
    runs: int
    protective: bool
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """``command`` and ``read_back`` are None when not known; ``source`` says who commands."""

    name: str
    command: bool | None
    read_back: bool | None
    source: str
    mismatch: bool = False


@dataclass(frozen=True, slots=True)
class BreakerStatus:
    """``state`` is what the contacts say, ``phase`` where the trip sequence stands, ``missing`` what keeps a latched
    trip from being reset, ``pending_ns`` the least program time until a request trips (-1: none counts down)."""

    name: str
    strings: str
    state: str
    phase: str
    armed: bool
    latched: bool
    failed: bool
    first_out: str = ""
    first_out_ns: int = 0
    missing: tuple[str, ...] = ()
    pending_ns: int = -1


@dataclass(frozen=True, slots=True)
class BusStatus:
    """``fresh`` of ``count`` places read well lately; ``newest_ns`` is the last reading's CLOCK_MONOTONIC."""

    name: str
    count: int
    fresh: int
    newest_ns: int
    lost: bool


@dataclass(frozen=True, slots=True)
class AlarmStatus:
    """An ALARM that is active. ``index`` is the number of the string it is about, 0: of none."""

    key: str
    priority: int
    index: int = 0
    text: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class PauseStatus:
    """A program that pauses, until when in wall time, and who asked for it."""

    program: str
    until_ns: int
    who: str


@dataclass(frozen=True, slots=True)
class ConfirmStatus:
    """The running set waits for a person to confirm it, else it goes back to set ``back_to`` at ``due_ns`` of
    CLOCK_MONOTONIC, in ``left_s``. ``held``: not as long as a trip is under way."""

    back_to: str
    due_ns: int
    left_s: int
    held: bool


@dataclass(frozen=True, slots=True)
class Status:
    """One scan's facts. ``late_ns`` is how much later than due the scan started, ``exec_ns`` how long it took,
    ``armed`` who armed the running set."""

    site: str
    set_hash: str
    prepared: str
    scan: int
    wall_ns: int
    program_ns: int
    speed: int
    simulated: bool
    settled: bool
    late_ns: int
    late_worst_ns: int
    exec_ns: int
    exec_worst_ns: int
    due: int
    programs: tuple[ProgramStatus, ...]
    relays: tuple[RelayStatus, ...]
    breakers: tuple[BreakerStatus, ...]
    buses: tuple[BusStatus, ...]
    alarms: tuple[AlarmStatus, ...]
    pauses: tuple[PauseStatus, ...] = ()
    armed: Arming = field(default_factory=Arming)
    confirm: ConfirmStatus | None = None


class StatusWriter:
    """Keeps the worst times since the start."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._late_worst_ns = self._exec_worst_ns = 0

    def after_scan(self, late_ns: int, exec_ns: int) -> Status:
        """The status after the engine's last scan."""
        self._late_worst_ns = max(self._late_worst_ns, late_ns)
        self._exec_worst_ns = max(self._exec_worst_ns, exec_ns)
        engine = self._engine
        now, plan, running = engine.now, engine.plan, engine.sets.running
        runs = (*running.system, *running.programs.values())
        return Status(
            site=plan.name,
            set_hash=running.loaded.set_hash,
            prepared=engine.sets.prepared,
            scan=now.scan,
            wall_ns=now.wall_ns,
            program_ns=now.program_ns,
            speed=plan.speed,
            simulated=plan.simulated,
            settled=engine.settled,
            late_ns=late_ns,
            late_worst_ns=self._late_worst_ns,
            exec_ns=exec_ns,
            exec_worst_ns=self._exec_worst_ns,
            due=running.timetable.mask,
            programs=tuple(map(_program, runs)),
            relays=_relays(engine),
            breakers=_breakers(engine),
            buses=tuple(BusStatus(b.name, b.count, b.fresh, b.newest_ns, b.lost) for b in engine.watch.buses),
            alarms=tuple(
                AlarmStatus(a.key, a.priority, a.index, a.said, a.response)
                for run in runs
                for a in run.alarms
                if a.active
            ),
            pauses=tuple(PauseStatus(name, p.until_ns, p.who) for name, p in engine.latches.pauses.items()),
            armed=engine.sets.arming,
            confirm=_confirm(engine),
        )


def _confirm(engine: Engine) -> ConfirmStatus | None:
    trial = engine.sets.trial
    if trial is None or not trial.waits:
        return None
    left_s = max(0, -(-(trial.due_ns - engine.now.wall_ns) // 1_000_000_000))
    return ConfirmStatus(trial.old.set.loaded.set_hash, trial.due_ns, left_s, trial.held)


def _program(run: ProgramRun) -> ProgramStatus:
    fault = run.fault.sentence if run.fault else ""
    return ProgramStatus(run.name, run.state.value, run.runs, run.loaded.facts.protective, fault)


def _relays(engine: Engine) -> tuple[RelayStatus, ...]:
    wall_ns = engine.now.wall_ns
    found = []
    for plan in engine.plan.relays:
        relay = engine.relays.get(plan.name)
        command = engine.coils.value(plan.output)
        read = engine.readings.contact(plan.readback, wall_ns)
        trips = next((b for b in engine.breakers.values() if b.trip.name == plan.name), None)
        of = relay or trips
        source, mismatch = relay.wish.source if relay else "trip sequence", bool(of and of.read_back.mismatch)
        found.append(RelayStatus(plan.name, None if command is None else command != 0.0, read, source, mismatch))
    return tuple(found)


def _breakers(engine: Engine) -> tuple[BreakerStatus, ...]:
    found = []
    for breaker in engine.breakers.values():
        sequence, number = breaker.sequence, breaker.plan.number
        counting = [r.due_ns for r in engine.sets.running.requests if r.number == number and r.pending]
        waits = sequence.latched and sequence.phase is not Phase.RESETTABLE
        found.append(
            BreakerStatus(
                name=breaker.plan.name,
                strings=breaker.strings,
                state=breaker.state.name,
                phase=sequence.phase.value,
                armed=breaker.plan.armed,
                latched=sequence.latched,
                failed=sequence.failed,
                first_out=sequence.first_out,
                first_out_ns=sequence.first_out_ns,
                missing=tuple(missing_until_reset(breaker, engine.sets)) if waits else (),
                pending_ns=min(counting, default=-1),
            )
        )
    return tuple(found)
