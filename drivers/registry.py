"""Which driver a bus's `driver:` names: the built-in ones, and those of installed packages (entry points
`plc.drivers`, each a function of bus plan, clock and frame log that returns a Driver)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from drivers import modbus_rtu, modbus_tcp
from drivers.driver import Driver
from drivers.errors import DriverUnknown
from drivers.frames import FrameLog
from drivers.line import Clock
from drivers.map import load_maps
from drivers.modbus import ModbusDriver
from plc.core.plan import BusPlan

Make = Callable[[BusPlan, Clock, FrameLog], Driver]

GROUP = "plc.drivers"


def _rtu(bus: BusPlan, clock: Clock, frames: FrameLog) -> Driver:
    return ModbusDriver(modbus_rtu.master(bus, clock, frames), load_maps())


def _tcp(bus: BusPlan, clock: Clock, frames: FrameLog) -> Driver:
    return ModbusDriver(modbus_tcp.master(bus, clock, frames), load_maps())


BUILT_IN: dict[str, Make] = {"modbus_rtu": _rtu, "modbus_tcp": _tcp}
MATURITY = {"modbus_rtu": modbus_rtu.MATURITY, "modbus_tcp": modbus_tcp.MATURITY}
"""experimental, field-tested or proven, as the page shows it."""


def make_driver(bus: BusPlan, clock: Clock, frames: FrameLog) -> Driver:
    """The driver of a bus, not yet open. Raises DriverUnknown."""
    make = BUILT_IN.get(bus.driver)
    if make is None:
        make = _installed(bus)
    return make(bus, clock, frames)


def _installed(bus: BusPlan) -> Make:
    found = entry_points(group=GROUP)
    for entry in found:
        if entry.name == bus.driver:
            make: Make = entry.load()
            return make
    known = ", ".join(sorted({*BUILT_IN, *(entry.name for entry in found)}))
    raise DriverUnknown(f"bus {bus.name}: no driver {bus.driver!r}; there are {known}")
