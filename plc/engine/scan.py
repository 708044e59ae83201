"""The scan, in the order a panel builder would draw it. This function is the only one that runs programs on a plant.

    input segments -> SITE image -> programs -> trip requests and relay commands -> relays

Live, simulation, table tests and `plc simulate` all call `Engine.scan`; the ports decide what the world is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plc.core.command import Answer, Command
from plc.core.event import EventKind
from plc.core.plan import Plan
from plc.engine.apply import Commands, Refused
from plc.engine.breaker import Breaker, Phase
from plc.engine.events import Moment, Reporter
from plc.engine.guard import Guard
from plc.engine.latches import Latches, decode, encode
from plc.engine.loaded import LoadedSet
from plc.engine.output import Targets, UpsCommands
from plc.engine.pause import Pauses
from plc.engine.ports import Events, Inputs, KeptMemo, Memo, Outputs
from plc.engine.relay import Relay, bind_writers
from plc.engine.request import Request
from plc.engine.retain import GLOBALS, Retained
from plc.engine.running import RunningSet, Sets
from plc.engine.segments import Coils, Readings
from plc.engine.tags import BreakerTags, SystemTags
from plc.engine.task import ProgramRun, ProgramState
from plc.engine.watch import Watch


class Engine:
    """One controller's engine: pure but for its ports, driven by whoever owns the clock."""

    def __init__(
        self,
        loaded: LoadedSet,
        inputs: Inputs,
        outputs: Outputs,
        events: Events,
        latches: Memo | None = None,
        retained: Memo | None = None,
        calendar: Callable[[], int] = lambda: 0,
        epoch: int = 0,
    ) -> None:
        """``latches`` and ``retained`` keep their images across a restart; ``calendar`` gives Unix time in ns for
        events; ``epoch`` is the fence epoch every commit carries."""
        plan, site = loaded.plan, loaded.site
        self.plan, self.site, self.epoch = plan, site, epoch
        self.now = Moment()
        self.reporter = Reporter(events, self.now, calendar)
        self._inputs, self._outputs = inputs, outputs
        self._latches_memo = latches or KeptMemo()
        self._started_ns: int | None = None
        self._stored = self._latches_memo.load()
        self._before = decode(self._stored)
        self.latches = Latches()

        self.readings = Readings(plan, site)
        self.coils = Coils(plan, calendar() // 1_000_000)
        self.guard = Guard(plan.max_open_per_hour)
        self.breakers = {b.plan.name: b for b in _breakers(plan, self.coils, self.guard, self.reporter)}
        self.relays = {r.name: Relay(r, self.coils, self.reporter, site) for r in plan.relays if not r.breaker}
        for breaker in self.breakers.values():
            if breaker.backup:
                self.relays[breaker.backup].backs_up.append(breaker)
        self._targets, self._ups = Targets(plan, site, self.coils), UpsCommands(plan, site, self.coils)
        self.retained = Retained(retained or KeptMemo())
        self._restore()

        self._system_tags = SystemTags(site, plan.speed)
        self._breaker_tags = [BreakerTags(site, breaker) for breaker in self.breakers.values()]
        self.sets = Sets(loaded, self.reporter, self._bind)
        self.retained.restore()
        self.pauses = Pauses(self.latches.pauses, self.reporter)
        self._commands = Commands(
            self.breakers, self.relays, self.sets, self.latches, self.reporter, self.pauses, self._start_again
        )
        self.watch = Watch(plan, site, self.readings, self.reporter)
        self._fault = ""
        self._unwired: set[str] = set()

    def scan(self, wall_ns: int, program_ns: int, commands: Sequence[Command] = ()) -> list[Answer]:
        """One scan at ``wall_ns`` (CLOCK_MONOTONIC) and ``program_ns`` (what programs call time).

        Applies at most 32 commands and answers each. Times never go back.
        """
        self._begin(wall_ns, program_ns)
        self._inputs.freeze(self.site.memory, wall_ns)  # 1 inputs
        judged = self._judge_inputs(wall_ns)
        answers = self._commands.apply(commands, wall_ns)  # 2 commands
        # 3 forced inputs: a later issue writes them into SITE here
        if judged:
            self._run_programs(wall_ns)  # 4 programs
        self._step_breakers(self.now)  # 5 trips, then relays, then the other outputs
        self._resolve_outputs(wall_ns)
        self._commit(wall_ns)  # 6 latches, then the segments
        self.watch.look(wall_ns, self.settled)  # 7 what people are told
        self.sets.change(self._fault, wall_ns, self.tripping)  # between 7 and 1: another set
        return answers

    def look(self, wall_ns: int, program_ns: int) -> None:
        """Fill SITE as a scan does, and run no program: what a test reads before its first scan."""
        self._begin(wall_ns, program_ns)
        self._inputs.freeze(self.site.memory, wall_ns)
        self._judge_inputs(wall_ns)

    @property
    def settled(self) -> bool:
        """Whether the start grace is over: before, no trip sequence begins."""
        return self._started_ns is not None and self.now.wall_ns - self._started_ns >= self.plan.start_grace_ns

    @property
    def tripping(self) -> bool:
        """Whether a trip is under way: asked for, counting down, or latched with its cause still there."""
        still = (Phase.NORMAL, Phase.RESETTABLE)
        return any(breaker.sequence.phase not in still for breaker in self.breakers.values()) or any(
            request.pending for request in self.sets.running.requests
        )

    def _begin(self, wall_ns: int, program_ns: int) -> None:
        now = self.now
        now.scan, now.wall_ns, now.program_ns = now.scan + 1, wall_ns, program_ns
        self._fault = ""
        if self._started_ns is None:
            self._started_ns = wall_ns
            self._report_start()
        self._system_tags.write(now, self.sets.running.loaded.context)

    # ------------------------------------------------------------ 1 inputs

    def _judge_inputs(self, wall_ns: int) -> bool:
        """Contacts, then the plant's own programs: columns, Ok, string states. False when one of them stopped: then
        nothing says which inputs are Ok, and no program runs on them."""
        for breaker in self.breakers.values():
            breaker.read(self.readings, wall_ns)
        for tags in self._breaker_tags:
            tags.write()
        judged = True
        for run in self.sets.running.system:
            known = run.fault is not None
            run.restart()
            if run.run(wall_ns):
                for alarm in run.alarms:
                    alarm.read(self.reporter)
            else:
                judged = False
                if not known:
                    self._report_fault(run, "no program runs, inputs cannot be judged")
        return judged

    # ------------------------------------------------------------ 4 programs

    def _run_programs(self, wall_ns: int) -> None:
        for run in self.sets.running.timetable.due(wall_ns):
            if run.state is not ProgramState.RUNNING:
                continue
            self.pauses.hold(run, wall_ns)
            if run.run(wall_ns):
                for alarm in run.alarms:
                    alarm.read(self.reporter)
            else:
                self._report_fault(run, "protection lost" if run.loaded.facts.protective else "")

    def _report_fault(self, run: ProgramRun, lost: str) -> None:
        if run.fault is None:
            return
        self._fault = run.fault.sentence
        cure = "restart it" if run.state is ProgramState.FAULTED else "three faults in 60 s, arm a corrected set"
        text = f"{lost}: {self._fault}" if lost else self._fault
        self.reporter.report(EventKind.PROGRAM_FAULT, run.name, f"{text}; {cure}", 1 if lost else 2)

    # ------------------------------------------------------------ 5 outputs

    def _step_breakers(self, now: Moment) -> None:
        asking: dict[int, list[Request]] = {}
        waiting = set()
        for request in self.sets.running.requests:
            if request.cause:
                asking.setdefault(request.number, []).append(request)
            if not request.may_reset:
                waiting.add(request.number)
        self._report_unwired(asking.get(0, ()))
        settled = self.settled
        for breaker in self.breakers.values():
            number = breaker.plan.number
            breaker.step(now, asking.get(number, ()), number in waiting, settled)
        for tags in self._breaker_tags:
            tags.write()

    def _report_unwired(self, asking: Sequence[Request]) -> None:
        """A trip of a string without a breaker only alarms."""
        for request in asking:
            if request.key not in self._unwired:
                text = f"trip requested, but no breaker is named for it: {request.sentence()}"
                self.reporter.report(EventKind.TRIP_REQUESTED, request.key, text, 1, request.values())
        self._unwired = {request.key for request in asking}

    def _resolve_outputs(self, wall_ns: int) -> None:
        for relay in self.relays.values():
            relay.resolve(wall_ns)
            relay.publish(self.readings, wall_ns)
        self._targets.resolve()
        self._ups.resolve(wall_ns)

    # ------------------------------------------------------------ 6 commit

    def _commit(self, wall_ns: int) -> None:
        self.latches.waiting = self.sets.waiting
        image = encode(self.latches)
        if image != self._stored:
            self._latches_memo.store(image)
            self._stored = image
        self.retained.store(wall_ns)
        self.coils.seal(wall_ns + self.plan.valid_ns, self.epoch)
        self._outputs.commit(self.coils.segments, self.now.scan)

    # ------------------------------------------------------------ start and swap

    def _start_again(self) -> str:
        """Programs, latches and whatever people switched, as at the first start; the running set stays. The start
        grace begins anew, since inputs still show the plant as it was."""
        if not self.plan.simulated:
            raise Refused("only a simulated site starts again; a real plant's latches are reset one by one")
        running = self.sets.running
        for run in (*running.system, *running.programs.values()):
            run.begin_again(self.reporter)
        running.loaded.globals.begin_again()
        for breaker in self.breakers.values():
            breaker.begin_again()
        for relay in self.relays.values():
            relay.release()
        self.guard.history.clear()
        self.pauses.clear()
        self._started_ns = self.now.wall_ns
        return "latches and programs are as at the start"

    def _restore(self) -> None:
        """Take over what stood before a restart, by name; from here on the latches hold the living objects."""
        latches, before = self.latches, self._before or Latches()
        for name, breaker in self.breakers.items():
            if name in before.breakers:
                breaker.restore(before.breakers[name])
            latches.breakers[name] = breaker.sequence
        for name, relay in self.relays.items():
            relay.memory = before.relays.get(name, relay.memory)
            latches.relays[name] = relay.memory
        self.guard.history[:] = before.guard
        latches.guard = self.guard.history
        latches.answers[:] = before.answers
        latches.pauses.update(before.pauses)

    def _bind(self, running: RunningSet) -> None:
        """Another set runs: its programs write the outputs now."""
        programs = tuple(running.programs.values())
        bind_writers(tuple(self.relays.values()), programs)
        self._targets.bind(programs)
        self._ups.bind(programs)
        every = (*running.loaded.programs.values(), *running.loaded.system)
        areas = [(program.name, program.area) for program in every]
        self.retained.bind([*areas, (GLOBALS, running.loaded.globals)])

    def _report_start(self) -> None:
        latched = [name for name, breaker in self.breakers.items() if breaker.sequence.latched]
        kept = f"; latched before: {', '.join(latched)}" if latched else ""
        unconfirmed = self._before.waiting if self._before else ""
        if unconfirmed and unconfirmed != self.sets.running.loaded.set_hash:
            why = "the engine started again before anybody confirmed it"
            text = f"set {unconfirmed[:12]} went back to {self.sets.running.loaded.set_hash[:12]}: {why}"
            self.reporter.report(EventKind.SWAP_REVERTED, unconfirmed[:12], text, 1)
        text = f"the engine runs set {self.sets.running.loaded.set_hash[:12]}{kept}"
        self.reporter.report(EventKind.STARTED, self.plan.name, text)


def _breakers(plan: Plan, coils: Coils, guard: Guard, reporter: Reporter) -> list[Breaker]:
    return [
        Breaker(
            breaker,
            plan.relays[breaker.trip],
            "" if breaker.backup is None else plan.relays[breaker.backup].name,
            plan.strings,
            coils,
            guard,
            reporter,
        )
        for breaker in plan.breakers
    ]
