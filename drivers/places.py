"""Where readings go: each field of each device to its place in the input segment, judged by the catalogue's range."""

from __future__ import annotations

from drivers.driver import Driver, Reading
from plc.core.catalogue import CATALOGUE
from plc.core.plan import BusPlan
from plc.core.segments import InputSegment

_Place = tuple[int, float, float]
"""Index in the segment, and what is plausible there: from, to."""


class Places:
    """A field that is not available or not plausible keeps its number and is not good."""

    def __init__(self, plan: BusPlan, driver: Driver, inputs: InputSegment) -> None:
        self._inputs = inputs
        indices = {(field.device, field.field): index for index, field in enumerate(plan.inputs)}
        self._places: list[dict[str, _Place]] = []
        for device in plan.devices:
            fields = CATALOGUE[device.type].fields
            self._places.append(
                {
                    field.name: (indices[device.name, field.name], field.low, field.high)
                    for field in fields
                    if (device.name, field.name) in indices
                }
            )
        self._counters: list[list[int | None]] = [[None] * driver.parts(device) for device in plan.devices]
        self._sequences = [[0] * driver.parts(device) for device in plan.devices]

    def take(self, device: int, part: int, reading: Reading) -> None:
        """Write one part of a poll. A value's time is the instant its answer was whole."""
        inputs, places = self._inputs, self._places[device]
        sequence = self._sequence(device, part, reading.counter)
        for name, value in reading.values:
            place = places.get(name)
            if place is None:
                continue
            index, low, high = place
            is_good = value is not None and low <= value <= high
            if is_good and value is not None:
                inputs.value[index] = value
            inputs.sampled[index] = reading.done_ns
            inputs.sequence[index] = sequence
            inputs.good[index] = is_good

    def distrust(self, device: int) -> None:
        """None of the device's fields is good."""
        for index, _, _ in self._places[device].values():
            self._inputs.good[index] = 0

    def _sequence(self, device: int, part: int, counter: int | None) -> int:
        """The device's 16-bit counter carried on in 32 bits: it stands when the counter stands. A device that does
        not count converts for each answer."""
        sequences = self._sequences[device]
        last = self._counters[device][part]
        if counter is None:
            step = 1
        elif last is None:
            step = counter
        else:
            step = (counter - last) & 0xFFFF
        self._counters[device][part] = counter
        sequences[part] = (sequences[part] + step) & 0xFFFFFFFF
        return sequences[part]
