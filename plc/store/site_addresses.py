"""The section ``addresses:`` of a site file: direct addresses of programs, tied to tags of the plant.

"%IX0.0": io.input1       a contact: BOOL          "%ID4": climate.temperature     a measurement: REAL
"%QX0.1": Relays.fan      a relay that moves no breaker
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plc.core.catalogue import CATALOGUE, DeviceKind, FieldKind, OutputKind
from plc.core.diagnostic import Span
from plc.core.quantity import shortened
from plc.core.site import Site, TiedAddress
from plc.lang.address import BadAddress, read_address
from plc.store.site_read import Report, did_you_mean, table_of
from plc.store.site_yaml import Node, Scalar

_TAG = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,2}", re.ASCII)
_LETTERS = {"BOOL": "X", "REAL": "D"}


def read_addresses(report: Report, node: Node | None) -> tuple[tuple[TiedAddress, Span], ...]:
    """The section's lines, each with the place of its address; what is wrong with one is noted."""
    table = table_of(report, "addresses", node)
    found: dict[str, tuple[TiedAddress, Span]] = {}
    for key, value in table.entries if table else ():
        address = _address(report, key)
        if address and address in found:
            report.refuse("Y034", key.span, f"{address} is tied twice", "tie each address to one tag")
        elif address and isinstance(value, Scalar) and _TAG.fullmatch(value.text):
            found[address] = TiedAddress(address, value.text), key.span
        elif address:
            cure = "write DEVICE.FIELD, Relays.NAME or UpsCommands.UPS.COMMAND"
            report.refuse("Y034", value.span, f"{address} is tied to no tag", cure)
    return tuple(found.values())


def _address(report: Report, key: Scalar) -> str:
    """The address in its one spelling, empty where it is none."""
    try:
        address = read_address(key.text)
    except BadAddress as bad:
        report.refuse("Y034", key.span, shortened(bad.what), bad.cure)
        return ""
    if address.area == "M" or address.incomplete:
        what = f"{address} is no input or output" if address.area == "M" else f"{address} is no whole address"
        report.refuse("Y034", key.span, what, "tie %I and %Q; markers (%M) are memory of the programs")
        return ""
    return str(address)


def check_addresses(report: Report, site: Site, spans: dict[str, Span]) -> None:
    """Whether each tag is there, and is what its address says: %I or %Q, and the size."""
    for tied in site.addresses:
        known = _inputs(site) if tied.address.startswith("%I") else _outputs(site)
        span = spans[tied.address]
        kind = dict(known).get(tied.tag)
        address = read_address(tied.address)
        if kind is None:
            side = "input" if address.area == "I" else "output"
            cure = did_you_mean(tied.tag, [tag for tag, _ in known])
            report.refuse("Y034", span, f"'{shortened(tied.tag)}' is no {side} that programs see", cure)
        elif address.size != _LETTERS[kind]:
            numbers = ".".join(map(str, address.numbers))
            cure = f"write %{address.area}{_LETTERS[kind]}{numbers}"
            report.refuse("Y034", span, f"{tied.tag} is {kind}, which %{address.area}{address.size} is not", cure)


def _inputs(site: Site) -> list[tuple[str, str]]:
    kinds = {FieldKind.CONTACT: "BOOL", FieldKind.MEASUREMENT: "REAL"}
    return [
        (f"{device.name}.{field.name}", kinds[field.kind])
        for device in site.devices
        if device.type
        for field in CATALOGUE[device.type].fields
    ]


def _outputs(site: Site) -> list[tuple[str, str]]:
    moving = {b.trip for b in site.breakers} | {b.closes for b in site.breakers}
    relays = [(f"Relays.{relay.name}", "BOOL") for relay in site.relays if relay.name not in moving]
    commands = [
        (f"UpsCommands.{device.name}.{output.name}", "BOOL")
        for device in site.devices
        if device.type and CATALOGUE[device.type].kind is DeviceKind.UPS
        for output in CATALOGUE[device.type].outputs
        if output.kind is OutputKind.COMMAND
    ]
    return [*relays, *commands]


def tied_variables(site: Site) -> Iterator[str]:
    """The plant's declarations that tie them: located variables whose first value is the tag."""
    inputs = dict(_inputs(site))
    for number, tied in enumerate(site.addresses, 1):
        kind = inputs.get(tied.tag, "BOOL")
        part = "" if tied.address.startswith("%Q") else ".Active" if kind == "BOOL" else ".Value"
        yield f"    address_{number} AT {tied.address} : {kind} := {tied.tag}{part};"
