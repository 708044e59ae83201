"""The library's pages: as their declarations are, complete, with examples that compile and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.lang.compile import compile_set
from plc.lang.pages import FACTS, Page, pages, texts
from plc.lang.source import Source
from plc.store.gather import gather

FOLDER = Path(__file__).parents[2] / "docs" / "library"
PLANT = gather([]).plant
PAGES = pages()
TOLD = [page for page in PAGES if not page.like]

each_page = pytest.mark.parametrize("page", TOLD, ids=[page.name for page in TOLD])


def test_the_pages_are_what_the_declarations_give() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert written == texts(), "run: python -m plc.lang.pages docs/library"


@each_page
def test_a_block_states_its_purpose_and_what_it_does_in_every_case(page: Page) -> None:
    wanted = set(FACTS) - {"Source"} if page.kind == "FUNCTION_BLOCK" else set()
    assert page.purpose
    assert wanted <= page.facts.keys()


def test_a_block_that_is_like_another_names_one_that_is_told() -> None:
    assert {page.like for page in PAGES} - {""} <= {page.name for page in TOLD}


@each_page
def test_an_example_compiles_without_a_word_and_calls_its_block(page: Page) -> None:
    text = f"PROGRAM example\n{page.example}\nEND_PROGRAM"
    compiled = compile_set([Source("example.st", text)], PLANT)
    assert [str(d) for d in compiled.errors] == []
    assert page.name in page.example
    assert "example" in compiled.programs


def test_an_input_shows_its_unit_and_its_initial_value() -> None:
    (pid,) = [page for page in PAGES if page.name == "PID"]
    rows = {row.name: row for row in pid.rows}
    assert (rows["KP"].way, rows["KP"].type, rows["KP"].initial) == ("in", "REAL", "1.0")
    assert (rows["TR"].unit, rows["TR"].text) == ("s", "reset time; 0: no integral")
    assert rows["XOUT"].way == "out"
