"""Values as tables write them, read into a place and shown from it."""

from __future__ import annotations

import pytest

from plc.engine.area import Area
from plc.engine.manifest import TypeTable, read_types
from plc.engine.value_text import BadValue, read_value, show_value
from plc.lang.types import DATE, DT, INT, TOD, Field, Scalar, Struct, subrange


def area(kind: Scalar) -> Area:
    return Area(Struct("p", (Field("x", kind, 0),), 8, 8, bytes(8)))


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (DATE, "D#2026-11-23", "D#2026-11-23"),
        (DATE, "DATE#1969-07-20", "D#1969-07-20"),
        (TOD, "TOD#06:30:15.5", "TOD#06:30:15.5"),
        (DT, "DT#2027-01-01-00:00", "DT#2027-01-01-00:00:00"),
    ],
)
def test_a_date_is_read_as_its_literal_and_shown_as_it(kind: Scalar, text: str, shown: str) -> None:
    cell = area(kind).cell("x")
    cell.set(read_value(cell, text))
    assert show_value(cell) == shown


@pytest.mark.parametrize("text", ["5", "T#1s", "D#2026-02-30", "TRUE", "D#", "nonsense", "'x'", "#"])
def test_what_is_no_date_is_refused_with_its_form(text: str) -> None:
    with pytest.raises(BadValue):
        read_value(area(DATE).cell("x"), text)


def test_a_sub_range_takes_no_value_outside() -> None:
    percent = area(subrange(INT, 0, 100)).cell("x")
    assert read_value(percent, "100") == 100
    with pytest.raises(BadValue, match=r"101 does not fit INT .0..100.; write a number from 0 to 100"):
        read_value(percent, "101")


def test_a_sub_range_is_the_same_after_the_manifest() -> None:
    table = TypeTable()
    table.number(subrange(INT, 1, 9))
    assert read_types(table.rows) == [subrange(INT, 1, 9)]
