"""Random programs in Structured Text beside the same programs in C.

python -m tests.lang.against_c --count 1000 --seed 0     gcc judges both back ends, on that many seeds
python -m tests.lang.against_c --record                  writes the recorded programs of the suite anew
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.lang.against_c import record
from tests.lang.against_c.judge import LEVELS, JudgeFailed, differences, verdict
from tests.lang.against_c.program import Trial, trial


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare both back ends with C on random programs.")
    parser.add_argument("--count", type=int, default=100, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first")
    parser.add_argument("--record", action="store_true", help="write the suite's programs anew instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.record:
            print(f"{record.write(Path(name))} programs recorded")
            return 0
        return compare(range(options.seed, options.seed + options.count), Path(name))


def compare(seeds: range, folder: Path) -> int:
    """Judges each seed's program; gcc -O2 is asked beside -O0 for every fourth. 1 where any differs."""
    different = stopped = statements = 0
    for seed in seeds:
        made = trial(seed)
        statements += sum(":=" in line and not line.endswith("END_VAR") for line in made.st.splitlines())
        table, found = judged(made, folder)
        stopped += table.count(" in line ")
        if found:
            different += 1
            print(f"seed {seed}: {len(found)} differ", *found[:4], sep="\n    ", flush=True)
    print(f"{len(seeds)} programs, {statements} statements, {stopped} stopped at a fault, {different} differ")
    return different > 0


def judged(made: Trial, folder: Path) -> tuple[str, list[str]]:
    """C's table, and what either back end gives otherwise."""
    try:
        table = verdict(made, folder, LEVELS if made.seed % 4 == 0 else LEVELS[:1])
        return table, differences(made, table)
    except JudgeFailed as failed:
        return "", [str(failed)]


if __name__ == "__main__":
    sys.exit(main())
