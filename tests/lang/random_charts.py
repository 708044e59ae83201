"""Random charts that are sound by construction, and a model of how they run that shares no code with the compiler.

A chart grows from one step by refinements: a step becomes two in a row, or branches that begin and end together; a
transition gets an alternative, or one that leads back. So it never starts a step twice.

    python -m tests.lang.random_charts --count 10000 --seed 0

runs that many, every tenth natively too, and prints each that differs from the model.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, field

from tests.lang.machine import MS, Machine
from tests.lang.units import BACK_ENDS

SCANS = 60
QUALIFIERS = ("N", "S", "R", "L", "D", "P", "P0", "P1", "SD", "DS", "SL")
TIMED = ("L", "D", "SD", "DS", "SL")
INPUTS = ("a", "b", "c")
LAMPS = ("lamp", "horn")
ACTIONS = ("first", "second", "third")


@dataclass
class Move:
    sources: list[int]
    targets: list[int]
    priority: int | None
    condition: tuple[str, int, int]

    def text(self) -> str:
        kind, which, ms = self.condition
        said = {"input": INPUTS[which % 3], "not": f"NOT {INPUTS[which % 3]}", "flag": f"s{which}.X"}
        said["time"] = f"s{self.sources[0]}.T >= T#{ms}ms"
        ends = [", ".join(f"s{n}" for n in numbers) for numbers in (self.sources, self.targets)]
        head = "" if self.priority is None else f"(PRIORITY := {self.priority}) "
        return f"TRANSITION {head}FROM ({ends[0]}) TO ({ends[1]}) := {said[kind]}; END_TRANSITION"


@dataclass
class Line:
    name: str
    qualifier: str
    ms: int

    def text(self) -> str:
        time = f", T#{self.ms}ms" if self.qualifier in TIMED else ""
        return f"{self.name}({self.qualifier}{time});"


@dataclass
class RandomChart:
    """A chart from a seed: its text, and what the model needs of it."""

    seed: int
    moves: list[Move] = field(default_factory=list)
    lines: list[list[Line]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.lines.append(self._lines())
        second = self._step()
        self.moves = [self._move([0], [second]), self._move([second], [0])]
        for _ in range(self.random.randrange(8)):
            self.random.choice((self._row, self._branches, self._alternative, self._back))()

    def _lines(self) -> list[Line]:
        names = self.random.sample((*LAMPS, *ACTIONS), self.random.randrange(4))
        return [Line(n, self.random.choice(QUALIFIERS), self.random.choice((0, 100, 250, 400))) for n in names]

    def _step(self) -> int:
        self.lines.append(self._lines())
        return len(self.lines) - 1

    def _move(self, sources: list[int], targets: list[int]) -> Move:
        kind = self.random.choice(("input", "input", "not", "time", "flag"))
        which = self.random.randrange(len(self.lines))
        priority = self.random.choice((None, None, 1, 2, 3))
        return Move(sources, targets, priority, (kind, which, self.random.choice((0, 100, 300))))

    def _leaving(self, step: int, there: int) -> None:
        """What left a step leaves another one now."""
        for move in self.moves:
            move.sources = [there if number == step else number for number in move.sources]

    def _row(self) -> None:
        step, following = self.random.randrange(len(self.lines)), self._step()
        self._leaving(step, following)
        self.moves.append(self._move([step], [following]))

    def _branches(self) -> None:
        step, end = self.random.randrange(len(self.lines)), self._step()
        branches = [self._step() for _ in range(self.random.choice((2, 2, 3)))]
        self._leaving(step, end)
        self.moves += [self._move([step], branches), self._move(branches, [end])]

    def _alternative(self) -> None:
        move = self.random.choice(self.moves)
        self.moves.append(self._move(list(move.sources), list(move.targets)))

    def _back(self) -> None:
        move = self.random.choice(self.moves)
        if len(move.sources) == len(move.targets) == 1:
            self.moves.append(self._move(list(move.targets), list(move.sources)))

    def text(self) -> str:
        parts = [f"PROGRAM p VAR {', '.join((*INPUTS, *LAMPS))} : BOOL; {', '.join(f'n_{a}' for a in ACTIONS)} : INT;"]
        parts.append("again : Counter; END_VAR VAR_TEMP more : INT := 1; END_VAR")
        for number, lines in enumerate(self.lines):
            word = "STEP" if number else "INITIAL_STEP"
            parts.append(f"{word} s{number}: {' '.join(line.text() for line in lines)} END_STEP")
        parts += [move.text() for move in self.moves]
        for action in ACTIONS:
            parts.append(f"ACTION {action}: n_{action} := n_{action} + more; again.count(plus := more); END_ACTION")
        return "\n".join([_COUNTER, *parts, "END_PROGRAM"])


_COUNTER = """FUNCTION_BLOCK Counter VAR_OUTPUT total : INT; END_VAR
METHOD count : INT VAR_INPUT plus : INT; END_VAR total := total + plus; count := total; END_METHOD
END_FUNCTION_BLOCK"""


class Model:
    """How a chart runs, scan by scan, written from the words of the standard and of docs/language.md."""

    def __init__(self, chart: RandomChart) -> None:
        self.chart = chart
        count = len(chart.lines)
        self.active = [number == 0 for number in range(count)]
        self.lasted = [0] * count
        self.started = False
        self.stored = dict.fromkeys((*LAMPS, *ACTIONS), False)
        self.delays: dict[tuple[str, int], int] = {}
        self.was = dict.fromkeys(ACTIONS, False)
        self.runs = dict.fromkeys(ACTIONS, 0)
        self.lamps = dict.fromkeys(LAMPS, False)

    def scan(self, ms: int, inputs: dict[str, bool]) -> None:
        begun, ended = self._evolve(ms, inputs) if self.started else ({0}, set())
        passed = ms if self.started else 0
        self.started = True
        for name in LAMPS:
            if self._named(name):
                on, pulse = self._control(name, passed, begun, ended)
                self.lamps[name] = on or pulse
        for name in ACTIONS:
            on, pulse = self._control(name, passed, begun, ended)
            self.runs[name] += on or pulse or self.was[name]
            self.was[name] = on

    def _named(self, name: str) -> bool:
        return any(line.name == name for lines in self.chart.lines for line in lines)

    def _holds(self, move: Move, inputs: dict[str, bool], before: list[bool]) -> bool:
        kind, which, ms = move.condition
        match kind:
            case "input":
                return inputs[INPUTS[which % 3]]
            case "not":
                return not inputs[INPUTS[which % 3]]
            case "flag":
                return before[which]
            case _:
                return self.lasted[move.sources[0]] >= ms

    def _evolve(self, ms: int, inputs: dict[str, bool]) -> tuple[set[int], set[int]]:
        self.lasted = [t + ms if x else t for x, t in zip(self.active, self.lasted, strict=True)]
        before, free = list(self.active), list(self.active)
        fired = []
        for move in sorted(self.chart.moves, key=lambda m: (m.priority is None, m.priority or 0)):
            if all(free[step] for step in move.sources) and self._holds(move, inputs, before):
                fired.append(move)
                for step in move.sources:
                    free[step] = False
        ended = {step for move in fired for step in move.sources}
        begun = {step for move in fired for step in move.targets}
        for step in ended:
            self.active[step] = False
        for step in begun:
            self.active[step], self.lasted[step] = True, 0
        return begun, ended

    def _control(self, name: str, passed: int, begun: set[int], ended: set[int]) -> tuple[bool, bool]:
        lines = [(step, line) for step, lines in enumerate(self.chart.lines) for line in lines if line.name == name]
        reset = any(self.active[step] for step, line in lines if line.qualifier == "R")
        on = pulse = False
        for step, line in lines:
            active, lasted, key = self.active[step], self.lasted[step], (name, step)
            match line.qualifier:
                case "N":
                    on |= active
                case "L":
                    on |= active and lasted < line.ms
                case "D":
                    on |= active and lasted >= line.ms
                case "S":
                    self.stored[name] |= active
                case "DS":
                    self.stored[name] |= active and lasted >= line.ms
                case "SD" | "SL":
                    if key in self.delays:
                        self.delays[key] += passed
                    elif active:
                        self.delays[key] = 0
                    over = self.delays.get(key, -1) >= line.ms
                    on |= key in self.delays and over == (line.qualifier == "SD")
                case "P":
                    pulse |= step in begun and not reset
                case "P1":
                    pulse |= step in begun
                case "P0":
                    pulse |= step in ended
        if reset:
            self.stored[name] = False
            self.delays = {key: since for key, since in self.delays.items() if key[0] != name}
        return (on or self.stored[name]) and not reset, pulse


def difference(seed: int, back_end: str) -> str:
    """How a seed's chart differs from its model, in words with its text; empty where it does not."""
    chart = RandomChart(seed)
    machine, model = Machine(chart.text(), bind=BACK_ENDS[back_end]), Model(chart)
    maker = random.Random(seed)
    for number in range(SCANS):
        ms, inputs = maker.choice((1, 50, 100, 150)), {name: maker.random() < 0.5 for name in INPUTS}
        for name, value in inputs.items():
            machine[name] = value
        model.scan(ms, inputs)
        status = machine.scan(after_ms=ms)
        steps = [(machine[f"s{n}.X"], machine[f"s{n}.T"] // MS) for n in range(len(chart.lines))]
        runs = {name: machine[f"n_{name}"] for name in ACTIONS}
        lamps = {name: machine[name] for name in LAMPS}
        found = (status, steps, runs, lamps, machine["again.total"])
        wanted = (
            0,
            list(zip(model.active, model.lasted, strict=True)),
            model.runs,
            model.lamps,
            sum(model.runs.values()),
        )
        if found != wanted:
            return f"seed {seed}, scan {number}, {back_end}: {found}, wanted {wanted}\n{chart.text()}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Run random charts beside a model of them.")
    parser.add_argument("--count", type=int, default=1000, help="how many charts")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first")
    options = parser.parse_args()
    different = 0
    for seed in range(options.seed, options.seed + options.count):
        for back_end in ("reference", "native")[: 2 if seed % 10 == 0 else 1]:
            found = difference(seed, back_end)
            different += bool(found)
            print(found, end="\n" if found else "", flush=bool(found))
    print(f"{options.count} charts of {SCANS} scans, {different} differ")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
