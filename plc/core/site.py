"""A site as frozen facts: what the site file says, checked, with every default filled in.

    site.yaml --store/site_file--> Site --store/plan--> Plan
                                        --store/declarations--> the plant in Structured Text

Times are integers of ns, other quantities floats in the unit of their name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from plc.core.plan import FailState, OnFault

MINUTE_NS = 60_000_000_000
HOUR_NS = 60 * MINUTE_NS
SECOND_NS = 1_000_000_000
MS_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class FieldName:
    """What a device reports: ``gx3.input2``."""

    device: str
    field: str

    def __str__(self) -> str:
        return f"{self.device}.{self.field}"


@dataclass(frozen=True, slots=True)
class CommonMode:
    """Who accepted that one event opens more strings than allowed, and why."""

    accepted_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """Only in simulated sites. ``start`` names a file beside the site file; empty: a cold start."""

    plant: str
    speed: int = 1
    seed: int = 0
    start: str = ""
    scenario: str = ""


class Parity(StrEnum):
    EVEN = "even"
    NONE = "none"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Bus:
    """``port`` is a serial device or ``sim:NAME`` (modbus_rtu); ``host`` an address or ``sim:NAME`` (modbus_tcp)."""

    name: str
    driver: str
    port: str = ""
    baud: int = 115_200
    parity: Parity = Parity.EVEN
    host: str = ""
    tcp_port: int = 502

    @property
    def simulated(self) -> bool:
        return (self.port or self.host).startswith("sim:")


@dataclass(frozen=True, slots=True)
class Device:
    """``type`` is in the catalogue."""

    name: str
    type: str
    bus: str
    unit: int


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    ambient: FieldName | None
    thermal_lag_ns: int


@dataclass(frozen=True, slots=True)
class ModuleGroup:
    """Modules of one type on one bus, in the order of the string."""

    type: str
    bus: str
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What one module measures. ``float_v`` is for a cell at 25 degC, ``compensation_mv_k`` for a cell."""

    chemistry: str
    cells: int
    capacity_ah: float
    float_v: float
    compensation_mv_k: float = -3.0


@dataclass(frozen=True, slots=True)
class CurrentSensor:
    device: str
    accuracy_a: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the trip (site key ``limits:``), as `docs/site.md` lists them.

    Legs: A module temperatures above the reference, B float current, V over-voltage, C hot, D rate of dT.
    """

    dt_k: float = 10.0
    dt_neighbour_k: float = 5.0
    dt_modules: int = 2
    current_factor: float = 3.0
    current_floor_ma_ah: float = 10.0
    baseline_max_ma_ah: float = 2.0
    baseline_unlearnt_ma_ah: float = 1.0
    baseline_dt_k: float = 5.0
    over_voltage_pct: float = 2.0
    over_voltage_after_ns: int = 600 * SECOND_NS
    hot_degc: float = 60.0
    hot_modules: int = 2
    hot_rise_k: float = 1.0
    hot_rise_within_ns: int = 10 * MINUTE_NS
    hot_after_ns: int = 30 * SECOND_NS
    dt_rate_k_h: float = 2.0
    dt_rate_after_ns: int = 2 * HOUR_NS
    alarm_after_ns: int = 60 * SECOND_NS
    trip_after_ns: int = 600 * SECOND_NS
    trip_on_dt_alone: bool = False
    dt_alone_after_ns: int = 3600 * SECOND_NS
    ok_share_pct: float = 80.0
    reset_dt_k: float = 5.0
    thermal_lag_ns: int | None = None


@dataclass(frozen=True, slots=True)
class BatteryString:
    """``step_down``: the site has a relay or a charger that lowers this string's charging voltage."""

    name: str
    room: str
    modules: tuple[ModuleGroup, ...]
    block: Block
    current: CurrentSensor | None = None
    smoke: FieldName | None = None
    breaker: str = ""
    armed: bool = False
    step_down: bool = False
    limits: Limits = Limits()

    @property
    def count(self) -> int:
        return sum(len(group.units) for group in self.modules)

    def places(self) -> Iterator[tuple[int, ModuleGroup, int]]:
        """(number from 1, its group, its unit) of every module, in the order of the string."""
        number = 0
        for group in self.modules:
            for unit in group.units:
                number += 1
                yield number, group, unit


@dataclass(frozen=True, slots=True)
class Relay:
    """``number`` is the relay of the device, 1..4. ``pulse_ns`` 0 is a steady relay."""

    name: str
    device: str
    number: int
    fail_state: FailState
    on_fault: OnFault = OnFault.RELEASE
    pulse_ns: int = 0
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Breaker:
    """``closes`` is ``by_hand`` or the name of a relay."""

    name: str
    trip: str
    opens_when_energised: bool
    opened: FieldName
    closed: FieldName
    travel_ns: int
    closes: str = "by_hand"
    backup: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    every_ns: int
    programs: tuple[str, ...]
    priority: int = 0


@dataclass(frozen=True, slots=True)
class TiedAddress:
    """A direct address of programs and the tag it is: ``%IX0.0`` and ``io.input1``, ``%QX0.1`` and ``Relays.fan``."""

    address: str
    tag: str


class Action(StrEnum):
    """What a schedule does at its time."""

    RUN = "run"
    PAUSE = "pause"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Schedule:
    """``target`` is a program (run, pause) or a relay (switch); ``on`` is where the relay goes for ``for_ns``.
    ``missed`` is ``skip`` or ``late``: what happens when the controller was down at the time."""

    name: str
    cron: str
    action: Action
    target: str
    for_ns: int = 0
    on: bool = True
    missed: str = "skip"


@dataclass(frozen=True, slots=True)
class Site:
    """A whole site. Everything keeps the order of the site file; string numbers count from 1 in that order."""

    name: str
    timezone: str
    scan_ns: int
    buses: tuple[Bus, ...]
    devices: tuple[Device, ...]
    rooms: tuple[Room, ...]
    strings: tuple[BatteryString, ...]
    relays: tuple[Relay, ...]
    breakers: tuple[Breaker, ...]
    tasks: tuple[Task, ...]
    schedules: tuple[Schedule, ...] = ()
    simulation: Simulation | None = None
    max_open_strings: int = 1
    max_open_per_hour: int = 1
    start_grace_ns: int = 5 * SECOND_NS
    common_mode: CommonMode | None = None
    addresses: tuple[TiedAddress, ...] = ()

    @property
    def speed(self) -> int:
        return self.simulation.speed if self.simulation else 1

    def bus(self, name: str) -> Bus:
        return next(bus for bus in self.buses if bus.name == name)

    def device(self, name: str) -> Device:
        return next(device for device in self.devices if device.name == name)

    def relay(self, name: str) -> Relay:
        return next(relay for relay in self.relays if relay.name == name)

    def breaker(self, name: str) -> Breaker:
        return next(breaker for breaker in self.breakers if breaker.name == name)

    def room(self, name: str) -> Room:
        return next(room for room in self.rooms if room.name == name)
