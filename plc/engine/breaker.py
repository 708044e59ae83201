"""A breaker: what its contacts say, and the sequence from a trip request to a reset.

    request -> PULSE (at most 1 + retries) -> LATCHED, confirmed by the contacts or failed -> RESETTABLE -> reset
       |-> REQUESTED (alarm only, start grace)      |-> HELD (common-mode guard: an operator confirms)

The sequence lives here, out of reach of programs, and survives swap, fault and restart. Reset never closes a breaker.
Pulse and travel are wall time; the guard's hour is program time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from plc.core.event import EventKind
from plc.core.plan import PULSE_MARGIN_NS, BreakerPlan, InputRef, RelayPlan
from plc.core.quantity import time_text
from plc.engine.events import Moment, Reporter
from plc.engine.guard import Guard
from plc.engine.manifest import ManifestError
from plc.engine.read_back import ReadBack
from plc.engine.request import Request
from plc.engine.segments import Coils, Readings


class BreakerState(IntEnum):
    """The numbers of the plant's enumeration BreakerState."""

    UNKNOWN = 0
    OPEN = 1
    CLOSED = 2
    MOVING = 3
    CONTRADICTORY = 4


class Contacts:
    """A breaker's two contacts. ``state`` is MOVING while both are off, for at most the travel time."""

    def __init__(self, opened: InputRef, closed: InputRef, travel_ns: int) -> None:
        self._opened, self._closed, self._travel_ns = opened, closed, travel_ns
        self._off_since_ns: int | None = None
        self.state = BreakerState.UNKNOWN

    def read(self, readings: Readings, wall_ns: int) -> None:
        opened, closed = readings.contact(self._opened, wall_ns), readings.contact(self._closed, wall_ns)
        both_off = opened is False and closed is False
        if not both_off:
            self._off_since_ns = None
        elif self._off_since_ns is None:
            self._off_since_ns = wall_ns
        self.state = self._judge(opened, closed, wall_ns)

    def _judge(self, opened: bool | None, closed: bool | None, wall_ns: int) -> BreakerState:
        if opened is None or closed is None:
            return BreakerState.UNKNOWN
        if opened != closed:
            return BreakerState.OPEN if opened else BreakerState.CLOSED
        if self._off_since_ns is not None and wall_ns - self._off_since_ns <= self._travel_ns:
            return BreakerState.MOVING
        return BreakerState.CONTRADICTORY


class Phase(StrEnum):
    """Where a breaker's sequence stands."""

    NORMAL = "normal"
    REQUESTED = "requested"
    HELD = "held"
    PULSE = "pulse"
    LATCHED = "latched"
    RESETTABLE = "resettable"


@dataclass(slots=True)
class TripSequence:
    """What of a sequence survives a restart. ``pulse_until_ns`` and ``deadline_ns`` are wall time; ``causes`` are the
    keys of the requests that joined it; ``first_out`` is the first one's sentence, ``first_out_ns`` its program time;
    ``allowed`` says that an operator confirmed it."""

    phase: Phase = Phase.NORMAL
    pulses: int = 0
    pulse_until_ns: int = 0
    deadline_ns: int = 0
    confirmed: bool = False
    failed: bool = False
    allowed: bool = False
    first_out: str = ""
    first_out_ns: int = 0
    causes: tuple[str, ...] = ()

    @property
    def latched(self) -> bool:
        return self.phase in (Phase.PULSE, Phase.LATCHED, Phase.RESETTABLE)


class Breaker:
    """One breaker with its trip coil."""

    def __init__(
        self,
        plan: BreakerPlan,
        trip: RelayPlan,
        backup: str,
        strings: Sequence[str],
        coils: Coils,
        guard: Guard,
        reporter: Reporter,
    ) -> None:
        """``backup`` is the name of the relay that goes on when the breaker does not open, or empty.

        Raises ManifestError for a breaker that opens when energised and whose trip relay has no pulse length.
        """
        if plan.opens_when_energised and trip.pulse_ns <= 0:
            raise ManifestError(f"{trip.name} trips {plan.name} without a pulse length; give it pulse: 500 ms")
        self.plan = plan
        self.trip = trip
        self.backup = backup
        self.strings = ", ".join(strings[number - 1] for number in plan.strings)
        self.contacts = Contacts(plan.opened, plan.closed, plan.travel_ns)
        self.sequence = TripSequence()
        self._reported = BreakerState.UNKNOWN
        self.read_back = ReadBack(trip, reporter, 1)
        self._coils, self._guard, self._reporter = coils, guard, reporter

    @property
    def state(self) -> BreakerState:
        return self.contacts.state

    def read(self, readings: Readings, wall_ns: int) -> None:
        """Judge the contacts and the coil's own report, and tell a change a person should know."""
        self.contacts.read(readings, wall_ns)
        command = self._coils.value(self.trip.output)
        self.read_back.compare(readings, None if command is None else command != 0.0, wall_ns)
        if self.state is not self._reported and self.state is not BreakerState.MOVING:
            self._report_state(self._reported)
            self._reported = self.state

    def step(self, now: Moment, asking: Sequence[Request], blocked: bool, may_start: bool) -> None:
        """Go on with the sequence and drive the coil.

        ``asking`` are the requests whose Cause is TRUE now, ``blocked`` that a program does not allow a reset yet;
        ``may_start`` is FALSE within the start grace: requests are noted, no sequence begins, none becomes resettable.
        """
        fresh = self._note(now, asking)
        match self.sequence.phase:
            case Phase.PULSE:
                self._await_contacts(now)
            case Phase.LATCHED | Phase.RESETTABLE:
                self._stay_latched(now, asking, blocked or not may_start, fresh)
            case _:
                self._consider(now, asking, may_start)
        self._drive(now.wall_ns)

    def confirm(self) -> None:
        """An operator lets a held trip go on."""
        self.sequence.allowed = True

    def reset(self) -> None:
        """Drop the latch; the caller has checked that it is RESETTABLE. The breaker stays as it is."""
        self._replace(TripSequence())

    def begin_again(self) -> None:
        """The simulated plant starts again: no sequence, whatever its phase."""
        if self.sequence.phase is not Phase.NORMAL:
            self.reset()
            text = f"{self.strings}: the trip of {self.plan.name} is gone, the simulation starts again"
            self._reporter.report(EventKind.TRIP_RESET, self.plan.name, text)

    def restore(self, sequence: TripSequence) -> None:
        """Go on with a sequence from before a restart."""
        self._replace(sequence)

    @property
    def backup_on(self) -> bool:
        return self.sequence.latched and self.sequence.failed

    # ------------------------------------------------------------ the phases

    def _note(self, now: Moment, asking: Sequence[Request]) -> bool:
        """Join new causes to the sequence and report each once; whether there was one."""
        sequence = self.sequence
        known = len(sequence.causes)
        for request in asking:
            if request.key not in sequence.causes:
                sequence.causes += (request.key,)
                sentence = request.sentence()
                if not sequence.first_out:
                    sequence.first_out, sequence.first_out_ns = sentence, now.program_ns
                what = "trip requested" if self.plan.armed else "trip requested, protection is alarm only"
                text = f"{self.strings}: {what}: {sentence}"
                self._reporter.report(EventKind.TRIP_REQUESTED, self.plan.name, text, 1, request.values())
        return len(sequence.causes) > known

    def _consider(self, now: Moment, asking: Sequence[Request], may_start: bool) -> None:
        sequence = self.sequence
        if not asking:
            self._withdrawn()
        elif not (self.plan.armed and may_start):
            sequence.phase = Phase.REQUESTED
        elif self.state is BreakerState.OPEN:
            self._opened(f"{self.strings} was open already")
        elif sequence.allowed:
            self._pulse(now)
        elif any(request.confirmed for request in asking) or self._guard.allows(now.program_ns, len(self.plan.strings)):
            self._guard.record(now.program_ns, len(self.plan.strings))
            self._pulse(now)
        elif sequence.phase is not Phase.HELD:
            self._hold(now)

    def _withdrawn(self) -> None:
        if self.sequence.phase is Phase.NORMAL:
            return
        self._replace(TripSequence())
        text = f"{self.strings}: the trip request is gone; {self.plan.name} was not opened"
        self._reporter.report(EventKind.ALARM_CLEARED, self.plan.name, text)

    def _hold(self, now: Moment) -> None:
        self.sequence.phase = Phase.HELD
        text = (
            f"{self.strings}: trip held back, {self._guard.most} string(s) opened within 60 min already; "
            f"confirm the trip of {self.plan.name} or find the common cause"
        )
        self._reporter.report(EventKind.TRIP_HELD, self.plan.name, text, 1)

    def _pulse(self, now: Moment) -> None:
        sequence, plan = self.sequence, self.plan
        sequence.phase = Phase.PULSE
        sequence.pulses += 1
        length = self.trip.pulse_ns if plan.opens_when_energised else 0
        order = length + PULSE_MARGIN_NS if plan.opens_when_energised else 0
        sequence.pulse_until_ns = now.wall_ns + order if plan.opens_when_energised else 0
        sequence.deadline_ns = now.wall_ns + order + plan.travel_ns
        if sequence.pulses > 1 and not plan.opens_when_energised:
            self._coils.again(self.trip.output)
        how = f"{time_text(length)} on" if plan.opens_when_energised else "release of"
        text = f"{self.strings}: trip {sequence.pulses} of at most {plan.retries + 1}, {how} {self.trip.name}"
        self._reporter.report(EventKind.TRIP_PULSE, plan.name, text, 1)

    def _await_contacts(self, now: Moment) -> None:
        sequence = self.sequence
        if self.state is BreakerState.OPEN:
            self._opened(f"{self.strings} opened")
        elif now.wall_ns >= sequence.deadline_ns:
            if sequence.pulses <= self.plan.retries:
                self._pulse(now)
            else:
                self._failed()

    def _opened(self, how: str) -> None:
        self.sequence.phase = Phase.LATCHED
        self.sequence.confirmed = True
        self._reporter.report(EventKind.TRIP_CONFIRMED, self.plan.name, f"{how}: {self.sequence.first_out}", 1)

    def _failed(self) -> None:
        self.sequence.phase = Phase.LATCHED
        self.sequence.failed = True
        backup = f"{self.backup} is on" if self.backup else "no backup relay is named"
        text = (
            f"{self.plan.name} did not open {self.strings} in {self.sequence.pulses} attempts "
            f"(contacts {self.state.name}); {backup}; open it by hand"
        )
        self._reporter.report(EventKind.TRIP_FAILED, self.plan.name, text, 1)

    def _stay_latched(self, now: Moment, asking: Sequence[Request], blocked: bool, fresh: bool) -> None:
        sequence = self.sequence
        if self.state is BreakerState.OPEN:
            sequence.confirmed = True
        shut = self.state is BreakerState.CLOSED and sequence.confirmed
        if asking and self.plan.armed and (shut or (fresh and not sequence.confirmed)):
            sequence.pulses, sequence.confirmed = 0, False
            self._pulse(now)
        elif asking or blocked:
            sequence.phase = Phase.LATCHED
        elif sequence.phase is Phase.LATCHED:
            sequence.phase = Phase.RESETTABLE
            text = f"{self.strings}: every cause is gone; {self.plan.name} may be reset (it stays open until closed)"
            self._reporter.report(EventKind.TRIP_RESETTABLE, self.plan.name, text)

    # ------------------------------------------------------------ coil and reports

    def _drive(self, wall_ns: int) -> None:
        sequence = self.sequence
        if not self.plan.opens_when_energised:
            self._coils.command(self.trip.output, 0.0 if sequence.latched else 1.0)
        elif wall_ns < sequence.pulse_until_ns:
            self._coils.command(self.trip.output, 1.0, sequence.pulse_until_ns)
        else:
            self._coils.command(self.trip.output, 0.0)

    def _report_state(self, before: BreakerState) -> None:
        name, latched = self.plan.name, self.sequence.latched
        match self.state:
            case BreakerState.OPEN:
                text, priority = (f"{name} is open" if latched else f"{name} was opened by hand"), 0
            case BreakerState.CLOSED:
                text, priority = f"{name} is closed", 0
                if latched and before is BreakerState.OPEN:
                    text, priority = f"{name} was closed while its trip is latched; open it and reset the trip", 2
            case BreakerState.CONTRADICTORY:
                text, priority = f"{name}: its contacts contradict each other; check contacts and wiring", 2
            case _:
                text, priority = f"{name}: a contact gives no reading; check its relay unit and bus", 2
        if before is BreakerState.UNKNOWN and self.state is BreakerState.OPEN and not latched:
            text = f"{name} is open"
        self._reporter.report(EventKind.BREAKER, name, text, priority)

    def _replace(self, by: TripSequence) -> None:
        """Change the sequence in place: the latches encode this very object."""
        for name in TripSequence.__slots__:
            setattr(self.sequence, name, getattr(by, name))
