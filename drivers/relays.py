"""What each coil of a bus is to be, and which one is written next. Pure: segments and instants in, decisions out.

    output segment, live or not --follow--> wanted --due--> write --acknowledged / failed / read_back--> known

A coil's rule, first match counts:
    a pulse once begun     lasts its length from the acknowledgement on, at most to the order's end, engine dead or not;
                           then the opposite is written, whatever the order still says
    live command           its value, for as long as it stands; NaN: leave the coil as it is
    no live command        the fail state: energise, release, or hold, which never writes
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from drivers.line import SECOND_NS
from plc.core.catalogue import OutputKind
from plc.core.plan import FailState, OutputField
from plc.core.segments import OutputSegment

RETRIES_AT_ONCE = 3
FIRST_PAUSE_NS = SECOND_NS // 4
LONGEST_PAUSE_NS = 2 * SECOND_NS

_FAIL_STATE = {FailState.ENERGISE: True, FailState.RELEASE: False, FailState.HOLD: None}


class Rank(IntEnum):
    """Who is written first."""

    URGENT = 0
    PULSE_END = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Command:
    """One place of an output segment. ``epoch`` and ``stamp`` tell an order from the same order given again."""

    value: float
    until_ns: int
    stamp: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """``state`` until ``end_ns``, then the opposite. ``begun`` False: found in a dead segment, to be ended only."""

    state: bool
    end_ns: int
    begun: bool = True


class Relay:
    """One coil. ``wanted`` None: leave it; ``known`` None: nobody can say where it stands."""

    def __init__(self, index: int, place: OutputField) -> None:
        self.index = index
        self.place = place
        self.wanted: bool | None = None
        self.known: bool | None = None
        self.attempts = 0
        self.order = 0
        self._not_before_ns = 0
        self._command: Command | None = None
        self._pulse: Pulse | None = None
        self._order: tuple[float, int] | None = None
        self._spent = False
        self._failing = False

    def follow(self, command: Command | None, live: bool, now_ns: int) -> bool:
        """Take the newest command; True if the coil is now wanted otherwise."""
        first = self._command is None
        if command is not None and command != self._command and (live or first):
            self._take(command, live, now_ns)
        self._failing = not live
        wanted = self._decide(live, now_ns)
        if wanted == self.wanted:
            return False
        self.wanted = wanted
        self.attempts = 0
        self._not_before_ns = 0
        return True

    def _take(self, command: Command, live: bool, now_ns: int) -> None:
        self._command = command
        if math.isnan(command.value):
            return
        order = (command.value, command.until_ns) if command.until_ns else None
        if order is not None and order == self._order:
            return  # a restarted engine resumes its sequence: no second pulse, no longer one
        self._order, self._spent = order, False
        self._pulse = Pulse(command.value != 0.0, command.until_ns, begun=live) if order else None

    def _decide(self, live: bool, now_ns: int) -> bool | None:
        pulse = self._pulse
        if pulse is not None:
            if now_ns < pulse.end_ns:
                return pulse.state if pulse.begun or live else None
            if self.known is pulse.state or self.known is None:
                return not pulse.state
            self._pulse, self._spent = None, True
        command = self._command
        if not live:
            return _FAIL_STATE[self.place.fail_state]
        if command is None or math.isnan(command.value):
            return None
        has_ended = command.until_ns != 0 and (now_ns >= command.until_ns or self._spent)
        return (command.value != 0.0) is not has_ended

    def is_due(self, now_ns: int) -> bool:
        return self.wanted is not None and self.wanted is not self.known and now_ns >= self._not_before_ns

    @property
    def is_settled(self) -> bool:
        """Nothing is left to be written, now or at the end of a pulse."""
        return self._pulse is None and (self.wanted is None or self.wanted is self.known)

    @property
    def pulse_end_ns(self) -> int:
        """When its pulse ends; 0 without one."""
        return 0 if self._pulse is None else self._pulse.end_ns

    def rank(self, now_ns: int) -> Rank:
        if self.place.urgent or self._failing:
            return Rank.URGENT
        ending = self._pulse is not None and now_ns >= self._pulse.end_ns
        return Rank.PULSE_END if ending else Rank.OTHER

    def acknowledged(self, state: bool, now_ns: int) -> None:
        """The device has carried out a write. A pulse counts its length from here; a second write never extends it."""
        self.known = state
        self.attempts = 0
        pulse = self._pulse
        if pulse is not None and state is pulse.state and self.place.pulse_ns:
            self._pulse = replace(pulse, end_ns=min(pulse.end_ns, now_ns + self.place.pulse_ns))

    def failed(self, now_ns: int) -> None:
        """A write got no good answer: the coil may stand either way. Three more attempts follow at once, further ones
        after pauses that grow to 2 s."""
        self.known = None
        self.attempts += 1
        more = self.attempts - RETRIES_AT_ONCE
        pause_ns = min(FIRST_PAUSE_NS << more, LONGEST_PAUSE_NS) if 0 <= more < 8 else LONGEST_PAUSE_NS
        self._not_before_ns = now_ns if more < 0 else now_ns + pause_ns

    def read_back(self, state: bool) -> None:
        """What the device says of its coil; differing from ``wanted`` it is written again."""
        self.known = state
        self._not_before_ns = 0

    def end_pulse(self) -> None:
        """Let the pulse end now."""
        if self._pulse is not None:
            self._pulse = Pulse(self._pulse.state, 0, self._pulse.begun)


class Panel:
    """All relays of a bus."""

    def __init__(self, places: Sequence[OutputField]) -> None:
        self.relays = tuple(Relay(index, place) for index, place in enumerate(places) if place.kind is OutputKind.RELAY)
        self._orders = 0

    def follow(self, segment: OutputSegment | None, live: bool, now_ns: int) -> None:
        """Take over the newest segment, live or not."""
        for relay in self.relays:
            if relay.follow(_command(segment, relay.index), live, now_ns):
                self._orders += 1
                relay.order = self._orders

    def next(self, now_ns: int, enabled: Iterable[Relay]) -> Relay | None:
        """The relay to be written now; of equals the one that failed less, then the one that was ordered first."""
        due = [relay for relay in enabled if relay.is_due(now_ns)]
        return min(due, key=lambda relay: (relay.rank(now_ns), relay.attempts, relay.order), default=None)

    def next_pulse_end_ns(self, now_ns: int) -> int:
        """The first end of a pulse still to come; 0 without one."""
        return min((relay.pulse_end_ns for relay in self.relays if relay.pulse_end_ns > now_ns), default=0)


def _command(segment: OutputSegment | None, index: int) -> Command | None:
    if segment is None:
        return None
    value = segment.value[index]
    return Command(value, segment.until[index], segment.stamp[index], segment.epoch)
