"""Quantities carry their unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plc.core import quantity
from plc.core.quantity import Dimension, QuantityError


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("100 ms", quantity.TIME, 100_000_000),
        ("4.6 h", quantity.TIME, 16_560_000_000_000),
        ("0.5ms", quantity.TIME, 500_000),
        ("2.27 V/cell", quantity.CELL_VOLTAGE, 2.27),
        ("40 degC", quantity.TEMPERATURE, 40.0),
        ("-5 °C", quantity.TEMPERATURE, -5.0),
        ("10 K", quantity.TEMPERATURE_DIFFERENCE, 10.0),
        ("200 mA", quantity.CURRENT, 0.2),
        ("100 Ah", quantity.CAPACITY, 100.0),
        ("10 mA/Ah", quantity.SPECIFIC_CURRENT, 10.0),
        ("-3 mV/K", quantity.COMPENSATION, -3.0),
        ("2 %", quantity.SHARE, 2.0),
        ("0.1 K/min", quantity.TEMPERATURE_RATE, 6.0),
    ],
)
def test_a_quantity_is_read_in_its_unit(text: str, dimension: Dimension, value: float) -> None:
    assert quantity.read(text, dimension) == value


@pytest.mark.parametrize(
    "text", ["", "ms", "100", "1e3 ms", "1,5 ms", "100 Ms", "0.0001 us", "1 2 ms", "٣ ms", "9" * 40 + " s"]
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(QuantityError) as raised:
        quantity.read(text, quantity.TIME)
    assert "write it" in raised.value.cure


@given(st.integers(0, 10**15))
def test_a_time_as_text_names_the_same_time_to_two_decimals(us: int) -> None:
    ns = us * 1000
    shown = quantity.time_text(ns)
    assert abs(quantity.read_time_ns(shown if ns else "0 s") - ns) <= 10_000_000
