"""Elementary types as the judge knows them: what C holds them in, what widens into what, and literals of each."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A type. ``group``: bool, signed, unsigned, bits, real, time, TOD, DT, DATE, text, or enum with its ``names``.

    ``length`` is that of a STRING; ``spelled`` is how a declaration writes the type.
    """

    name: str
    c: str
    group: str
    bits: int = 64
    length: int = 0
    names: tuple[tuple[str, int], ...] = ()

    @property
    def spelled(self) -> str:
        return f"STRING[{self.length}]" if self.group == "text" else self.name


BOOL = Kind("BOOL", "bool", "bool", 1)
SIGNED = tuple(
    Kind(n, f"int{b}_t", "signed", b) for n, b in (("SINT", 8), ("INT", 16), ("DINT", 32), ("LINT", 64))
)  # fmt: skip
UNSIGNED = tuple(Kind(f"U{k.name}", f"u{k.c}", "unsigned", k.bits) for k in SIGNED)
BITS = tuple(
    Kind(n, f"uint{b}_t", "bits", b) for n, b in (("BYTE", 8), ("WORD", 16), ("DWORD", 32), ("LWORD", 64))
)  # fmt: skip
SINT, INT, DINT, LINT = SIGNED
ULINT = UNSIGNED[3]
REAL, LREAL = Kind("REAL", "float", "real", 32), Kind("LREAL", "double", "real", 64)
TIME, TOD, DT, DATE = (
    Kind(n, "int64_t", g) for n, g in (("TIME", "time"), ("TOD", "TOD"), ("DT", "DT"), ("DATE", "DATE"))
)
SHORT, LONG = Kind("TEXT", "text", "text", length=7), Kind("TEXT", "text", "text", length=20)
COLOR = Kind("Colour", "int16_t", "enum", 16, names=(("RED", -3), ("GREEN", 0), ("BLUE", 7)))
LEVEL = Kind("Level", "uint8_t", "enum", 8, names=(("LOW_L", 0), ("MID_L", 1), ("HIGH_L", 255)))
INTEGERS = (*SIGNED, *UNSIGNED)
ENUMS = (COLOR, LEVEL)
ALL = (BOOL, *INTEGERS, *BITS, REAL, LREAL, TIME, TOD, DT, DATE, SHORT, LONG, *ENUMS)


def limits(kind: Kind) -> tuple[int, int]:
    """The least and greatest value of an integer or bit string."""
    return (-(1 << kind.bits - 1), (1 << kind.bits - 1) - 1) if kind.group == "signed" else (0, (1 << kind.bits) - 1)


def widens(narrow: Kind, wide: Kind) -> bool:
    """Whether a value becomes one of the wide type by itself: where nothing can be lost."""
    whole = ("signed", "unsigned")
    if narrow == wide or (narrow.group == wide.group == "text"):
        return True
    if narrow.group in whole and wide.group == "real":
        return narrow.bits < wide.bits
    if narrow.group == "unsigned" and wide.group == "signed":
        return narrow.bits < wide.bits
    return narrow.group == wide.group and narrow.group in (*whole, "bits", "real") and narrow.bits < wide.bits


def number_in(kind: Kind, chance: random.Random) -> int:
    """A whole number that the type holds, often one at an edge."""
    low, high = limits(kind)
    edges = (low, low + 1, high, high - 1, high // 2, -1, 0, 1, 2, 3, 7, 10)
    value = chance.choice(edges) if chance.random() < 0.4 else chance.randint(-20, 100)
    return min(max(value, low), high)


REALS = ("0.5", "1.5", "2.5", "-0.5", "1.0", "3.0", "0.1", "100.25", "-7.75", "1.0E10", "16777216.0", "2147483647.5")
REALS += ("1.0E-20", "-32768.5", "127.5", "9.0E18", "0.0", "255.5", "-129.0", "1.0E30")
TIMES = (0, 1, -1, 10**6, 5 * 10**9, -3600 * 10**9, 86_400 * 10**9, 1500 * 10**6, 2**63 - 1, -(2**63) + 1)
WORDS = ("", "a", "B", "ab", "Abc", "xyz", "hello", "aXbXc", "0123456", "bc", "STOP it", "zzzzzzz")
DAYS = ("1970-01-01", "2026-11-23", "2000-02-29", "1969-12-31", "2261-01-01", "1700-03-01")
DAY_NUMBERS = (0, 20_780, 11_016, -1, 106_286, -98_556)
CLOCKS = {
    "00:00:00": 0,
    "23:59:59.999999999": 86_400 * 10**9 - 1,
    "12:30:05.5": 45_005_500_000_000,
    "06:00:00": 21_600 * 10**9,
}


def literal(kind: Kind, chance: random.Random) -> tuple[str, str]:
    """A value of the type as Structured Text writes it where its type is known, and as C does."""
    match kind.group:
        case "bool":
            value = chance.random() < 0.5
            return ("TRUE" if value else "FALSE"), str(value).lower()
        case "signed" | "unsigned" | "bits":
            number = number_in(kind, chance)
            return based(number, kind, chance), in_c(number, kind)
        case "real":
            written = chance.choice(REALS)
            return written, f"(({kind.c}){written})"
        case "time":
            ns = chance.choice(TIMES)
            return f"T#{ns}ns", f"INT64_C({ns})"
        case "text":
            word = chance.choice([word for word in WORDS if len(word) <= kind.length])
            return f"'{word}'", f'make("{word}", {len(word)})'
        case "enum":
            name, number = chance.choice(kind.names)
            return f"{kind.name}#{name}", str(number)
        case _:
            return moment(kind, chance)


def based(number: int, kind: Kind, chance: random.Random) -> str:
    if number < 0 or chance.random() < 0.7:
        return str(number)
    return chance.choice((f"16#{number:X}", f"2#{number:b}", f"8#{number:o}"))


def in_c(number: int, kind: Kind) -> str:
    if number == -(1 << 63):
        return "INT64_MIN"
    return f"(({kind.c}){'U' if number >= 0 else ''}INT64_C({number}))"


def moment(kind: Kind, chance: random.Random) -> tuple[str, str]:
    day = chance.randrange(len(DAYS))
    clock = chance.choice(list(CLOCKS))
    ns = (DAY_NUMBERS[day] * 86_400 * 10**9 if kind.group != "TOD" else 0) + (
        CLOCKS[clock] if kind.group != "DATE" else 0
    )
    written = {"DATE": f"D#{DAYS[day]}", "TOD": f"TOD#{clock}", "DT": f"DT#{DAYS[day]}-{clock}"}[kind.group]
    return written, f"INT64_C({ns})"
