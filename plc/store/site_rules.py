"""What the sections of a site must say of one another: each rule is one function that notes what breaks it.

Rules run on whatever could be read, so an empty name or number here means "already refused" and is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from plc.core.catalogue import CATALOGUE, DeviceKind, FieldKind
from plc.core.diagnostic import Span
from plc.core.plan import ANSWER_WITHIN_NS
from plc.core.quantity import shortened, time_text
from plc.core.site import BatteryString, FieldName, Site
from plc.store.bus_time import cycle_ns
from plc.store.reserved import problem_of_name
from plc.store.schedule_rules import check_schedule
from plc.store.site_read import Report, did_you_mean, scalars
from plc.store.site_sections import NOWHERE, Places

MAX_PLANT_TIME_NS = 180_000_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the site as read, where things stand, and where to note problems."""

    site: Site
    places: Places
    report: Report

    def known(self, section: str, what: str, name: str, names: Iterable[str], span: Span) -> bool:
        """Whether the site has a thing of that name; notes it if not."""
        known = list(names)
        if not name or name in known:
            return bool(name)
        self.report.refuse("Y013", span, f"{what} '{shortened(name)}' is not in {section}", did_you_mean(name, known))
        return False

    def kind_of(self, device: str) -> DeviceKind | None:
        found = next((d for d in self.site.devices if d.name == device), None)
        return CATALOGUE[found.type].kind if found and found.type else None

    def device(self, name: str, kind: DeviceKind, span: Span) -> bool:
        """Whether ``name`` is a device of that kind."""
        if not self.known("devices", "device", name, [d.name for d in self.site.devices], span):
            return False
        found = self.kind_of(name)
        if found is kind or found is None:
            return found is kind
        fitting = [d.name for d in self.site.devices if d.type and CATALOGUE[d.type].kind is kind]
        cure = f"name a {kind.value}: {', '.join(fitting)}" if fitting else f"add a {kind.value} to devices"
        self.report.refuse("Y013", span, f"{name} is a {found.value}, here stands a {kind.value}", cure)
        return False

    def field(self, name: FieldName | None, kind: FieldKind, unit: str, span: Span) -> None:
        """Note a field that does not exist or is of another kind."""
        if name is None or name == NOWHERE:
            return
        if not self.known("devices", "device", name.device, [d.name for d in self.site.devices], span):
            return
        device = self.site.device(name.device)
        if not device.type:
            return
        fields = CATALOGUE[device.type].fields
        fitting = [f.name for f in fields if f.kind is kind and f.unit == unit]
        if name.field not in fitting:
            what = f"{device.type} {name.device} has no {kind.value} '{shortened(name.field)}'"
            self.report.refuse(
                "Y013", span, f"{what}{f' in {unit}' if unit else ''}", did_you_mean(name.field, fitting)
            )


def timezone_exists(case: Case) -> None:
    name = case.site.timezone
    if not name:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        span = case.places.span("site", "", "timezone")
        what = f"there is no time zone '{shortened(name)}'"
        case.report.refuse("Y024", span, what, did_you_mean(name, sorted(available_timezones())))


def bus_ports(case: Case) -> None:
    """Two buses do not share a port; sim: ports belong to simulated sites, and only they."""
    seen: dict[tuple[str, int], str] = {}
    for bus in case.site.buses:
        port = bus.port or bus.host
        if not port:
            continue
        span = case.places.span("buses", bus.name, "port" if bus.port else "host")
        first = seen.setdefault((port, bus.tcp_port), bus.name)
        if first != bus.name:
            what = f"buses {first} and {bus.name} both use {shortened(port)}"
            case.report.refuse("Y014", span, what, "give each bus its own port")
        if bus.simulated and case.site.simulation is None:
            cure = "add 'simulation: {plant: vrla}' or write the real port"
            case.report.refuse("Y023", span, f"{shortened(port)} is simulated, the site is not", cure)
        if not bus.simulated and case.site.simulation is not None:
            what = f"bus {bus.name} is real ({shortened(port)}), the site is simulated"
            case.report.refuse(
                "Y023", span, what, "write sim:NAME, or remove 'simulation:' (a speed needs no real bus)"
            )


def buses_are_used(case: Case) -> None:
    used = {device.bus for device in case.site.devices}
    used |= {group.bus for string in case.site.strings for group in string.modules}
    for bus in case.site.buses:
        if bus.name not in used:
            span = case.places.tables["buses", bus.name].table.span
            case.report.refuse("Y026", span, f"bus {bus.name} has no devices", "name it in a device, or remove it")


def simulated_speed(case: Case) -> None:
    """At the simulated speed one poll of a bus takes at most 180 s of plant time."""
    for bus in case.site.buses:
        cycle = cycle_ns(case.site, bus)
        if case.site.speed > 1 and cycle * case.site.speed > MAX_PLANT_TIME_NS:
            highest = MAX_PLANT_TIME_NS // cycle
            took = time_text(cycle * case.site.speed // 1_000_000_000 * 1_000_000_000)
            what = f"at speed {case.site.speed} one poll of bus {bus.name} takes {took} of plant time, at most 3 min"
            case.report.refuse("Y023", case.places.span("simulation", "", "speed"), what, f"write {highest} or less")


def ghost_only_simulated(case: Case) -> None:
    for device in case.site.devices:
        if case.kind_of(device.name) is DeviceKind.GHOST and case.site.simulation is None:
            span = case.places.span("devices", device.name, "type")
            case.report.refuse("Y023", span, f"{device.name} is a ghost, the site is real", "remove the device")


def device_names(case: Case) -> None:
    """A device's name is a variable of programs, as is each bus's raw input."""
    taken = {f"{bus.name}_inputs".casefold(): bus.name for bus in case.site.buses}
    for device in case.site.devices:
        bus = taken.get(device.name.casefold())
        if bus is not None:
            span = case.places.tables["devices", device.name].table.span
            what = f"'{device.name}' is the name of what bus {bus} delivers"
            case.report.refuse("Y011", span, what, "choose another name for the device")


def relays_are_wired(case: Case) -> None:
    """A relay is on a relay unit, and no coil has two tags."""
    coils: dict[tuple[str, int], str] = {}
    for relay in case.site.relays:
        span = case.places.span("relays", relay.name, "device")
        if not case.device(relay.device, DeviceKind.IO, span) or not relay.number:
            continue
        first = coils.setdefault((relay.device, relay.number), relay.name)
        if first != relay.name:
            what = f"{relay.name} and {first} are both relay {relay.number} of {relay.device}"
            case.report.refuse(
                "Y017", case.places.span("relays", relay.name, "relay"), what, "give each relay its own coil"
            )


def relay_pulses(case: Case) -> None:
    """Only relays that move a breaker pulse, and nobody but the breaker's sequence switches a trip relay."""
    moving = {b.trip for b in case.site.breakers} | {b.closes for b in case.site.breakers}
    trips = {b.trip for b in case.site.breakers}
    names = {relay.name for relay in case.site.relays}
    for relay in case.site.relays:
        if relay.pulse_ns and relay.name not in moving and trips <= names:
            what = f"relay {relay.name} has a pulse and moves no breaker"
            cure = "remove 'pulse:', or name the relay as a breaker's trip"
            case.report.refuse("Y019", case.places.span("relays", relay.name, "pulse"), what, cure)
        if relay.people and relay.name in trips:
            span = case.places.span("relays", relay.name, "people")
            what = f"relay {relay.name} trips a breaker, so nobody switches it by hand"
            case.report.refuse("Y018", span, what, "remove 'people:'")


def breakers_are_wired(case: Case) -> None:
    relays = [relay.name for relay in case.site.relays]
    users: dict[str, str] = {}
    for breaker in case.site.breakers:
        keys = case.places.tables["breakers", breaker.name]
        roles = {"trip": breaker.trip, "backup": breaker.backup}
        if breaker.closes != "by_hand":
            roles["closes"] = breaker.closes
        for role, name in roles.items():
            case.known("relays", "relay", name, relays, keys.span(role))
        for role in ("trip", "closes"):
            name = roles.get(role, "")
            first = users.setdefault(name, f"{breaker.name} ({role})") if name else ""
            if first and first != f"{breaker.name} ({role})":
                what = f"relay {name} belongs to {first} and to {breaker.name} ({role})"
                case.report.refuse("Y018", keys.span(role), what, "give each breaker a relay of its own")
    for breaker in case.site.breakers:
        if breaker.backup in users:
            span = case.places.span("breakers", breaker.name, "backup")
            what = f"relay {breaker.backup} is the backup of {breaker.name} and belongs to {users[breaker.backup]}"
            case.report.refuse("Y018", span, what, "name a relay that moves no breaker, such as the charger's inhibit")


def trips_that_energise_pulse(case: Case) -> None:
    """A trip coil that opens when energised is made for a pulse: held on, it burns. A pulse ends at an instant settled
    with the order, so a device that does not answer may take one time-out of it; what is left must move the breaker."""
    least_ns = 2 * ANSWER_WITHIN_NS
    for breaker in case.site.breakers:
        relay = next((relay for relay in case.site.relays if relay.name == breaker.trip), None)
        if relay is None or not breaker.opens_when_energised or relay.pulse_ns >= least_ns:
            continue
        if relay.pulse_ns:
            span = case.places.span("relays", relay.name, "pulse")
            waited = time_text(ANSWER_WITHIN_NS)
            what = f"a pulse of {time_text(relay.pulse_ns)} can be over when a device has been waited for {waited}"
            case.report.refuse("Y019", span, what, f"write pulse: {time_text(least_ns)} or more")
        else:
            what = f"relay {relay.name} opens {breaker.name} when energised and has no pulse"
            span = case.places.span("relays", relay.name)
            case.report.refuse("Y019", span, what, "write how long the coil may be energised, such as pulse: 500 ms")


def closing_by_relay(case: Case) -> None:
    for breaker in case.site.breakers:
        if breaker.closes != "by_hand":
            span = case.places.span("breakers", breaker.name, "closes")
            what = f"{breaker.name} is to be closed by relay {breaker.closes}, which this version never energises"
            case.report.advise("Y027", span, what, "close it by hand")


def breaker_contacts(case: Case) -> None:
    """Every breaker has two contacts of its own."""
    users: dict[FieldName, str] = {}
    for breaker in case.site.breakers:
        for role, contact in (("opened", breaker.opened), ("closed", breaker.closed)):
            span = case.places.span("breakers", breaker.name, role)
            case.field(contact, FieldKind.CONTACT, "", span)
            user = f"{breaker.name} ({role})"
            first = users.setdefault(contact, user)
            if contact != NOWHERE and first != user:
                what = f"{contact} is the contact of {first} and of {user}"
                case.report.refuse("Y018", span, what, "name the input this contact is wired to")
    for string in case.site.strings:
        if string.smoke in users and string.smoke is not None:
            span = case.places.span("strings", string.name, "smoke")
            what = f"{string.smoke} is the smoke contact of {string.name} and the contact of {users[string.smoke]}"
            case.report.refuse("Y018", span, what, "name the input the smoke detector is wired to")


def breakers_have_strings(case: Case) -> None:
    used = {string.breaker for string in case.site.strings}
    for breaker in case.site.breakers:
        if breaker.name not in used:
            span = case.places.tables["breakers", breaker.name].table.span
            what = f"breaker {breaker.name} isolates no string"
            case.report.advise("Y026", span, what, "write 'breaker: " + breaker.name + "' in its string, or remove it")


def strings_of_a_breaker_agree(case: Case) -> None:
    """Strings behind one breaker are all armed or none is."""
    first: dict[str, BatteryString] = {}
    for string in case.site.strings:
        other = first.setdefault(string.breaker, string)
        if string.breaker and other.armed != string.armed:
            span = case.places.span("strings", string.name, "protection")
            what = f"{other.name} and {string.name} share breaker {string.breaker}, and only one of them is armed"
            case.report.refuse("Y018", span, what, "write the same protection in both")


def rooms_have_sensors(case: Case) -> None:
    for room in case.site.rooms:
        span = case.places.span("rooms", room.name, "ambient")
        case.field(room.ambient, FieldKind.MEASUREMENT, "degC", span)
        if room.ambient is None and "ambient" not in {
            key.text for key, _ in case.places.tables["rooms", room.name].table.entries
        }:
            what = f"room {room.name} has no ambient sensor, the coolest quarter of its modules stands in for it"
            case.report.advise("Y026", span, what, "add 'ambient: DEVICE.temperature'")


def tasks_fit_the_scan(case: Case) -> None:
    owners: dict[str, str] = {}
    for task in case.site.tasks:
        keys = case.places.tables["tasks", task.name]
        if task.every_ns and task.every_ns % case.site.scan_ns:
            what = f"task {task.name} runs every {time_text(task.every_ns)}, the scan is {time_text(case.site.scan_ns)}"
            case.report.refuse("Y020", keys.span("every"), what, "write a multiple of the scan")
        if not task.programs and keys.node("programs") is not None:
            case.report.refuse("Y020", keys.span("programs"), f"task {task.name} has no programs", "name at least one")
        for scalar in scalars(keys.node("programs")):
            problem = problem_of_name(scalar.text, 64)
            first = owners.setdefault(scalar.text.casefold(), task.name)
            if problem:
                what = f"'{shortened(scalar.text)}' cannot be a program: {problem}"
                case.report.refuse("Y011", scalar.span, what, "write the program's name")
            elif first != task.name or task.programs.count(scalar.text) > 1:
                what = f"program {scalar.text} is in task {first} already"
                case.report.refuse("Y012", scalar.span, what, "name each program once")


def programs_on_schedule(case: Case) -> None:
    programs = [name for task in case.site.tasks for name in task.programs] if case.site.tasks else None
    for schedule in case.site.schedules:
        check_schedule(
            case.report, case.places.tables["schedules", schedule.name], schedule, programs, case.site.relays
        )


Rule = Callable[[Case], None]

RULES: tuple[Rule, ...] = (
    timezone_exists,
    bus_ports,
    buses_are_used,
    simulated_speed,
    ghost_only_simulated,
    device_names,
    relays_are_wired,
    relay_pulses,
    trips_that_energise_pulse,
    breakers_are_wired,
    closing_by_relay,
    breaker_contacts,
    breakers_have_strings,
    strings_of_a_breaker_agree,
    rooms_have_sensors,
    tasks_fit_the_scan,
    programs_on_schedule,
)
