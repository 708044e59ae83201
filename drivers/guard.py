"""A relay unit's own watchdog: looked at before the first relay is written, armed if it differs, looked at again.

    CHECK -> (as wanted) ARMED -> after 5 s, or whenever the unit was away: CHECK
    CHECK -> (differs) WRITE -> CHECK

A unit that does not have these registers is not the unit of the site file; its relays are never written.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from drivers.driver import WatchdogSetting
from drivers.line import SECOND_NS
from plc.core.catalogue import OutputKind
from plc.core.plan import DevicePlan, FailState, OutputField

CHECK_AGAIN_NS = 5 * SECOND_NS
CHECK_SOON_NS = SECOND_NS // 4
RELAYS = 4


class Step(Enum):
    CHECK = "check"
    WRITE = "write"


class Guard:
    """The watchdog of one relay unit. ``is_armed``: its relays may be written."""

    def __init__(self, device: DevicePlan, wanted: WatchdogSetting) -> None:
        self.device = device
        self.wanted = wanted
        self.is_armed = False
        self._step: Step = Step.CHECK
        self._due_ns = 0
        self._just_written = False

    def due(self, now_ns: int) -> Step | None:
        return self._step if now_ns >= self._due_ns else None

    def found(self, setting: WatchdogSetting, now_ns: int) -> bool:
        """What a check read; False if it is not what is wanted. A unit that does not take the setting is tried again
        after 5 s, and its relays are not used."""
        self.is_armed = setting == self.wanted
        if self.is_armed:
            self._step, self._due_ns = Step.CHECK, now_ns + CHECK_AGAIN_NS
        else:
            self._step, self._due_ns = Step.WRITE, now_ns + CHECK_AGAIN_NS if self._just_written else 0
        self._just_written = False
        return self.is_armed

    def written(self) -> None:
        self._just_written = True
        self._step = Step.CHECK
        self._due_ns = 0

    def failed(self, now_ns: int) -> None:
        """No good answer: looked at again soon if relays wait for it."""
        self._step = Step.CHECK
        self._due_ns = now_ns + (CHECK_AGAIN_NS if self.is_armed else CHECK_SOON_NS)

    def refused(self, now_ns: int) -> None:
        """Not such a unit: its relays stay out of use while that is so."""
        self.is_armed = False
        self._step = Step.CHECK
        self._due_ns = now_ns + CHECK_AGAIN_NS

    def came_back(self) -> None:
        """The unit was away: it may have lost its supply and with it the setting."""
        self._step = Step.CHECK
        self._due_ns = 0


def guards(devices: Sequence[DevicePlan], places: Sequence[OutputField], watchdog_ns: int) -> dict[str, Guard]:
    """A guard for each unit that has relays in ``places``. A relay that is in no place holds."""
    by_name = {device.name: device for device in devices}
    states: dict[str, dict[int, FailState]] = {}
    for place in places:
        if place.kind is OutputKind.RELAY:
            states.setdefault(place.device, {})[place.number] = place.fail_state
    return {
        name: Guard(
            by_name[name],
            WatchdogSetting(watchdog_ns, tuple(known.get(number, FailState.HOLD) for number in range(1, RELAYS + 1))),
        )
        for name, known in states.items()
    }
