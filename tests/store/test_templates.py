"""A template with its blanks filled is an ordinary program that compiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.store.site_set import compile_site
from plc.store.templates import TEMPLATES, Template, TemplateError, fill, template

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
STRINGS, TASKS = ("S1", "S2", "S3", "S4"), ("protection", "care")


@pytest.mark.parametrize("known", TEMPLATES, ids=lambda known: known.name)
@pytest.mark.parametrize("strings", ["all", "S2"])
def test_a_filled_template_compiles_and_runs_in_its_task(known: Template, strings: str) -> None:
    text = fill(known, "my_rule", {"strings": strings}, STRINGS, TASKS)
    found = compile_site(ROOM, {"my_rule": text})
    assert found.ready is not None, found.diagnostics
    assert "my_rule" in next(task for task in found.ready.plan.tasks if task.name == "protection").programs


def test_the_blanks_stand_in_the_text() -> None:
    given = {"strings": "S2", "limit": "50.5", "lasting": "90", "smoke": "no", "task": "care"}
    text = fill(template("hot_module"), "my_rule", given, STRINGS, TASKS)
    assert "any module of S2 above 50.5 degC for 90 s: open" in text
    assert "FOR s := 2 TO 2 DO" in text
    assert "Over := 50.5, Lasting := T#90s" in text
    assert "Smoke" not in text
    assert "{attribute 'task' := 'care'}" in text


@pytest.mark.parametrize(
    ("blank", "value", "said"),
    [
        ("strings", "S9", "choose from S1, S2, S3, S4"),
        ("limit", "hot", "write one in degC"),
        ("limit", "500", "outside 30 to 90 degC"),
        ("limit", "nan", "outside 30 to 90 degC"),
        ("lasting", "0", "outside 1 to 3600 s"),
        ("task", "x'} END_PROGRAM", "choose from protection, care"),
        ("smoke", "maybe", "choose from yes, no"),
    ],
)
def test_a_blank_filled_wrongly_is_refused_with_what_fits(blank: str, value: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        fill(template("hot_module"), "my_rule", {blank: value}, STRINGS, TASKS)


def test_a_template_that_is_not_there_is_told_which_are() -> None:
    with pytest.raises(TemplateError, match="known: hot_module"):
        template("cold_module")
