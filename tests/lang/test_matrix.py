"""The matrix of the language: each cell gives, on both back ends, what is written below its text."""

from __future__ import annotations

import pytest

from tests.lang.cells import Cell, cells, gives

CELLS = cells()


@pytest.mark.parametrize("cell", CELLS, ids=[cell.name for cell in CELLS])
def test_a_cell_gives_what_the_standard_says(cell: Cell) -> None:
    assert gives(cell) == []
    assert cell.values or cell.fault or cell.errors or cell.advice or cell.table is not None
