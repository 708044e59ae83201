"""Mutants of the compiler itself: how many the language's tests tell from the right one.

    pip install -e ".[proof]"
    python -m tests.lang.mutation --sample 300 --seed 0

mutmut changes functions of the checker, the rules and both back ends by a hair ([tool.mutmut] in pyproject.toml says
which, and which tests must notice); of all its mutants a random sample is run, in a copy of the tree. Lines that hold a
text are not changed: the words of a message are no behaviour. A mutant that no test reaches counts as alive.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
KILLED = ("killed", "timeout", "caught by type check", "segfault")
NONE = "there.is.no.such.mutant"


def mutmut(copy: Path, *arguments: str) -> str:
    """Runs mutmut in the copy; its output."""
    site = [path for path in sys.path if path.endswith("site-packages")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(site)}
    command = [sys.executable, "-m", "mutmut", *arguments]
    found = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    return found.stdout + found.stderr


def names(copy: Path) -> list[str]:
    """Every mutant that was made."""
    return sorted(
        name for meta in (copy / "mutants").rglob("*.meta") for name in json.loads(meta.read_text())["exit_code_by_key"]
    )


def statuses(copy: Path, chosen: set[str]) -> dict[str, str]:
    """{mutant: what became of it}."""
    rows = (row.strip().rpartition(": ") for row in mutmut(copy, "results", "--all", "true").splitlines())
    return {name: status for name, _, status in rows if name in chosen}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lang.mutation")
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
        told = mutmut(copy, "run", "--max-children", str(asked.jobs), NONE)
        every = names(copy)
        if "Filtered for specific mutants" not in told or not every:
            print(told[-3000:], file=sys.stderr)
            return 1
        chosen = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
        mutmut(copy, "run", "--max-children", str(asked.jobs), *chosen)
        found = statuses(copy, set(chosen))
        for name in sorted(name for name, status in found.items() if status not in KILLED):
            print(f"{name}: {found[name]}\n{mutmut(copy, 'show', name)}")
    counts = Counter(found.values())
    killed = sum(counts[status] for status in KILLED)
    share = 100 * killed / max(1, len(found))
    print(f"{len(every)} mutants, {len(found)} run, {killed} told apart ({share:.1f} %): {dict(counts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
