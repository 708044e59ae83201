"""The physical truth of a simulated site: what is really wired to what, whatever the controller believes.

`read_truth(SITE/plant.yaml)` gives a `Truth`; the file's format is told in docs/devices/plant.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from simulator.chemistry import BLOCKS, Chemistry
from simulator.reading import Section, TruthError, open_file

MODULE_TYPES = {"C23": 23, "C20": 20, "C30": 30, "C40": 40, "C41": 41}
CSH_TYPES = {"CSH50": 50, "CSH200": 200, "CSH400": 400, "CSH1000": 1000, "CSH2000": 2000}
DRAWN = "drawn"
MOST_MODULES = 510
_TERMINAL = re.compile(r"^(\w+)\.(relay|input)([1-4])$")

__all__ = ["TruthError", "read_truth"]


@dataclass(frozen=True, slots=True)
class BusTruth:
    name: str
    line: str  # serial or tcp
    baud: int
    turnaround_s: float


@dataclass(frozen=True, slots=True)
class At:
    """A device's place."""

    bus: str
    unit: int


@dataclass(frozen=True, slots=True)
class Terminal:
    """A relay or contact input of a GX_R_AUX; `number` from 1."""

    board: str
    kind: str  # relay or input
    number: int


@dataclass(frozen=True, slots=True)
class BlocksTruth:
    chemistry: Chemistry
    module: str
    per_string: int
    seed: int
    spread: float
    age: float


@dataclass(frozen=True, slots=True)
class RoomTruth:
    name: str
    ambient_degc: float
    humidity: float
    sensor: At | None
    fan: Terminal | None
    fan_cooling: float


@dataclass(frozen=True, slots=True)
class CurrentTruth:
    at: At
    rated_a: int
    offset_a: float


@dataclass(frozen=True, slots=True)
class StringTruth:
    name: str
    room: str
    bus: str
    first_unit: int
    breaker: str
    current: CurrentTruth | None
    smoke: Terminal | None


@dataclass(frozen=True, slots=True)
class BreakerTruth:
    name: str
    trip: Terminal
    opens_when_energised: bool
    opened: Terminal
    closed: Terminal
    travel_s: float
    least_pulse_s: float


@dataclass(frozen=True, slots=True)
class UpsTruth:
    at: At
    load_w: float
    rated_w: float
    test_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a scenario, `after_s` plant seconds from its start; what is None stays."""

    after_s: float
    room: str
    ambient_degc: float | None
    charger_v: float | None
    mains: bool | None
    smoke: str | None


@dataclass(frozen=True, slots=True)
class DryOut:
    k: float
    resistance: float
    cooling_w_per_k: float


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    string: str  # a string's name, or `drawn`
    dry_out: DryOut | None
    settle_s: float
    warm_s: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    path: Path
    buses: dict[str, BusTruth]
    blocks: BlocksTruth
    rooms: dict[str, RoomTruth]
    charger_v: float
    charger_limit_a: float
    charger_inhibit: Terminal | None
    strings: dict[str, StringTruth]
    breakers: dict[str, BreakerTruth]
    boards: dict[str, At]
    ups: UpsTruth | None
    ghost: At | None
    scenarios: dict[str, Scenario]

    @property
    def string_names(self) -> list[str]:
        return list(self.strings)


class _Reader:
    """Reads one plant.yaml; knows the names that later sections refer to."""

    def __init__(self, root: Section) -> None:
        self.root = root
        self.buses = dict(self._buses())
        self.boards = {name: self._place(part, close=True) for name, part in root.sections("gx_r_aux")}
        self.used: dict[At, str] = {}
        self.wired: dict[Terminal, str] = {}

    def read(self) -> Truth:
        root = self.root
        blocks = self._blocks(root.section("blocks"))
        rooms = {name: self._room(name, part) for name, part in root.sections("rooms")}
        charger = root.section("charger")
        charger_v = charger.quantity("float", "cell voltage", 0.5, 5.0)
        limit_a = charger.quantity("limit", "current", 0.1, 10_000.0)
        inhibit = self._terminal(charger, "inhibit", "relay") if charger.has("inhibit") else None
        charger.close({"float", "limit", "inhibit"})
        breakers = {name: self._breaker(name, part) for name, part in root.sections("breakers")}
        strings = {name: self._string(name, part, rooms, breakers, blocks) for name, part in root.sections("strings")}
        ups = self._ups(root.section("ups")) if root.has("ups") else None
        ghost = self._place(root.section("ghost"), close=True) if root.has("ghost") else None
        scenarios = {name: self._scenario(name, part, rooms, strings) for name, part in root.sections("scenarios")}
        root.close(
            {"buses", "blocks", "rooms", "charger", "strings", "breakers", "gx_r_aux", "ups", "ghost", "scenarios"}
        )
        truth = Truth(
            root.problems.path,
            self.buses,
            blocks,
            rooms,
            charger_v,
            limit_a,
            inhibit,
            strings,
            breakers,
            self.boards,
            ups,
            ghost,
            scenarios,
        )
        self._whole(truth)
        root.problems.raise_if_any()
        return truth

    def _buses(self) -> list[tuple[str, BusTruth]]:
        found = []
        for name, part in self.root.sections("buses"):
            line = part.one_of("line", ["serial", "tcp"])
            baud = part.integer("baud", 1200, 921_600, 115_200)
            turnaround_s = part.quantity("turnaround", "time", 0.0, 1.0, "0 ms")
            part.close({"line", "baud", "turnaround"})
            found.append((name, BusTruth(name, line, baud, turnaround_s)))
        if not found:
            self.root.problem("buses", "there is no bus; write `buses: {battery: {line: serial}}`")
        return found

    def _place(self, part: Section, *, close: bool = False) -> At:
        at = At(part.one_of("bus", list(self.buses)), part.integer("unit", 1, 247))
        if close:
            part.close({"bus", "unit"})
        return at

    def _terminal(self, part: Section, key: str, kind: str) -> Terminal:
        text = part.text(key)
        found = _TERMINAL.match(text)
        if not found or found[2] != kind or found[1] not in self.boards:
            boards = ", ".join(self.boards) or "none"
            part.problem(
                key, f"{key} is {text!r}; write BOARD.{kind}1 to BOARD.{kind}4 with a board of gx_r_aux ({boards})"
            )
            return Terminal("", kind, 1)
        terminal = Terminal(found[1], kind, int(found[3]))
        if terminal in self.wired:
            part.problem(key, f"{text} is already wired to {self.wired[terminal]}; one wire a terminal")
        self.wired[terminal] = part.name
        return terminal

    def _blocks(self, part: Section) -> BlocksTruth:
        kind = part.one_of("kind", list(BLOCKS), "vrla_12v_100ah")
        blocks = BlocksTruth(
            BLOCKS[kind],
            part.one_of("module", list(MODULE_TYPES)),
            part.integer("per_string", 1, 240),
            part.integer("seed", 0, 2**31, 1),
            part.number("spread", 0.0, 1.0, 0.15),
            part.number("age", 0.0, 1.0, 0.0),
        )
        part.close({"kind", "module", "per_string", "seed", "spread", "age"})
        return blocks

    def _room(self, name: str, part: Section) -> RoomTruth:
        room = RoomTruth(
            name,
            part.quantity("ambient", "temperature", -40.0, 80.0),
            part.quantity("humidity", "share", 0.0, 1.0, "45 %") * 100,
            self._place(part.section("sensor"), close=True) if part.has("sensor") else None,
            self._terminal(part, "fan", "relay") if part.has("fan") else None,
            part.number("fan_cooling", 1.0, 10.0, 1.0),
        )
        part.close({"ambient", "humidity", "sensor", "fan", "fan_cooling"})
        return room

    def _breaker(self, name: str, part: Section) -> BreakerTruth:
        breaker = BreakerTruth(
            name,
            self._terminal(part, "trip", "relay"),
            part.one_of("opens_when", ["energised", "released"], "energised") == "energised",
            self._terminal(part, "opened", "input"),
            self._terminal(part, "closed", "input"),
            part.quantity("travel", "time", 0.01, 60.0, "0.3 s"),
            part.quantity("least_pulse", "time", 0.0, 10.0, "50 ms"),
        )
        part.close({"trip", "opens_when", "opened", "closed", "travel", "least_pulse"})
        return breaker

    def _string(
        self,
        name: str,
        part: Section,
        rooms: dict[str, RoomTruth],
        breakers: dict[str, BreakerTruth],
        blocks: BlocksTruth,
    ) -> StringTruth:
        units = part.units("units")
        if len(units) not in (0, blocks.per_string):
            part.problem(
                "units", f"{len(units)} units, but blocks.per_string is {blocks.per_string}; give each block one unit"
            )
        string = StringTruth(
            name,
            part.one_of("room", list(rooms)),
            part.one_of("bus", list(self.buses)),
            units.start,
            part.one_of("breaker", list(breakers)),
            self._current(part.section("current")) if part.has("current") else None,
            self._terminal(part, "smoke", "input") if part.has("smoke") else None,
        )
        part.close({"room", "bus", "units", "breaker", "current", "smoke"})
        return string

    def _current(self, part: Section) -> CurrentTruth:
        current = CurrentTruth(
            self._place(part),
            CSH_TYPES[part.one_of("type", list(CSH_TYPES), "CSH200")],
            part.quantity("offset", "current", -100.0, 100.0, "0 A"),
        )
        part.close({"bus", "unit", "type", "offset"})
        return current

    def _ups(self, part: Section) -> UpsTruth:
        ups = UpsTruth(
            self._place(part),
            part.quantity("load", "power", 0.0, 1e7),
            part.quantity("rated", "power", 1.0, 1e7),
            part.quantity("test", "time", 10.0, 86_400.0, "10 min"),
        )
        part.close({"bus", "unit", "load", "rated", "test"})
        return ups

    def _scenario(
        self, name: str, part: Section, rooms: dict[str, RoomTruth], strings: dict[str, StringTruth]
    ) -> Scenario:
        steps = [self._step(item, rooms, strings) for item in part.items("steps")]
        scenario = Scenario(
            name,
            part.one_of("string", [DRAWN, *strings], DRAWN),
            self._dry_out(part.section("dry_out")) if part.has("dry_out") else None,
            part.quantity("settle", "time", 0.0, 30 * 86_400.0, "24 h"),
            part.quantity("warm", "time", 0.0, 30 * 86_400.0, "0 min"),
            tuple(sorted(steps, key=lambda step: step.after_s)),
        )
        part.close({"string", "dry_out", "settle", "warm", "steps"})
        return scenario

    def _dry_out(self, part: Section) -> DryOut:
        fault = DryOut(
            part.number("k", 0.01, 1000.0),
            part.number("resistance", 0.01, 1000.0),
            part.quantity("cooling", "cooling", 0.01, 100.0),
        )
        part.close({"k", "resistance", "cooling"})
        return fault

    def _step(self, part: Section, rooms: dict[str, RoomTruth], strings: dict[str, StringTruth]) -> Step:
        step = Step(
            part.quantity("after", "time", 0.0, 30 * 86_400.0, "0 s"),
            part.one_of("room", list(rooms), next(iter(rooms), "")),
            part.quantity("ambient", "temperature", -40.0, 80.0) if part.has("ambient") else None,
            part.quantity("charger", "cell voltage", 0.5, 5.0) if part.has("charger") else None,
            part.one_of("mains", ["good", "failed"]) == "good" if part.has("mains") else None,
            part.one_of("smoke", list(strings)) if part.has("smoke") else None,
        )
        part.close({"after", "room", "ambient", "charger", "mains", "smoke"})
        return step

    def _whole(self, truth: Truth) -> None:
        """What only shows when everything is read: nothing there, too much, an address used twice."""
        note = self.root.problem
        if not truth.strings:
            note(
                "strings", "there is no string; write `strings: {S1: {room: ..., bus: ..., units: 1-34, breaker: ...}}`"
            )
        modules = len(truth.strings) * truth.blocks.per_string
        if modules > MOST_MODULES or len(truth.strings) > 16:
            note("strings", f"{len(truth.strings)} strings and {modules} modules; at most 16 and {MOST_MODULES}")
        switched = [string.breaker for string in truth.strings.values()]
        for breaker in {name for name in switched if switched.count(name) > 1}:
            note("strings", f"breaker {breaker} carries two strings; give each string its own")
        for at, name in addresses(truth):
            if at in self.used:
                note(
                    "strings", f"unit {at.unit} on {at.bus} is both {self.used[at]} and {name}; give each its own unit"
                )
            self.used[at] = name


def addresses(truth: Truth) -> list[tuple[At, str]]:
    """Every device with its name, in the file's order."""
    found = [(at, name) for name, at in truth.boards.items()]
    for string in truth.strings.values():
        found += [
            (At(string.bus, string.first_unit + i), f"{string.name} module {i + 1}")
            for i in range(truth.blocks.per_string)
        ]
        if string.current:
            found.append((string.current.at, f"the current sensor of {string.name}"))
    found += [(room.sensor, f"the sensor of room {room.name}") for room in truth.rooms.values() if room.sensor]
    if truth.ups:
        found.append((truth.ups.at, "the UPS"))
    if truth.ghost:
        found.append((truth.ghost, "the ghost"))
    return found


def read_truth(path: Path) -> Truth:
    """Read and check a plant.yaml. Raises TruthError with every problem, its line and its cure."""
    return _Reader(open_file(path)).read()
