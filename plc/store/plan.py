"""Site -> Plan: where every reading and every command has its place.

input segment of a bus    for each string: its voltages, temperatures, resistances, bypasses; then the devices
output segment of a bus   trip coils, other relays, targets of strings, commands to UPSs
"""

from __future__ import annotations

import dataclasses
import hashlib

import msgspec

from plc.core.catalogue import CATALOGUE, DeviceKind, OutputKind
from plc.core.plan import (
    BreakerPlan,
    BusPlan,
    DevicePlan,
    InputField,
    InputRef,
    OutputField,
    OutputRef,
    Plan,
    RelayPlan,
    TaskPlan,
)
from plc.core.site import Breaker, Bus, FieldName, Relay, Site
from plc.store.bus_time import cycle_ns, stale_after_ns

COLUMNS = ("voltage", "temperature", "resistance", "bypass")
_PARITY = {"even": "E", "none": "N", "odd": "O"}


def make_plan(site: Site) -> Plan:
    """The plan of a checked site."""
    buses = tuple(bus_plan(site, bus) for bus in site.buses)
    inputs = {
        (place.device, place.field): InputRef(b, i) for b, bus in enumerate(buses) for i, place in enumerate(bus.inputs)
    }
    outputs = {place.tag: OutputRef(b, i) for b, bus in enumerate(buses) for i, place in enumerate(bus.outputs)}
    moving = {breaker.trip for breaker in site.breakers} | {breaker.closes for breaker in site.breakers}
    return Plan(
        name=site.name,
        timezone=site.timezone,
        site_hash=site_hash(site),
        scan_ns=site.scan_ns,
        buses=buses,
        relays=tuple(_relay(relay, outputs, inputs, relay.name in moving) for relay in site.relays),
        breakers=tuple(_breaker(site, number, breaker, inputs) for number, breaker in enumerate(site.breakers, 1)),
        tasks=tuple(TaskPlan(task.name, task.every_ns, task.programs, task.priority) for task in site.tasks),
        strings=tuple(string.name for string in site.strings),
        simulated=site.simulation is not None,
        speed=site.speed,
        start_grace_ns=site.start_grace_ns,
        max_open_per_hour=site.max_open_per_hour,
    )


def site_hash(site: Site) -> str:
    """SHA-256 over what the site says, in a form of its own: comments and layout do not count, nor do schedules, which
    live in the state directory."""
    return hashlib.sha256(msgspec.json.encode(dataclasses.replace(site, schedules=()))).hexdigest()


def bus_plan(site: Site, bus: Bus) -> BusPlan:
    """One bus with its devices, inputs and outputs."""
    cycle = cycle_ns(site, bus)
    return BusPlan(
        name=bus.name,
        driver=bus.driver,
        devices=bus_devices(site, bus),
        inputs=bus_inputs(site, bus),
        outputs=_outputs(site, bus),
        cycle_ns=cycle,
        stale_after_ns=stale_after_ns(cycle),
        port=bus.port,
        baud=bus.baud,
        parity=_PARITY[bus.parity],
        host=bus.host,
        tcp_port=bus.tcp_port,
    )


def module_name(string: str, number: int) -> str:
    """What a module is called as a device: ``S2.7``."""
    return f"{string}.{number}"


def bus_devices(site: Site, bus: Bus) -> tuple[DevicePlan, ...]:
    """Modules string by string, then the other devices."""
    modules = [
        DevicePlan(module_name(string.name, number), group.type, unit)
        for string in site.strings
        for number, group, unit in string.places()
        if group.bus == bus.name
    ]
    others = [DevicePlan(device.name, device.type, device.unit) for device in site.devices if device.bus == bus.name]
    return (*modules, *others)


def bus_inputs(site: Site, bus: Bus) -> tuple[InputField, ...]:
    """Every place of the bus's input segment."""
    columns = [
        InputField(module_name(string.name, number), unit, column)
        for string in site.strings
        for column in COLUMNS
        for number, group, unit in string.places()
        if group.bus == bus.name
    ]
    fields = [
        InputField(device.name, device.unit, field.name)
        for device in site.devices
        if device.bus == bus.name
        for field in CATALOGUE[device.type].fields
    ]
    return (*columns, *fields)


def _outputs(site: Site, bus: Bus) -> tuple[OutputField, ...]:
    trips = {breaker.trip for breaker in site.breakers}
    relays = [_relay_output(site, relay, relay.name in trips) for relay in site.relays if _on(site, relay.device, bus)]
    targets = [
        OutputField(f"Targets[{number}]", "", 0, "target", OutputKind.TARGET, number)
        for number, string in enumerate(site.strings, 1)
        if any(group.bus == bus.name for group in string.modules)
    ]
    commands = [
        OutputField(f"{device.name}.{output.name}", device.name, device.unit, output.name, OutputKind.COMMAND, number)
        for device in site.devices
        if device.bus == bus.name and CATALOGUE[device.type].kind is DeviceKind.UPS
        for number, output in enumerate(CATALOGUE[device.type].outputs, 1)
    ]
    return (*sorted(relays, key=lambda place: not place.urgent), *targets, *commands)


def _on(site: Site, device: str, bus: Bus) -> bool:
    return site.device(device).bus == bus.name


def _relay_output(site: Site, relay: Relay, urgent: bool) -> OutputField:
    unit = site.device(relay.device).unit
    name = f"relay{relay.number}"
    return OutputField(
        relay.name,
        relay.device,
        unit,
        name,
        OutputKind.RELAY,
        relay.number,
        relay.fail_state,
        urgent,
        relay.pulse_ns if urgent else 0,
    )


def _relay(
    relay: Relay, outputs: dict[str, OutputRef], inputs: dict[tuple[str, str], InputRef], moves: bool
) -> RelayPlan:
    readback = inputs[relay.device, f"relay{relay.number}"]
    return RelayPlan(
        relay.name, outputs[relay.name], readback, relay.fail_state, relay.on_fault, relay.pulse_ns, relay.people, moves
    )


def _breaker(site: Site, number: int, breaker: Breaker, inputs: dict[tuple[str, str], InputRef]) -> BreakerPlan:
    relays = {relay.name: index for index, relay in enumerate(site.relays)}
    strings = [(n, string) for n, string in enumerate(site.strings, 1) if string.breaker == breaker.name]

    def contact(name: FieldName) -> InputRef:
        return inputs[name.device, name.field]

    return BreakerPlan(
        name=breaker.name,
        number=number,
        trip=relays[breaker.trip],
        opens_when_energised=breaker.opens_when_energised,
        opened=contact(breaker.opened),
        closed=contact(breaker.closed),
        travel_ns=breaker.travel_ns,
        strings=tuple(n for n, _ in strings),
        armed=any(string.armed for _, string in strings),
        backup=relays[breaker.backup] if breaker.backup else None,
    )
