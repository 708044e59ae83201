"""The sections of a site file, each read into its frozen facts. What one section says of another is site_rules' affair.

Every key a site file may have stands here once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from plc.core import quantity
from plc.core.catalogue import CATALOGUE
from plc.core.diagnostic import Span
from plc.core.plan import FailState, OnFault
from plc.core.quantity import shortened
from plc.core.site import (
    HOUR_NS,
    MS_NS,
    SECOND_NS,
    Action,
    Block,
    Breaker,
    Bus,
    CommonMode,
    CurrentSensor,
    Device,
    FieldName,
    ModuleGroup,
    Parity,
    Relay,
    Room,
    Schedule,
    Simulation,
    Task,
)
from plc.store.site_read import Keys, Report, did_you_mean, named, table_of, units_of
from plc.store.site_yaml import List, Node, Scalar, Table

DAY_NS = 24 * HOUR_NS
NOWHERE = FieldName("", "")
BAUDS = (9_600, 19_200, 38_400, 57_600, 115_200, 230_400)


class Driver(StrEnum):
    RTU = "modbus_rtu"
    TCP = "modbus_tcp"


class Coil(StrEnum):
    ENERGISED = "energised"
    RELEASED = "released"


class Protection(StrEnum):
    ALARM_ONLY = "alarm_only"
    ARMED = "armed"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class Missed(StrEnum):
    SKIP = "skip"
    LATE = "late"


class Chemistry(StrEnum):
    VRLA = "VRLA"
    VENTED = "vented"
    NICD = "NiCd"
    NIMH = "NiMH"
    LI_ION = "Li-ion"
    LFP = "LFP"


@dataclass(slots=True)
class Places:
    """Where each named thing stands: its table by (section, name), e.g. ``("relays", "fan")``."""

    tables: dict[tuple[str, str], Keys] = field(default_factory=dict)

    def keep(self, section: str, name: str, keys: Keys) -> Keys:
        self.tables[section, name] = keys
        return keys

    def span(self, section: str, name: str, key: str = "") -> Span:
        return self.tables[section, name].span(key)


@dataclass(frozen=True, slots=True)
class General:
    """The section ``site:``."""

    name: str
    timezone: str
    scan_ns: int
    max_open_strings: int
    max_open_per_hour: int
    start_grace_ns: int
    common_mode: CommonMode | None


class Sections:
    """Reads sections; notes problems in ``report`` and places in ``places``."""

    def __init__(self, report: Report, places: Places) -> None:
        self.report = report
        self.places = places

    def _keys(self, section: str, name: str, of: str, table: Table, required: str, optional: str = "") -> Keys:
        return self.places.keep(section, name, Keys(self.report, of, table, required, optional))

    def general(self, node: Node | None, whole: Table) -> General:
        table = table_of(self.report, "site", node) or Table((), node.span if node else whole.span)
        optional = "max_open_strings max_open_per_hour start_grace common_mode"
        keys = self._keys("site", "", "site", table, "name timezone scan", optional)
        common = table_of(self.report, "common_mode", keys.node("common_mode"))
        accepted = Keys(self.report, "common_mode", common, "accepted_by reason") if common else None
        return General(
            keys.text("name"),
            keys.text("timezone"),
            keys.time_ns("scan", 100 * MS_NS, MS_NS, 10 * SECOND_NS),
            keys.integer("max_open_strings", 1, 0, 16),
            keys.integer("max_open_per_hour", 1, 1, 16),
            keys.time_ns("start_grace", 5 * SECOND_NS, SECOND_NS, 600 * SECOND_NS),
            CommonMode(accepted.text("accepted_by"), accepted.text("reason")) if accepted else None,
        )

    def simulation(self, node: Node | None) -> Simulation | None:
        table = table_of(self.report, "simulation", node)
        if table is None:
            return None
        keys = self._keys("simulation", "", "simulation", table, "plant", "speed seed start scenario")
        return Simulation(
            keys.text("plant"),
            keys.integer("speed", 1, 1, 1000),
            keys.integer("seed", 0, 0, 2**31 - 1),
            self._file_name(keys, "start"),
            keys.text("scenario"),
        )

    def _file_name(self, keys: Keys, key: str) -> str:
        name = keys.text(key)
        if name and ("/" in name or "\\" in name or name.startswith(".")):
            what = f"{key} of {keys.of} is '{shortened(name)}'"
            self.report.refuse("Y008", keys.span(key), what, "write the name of a file beside site.yaml")
            return ""
        return name

    def buses(self, node: Node | None) -> tuple[Bus, ...]:
        return tuple(self._bus(name, table) for name, table in named(self.report, "buses", node))

    def _bus(self, name: str, table: Table) -> Bus:
        of = f"bus {name}"
        known = table.get("driver")
        if isinstance(known, Scalar) and known.text == Driver.TCP:
            keys = self._keys("buses", name, of, table, "driver host", "tcp_port")
            return Bus(name, Driver.TCP, host=keys.text("host"), tcp_port=keys.integer("tcp_port", 502, 1, 65_535))
        keys = self._keys("buses", name, of, table, "driver port", "baud parity")
        driver = keys.word("driver", Driver, Driver.RTU)
        baud = keys.integer("baud", 115_200, 1, 10_000_000)
        if baud not in BAUDS:
            cure = f"write one of {', '.join(map(str, BAUDS))}"
            self.report.refuse("Y009", keys.span("baud"), f"baud of {of} is {baud}", cure)
        return Bus(name, driver, keys.text("port"), baud, keys.word("parity", Parity, Parity.EVEN))

    def devices(self, node: Node | None) -> tuple[Device, ...]:
        return tuple(self._device(name, table) for name, table in named(self.report, "devices", node))

    def _device(self, name: str, table: Table) -> Device:
        keys = self._keys("devices", name, f"device {name}", table, "type bus unit")
        return Device(name, self._type(keys, "type"), keys.text("bus"), keys.integer("unit", 0, 1, 247))

    def _type(self, keys: Keys, key: str) -> str:
        name = keys.text(key)
        if name and name not in CATALOGUE:
            what = f"{key} of {keys.of} is '{shortened(name)}', which is no device type"
            self.report.refuse("Y010", keys.span(key), what, did_you_mean(name, CATALOGUE))
            return ""
        return name

    def rooms(self, node: Node | None) -> tuple[Room, ...]:
        return tuple(self._room(name, table) for name, table in named(self.report, "rooms", node, 16))

    def _room(self, name: str, table: Table) -> Room:
        keys = self._keys("rooms", name, f"room {name}", table, "", "ambient thermal_lag")
        lag = keys.time_ns("thermal_lag", 16_560 * SECOND_NS, 60 * SECOND_NS, 2 * DAY_NS)
        return Room(name, keys.field("ambient"), lag)

    def module_groups(self, name: str, node: Node | None) -> tuple[ModuleGroup, ...]:
        groups = node.items if isinstance(node, List) else (node,) if node else ()
        tables = [table_of(self.report, f"modules of string {name}", group) for group in groups]
        found = [table for table in tables if table is not None]
        return tuple(self._modules(name, number, table) for number, table in enumerate(found, 1))

    def _modules(self, name: str, number: int, table: Table) -> ModuleGroup:
        of = f"modules of string {name}"
        keys = self._keys("modules", f"{name} {number}", of, table, "type bus units")
        units = units_of(self.report, of, keys.node("units"))
        return ModuleGroup(self._type(keys, "type"), keys.text("bus"), units)

    def block(self, name: str, node: Node | None) -> Block:
        table = table_of(self.report, f"block of string {name}", node)
        if table is None:
            return Block("", 1, 0.0, 0.0)
        of = f"block of string {name}"
        keys = self._keys("block", name, of, table, "chemistry cells capacity float", "compensation")
        return Block(
            keys.word("chemistry", Chemistry, Chemistry.VRLA),
            keys.integer("cells", 1, 1, 12),
            keys.quantity("capacity", quantity.CAPACITY, 0.0, 1.0, 20_000.0),
            keys.quantity("float", quantity.CELL_VOLTAGE, 0.0, 1.0, 4.5),
            keys.quantity("compensation", quantity.COMPENSATION, -3.0, -10.0, 0.0),
        )

    def current(self, name: str, node: Node | None) -> CurrentSensor | None:
        table = table_of(self.report, f"current of string {name}", node)
        if table is None:
            return None
        keys = self._keys("current", name, f"current of string {name}", table, "device accuracy")
        return CurrentSensor(keys.text("device"), keys.quantity("accuracy", quantity.CURRENT, 0.0, 0.001, 100.0))

    def relays(self, node: Node | None) -> tuple[Relay, ...]:
        return tuple(self._relay(name, table) for name, table in named(self.report, "relays", node))

    def _relay(self, name: str, table: Table) -> Relay:
        keys = self._keys("relays", name, f"relay {name}", table, "device relay fail_state", "pulse on_fault people")
        return Relay(
            name,
            keys.text("device"),
            keys.integer("relay", 0, 1, 4),
            keys.word("fail_state", FailState, FailState.HOLD),
            keys.word("on_fault", OnFault, OnFault.RELEASE),
            keys.time_ns("pulse", 0, 50 * MS_NS, 10 * SECOND_NS),
            self._people(keys),
        )

    def _people(self, keys: Keys) -> tuple[str, ...]:
        node = keys.node("people")
        if node is None:
            return ()
        items = node.items if isinstance(node, List) else (node,)
        words = [item.text if isinstance(item, Scalar) else "" for item in items]
        if not set(words) <= {"on", "off"} or len(set(words)) != len(words):
            self.report.refuse(
                "Y010", node.span, f"people of {keys.of} lists something else", "write [on, off], [on] or [off]"
            )
        return tuple(words)

    def breakers(self, node: Node | None) -> tuple[Breaker, ...]:
        return tuple(self._breaker(name, table) for name, table in named(self.report, "breakers", node))

    def _breaker(self, name: str, table: Table) -> Breaker:
        required = "trip opens_when opened closed travel"
        keys = self._keys("breakers", name, f"breaker {name}", table, required, "closes backup")
        return Breaker(
            name,
            keys.text("trip"),
            keys.word("opens_when", Coil, Coil.ENERGISED) is Coil.ENERGISED,
            keys.field("opened") or NOWHERE,
            keys.field("closed") or NOWHERE,
            keys.time_ns("travel", 2 * SECOND_NS, 20 * MS_NS, 60 * SECOND_NS),
            keys.text("closes", "by_hand"),
            keys.text("backup"),
        )

    def tasks(self, node: Node | None) -> tuple[Task, ...]:
        found = named(self.report, "tasks", node)
        return tuple(self._task(priority, name, table) for priority, (name, table) in enumerate(found))

    def _task(self, priority: int, name: str, table: Table) -> Task:
        keys = self._keys("tasks", name, f"task {name}", table, "every programs", "priority")
        programs = keys.texts("programs")
        every = keys.time_ns("every", 0, MS_NS, DAY_NS)
        return Task(name, every, programs, keys.integer("priority", priority, 0, 255))

    def schedules(self, node: Node | None) -> tuple[Schedule, ...]:
        return tuple(self._schedule(name, table) for name, table in named(self.report, "schedules", node))

    def _schedule(self, name: str, table: Table) -> Schedule:
        of = f"schedule {name}"
        keys = self._keys("schedules", name, of, table, "cron", "run pause switch to for missed")
        actions = [action for action in Action if keys.node(action) is not None]
        if len(actions) != 1:
            found = " and ".join(actions) or "nothing to do"
            self.report.refuse("Y025", table.span, f"{of} has {found}", "write one of run, pause or switch")
        action = actions[0] if actions else Action.RUN
        return Schedule(
            name,
            keys.text("cron"),
            action,
            keys.text(action),
            keys.time_ns("for", 0, SECOND_NS, 366 * DAY_NS),
            keys.word("to", Switch, Switch.ON) is Switch.ON,
            keys.word("missed", Missed, Missed.SKIP),
        )
