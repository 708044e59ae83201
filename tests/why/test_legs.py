"""The why of a trip, read from source lines: which terms asked, where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.why.legs import argument, cause, terms

PROGRAMS = Path(__file__).parents[2] / "programs"


def source(name: str) -> list[str]:
    return (PROGRAMS / f"{name}.st").read_text().splitlines()


def line_of(lines: list[str], text: str) -> int:
    return next(number for number, row in enumerate(lines, 1) if text in row)


def test_the_cause_of_a_call_in_one_line() -> None:
    lines = source("hot_module")
    assert cause(lines, line_of(lines, "opens[s](")) == "hot[s].Q OR Strings[s].Smoke.Active"


def test_the_cause_and_the_reset_of_a_call_over_several_lines() -> None:
    lines = source("thermal_runaway")
    call = line_of(lines, "opens[s](")
    assert cause(lines, call) == "watch[s].Trip"
    assert argument(lines, call, "MayReset") == "watch[s].Cool"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.Q", ["a.Q"]),
        ("a.Q OR b[s].Q or_else c", ["a.Q", "b[s].Q", "c"]),
        ("(a OR b) OR f(x, y OR z)", ["(a OR b)", "f(x, y OR z)"]),
        ("a AND b OR c", ["a AND b OR c"]),
        ("NOT a OR b", ["NOT a OR b"]),
        ("ORANGE OR MOTOR", ["ORANGE", "MOTOR"]),
        ("", []),
    ],
)
def test_or_joins_terms_and_nothing_else_is_taken_apart(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    "lines", [[], ["opens("], ["opens(Cause := (("], ["// opens(Cause := x);"], ["x" * 100_000], ["opens(Cause := x"]]
)
def test_a_source_that_is_not_there_any_more_gives_no_cause(lines: list[str]) -> None:
    assert cause(lines, 1) == ""
