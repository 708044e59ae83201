"""How well one slip of the keyboard is told: at every token of every shipped program, through the whole compiler.

    python -m tests.lang.slips --sample 200 --seed 0          at most 200 slips of each kind
    python -m tests.lang.slips --show 5 --kind "quote lost"   some of them with what they are told

For each slip: the number of errors, and the lines from the slip to the first message and to the nearest one. For pairs
of slips in two units of one text: whether both are told.
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.compile import compile_set
from plc.lang.parse import parse
from plc.lang.print import text_of
from plc.lang.source import Source
from plc.store.gather import Gathered, gather
from plc.store.resolve import TEST_SITE, TESTS_ENDING
from tests.lang.keyboard import Slip, slips

ROOT = Path(__file__).parents[2]
FAR = 1_000
"""Lines to a message in another file."""
_PATH = "slip.st"


class Program:
    """A shipped text, compiled with the blocks and the plant it needs under the name of slip.st."""

    def __init__(self, name: str, text: str, beside: Sequence[Source], plant: Source | None) -> None:
        self.name = name
        self.text = text
        self._beside = beside
        self._plant = plant
        self.clean = frozenset(str(each) for each in self.told(text))
        self.meaning = text_of(parse(Source(_PATH, text)).file)

    def told(self, text: str) -> tuple[Diagnostic, ...]:
        """What is told of the text, tests included, as a user sees it: this file first."""
        sources = [Source(_PATH, text), *self._beside]
        found = compile_set(sources, self._plant, tests=[(_PATH, 0)]).diagnostics
        return tuple(sorted(found, key=lambda each: each.span.file != _PATH))


@cache
def programs() -> tuple[Program, ...]:
    """Every shipped program, block and test."""
    files = sorted(path for folder in ("programs", "examples") for path in (ROOT / folder).rglob("*.st"))
    return tuple(_program(path) for path in files)


def _program(path: Path) -> Program:
    tested = path.with_name(path.name.removesuffix(TESTS_ENDING) + ".st")
    found: Gathered = gather([tested], TEST_SITE)
    beside = [source for source in found.sources if source.path != str(path)]
    return Program(str(path.relative_to(ROOT)), path.read_text("utf-8"), beside, found.plant)


@cache
def whole() -> Program:
    """All blocks and a program in one text: many units, for two slips at once."""
    found = gather([ROOT / "programs" / "hot_module.st"], TEST_SITE)
    return Program("blocks", "\n".join(source.text for source in found.sources), (), found.plant)


@dataclass(frozen=True, slots=True)
class Told:
    """What one slip is told; ``fault`` is an exception, or a message without a cure."""

    program: Program
    slip: Slip
    found: tuple[Diagnostic, ...]
    changed: bool
    fault: str = ""

    @property
    def errors(self) -> int:
        return sum(each.severity is Severity.ERROR for each in self.found)

    @property
    def silent(self) -> bool:
        """Nothing is told although the text means something else."""
        return self.changed and not self.found

    def distance(self, each: Diagnostic) -> int:
        """Lines from the slip to a message; a slip of a line lies between two."""
        if each.span.file != _PATH:
            return FAR
        last = self.slip.line + max(self.slip.more_lines, 0)
        return max(self.slip.line - each.span.line, each.span.line - last, 0)

    @property
    def first(self) -> int:
        return self.distance(self.found[0])

    @property
    def nearest(self) -> int:
        return min(map(self.distance, self.found))

    def __str__(self) -> str:
        line = self.slip.changed.split("\n")[self.slip.line - 1].strip()
        shown = [f"    {each.span.line}:{each.span.column} {each.code} {each.what}; {each.cure}" for each in self.found]
        return "\n".join([f"{self.program.name}:{self.slip.line} {self.slip}", f"  | {line}", *shown[:12]])


def judge(program: Program, slip: Slip) -> Told:
    """Compiles one slip."""
    text = slip.changed
    try:
        found = tuple(each for each in program.told(text) if str(each) not in program.clean)
        changed = bool(found) or text_of(parse(Source(_PATH, text)).file) != program.meaning
    except Exception:
        return Told(program, slip, (), True, traceback.format_exc())
    bare = [str(each) for each in found if not each.what.strip() or not each.cure.strip()]
    return Told(program, slip, found, changed, "\n".join(bare))


def sample(most: int, seed: int, kind: str = "") -> Iterator[tuple[Program, Slip]]:
    """At most so many slips of each kind over all programs."""
    kinds: dict[str, list[tuple[Program, Slip]]] = defaultdict(list)
    for number, program in enumerate(programs()):
        for slip in slips(program.text, seed * 1_000 + number):
            kinds[slip.kind].append((program, slip))
    pick = random.Random(seed)
    for name, made in kinds.items():
        chosen = pick.sample(made, min(most, len(made)))
        yield from chosen if kind in ("", name) else ()


def pairs(count: int, seed: int) -> Iterator[tuple[bool, Slip, Slip]]:
    """Two slips in two units of one text, each of which gives an error alone; whether both are told."""
    program, pick = whole(), random.Random(seed)
    made = list(slips(program.text, seed))
    units = [(pou.span.line, pou.span.end_line) for pou in parse(Source(_PATH, program.text)).file.pous]
    while count:
        one, two = sorted(pick.sample(made, 2), key=lambda slip: slip.start)
        ends = next((end for start, end in units if start <= one.line <= end), 0)
        if not ends < two.line or not ends:
            continue
        alone = [_errors(program, slip.changed) for slip in (one, two)]
        if not all(alone):
            continue
        count -= 1
        both = Slip(two.kind, one.changed, two.start + _grown(one), two.end + _grown(one), two.typed, two.line)
        found = _errors(program, both.changed)
        moved = {(line + one.more_lines, column) for line, column in alone[1]}
        yield bool(alone[0] & found) and bool(moved & found), one, two


def _grown(slip: Slip) -> int:
    return len(slip.typed) - (slip.end - slip.start)


def _errors(program: Program, text: str) -> set[tuple[int, int]]:
    errors = (each for each in program.told(text) if each.severity is Severity.ERROR and each.span.file == _PATH)
    return {(each.span.line, each.span.column) for each in errors}


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares, of all slips that are told an error unless said otherwise."""

    made: int
    told: int
    advised: int
    silent: int
    one: float
    two: float
    many: float
    first_near: float
    near: float

    def __str__(self) -> str:
        shares = (self.one, self.two, self.many, self.first_near, self.near)
        return f"{self.made:6}{self.told:6}{self.advised:6}{self.silent:6}" + "".join(f"{s:8.1%}" for s in shares)


HEAD = f"{'':20}  made  told advis silent   1 err   <= 2     > 5  first<2 near<2"


def figures(judged: Iterable[Told]) -> Figures:
    """The figures of some slips."""
    every = list(judged)
    told = [each for each in every if each.errors]
    advised = sum(bool(each.found) and not each.errors for each in every)

    def share(right: Iterable[bool]) -> float:
        return sum(right) / max(len(told), 1)

    return Figures(
        len(every), len(told), advised, sum(each.silent for each in every),
        share(each.errors == 1 for each in told), share(each.errors <= 2 for each in told),
        share(each.errors > 5 for each in told), share(each.first <= 1 for each in told),
        share(each.nearest <= 1 for each in told),
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lang.slips")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--kind", default="")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--worst", type=int, default=20)
    parser.add_argument("--silent", action="store_true")
    asked = parser.parse_args()
    judged = [judge(*each) for each in sample(asked.sample, asked.seed, asked.kind)]
    print(HEAD)
    for kind in dict.fromkeys(each.slip.kind for each in judged):
        print(f"{kind:20}{figures(each for each in judged if each.slip.kind == kind)}")
    print(f"{'all':20}{figures(judged)}")
    silent = [each for each in judged if each.silent]
    if asked.silent:
        print("\n--- silent", *silent, sep="\n")
    worst = sorted((each for each in judged if each.errors), key=lambda each: (-each.errors, -each.nearest))
    far = sorted((each for each in judged if each.errors), key=lambda each: -each.nearest)
    print("\n--- most messages", *worst[: asked.worst], "\n--- farthest", *far[: asked.worst], sep="\n")
    print("\n--- some", *random.Random(asked.seed).sample(judged, min(asked.show, len(judged))), sep="\n")
    codes = Counter(each.found[0].code for each in judged if each.errors > 2)
    print("first codes where there are more than two errors:", codes.most_common(12))
    both = list(pairs(asked.pairs, asked.seed))
    for missed in [pair for pair in both if not pair[0]][: asked.worst]:
        print("--- not both told:", *missed[1:])
    print(f"two slips in two units: both told in {sum(told for told, *_ in both)} of {len(both)}")
    faults = [each for each in judged if each.fault]
    for each in faults:
        print(f"--- {each}\n{each.fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
