"""A quantity carries its unit in the text: ``100 ms``, ``2.27 V/cell``, ``4.6 h``, ``40 degC``, ``10 K``.

"500 ms" --read--> 500_000_000 (ns)        "2 %" --read--> 2.0
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_TEXT = re.compile(r"([+-]?)(\d{1,15}(?:\.\d{1,12})?)\s*(\S*)", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?[\d.]+[eE][+-]?\d+.*")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity. ``units`` maps each unit a person may write to its factor; a value is in ``unit``, factor 1.

    ``whole`` quantities (times) are integers of ``unit``.
    """

    name: str
    unit: str
    units: dict[str, Decimal]
    example: str
    whole: bool = False


def _dimension(name: str, unit: str, example: str, **factors: str) -> Dimension:
    return Dimension(name, unit, {unit: Decimal(1), **{u: Decimal(f) for u, f in factors.items()}}, example)


TIME = Dimension(
    "time",
    "ns",
    {
        "us": Decimal(1_000),
        "ms": Decimal(1_000_000),
        "s": Decimal(1_000_000_000),
        "min": Decimal(60_000_000_000),
        "h": Decimal(3_600_000_000_000),
        "d": Decimal(86_400_000_000_000),
    },
    "500 ms",
    whole=True,
)
TEMPERATURE = Dimension("temperature", "degC", {"degC": Decimal(1), "°C": Decimal(1)}, "60 degC")
TEMPERATURE_DIFFERENCE = _dimension("temperature difference", "K", "10 K")
TEMPERATURE_RATE = Dimension("rate of a temperature", "K/h", {"K/h": Decimal(1), "K/min": Decimal(60)}, "2 K/h")
VOLTAGE = _dimension("voltage", "V", "13.6 V", mV="0.001")
CELL_VOLTAGE = Dimension(
    "voltage of a cell", "V/cell", {"V/cell": Decimal(1), "mV/cell": Decimal("0.001")}, "2.27 V/cell"
)
COMPENSATION = Dimension(
    "temperature compensation of a cell", "mV/K", {"mV/K": Decimal(1), "V/K": Decimal(1000)}, "-3 mV/K"
)
CURRENT = _dimension("current", "A", "0.2 A", mA="0.001")
CAPACITY = _dimension("capacity", "Ah", "100 Ah")
SPECIFIC_CURRENT = Dimension("current for each Ah", "mA/Ah", {"mA/Ah": Decimal(1), "A/Ah": Decimal(1000)}, "10 mA/Ah")
SHARE = _dimension("share", "%", "2 %")


class QuantityError(ValueError):
    """A text that is no quantity of the dimension asked for: ``what`` stands there, ``cure`` is what to type."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


def read(text: str, dimension: Dimension) -> float:
    """The value in ``dimension.unit``; a whole number where the dimension is whole. Raises QuantityError."""
    example = f"write it as {dimension.example}"
    stripped = text.strip()
    match = _TEXT.fullmatch(stripped)
    if match is None:
        reason = "its number is in scientific notation" if _SCIENTIFIC.fullmatch(stripped) else "it is no number"
        raise QuantityError(f"'{shortened(text)}' is not a {dimension.name}: {reason}", example)
    sign, digits, unit = match.groups()
    if not unit:
        raise QuantityError(f"'{shortened(text)}' has no unit, a {dimension.name} needs one", example)
    factor = dimension.units.get(unit)
    if factor is None:
        known = ", ".join(dimension.units)
        raise QuantityError(
            f"'{shortened(text)}': a {dimension.name} is not given in {unit[:20]}", f"write it in {known}"
        )
    value = Decimal(sign + digits) * factor
    if not dimension.whole:
        return float(value)
    if value != value.to_integral_value():
        raise QuantityError(f"'{shortened(text)}' is finer than 1 {dimension.unit}", example)
    return int(value)


def read_time_ns(text: str) -> int:
    """A time in whole nanoseconds. Raises QuantityError."""
    return int(read(text, TIME))


def shortened(text: str) -> str:
    """A person's text as a message shows it: at most 60 characters, no control characters."""
    shown = "".join(c if c.isprintable() else "?" for c in text[:61])
    return shown if len(shown) <= 60 else shown[:57] + "..."


def time_text(ns: int) -> str:
    """A time as a person writes it, in the largest unit that needs no more than two decimals: ``500 ms``, ``4.6 h``."""
    for unit in ("d", "h", "min", "s", "ms", "us"):
        value = Decimal(ns) / TIME.units[unit]
        if abs(value) >= 1 and value == round(value, 2):
            return f"{value.normalize():f} {unit}"
    return f"{Decimal(ns) / TIME.units['s']:.2f} s" if ns else "0 s"
