"""Modbus devices by their register maps, over any Modbus master.

device, part --map--> Request --master--> bytes --map--> Reading
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.driver import Reading, WatchdogSetting
from drivers.errors import DeviceRefused, WrongDevice
from drivers.frame import BROADCAST, READ_HOLDING, Request, read, write_coil, write_register, write_registers
from drivers.line import SECOND_NS
from drivers.map import DeviceMap, Watchdog
from drivers.master import Master
from plc.core.plan import DevicePlan, FailState

HIGHEST = 0xFFFF
ILLEGAL_VALUE = 3
"""The last of the exception codes that say "I have no such thing"."""


class ModbusDriver:
    """See ``drivers.driver.Driver``."""

    def __init__(self, master: Master, maps: Mapping[str, DeviceMap]) -> None:
        self._master = master
        self._maps = maps
        self._targets = next((each.targets for each in maps.values() if each.targets is not None), None)

    def open(self) -> None:
        self._master.open()

    def close(self) -> None:
        self._master.close()

    def ready_at_ns(self, unit: int, at_once: bool = False) -> int:
        return self._master.ready_at_ns(unit, at_once)

    def rest(self, monotonic_ns: int) -> None:
        self._master.rest(monotonic_ns)

    def parts(self, device: DevicePlan) -> int:
        return len(self._maps[device.type].parts)

    def fields(self, device: DevicePlan, part: int) -> tuple[str, ...]:
        device_map = self._maps[device.type]
        return tuple(name for name, field in device_map.fields.items() if field.block == device_map.parts[part])

    def poll(self, device: DevicePlan, part: int) -> Reading:
        device_map = self._maps[device.type]
        name = device_map.parts[part]
        block = device_map.blocks[name]
        answer = self._master.ask(read(device.unit, block.function, block.first, block.count))
        raw = block.raw(answer.data)
        device_map.check_identity(device.type, name, raw)
        return Reading(device_map.values(name, raw), device_map.count(name, raw), answer.done_ns)

    def relay(self, device: DevicePlan, output: str, on: bool) -> int:
        coil = self._maps[device.type].coils[output]
        return self._master.ask(write_coil(device.unit, coil, on), at_once=True).done_ns

    def command(self, device: DevicePlan, output: str) -> int:
        coil = self._maps[device.type].coils[output]
        return self._master.ask(write_coil(device.unit, coil, True)).done_ns

    def set_targets(self, volts: Mapping[int, float]) -> None:
        targets = self._targets
        strings = [string for string in sorted(volts) if targets is not None and 1 <= string <= targets.strings]
        if targets is not None and strings:
            counts = [min(HIGHEST, max(0, round(volts[string] * targets.per_unit))) for string in strings]
            self._master.ask(write_registers(BROADCAST, targets.first + strings[0] - 1, counts))

    def hold_targets(self) -> None:
        targets = self._targets
        if targets is not None:
            self._master.ask(write_register(BROADCAST, targets.expiry, targets.expiry_s))

    def write_watchdog(self, device: DevicePlan, setting: WatchdogSetting) -> None:
        watchdog = self._watchdog(device)
        codes = _codes(watchdog)
        time = min(HIGHEST, max(1, setting.after_ns * watchdog.per_second // SECOND_NS))
        registers = [time, *(codes[state] for state in setting.states)]
        self._ask_watchdog(device, write_registers(device.unit, watchdog.first, registers))

    def read_watchdog(self, device: DevicePlan) -> WatchdogSetting:
        watchdog = self._watchdog(device)
        data = self._ask_watchdog(device, read(device.unit, READ_HOLDING, watchdog.first, 1 + watchdog.relays))
        time, *states = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
        meanings = {code: state for state, code in _codes(watchdog).items()}
        if any(state not in meanings for state in states):
            raise WrongDevice(f"unit {device.unit}: relay states {states} in the watchdog, expected 0 to 2")
        return WatchdogSetting(time * SECOND_NS // watchdog.per_second, tuple(meanings[state] for state in states))

    def _watchdog(self, device: DevicePlan) -> Watchdog:
        watchdog = self._maps[device.type].watchdog
        if watchdog is None:
            raise WrongDevice(f"{device.name} is a {device.type}, which has no watchdog; its relays are not used")
        return watchdog

    def _ask_watchdog(self, device: DevicePlan, request: Request) -> bytes:
        """A device that has no such registers is not what the site file says."""
        try:
            return self._master.ask(request).data
        except DeviceRefused as exc:
            if exc.code > ILLEGAL_VALUE:
                raise
            raise WrongDevice(f"{device.name}: {exc}; a {device.type} has these registers") from exc


def _codes(watchdog: Watchdog) -> dict[FailState, int]:
    return {
        FailState.RELEASE: watchdog.release,
        FailState.ENERGISE: watchdog.energise,
        FailState.HOLD: watchdog.hold,
    }
