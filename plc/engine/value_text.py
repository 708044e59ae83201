"""Values as tables write them: TRUE, 52.3, T#1m30s, FLOAT, 'text'; read into a place and shown from it."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal

from plc.engine.area import Cell, Value
from plc.lang import dates
from plc.lang.parse.literal import BadLiteral, read_literal
from plc.lang.types import Enumeration, Kind, Scalar, Text

_TIME = re.compile(r"(?:LT|LTIME|T|TIME)#(-?)((?:\d+(?:\.\d+)?(?:ms|us|ns|d|h|m|s))+)", re.IGNORECASE)
_TIME_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|ns|d|h|m|s)", re.IGNORECASE)
_NS = {"d": 86_400 * 10**9, "h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_BOOLS = {"TRUE": True, "FALSE": False, "1": True, "0": False}


class BadValue(ValueError):
    """A text that is no value of the place's type: ``what`` stands there, ``cure`` is what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


def read_value(cell: Cell, text: str) -> Value:
    """``text`` as a value of the cell's type, rounded and ranged as the cell holds it. Raises BadValue."""
    match cell.type:
        case Text():
            return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text
        case Enumeration():
            return _enumerator(cell.type, text)
        case _ if cell.type.kind is Kind.BOOL:
            if text.upper() not in _BOOLS:
                raise BadValue(f"'{text}' is no BOOL", "write TRUE or FALSE")
            return _BOOLS[text.upper()]
        case _ if cell.type.kind is Kind.REAL:
            return _real(text)
        case _ if cell.type.kind is Kind.TIME:
            return _time(text)
        case _ if cell.type.kind is Kind.DATE:
            return _date(text, cell.type.name)
        case _:
            return _whole(text, cell)


def read_real(text: str) -> float:
    return _real(text)


def _enumerator(of: Enumeration, text: str) -> int:
    name = text.rpartition("#")[2].upper()
    for enumerator, number in of.values:
        if enumerator.upper() == name:
            return number
    raise BadValue(f"{of.name} has no '{text}'", f"write one of {', '.join(n for n, _ in of.values)}")


def _real(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        cure = "write it with a point, such as 52.3" if "," in text else "write a number such as 52.3"
        raise BadValue(f"'{text}' is no REAL", cure) from None


def _whole(text: str, cell: Cell) -> int:
    base, _, digits = text.rpartition("#")
    try:
        number = int(digits, int(base)) if base else int(text)
    except ValueError:
        raise BadValue(f"'{text}' is no {cell.type}", "write a whole number") from None
    bits, signed = cell.type.size * 8, getattr(cell.type, "signed", False)
    if isinstance(cell.type, Scalar) and cell.type.range:
        low, high = cell.type.range
    else:
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if not low <= number <= high:
        raise BadValue(f"{number} does not fit {cell.type}", f"write a number from {low} to {high}")
    return number


def _time(text: str) -> int:
    match = _TIME.fullmatch(text.replace("_", ""))
    if match is None:
        raise BadValue(f"'{text}' is no TIME", "write it as T#1m30s")
    total = sum(Decimal(number) * _NS[unit.lower()] for number, unit in _TIME_PART.findall(match[2]))
    return int(-total if match[1] else total)


def _date(text: str, type_name: str) -> int:
    try:
        value, found = read_literal(text)
    except BadLiteral as bad:
        raise BadValue(bad.what, bad.cure) from None
    if found != type_name:
        raise BadValue(f"'{text}' is no {type_name}", f"write it as {dates.show(type_name, 0)}")
    return int(value)


def show_value(cell: Cell) -> str:
    """What the cell holds: BOOL as TRUE or FALSE, REAL as the shortest text that reads back the same 32-bit value,
    enumerations by name, times as T#... literals."""
    value = cell.get()
    match cell.type:
        case Text():
            return str(value)
        case Enumeration():
            return cell.type.name_of(int(value)) or str(value)
        case _ if cell.type.kind is Kind.BOOL:
            return "TRUE" if value else "FALSE"
        case _ if cell.type.kind is Kind.REAL:
            return show_real(float(value), cell.type.size)
        case _ if cell.type.kind is Kind.TIME:
            return show_time(int(value))
        case _ if cell.type.kind is Kind.DATE:
            return dates.show(cell.type.name, int(value))
        case _:
            return str(value)


def show_real(value: float, size: int = 4) -> str:
    """The shortest text that reads back as the same 32-bit (``size`` 4) or 64-bit value."""
    if size == 8 or not math.isfinite(value):
        return "NaN" if math.isnan(value) else repr(value)
    return next(repr(near) for near in (float(f"{value:.{digits}g}") for digits in range(1, 10)) if _same(near, value))


def _same(near: float, value: float) -> bool:
    try:
        return struct.pack("<f", near) == struct.pack("<f", value)
    except OverflowError:
        return False


def show_time(ns: int) -> str:
    """``T#1h30m5s500ms``."""
    sign, rest, parts = "-" if ns < 0 else "", abs(ns), ""
    for unit, size in _NS.items():
        count, rest = divmod(rest, size)
        if count:
            parts += f"{count}{unit}"
    return f"T#{sign}{parts or '0s'}"
