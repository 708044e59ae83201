"""The plan: everything the engine and the drivers need to know of a site, as plain facts.

    site file --store--> Plan --> engine, drivers, command line

A plan travels between processes as JSON (msgspec encodes frozen dataclasses). Times are integers of nanoseconds.
Positions ("index") count from 0 in their tuple; numbers a person sees count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.core.catalogue import OutputKind

ANSWER_WITHIN_NS = 200_000_000
"""How long a driver waits for an answer; meanwhile nothing else can be sent."""

PULSE_MARGIN_NS = 2 * ANSWER_WITHIN_NS
"""How much later than its length the order of a trip pulse ends: what a time-out takes before the coil answers must not
shorten the pulse. The driver ends it by its length."""


class FailState(StrEnum):
    """What a coil does when nobody commands it any more."""

    ENERGISE = "energise"
    RELEASE = "release"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """A device on a bus; modules of a string are devices too (named ``S2.7``). ``type`` is in the catalogue."""

    name: str
    type: str
    unit: int


@dataclass(frozen=True, slots=True)
class InputField:
    """One place of a bus's input segment: what ``device`` reports as ``field``."""

    device: str
    unit: int
    field: str


@dataclass(frozen=True, slots=True)
class OutputField:
    """One place of a bus's output segment.

    ``tag`` is what people call it (a relay's name, ``Targets[2]``, ``ups.start_test``); ``number`` is the relay of the
    unit (1..4) or the string (1..16) of a target; ``unit`` is 0 for a broadcast. Relays carry their fail state.
    ``urgent`` outputs (trip coils) are written before anything else on the bus. ``pulse_ns`` is how long a pulse lasts
    from the coil's acknowledgement on, within what the order allows; 0: to the order's end.
    """

    tag: str
    device: str
    unit: int
    name: str
    kind: OutputKind
    number: int
    fail_state: FailState = FailState.HOLD
    urgent: bool = False
    pulse_ns: int = 0


@dataclass(frozen=True, slots=True)
class BusPlan:
    """One bus, its devices in polling order, and the places of its two segments.

    ``driver`` is ``modbus_rtu`` (``port``, ``baud``, ``parity`` E/N/O) or ``modbus_tcp`` (``host``, ``tcp_port``).
    ``cycle_ns`` is the time one poll of all devices takes by wire arithmetic, ``stale_after_ns`` the age from which
    a reading no longer counts, ``answer_within_ns`` how long a device may take.
    """

    name: str
    driver: str
    devices: tuple[DevicePlan, ...]
    inputs: tuple[InputField, ...]
    outputs: tuple[OutputField, ...]
    cycle_ns: int
    stale_after_ns: int
    answer_within_ns: int = ANSWER_WITHIN_NS
    watchdog_ns: int = 5_000_000_000
    port: str = ""
    baud: int = 115_200
    parity: str = "E"
    host: str = ""
    tcp_port: int = 502


@dataclass(frozen=True, slots=True)
class InputRef:
    """A place of an input segment."""

    bus: int
    index: int


@dataclass(frozen=True, slots=True)
class OutputRef:
    """A place of an output segment."""

    bus: int
    index: int


class OnFault(StrEnum):
    """What a relay does when the program that writes it has faulted."""

    HOLD = "hold"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class RelayPlan:
    """``pulse_ns`` 0 is a steady relay. ``readback`` is the unit's own report of the coil. ``people`` lists the
    states ("on", "off") a person or a schedule may ask for. ``breaker`` relays belong to a breaker's sequence: no
    program and nobody writes them."""

    name: str
    output: OutputRef
    readback: InputRef
    fail_state: FailState
    on_fault: OnFault = OnFault.RELEASE
    pulse_ns: int = 0
    people: tuple[str, ...] = ()
    breaker: bool = False


@dataclass(frozen=True, slots=True)
class BreakerPlan:
    """``number`` counts from 1 in the order of the site file; ``trip`` and ``backup`` index ``Plan.relays``.
    ``strings`` are the numbers of the strings it isolates; ``armed`` False is ``protection: alarm_only``."""

    name: str
    number: int
    trip: int
    opens_when_energised: bool
    opened: InputRef
    closed: InputRef
    travel_ns: int
    strings: tuple[int, ...]
    armed: bool
    backup: int | None = None
    retries: int = 2


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """``programs`` are instance names. Priority 0 is the most urgent; equal ones run by name. With ``single``, the path
    of a BOOL in SITE or GLOBAL, the task runs at its rising edge and ``every_ns`` is 0."""

    name: str
    every_ns: int
    programs: tuple[str, ...]
    priority: int = 0
    single: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole site. ``speed`` is 1 on a real site; ``scan_ns`` the base scan."""

    name: str
    timezone: str
    site_hash: str
    scan_ns: int
    buses: tuple[BusPlan, ...]
    relays: tuple[RelayPlan, ...]
    breakers: tuple[BreakerPlan, ...]
    tasks: tuple[TaskPlan, ...]
    strings: tuple[str, ...]
    simulated: bool = False
    speed: int = 1
    loop_budget: int = 1_000_000
    start_grace_ns: int = 5_000_000_000
    valid_ns: int = 300_000_000
    max_open_per_hour: int = 1
