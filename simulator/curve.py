"""Forward runs of a scenario without buses: each string sound and with its fault, and when each condition came true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from simulator.plant import Floats, Plant
from simulator.scenario import SETTLE_STEP_S, apply_fault, apply_step, forward, new_plant
from simulator.truth import Scenario, Truth

SECOND_HOTTEST = -2
HOT_DT_K, HOT_DEGC, LOST_DEGC = 10.0, 60.0, 100.0
LASTING_S = 600.0
CURRENT_PER_AH = 0.010
COMPENSATION_V_PER_K, FLOAT_MARGIN = -0.003, 1.02
CONDITIONS = ("dT >= 10 K on 2", "I >= 10 mA/Ah", "V >= float + 2 %", "60 degC on 2", "100 degC")


@dataclass(slots=True)
class Moments:
    """When a row's conditions began to hold for at least 600 s on end, in scenario seconds; absent: never."""

    first_s: dict[str, float] = field(default_factory=dict)
    since_s: dict[str, float] = field(default_factory=dict)

    def note(self, condition: str, holds: bool, at_s: float) -> None:
        if not holds:
            self.since_s.pop(condition, None)
        elif at_s - self.since_s.setdefault(condition, at_s) >= LASTING_S:
            self.first_s.setdefault(condition, self.since_s[condition])


def doubled(truth: Truth, scenario: Scenario) -> Plant:
    """Every string twice: rows 0 to S-1 sound, S to 2S-1 with the fault; settled on float, equalized."""
    count = len(truth.strings)
    plant = new_plant(truth).take([*range(count), *range(count)])
    for row in range(count, 2 * count):
        apply_fault(plant, row, scenario)
    forward(plant, scenario.settle_s, equalize=True)
    return plant


def burn(plant: Plant, truth: Truth, scenario: Scenario, hours: float, *, equalize: bool = True) -> Iterator[float]:
    """Run the scenario's steps on the plant, in place; yields the scenario second after each step of 10 s."""
    done = 0
    for step in range(round(hours * 3600 / SETTLE_STEP_S)):
        while done < len(scenario.steps) and scenario.steps[done].after_s <= step * SETTLE_STEP_S:
            apply_step(plant, scenario.steps[done], truth)
            done += 1
        forward(plant, SETTLE_STEP_S, equalize=equalize)
        yield (step + 1) * SETTLE_STEP_S


def note_conditions(plant: Plant, at_s: float, moments: list[Moments]) -> None:
    """The trip's conditions on the true values (no sensor noise, no delays)."""
    hottest = np.sort(plant.temperature, axis=1)
    chemistry = plant.chemistry
    float_v = chemistry.float_v + COMPENSATION_V_PER_K * (clamped(plant.ambient_degc) - 25)
    cell_v = plant.voltage.mean(axis=1) / chemistry.cells
    for row, moment in enumerate(moments):
        held = (
            hottest[row, SECOND_HOTTEST] - plant.ambient_degc[row] >= HOT_DT_K,
            plant.current_a[row] >= CURRENT_PER_AH * chemistry.capacity_ah,
            cell_v[row] >= float_v[row] * FLOAT_MARGIN,
            hottest[row, SECOND_HOTTEST] >= HOT_DEGC,
            hottest[row, -1] >= LOST_DEGC,
        )
        for condition, holds in zip(CONDITIONS, held, strict=True):
            moment.note(condition, bool(holds), at_s)


def clamped(degc: Floats) -> Floats:
    """Float compensation ends at 5 and 40 degC."""
    return np.clip(degc, 5.0, 40.0)
