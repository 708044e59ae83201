"""What the engine tells people of the plant beside trips: buses lost, contacts without a reading, string states.

Once a second, not every scan; nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.catalogue import CATALOGUE, FieldKind
from plc.core.event import EventKind
from plc.core.plan import InputRef, Plan
from plc.engine.area import Area, Cell
from plc.engine.events import Reporter
from plc.engine.segments import Readings
from plc.lang.types import Enumeration

EVERY_NS = 1_000_000_000


@dataclass(slots=True)
class BusHealth:
    """``fresh`` of ``count`` places have a good reading that is not stale; ``newest_ns`` is the last one's wall
    time."""

    name: str
    count: int
    fresh: int = 0
    newest_ns: int = 0
    lost: bool = False


class Watch:
    """``buses`` is for the status."""

    def __init__(self, plan: Plan, site: Area, readings: Readings, reporter: Reporter) -> None:
        self.buses = [BusHealth(bus.name, len(bus.inputs)) for bus in plan.buses]
        self._readings, self._reporter = readings, reporter
        self._contacts = _contacts(plan)
        self._dark: set[str] = set()
        self._states = {
            name: site.cell(f"Strings[{number}].State")
            for number, name in enumerate(plan.strings, 1)
            if site.has(f"Strings[{number}].State")
        }
        self._before = {name: cell.get() for name, cell in self._states.items()}
        self._next_ns = 0

    def look(self, wall_ns: int, settled: bool) -> None:
        """``settled``: the start grace is over; what was never read by then is reported."""
        for name, cell in self._states.items():
            state = cell.get()
            if state != self._before[name]:
                self._before[name] = state
                self._reporter.report(EventKind.STRING_STATE, name, f"{name} is in {_enumerator(cell)}")
        if wall_ns < self._next_ns:
            return
        self._next_ns = wall_ns + EVERY_NS
        for number, health in enumerate(self.buses):
            health.fresh = self._readings.fresh(number, wall_ns)
            health.newest_ns = self._readings.newest_ns(number)
            if settled:
                self._judge_bus(health)
        if settled:
            self._judge_contacts(wall_ns)

    def _judge_bus(self, health: BusHealth) -> None:
        lost = health.count > 0 and health.fresh == 0
        if lost == health.lost:
            return
        health.lost = lost
        text = "gives no reading any more; check adapter, cable and supply" if lost else "gives readings again"
        self._reporter.report(EventKind.BUS, health.name, f"bus {health.name} {text}", 2 if lost else 0)

    def _judge_contacts(self, wall_ns: int) -> None:
        for tag, ref in self._contacts.items():
            dark = self._readings.contact(ref, wall_ns) is None
            if dark == (tag in self._dark) or self.buses[ref.bus].lost:
                continue
            if dark:
                self._dark.add(tag)
                self._reporter.report(EventKind.INPUT, tag, f"contact {tag} gives no reading; check its unit", 2)
            else:
                self._dark.discard(tag)
                self._reporter.report(EventKind.INPUT, tag, f"contact {tag} gives readings again")


def _contacts(plan: Plan) -> dict[str, InputRef]:
    """Every contact of the site; a relay's read-back is the relay's own affair."""
    found = {}
    for bus_number, bus in enumerate(plan.buses):
        types = {device.name: CATALOGUE[device.type] for device in bus.devices if device.type in CATALOGUE}
        for index, place in enumerate(bus.inputs):
            fields = types[place.device].fields if place.device in types else ()
            contact = any(f.name == place.field and f.kind is FieldKind.CONTACT for f in fields)
            if contact and not place.field.startswith("relay"):
                found[f"{place.device}.{place.field}"] = InputRef(bus_number, index)
    return found


def _enumerator(cell: Cell) -> str:
    number = cell.get()
    if isinstance(cell.type, Enumeration) and isinstance(number, int):
        return cell.type.name_of(number) or str(number)
    return str(number)
