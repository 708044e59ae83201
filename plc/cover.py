"""Branch cover: of every decision in the files asked for, which ways a test run went and which it never did.

Trials --merge by place--> FileCover --> summary, missed ways in words, annotated listing
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from plc.lang.program import Way
from plc.trials import Trial, programs_of, ways_of


@dataclass(frozen=True, slots=True)
class FileCover:
    """``ways`` pairs each way of the file, in order of the text, with whether some test went it. Of a
    file that does not compile (``broken``) nothing is known."""

    file: Path
    ways: tuple[tuple[Way, bool], ...]
    broken: bool = False

    @property
    def gone(self) -> int:
        return sum(gone for _, gone in self.ways)

    @property
    def missed(self) -> tuple[Way, ...]:
        return tuple(way for way, gone in self.ways if not gone)


def covers(paths: Sequence[Path], trials: Iterable[Trial]) -> tuple[FileCover, ...]:
    """The cover of every program file that ``paths`` mean, whether a trial looked at it or not."""
    known: dict[Path, dict[tuple[int, int, str], tuple[Way, bool]]] = {}
    tried = list(trials)
    for trial in tried:
        _merge(known, trial.ways, trial.gone)
    files = [file.resolve() for file in programs_of(paths)]
    broken = set[Path]()
    for file in files:
        if file not in known:
            ways = ways_of(file)
            _merge(known, ways or (), frozenset())
            broken |= {file} if ways is None else set()
    covers = {file: tuple(sorted(known.get(file, {}).values())) for file in files}
    return tuple(FileCover(file, ways, file in broken) for file, ways in covers.items())


def _merge(
    known: dict[Path, dict[tuple[int, int, str], tuple[Way, bool]]], ways: Iterable[Way], gone: frozenset[Way]
) -> None:
    for way in ways:
        here = known.setdefault(Path(way.file).resolve(), {})
        key = way.line, way.column, way.missed
        here[key] = way, way in gone or (key in here and here[key][1])


def percent(found: Iterable[FileCover]) -> float:
    """Ways gone of all ways, 100.0 where there is no decision at all; never 100.0 while one is missing, and 0.0 while
    some file does not compile."""
    found = tuple(found)
    if any(cover.broken for cover in found):
        return 0.0
    ways = [gone for cover in found for _, gone in cover.ways]
    return 100.0 * sum(ways) / len(ways) if ways else 100.0


def summary(found: Sequence[FileCover]) -> Iterator[str]:
    """One line a file, under it what is missing, and the total."""
    width = max((len(_short(cover.file)) for cover in found), default=0)
    for cover in found:
        share = f"{cover.gone} of {len(cover.ways)} ways" if cover.ways else "no decision"
        share = "it does not compile: see plc check" if cover.broken else share
        yield f"{_short(cover.file):{width}}  {_figure([cover]):>7}  {share}"
        for way in cover.missed:
            yield f"    line {way.line}: {way.missed}"
    total = sum(len(cover.ways) for cover in found)
    yield f"branch cover {_figure(found)}: {sum(cover.gone for cover in found)} of {total} ways"


def listing(cover: FileCover) -> Iterator[str]:
    """The text with a mark before each line that decides: ``ok``, or ``MISSED`` with what never happened below it."""
    by_line: dict[int, list[tuple[Way, bool]]] = {}
    for way, gone in cover.ways:
        by_line.setdefault(way.line, []).append((way, gone))
    yield f"{_short(cover.file)}: {_figure([cover])}"
    for number, text in enumerate(cover.file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        here = by_line.get(number, [])
        missed = [way for way, gone in here if not gone]
        mark = "MISSED" if missed else "ok" if here else ""
        yield f"{number:5} {mark:>6}  {text}".rstrip()
        for way in missed:
            yield f"{'':14}{'':{way.column - 1}}^ {way.missed}"


def _figure(found: Iterable[FileCover]) -> str:
    """The percentage, rounded down so that 100 % means all."""
    return f"{int(percent(found) * 10) / 10:g} %"


def _short(file: Path) -> str:
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)
