"""The matrix of the language: each cell gives, on both back ends, what is written below its text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plc.lang.check.standard import FUNCTIONS
from plc.lang.pages import pages
from plc.lang.parse.cures.later import REASONS
from plc.lang.types import ELEMENTARY
from tests.lang.cells import FOLDER, Cell, cells, gives, read

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


WRONG = [
    ("n := 2;", "n = 3", ["reference: n = 2, wanted 3", "native: n = 2, wanted 3"]),
    ("n := 1 / n;", "n = 0", ["reference: stops: division by zero", "native: stops: division by zero"]),
    ("n := 1;", "stops division by zero", ["reference: stops: not", "native: stops: not"]),
]


@pytest.mark.parametrize(("statement", "words", "told"), WRONG)
def test_a_cell_that_gives_something_else_is_told_of_in_each_back_end(
    statement: str, words: str, told: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "wrong.st"
    path.write_text(f"PROGRAM p VAR n : INT; END_VAR\n{statement}\nEND_PROGRAM\n\n// {words}\n")
    assert gives(read(path, tmp_path)) == told


def test_a_cell_that_is_refused_elsewhere_or_not_at_all_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "wrong.st"
    path.write_text("PROGRAM p VAR n : INT; END_VAR\nn := 1;\nEND_PROGRAM\n\n// refuses S008 2:6\n")
    assert gives(read(path, tmp_path)) == ["errors []"]


def test_a_trace_that_goes_otherwise_is_told_of_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.st"
    path.write_text("PROGRAM p VAR n : INT; END_VAR\nn := n + 1;\nEND_PROGRAM\n")
    path.with_suffix(".csv").write_text("t_ms,?n\n0,1\n1,3\n")
    assert gives(read(path, tmp_path)) == [f"{way}: line 3: n = 2, wanted 3" for way in ("reference", "native")]
