"""Every combination of value and quality of a vote's inputs, for each degradation, against a table in words."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest
from machine import Machine

# What remains of a vote with no, one, two, three bad inputs.
REMAINS = {
    ("1oo2", "FEWER"): ["1oo2", "1oo1", "as declared"],
    ("1oo2", "KEEP"): ["1oo2", "1oo1", "as declared"],
    ("1oo2", "VOTE"): ["1oo2", "trips", "trips"],
    ("2oo2", "FEWER"): ["2oo2", "1oo1", "as declared"],
    ("2oo2", "KEEP"): ["2oo2", "1oo1", "as declared"],
    ("2oo2", "VOTE"): ["2oo2", "1oo1", "trips"],
    ("2oo3", "FEWER"): ["2oo3", "1oo2", "1oo1", "as declared"],
    ("2oo3", "KEEP"): ["2oo3", "2oo2", "1oo1", "as declared"],
    ("2oo3", "VOTE"): ["2oo3", "1oo2", "trips", "trips"],
}
# The votes that each of these needs.
NEEDS = {"1oo1": 1, "1oo2": 1, "2oo2": 2, "2oo3": 2}


class Input(NamedTuple):
    """What an input said while it was last good, and how good it is now."""

    value: bool
    quality: str


INPUTS = [Input(value, quality) for value in (False, True) for quality in ("good", "stale", "bad")]


def wanted(kind: str, degrade: str, all_bad: bool, inputs: tuple[Input, ...]) -> bool:
    counting = [one.value for one in inputs if one.quality != "bad"]
    remains = REMAINS[kind, degrade][len(inputs) - len(counting)]
    if remains == "trips":
        return True
    return all_bad if remains == "as declared" else counting.count(True) >= NEEDS[remains]


def voter(kind: str) -> Machine:
    return Machine(f"PROGRAM p VAR v : VOTE_{kind}; END_VAR v(Hold := T#5s); END_PROGRAM")


def bring(machine: Machine, inputs: tuple[Input, ...], degrade: int, all_bad: bool) -> None:
    """All inputs good; then the bad ones lost for 5 s, the stale ones for 1 s, and both say the opposite by now."""
    machine.area[:] = machine.program.area.initial
    machine["v.Degrade"], machine["v.AllBad"] = degrade, all_bad
    for name, one in zip("ABC", inputs, strict=False):
        machine[f"v.{name}"], machine[f"v.{name}Ok"] = one.value, True
    for lost, after_ms in (("", 0), ("bad", 4000), ("stale", 1000)):
        for name, one in zip("ABC", inputs, strict=False):
            if one.quality == lost:
                machine[f"v.{name}"], machine[f"v.{name}Ok"] = not one.value, False
        assert machine.scan(after_ms) == 0
    assert machine.scan(1000) == 0


@pytest.mark.parametrize("all_bad", [False, True])
@pytest.mark.parametrize(("kind", "degrade"), REMAINS)
def test_every_combination_of_value_and_quality_votes_as_the_table_says(kind: str, degrade: str, all_bad: bool) -> None:
    machine = voter(kind)
    number = ["FEWER", "KEEP", "VOTE"].index(degrade)
    combinations = list(itertools.product(INPUTS, repeat=int(kind[-1])))
    for inputs in combinations:
        bring(machine, inputs, number, all_bad)
        assert machine["v.Q"] == wanted(kind, degrade, all_bad, inputs), inputs
    assert len(combinations) == {"2": 36, "3": 216}[kind[-1]]


def test_a_vote_tells_what_it_is_worth() -> None:
    machine = voter("2oo3")
    for inputs in itertools.product(INPUTS, repeat=3):
        bring(machine, inputs, 0, True)
        counting = [one.value for one in inputs if one.quality != "bad"]
        assert machine["v.Good"] == len(counting)
        assert machine["v.Votes"] == counting.count(True)
        assert machine["v.Degraded"] == any(one.quality != "good" for one in inputs)
        assert machine["v.Blind"] == (counting == [])
        assert machine["v.Differ"] == (set(counting) == {False, True})


def test_an_input_that_is_not_wired_counts_as_bad_and_an_unwired_vote_trips() -> None:
    machine = voter("2oo3").run()
    assert (machine["v.Q"], machine["v.Blind"]) == (1, 1)


def test_without_hold_an_input_is_bad_in_the_scan_it_is_lost_in() -> None:
    machine = Machine("PROGRAM p VAR v : VOTE_INPUT; ok : BOOL := TRUE; END_VAR v(IN := TRUE, Ok := ok); END_PROGRAM")
    assert machine.run()["v.Value"]
    assert not machine.run(ok=False)["v.Value"]


def test_hold_ends_to_the_scan_and_a_new_good_value_begins_it_anew() -> None:
    text = "PROGRAM p VAR v : VOTE_INPUT; ok : BOOL := TRUE; END_VAR v(IN := TRUE, Ok := ok, Hold := T#5s); END_PROGRAM"
    machine = Machine(text).run()
    seen = []
    for ok, after_ms in ((0, 4999), (0, 1), (1, 1), (0, 4999), (0, 1)):
        machine["ok"] = ok
        machine.scan(after_ms)
        seen.append((machine["v.Value"], machine["v.Counts"]))
    assert seen == [(1, 1), (0, 0), (1, 1), (1, 1), (0, 0)]
