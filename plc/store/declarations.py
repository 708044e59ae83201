"""Site -> the plant in Structured Text: the declarations every program of the site sees and nobody writes.

    constants, types, VAR_GLOBAL (area SITE), and the two programs that fill it (plant_programs.py)

Memory has plain C layout, so a ``<Bus>Inputs`` lies as `core.segments.InputSegment` does. Settings and names are the
initial values of the globals. The text is the same for the same site, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plc.core.catalogue import CATALOGUE, DeviceKind, DeviceType, FieldKind, OutputKind
from plc.core.site import BatteryString, Bus, Site
from plc.store.plan import bus_inputs
from plc.store.plant_programs import plant_inputs, plant_state
from plc.store.settings import SETTINGS
from plc.store.site_addresses import tied_variables

PLANT_PATH = "plant"

_TYPE_NAMES = {
    DeviceKind.CURRENT_SENSOR: "CurrentSensor",
    DeviceKind.CLIMATE: "ClimateSensor",
    DeviceKind.IO: "GX_R_AUX",
    DeviceKind.UPS: "UpsStatus",
    DeviceKind.GHOST: "GhostStatus",
}


def plant_text(site: Site) -> str:
    """The plant source of a checked site."""
    parts = [
        f"// The plant '{_comment(site.name)}', made from its site file; plc check --show plant prints it.",
        *_constants(site),
        "TYPE",
        *_column_types(),
        *_settings_type(),
        *_string_type(),
        *(line for bus in site.buses for line in _inputs_type(site, bus)),
        *(line for device_type in _device_types(site) for line in _device_type(device_type)),
        *_breakers_type(site),
        *_output_types(site),
        "END_TYPE",
        "",
        "VAR_GLOBAL",
        *_globals(site),
        "END_VAR",
        "",
        *plant_inputs(site),
        "",
        *plant_state(site),
    ]
    return "\n".join(parts) + "\n"


def bus_type_name(bus: str) -> str:
    """``battery`` -> ``BatteryInputs``."""
    return f"{bus[0].upper()}{bus[1:]}Inputs"


def device_type_name(device_type: DeviceType) -> str:
    return _TYPE_NAMES[device_type.kind]


def steady_relays(site: Site) -> tuple[str, ...]:
    """The relays that programs may write: all but those that move a breaker."""
    moving = {b.trip for b in site.breakers} | {b.closes for b in site.breakers}
    return tuple(relay.name for relay in site.relays if relay.name not in moving)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _constants(site: Site) -> Iterator[str]:
    yield "VAR_GLOBAL CONSTANT"
    yield f"    STRING_COUNT : INT := {len(site.strings)};"
    yield f"    MODULES_MAX : INT := {max(string.count for string in site.strings)};    // of the longest string"
    yield "END_VAR"
    yield ""


def _struct(name: str, fields: Iterable[str]) -> Iterator[str]:
    yield f"    {name} : STRUCT"
    yield from (f"        {field}" for field in fields)
    yield "    END_STRUCT;"


def _column_types() -> Iterator[str]:
    columns = ("Value", "REAL"), ("Ok", "BOOL"), ("Sampled", "LTIME"), ("Sequence", "UDINT")
    yield from _struct(
        "Measurements", ["Count : INT;", *(f"{name} : ARRAY[1..MODULES_MAX] OF {kind};" for name, kind in columns)]
    )


def _unit(unit: str) -> str:
    return f"{{attribute 'unit' := '{unit}'}} " if unit else ""


def _settings_type() -> Iterator[str]:
    yield from _struct("StringSettings", (f"{_unit(s.unit)}{s.name} : {s.type_name};" for s in SETTINGS))


def _string_type() -> Iterator[str]:
    yield from _struct(
        "BatteryString",
        (
            "Name : STRING[16];",
            "Count : INT;",
            "State : StringState;",
            "Settings : StringSettings;",
            f"{_unit('V')}Voltage : Measurements;",
            f"{_unit('degC')}Temperature : Measurements;",
            f"{_unit('mOhm')}Resistance : Measurements;",
            f"{_unit('mA')}Bypass : Measurements;",
            f"{_unit('A')}Current : Measurement;",
            f"{_unit('degC')}Ambient : Measurement;",
            "Smoke : Contact;",
            "Breaker : BreakerStatus;",
        ),
    )


def _inputs_type(site: Site, bus: Bus) -> Iterator[str]:
    last = len(bus_inputs(site, bus)) - 1
    if last < 0:
        return
    columns = ("Value", "LREAL"), ("Sampled", "LTIME"), ("Sequence", "UDINT"), ("Good", "BOOL")
    fields = ["Cycle : LTIME;", *(f"{name} : ARRAY[0..{last}] OF {kind};" for name, kind in columns)]
    yield from _struct(bus_type_name(bus.name), fields)


def _device_types(site: Site) -> list[DeviceType]:
    """One type for each structure, in order of first use."""
    found: dict[str, DeviceType] = {}
    for device in site.devices:
        found.setdefault(device_type_name(CATALOGUE[device.type]), CATALOGUE[device.type])
    return list(found.values())


def _device_type(device_type: DeviceType) -> Iterator[str]:
    kinds = {FieldKind.MEASUREMENT: "Measurement", FieldKind.CONTACT: "Contact"}
    fields = (f"{_unit(field.unit)}{field.name} : {kinds[field.kind]};" for field in device_type.fields)
    yield from _struct(device_type_name(device_type), fields)


def _breakers_type(site: Site) -> Iterator[str]:
    if site.breakers:
        fields = (f"{b.name} : BreakerStatus := (Number := {number});" for number, b in enumerate(site.breakers, 1))
        yield from _struct("SiteBreakers", fields)


def _output_types(site: Site) -> Iterator[str]:
    relays, units = steady_relays(site), _ups(site)
    if relays:
        yield from _struct("SiteRelays", (f"{name} : BOOL;" for name in relays))
    if units:
        commands = [out for out in CATALOGUE["cs141"].outputs if out.kind is OutputKind.COMMAND]
        yield from _struct("UpsCommand", (f"{out.name} : BOOL;" for out in commands))
        yield from _struct("SiteUpsCommands", (f"{name} : UpsCommand;" for name in units))


def _ups(site: Site) -> tuple[str, ...]:
    return tuple(device.name for device in site.devices if CATALOGUE[device.type].kind is DeviceKind.UPS)


def _globals(site: Site) -> Iterator[str]:
    for bus in site.buses:
        if bus_inputs(site, bus):
            yield f"    {bus.name}_inputs : {bus_type_name(bus.name)};"
    strings = ",\n        ".join(_string_value(site, string) for string in site.strings)
    yield f"    Strings : ARRAY[1..STRING_COUNT] OF BatteryString := [\n        {strings}];"
    for device in site.devices:
        yield f"    {device.name} : {device_type_name(CATALOGUE[device.type])};"
    if site.breakers:
        yield "    Breakers : SiteBreakers;"
    output = "    {attribute 'output'} "
    if steady_relays(site):
        yield f"{output}Relays : SiteRelays;"
    yield f"{output}{_unit('V')}Targets : ARRAY[1..STRING_COUNT] OF REAL;"
    if _ups(site):
        yield f"{output}UpsCommands : SiteUpsCommands;"
    yield from tied_variables(site)


def _string_value(site: Site, string: BatteryString) -> str:
    settings = ", ".join(f"{setting.name} := {setting.value(site, string)}" for setting in SETTINGS)
    columns = ", ".join(f"{c} := (Count := {string.count})" for c in ("Voltage", "Temperature", "Resistance", "Bypass"))
    numbers = [n for n, breaker in enumerate(site.breakers, 1) if breaker.name == string.breaker]
    breaker = f", Breaker := (Number := {numbers[0]})" if numbers else ""
    head = f"Name := '{string.name}', Count := {string.count}"
    return f"({head},\n         Settings := ({settings}),\n         {columns}{breaker})"
