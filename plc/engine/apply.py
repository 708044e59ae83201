"""Commands at their one place in the scan: each once, in time, with its interlock judged here and now.

Command -> known id? first answer -> expired? -> the interlock of its kind -> done -> Answer, Event
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from plc.core.arming import CONFIRM_LEAST_NS, CONFIRM_MOST_NS
from plc.core.command import Answer, Command, CommandKind
from plc.core.event import EventKind
from plc.core.quantity import time_text
from plc.engine.breaker import Breaker, Phase
from plc.engine.events import Reporter
from plc.engine.latches import Latches
from plc.engine.pause import INPUT as PAUSE_INPUT
from plc.engine.pause import Pauses
from plc.engine.relay import Relay
from plc.engine.running import Sets
from plc.engine.task import ProgramState

T = TypeVar("T")

COMMANDS_MOST = 32
"""Commands in one scan; the rest is told to come again."""
ANSWERS_KEPT = 256
PAUSE_MOST_NS = 366 * 86_400 * 1_000_000_000


class Refused(Exception):
    """A command that is not done: why, and the cure."""


class Commands:
    """Applies commands. The ids it executed survive a restart with the latches."""

    def __init__(
        self,
        breakers: Mapping[str, Breaker],
        relays: Mapping[str, Relay],
        sets: Sets,
        latches: Latches,
        reporter: Reporter,
        pauses: Pauses,
        start_again: Callable[[], str],
    ) -> None:
        """``start_again`` does what START_AGAIN asks and says so, or raises Refused."""
        self._breakers, self._relays, self._sets = breakers, relays, sets
        self._latches, self._reporter = latches, reporter
        self._pauses, self._begin_again = pauses, start_again
        self._kinds = {
            CommandKind.RESET: self._reset,
            CommandKind.CONFIRM: self._confirm,
            CommandKind.SWITCH: self._switch,
            CommandKind.RELEASE: self._release,
            CommandKind.START: self._start,
            CommandKind.ABORT: self._start,
            CommandKind.PAUSE: self._pause,
            CommandKind.RESUME: self._resume,
            CommandKind.SWAP: self._swap,
            CommandKind.CONFIRM_SET: self._confirm_set,
            CommandKind.REVERT_SET: self._revert_set,
            CommandKind.RESTART: self._restart,
            CommandKind.LEARN: self._learn,
            CommandKind.START_AGAIN: self._start_again,
        }

    def apply(self, commands: Sequence[Command], wall_ns: int) -> list[Answer]:
        answers = [self._answer(command, wall_ns) for command in commands[:COMMANDS_MOST]]
        busy = f"more than {COMMANDS_MOST} commands in one scan; send it again"
        answers += [Answer(command.id, False, busy) for command in commands[COMMANDS_MOST:]]
        return answers

    def _answer(self, command: Command, wall_ns: int) -> Answer:
        for known in self._latches.answers:
            if known.id == command.id:
                return known
        try:
            text = self._do(command, wall_ns)
            answer = Answer(command.id, True, text)
        except Refused as refused:
            answer = Answer(command.id, False, str(refused))
        self._latches.answers[:] = [*self._latches.answers[1 - ANSWERS_KEPT :], answer]
        verdict = "" if answer.accepted else "refused: "
        text = f"{command.kind} {command.subject} by {command.who} ({command.reason}): {verdict}{answer.text}"
        self._reporter.report(EventKind.COMMAND, command.subject, text, by=command)
        return answer

    def _do(self, command: Command, wall_ns: int) -> str:
        if wall_ns > command.expires_ns:
            raise Refused("the command came too late; send it again")
        act = self._kinds.get(command.kind)
        if act is None:
            raise Refused(f"{command.kind} is not for the engine; the station keeps acknowledgements")
        return act(command, wall_ns)

    # ------------------------------------------------------------ breakers

    def _reset(self, command: Command, _wall_ns: int) -> str:
        breaker = self._breaker(command)
        if breaker.sequence.phase is not Phase.RESETTABLE:
            raise Refused("; ".join(missing_until_reset(breaker, self._sets)))
        breaker.reset()
        text = f"{breaker.strings}: the trip of {breaker.plan.name} is reset; close the breaker by hand"
        self._reporter.report(EventKind.TRIP_RESET, breaker.plan.name, text)
        return text

    def _confirm(self, command: Command, _wall_ns: int) -> str:
        breaker = self._breaker(command)
        if breaker.sequence.phase is not Phase.HELD:
            raise Refused(f"no trip of {breaker.plan.name} is held back (it is {breaker.sequence.phase})")
        breaker.confirm()
        return f"the trip of {breaker.plan.name} goes on"

    def _breaker(self, command: Command) -> Breaker:
        return _named(self._breakers, command.subject, "breaker")

    # ------------------------------------------------------------ relays

    def _switch(self, command: Command, wall_ns: int) -> str:
        relay = self._people_relay(command)
        if command.state not in relay.plan.people:
            states = " or ".join(relay.plan.people)
            raise Refused(f"{relay.plan.name} cannot be switched '{command.state}' by people; ask for {states}")
        if command.for_ns < 0:
            raise Refused("the time to switch for is negative; leave it out for 'until further notice'")
        relay.switch(command.state == "on", wall_ns + command.for_ns if command.for_ns else 0, command.who)
        return f"{relay.plan.name} {command.state}"

    def _release(self, command: Command, _wall_ns: int) -> str:
        relay = _named(self._relays, command.subject, "relay")
        if relay.memory.person < 0:
            raise Refused(f"nobody switched {relay.plan.name}; there is nothing to take back")
        relay.release()
        return f"{relay.plan.name} goes back to {relay.writer.program.name if relay.writer else 'off'}"

    def _people_relay(self, command: Command) -> Relay:
        if any(breaker.trip.name.upper() == command.subject.upper() for breaker in self._breakers.values()):
            raise Refused(f"{command.subject} trips a breaker: only a trip moves it; open the breaker by hand")
        relay = _named(self._relays, command.subject, "relay")
        if not relay.plan.people:
            raise Refused(f"{relay.plan.name} is not for people; list states under people: in the site file")
        failed = next((breaker for breaker in relay.backs_up if breaker.backup_on), None)
        if failed is not None:
            raise Refused(f"{relay.plan.name} is on because {failed.plan.name} did not open; reset that trip first")
        if relay.writer is not None and relay.writer.program.state is ProgramState.RUNNING:
            raise Refused(f"{relay.plan.name} is written by program {relay.writer.program.name}, which runs")
        return relay

    # ------------------------------------------------------------ programs

    def _start(self, command: Command, _wall_ns: int) -> str:
        run = _named(self._sets.running.programs, command.subject, "program")
        name = "Start" if command.kind is CommandKind.START else "Abort"
        if run.state is not ProgramState.RUNNING:
            raise Refused(f"{run.name} is {run.state}; restart it first")
        if not run.ask(name):
            raise Refused(f"{run.name} has no input {name}; give it VAR_INPUT {name} : BOOL")
        return f"{run.name}: {name} is TRUE for its next run"

    def _pause(self, command: Command, wall_ns: int) -> str:
        run = _named(self._sets.running.programs, command.subject, "program")
        if not run.takes(PAUSE_INPUT):
            raise Refused(f"{run.name} has no input Pause; give it VAR_INPUT Pause : BOOL")
        if not 0 < command.for_ns <= PAUSE_MOST_NS:
            raise Refused(f"a pause has an end; say for how long, at most {time_text(PAUSE_MOST_NS)}")
        ends_ns = self._pauses.begin(run, wall_ns + command.for_ns, command.who, wall_ns)
        longer = "" if ends_ns == wall_ns + command.for_ns else ", a longer pause goes on already"
        return f"{run.name}: Pause is TRUE for {time_text(ends_ns - wall_ns)}{longer}"

    def _resume(self, command: Command, _wall_ns: int) -> str:
        run = _named(self._sets.running.programs, command.subject, "program")
        if not self._pauses.end(run.name, f"{command.who} asked for it"):
            raise Refused(f"{run.name} does not pause; there is nothing to end")
        return f"{run.name} goes on"

    def _restart(self, command: Command, _wall_ns: int) -> str:
        run = _named(self._sets.running.programs, command.subject, "program")
        if run.state is ProgramState.RUNNING:
            raise Refused(f"{run.name} runs; there is nothing to restart")
        if run.state is ProgramState.DOWN:
            raise Refused(f"{run.name} stopped three times within 60 s and stays down; arm a corrected set")
        run.restart()
        self._reporter.report(EventKind.PROGRAM_RESTARTED, run.name, f"{run.name} runs again, warm")
        return f"{run.name} runs again with the values it had"

    def _start_again(self, _command: Command, _wall_ns: int) -> str:
        return self._begin_again()

    def _swap(self, command: Command, _wall_ns: int) -> str:
        prepared = self._sets.prepared
        if not prepared or prepared != command.subject:
            standing = f"{prepared[:12]} is" if prepared else "no set is"
            raise Refused(f"set {command.subject[:12]} is not prepared, {standing}; compile and arm it again")
        if self._sets.waiting:
            raise Refused(f"set {self._sets.waiting[:12]} waits to be confirmed; confirm it or take it back first")
        if command.for_ns and not CONFIRM_LEAST_NS <= command.for_ns <= CONFIRM_MOST_NS:
            span = f"from {time_text(CONFIRM_LEAST_NS)} to {time_text(CONFIRM_MOST_NS)}"
            raise Refused(f"the time to confirm within goes {span}; ask for one between")
        self._sets.ask(command)
        return f"set {prepared[:12]} takes over after this scan"

    def _confirm_set(self, command: Command, _wall_ns: int) -> str:
        self._must_wait(command)
        self._sets.confirm(command)
        return f"set {command.subject[:12]} stays"

    def _revert_set(self, command: Command, _wall_ns: int) -> str:
        self._must_wait(command)
        self._sets.take_back(command)
        return f"set {command.subject[:12]} goes back after this scan"

    def _must_wait(self, command: Command) -> None:
        waiting = self._sets.waiting
        if waiting != command.subject:
            standing = f"set {waiting[:12]} does" if waiting else "the running set is confirmed or went back"
            raise Refused(f"set {command.subject[:12]} does not wait to be confirmed; {standing}")

    def _learn(self, command: Command, _wall_ns: int) -> str:
        """Set Learn[string] of each program that has such an input to the current in A, for one run."""
        strings = self._sets.running.loaded.plan.strings
        number = _named({name: n for n, name in enumerate(strings, 1)}, command.subject, "string")
        if not (math.isfinite(command.value) and command.value > 0.0):
            raise Refused(f"{command.value} A is no float current; give a value above 0")
        path = f"Learn[{number}]"
        takers = [name for name, run in self._sets.running.programs.items() if run.ask(path, command.value)]
        if not takers:
            raise Refused("no program takes a baseline; give one VAR_INPUT Learn : ARRAY[1..STRING_COUNT] OF REAL")
        return f"{command.subject}: baseline {command.value:g} A goes to {', '.join(takers)}"


def missing_until_reset(breaker: Breaker, sets: Sets) -> list[str]:
    """What keeps a breaker's latch from being reset, as sentences; empty when it may be."""
    name, phase = breaker.plan.name, breaker.sequence.phase
    if phase is Phase.RESETTABLE:
        return []
    if not breaker.sequence.latched:
        return [f"{name} has no latched trip to reset"]
    if phase is Phase.PULSE:
        return [f"{name} is being opened; wait for its contacts"]
    own = [request for request in sets.running.requests if request.number == breaker.plan.number]
    missing = [f"{request.key} still asks for the trip: {request.sentence()}" for request in own if request.cause]
    missing += [f"{r.key} does not allow the reset yet" for r in own if not r.cause and not r.may_reset]
    return missing or ["the programs have not judged it since the start; wait a few seconds"]


def _named(known: Mapping[str, T], name: str, what: str) -> T:
    for key, value in known.items():
        if key.upper() == name.upper():
            return value
    raise Refused(f"there is no {what} '{name}'; known: {', '.join(known) or 'none'}")
