"""The value of a literal as written: ``16#FF`` is 255, ``T#1m30s`` is 90,000,000,000 ns, ``'a$$b'`` is a$b."""

from __future__ import annotations

import re
from fractions import Fraction

from plc.lang import dates
from plc.lang.parse.measure import TIME_WORDS
from plc.lang.parse.tokens import DATE_PREFIXES, TIME_PREFIXES

Value = bool | int | float | str

_ORDER = list(dates.UNITS_NS)
_TIME = re.compile(r"(\d+)(?:\.(\d+))?(d|h|ms|m|s|us|ns)_?", re.IGNORECASE)
_ESCAPE = re.compile(r"\$([$'LlNnPpRrTt]|[0-9A-Fa-f]{2}|.?)", re.DOTALL)
_ESCAPES = {"$": "$", "'": "'", "L": "\n", "N": "\n", "P": "\f", "R": "\r", "T": "\t"}
_DIGITS = {2: "01", 8: "01234567", 10: "0123456789", 16: "0123456789ABCDEF"}
_LONGEST_NUMBER = 100


class BadLiteral(ValueError):
    """A literal without a value: ``what`` stands there, ``cure`` says what to type."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


def read_literal(text: str) -> tuple[Value, str | None]:
    """Value and fixed type of the literal; the type is None where the context decides. Raises BadLiteral."""
    if text[0] == "'":
        return _characters(text), "STRING"
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE", "BOOL"
    prefix, mark, rest = text.partition("#")
    if not mark or prefix.isdigit():
        return _number(text, text), None
    type_name = prefix.upper()
    if type_name in ("S5T", "S5TIME"):
        raise BadLiteral(f"{text} is a time of another controller", f"write T#{rest}")
    if type_name in DATE_PREFIXES:
        return _date(text, DATE_PREFIXES[type_name], rest), DATE_PREFIXES[type_name]
    if type_name in TIME_PREFIXES:
        return _time(text, rest), "LTIME" if type_name in ("LT", "LTIME") else "TIME"
    return _typed(text, type_name, rest), type_name


def _date(text: str, type_name: str, rest: str) -> int:
    try:
        return dates.read(type_name, rest)
    except dates.BadDate as bad:
        raise BadLiteral(f"{text}: {bad.what}", bad.cure) from None


def _typed(text: str, type_name: str, rest: str) -> Value:
    if type_name == "STRING":
        if rest[:1] != "'":
            raise BadLiteral(f"{text} is no text", "write STRING#'text'")
        return _characters(rest)
    if type_name == "BOOL":
        value = {"0": False, "1": True, "FALSE": False, "TRUE": True}.get(rest.upper())
        if value is None:
            raise BadLiteral(f"{text} is neither TRUE nor FALSE", "write BOOL#0, BOOL#1, TRUE or FALSE")
        return value
    number = _number(text, rest.lstrip("+-")) if rest else None
    if number is None or (isinstance(number, float) and type_name not in ("REAL", "LREAL")):
        raise BadLiteral(f"{text} is not a value of {type_name}", f"write {type_name}# and a number")
    if rest[0] == "-":
        number = -number
    return _as_float(text, number) if type_name in ("REAL", "LREAL") else number


def _number(whole: str, text: str) -> int | float:
    plain = text.replace("_", "")
    if len(plain) > _LONGEST_NUMBER:
        raise BadLiteral(f"a number of {len(plain)} digits fits no type", "write a number of at most 64 bits")
    base, mark, digits = plain.partition("#")
    if mark:
        return _based(whole, base, digits)
    if plain.isdecimal() and plain.isascii():
        return _in_64_bits(whole, int(plain))
    if re.fullmatch(r"\d+(\.\d+)?([eE][+-]?\d+)?", plain, re.ASCII):
        return _as_float(whole, float(plain))
    raise BadLiteral(f"{whole} is not a number", "write numbers like 100, 1.5, 16#FF or 2#1010")


def _based(whole: str, base: str, digits: str) -> int:
    allowed = _DIGITS.get(int(base)) if base.isdecimal() else None
    if allowed is None:
        raise BadLiteral(f"{whole}: numbers have no base {base}", "write 2#, 8# or 16# before the digits")
    wrong = next((digit for digit in digits.upper() if digit not in allowed), None)
    if wrong or not digits:
        raise BadLiteral(f"{whole}: {wrong or 'nothing'} is no digit of base {base}", f"use the digits {allowed}")
    return _in_64_bits(whole, int(digits, int(base)))


def _in_64_bits(whole: str, number: int) -> int:
    if number >= 1 << 64:
        raise BadLiteral(f"{whole} does not fit in 64 bits", f"write a number of at most {(1 << 64) - 1}")
    return number


def _as_float(whole: str, number: int | float) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise BadLiteral(f"{whole} is too large for any REAL or LREAL", "write a number of at most 1.7E308")
    return value


def _time(text: str, rest: str) -> int:
    """Nanoseconds. Units fall from d to ns, each at most once; only the last may have a fraction."""
    sign, body = (-1, rest[1:]) if rest[:1] == "-" else (1, rest.removeprefix("+"))
    total, position, last_unit, fraction = Fraction(0), 0, -1, False
    while position < len(body):
        part = _TIME.match(body, position)
        if part is None or fraction:
            raise _bad_time(text, body)
        unit = part[3].lower()
        if _ORDER.index(unit) <= last_unit:
            raise BadLiteral(
                f"{text}: {unit} stands after a smaller or equal unit", "write d, h, m, s, ms in this order"
            )
        last_unit, position, fraction = _ORDER.index(unit), part.end(), part[2] is not None
        if len(part[0]) > _LONGEST_NUMBER:
            raise BadLiteral(f"{text[:20]}... is too long for a time", "write at most 292 years")
        total += Fraction(f"{part[1]}.{part[2] or 0}") * dates.UNITS_NS[unit]
    if last_unit < 0:
        raise _bad_time(text, body)
    if total.denominator != 1:
        raise BadLiteral(f"{text} is finer than a nanosecond", "leave out the last digits")
    value = sign * total.numerator
    if not -(1 << 63) <= value < 1 << 63:
        raise BadLiteral(f"{text} is longer than 292 years", "write a shorter time")
    return value


def _bad_time(text: str, body: str) -> BadLiteral:
    prefix = text.partition("#")[0]
    number = body.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = TIME_WORDS.get(body[len(number) :].lower())
    if number.isdecimal() and unit is not None:
        return BadLiteral(f"{body[len(number) :]} is no unit of time here", f"write {prefix}#{number}{unit}")
    if body.isdecimal():
        return BadLiteral(f"{text} has no unit", f"write {prefix}#{body}s or {prefix}#{body}ms")
    return BadLiteral(
        f"{text} is not a time", f"write {prefix}# with numbers and units d, h, m, s, ms, us, ns, as T#1h30m"
    )


def _characters(text: str) -> str:
    body = text[1:-1] if len(text) > 1 and text[-1] == "'" else text[1:]
    return _ESCAPE.sub(_unescaped, body) if "$" in body else body


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code.upper() in _ESCAPES:
        return _ESCAPES[code.upper()]
    if len(code) == 2:
        number = int(code, 16)
        return chr(number if number < 0x80 else 0xDC00 + number)
    raise BadLiteral(
        f"${code} means nothing in a text", "write $$ for a dollar sign, $' for a quote, $N for a new line"
    )
