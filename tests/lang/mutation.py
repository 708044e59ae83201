"""Mutants of the compiler itself: how many the language's tests tell from the right one.

    pip install -e ".[dev,proof]"
    python -m tests.lang.mutation --sample 200 --seed 0

mutmut changes functions of the checker, the rules, the IR and both back ends by a hair ([tool.mutmut] in pyproject.toml
says which). A random sample of its mutants is written, one after the other, into a copy of the tree, where the tests of
the language run until the first red one: first those that run the changed line, at most --seconds of them, the quick
ones and those of different functions first. A line that runs at import, or in fewer than ten tests (something may have
been remembered from an earlier one), is tried against the others too. At the end every test that told a mutant is run
on the right compiler. Lines that hold a text are not changed: the words of a message are no behaviour.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from tests.lang.reached import AT_IMPORT

ROOT = Path(__file__).parents[2]
PYTEST = ["-m", "not processes", "-p", "no:xdist", "-p", "no:cacheprovider", "-p", "tests.lang.reached", "--tb=line"]
TESTS = ["tests/lang", "tests/trials", "tests/engine/test_programs.py", "tests/engine/test_retain.py"]
OF_FORM = ["format", "fuzz", "guard", "kept", "meaning_complete", "meaning_names", "parse", "parse_problems", "print"]
"""Tests in tests/lang of what stands before the checker, and of editing: nothing they look at is mutated."""
A_TEST_S = 120
MOST_MEMORY = 6 * 2**30
FIRST = 60
"""So many tests run by themselves: most mutants fall to them, and few files have to be read."""
FEW = 10


@dataclass(frozen=True)
class Mutant:
    """One changed file; ``lines`` are those of the statement that is changed, in the right text."""

    path: str
    number: int
    right: str
    text: str

    @cached_property
    def name(self) -> str:
        return f"{self.path}:{self._first}#{self.number}"

    @cached_property
    def difference(self) -> str:
        return "\n".join(difflib.unified_diff(self.right.split("\n"), self.text.split("\n"), lineterm="", n=2))

    @cached_property
    def _first(self) -> int:
        pairs = zip(self.right.split("\n"), self.text.split("\n"), strict=False)
        return next((line for line, (right, changed) in enumerate(pairs, 1) if right != changed), 1)

    @cached_property
    def lines(self) -> range:
        found = range(0)
        for node in ast.walk(ast.parse(self.right)):
            if isinstance(node, ast.stmt):
                body = getattr(node, "body", None)
                head = range(node.lineno, body[0].lineno if body else (node.end_lineno or node.lineno) + 1)
                if self._first in head and (not found or len(head) < len(found)):
                    found = head
        return found or range(self._first, self._first + 1)


def _mutant(path: str, number: int, right: str, module: Any, mutation: Any) -> Mutant:
    return Mutant(path, number, right, module.deep_replace(mutation.original_node, mutation.mutated_node).code)


class Copy:
    """A copy of the tree, in which the mutants are made and the tests run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = folder / "tree"

    def make(self) -> None:
        """The last commit, and what its tests reach; nothing where it is there already."""
        if (self.folder / "seconds.json").exists():
            return
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.tree)], check=True)
        (self.folder / "files.json").write_text(json.dumps([str(self.tree / path) for path in self.files()]))
        command = ["-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "plc", "tests"]
        subprocess.run([sys.executable, *command], cwd=self.tree, check=True)
        ignored = [f"--ignore=tests/lang/test_{name}.py" for name in OF_FORM]
        code, told = self.pytest([*TESTS, *ignored], REACHED=str(self.folder))
        if code not in (0, 1):
            raise SystemExit(f"the tests do not run:\n{told[-3000:]}")
        for line in told.split("\n"):
            if line.startswith("FAILED "):
                print(f"red without a mutant, so left out: {line}", flush=True)

    def files(self) -> list[str]:
        """The files that are mutated, as paths in the tree."""
        from mutmut.utils.file_utils import walk_mutatable_files

        with chdir(self.tree):
            return sorted(str(path) for path in walk_mutatable_files())

    def mutants(self, path: str) -> Iterator[Callable[[], Mutant]]:
        """What makes each mutant of a file: mutmut's, in its order."""
        from mutmut.mutation.file_mutation import create_mutations

        with chdir(self.tree):
            right = Path(path).read_text()
            module, mutations, *_ = create_mutations(path, right)
        within = [each for each in mutations if each.contained_by_top_level_function is not None]
        for number, each in enumerate(within):
            yield partial(_mutant, path, number, right, module, each)

    def pytest(self, arguments: Sequence[str], **environment: str) -> tuple[int, str]:
        """Exit code and output."""
        site = [path for path in sys.path if path.endswith("site-packages")]
        seen = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(self.tree), *site]),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        }
        command = [sys.executable, "-m", "pytest", *PYTEST, *arguments]
        ran = subprocess.run(
            command,
            cwd=self.tree,
            env=seen,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY)),
        )
        return ran.returncode, ran.stdout

    def run(self, tests: Sequence[str]) -> tuple[int, str]:
        """These tests in this order, until one is red."""
        chosen = self.folder / "chosen.json"
        chosen.write_text(json.dumps(tests))
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        limits = ["-x", f"--timeout={A_TEST_S}", "--timeout-method=thread"]
        return self.pytest([*limits, *files], CHOSEN=str(chosen))


class Selection:
    """Which tests a mutant has to pass, the most telling first."""

    def __init__(self, copy: Copy, most_s: float) -> None:
        from coverage import CoverageData

        self.seconds: dict[str, float] = json.loads((copy.folder / "seconds.json").read_text())
        self.most_s = most_s
        self.tree = copy.tree
        self.data = CoverageData(str(copy.folder / "lines"))
        self.data.read()
        self.order = {test: place for place, test in enumerate(self._by_turns(self.seconds))}

    def tests(self, mutant: Mutant) -> list[str]:
        """Those that run its line, then, where these may not be all, the others."""
        by_line = self.data.contexts_by_lineno(str(self.tree / mutant.path))
        reached = {test for line in mutant.lines for test in by_line.get(line, ())}
        tests = sorted(reached & self.order.keys(), key=self.order.__getitem__)
        if AT_IMPORT in reached or len(tests) < FEW:
            tests += [test for test in self.order if test not in reached]
        return self._within(tests)

    def _by_turns(self, tests: Iterable[str]) -> list[str]:
        """The quick ones first; the tenth case of a function counts as ten times as long as its first."""
        cases: defaultdict[str, list[str]] = defaultdict(list)
        for test in tests:
            cases[test.partition("[")[0]].append(test)
        turns = [(place * self.seconds[test], test) for each in cases.values() for place, test in enumerate(each, 1)]
        return [test for _, test in sorted(turns)]

    def _within(self, tests: Iterable[str]) -> list[str]:
        taken, total = [], 0.0
        for test in tests:
            total += self.seconds[test]
            if total > self.most_s and taken:
                break
            taken.append(test)
        return taken


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: ``how`` it was told apart ("": it lives), ``by`` the red test or what stopped it."""

    how: str
    by: str = ""


def judge(copy: Copy, mutant: Mutant, tests: Sequence[str]) -> Verdict:
    """Writes the mutant into the copy, runs the tests, and puts the right text back."""
    file = copy.tree / mutant.path
    file.write_text(mutant.text)
    try:
        code, told = copy.run(tests[:FIRST])
        if code == 0 and tests[FIRST:]:
            code, told = copy.run(tests[FIRST:])
    finally:
        file.write_text(mutant.right)
    if code == 0:
        return Verdict("")
    summary = [line.partition(" ")[2] for line in told.split("\n") if line.startswith(("FAILED ", "ERROR "))]
    red = sorted((test for test in tests for line in summary if line.startswith(test)), key=len)
    if "Timeout" in told and not red:
        return Verdict("no end")
    said = [line for line in told.split("\n") if line.strip()][-1:]
    return Verdict("red test" if code == 1 else "stopped", (red or summary or said or [""])[-1][:200])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lang.mutation")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=90, help="of tests for one mutant, at most")
    parser.add_argument("--folder", type=Path, help="keep the copy and what its tests reach, and use them again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        copy = Copy((asked.folder or Path(temporary)).resolve())
        copy.make()
        every = [make for path in copy.files() for make in copy.mutants(path)]
        chosen = [make() for make in random.Random(asked.seed).sample(every, min(asked.sample, len(every)))]
        print(f"{len(every)} mutants, {len(chosen)} drawn with seed {asked.seed}", flush=True)
        selection = Selection(copy, asked.seconds)
        verdicts: list[Verdict] = []
        for mutant in chosen:
            tests = selection.tests(mutant)
            verdicts.append(judge(copy, mutant, tests))
            print(
                f"{mutant.name}: {verdicts[-1].how or f'ALIVE after {len(tests)} tests'} {verdicts[-1].by}", flush=True
            )
            if not verdicts[-1].how:
                print(mutant.difference, flush=True)
        told_by = sorted({verdict.by for verdict in verdicts if verdict.by in selection.seconds})
        code, told = copy.run(told_by)
        print("the tests that told them are green without a mutant" if code == 0 else told[-3000:])
    counts = Counter(verdict.how or "alive" for verdict in verdicts)
    killed = len(verdicts) - counts["alive"]
    print(f"{killed} of {len(verdicts)} told apart ({100 * killed / max(1, len(verdicts)):.1f} %): {dict(counts)}")
    return int(code != 0)


if __name__ == "__main__":
    sys.exit(main())
