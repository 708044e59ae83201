"""`python -m simulator.aside SITE --plan PLAN.json ...`: the plant of a site beside everything that runs, for a trial.

    caller --(wall ns, step ns, output segments)--> coils act, the plant goes on, readings --(truth, input segments)-->

No bus, no socket, no clock of its own: the caller says how far to go. Ends when its standard input does.
"""

from __future__ import annotations

import argparse
import json
import resource
import struct
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from plc.core.plan import Plan
from plc.core.segments import InputSegment, OutputSegment
from simulator.plant import HOTTEST_DEGC
from simulator.scenario import Start, apply_step, begin, drawn_string, pick_scenario
from simulator.truth import Truth, TruthError, read_truth
from simulator.wires import Wires

ASKED = struct.Struct("<qq")
"""Wall ns of the readings wanted, plant ns to go on by until then."""
TRUTH = struct.Struct("<I")
"""Length of the JSON that follows, before the segments."""
SECOND_NS = 1_000_000_000
MEMORY_MOST = 2 * 1024**3


class Aside:
    """A plant, its scenario, and the wires to a controller that may be anything."""

    def __init__(self, truth: Truth, plan: Plan, start: Start, seed: int) -> None:
        self.truth, self.plan, self.start = truth, plan, start
        self.plant = start.plant
        self.inputs = [InputSegment(len(bus.inputs)) for bus in plan.buses]
        self.outputs = [OutputSegment(len(bus.outputs)) for bus in plan.buses]
        self.wires = Wires(plan, truth, self.inputs, seed)
        self._from_s = self.plant.seconds - (start.burnt_s or 0.0)
        self._steps = list(start.scenario.steps) if start.scenario else []
        self._scenario()

    def go_on(self, wall_ns: int, step_ns: int) -> None:
        """Let the coils of `outputs` act, go on, and leave the readings in `inputs`."""
        self.wires.drive(self.plant, tuple(self.outputs))
        self.plant.step(step_ns / SECOND_NS)
        self._scenario()
        self.wires.read(self.plant, wall_ns)

    def _scenario(self) -> None:
        while self._steps and self.plant.seconds - self._from_s >= self._steps[0].after_s:
            apply_step(self.plant, self._steps.pop(0), self.truth)

    def said(self) -> dict[str, object]:
        """The truth a timeline shows: each string's hottest block, and the breakers that are open."""
        hottest = np.minimum(self.plant.temperature.max(axis=1), HOTTEST_DEGC)
        strings = self.truth.strings
        return {
            "hottest_degc": {name: round(float(degc), 1) for name, degc in zip(strings, hottest, strict=True)},
            "open": [
                s.breaker for s, shut in zip(strings.values(), self.plant.breaker_closed, strict=True) if not shut
            ],
        }


def serve(aside: Aside, asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    sizes = [len(segment.memory) for segment in aside.outputs]
    while len(head := asked.read(ASKED.size)) == ASKED.size:
        wall_ns, step_ns = ASKED.unpack(head)
        for segment, size in zip(aside.outputs, sizes, strict=True):
            segment.memory[:] = asked.read(size)
        aside.go_on(wall_ns, step_ns)
        said = json.dumps(aside.said()).encode()
        answers.write(TRUTH.pack(len(said)) + said + b"".join(segment.memory for segment in aside.inputs))
        answers.flush()


def open_aside(options: argparse.Namespace) -> Aside:
    """The plant the options mean. Raises TruthError and OSError."""
    truth = read_truth(options.site / "plant.yaml")
    plan = msgspec.json.decode(options.plan.read_bytes(), type=Plan)
    scenario = pick_scenario(truth, options.scenario or None)
    faulty = drawn_string(truth, scenario, options.seed, None)
    warm = options.site / options.start if options.start else None
    return Aside(truth, plan, begin(truth, scenario, faulty, warm=warm, calm=False), options.seed)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulator.aside", description="A plant beside, for a trial.")
    parser.add_argument("site", type=Path, help="folder with plant.yaml")
    parser.add_argument("--plan", type=Path, required=True, help="the controller's plan, as JSON")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenario", default="")
    parser.add_argument("--start", default="", help="a prepared state in SITE")
    options = parser.parse_args(argv)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    try:
        aside = open_aside(options)
    except (TruthError, OSError, msgspec.DecodeError) as exc:
        print(exc, file=sys.stderr)
        return 1
    faulty = aside.truth.string_names[aside.start.faulty]
    sys.stdout.buffer.write(json.dumps({"ready": True, "faulty": faulty}).encode() + b"\n")
    sys.stdout.buffer.flush()
    serve(aside, sys.stdin.buffer, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
