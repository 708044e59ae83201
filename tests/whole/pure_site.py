"""A whole site in one process on a virtual clock: the simulator's plant, the real engine, nothing between them.

    Plant --readings with their noise--> Engine.scan --coils--> breakers of the plant

Plant time is program time; sites run here as fast as the processor lets them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from plc.core.catalogue import OutputKind
from plc.core.event import Event, EventKind
from plc.core.plan import InputRef, Plan
from plc.engine.assemble import BackEnd, load_compiled
from plc.engine.ports import EventList, HeldInputs, KeptOutputs
from plc.engine.scan import Engine
from plc.store.gather import compile_gathered, gather
from plc.store.plan import make_plan
from simulator.plant import Plant
from simulator.scenario import apply_step, begin, drawn_string, pick_scenario
from simulator.truth import Truth, read_truth

EXAMPLE = Path(__file__).parents[2] / "examples" / "ups_room"
SECOND_NS = 1_000_000_000
START_NS = 1_000 * SECOND_NS


class PureSite:
    """``controlled`` False leaves the breakers alone: the plant without a controller."""

    def __init__(self, folder: Path = EXAMPLE, *, faulty: int | None = None, warm: bool = False, seed: int = 3) -> None:
        gathered = gather([folder])
        compiled = compile_gathered(gathered)
        if gathered.site is None or compiled.errors:
            raise ValueError("\n".join(map(str, (*gathered.diagnostics, *compiled.errors))))
        self.plan: Plan = make_plan(gathered.site)
        self.truth: Truth = read_truth(folder / "plant.yaml")
        scenario = pick_scenario(self.truth, gathered.site.simulation.scenario if gathered.site.simulation else None)
        names = self.truth.string_names
        self.faulty = faulty if faulty is not None else drawn_string(self.truth, scenario, seed, None)
        start = begin(self.truth, scenario, self.faulty, warm=folder / "warm.json" if warm else None, calm=not warm)
        self.plant: Plant = start.plant
        if warm and scenario is not None:
            for step in scenario.steps:
                apply_step(self.plant, step, self.truth)
        self.faulty_name = names[self.faulty]
        loaded = load_compiled(compiled, self.plan, BackEnd.NATIVE)
        self.inputs, self.outputs, self.events = HeldInputs(self.plan, loaded.site.layout), KeptOutputs(), EventList()
        self.engine = Engine(loaded, self.inputs, self.outputs, self.events)
        self.noise = np.random.default_rng(seed)
        self.wall_ns = START_NS
        self.program_ns = 0
        self.smoke = dict.fromkeys(names, False)
        self.on_battery = False
        self._places = [
            {(place.device, place.field): InputRef(b, i) for i, place in enumerate(bus.inputs)}
            for b, bus in enumerate(self.plan.buses)
        ]

    # ------------------------------------------------------------ going on

    def step(self, dt_s: float) -> None:
        """The plant goes on by ``dt_s``, then one scan sees it."""
        self.plant.step(dt_s)
        self.wall_ns += round(dt_s * SECOND_NS)
        self.program_ns += round(dt_s * SECOND_NS)
        self._sample()
        self.engine.scan(self.wall_ns, self.program_ns)
        self._drive()

    def run(self, seconds: float, dt_s: float) -> None:
        for _ in range(round(seconds / dt_s)):
            self.step(dt_s)

    def run_until_open(self, within_s: float, dt_s: float) -> float | None:
        """Plant seconds until the first breaker opens, None when none does."""
        for number in range(round(within_s / dt_s)):
            if not self.plant.breaker_closed.all():
                return number * dt_s
            self.step(dt_s)
        return None

    # ------------------------------------------------------------ what a test looks at

    @property
    def opened(self) -> list[str]:
        """The breakers that are open, by name."""
        return [b.name for b in self.plan.breakers if not self.plant.breaker_closed[b.strings[0] - 1]]

    @property
    def hottest_degc(self) -> float:
        """The true temperature of the faulty string's hottest block."""
        return float(self.plant.temperature[self.faulty].max())

    def happened(self, kind: EventKind) -> list[Event]:
        return [event for event in self.events.events if event.kind is kind]

    # ------------------------------------------------------------ readings and coils

    def _sample(self) -> None:
        plant = self.plant
        voltage = plant.voltage * (1 + self.noise.normal(0, 0.0005, plant.voltage.shape))
        temperature = plant.temperature + plant.sense_offset_k + self.noise.normal(0, 0.1, plant.voltage.shape)
        for s, name in enumerate(self.plan.strings):
            for i in range(plant.voltage.shape[1]):
                self._put(f"{name}.{i + 1}", "voltage", float(voltage[s, i]))
                self._put(f"{name}.{i + 1}", "temperature", float(temperature[s, i]))
                self._put(f"{name}.{i + 1}", "resistance", float(plant.now_ohm[s, i]) * 1000)
                self._put(f"{name}.{i + 1}", "bypass", float(plant.bypass_a[s, i]) * 1000)
            self._put(f"csh{s + 1}", "current", float(plant.current_a[s]))
            self._put("gx3", f"input{s + 1}", float(self.smoke[name]))
        self._put("room_a", "temperature", float(plant.ambient_degc[0]))
        for breaker in self.plan.breakers:
            closed = bool(plant.breaker_closed[breaker.strings[0] - 1])
            self.inputs.sample(breaker.closed, float(closed), self.wall_ns)
            self.inputs.sample(breaker.opened, float(not closed), self.wall_ns)
        for field in ("on_battery", "input_bad"):
            self._put("ups", field, float(self.on_battery))
        for field in ("testing", "test_failed"):
            self._put("ups", field, 0.0)

    def _put(self, device: str, field: str, value: float) -> None:
        for places in self._places:
            ref = places.get((device, field))
            if ref is not None:
                self.inputs.sample(ref, value, self.wall_ns)

    def _drive(self) -> None:
        for breaker in self.plan.breakers:
            ref = self.plan.relays[breaker.trip].output
            if self.outputs.segments[ref.bus].value[ref.index] == 1.0:
                self.plant.breaker_closed[breaker.strings[0] - 1] = False
        for bus, segment in zip(self.plan.buses, self.outputs.segments, strict=True):
            for index, place in enumerate(bus.outputs):
                if place.kind is OutputKind.TARGET:
                    volts = segment.value[index]
                    self.plant.target_v[place.number - 1, :] = volts if volts > 0 else np.nan
