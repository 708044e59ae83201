"""`python -m simulator.prepare SITE [--scenario NAME]`: run the plant forward alone and write SITE/warm.json.

The file holds the moment before the scenario's first step (`calm`) and the moment `warm` after it, every string both
sound and with the fault, so that the faulty one can be drawn at the start. `--minutes-before-trip` looks for the warm
moment itself: the mean over the strings of when the trip rule (dT on 2 modules and current, for 600 s) would be met,
minus these minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulator.curve import CONDITIONS, Moments, burn, doubled, note_conditions
from simulator.plant import Plant
from simulator.scenario import fingerprint, pick_scenario
from simulator.truth import Scenario, Truth, TruthError, read_truth

CONFIRM_S = 600.0
LONGEST_SEARCH_H = 24.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulator.prepare", description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--scenario", help="a scenario of plant.yaml (default: its only one)")
    parser.add_argument("--minutes-before-trip", type=float, help="choose the warm moment by the trip rule")
    parser.add_argument("--out", type=Path, help="default SITE/warm.json")
    options = parser.parse_args(argv)
    try:
        truth = read_truth(options.site / "plant.yaml")
        scenario = chosen(truth, options.scenario)
        burnt_s = scenario.warm_s
        if options.minutes_before_trip is not None:
            burnt_s = warm_moment(truth, scenario, options.minutes_before_trip * 60)
        out = options.out or options.site / "warm.json"
        write(out, truth, scenario, burnt_s)
    except TruthError as exc:
        print(exc, file=sys.stderr)
        return 1
    print(f"{out}: {scenario.name}, {burnt_s / 60:.0f} min after its first step")
    return 0


def chosen(truth: Truth, name: str | None) -> Scenario:
    """The named scenario, or the only one."""
    if name is None and len(truth.scenarios) != 1:
        known = ", ".join(truth.scenarios) or "none"
        raise TruthError(f"{truth.path}: scenarios are {known}; say which with --scenario")
    scenario = pick_scenario(truth, name or next(iter(truth.scenarios)))
    if scenario is None:
        raise TruthError(f"{truth.path}: there is no scenario; add one under `scenarios:`")
    return scenario


def warm_moment(truth: Truth, scenario: Scenario, before_s: float) -> float:
    """Scenario seconds `before_s` before the mean of the strings' trips. Raises TruthError when one never trips."""
    plant = doubled(truth, scenario)
    count = len(truth.strings)
    moments = [Moments() for _ in range(2 * count)]
    for at_s in burn(plant, truth, scenario, LONGEST_SEARCH_H):
        note_conditions(plant, at_s, moments)
        if all(tripped_s(moment) is not None for moment in moments[count:]):
            break
    trips = [trip_s for moment in moments[count:] if (trip_s := tripped_s(moment)) is not None]
    if len(trips) < count:
        raise TruthError(
            f"{truth.path}: {scenario.name} trips {len(trips)} of {count} strings in 24 h; make it harsher"
        )
    mean_s = sum(trips) / count
    if mean_s < before_s:
        raise TruthError(f"{truth.path}: {scenario.name} trips after {mean_s / 60:.0f} min; ask for fewer minutes")
    return round((mean_s - before_s) / 60) * 60.0


def tripped_s(moment: Moments) -> float | None:
    """When dT and current have both held for 600 s; both only grow in a runaway."""
    hot_s, current_s = moment.first_s.get(CONDITIONS[0]), moment.first_s.get(CONDITIONS[1])
    return None if hot_s is None or current_s is None else max(hot_s, current_s) + CONFIRM_S


def write(out: Path, truth: Truth, scenario: Scenario, burnt_s: float) -> None:
    plant = doubled(truth, scenario)
    told: dict[str, object] = {
        "made_by": "python -m simulator.prepare",
        "fits": fingerprint(truth, scenario),
        "scenario": scenario.name,
        "burnt_s": burnt_s,
        "calm": plant.state(),
    }
    run_to(plant, truth, scenario, burnt_s)
    told["warm"] = plant.state()
    out.write_text(json.dumps(told) + "\n", encoding="utf-8")


def run_to(plant: Plant, truth: Truth, scenario: Scenario, burnt_s: float) -> None:
    """Burn the plant in place for `burnt_s`."""
    for _ in burn(plant, truth, scenario, burnt_s / 3600):
        pass


if __name__ == "__main__":
    sys.exit(main())
