"""The matrix of the language: each cell gives, on both back ends, what is written below its text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plc.lang.check.standard import FUNCTIONS
from plc.lang.later import _REASONS as REASONS
from plc.lang.pages import pages
from plc.lang.types import ELEMENTARY
from tests.lang.cells import FOLDER, Cell, cells, gives

CELLS = cells()


@pytest.mark.parametrize("cell", CELLS, ids=[cell.name for cell in CELLS])
def test_a_cell_gives_what_the_standard_says(cell: Cell) -> None:
    assert gives(cell) == []
    assert cell.values or cell.fault or cell.errors or cell.advice or cell.table is not None


def names_in(*folders: Path) -> set[str]:
    """Every word of the cells and harnesses in these folders."""
    texts = (path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.st"))
    return {word.upper() for text in texts for word in re.findall(r"\w+", text)}


@pytest.mark.parametrize("name", ELEMENTARY)
def test_every_elementary_type_has_a_cell(name: str) -> None:
    assert (FOLDER / "types" / f"{name}.st").exists()


def test_every_standard_function_is_called_in_a_cell() -> None:
    assert set(FUNCTIONS) - names_in(FOLDER) == set()


def test_every_block_of_the_library_has_a_cell_or_a_table_or_a_trace_in_python() -> None:
    blocks = {page.name.upper() for page in pages()}
    here = Path(__file__).parent
    traced = "".join((here / f"test_{name}.py").read_text("utf-8") for name in ("library", "library_columns", "voting"))
    typed = {f"{base}_{kind}" for base in ("CTU", "CTD", "CTUD") for kind in ("DINT", "LINT", "UDINT", "ULINT")}
    known = names_in(FOLDER, here / "library") | {word.upper() for word in re.findall(r"\w+", traced)}
    assert blocks - known - typed - {"STRING_STATE"} == set()


def test_every_qualifier_of_an_action_has_a_cell() -> None:
    cells_of = names_in(FOLDER / "charts")
    assert {"N", "S", "R", "L", "D", "P1", "P0", "SD", "DS", "SL"} <= cells_of


def test_every_word_that_comes_later_has_a_cell() -> None:
    assert set(REASONS) - names_in(FOLDER / "later", FOLDER / "configuration") == set()
