"""The plant: strings of blocks, their voltages, currents and temperatures, stepped in plant seconds.

    charger or load -> string current -> voltage, charge, heat of each block -> temperature -> parasitic current -> ...

    V = n (E(s) + v) + R I_c            I_c = I_string - I_bypass - I_module        charge is positive
    C dv/dt = I_c - I_acceptance - I_parasitic(v, T)
    mc dT/dt = I_c^2 R + n I_par (V_cell - 1.48 (1 - eta)) - hA (T - T_ambient) + conduction to the neighbours

One step is implicit in v, so the string current has a closed form and steps of 1 to 60 s give the same hours. All
figures that come out of here are simulated.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from simulator.chemistry import Chemistry

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LONGEST_STEP_S = 10.0
MODULE_A = 0.0175  # a module's own consumption
WIRING_OHM = 2e-3  # a string's cables
NEIGHBOUR_W_PER_K = 0.8
HOTTEST_DEGC = 150.0  # the model ends here: a block above it has failed
GAIN_A_PER_V = 1.0  # the module's regulator: bypass per volt above target, for a block of six cells
INTEGRAL_S = 1800.0
LN10 = float(np.log(10.0))
LN2 = float(np.log(2.0))

_STATE: tuple[str, ...] = (
    "k",
    "charge",
    "capacity_ah",
    "resistance_ohm",
    "cells",
    "cooling",
    "recombination",
    "opened",
)
_STATE += ("temperature", "polarisation", "bypass_a", "integral_a", "sense_gain", "sense_offset_k")


class Plant:
    """`strings` x `blocks` blocks of one chemistry. Arrays are (strings, blocks) or (strings,); units as the names say.

    Inputs that whoever owns the plant sets between steps: `ambient_degc`, `airflow` (a factor on cooling),
    `breaker_closed`, `charger_v` (a cell's), `charger_on`, `charger_limit_a` (a string's), `load_w` (above 0: the
    strings carry it together), `target_v` (a block's equalization target, NaN = off).
    """

    def __init__(
        self,
        chemistry: Chemistry,
        strings: int,
        blocks: int,
        *,
        seed: int = 1,
        spread: float = 0.15,
        deficit: float = 0.002,
        ambient_degc: float = 25.0,
        age: float = 0.0,
        bypass_limit_a: float = 0.15,
        sense_gain: float = 0.0,
        sense_offset_k: float = 0.0,
    ) -> None:
        """Draw the blocks by `seed`: `spread` in decades of parasitic current, `deficit` of charge, sensors' errors."""
        draw = np.random.default_rng(seed)
        shape = (strings, blocks)
        self.chemistry = chemistry
        self.k: Floats = 10 ** draw.normal(0, spread, shape)
        self.charge: Floats = 1 - np.abs(draw.normal(0, deficit, shape))
        self.capacity_ah: Floats = chemistry.capacity_ah * (1 - 0.2 * age) * draw.normal(1, 0.015, shape)
        self.resistance_ohm: Floats = chemistry.resistance_ohm * (1 + 0.5 * age) * draw.normal(1, 0.04, shape)
        self.cells: Floats = np.full(shape, float(chemistry.cells))
        self.cooling: Floats = np.full(shape, chemistry.cooling_w_per_k)
        self.recombination: Floats = np.full(shape, chemistry.recombination)
        self.opened: Floats = np.zeros(shape)
        self.temperature: Floats = np.full(shape, ambient_degc) + draw.normal(0, 0.3, shape)
        self.sense_gain: Floats = 1 + draw.normal(0, 1, shape) * sense_gain
        self.sense_offset_k: Floats = draw.normal(0, 1, shape) * sense_offset_k
        self.polarisation: Floats = np.full(shape, chemistry.float_v - chemistry.full_v)
        self.bypass_a: Floats = np.zeros(shape)
        self.integral_a: Floats = np.zeros(shape)
        self.bypass_limit_a = bypass_limit_a
        self.charger_limit_a = 0.2 * chemistry.capacity_ah
        self.charger_v = chemistry.float_v
        self.charger_on = True
        self.load_w = 0.0
        self.seconds = 0.0
        self.hydrogen_l = 0.0
        self.noise = np.random.default_rng([seed, 1])
        self._reset_inputs(np.full(strings, ambient_degc))

    def _reset_inputs(self, ambient_degc: Floats) -> None:
        shape = self.k.shape
        self.ambient_degc: Floats = ambient_degc
        self.airflow: Floats = np.ones(shape[0])
        self.breaker_closed: Flags = np.ones(shape[0], dtype=np.bool_)
        self.target_v: Floats = np.full(shape, np.nan)
        self.current_a: Floats = np.zeros(shape[0])
        self.voltage: Floats = np.zeros(shape)
        self.now_ohm: Floats = np.zeros(shape)
        self._solve(0.0)

    # -- one step

    def step(self, dt_s: float) -> None:
        """Go on by `dt_s` plant seconds, in parts of at most 10 s."""
        parts = max(1, ceil(dt_s / LONGEST_STEP_S))
        for _ in range(parts):
            self.one_step(dt_s / parts)

    def one_step(self, dt_s: float) -> None:
        """One implicit step, however long."""
        self._regulate(dt_s)
        self._solve(dt_s)
        self.seconds += dt_s

    def _regulate(self, dt_s: float) -> None:
        """The modules' regulators: PI on what each reads above its target, 0 to its largest bypass, no wind-up."""
        if np.isnan(self.target_v).all():
            self.bypass_a = np.zeros_like(self.bypass_a)
            self.integral_a = np.zeros_like(self.integral_a)
            return
        off = np.isnan(self.target_v)
        error_v = np.where(off, 0.0, self.voltage * self.sense_gain - self.target_v)
        proportional = GAIN_A_PER_V * error_v * 6.0 / self.chemistry.cells
        wanted = proportional + self.integral_a
        change = proportional * dt_s / INTEGRAL_S
        winds_up = ((wanted >= self.bypass_limit_a) & (change > 0)) | ((wanted <= 0) & (change < 0))
        integral = np.clip(self.integral_a + np.where(winds_up, 0.0, change), 0.0, self.bypass_limit_a)
        self.integral_a = np.where(off, 0.0, integral)
        self.bypass_a = np.where(off, 0.0, np.clip(wanted, 0.0, self.bypass_limit_a))

    def _solve(self, dt_s: float) -> None:
        c = self.chemistry
        rest_v = self._rest_v()
        self.now_ohm = self._resistance()
        parasitic_a = self._parasitic(rest_v)
        parasitic_s = parasitic_a * LN10 / c.decade_v
        accept_s = self._acceptance()
        accept_a = accept_s * self.polarisation
        gain = (dt_s / c.capacitance_f) / (1 + dt_s * (parasitic_s + accept_s) / c.capacitance_f)
        aside_a = self.bypass_a + MODULE_A
        still_v = (
            self.cells * (rest_v + self.polarisation - gain * (parasitic_a + accept_a + aside_a))
            - self.now_ohm * aside_a
        )
        slope_ohm = self.cells * gain + self.now_ohm
        self.current_a = self._string_current(still_v.sum(axis=1), slope_ohm.sum(axis=1) + WIRING_OHM)
        block_a = self.current_a[:, None] - aside_a
        self.polarisation = self.polarisation + gain * (block_a - parasitic_a - accept_a)
        self.voltage = self.cells * (rest_v + self.polarisation) + self.now_ohm * block_a
        if dt_s > 0:
            self._charge(dt_s, accept_s)
            self._heat(dt_s, rest_v, block_a, parasitic_a, accept_s)

    def _rest_v(self) -> Floats:
        c = self.chemistry
        charge = np.clip(self.charge, 0.002, 1.0)
        return c.full_v - (c.full_v - c.empty_v) * (1 - charge) - c.knee_v * (1 / charge - 1)

    def _resistance(self) -> Floats:
        by_charge = 1 + 0.8 * np.clip(1 - self.charge, 0.0, 1.0) ** 1.5
        by_warmth = np.clip(1 - 0.006 * (self.temperature - 25), 0.4, 2.0)
        return self.resistance_ohm * by_charge * by_warmth * self.cells / self.chemistry.cells + self.opened * 1e6

    def _parasitic(self, rest_v: Floats) -> Floats:
        """Tafel in voltage, doubling per `doubling_k` in temperature."""
        c = self.chemistry
        decades = np.clip((rest_v + self.polarisation - c.float_v) / c.decade_v, -8.0, 4.0)
        return self.k * c.float_a * np.exp(LN10 * decades + LN2 / c.doubling_k * (self.temperature - 25))

    def _acceptance(self) -> Floats:
        """Charging meets the missing charge, discharging the whole capacity. A per V."""
        missing = 1 - np.clip(self.charge, 0.0, 1.0)
        charging = self.capacity_ah * 3600 / self.chemistry.acceptance_s * missing / 0.13
        return np.where(self.polarisation >= 0, charging, self.capacity_ah / 0.25)

    def _string_current(self, still_v: Floats, slope_ohm: Floats) -> Floats:
        closed = self.breaker_closed
        if self.load_w > 0:
            return self._share_load(still_v, slope_ohm, closed)
        if not self.charger_on:
            return np.zeros_like(still_v)
        charger_v = self.charger_v * self.chemistry.cells * self.k.shape[1]
        wanted = np.clip((charger_v - still_v) / slope_ohm, -self.charger_limit_a, self.charger_limit_a)
        return np.where(closed, wanted, 0.0)

    def _share_load(self, still_v: Floats, slope_ohm: Floats, closed: Flags) -> Floats:
        """Constant power on a common bus: the strings' currents at the voltage where they add up to it."""
        current = np.zeros_like(still_v)
        if not closed.any():
            return current
        conductance = float((1 / slope_ohm[closed]).sum())
        short_a = float((still_v[closed] / slope_ohm[closed]).sum())
        bus_v = short_a / conductance
        for _ in range(30):
            bus_v = (short_a - self.load_w / max(bus_v, 1.0)) / conductance
        current[closed] = (bus_v - still_v[closed]) / slope_ohm[closed]
        return current

    def _charge(self, dt_s: float, accept_s: Floats) -> None:
        main_a = accept_s * self.polarisation
        rated_a = self.chemistry.capacity_ah / 20
        hard = np.where(main_a < 0, (np.maximum(-main_a, rated_a) / rated_a) ** (self.chemistry.peukert - 1), 1.0)
        self.charge = np.clip(self.charge + main_a * hard * dt_s / 3600 / self.capacity_ah, 0.0, 1.0)

    def _heat(self, dt_s: float, rest_v: Floats, block_a: Floats, parasitic_a: Floats, accept_s: Floats) -> None:
        c = self.chemistry
        escaping = 1 - self.recombination
        gassing_w = self.cells * parasitic_a * (rest_v + self.polarisation - c.thermoneutral_v * escaping)
        main_w = np.abs(accept_s * self.polarisation) * self.cells * np.abs(self.polarisation)
        heat_w = block_a**2 * np.where(self.opened > 0, 0.0, self.now_ohm) + gassing_w + main_w
        lost_w = self.cooling * self.airflow[:, None] * (self.temperature - self.ambient_degc[:, None])
        beside = np.pad(self.temperature, ((0, 0), (1, 1)), mode="edge")
        gained_w = NEIGHBOUR_W_PER_K * (beside[:, :-2] + beside[:, 2:] - 2 * self.temperature)
        warmer = self.temperature + dt_s / c.heat_j_per_k * (heat_w - lost_w + gained_w)
        self.temperature = np.minimum(warmer, HOTTEST_DEGC)
        self.hydrogen_l += float((self.cells * parasitic_a * escaping).sum()) * dt_s / 3600 * 0.418

    # -- faults

    def dry_out(self, string: int, *, k: float, resistance: float, cooling_w_per_k: float) -> None:
        """A whole string dries out: factors on parasitic current and resistance, and what still cools it."""
        self.k[string] *= k
        self.resistance_ohm[string] *= resistance
        self.cooling[string] = cooling_w_per_k
        self.recombination[string] = 0.99

    def short_cell(self, string: int, block: int) -> None:
        """One cell of the block is a short."""
        self.cells[string, block] -= 1

    def open_cell(self, string: int, block: int) -> None:
        """The block no longer conducts."""
        self.opened[string, block] = 1.0

    def sulfate(self, string: int, block: int, amount: float = 0.5) -> None:
        """Undercharged for long: resistance up, capacity and charge down, by `amount` 0 to 1."""
        self.resistance_ohm[string, block] *= 1 + amount
        self.capacity_ah[string, block] *= 1 - 0.6 * amount
        self.charge[string, block] -= 0.03 * amount

    # -- copies and files

    def take(self, strings: list[int]) -> Plant:
        """A plant of its own with these strings, in this order (a string may come twice)."""
        other = object.__new__(Plant)
        other.__dict__.update(self.__dict__)
        for name in _STATE:
            setattr(other, name, getattr(self, name)[strings].copy())
        other.noise = np.random.default_rng()
        other.noise.bit_generator.state = self.noise.bit_generator.state
        other._reset_inputs(self.ambient_degc[strings].copy())
        return other

    def state(self) -> dict[str, object]:
        """Everything that the next step depends on, as JSON; `restore` goes on identically."""
        arrays = {name: getattr(self, name).tolist() for name in (*_STATE, *_INPUTS)}
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {"arrays": arrays, "numbers": numbers, "noise": self.noise.bit_generator.state}

    @classmethod
    def restore(cls, chemistry: Chemistry, state: dict[str, object]) -> Plant:
        """The plant that `state` was taken from. Raises ValueError naming what is missing or misshapen."""
        arrays, numbers, noise = state.get("arrays"), state.get("numbers"), state.get("noise")
        if not isinstance(arrays, dict) or not isinstance(numbers, dict) or not isinstance(noise, dict):
            raise ValueError("a plant state has `arrays`, `numbers` and `noise`; prepare it anew")
        missing = sorted({*_STATE, *_INPUTS} - arrays.keys() | set(_NUMBERS) - numbers.keys())
        if missing:
            raise ValueError(f"the plant state has no {', '.join(missing)}; prepare it anew")
        shape = np.asarray(arrays["k"]).shape
        plant = cls(chemistry, *shape)
        for name in (*_STATE, *_INPUTS):
            was = getattr(plant, name)
            now = np.asarray(arrays[name], dtype=was.dtype)
            if now.shape != was.shape:
                raise ValueError(
                    f"{name} of the plant state has shape {now.shape}, expected {was.shape}; prepare it anew"
                )
            setattr(plant, name, now)
        for name in _NUMBERS:
            setattr(plant, name, numbers[name])
        plant.noise.bit_generator.state = noise
        return plant


_INPUTS = ("ambient_degc", "airflow", "breaker_closed", "target_v", "current_a", "voltage", "now_ohm")
_NUMBERS = ("bypass_limit_a", "charger_limit_a", "charger_v", "charger_on", "load_w", "seconds", "hydrogen_l")
