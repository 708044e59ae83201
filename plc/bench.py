"""The benchmarks of `benchmarks/`: each file measures one thing and yields rows, ratios taken in one run.

benchmarks/NAME.py: measure() -> rows --plc bench--> table or JSON
"""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "benchmarks"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``against`` names what it is held against, ``ratio`` is value over that, ``goal`` is the bound in
    words; without a bound ``holds`` is None."""

    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    goal: str = ""
    holds: bool | None = None


class BenchError(ValueError):
    """A benchmark that does not exist or cannot run here, with the cure."""


def names() -> list[str]:
    """The benchmarks there are. Raises BenchError where they are not installed."""
    if not FOLDER.is_dir():
        raise BenchError("the benchmarks are not part of an installed package; run plc bench from a clone")
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def measure(chosen: Iterable[str]) -> Iterator[Row]:
    """Run the named benchmarks (all of them for no name), in order."""
    known = names()
    for name in list(chosen) or known:
        if name not in known:
            raise BenchError(f"there is no benchmark {name}; there are {', '.join(known)}")
        yield from load(name)()


def load(name: str) -> Callable[[], Iterable[Row]]:
    """What a benchmark's file measures with. Raises BenchError where the file cannot be loaded."""
    spec = importlib.util.spec_from_file_location(f"benchmarks.{name}", FOLDER / f"{name}.py")
    if spec is None or spec.loader is None:
        raise BenchError(f"benchmarks/{name}.py cannot be loaded; is the clone whole?")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # a dataclass looks for its module there
    spec.loader.exec_module(module)
    found: Callable[[], Iterable[Row]] = module.measure
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0..1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]
