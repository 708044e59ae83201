"""Numbers with something attached, as ``55C`` and ``2s``: what was meant, and how to write it."""

from __future__ import annotations

import re

from plc.lang.dates import UNITS_NS
from plc.lang.parse.tokens import kinds

_TIME_UNITS = re.compile(r"(?:\d+(?:\.\d+)?(?:d|h|ms|m|s|us|ns))+", re.IGNORECASE)
_LETTER_O = re.compile(r"\d*[oO][\doO]*(?:\.\d+)?|\d+\.[\doO]+", re.ASCII)
_WORD_UNITS = {
    "sec": "s",
    "secs": "s",
    "seconds": "s",
    "min": "m",
    "mins": "m",
    "minutes": "m",
    "hours": "h",
    "hr": "h",
}
TIME_WORDS = _WORD_UNITS | {unit: unit for unit in UNITS_NS}
"""How a unit of time is written after T#, by what people write."""
UNIT_WORDS = kinds("""
    v mv kv volt volts a ma ka amp amps ampere amperes ah w kw va kva wh kwh hz ohm mohm k kelvin c °c degc deg degree
    degrees celsius f percent""")


def measure_problem(text: str) -> tuple[str, str, str]:
    """Code, what and cure of a number with something attached."""
    if _LETTER_O.fullmatch(text):
        return "P009", f"{text} has the letter O in it", f"write {re.sub('[oO]', '0', text)}"
    number = re.match(r"\d[\d_]*(?:\.\d+)?", text)
    digits = number.group() if number else "0"
    unit = text[len(digits) :]
    if _TIME_UNITS.fullmatch(text):
        return "P008", f"{text} looks like a time", f"write T#{text}"
    if unit.lower() in _WORD_UNITS:
        return "P008", f"{text} looks like a time", f"write T#{digits}{_WORD_UNITS[unit.lower()]}"
    if text[:2].lower() == "0x" and len(text) > 2:
        return "P009", f"{text} is not how numbers to base 16 are written here", f"write 16#{text[2:]}"
    if "_" in unit or (len(unit) > 3 and unit.isalpha() and unit.lower() not in UNIT_WORDS):
        return "P004", f"{text} begins with a digit, so it is no name", "choose a name that begins with a letter"
    if "#" in text:
        return "P009", f"{text} is not a number", "write numbers like 100, 1.5, 16#FF or 2#1010"
    plain = digits if "." in digits else f"{digits}.0"
    return "P007", f"{text} is a number with a unit attached", f"write {plain} (numbers carry no unit)"
