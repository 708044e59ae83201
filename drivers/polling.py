"""Whose turn it is to be read. Pure: instants and outcomes in, the next device out.

    a cycle   main: everyone who answered last time, in the plan's order
              late: those who did not (or were passed over), until one of them costs a time-out
              one silent device, at most every tenth cycle

A device is silent after three failures in a row. Waiting for silent devices may cost the others 4 % of the bus; when
one of them answers again, the others of them are asked at once. While nobody answers there is nobody to spare.
A time-out moves the devices next in line to the end of the cycle: modules go missing string by string, and those that
still answer must not grow stale meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from plc.core.plan import DevicePlan

SHORTEST_CYCLE_NS = 200_000_000
FAILURES_TO_SILENCE = 3
SILENT_EVERY_CYCLES = 10
SILENT_SHARE = 24
"""After a vain attempt a silent device leaves the bus to others for this many times what it cost."""

LONG_NS = 100_000_000
"""A loss from which the next in line step back."""
STEP_BACK = 16
LATE_LOSS_NS = 250_000_000


class Polled:
    """A device and how it answers. ``part`` is the transaction of its poll that comes next."""

    def __init__(self, index: int, device: DevicePlan, parts: int) -> None:
        self.index = index
        self.device = device
        self.parts = parts
        self.part = 0
        self.failures = 0
        self.not_before_ns = 0
        self.asked_in_cycle = 0
        self.due_cycle = 0
        self.favoured_until_ns = 0

    @property
    def is_silent(self) -> bool:
        return self.failures >= FAILURES_TO_SILENCE


class PollOrder:
    """The devices of one bus in turn. ``cycle_ns`` is the length of the last whole cycle."""

    def __init__(self, devices: Sequence[DevicePlan], parts: Sequence[int]) -> None:
        self.devices = tuple(
            Polled(index, device, count) for index, (device, count) in enumerate(zip(devices, parts, strict=True))
        )
        self.cycle_ns = 0
        self._cycle = 0
        self._started_ns = 0
        self._next_start_ns = 0
        self._main: deque[Polled] = deque()
        self._late: deque[Polled] = deque()
        self._late_lost_ns = 0
        self._silent_again_ns = 0
        self._last_favoured: Polled | None = None
        self._from_end = False
        self._is_whole = True

    def next(self, now_ns: int) -> Polled | None:
        """Who is to be asked now; None until the next cycle begins. Tell ``answered`` or ``failed`` how it went."""
        self._last_favoured = None if self._last_favoured is not None else self._favoured(now_ns)
        if self._last_favoured is not None:
            return self._last_favoured
        chosen = self._choose(now_ns)
        if chosen is None:
            self._end_cycle(now_ns)
            if now_ns < self._next_start_ns:
                return None
            self._begin_cycle(now_ns)
            chosen = self._choose(now_ns)
        if chosen is not None and chosen.asked_in_cycle != self._cycle:
            chosen.asked_in_cycle = self._cycle
            chosen.part = 0  # polls out of turn may have left it in the middle: a turn reads all parts
        return chosen

    def favour(self, index: int, until_ns: int) -> None:
        """Poll this device between any two others until then."""
        self.devices[index].favoured_until_ns = until_ns

    def answered(self, polled: Polled) -> None:
        """The part that was asked for came."""
        if polled.failures:
            self._came_back(polled)
        polled.part = (polled.part + 1) % polled.parts
        if polled.part and polled is not self._last_favoured:
            self._main.appendleft(polled)

    def failed(self, polled: Polled, now_ns: int, lost_ns: int, not_before_ns: int) -> None:
        """No good answer; it cost the bus ``lost_ns``, and the device cannot be asked before ``not_before_ns``."""
        polled.failures += 1
        polled.part = 0
        polled.not_before_ns = not_before_ns
        if not self._main:
            self._late_lost_ns += lost_ns
        self._from_end = not self._from_end
        if polled.is_silent:
            polled.due_cycle = self._cycle + SILENT_EVERY_CYCLES
            self._silent_again_ns = now_ns + SILENT_SHARE * lost_ns
        elif polled not in self._late:
            self._late.append(polled)
        if lost_ns >= LONG_NS:
            for _ in range(min(STEP_BACK, len(self._main))):
                self._late.append(self._main.popleft())

    def again(self, polled: Polled) -> None:
        """It could not be asked at all: it is the next."""
        self._main.appendleft(polled)

    def _favoured(self, now_ns: int) -> Polled | None:
        favoured = (each for each in self.devices if each.favoured_until_ns > now_ns and not each.failures)
        chosen = next(favoured, None)
        if chosen is not None and chosen in self._main:
            self._main.remove(chosen)
        return chosen

    def _choose(self, now_ns: int) -> Polled | None:
        if self._main:
            return self._main.popleft()
        if self._late_lost_ns < LATE_LOSS_NS and (chosen := self._choose_late(now_ns)) is not None:
            self._late.remove(chosen)
            return chosen
        return self._silent(now_ns)

    def _choose_late(self, now_ns: int) -> Polled | None:
        """Those passed over before those that failed; after each vain attempt from the other end, since the missing
        ones stand side by side."""
        waiting = [each for each in self._late if each.asked_in_cycle != self._cycle and each.not_before_ns <= now_ns]
        waiting = [each for each in waiting if not each.failures] or waiting
        if not waiting:
            return None
        return waiting[-1] if self._from_end else waiting[0]

    def _silent(self, now_ns: int) -> Polled | None:
        silent = [each for each in self.devices if each.is_silent and each.asked_in_cycle != self._cycle]
        if not silent:
            return None
        if any(not each.failures for each in self.devices):
            if now_ns < self._silent_again_ns:
                return None
            silent = [each for each in silent if each.due_cycle <= self._cycle]
        return min(silent, key=lambda each: each.asked_in_cycle, default=None)

    def _came_back(self, polled: Polled) -> None:
        if polled.is_silent:
            self._silent_again_ns = 0
            for other in self.devices:
                other.due_cycle = 0
        polled.failures = 0

    def _end_cycle(self, now_ns: int) -> None:
        if not self._is_whole:
            self._is_whole = True
            self.cycle_ns = now_ns - self._started_ns

    def _begin_cycle(self, now_ns: int) -> None:
        self._cycle += 1
        self._is_whole = False
        self._started_ns = now_ns
        self._next_start_ns = now_ns + SHORTEST_CYCLE_NS
        self._late_lost_ns = 0
        late = set(self._late)
        self._main.extend(each for each in self.devices if not each.failures and each not in late)
