"""`python -m simulator.forward SITE [--string S2]`: the ghost's curve, a string whose breaker nobody opens.

Prints the hottest module, the string current and the hottest sound module over time, counted from the warm moment, then
when each condition of the trip rule began to hold on each string. Simulated, on true values, without buses.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from simulator.curve import CONDITIONS, Moments, burn, doubled, note_conditions
from simulator.prepare import chosen
from simulator.scenario import drawn_string
from simulator.truth import Scenario, Truth, TruthError, read_truth

ROW_S = 600.0


@dataclass(frozen=True, slots=True)
class Point:
    """One row of the curve. `warm_s` counts from the warm moment."""

    warm_s: float
    hottest_degc: float
    current_a: float
    sound_degc: float


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulator.forward", description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--scenario", help="a scenario of plant.yaml (default: its only one)")
    parser.add_argument("--seed", type=int, default=0, help="draws the string as the simulator does")
    parser.add_argument("--string", help="the faulty string, instead of drawing it")
    parser.add_argument("--hours", type=float, default=6.0, help="from the warm moment (default 6)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    try:
        truth = read_truth(options.site / "plant.yaml")
        scenario = chosen(truth, options.scenario)
        faulty = drawn_string(truth, scenario, options.seed, options.string)
    except TruthError as exc:
        print(exc, file=sys.stderr)
        return 1
    points, moments = curve(truth, scenario, faulty, options.hours)
    if options.json:
        print(json.dumps(as_json(truth, scenario, faulty, points, moments)))
    else:
        show(truth, scenario, faulty, points, moments)
    return 0


def curve(truth: Truth, scenario: Scenario, faulty: int, hours: float) -> tuple[list[Point], list[Moments]]:
    """A point each 10 min from the warm moment on, and the moments of all rows (sound strings, then dried ones)."""
    plant = doubled(truth, scenario)
    count = len(truth.strings)
    moments = [Moments() for _ in range(2 * count)]
    points = []
    sound = [row for row in range(count) if row != faulty]
    for at_s in burn(plant, truth, scenario, scenario.warm_s / 3600 + hours):
        note_conditions(plant, at_s, moments)
        if at_s >= scenario.warm_s and (at_s - scenario.warm_s) % ROW_S == 0:
            dry = count + faulty
            others = float(plant.temperature[sound].max()) if sound else float("nan")
            hottest = float(plant.temperature[dry].max())
            points.append(Point(at_s - scenario.warm_s, hottest, float(plant.current_a[dry]), others))
    return points, moments


def rows(truth: Truth, faulty: int) -> list[tuple[str, int]]:
    """Name and row of each string as it stands in this simulation, then of the dried twins of the sound ones."""
    names = truth.string_names
    count = len(names)
    named = [
        (f"{name} (dry)" if row == faulty else name, row + count * (row == faulty)) for row, name in enumerate(names)
    ]
    return named + [(f"{name} if dry", row + count) for row, name in enumerate(names) if row != faulty]


def show(truth: Truth, scenario: Scenario, faulty: int, points: list[Point], moments: list[Moments]) -> None:
    name = truth.string_names[faulty]
    print(
        f"{scenario.name} on {name}, nobody opens its breaker; simulated, from {scenario.warm_s / 60:.0f} min into it"
    )
    print(f"{'min':>5} {'hottest degC':>13} {'current A':>10} {'sound degC':>11}")
    for point in points:
        print(f"{point.warm_s / 60:5.0f} {point.hottest_degc:13.1f} {point.current_a:10.2f} {point.sound_degc:11.1f}")
    print(f"\n{'begins, min from warm':<26}" + "".join(f"{condition:>18}" for condition in CONDITIONS))
    for label, row in rows(truth, faulty):
        times = (moments[row].first_s.get(condition) for condition in CONDITIONS)
        shown = ("never" if at_s is None else f"{(at_s - scenario.warm_s) / 60:.0f}" for at_s in times)
        print(f"{label:<26}" + "".join(f"{text:>18}" for text in shown))


def as_json(
    truth: Truth, scenario: Scenario, faulty: int, points: list[Point], moments: list[Moments]
) -> dict[str, object]:
    return {
        "scenario": scenario.name,
        "string": truth.string_names[faulty],
        "warm_s": scenario.warm_s,
        "curve": [[p.warm_s, round(p.hottest_degc, 2), round(p.current_a, 3), round(p.sound_degc, 2)] for p in points],
        "first_s": {label: moments[row].first_s for label, row in rows(truth, faulty)},
    }


if __name__ == "__main__":
    sys.exit(main())
