"""Random charts run as a model of them says, and alike in both back ends."""

from __future__ import annotations

import pytest

from plc.lang.parse import parse
from plc.lang.print import text_of
from plc.lang.source import Source
from tests.lang.differential import fresh, images, run_both
from tests.lang.machine import compiled
from tests.lang.random_charts import RandomChart, difference

AT_ONCE = 20


@pytest.mark.parametrize("first", range(0, 200, AT_ONCE))
def test_a_random_chart_is_sound_and_runs_as_the_model_says(first: int):
    for seed in range(first, first + AT_ONCE):
        chart = RandomChart(seed)
        errors = compiled(chart.text()).errors
        assert not errors, f"seed {seed}: {errors}\n{chart.text()}"
        assert difference(seed, "reference") == ""


@pytest.mark.parametrize("seed", range(12))
def test_a_random_chart_runs_natively_as_the_model_says(seed: int):
    assert difference(seed, "native") == ""


@pytest.mark.parametrize("seed", range(12, 24))
def test_a_random_chart_leaves_the_same_bytes_in_both_back_ends_from_any_memory(seed: int):
    unit = compiled(RandomChart(seed).text()).programs["p"].unit
    for start in (fresh(unit), images(unit, seed)):
        assert not run_both(unit, start, seed % 3).difference


@pytest.mark.parametrize("seed", range(50))
def test_a_random_chart_prints_back_to_the_same_text(seed: int):
    printed = text_of(parse(Source("c.st", RandomChart(seed).text())).file)
    assert text_of(parse(Source("c.st", printed)).file) == printed
