"""A small site made by hand: one bus, two strings with a breaker each, a fan and a charger inhibit; programs in Python
over the same memory that compiled ones use."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

from plc.core.catalogue import OutputKind
from plc.core.command import Answer, Command, CommandKind
from plc.core.event import Event, EventKind
from plc.core.plan import (
    PULSE_MARGIN_NS,
    BreakerPlan,
    BusPlan,
    DevicePlan,
    FailState,
    InputField,
    InputRef,
    OnFault,
    OutputField,
    OutputRef,
    Plan,
    RelayPlan,
    TaskPlan,
)
from plc.core.segments import InputSegment
from plc.engine.area import Area
from plc.engine.latches import TwoCopies
from plc.engine.loaded import LoadedSet, load
from plc.engine.manifest import BlockFacts, FaultFacts, Manifest, ProgramFacts, SlotFacts, TypeTable
from plc.engine.ports import EventList, HeldInputs, KeptMemo, KeptOutputs
from plc.engine.scan import Engine
from plc.lang.types import (
    BOOL,
    DINT,
    INT,
    LREAL,
    LTIME,
    REAL,
    TIME,
    UDINT,
    UINT,
    USINT,
    Array,
    Enumeration,
    Field,
    Struct,
    Type,
    align,
)

MS = 1_000_000
S = 1_000_000_000
SCAN = 100 * MS
TRAVEL = 2 * S
PULSE = 500 * MS
ORDER = PULSE + PULSE_MARGIN_NS
"""How long the order of a trip pulse stands: the driver ends the pulse by its length."""
SEQUENCE = 3 * (ORDER + TRAVEL) // SCAN + 2
"""Scans after which three attempts have failed."""
NAN = b"\x00\x00\xc0\x7f"


def struct(name: str, initial: dict[str, bytes] | None = None, /, **types: Type) -> Struct:
    """A structure in C layout; ``initial`` gives the bytes of fields that do not start at zero."""
    fields, at, widest = [], 0, 1
    for field_name, type in types.items():
        at = align(at, type.alignment)
        fields.append(Field(field_name, type, at))
        at, widest = at + type.size, max(widest, type.alignment)
    image = bytearray(align(at, widest))
    for made in fields:
        value = (initial or {}).get(made.name) or _initial(made.type)
        image[made.offset : made.offset + len(value)] = value
    return Struct(name, tuple(fields), len(image), widest, bytes(image))


def _initial(type: Type) -> bytes:
    match type:
        case Struct():
            return type.initial
        case Array():
            return _initial(type.element) * type.count
        case _:
            return bytes(type.size)


STATE = Enumeration(
    "BreakerState", INT, (("UNKNOWN", 0), ("OPEN", 1), ("CLOSED", 2), ("MOVING", 3), ("CONTRADICTORY", 4))
)
STATUS = struct("BreakerStatus", Number=UINT, State=STATE, Ok=BOOL, Latched=BOOL, Failed=BOOL, Resettable=BOOL)
SYSTEM = struct(
    "System", Time=LTIME, Scan=UDINT, ConversionFaults=UDINT, Wall=LTIME, Speed=DINT, Epoch=LTIME
)  # fmt: skip
TRIP = struct(
    "TRIP",
    {"MayReset": b"\x01", **dict.fromkeys(("Value", "Limit", "Reference", "Current", "Baseline"), NAN)},
    Cause=BOOL, Confirmed=BOOL, Pending=BOOL, Due=TIME, MayReset=BOOL, Module=INT, Module2=INT, Value=REAL, Limit=REAL,
    Reference=REAL, Current=REAL, Baseline=REAL, Lasted=TIME, Number=UINT, Latched=BOOL, Failed=BOOL,
)  # fmt: skip
ALARM = struct("ALARM", Cause=BOOL, Priority=INT, Delay=TIME, Index=INT, Q=BOOL, Since=LTIME)

_CONTACTS = [f"input{n}" for n in range(1, 5)] + [f"relay{n}" for n in range(1, 5)]
_INPUTS = tuple(InputField("gx1", 241, name) for name in _CONTACTS)
_RELAYS = ("Q1_trip", "Q2_trip", "fan", "charger_inhibit")


def _raw(count: int) -> Struct:
    return struct(
        "BatteryInputs",
        Cycle=LTIME,
        Value=Array(LREAL, ((1, count),)),
        Sampled=Array(LTIME, ((1, count),)),
        Sequence=Array(UDINT, ((1, count),)),
        Good=Array(USINT, ((1, count),)),
    )


def small_plan(**changes: object) -> Plan:
    relay_outputs = (
        OutputField(name, "gx1", 241, f"relay{n}", OutputKind.RELAY, n, FailState.HOLD, n <= 2)
        for n, name in enumerate(_RELAYS, 1)
    )
    outputs = (
        *relay_outputs,
        OutputField("Targets[1]", "", 0, "target", OutputKind.TARGET, 1),
        OutputField("Targets[2]", "", 0, "target", OutputKind.TARGET, 2),
        OutputField("ups.start_test", "ups", 1, "start_test", OutputKind.COMMAND, 1),
    )
    bus = BusPlan(
        "battery",
        "modbus_rtu",
        (DevicePlan("gx1", "GX_R_AUX", 241),),
        _INPUTS,
        outputs,
        cycle_ns=100 * MS,
        stale_after_ns=S,
    )
    relays = (
        RelayPlan("Q1_trip", OutputRef(0, 0), InputRef(0, 4), FailState.HOLD, pulse_ns=PULSE, breaker=True),
        RelayPlan("Q2_trip", OutputRef(0, 1), InputRef(0, 5), FailState.HOLD, pulse_ns=PULSE, breaker=True),
        RelayPlan("fan", OutputRef(0, 2), InputRef(0, 6), FailState.ENERGISE, OnFault.HOLD, people=("on", "off")),
        RelayPlan("charger_inhibit", OutputRef(0, 3), InputRef(0, 7), FailState.HOLD, OnFault.RELEASE, people=("on",)),
    )
    breakers = tuple(
        BreakerPlan(
            f"Q{n}", n, n - 1, True, InputRef(0, 2 * n - 2), InputRef(0, 2 * n - 1), TRAVEL, (n,), True, backup=3
        )
        for n in (1, 2)
    )
    plan = Plan(
        name="small",
        timezone="UTC",
        site_hash="site",
        scan_ns=SCAN,
        buses=(bus,),
        relays=relays,
        breakers=breakers,
        tasks=(TaskPlan("protection", SCAN, ("watch",)), TaskPlan("care", S, ("care",), 1)),
        strings=("S1", "S2"),
        start_grace_ns=S,
    )
    return dataclasses.replace(plan, **changes)  # type: ignore[arg-type]


def released(plan: Plan) -> Plan:
    """The same plan with breakers that open when their relay is released."""
    return dataclasses.replace(
        plan, breakers=tuple(dataclasses.replace(b, opens_when_energised=False) for b in plan.breakers)
    )


SITE = struct(
    "Site",
    Sys=SYSTEM,
    battery_inputs=_raw(len(_INPUTS)),
    Breakers=struct("SiteBreakers", Q1=STATUS, Q2=STATUS),
    Relays=struct("SiteRelays", fan=BOOL, charger_inhibit=BOOL),
    Targets=Array(REAL, ((1, 2),)),
    UpsCommands=struct("SiteUpsCommands", ups=struct("UpsCommandsOfUps", start_test=BOOL)),
)
GLOBALS = struct("Globals", Shared=INT)
WATCH = struct("watch", opens=Array(TRIP, ((1, 2),)), warns=ALARM, fan=BOOL, count=DINT, Start=BOOL, seen=BOOL)
CARE = struct("care", targets=Array(REAL, ((1, 2),)), start_test=BOOL, index=INT)

Body = Callable[[Area, Area, Area], int]
"""(own area, SITE, GLOBAL) -> status."""


@dataclass
class Wishes:
    """What the hand-made program `watch` asks for: edit it between scans."""

    causes: dict[int, bool] = field(default_factory=dict)
    confirmed: dict[int, bool] = field(default_factory=dict)
    may_reset: bool = True
    alarm: bool = False
    fan: bool = False
    status: int = 0
    values: dict[str, float] = field(default_factory=dict)

    def body(self, own: Area, site: Area, globals: Area) -> int:
        own.write("count", int(own.read("count")) + 1)
        globals.write("Shared", int(globals.read("Shared")) + 1)
        own.write("seen", bool(own.read("seen")) or bool(own.read("Start")))
        for number in (1, 2):
            path = f"opens[{number}]"
            own.write(f"{path}.Number", number)
            own.write(f"{path}.Cause", self.causes.get(number, False))
            own.write(f"{path}.Confirmed", self.confirmed.get(number, False))
            own.write(f"{path}.MayReset", self.may_reset)
            for name, value in self.values.items():
                own.write(f"{path}.{name}", value)
        own.write("warns.Q", self.alarm)
        own.write("fan", self.fan)
        return self.status


@dataclass
class Care:
    targets: tuple[float, float] = (13.6, 13.7)
    start_test: bool = False
    status: int = 0

    def body(self, own: Area, site: Area, globals: Area) -> int:
        own.write("targets[1]", self.targets[0])
        own.write("targets[2]", self.targets[1])
        own.write("start_test", self.start_test)
        return self.status


def small_set(
    plan: Plan,
    watch: Body,
    care: Body,
    set_hash: str = "a" * 64,
    watch_layout: Struct = WATCH,
    site: Area | None = None,
    system: Body | None = None,
) -> LoadedSet:
    """A loaded set whose programs are these functions."""
    table = TypeTable()
    bool_type, targets = table.number(BOOL), table.number(Array(REAL, ((1, 2),)))

    def trip(n: int) -> BlockFacts:
        offset = watch_layout.fields[0].offset + (n - 1) * TRIP.size
        return BlockFacts(f"opens[{n}]", offset, "programs/watch.st", 88)

    def offset(layout: Struct, name: str) -> int:
        return next(f.offset for f in layout.fields if f.name == name)

    programs = [
        ProgramFacts(
            "watch", "WATCH", f"watch of {set_hash}", table.number(watch_layout), "watch",
            trips=(trip(1), trip(2)),
            alarms=(BlockFacts("warns", offset(watch_layout, "warns"), "programs/watch.st", 90, "string is warm"),),
            outputs=(SlotFacts("Relays.fan", offset(watch_layout, "fan"), bool_type),),
            faults=(FaultFacts("index out of range", "programs/watch.st", 20, "temperatures[count]"),),
            protective=True,
        ),
        ProgramFacts(
            "care", "CARE", "care", table.number(CARE), "care",
            outputs=(
                SlotFacts("Targets", 0, targets),
                SlotFacts("UpsCommands.ups.start_test", offset(CARE, "start_test"), bool_type),
            ),
            faults=(FaultFacts("division by zero", "programs/care.st", 5, "1 / index"),),
        ),
    ]  # fmt: skip
    if system is not None:
        programs.append(ProgramFacts("plant_inputs", "PLANT_INPUTS", "p", table.number(GLOBALS), "p", system=True))
    manifest = Manifest(
        set_hash, plan.site_hash, tuple(table.rows), table.number(SITE), table.number(GLOBALS), tuple(programs)
    )
    manifest = dataclasses.replace(manifest, types=tuple(table.rows))
    bodies = {"watch": watch, "care": care, "plant_inputs": system}
    layouts = {"watch": watch_layout, "care": CARE, "plant_inputs": GLOBALS}

    def bind(facts, area, site_memory, globals_memory, context):  # type: ignore[no-untyped-def]
        body = bodies[facts.instance]
        own, site_area = Area(layouts[facts.instance], area), Area(SITE, site_memory)
        return lambda: body(own, site_area, Area(GLOBALS, globals_memory))

    return load(manifest, plan, bind, site)


class SmallPlant:
    """The small site running: its programs' wishes, its contacts, its engine, a clock of 100 ms scans."""

    def __init__(self, plan: Plan | None = None, **options: object) -> None:
        self.plan = plan or small_plan()
        self.watch, self.care = Wishes(), Care()
        self.memory = bytearray(64 * 1024)
        self.retained = KeptMemo()
        self.opened = {1: False, 2: False}
        self.good = True
        self.options = options
        self.wall_ns = 1000 * S
        self.speed = self.plan.speed
        self.events = EventList()
        self.start()

    def start(self) -> None:
        """Start the engine; again, when it ran: only what the latches kept survives."""
        loaded = small_set(self.plan, lambda *a: self.watch.body(*a), lambda *a: self.care.body(*a), **self.options)
        self.inputs, self.outputs = HeldInputs(self.plan, SITE), KeptOutputs()
        self.engine = Engine(
            loaded, self.inputs, self.outputs, self.events, TwoCopies(self.memory), self.retained, lambda: self.wall_ns
        )

    def scan(self, scans: int = 1, *commands: Command) -> list[Answer]:
        answers: list[Answer] = []
        for number in range(scans):
            self.wall_ns += SCAN
            self._sample()
            given = commands if number == 0 else ()
            answers += self.engine.scan(self.wall_ns, self.wall_ns * self.speed, given)
        return answers

    def settle(self) -> None:
        """Past the start grace."""
        self.scan(12)

    def _sample(self) -> None:
        for n in (1, 2):
            breaker = self.plan.breakers[n - 1]
            self.inputs.sample(breaker.opened, float(self.opened[n]), self.wall_ns, self.good)
            self.inputs.sample(breaker.closed, float(not self.opened[n]), self.wall_ns, self.good)

    def coil(self, name: str) -> tuple[float, int]:
        """(value, until) as committed last."""
        relay = next(r for r in self.plan.relays if r.name == name)
        segment = self.outputs.segments[relay.output.bus]
        return segment.value[relay.output.index], segment.until[relay.output.index]

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.events.events]

    def last(self, kind: EventKind) -> Event:
        return [event for event in self.events.events if event.kind is kind][-1]

    def command(self, kind: CommandKind, subject: str, id: str = "1", **more: object) -> Command:
        return Command(
            id,
            kind,
            subject,
            "Ada",
            "operator",
            "test",
            self.wall_ns + 10 * S,
            **more,  # type: ignore[arg-type]
        )

    def segment(self) -> InputSegment:
        return self.inputs.segments[0]
