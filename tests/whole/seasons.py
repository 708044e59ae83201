"""A year of a sound plant: seasons, doors, failing air conditioning, silent buses, discharges. Nothing may trip.

    weather -> room -> plant -> readings -> engine: 60 s a step, 1 s on discharge

python -m tests.whole.seasons --days 365
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import pi, sin

import numpy as np

from plc.core.event import EventKind
from tests.whole.pure_site import PureSite

DAY_S = 86_400
STEP_S = 60.0
DISCHARGE_STEP_S = 1.0
MONTH_DAYS = 365 / 12
DISCHARGE_DAY = 8
LEAST_CELL_V = 1.80
MAINS_OFF = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts, in plant seconds."""

    begin_s: float
    end_s: float

    def holds(self, at_s: float) -> bool:
        return self.begin_s <= at_s < self.end_s


@dataclass(slots=True)
class Room:
    """The room's air. Held at 22 degC; an open door lets the weather in, without cooling it drifts to 12 K over it."""

    first_day: int
    doors: tuple[Span, ...]
    failures: tuple[Span, ...]
    degc: float = 22.0

    def outside_degc(self, at_s: float) -> float:
        day = self.first_day + at_s / DAY_S
        return 10 + 13 * sin(2 * pi * (day - 105) / 365) + 5 * sin(2 * pi * (day % 1 - 0.375))

    def step(self, at_s: float, dt_s: float) -> float:
        """The air after ``dt_s`` more seconds."""
        outside = self.outside_degc(at_s)
        towards, tau_s = 22 + 0.1 * (outside - 10), 900.0
        if any(failure.holds(at_s) for failure in self.failures):
            towards, tau_s = min(outside + 12, 39.0), 7200.0
        if any(door.holds(at_s) for door in self.doors):
            towards, tau_s = 0.3 * towards + 0.7 * outside, 300.0
        self.degc += (towards - self.degc) * min(dt_s / tau_s, 1.0)
        return self.degc


@dataclass(slots=True)
class Seen:
    """What happened. ``alarms`` counts each alarm by its subject."""

    days: int
    discharges: list[str] = field(default_factory=list)
    trips: list[str] = field(default_factory=list)
    alarms: Counter[str] = field(default_factory=Counter)
    coldest_degc: float = 22.0
    hottest_degc: float = 22.0
    largest_difference_k: float = 0.0


@dataclass(frozen=True, slots=True)
class Discharge:
    """The load of the whole plant on battery, for so long."""

    begin_s: float
    seconds: float
    load_w: float


class Seasons:
    """``days`` days from ``first_day`` of the year on; all that is drawn comes from ``seed``."""

    def __init__(self, days: int, first_day: int = 0, seed: int = 1) -> None:
        draw = np.random.default_rng(seed)
        self.days = days
        self.site = PureSite(faulty=(), seed=seed)
        self.seen = Seen(days)
        doors = [DAY_S * (day + draw.uniform(0.25, 0.8)) for day in range(days) for _ in range(2)]
        failures = [DAY_S * (day + draw.uniform()) for day in range(days) if draw.uniform() < 1 / 20]
        self.room = Room(
            first_day,
            tuple(Span(at, at + draw.uniform(120, 2400)) for at in doors),
            tuple(Span(at, at + draw.uniform(3, 12) * 3600) for at in failures),
        )
        self.discharges = [
            Discharge(DAY_S * (day + draw.uniform()), draw.uniform(300, 5400), draw.uniform(10_000, 42_000))
            for day in self._discharge_days(first_day)
        ]
        silences = [DAY_S * (day + draw.uniform()) for day in range(days) for _ in range(2)]
        self.silences = tuple(Span(at, at + draw.uniform(60, 1800)) for at in silences)

    def _discharge_days(self, first_day: int) -> Iterator[int]:
        for month in range(25):
            day = round(month * MONTH_DAYS) + DISCHARGE_DAY - first_day
            if 0 <= day < self.days:
                yield day

    def run(self) -> Seen:
        """All days; what was seen."""
        waiting = list(self.discharges)
        for number in range(round(self.days * DAY_S / STEP_S)):
            at_s = number * STEP_S
            self._step(at_s, STEP_S)
            if waiting and at_s >= waiting[0].begin_s:
                self._discharge(waiting.pop(0), at_s)
        self.seen.trips = [event.text for event in self.site.happened(EventKind.TRIP_REQUESTED)]
        self.seen.trips += [f"{name} is open" for name in self.site.opened]
        self.seen.alarms.update(event.subject for event in self.site.happened(EventKind.ALARM))
        return self.seen

    def _step(self, at_s: float, dt_s: float) -> None:
        plant = self.site.plant
        air = self.room.step(at_s, dt_s)
        plant.ambient_degc[:] = air
        self.site.silent = any(silence.holds(at_s) for silence in self.silences)
        self.site.step(dt_s, at_once=True)
        seen = self.seen
        seen.coldest_degc, seen.hottest_degc = min(seen.coldest_degc, air), max(seen.hottest_degc, air)
        difference = float(plant.temperature.max()) - float(self.site.value("thermal_runaway.watch[1].Reference"))
        seen.largest_difference_k = max(seen.largest_difference_k, difference)

    def _discharge(self, discharge: Discharge, at_s: float) -> None:
        """The mains are out; the strings carry the load, second by second, until it ends or the blocks are low."""
        site, plant = self.site, self.site.plant
        site.around.on_battery, plant.load_w = True, discharge.load_w
        low_v = LEAST_CELL_V * plant.chemistry.cells
        seconds = 0
        while seconds < discharge.seconds and (seconds < 60 or float(plant.voltage.mean()) > low_v):
            self._step(at_s, DISCHARGE_STEP_S)
            seconds += 1
        site.around.on_battery, plant.load_w = False, MAINS_OFF
        self.seen.discharges.append(f"{discharge.load_w / 1000:.0f} kW for {seconds / 60:.0f} min")


def report(seen: Seen) -> str:
    """What was seen, as lines."""
    alarms = ", ".join(f"{subject}: {count}" for subject, count in sorted(seen.alarms.items())) or "none"
    return "\n".join(
        [
            f"days: {seen.days}",
            f"discharges: {len(seen.discharges)} ({'; '.join(seen.discharges)})",
            f"room: {seen.coldest_degc:.1f} to {seen.hottest_degc:.1f} degC",
            f"largest difference of a module over the reference: {seen.largest_difference_k:.1f} K",
            f"trips: {len(seen.trips)} {seen.trips or ''}".rstrip(),
            f"alarms: {alarms}",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.whole.seasons", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--first-day", type=int, default=0, help="day of the year, from 0")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen = Seasons(options.days, options.first_day, options.seed).run()
    print(report(seen))
    return 1 if seen.trips else 0


if __name__ == "__main__":
    raise SystemExit(main())
