"""The UPS: it carries its load from the mains, or from the battery when they fail or a battery test runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.modbus import DEVICE_FAILURE, READ_COILS, Refusal, Tables, within
from simulator.ups_registers import COMM_LOST, FIRST, FIRST_FLAG, LAST, UpsReading, encode

BYPASS, INVERTER, BACKUP, TEST = 0x0001, 0x0004, 0x0008, 0x0040
ON_BATTERY, LOW, DEPLETED, INPUT_BAD, ON_BYPASS, CHARGER_FAILED = 116, 117, 118, 120, 123, 127
OUTPUT_OFF, TEST_FAILED, TEST_RUNS = 128, 133, 138
LOW_CHARGE, MAINS_V, MAINS_HZ, UPS_DEGC = 0.2, 230, 50.0, 27
TEST_END_V, DEPLETED_V = 1.75, 1.60  # volts a cell


@dataclass(frozen=True, slots=True)
class Battery:
    """What the UPS sees of its battery."""

    volts: float
    cell_v: float
    charge: float  # 0 to 1
    connected: bool
    capacity_wh: float


class Ups(Tables):
    """`battery` looks at the plant; `seconds` is plant time; `load_on_battery_w` is what the strings carry now."""

    functions = frozenset({1, 2, 3, 4, 5})

    def __init__(
        self, load_w: float, rated_w: float, test_s: float, battery: Callable[[], Battery], seconds: Callable[[], float]
    ) -> None:
        self.load_w = load_w
        self.rated_w = rated_w
        self.test_s = test_s
        self.battery = battery
        self.seconds = seconds
        self.mains_good = True
        self.charger_on = True
        self.bypass = False
        self.comm_lost = False
        self.power_failures = 0
        self.test_since_s: float | None = None
        self.test_failed = False
        self.depleted = False

    @property
    def testing(self) -> bool:
        return self.test_since_s is not None

    @property
    def load_on_battery_w(self) -> float:
        on_battery = (self.testing or not self.mains_good) and not self.bypass and not self.depleted
        return self.load_w if on_battery else 0.0

    def set_mains(self, good: bool) -> None:
        if self.mains_good and not good:
            self.power_failures = (self.power_failures + 1) & 0xFFFF
            self.test_since_s = None
        if good:
            self.depleted = False
        self.mains_good = good

    def advance(self) -> None:
        """End a test that is over, and shut down on an empty battery."""
        battery = self.battery()
        if self.test_since_s is not None:
            if battery.cell_v <= TEST_END_V or not battery.connected:
                self.test_since_s, self.test_failed = None, True
            elif self.seconds() - self.test_since_s >= self.test_s:
                self.test_since_s = None
        if self.load_on_battery_w > 0 and (battery.cell_v <= DEPLETED_V or not battery.connected):
            self.depleted = True

    def bits(self, function: int, address: int, count: int, now_ns: int) -> Sequence[bool]:
        if function == READ_COILS:
            within(address, count, 0, 1)
            return [self.testing, False][address : address + count]
        within(address, count, FIRST_FLAG, LAST)
        flags = frozenset({COMM_LOST}) if self.comm_lost else self._flags()
        return [at in flags for at in range(address, address + count)]

    def registers(self, function: int, address: int, count: int, now_ns: int) -> bytes:
        within(address, count, FIRST, LAST)
        return encode(self.reading())[2 * (address - FIRST) : 2 * (address - FIRST + count)]

    def write_bits(self, address: int, values: Sequence[bool], now_ns: int) -> None:
        within(address, len(values), 0, 1)
        if not values[0]:
            return
        if address == 1:
            self.test_since_s = None
        elif not self.testing:
            if not self.mains_good or self.bypass or self.comm_lost:
                raise Refusal(DEVICE_FAILURE)
            self.test_since_s, self.test_failed = self.seconds(), False

    def reading(self) -> UpsReading:
        """What the UPS tells now."""
        battery = self.battery()
        load = 0 if self.depleted else round(100 * self.load_w / self.rated_w)
        out_v = 0 if self.depleted else MAINS_V
        in_v, hertz = (MAINS_V, MAINS_HZ) if self.mains_good else (0, 0.0)
        return UpsReading(
            output_v=(out_v, out_v, out_v),
            load_percent=(load, load, load),
            charge_percent=round(100 * battery.charge),
            input_v=(in_v, in_v, in_v),
            degc=UPS_DEGC,
            autonomy_min=round(60 * battery.capacity_wh * battery.charge / max(self.load_w, 1.0)),
            status=self._status(),
            battery_v=battery.volts,
            input_hz=(hertz, hertz, hertz),
            power_failures=self.power_failures,
            flags=self._flags(),
        )

    def _status(self) -> int:
        if self.bypass:
            return INVERTER | BYPASS
        if not self.mains_good:
            return 0 if self.depleted else INVERTER | BACKUP
        return INVERTER | TEST if self.testing else INVERTER

    def _flags(self) -> frozenset[int]:
        battery = self.battery()
        on_battery = self.testing or (not self.mains_good and not self.depleted)
        said = {
            ON_BATTERY: on_battery,
            LOW: on_battery and battery.charge < LOW_CHARGE,
            DEPLETED: self.depleted,
            INPUT_BAD: not self.mains_good,
            ON_BYPASS: self.bypass,
            CHARGER_FAILED: not self.charger_on,
            OUTPUT_OFF: self.depleted,
            TEST_FAILED: self.test_failed,
            COMM_LOST: self.comm_lost,
            TEST_RUNS: self.testing,
        }
        return frozenset(at for at, yes in said.items() if yes)
