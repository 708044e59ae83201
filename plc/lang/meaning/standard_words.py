"""How the standard functions are called, and what each does in one line (IEC 61131-3, tables of standard functions)."""

from __future__ import annotations

import re

_FORMS: dict[str, tuple[str, str]] = {
    "ABS": ("IN", "the value without its sign"),
    "SQRT": ("IN", "square root"),
    "LN": ("IN", "natural logarithm"),
    "LOG": ("IN", "logarithm to base 10"),
    "EXP": ("IN", "e to the power of IN"),
    "SIN": ("IN", "sine of an angle in radians"),
    "COS": ("IN", "cosine of an angle in radians"),
    "TAN": ("IN", "tangent of an angle in radians"),
    "ASIN": ("IN", "angle in radians whose sine is IN"),
    "ACOS": ("IN", "angle in radians whose cosine is IN"),
    "ATAN": ("IN", "angle in radians whose tangent is IN"),
    "ATAN2": ("Y, X", "angle in radians of the point X, Y"),
    "EXPT": ("IN1, IN2", "IN1 to the power of IN2"),
    "ADD": ("IN1, IN2, ...", "sum"),
    "MUL": ("IN1, IN2, ...", "product"),
    "SUB": ("IN1, IN2", "IN1 less IN2"),
    "DIV": ("IN1, IN2", "IN1 divided by IN2"),
    "MOD": ("IN1, IN2", "rest of a division, with the sign of IN1"),
    "MIN": ("IN1, IN2, ...", "the least"),
    "MAX": ("IN1, IN2, ...", "the greatest"),
    "LIMIT": ("MN, IN, MX", "IN, but not below MN nor above MX"),
    "SEL": ("G, IN0, IN1", "IN0 where G is FALSE, IN1 where it is TRUE"),
    "MUX": ("K, IN0, IN1, ...", "the value of number K, counted from 0"),
    "EQ": ("IN1, IN2", "whether they are equal"),
    "NE": ("IN1, IN2", "whether they differ"),
    "GT": ("IN1, IN2", "whether IN1 is greater"),
    "GE": ("IN1, IN2", "whether IN1 is greater or equal"),
    "LT": ("IN1, IN2", "whether IN1 is less"),
    "LE": ("IN1, IN2", "whether IN1 is less or equal"),
    "SHL": ("IN, N", "IN moved left by N bits"),
    "SHR": ("IN, N", "IN moved right by N bits"),
    "ROL": ("IN, N", "IN turned left by N bits"),
    "ROR": ("IN, N", "IN turned right by N bits"),
    "LEN": ("IN", "length of a text"),
    "LEFT": ("IN, L", "the first L characters"),
    "RIGHT": ("IN, L", "the last L characters"),
    "MID": ("IN, L, P", "L characters from place P on, counted from 1"),
    "CONCAT": ("IN1, IN2, ...", "texts one behind the other"),
    "TO_UPPER": ("IN", "a text in capital letters"),
    "TO_LOWER": ("IN", "a text in small letters"),
    "INSERT": ("IN1, IN2, P", "IN1 with IN2 put in behind place P"),
    "DELETE": ("IN, L, P", "IN without L characters from place P on"),
    "REPLACE": ("IN1, IN2, L, P", "IN1 with IN2 in place of L characters from place P on"),
    "FIND": ("IN1, IN2", "the place of IN2 in IN1, 0 where it is not in it"),
    "SUM": ("ARRAY", "sum of an array's elements"),
    "AVG": ("ARRAY", "mean of an array's elements"),
    "MINIMUM": ("ARRAY", "least element of an array"),
    "MAXIMUM": ("ARRAY", "greatest element of an array"),
    "LOWER_BOUND": ("ARR, DIM", "least index of an array's dimension DIM"),
    "UPPER_BOUND": ("ARR, DIM", "greatest index of an array's dimension DIM"),
    "AGE": ("IN", "how old a measurement is"),
    "IS_VALID": ("IN", "whether a REAL is a number: FALSE for NaN"),
    "MOVE": ("IN", "the value itself"),
    "NOT": ("IN", "FALSE for TRUE; every bit turned over"),
    "AND": ("IN1, IN2, ...", "whether all are TRUE; bit by bit"),
    "OR": ("IN1, IN2, ...", "whether one is TRUE; bit by bit"),
    "XOR": ("IN1, IN2, ...", "whether an odd number is TRUE; bit by bit"),
    "CONCAT_DATE_TOD": ("IN1, IN2", "a day and a time of day as one"),
    "CONCAT_LDATE_LTOD": ("IN1, IN2", "a day and a time of day as one"),
    "TRUNC": ("IN", "a REAL without its fraction"),
    "ADVANCE_TIME": ("By", "lets the TEST's clock run on: its programs run in their tasks meanwhile"),
    "ASSERT": ("Condition, Text", "the TEST fails where Condition is FALSE; Text may be left out"),
    "ASSERT_EQUAL": ("Actual, Expected, Text", "the TEST fails where the two differ; Text may be left out"),
    "ASSERT_NEAR": (
        "Actual, Expected, Within, Text",
        "the TEST fails where the two are further apart than Within; Text may be left out",
    ),
}
_OF_TIME = re.compile(r"(ADD|SUB|MUL|DIV)_?L?(?:TIME|D|TOD)\w*")
_CONVERSION = re.compile(r"(?:(\w+)_)?TO_(\w+)", re.IGNORECASE)


def form(name: str) -> tuple[str, str]:
    """The arguments of a standard function or conversion, as written between its brackets, and what it does."""
    known = _FORMS.get(name.upper())
    if known is not None:
        return known
    of_time = _OF_TIME.fullmatch(name.upper())
    if of_time is not None:
        return "IN1, IN2", _FORMS[of_time[1]][1] + ", of times and dates"
    match = _CONVERSION.fullmatch(name)
    if match is not None:
        return "IN", f"the value as {match[2].upper()}" + (f", of one that is {match[1].upper()}" if match[1] else "")
    return "IN", ""
