"""Dates and times of day as numbers and as text: D#2026-11-23, TOD#12:30:05.5, DT#2026-11-23-12:30:05.

DATE and DT count nanoseconds from 1970-01-01 (a DATE whole days), TOD from midnight; no time zone is meant.
The calendar is the Gregorian one. 64 bits hold 1677-09-22 to 2262-04-11.
"""

from __future__ import annotations

import re
from datetime import date

DAY_NS = 86_400_000_000_000
_HOUR_NS = 3_600_000_000_000
_MINUTE_NS = 60_000_000_000
_SECOND_NS = 1_000_000_000
UNITS_NS = {"d": DAY_NS, "h": _HOUR_NS, "m": _MINUTE_NS, "s": _SECOND_NS, "ms": 1_000_000, "us": 1_000, "ns": 1}
"""The units of a time as T#1d2h3m writes them, from the longest to the shortest."""
_EPOCH = date(1970, 1, 1).toordinal()
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1

_DATE = r"(\d{1,4})-(\d{1,2})-(\d{1,2})"
_TIME = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile(_TIME, re.ASCII)
_BOTH = re.compile(f"{_DATE}-{_TIME}", re.ASCII)


class BadDate(ValueError):
    """A text that is no date or time of day: ``what`` is wrong with it, ``cure`` is what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


def read(type_name: str, text: str) -> int:
    """The nanoseconds of what follows ``D#`` (DATE), ``TOD#`` or ``DT#``. Raises BadDate."""
    match type_name:
        case "DATE":
            return _in_64_bits(text, _days(text, _match(_DATE_ONLY, text, "2026-11-23")) * DAY_NS)
        case "TOD":
            return _time(_match(_TIME_ONLY, text, "12:30:00"))
        case _:
            parts = _match(_BOTH, text, "2026-11-23-12:30:00")
            return _in_64_bits(text, _days(text, parts[:3]) * DAY_NS + _time(parts[3:]))


def _match(form: re.Pattern[str], text: str, example: str) -> tuple[str | None, ...]:
    found = form.fullmatch(re.sub(r"(?<=\d)_(?=\d)", "", text))
    if found is None:
        raise BadDate(f"{text or 'nothing'} is not written like {example}", f"write it like {example}")
    return found.groups()


def _days(text: str, parts: tuple[str | None, ...]) -> int:
    year, month, day = (int(part or 0) for part in parts)
    if not 1677 <= year <= 2262:
        raise BadDate(f"{text} is too far away", "write a date from 1677-09-22 to 2262-04-11")
    if not 1 <= month <= 12:
        raise BadDate(f"there is no month {month}", "write 01 to 12")
    last = _days_of_month(year, month)
    if not 1 <= day <= last:
        raise BadDate(f"{year}-{month:02} has no day {day}", f"write 01 to {last}")
    return date(year, month, day).toordinal() - _EPOCH


def _days_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following.toordinal() - date(year, month, 1).toordinal()


def _time(parts: tuple[str | None, ...]) -> int:
    hour, minute, second = (int(part or 0) for part in parts[:3])
    for number, most, name in ((hour, 23, "hour"), (minute, 59, "minute"), (second, 59, "second")):
        if number > most:
            raise BadDate(f"there is no {name} {number}", f"write 00 to {most}")
    return hour * _HOUR_NS + minute * _MINUTE_NS + second * _SECOND_NS + int((parts[3] or "").ljust(9, "0"))


def _in_64_bits(text: str, ns: int) -> int:
    if not _LEAST <= ns <= _GREATEST:
        raise BadDate(f"{text} is too far away", "write a date from 1677-09-22 to 2262-04-11")
    return ns


def show(type_name: str, ns: int) -> str:
    """The literal of a DATE, TOD or DT, such as ``TOD#12:30:05.5``. A TOD outside its day shows what a clock would."""
    days, rest = divmod(ns, DAY_NS)
    day = date.fromordinal(days + _EPOCH).isoformat()
    match type_name:
        case "DATE":
            return f"D#{day}"
        case "TOD":
            return f"TOD#{_clock(rest)}"
        case _:
            return f"DT#{day}-{_clock(rest)}"


def _clock(ns: int) -> str:
    hours, rest = divmod(ns, _HOUR_NS)
    minutes, rest = divmod(rest, _MINUTE_NS)
    seconds, fraction = divmod(rest, _SECOND_NS)
    point = f".{fraction:09}".rstrip("0") if fraction else ""
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}"
