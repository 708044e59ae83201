"""The outputs that are no relays: equalization targets and UPS commands, gathered from their writers' memory.

slot Targets (REAL[strings], V) -> a place for each string      slot UpsCommands.ups.start_test -> one new stamp
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plc.core.catalogue import OutputKind
from plc.core.plan import OutputRef, Plan
from plc.engine.area import Area, locate
from plc.engine.segments import Coils
from plc.engine.task import ProgramRun, ProgramState

TARGETS, UPS_COMMANDS = "Targets", "UpsCommands"
COMMAND_STANDS_NS = 5 * 1_000_000_000
"""How long a UPS command waits for its bus; then it is taken back, and the program sees that nothing began."""


def places(plan: Plan, kind: OutputKind) -> dict[str, list[OutputRef]]:
    """The output places of a kind by tag, in capitals; a target may have a place on several buses."""
    found: dict[str, list[OutputRef]] = {}
    for bus_number, bus in enumerate(plan.buses):
        for index, output in enumerate(bus.outputs):
            if output.kind is kind:
                found.setdefault(output.tag.upper(), []).append(OutputRef(bus_number, index))
    return found


class Targets:
    """One voltage for each string; 0 is off. A writer that faulted means 0: nothing balances unwatched. The driver
    sends a standing target again before a module drops it."""

    def __init__(self, plan: Plan, site: Area, coils: Coils) -> None:
        found = places(plan, OutputKind.TARGET)
        self._refs = [found.get(f"{TARGETS}[{number}]".upper(), []) for number in range(1, len(plan.strings) + 1)]
        self._coils = coils
        self._site = _reals(site, locate(site.layout, TARGETS).offset, len(self._refs)) if site.has(TARGETS) else None
        self._writer: ProgramRun | None = None
        self._slot: memoryview[float] | None = None

    def bind(self, programs: Sequence[ProgramRun]) -> None:
        self._writer = self._slot = None
        for program in programs:
            for slot in program.slots.values():
                if slot.tag.upper() == TARGETS.upper():
                    self._writer = program
                    self._slot = _reals(program.loaded.area, slot.offset, len(self._refs))

    def resolve(self) -> None:
        if self._writer is None or self._slot is None:
            return
        if not self._writer.runs and self._writer.state is ProgramState.RUNNING:
            return
        running = self._writer.state is ProgramState.RUNNING
        for number, refs in enumerate(self._refs):
            volts = self._slot[number] if running else 0.0
            if self._site is not None:
                self._site[number] = volts
            for ref in refs:
                self._coils.command(ref, volts)


def _reals(area: Area, offset: int, count: int) -> memoryview[float]:
    return area.view[offset : offset + 4 * count].cast("f")


@dataclass(slots=True)
class _Edge:
    """One UPS command: its slot, its last state, and when a given command is taken back."""

    program: ProgramRun
    offset: int
    tag: int | None
    refs: Sequence[OutputRef]
    before: bool = True
    stands_until_ns: int = 0


class UpsCommands:
    """Each rising edge of a slot is one command. A slot that is TRUE at its program's first run is no edge."""

    def __init__(self, plan: Plan, site: Area, coils: Coils) -> None:
        self._refs = places(plan, OutputKind.COMMAND)
        self._site = site
        self._coils = coils
        self._edges: list[_Edge] = []

    def bind(self, programs: Sequence[ProgramRun]) -> None:
        """Edges seen before a swap are not seen again."""
        known = {(edge.program.name, edge.offset): edge for edge in self._edges}
        self._edges = []
        for program in programs:
            for slot in program.slots.values():
                head, _, rest = slot.tag.partition(".")
                if head.upper() != UPS_COMMANDS.upper():
                    continue
                tag = locate(self._site.layout, slot.tag).offset if self._site.has(slot.tag) else None
                edge = _Edge(program, slot.offset, tag, self._refs.get(rest.upper(), ()))
                if (was := known.get((program.name, slot.offset))) is not None:
                    edge.before, edge.stands_until_ns = was.before, was.stands_until_ns
                self._edges.append(edge)

    def resolve(self, wall_ns: int) -> None:
        for edge in self._edges:
            if not edge.program.runs:
                continue
            now = edge.program.state is ProgramState.RUNNING and edge.program.loaded.area.memory[edge.offset] != 0
            if now and not edge.before:
                self._give(edge, wall_ns)
            elif edge.stands_until_ns and wall_ns >= edge.stands_until_ns:
                self._take_back(edge)
            if now != edge.before and edge.tag is not None:
                self._site.memory[edge.tag] = int(now)
            edge.before = now

    def _give(self, edge: _Edge, wall_ns: int) -> None:
        edge.stands_until_ns = wall_ns + COMMAND_STANDS_NS
        for ref in edge.refs:
            self._coils.command(ref, 1.0)
            self._coils.again(ref)

    def _take_back(self, edge: _Edge) -> None:
        edge.stands_until_ns = 0
        for ref in edge.refs:
            self._coils.clear(ref)
