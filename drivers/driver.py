"""What a bus server asks of a driver: devices by name and unit, values in trade units, nothing of a protocol.

A driver translates and holds no policy. Every call takes bounded time; after ``open`` nothing is final.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from plc.core.plan import DevicePlan, FailState


@dataclass(frozen=True, slots=True)
class Reading:
    """One part of a device's poll: each field's value in the catalogue's unit, None where there is none; ``counter``
    is the device's sample counter or None; ``done_ns`` the monotonic instant its last byte was there."""

    values: tuple[tuple[str, float | None], ...]
    counter: int | None
    done_ns: int


@dataclass(frozen=True, slots=True)
class WatchdogSetting:
    """After ``after_ns`` without a valid request each relay goes to its state, in the relays' order."""

    after_ns: int
    states: tuple[FailState, ...]


class Driver(Protocol):
    """One bus. Every call but ``open``, ``close``, ``parts``, ``ready_at_ns`` and ``rest`` raises NoAnswer, BadAnswer,
    DeviceRefused or BusClosed."""

    def open(self) -> None:
        """Take the port. The last moment to refuse: raises PortError."""

    def close(self) -> None:
        """Let go of the port. Idempotent."""

    def ready_at_ns(self, unit: int, at_once: bool = False) -> int:
        """From when on a transaction with ``unit`` would start without waiting; ``at_once`` asks for relay writes."""

    def rest(self, monotonic_ns: int) -> None:
        """Wait until that instant."""

    def parts(self, device: DevicePlan) -> int:
        """How many transactions one poll of the device takes."""

    def fields(self, device: DevicePlan, part: int) -> tuple[str, ...]:
        """What that part of a poll reads."""

    def poll(self, device: DevicePlan, part: int) -> Reading:
        """One transaction of a poll. Raises WrongDevice too."""

    def relay(self, device: DevicePlan, output: str, on: bool) -> int:
        """Switch a relay; when it is acknowledged returns that instant."""

    def command(self, device: DevicePlan, output: str) -> int:
        """Start something; when it is acknowledged returns that instant."""

    def set_targets(self, volts: Mapping[int, float]) -> None:
        """Broadcast the equalization targets of neighbouring strings, by string number; one transaction."""

    def hold_targets(self) -> None:
        """Broadcast how long targets hold; one transaction."""

    def write_watchdog(self, device: DevicePlan, setting: WatchdogSetting) -> None:
        """Arm the device's own watchdog. Raises WrongDevice if the device has none."""

    def read_watchdog(self, device: DevicePlan) -> WatchdogSetting:
        """What the device's watchdog is set to. Raises WrongDevice."""
