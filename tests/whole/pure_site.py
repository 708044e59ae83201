"""A whole site in one process on a virtual clock: the simulator's plant, the real engine, wires between them.

    Plant --readings with their noise--> Engine.scan --coils--> breakers of the plant

Plant time is program time; sites run here as fast as the processor lets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from plc.core.event import Event, EventKind
from plc.core.plan import Plan
from plc.engine.assemble import BackEnd, load_compiled
from plc.engine.ports import EventList, HeldInputs, KeptOutputs
from plc.engine.scan import Engine
from plc.lang.program import Compiled
from plc.store.gather import compile_gathered, gather
from plc.store.plan import make_plan
from simulator.plant import Plant
from simulator.scenario import apply_fault, apply_step, drawn_string, load_warm, new_plant, pick_scenario
from simulator.truth import Scenario, Truth, read_truth
from simulator.wires import Wires

EXAMPLE = Path(__file__).parents[2] / "examples" / "ups_room"
SECOND_NS = 1_000_000_000
START_NS = 1_000 * SECOND_NS


class PureSite:
    """``faulty`` are the strings that have the scenario's fault, from 0: None draws one as the simulator does, () is a
    sound plant. ``warm`` begins at the prepared warm state, some way into the scenario; else the plant is new and the
    scenario's steps wait."""

    def __init__(
        self,
        folder: Path = EXAMPLE,
        *,
        faulty: int | Sequence[int] | None = None,
        warm: bool = False,
        seed: int = 3,
    ) -> None:
        self.folder = folder
        compiled, self.plan = compiled_site(folder)
        self.truth: Truth = read_truth(folder / "plant.yaml")
        scenario = pick_scenario(self.truth, "dry_out")
        if scenario is None:
            raise ValueError(f"{folder} has no scenario dry_out")
        self.names = self.truth.string_names
        drawn = drawn_string(self.truth, scenario, seed, None) if faulty is None else faulty
        self.faulty: tuple[int, ...] = (drawn,) if isinstance(drawn, int) else tuple(drawn)
        self.plant = (
            _warm(self.truth, scenario, self.faulty, folder) if warm else _new(self.truth, scenario, self.faulty)
        )
        loaded = load_compiled(compiled, self.plan, BackEnd.NATIVE)
        self.inputs, self.outputs, self.events = HeldInputs(self.plan, loaded.site.layout), KeptOutputs(), EventList()
        self.engine = Engine(loaded, self.inputs, self.outputs, self.events)
        self.wiring = Wires(self.plan, self.truth, self.inputs.segments, seed)
        self.around = self.wiring.around
        self.wall_ns = START_NS
        self.program_ns = 0
        self.silent = False  # no bus delivers anything

    # ------------------------------------------------------------ going on

    def step(self, dt_s: float, *, at_once: bool = False) -> None:
        """The plant goes on by ``dt_s``, in parts of 10 s or at once, then one scan sees it."""
        if at_once:
            self.plant.one_step(dt_s)
        else:
            self.plant.step(dt_s)
        self.wall_ns += round(dt_s * SECOND_NS)
        self.program_ns += round(dt_s * SECOND_NS)
        if not self.silent:
            self.wiring.read(self.plant, self.wall_ns)
        self.engine.scan(self.wall_ns, self.program_ns)
        self.wiring.drive(self.plant, tuple(self.outputs.segments))

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
    def faulty_name(self) -> str:
        return self.names[self.faulty[0]]

    @property
    def opened(self) -> list[str]:
        """The breakers of the plant that are open, by name."""
        strings = zip(self.truth.strings.values(), self.plant.breaker_closed, strict=True)
        return [string.breaker for string, closed in strings if not closed]

    @property
    def hottest_degc(self) -> float:
        """The true temperature of the first faulty string's hottest block."""
        return float(self.plant.temperature[self.faulty[0]].max())

    def happened(self, kind: EventKind) -> list[Event]:
        return [event for event in self.events.events if event.kind is kind]

    def value(self, path: str) -> float | bool | str:
        """What a program holds, as ``thermal_runaway.watch[2].Reference``."""
        program, _, inside = path.partition(".")
        return self.engine.sets.running.loaded.programs[program].area.read(inside)


def compiled_site(folder: Path) -> tuple[Compiled, Plan]:
    """A site's programs and its plan at speed 1. Raises ValueError with every problem."""
    gathered = gather([folder])
    compiled = compile_gathered(gathered)
    if gathered.site is None or gathered.failed or compiled.errors:
        raise ValueError("\n".join(map(str, (*gathered.diagnostics, *compiled.errors))))
    return compiled, replace(make_plan(gathered.site), speed=1)


def _new(truth: Truth, scenario: Scenario, faulty: Sequence[int]) -> Plant:
    plant = new_plant(truth)
    for row in faulty:
        apply_fault(plant, row, scenario)
    return plant


def _warm(truth: Truth, scenario: Scenario, faulty: Sequence[int], folder: Path) -> Plant:
    both, _ = load_warm(folder / "warm.json", truth, scenario, calm=False)
    count = len(truth.strings)
    plant = both.take([count + row if row in faulty else row for row in range(count)])
    for step in scenario.steps:
        apply_step(plant, step, truth)
    return plant
