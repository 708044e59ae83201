"""A scenario as data, and the prepared states it starts from.

A warm file holds two moments of one forward run, `calm` (before the first step) and `warm` (some way into it). Each is
a plant in which every string stands twice: sound, and with the fault. Strings on one charger do not influence
one another, so the faulty one can be drawn at the start.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.plant import Plant
from simulator.truth import DRAWN, MODULE_TYPES, Scenario, Step, Truth, TruthError

BYPASS_A = {23: 0.12, 20: 0.15, 30: 0.3, 41: 0.3, 40: 0.9}
SENSE_GAIN, SENSE_OFFSET_K = 0.001, 0.3  # sd of a module's own errors
SETTLE_STEP_S = 10.0


@dataclass(frozen=True, slots=True)
class Start:
    """Where a simulation begins: the plant, the ghost, how long the scenario has run (None: it waits for `burn`)."""

    plant: Plant
    ghost: Plant
    faulty: int
    scenario: Scenario | None
    burnt_s: float | None


def new_plant(truth: Truth) -> Plant:
    """The plant of a plant.yaml as it stands at first: charged, every room at its ambient."""
    blocks = truth.blocks
    plant = Plant(
        blocks.chemistry,
        len(truth.strings),
        blocks.per_string,
        seed=blocks.seed,
        spread=blocks.spread,
        age=blocks.age,
        bypass_limit_a=BYPASS_A[MODULE_TYPES[blocks.module]],
        sense_gain=SENSE_GAIN,
        sense_offset_k=SENSE_OFFSET_K,
    )
    plant.charger_v, plant.charger_limit_a = truth.charger_v, truth.charger_limit_a
    ambient = np.array([truth.rooms[string.room].ambient_degc for string in truth.strings.values()])
    plant.temperature += (ambient - 25.0)[:, None]
    plant.ambient_degc = ambient
    return plant


def apply_fault(plant: Plant, string: int, scenario: Scenario) -> None:
    fault = scenario.dry_out
    if fault:
        plant.dry_out(string, k=fault.k, resistance=fault.resistance, cooling_w_per_k=fault.cooling_w_per_k)


def apply_step(plant: Plant, step: Step, truth: Truth) -> None:
    """The step's effect on room and charger; rows beyond the strings are the strings once more."""
    if step.ambient_degc is not None:
        names = truth.string_names
        for row in range(len(plant.ambient_degc)):
            if truth.strings[names[row % len(names)]].room == step.room:
                plant.ambient_degc[row] = step.ambient_degc
    if step.charger_v is not None:
        plant.charger_v = step.charger_v


def drawn_string(truth: Truth, scenario: Scenario | None, seed: int, wanted: str | None) -> int:
    """The faulty string: the one asked for, the scenario's, or drawn: the seed modulo the number of strings. From 0."""
    names = truth.string_names
    name = wanted or (scenario.string if scenario else DRAWN)
    if name == DRAWN:
        return seed % len(names)
    if name not in names:
        raise TruthError(f"{truth.path}: there is no string {name!r}; strings are {', '.join(names)}")
    return names.index(name)


def pick_scenario(truth: Truth, name: str | None) -> Scenario | None:
    if name is None:
        return None
    if name not in truth.scenarios:
        known = ", ".join(truth.scenarios) or "none"
        raise TruthError(f"{truth.path}: there is no scenario {name!r}; it has {known}")
    return truth.scenarios[name]


def fingerprint(truth: Truth, scenario: Scenario) -> str:
    """Changes whenever a warm file made from this truth would no longer fit."""
    facts = (
        truth.blocks,
        truth.charger_v,
        truth.charger_limit_a,
        list(truth.strings),
        list(truth.rooms.values()),
        scenario,
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def begin(truth: Truth, scenario: Scenario | None, faulty: int, *, warm: Path | None, calm: bool) -> Start:
    """The start from a warm file, or without one from a new plant with the scenario's fault already in it."""
    count = len(truth.strings)
    if warm is None:
        plant = new_plant(truth)
        if scenario:
            apply_fault(plant, faulty, scenario)
        return Start(plant, plant.take([faulty]), faulty, scenario, None if calm or scenario is None else 0.0)
    if scenario is None:
        raise TruthError(f"{warm}: a warm state belongs to a scenario; name it with --scenario")
    both, burnt_s = load_warm(warm, truth, scenario, calm=calm)
    rows = [count + row if row == faulty else row for row in range(count)]
    return Start(both.take(rows), both.take([count + faulty]), faulty, scenario, burnt_s)


def load_warm(path: Path, truth: Truth, scenario: Scenario, *, calm: bool) -> tuple[Plant, float | None]:
    """The doubled plant of a warm file and how long its scenario has run. Raises TruthError when it does not fit."""
    cure = f"run: python -m simulator.prepare {truth.path.parent}"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise TruthError(f"{path}: cannot be read ({exc}); {cure}") from exc
    if not isinstance(told, dict) or told.get("fits") != fingerprint(truth, scenario):
        raise TruthError(f"{path}: was prepared for another plant.yaml or scenario; {cure}")
    try:
        plant = Plant.restore(truth.blocks.chemistry, told["calm" if calm else "warm"])
    except (KeyError, ValueError) as exc:
        raise TruthError(f"{path}: {exc}; {cure}") from exc
    return plant, None if calm else float(told["burnt_s"])


def forward(plant: Plant, seconds: float, *, equalize: bool) -> None:
    """Run the plant alone, without buses; `equalize` does what a controller would: each string's mean as its target."""
    for _ in range(round(seconds / SETTLE_STEP_S)):
        if equalize:
            plant.target_v[:] = (plant.voltage * plant.sense_gain).mean(axis=1, keepdims=True)
        plant.one_step(SETTLE_STEP_S)
