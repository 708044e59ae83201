"""What `plc test` prints: a line a file, what failed where, and the sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from plc.core.diagnostic import Diagnostic
from plc.cover import FileCover, percent
from plc.trials import Trial, Tried


def lines(trial: Trial) -> Iterator[str]:
    """A trial as it ended: how many cases hold, and of the others what did not."""
    if trial.diagnostics:
        yield f"{trial.file}: not run"
    if not trial.cases:
        return
    bad = [case for case in trial.cases if case.failures]
    yield f"{trial.file}: {len(trial.cases) - len(bad)} of {len(trial.cases)} cases hold"
    for case in bad:
        yield f"  FAILED {case.name} (line {case.line})"
        for failure in case.failures:
            yield f"    line {failure.line}: {failure.text}"


def verdict(trials: Sequence[Trial]) -> str:
    """The last line: how many cases there were, and by name those that failed."""
    cases = [case for trial in trials for case in trial.cases]
    failed = [case.name for case in cases if case.failures]
    broken = [trial.file.name for trial in trials if trial.diagnostics]
    if not cases and not broken:
        return "no case was found; write NAME.test.csv or NAME.test.st beside NAME.st, or TESTs in it"
    said = "1 case" if len(cases) == 1 else f"{len(cases)} cases"
    holds = "holds" if len(cases) == 1 else "hold"
    text = f"{said}, {len(failed)} failed" if failed else f"{said} {holds}"
    return "; ".join([*([text] if cases else ()), *([f"not run: {', '.join(broken)}"] if broken else ())])


@dataclass(frozen=True, slots=True)
class _File:
    file: str
    cases: tuple[Tried, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Missed:
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class _Covered:
    file: str
    ways: int
    gone: int
    missed: tuple[_Missed, ...]


@dataclass(frozen=True, slots=True)
class _Report:
    passed: bool
    files: tuple[_File, ...]
    cover: tuple[_Covered, ...] | None
    percent: float | None


def as_json(trials: Sequence[Trial], found: Sequence[FileCover] | None) -> str:
    """All of it for a machine; ``cover`` and ``percent`` are null where no cover was asked for."""
    return msgspec.json.encode(
        _Report(
            all(trial.passed for trial in trials) and any(trial.cases for trial in trials),
            tuple(_File(str(trial.file), trial.cases, trial.diagnostics) for trial in trials),
            None if found is None else tuple(map(_covered, found)),
            None if found is None else percent(found),
        )
    ).decode()


def _covered(cover: FileCover) -> _Covered:
    missed = tuple(_Missed(way.line, way.column, way.missed) for way in cover.missed)
    return _Covered(_name(cover.file), len(cover.ways), cover.gone, missed)


def _name(file: Path) -> str:
    return str(file)
