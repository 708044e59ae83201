"""Every relay but the trip coils: who commands it now, and what therefore goes out.

    trip latch > interlock > force > program > person or schedule; then the pulse length

Interlock and force have their place in `Relay._wish`; nobody sets them yet. A relay that nobody commands stays as it
is: one that held through a restart is thereby adopted as read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plc.core.event import EventKind
from plc.core.plan import OnFault, RelayPlan
from plc.core.quantity import time_text
from plc.engine.area import Area
from plc.engine.breaker import Breaker
from plc.engine.events import Reporter
from plc.engine.latches import RelayMemory
from plc.engine.read_back import ReadBack
from plc.engine.segments import Coils, Readings
from plc.engine.task import ProgramRun, ProgramState


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a relay (None: leave it as it is), and by whom."""

    on: bool | None
    source: str


NOBODY = Wish(None, "nobody")


class Writer:
    """The program that writes a relay, and the slot in its memory."""

    def __init__(self, program: ProgramRun, offset: int) -> None:
        self.program = program
        self._memory = program.loaded.area.memory
        self._offset = offset
        self.wishes = (Wish(False, program.name), Wish(True, program.name))

    def wish(self) -> Wish:
        return self.wishes[self._memory[self._offset] != 0]


class Relay:
    """One relay. ``memory`` is what of it survives a restart."""

    def __init__(self, plan: RelayPlan, coils: Coils, reporter: Reporter, site: Area) -> None:
        self.plan = plan
        self.memory = RelayMemory()
        self.writer: Writer | None = None
        self.backs_up: list[Breaker] = []
        self.wish = NOBODY
        self._coils, self._reporter = coils, reporter
        self._tag = site.cell(f"Relays.{plan.name}").offset if site.has(f"Relays.{plan.name}") else None
        self._site = site.memory
        self.read_back = ReadBack(plan, reporter, 2)

    @property
    def command(self) -> float | None:
        return self._coils.value(self.plan.output)

    def resolve(self, wall_ns: int) -> None:
        """Find who commands the relay now and set its coil."""
        self._expire(wall_ns)
        wish = self._wish()
        if wish.on is None:
            self.wish = wish
            return
        if wish is not self.wish and (wish.on is not self.wish.on or self.command is None):
            self._report(wish)
        self.wish = wish
        if self.plan.pulse_ns:
            self._pulse(wish.on, wall_ns)
        else:
            self._coils.command(self.plan.output, float(wish.on))
        self.memory.wanted = wish.on

    def _wish(self) -> Wish:
        for breaker in self.backs_up:
            if breaker.backup_on:
                return Wish(True, f"trip of {breaker.plan.name} failed")
        # interlocks and forces of a later issue decide here, in this order
        if self.writer is not None and self.writer.program.state is ProgramState.RUNNING:
            return self.writer.wish() if self.writer.program.runs else NOBODY
        if self.memory.person >= 0:
            return Wish(self.memory.person == 1, self.memory.who)
        if self.writer is not None:
            return self._fault_wish(self.writer)
        if self.wish is not NOBODY or self.command is not None:
            return Wish(False, "nobody any more")
        return NOBODY

    def _fault_wish(self, writer: Writer) -> Wish:
        if self.plan.on_fault is OnFault.RELEASE:
            return Wish(False, f"fault of {writer.program.name}")
        held = self.wish.on
        return Wish(held, f"held, fault of {writer.program.name}")

    def _pulse(self, on: bool, wall_ns: int) -> None:
        if on and not self.memory.wanted:
            self.memory.pulse_until_ns = wall_ns + self.plan.pulse_ns
        if on and wall_ns < self.memory.pulse_until_ns:
            self._coils.command(self.plan.output, 1.0, self.memory.pulse_until_ns)
        else:
            self._coils.command(self.plan.output, 0.0)

    # ------------------------------------------------------------ people

    def switch(self, on: bool, until_ns: int, who: str) -> None:
        """A person or a schedule asks; ``until_ns`` 0 is until further notice."""
        self.memory.person, self.memory.person_until_ns, self.memory.who = int(on), until_ns, who

    def release(self) -> None:
        """Nobody asks any more: a relay without a program goes off."""
        self.memory.person, self.memory.person_until_ns, self.memory.who = -1, 0, ""

    def _expire(self, wall_ns: int) -> None:
        if self.memory.person >= 0 and 0 < self.memory.person_until_ns <= wall_ns:
            self.release()

    # ------------------------------------------------------------ what others see

    def publish(self, readings: Readings, wall_ns: int) -> None:
        """Show programs the command (or, uncommanded, the read-back), and compare the two."""
        command = None if self.command is None else self.command != 0.0
        read = self.read_back.compare(readings, command, wall_ns)
        if self._tag is not None:
            self._site[self._tag] = int(bool(read) if command is None else command)

    def _report(self, wish: Wish) -> None:
        text = f"{self.plan.name} {_state(bool(wish.on))} by {wish.source}"
        if wish.on and self.plan.pulse_ns:
            text += f", for {time_text(self.plan.pulse_ns)}"
        self._reporter.report(EventKind.RELAY, self.plan.name, text)


def _state(on: bool) -> str:
    return "on" if on else "off"


def bind_writers(relays: Sequence[Relay], programs: Sequence[ProgramRun]) -> None:
    """Give each relay the program that writes it in this set; a relay without one may be left to people."""
    slots = {slot.tag.upper(): (program, slot.offset) for program in programs for slot in program.slots.values()}
    for relay in relays:
        found = slots.get(f"Relays.{relay.plan.name}".upper())
        relay.writer = None if found is None else Writer(*found)
