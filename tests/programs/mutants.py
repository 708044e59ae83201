"""Wrong programs: each limit, comparison and connective of the protective programs changed by a hair. A table that
holds them all apart from the right one is a proof; one that lets a mutant live has a hole.

python -m tests.programs.mutants            all of them, some minutes
python -m tests.programs.mutants dt_alone   those whose text holds a word
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.plan import Plan
from plc.engine.assemble import BackEnd, load_compiled
from plc.engine.loaded import LoadedSet
from plc.engine.table import bench_plan, run_case
from plc.engine.table_text import Case, Table
from plc.lang.program import Compiled
from plc.store.gather import compile_gathered, gather
from plc.store.plan import make_plan
from plc.store.resolve import TEST_SITE, shipped_program
from tests.programs.tables import PROGRAMS, SITES, table_of

SHORT_S = 1500


@dataclass(frozen=True, slots=True)
class Mutant:
    """``old`` stands once in the file; ``new`` takes its place. ``program`` is whose tables must notice."""

    program: str
    file: str
    old: str
    new: str

    @property
    def name(self) -> str:
        return f"{self.file}: {self.old.strip()} -> {self.new.strip() or 'nothing'}"


def read_mutants(path: Path) -> tuple[Mutant, ...]:
    groups = tomllib.loads(path.read_text("utf-8"))["wrong"]
    return tuple(Mutant(group["program"], group["file"], *change) for group in groups for change in group["changes"])


MUTANTS = read_mutants(Path(__file__).with_suffix(".toml"))


def mutated(mutant: Mutant, site: Path) -> tuple[Compiled, Plan]:
    """The program with the mutant in it. Raises ValueError when it does not apply or does not compile."""
    gathered = gather([shipped_program(mutant.program) or PROGRAMS / f"{mutant.program}.st"], site)
    sources = []
    for source in gathered.sources:
        found = Path(source.path).name == mutant.file
        if found and source.text.count(mutant.old) != 1:
            raise ValueError(
                f"{mutant.name}: stands {source.text.count(mutant.old)} times, write a text that stands once"
            )
        sources.append(replace(source, text=source.text.replace(mutant.old, mutant.new)) if found else source)
    compiled = compile_gathered(replace(gathered, sources=tuple(sources)))
    if compiled.errors or gathered.site is None:
        raise ValueError(f"{mutant.name}: does not compile: {'; '.join(map(str, compiled.errors))}")
    return compiled, make_plan(gathered.site)


def killed_by(mutant: Mutant) -> str:
    """The first case that notices, empty when none does. Short cases go first: most mutants die there."""
    loaded: dict[Path, LoadedSet] = {}
    try:
        for table, site in _tables(mutant.program):
            if site not in loaded:
                compiled, plan = mutated(mutant, site)
                loaded[site] = load_compiled(compiled, bench_plan(plan, compiled), BackEnd.NATIVE)
            for case in sorted(table.cases, key=_seconds):
                if run_case(loaded[site], mutant.program, table, case).failures:
                    return case.name
    finally:
        for found in loaded.values():
            found.close()
    return ""


def _tables(program: str) -> Iterator[tuple[Table, Path]]:
    """The shipped table's short cases, the tables of other sites, the shipped table's long cases."""
    name = f"{program}.test.csv"
    path = shipped_program(program)
    shipped = table_of((path.parent if path else PROGRAMS) / name)
    yield replace(shipped, cases=tuple(case for case in shipped.cases if _seconds(case) <= SHORT_S)), TEST_SITE
    yield from ((table_of(path), path.parent) for path in sorted(SITES.glob(f"*/{name}")))
    yield replace(shipped, cases=tuple(case for case in shipped.cases if _seconds(case) > SHORT_S)), TEST_SITE


def _seconds(case: Case) -> float:
    return case.rows[-1].t_ns / 1e9


def main(words: Sequence[str]) -> int:
    alive = 0
    chosen = [mutant for mutant in MUTANTS if all(word in mutant.name for word in words)]
    for mutant in chosen:
        by = killed_by(mutant)
        alive += not by
        print(f"{'dead ' if by else 'ALIVE'} {mutant.name}" + (f"    [{by}]" if by else ""), flush=True)
    print(f"{len(chosen)} mutants, {alive} alive")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
