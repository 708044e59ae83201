"""Rules of strings and of the addresses on a bus."""

from __future__ import annotations

from plc.core.catalogue import CATALOGUE, DeviceKind, FieldKind
from plc.core.diagnostic import Span
from plc.core.quantity import time_text
from plc.core.site import BatteryString, Bus, ModuleGroup
from plc.store.budget import too_many
from plc.store.bus_time import sample_every_ns
from plc.store.site_rules import Case, Rule

MAX_STRINGS = 16
MAX_MODULES = 510
MAX_MODULES_A_STRING = 240
SUPPLY_MODULES = 360
MAX_RTU_DEVICES = 247
SAMPLES = 2
"""A module counts after 2 of its last 3 distinct samples (`programs/blocks/modules_over.st`)."""

SUGGESTED_UNITS = {
    DeviceKind.MODULE: (1, 200),
    DeviceKind.CURRENT_SENSOR: (201, 216),
    DeviceKind.CLIMATE: (217, 230),
    DeviceKind.IO: (241, 244),
}


def strings_name_what_exists(case: Case) -> None:
    buses = [bus.name for bus in case.site.buses]
    for device in case.site.devices:
        case.known("buses", "bus", device.bus, buses, case.places.span("devices", device.name, "bus"))
        if device.type and CATALOGUE[device.type].kind is DeviceKind.MODULE:
            span = case.places.span("devices", device.name, "type")
            what = f"device {device.name} is a module, modules belong to a string"
            case.report.refuse("Y008", span, what, "name its unit under modules of the string")
    for string in case.site.strings:
        keys = case.places.tables["strings", string.name]
        case.known("rooms", "room", string.room, [room.name for room in case.site.rooms], keys.span("room"))
        case.known("breakers", "breaker", string.breaker, [b.name for b in case.site.breakers], keys.span("breaker"))
        case.field(string.smoke, FieldKind.CONTACT, "", keys.span("smoke"))
        for number, group in enumerate(string.modules, 1):
            place = case.places.tables["modules", f"{string.name} {number}"]
            case.known("buses", "bus", group.bus, buses, place.span("bus"))
            if group.type and CATALOGUE[group.type].kind is not DeviceKind.MODULE:
                fitting = [name for name, known in CATALOGUE.items() if known.kind is DeviceKind.MODULE]
                what = f"{group.type} is a {CATALOGUE[group.type].kind.value}, here stands a module type"
                case.report.refuse("Y013", place.span("type"), what, f"write one of {', '.join(fitting)}")
        if string.current is not None:
            span = case.places.span("current", string.name, "device")
            case.device(string.current.device, DeviceKind.CURRENT_SENSOR, span)


def plant_size(case: Case) -> None:
    """At most 16 strings (a module has 16 target registers), 240 modules a string, 510 modules in all."""
    site = case.site
    start = case.places.span("site", "")
    if not site.strings:
        case.report.refuse("Y007", start, "the site has no strings", "add at least one under 'strings:'")
    if len(site.strings) > MAX_STRINGS:
        span = case.places.tables["strings", site.strings[MAX_STRINGS].name].table.span
        case.report.refuse(
            "Y016", span, f"the site has {len(site.strings)} strings, at most {MAX_STRINGS}", "split the site"
        )
    total = sum(string.count for string in site.strings)
    if total > MAX_MODULES:
        case.report.refuse("Y016", start, f"the site has {total} modules, at most {MAX_MODULES}", "split the site")
    elif total > SUPPLY_MODULES:
        what = f"{total} modules: one supply of 12 V, 2 A feeds {SUPPLY_MODULES}"
        case.report.advise("Y016", start, what, "plan a second supply")
    for string in site.strings:
        if string.count > MAX_MODULES_A_STRING:
            span = case.places.tables["strings", string.name].table.span
            what = f"string {string.name} has {string.count} modules, at most {MAX_MODULES_A_STRING}"
            case.report.refuse("Y016", span, what, "split the string")


def addresses(case: Case) -> None:
    """No unit of a bus is used twice, and a bus holds at most 247 devices."""
    for bus in case.site.buses:
        total = sum(len(group.units) for _, _, group in _groups(case, bus))
        total += sum(device.bus == bus.name for device in case.site.devices)
        if total > MAX_RTU_DEVICES:
            what = f"bus {bus.name} has {total} devices, an RS-485 bus addresses at most {MAX_RTU_DEVICES}"
            needed = -(-total // 200)
            case.report.refuse(
                "Y016", case.places.tables["buses", bus.name].table.span, what, f"spread them over {needed} buses"
            )
        else:
            _twice_on(case, bus)


def _groups(case: Case, bus: Bus) -> list[tuple[BatteryString, int, ModuleGroup]]:
    return [
        (string, number, group)
        for string in case.site.strings
        for number, group in enumerate(string.modules, 1)
        if group.bus == bus.name
    ]


def _twice_on(case: Case, bus: Bus) -> None:
    owners: dict[int, str] = {}
    for string, number, group in _groups(case, bus):
        span = case.places.span("modules", f"{string.name} {number}", "units")
        clashes: dict[str, list[int]] = {}
        for unit in group.units:
            if unit in owners:
                clashes.setdefault(owners[unit], []).append(unit)
            owners[unit] = f"string {string.name}"
        for owner, units in clashes.items():
            _twice(case, span, bus, units, owner, f"string {string.name}")
    for device in case.site.devices:
        if device.bus != bus.name or not device.unit:
            continue
        owner = owners.setdefault(device.unit, device.name)
        if owner != device.name:
            span = case.places.span("devices", device.name, "unit")
            _twice(case, span, bus, [device.unit], owner, device.name)


def _twice(case: Case, span: Span, bus: Bus, units: list[int], owner: str, again: str) -> None:
    shown = f"unit {units[0]}" if len(units) == 1 else f"units {units[0]} to {units[-1]} ({len(units)} of them)"
    who = f"both {owner} and {again}" if owner != again else f"twice in {again}"
    case.report.refuse("Y014", span, f"{shown} on bus {bus.name}: {who}", "give each device its own unit")


def suggested_units(case: Case) -> None:
    rtu = {bus.name for bus in case.site.buses if bus.driver == "modbus_rtu"}
    for device in case.site.devices:
        kind = case.kind_of(device.name)
        if kind not in SUGGESTED_UNITS or device.bus not in rtu or not device.unit:
            continue
        _advise_unit(case, case.places.span("devices", device.name, "unit"), device.name, kind, (device.unit,))
    for string in case.site.strings:
        for number, group in enumerate(string.modules, 1):
            if group.bus in rtu:
                span = case.places.span("modules", f"{string.name} {number}", "units")
                _advise_unit(case, span, f"string {string.name}", DeviceKind.MODULE, group.units)


def _advise_unit(case: Case, span: Span, of: str, kind: DeviceKind, units: tuple[int, ...]) -> None:
    low, high = SUGGESTED_UNITS[kind]
    outside = next((unit for unit in units if not low <= unit <= high), None)
    if outside is not None:
        what = f"unit {outside} of {of} is outside {low} to {high}, where a {kind.value} usually is"
        case.report.advise("Y015", span, what, "check the address on the device")


def blocks_fit_their_modules(case: Case) -> None:
    """The float voltage and the capacity of a block are in the range of the module on it."""
    for string in case.site.strings:
        block = string.block
        if ("block", string.name) not in case.places.tables or not block.float_v or not block.capacity_ah:
            continue
        float_v = block.cells * block.float_v
        fitting = [
            name
            for name, known in CATALOGUE.items()
            if known.blocks
            and known.blocks.low_v <= float_v <= known.blocks.high_v
            and known.blocks.low_ah <= block.capacity_ah <= known.blocks.high_ah
        ]
        for type_name in sorted({group.type for group in string.modules if group.type} - set(fitting)):
            blocks = CATALOGUE[type_name].blocks
            if blocks is None:
                continue
            what = (
                f"{block.cells} cells at {block.float_v:g} V/cell are {float_v:.2f} V and {block.capacity_ah:g} Ah,"
                f" a {type_name} takes {blocks.low_v:g} to {blocks.high_v:g} V"
                f" and {blocks.low_ah:g} to {blocks.high_ah:g} Ah"
            )
            cure = f"check the block, or use {' or '.join(fitting)}" if fitting else "check cells, float and capacity"
            case.report.refuse("Y021", case.places.tables["block", string.name].table.span, what, cure)


def protection_is_possible(case: Case) -> None:
    """Advice on strings that cannot trip, have no smoke contact, or whose float current cannot be measured."""
    for string in case.site.strings:
        keys = case.places.tables["strings", string.name]
        if not string.breaker:
            what = f"string {string.name} has no breaker: a trip can only alarm"
            case.report.advise("Y027", keys.table.span, what, "add 'breaker:' to isolate it")
        elif not string.armed:
            what = f"string {string.name} is alarm_only: a trip does not open {string.breaker}"
            case.report.advise(
                "Y027", keys.span("protection"), what, "write 'protection: armed' once it is commissioned"
            )
        if string.smoke is None and keys.node("smoke") is None:
            what = f"string {string.name} has no smoke contact: its Smoke is never active and never Ok"
            case.report.advise("Y027", keys.table.span, what, "add 'smoke: DEVICE.INPUT' if there is a detector")
        _leg_b(case, string)


def _leg_b(case: Case, string: BatteryString) -> None:
    if string.current is None:
        if case.places.tables["strings", string.name].node("current") is None:
            span = case.places.tables["strings", string.name].table.span
            what = f"leg B of {string.name} is not measurable: it has no current sensor"
            case.report.advise("Y028", span, what, "leg A trips with leg V alone")
        return
    limits, ah = string.limits, string.block.capacity_ah
    limit_a = max(limits.current_factor * limits.baseline_unlearnt_ma_ah, limits.current_floor_ma_ah) * ah / 1000
    needed_a = 3 * string.current.accuracy_a
    if ah and limit_a < needed_a:
        what = (
            f"leg B of {string.name} is not measurable: its limit is {limit_a:g} A, three times the sensor's accuracy"
            f" is {needed_a:g} A"
        )
        cure = "use a finer sensor; until then leg A trips with leg V alone"
        case.report.advise("Y028", case.places.span("current", string.name, "accuracy"), what, cure)


def rules_have_samples(case: Case) -> None:
    """A rule that asks k samples within a time needs a bus that delivers them (judged at speed 1)."""
    for string in case.site.strings:
        limits = string.limits
        place = ("limits", string.name) if ("limits", string.name) in case.places.tables else ("strings", string.name)
        buses = [bus for bus in case.site.buses if any(group.bus == bus.name for group in string.modules)]
        if not buses:
            continue
        every, bus = max(((sample_every_ns(case.site, bus), bus.name) for bus in buses), key=lambda pair: pair[0])
        for key, within in (
            ("hot_after", limits.hot_after_ns),
            ("alarm_after", limits.alarm_after_ns),
            ("trip_after", limits.trip_after_ns),
            ("over_voltage_after", limits.over_voltage_after_ns),
            ("hot_rise_within", limits.hot_rise_within_ns),
        ):
            if within < SAMPLES * every:
                what = (
                    f"{key} of {string.name}: {SAMPLES} samples in {time_text(within)} asked,"
                    f" bus {bus} gives one each {every / 1e9:.1f} s"
                )
                least = -(-SAMPLES * every // 1_000_000_000)
                cure = f"write {least} s or more, a faster baud, or spread the modules over more buses"
                case.report.refuse("Y022", case.places.span(*place, key), what, cure)


def common_mode(case: Case) -> None:
    """No single event opens more strings than allowed, unless somebody has accepted it."""
    for line in too_many(case.site):
        what = (
            f"{line.event}: {len(line.strings)} strings open ({', '.join(line.strings)}), at most"
            f" {case.site.max_open_strings}; {line.because[0]}"
        )
        cure = "change fail_state or opens_when, or add 'common_mode: {accepted_by: ..., reason: ...}' to site"
        case.report.refuse("Y029", case.places.span("site", ""), what, cure)


STRING_RULES: tuple[Rule, ...] = (
    strings_name_what_exists,
    plant_size,
    addresses,
    suggested_units,
    blocks_fit_their_modules,
    protection_is_possible,
    rules_have_samples,
    common_mode,
)
