"""The device types a site can name: what each measures and what it can be told.

How a type is read over its bus stands in `drivers/maps/`; `docs/devices/` describes both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """A measurement has a value in ``unit``; a contact is on or off."""

    MEASUREMENT = "measurement"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class DeviceField:
    """Something a device reports. ``low``/``high`` bound what is plausible, in ``unit``."""

    name: str
    unit: str
    low: float
    high: float
    kind: FieldKind = FieldKind.MEASUREMENT


class OutputKind(StrEnum):
    """RELAY holds or drops a coil (value 1 or 0); TARGET is an equalization voltage in V, broadcast for one string
    (0 = off); COMMAND starts something once for each new stamp with value 1."""

    RELAY = "relay"
    TARGET = "target"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class DeviceOutput:
    name: str
    kind: OutputKind


class DeviceKind(StrEnum):
    MODULE = "module"
    CURRENT_SENSOR = "current sensor"
    CLIMATE = "climate sensor"
    IO = "relay unit"
    UPS = "UPS"
    GHOST = "ghost"


@dataclass(frozen=True, slots=True)
class ModuleRange:
    """The blocks a module type is made for: their voltage in V and capacity in Ah, both ends included; and the largest
    bypass current."""

    low_v: float
    high_v: float
    low_ah: float
    high_ah: float
    bypass_ma: float


@dataclass(frozen=True, slots=True)
class DeviceType:
    """``blocks`` is what a module type may be put on, None for every other device."""

    name: str
    kind: DeviceKind
    fields: tuple[DeviceField, ...]
    outputs: tuple[DeviceOutput, ...] = ()
    blocks: ModuleRange | None = None

    def field(self, name: str) -> DeviceField | None:
        return next((field for field in self.fields if field.name == name), None)


def _measured(name: str, unit: str, low: float, high: float) -> DeviceField:
    return DeviceField(name, unit, low, high)


def _contact(name: str) -> DeviceField:
    return DeviceField(name, "", 0.0, 1.0, FieldKind.CONTACT)


def _module(
    name: str, low_v: float, high_v: float, high_mohm: float, bypass_ma: float, high_ah: float = 600.0
) -> DeviceType:
    return DeviceType(
        name,
        DeviceKind.MODULE,
        (
            _measured("voltage", "V", low_v * 0.5, high_v * 1.2),
            _measured("temperature", "degC", -35.0, 120.0),
            _measured("resistance", "mOhm", 0.0, high_mohm),
            _measured("bypass", "mA", 0.0, bypass_ma * 1.1),
        ),
        (DeviceOutput("target", OutputKind.TARGET),),
        ModuleRange(low_v, high_v, 7.0, high_ah, bypass_ma),
    )


def _current_sensor(amperes: int) -> DeviceType:
    field = _measured("current", "A", -1.2 * amperes, 1.2 * amperes)
    return DeviceType(f"CSH{amperes}", DeviceKind.CURRENT_SENSOR, (field,))


CATALOGUE: dict[str, DeviceType] = {
    device_type.name: device_type
    for device_type in (
        _module("C20", 9.7, 17.0, 60.0, 150.0),
        _module("C23", 9.7, 21.0, 60.0, 120.0),
        _module("C30", 4.8, 8.0, 60.0, 300.0, 900.0),
        _module("C40", 1.25, 3.2, 6.0, 900.0, 9000.0),
        _module("C41", 2.4, 5.0, 30.0, 300.0, 900.0),
        *(_current_sensor(amperes) for amperes in (50, 200, 400, 1000, 2000)),
        DeviceType(
            "climate",
            DeviceKind.CLIMATE,
            (_measured("temperature", "degC", -40.0, 90.0), _measured("humidity", "%", 0.0, 100.0)),
        ),
        DeviceType(
            "GX_R_AUX",
            DeviceKind.IO,
            tuple(_contact(f"input{n}") for n in range(1, 5)) + tuple(_contact(f"relay{n}") for n in range(1, 5)),
            tuple(DeviceOutput(f"relay{n}", OutputKind.RELAY) for n in range(1, 5)),
        ),
        DeviceType(
            "cs141",
            DeviceKind.UPS,
            (
                _measured("output_voltage", "V", 0.0, 1000.0),
                _measured("load", "%", 0.0, 300.0),
                _measured("charge", "%", 0.0, 100.0),
                _measured("input_voltage", "V", 0.0, 1000.0),
                _measured("temperature", "degC", -40.0, 120.0),
                _measured("autonomy", "min", 0.0, 65535.0),
                _measured("battery_voltage", "V", 0.0, 6553.5),
                _contact("on_battery"),
                _contact("battery_low"),
                _contact("input_bad"),
                _contact("test_failed"),
                _contact("testing"),
            ),
            (DeviceOutput("start_test", OutputKind.COMMAND), DeviceOutput("abort_test", OutputKind.COMMAND)),
        ),
        DeviceType(
            "ghost",
            DeviceKind.GHOST,
            (
                _measured("temperature", "degC", -40.0, 400.0),
                _measured("current", "A", -3000.0, 3000.0),
                _measured("hottest_module", "", 0.0, 255.0),
            ),
        ),
    )
}
"""Every device type by the name a site file gives it. Ranges: `docs/devices/`, section "range"; a value outside is
not Ok (the module's fuse opens at 150 V; its voltage range is widened so that a faulty block is still seen)."""
