"""Direct addresses: marker memory in area GLOBAL, and %I and %Q, which the site file ties to tags of the plant.

plant    VAR_GLOBAL address_1 AT %IX0.0 : BOOL := io.input2.Active; END_VAR     %IX0.0 is another name of the tag
program  VAR door AT %IX0.0 : BOOL; END_VAR                                     door is another name of %IX0.0
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.address import SIZES, Address, BadAddress, marker_bytes, read_address
from plc.lang.check.body import Body
from plc.lang.check.layout import Layout
from plc.lang.check.scope import Alias, Entry, Variable
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.values import UNKNOWN, same_type
from plc.lang.check.world import World
from plc.lang.types import BOOL, BYTE, DWORD, LWORD, WORD, Array, Enumeration, Scalar, Type, align

MARKERS = "%M"
_BITS = {1: BYTE, 2: WORD, 4: DWORD, 8: LWORD}


def lay_out_markers(world: World, units: list[Unit], layout: Layout) -> None:
    """Room for every marker that the user's sources name, behind all their globals."""
    named = max((marker_bytes(unit.source.text) for unit in units if unit.origin is Origin.USER), default=0)
    count = align(named, 1024)
    if count:
        field = layout.add(MARKERS, Array(BYTE, ((0, count - 1),)), bytes(count))
        world.markers = Variable(MARKERS, field.type, ir.Base.GLOBAL, field.offset, Span("", 0, 0, 0, 0))


def find(world: World, name: str) -> Entry | None:
    """What an address in capitals stands for; None for one that is wrong or not tied (see ``report_unknown``)."""
    try:
        address = read_address(name)
    except BadAddress:
        return None
    if address.area != "M":
        return world.site.entries.get(str(address))
    if address.incomplete or world.markers is None:
        return None
    if address.size == "X":
        byte = ast.Name(f"%MB{address.numbers[0]}", world.markers.span)
        return Alias(name, ast.BitAccess(byte, address.numbers[1], byte.span), world.globals, BOOL, byte.span)
    return _marker(world.markers, address, name, _BITS[SIZES[address.size]])


def _marker(markers: Variable, address: Address, name: str, kind: Type) -> Variable:
    return replace(markers, name=name, type=kind, offset=markers.offset + address.first_byte)


def report_unknown(body: Body, node: ast.Name) -> None:
    """Says why an address stands for nothing."""
    try:
        address = read_address(node.name)
    except BadAddress as bad:
        body.report.error("S055", node.span, bad.what, bad.cure)
        return
    if address.incomplete:
        cure = f"write it whole, like %{address.area}X0.0"
        body.report.error("S055", node.span, f"{address} is no whole address", cure)
        return
    _not_tied(body, address, node.span)


def _not_tied(body: Body, address: Address, span: Span) -> None:
    known = [key for key in body.world.site.entries if key.startswith(f"%{address.area}")]
    example = "io.input1" if address.area == "I" else "Relays.fan"
    near = body.world.near(str(address), known)
    cure = f'tie it in the site file: addresses: "{address}": {example}' + (f" ({near})" if near else "")
    body.report.error("S055", span, f"{address} is tied to no tag of the plant", cure)


def tie(world: World, unit: Unit, variable: ast.Variable, kind: Type) -> None:
    """Takes in what the plant says of an address; the plant's text was made from a checked site."""
    if variable.initial is not None and not isinstance(variable.initial, ast.ArrayInitial | ast.StructInitial):
        key = str(read_address(variable.address or ""))
        world.site.entries[key] = Alias(key, variable.initial, world.site, kind, variable.span)
        world.site.sources[key] = unit.source.path


def located(body: Body, variable: ast.Variable, kind: Type, completed: str | None = None) -> Entry | None:
    """The entry of a variable AT an address; None after reporting why there is none. ``completed`` is the address
    that VAR_CONFIG gives to an incomplete one."""
    span = variable.span
    try:
        address = read_address(completed or variable.address or "")
    except BadAddress as bad:
        body.report.error("S055", span, bad.what, bad.cure)
        return None
    if kind is UNKNOWN:
        return None
    if address.incomplete:
        cure = f"write VAR_CONFIG ... {variable.name} AT %{address.area}X0.0 : {kind}; in the CONFIGURATION"
        body.report.error("S055", span, f"{variable.name} AT {address} is completed by nothing", cure)
        return None
    if address.area != "M":
        return _of_plant(body, variable, address, kind)
    return _of_markers(body, variable, address, kind)


def _of_plant(body: Body, variable: ast.Variable, address: Address, kind: Type) -> Entry | None:
    tied = body.world.site.entries.get(str(address))
    if not isinstance(tied, Alias):
        _not_tied(body, address, variable.span)
        return None
    body.world.uses(body.world.site.sources[str(address)])
    if not same_type(tied.type, kind):
        what = f"{address} is {tied.type} in the plant, but {variable.name} is declared {kind}"
        body.report.error("S008", variable.span, what, f"write {variable.name} AT {address} : {tied.type}")
        return None
    return replace(tied, name=variable.name, span=variable.span)


def _of_markers(body: Body, variable: ast.Variable, address: Address, kind: Type) -> Entry | None:
    world = body.world
    element = kind.element if isinstance(kind, Array) else kind
    fits = element is BOOL if address.size == "X" else _plain(element) and element.size == SIZES[address.size]
    if not fits or (address.size == "X" and kind is not BOOL):
        wanted = "BOOL" if address.size == "X" else f"a type of {SIZES[address.size]} bytes"
        what = f"{address} holds {wanted}, but {variable.name} is {kind}"
        letters = {1: "B", 2: "W", 4: "D", 8: "L"}
        cure = f"address it by %M{letters[element.size]}" if _plain(element) else "use numbers, bit strings or BOOL"
        body.report.error("S008", variable.span, what, "write %MX with byte and bit" if kind is BOOL else cure)
        return None
    if world.markers is None or address.first_byte + kind.size > world.markers.type.size:
        what = f"{variable.name} reaches beyond the last marker that is named anywhere"
        last = f"%MB{address.first_byte + kind.size - 1}"
        body.report.error("S055", variable.span, what, f"name its last byte too, as in last AT {last} : BYTE;")
        return None
    if address.size == "X":
        alias = find(world, str(address))
        return replace(alias, name=variable.name, span=variable.span) if isinstance(alias, Alias) else None
    return replace(_marker(world.markers, address, variable.name, kind), span=variable.span)


def _plain(kind: Type) -> bool:
    return isinstance(kind, Scalar | Enumeration) and kind is not BOOL


def at(node: Any, span: Span) -> Any:
    """An expression as if it stood at ``span``."""
    if isinstance(node, tuple):
        return tuple(at(part, span) for part in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    parts = {f.name: at(getattr(node, f.name), span) for f in fields(node) if f.name != "span"}
    return replace(node, span=span, **parts)
