"""One set over one plant on the virtual clock: the real scan, and a note of whatever changed.

readings --> Engine.scan --> commands --> the plant goes on by a step --> readings ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plc.core.event import Event, EventKind
from plc.core.segments import OutputSegment
from plc.core.site import Simulation
from plc.core.tried import Happened, Lane, Track
from plc.engine.assemble import ObjectFile, compile_objects, load_objects, manifest_of
from plc.engine.breaker import BreakerState
from plc.engine.loaded import LoadedSet
from plc.engine.ports import EventList, HeldInputs, KeptOutputs
from plc.engine.scan import Engine
from plc.store.site_set import ReadySet
from plc.tryout.plant_beside import PlantBeside

SECOND_NS = 1_000_000_000
START_NS = 1_000 * SECOND_NS
EVENTS_MOST = 300
TOLD = frozenset(
    {
        EventKind.TRIP_REQUESTED,
        EventKind.TRIP_HELD,
        EventKind.TRIP_PULSE,
        EventKind.TRIP_CONFIRMED,
        EventKind.TRIP_FAILED,
        EventKind.TRIP_RESETTABLE,
        EventKind.ALARM,
        EventKind.ALARM_CLEARED,
        EventKind.PROGRAM_FAULT,
    }
)
"""The events a timeline shows."""


@dataclass(slots=True)
class Notes:
    """The changes of one thing, at their plant seconds."""

    name: str
    changes: list[tuple[float, str]] = field(default_factory=list)

    def note(self, at_s: float, value: str) -> None:
        if not self.changes or self.changes[-1][1] != value:
            self.changes.append((at_s, value))

    def track(self) -> Track:
        return Track(self.name, tuple(self.changes))


def load_native(ready: ReadySet, known: Mapping[str, ObjectFile]) -> LoadedSet:
    """The set as machine code; what ``known`` has is not compiled again."""
    objects = compile_objects(ready.compiled, known)
    by_file = {found.name: found.bytes for found in objects.values()}
    return load_objects(manifest_of(ready.compiled, ready.plan, objects), ready.plan, by_file.__getitem__)


class LaneRun:
    """A set, its engine, and the plant beside. ``curve_every`` steps make a point of the temperatures' curve."""

    def __init__(self, loaded: LoadedSet, site: Path, simulation: Simulation, curve_every: int) -> None:
        self._plan = plan = loaded.plan
        self._inputs, self._outputs, self._events = HeldInputs(plan, loaded.site.layout), KeptOutputs(), EventList()
        self._engine = Engine(loaded, self._inputs, self._outputs, self._events)
        self._plant = PlantBeside(site, simulation, plan)
        self.faulty = self._plant.faulty
        self._relays = {relay.name: Notes(relay.name) for relay in plan.relays}
        self._breakers = {breaker.name: Notes(breaker.name) for breaker in plan.breakers}
        self._curve_every = curve_every
        self._hottest: dict[str, list[float]] = {}
        self._steps = 0

    def run(self, steps: int, step_ns: int) -> Lane:
        """Go on by that many steps, one scan each. Raises TryError when the plant stops."""
        try:
            for _ in range(steps):
                self._step(step_ns)
        finally:
            self._plant.close()
        return Lane(
            set_hash=self._engine.sets.running.loaded.set_hash,
            relays=tuple(notes.track() for notes in self._relays.values()),
            breakers=tuple(notes.track() for notes in self._breakers.values()),
            events=tuple(_happened(event) for event in self._events.events if event.kind in TOLD)[:EVENTS_MOST],
            hottest_degc={name: tuple(curve) for name, curve in self._hottest.items()},
        )

    def _step(self, step_ns: int) -> None:
        self._steps += 1
        program_ns = self._steps * step_ns
        wall_ns = START_NS + program_ns
        outputs = self._outputs.segments or [_nothing(len(bus.outputs)) for bus in self._plan.buses]
        truth = self._plant.go_on(wall_ns, step_ns, outputs, self._inputs.segments)
        self._engine.scan(wall_ns, program_ns)
        self._note(program_ns / SECOND_NS)
        if self._steps % self._curve_every == 0:
            for name, degc in truth.hottest_degc.items():
                self._hottest.setdefault(name, []).append(degc)

    def _note(self, at_s: float) -> None:
        for relay in self._plan.relays:
            command = self._engine.coils.value(relay.output)
            self._relays[relay.name].note(at_s, "" if command is None else "on" if command else "off")
        for name, breaker in self._engine.breakers.items():
            self._breakers[name].note(at_s, BreakerState(breaker.state).name)


def _nothing(count: int) -> OutputSegment:
    """A segment without a command: before the first scan."""
    segment = OutputSegment(count)
    segment.clear(range(count))
    return segment


def _happened(event: Event) -> Happened:
    return Happened(event.time_ns / SECOND_NS, event.kind.value, event.subject, event.text, event.priority)
