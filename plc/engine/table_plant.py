"""The plant a table runs on: every declared reading Ok and fresh, breakers that close and open, until a column says
otherwise.

columns of devices, breakers -> raw segments -> plant_inputs -> SITE <- columns of strings, states (held each scan)
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from plc.core.plan import BreakerPlan, InputRef, OutputRef, Plan
from plc.core.segments import OutputSegment
from plc.engine.area import Area, Cell, UnknownPath, Value
from plc.engine.breaker import BreakerState
from plc.engine.loaded import LoadedProgram, LoadedSet
from plc.engine.ports import HeldInputs
from plc.lang.runner import Runner

_DEFAULTS = {
    "voltage": 13.62, "temperature": 25.0, "resistance": 4.0, "humidity": 50.0, "output_voltage": 230.0,
    "load": 40.0, "charge": 100.0, "input_voltage": 230.0, "autonomy": 60.0, "battery_voltage": 463.0,
}  # fmt: skip
_BREAKER = re.compile(r"Breakers\.(\w+)\.State", re.IGNORECASE)
_STRING_BREAKER = re.compile(r"Strings\[(\d+)\]\.Breaker\.State", re.IGNORECASE)
_STRING_STATE = re.compile(r"Strings\[\d+\]\.(State|Breaker\.\w+)", re.IGNORECASE)
_DEVICE_PLACE = re.compile(r"(\w+)\.(\w+)\.(Value|Active|Ok|Sequence)", re.IGNORECASE)
_CONTACTS = {
    BreakerState.OPEN: (1.0, 0.0), BreakerState.CLOSED: (0.0, 1.0), BreakerState.MOVING: (0.0, 0.0),
    BreakerState.CONTRADICTORY: (1.0, 1.0), BreakerState.UNKNOWN: (0.0, 0.0),
}  # fmt: skip


class _Then:
    """Runs a program of the plant, then writes what the table holds over its results."""

    def __init__(self, runner: Runner, held: dict[int, tuple[Cell, Value]]) -> None:
        self._runner, self._held = runner, held

    def __call__(self) -> int:
        status = self._runner()
        for cell, value in self._held.values():
            cell.set(value)
        return status


@dataclass(slots=True)
class _Breaker:
    """A breaker of the table's plant: it opens within one scan of its pulse and is closed by a column alone."""

    plan: BreakerPlan
    trip: OutputRef
    state: BreakerState = BreakerState.CLOSED


class TablePlant:
    """The ports of one case: Inputs and Outputs. ``overlaid`` is the set with the table's columns in it."""

    def __init__(self, plan: Plan, loaded: LoadedSet) -> None:
        self._plan, self._site = plan, loaded.site
        self._raw = HeldInputs(plan, loaded.site.layout)
        self._columns: dict[int, tuple[Cell, Value]] = {}
        self._states: dict[int, tuple[Cell, Value]] = {}
        self.overlaid = replace(loaded, system=tuple(self._overlay(loaded.system)))
        self._breakers = [_Breaker(b, plan.relays[b.trip].output) for b in plan.breakers]
        self._places = {
            (place.device.upper(), place.field.upper()): InputRef(b, i)
            for b, bus in enumerate(plan.buses)
            for i, place in enumerate(bus.inputs)
        }
        self._values: dict[InputRef, float] = {}
        self._bad: set[InputRef] = set()
        self._sequences: dict[InputRef, int] = {}
        self._conversions = 0
        self._sampled = [array("q", bytes(8 * len(bus.inputs))) for bus in plan.buses]
        self._fill()

    def _overlay(self, system: tuple[LoadedProgram, ...]) -> Iterator[LoadedProgram]:
        """Columns are held after the plant's first program, states and breakers of strings after its last."""
        for number, program in enumerate(system):
            held = self._states if number == len(system) - 1 else self._columns
            yield replace(program, runner=_Then(program.runner, held))

    def _fill(self) -> None:
        """Plausible readings in every place."""
        for b, bus in enumerate(self._plan.buses):
            values, good = self._raw.segments[b].value, self._raw.segments[b].good
            for i, place in enumerate(bus.inputs):
                string, _, module = place.device.partition(".")
                if place.field == "voltage" and module:
                    values[i] = self._float_voltage(string)
                else:
                    values[i] = _DEFAULTS.get(place.field, 0.0)
                good[i] = 1

    def _float_voltage(self, string: str) -> float:
        path = f"Strings[{self._plan.strings.index(string) + 1}].Settings" if string in self._plan.strings else ""
        if not (path and self._site.has(f"{path}.FloatVoltage") and self._site.has(f"{path}.Cells")):
            return _DEFAULTS["voltage"]
        return float(self._site.read(f"{path}.FloatVoltage")) * float(self._site.read(f"{path}.Cells"))

    # ------------------------------------------------------------ ports

    def freeze(self, site: bytearray, wall_ns: int) -> None:
        self._conversions += 1
        for segment, sampled in zip(self._raw.segments, self._sampled, strict=True):
            count = len(sampled)
            segment.sampled[:] = array("q", [wall_ns]) * count
            segment.sequence[:] = array("I", [self._conversions]) * count
        for ref, value in self._values.items():
            self._raw.segments[ref.bus].value[ref.index] = value
        for ref, number in self._sequences.items():
            self._raw.segments[ref.bus].sequence[ref.index] = number
        self._show_breakers()
        self._raw.freeze(site, wall_ns)

    def _show_breakers(self) -> None:
        for breaker in self._breakers:
            places = (breaker.plan.opened, breaker.plan.closed)
            for ref, value in zip(places, _CONTACTS[breaker.state], strict=True):
                segment = self._raw.segments[ref.bus]
                segment.value[ref.index] = self._values.get(ref, value)
                segment.good[ref.index] = breaker.state is not BreakerState.UNKNOWN and ref not in self._bad

    def commit(self, segments: Sequence[OutputSegment], scan: int) -> None:
        """Coils act: a tripped breaker opens, each relay reads back what it is told."""
        for breaker in self._breakers:
            on = segments[breaker.trip.bus].value[breaker.trip.index] == 1.0
            if on == breaker.plan.opens_when_energised and breaker.state is BreakerState.CLOSED:
                breaker.state = BreakerState.OPEN
        for relay in self._plan.relays:
            command = segments[relay.output.bus].value[relay.output.index]
            if command == command:
                self._raw.segments[relay.readback.bus].value[relay.readback.index] = command

    # ------------------------------------------------------------ columns

    def setter(self, path: str) -> tuple[Cell, Callable[[Value], None]]:
        """How a column of SITE is set: the place whose type its values have, and what takes a value.

        Raises UnknownPath for a path that is not there, and for one that only the engine writes.
        """
        cell = self._site.cell(path)
        breaker = self._breaker_of(path)
        if breaker is not None:
            return cell, lambda value: setattr(breaker, "state", BreakerState(int(value)))
        head = path.partition(".")[0].upper()
        if head in ("SYS", "BREAKERS", "RELAYS", "TARGETS", "UPSCOMMANDS"):
            raise UnknownPath(f"{path} is written by the engine", f"expect it: ?{path}")
        device = _DEVICE_PLACE.fullmatch(path)
        ref = self._places.get((device[1].upper(), device[2].upper())) if device else None
        if device is not None and ref is not None:
            return cell, self._device_setter(ref, device[3].upper())
        held = self._states if _STRING_STATE.fullmatch(path) else self._columns
        return cell, lambda value: held.__setitem__(cell.offset, (cell, value))

    def _device_setter(self, ref: InputRef, what: str) -> Callable[[Value], None]:
        def set_ok(value: Value) -> None:
            (self._bad.discard if value else self._bad.add)(ref)
            self._raw.segments[ref.bus].good[ref.index] = bool(value)

        if what == "OK":
            return set_ok
        if what == "SEQUENCE":
            return lambda value: self._sequences.__setitem__(ref, int(value))
        return lambda value: self._values.__setitem__(ref, float(value))

    def _breaker_of(self, path: str) -> _Breaker | None:
        """The breaker whose State the path names, directly or by its string."""
        named, by_string = _BREAKER.fullmatch(path), _STRING_BREAKER.fullmatch(path)
        return next(
            (
                breaker
                for breaker in self._breakers
                if (named and breaker.plan.name.upper() == named[1].upper())
                or (by_string and int(by_string[1]) in breaker.plan.strings)
            ),
            None,
        )


def reset(loaded: LoadedSet) -> None:
    """Every area as at the first start."""
    areas: Iterable[Area] = (
        loaded.site,
        loaded.globals,
        *(program.area for program in (*loaded.system, *loaded.programs.values())),
    )
    for area in areas:
        area.memory[:] = bytearray(area.layout.initial)
