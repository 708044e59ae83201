"""How long one poll of a bus takes, by wire arithmetic (`docs/devices/README.md`, "Time on the wire").

characters x 11 bits / baud + two silences of t3.5; 8 registers at 115,200 baud cost 6.27 ms
"""

from __future__ import annotations

from plc.core.catalogue import CATALOGUE, DeviceKind
from plc.core.site import MS_NS, SECOND_NS, Bus, Site

BITS_A_CHARACTER = 11
CONVERSION_NS = 500 * MS_NS
TCP_TRANSACTION_NS = 2 * MS_NS

_READ_REGISTERS = 8
_READ_BITS = 6
_CHARACTERS: dict[DeviceKind, tuple[int, ...]] = {
    DeviceKind.MODULE: (_READ_REGISTERS + 5 + 2 * 8,),
    DeviceKind.CURRENT_SENSOR: (_READ_REGISTERS + 5 + 2 * 8,),
    DeviceKind.CLIMATE: (_READ_REGISTERS + 5 + 2 * 8,),
    DeviceKind.IO: (8 + _READ_BITS, 8 + _READ_BITS),
    DeviceKind.UPS: (8 + 5 + 2 * 14, 8 + 5 + 4),
    DeviceKind.GHOST: (8 + 5 + 2 * 5,),
}
"""Characters of request and reply of each transaction that one poll of a device takes."""


def silence_ns(baud: int) -> int:
    """t3.5: 3.5 characters up to 19,200 baud, 1.75 ms above."""
    return 1_750_000 if baud > 19_200 else 7 * BITS_A_CHARACTER * SECOND_NS // (2 * baud)


def transaction_ns(characters: int, baud: int) -> int:
    """Request and reply of that many characters together, with the silence after each."""
    return characters * BITS_A_CHARACTER * SECOND_NS // baud + 2 * silence_ns(baud)


def poll_ns(bus: Bus, kind: DeviceKind) -> int:
    """One poll of one device of that kind."""
    transactions = _CHARACTERS[kind]
    if bus.driver == "modbus_tcp":
        return TCP_TRANSACTION_NS * len(transactions)
    return sum(transaction_ns(characters, bus.baud) for characters in transactions)


def cycle_ns(site: Site, bus: Bus) -> int:
    """One poll of everything on the bus."""
    groups = (group for string in site.strings for group in string.modules if group.bus == bus.name)
    modules = sum(len(group.units) for group in groups) * poll_ns(bus, DeviceKind.MODULE)
    devices = (device for device in site.devices if device.bus == bus.name and device.type in CATALOGUE)
    return modules + sum(poll_ns(bus, CATALOGUE[device.type].kind) for device in devices)


def sample_every_ns(site: Site, bus: Bus) -> int:
    """From one distinct sample to the next: a poll of the bus, or the devices' conversion if that takes longer."""
    return max(cycle_ns(site, bus), CONVERSION_NS)


def stale_after_ns(cycle: int) -> int:
    """The age from which a reading no longer counts, in whole ms: 3 polls of the bus and at least 1 s."""
    return max(SECOND_NS, -(-3 * cycle // MS_NS) * MS_NS)
