"""From a site folder to a world: the one place where plant.yaml, scenario, seed and warm state come together."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulator.scenario import begin, drawn_string, pick_scenario
from simulator.truth import read_truth
from simulator.world import CONVERSION_S, World


def open_world(
    site: Path,
    *,
    epoch_ns: int,
    speed: float = 1.0,
    seed: int = 0,
    scenario: str | None = None,
    start: Path | None = None,
    string: str | None = None,
    calm: bool = False,
    conversion_s: float = CONVERSION_S,
) -> World:
    """The world of SITE/plant.yaml; arguments as the command's options. Raises TruthError with problems and cures.

    A relative `start` is looked for in the site first. Lines may be put before the world, or its `respond` and
    `advance` called with the times of a virtual clock.
    """
    truth = read_truth(site / "plant.yaml")
    chosen = pick_scenario(truth, scenario)
    faulty = drawn_string(truth, chosen, seed, string)
    if start is not None and not start.is_absolute() and (site / start).exists():
        start = site / start
    began = begin(truth, chosen, faulty, warm=start, calm=calm)
    began.plant.noise = np.random.default_rng([seed, 2])
    return World(truth, began, epoch_ns=epoch_ns, speed=speed, conversion_s=conversion_s)
