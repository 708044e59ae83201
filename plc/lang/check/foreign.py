"""Names people bring along: words of everyday speech, of other languages and of other controllers.

fan := ON    -> write TRUE          x : INTEGER -> write INT          WAIT(T#5s) -> call a TON
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_TRUE = ("ON", "YES", "HIGH", "AN", "EIN", "ACTIVE", "ENABLED", "JA", "WAHR", "VRAI", "WAAR", "OUI")
_FALSE = ("OFF", "NO", "LOW", "AUS", "INACTIVE", "DISABLED", "NEIN", "NULL", "NONE", "NIL", "FALSCH", "FAUX", "ONWAAR")
_VALUES = dict.fromkeys(_TRUE, "TRUE") | dict.fromkeys(_FALSE, "FALSE")

_TYPES = {
    "INTEGER": "INT", "INT16": "INT", "INT32": "DINT", "INT64": "LINT", "INT8": "SINT", "UINT8": "USINT",
    "UINT16": "UINT", "UINT32": "UDINT", "UINT64": "ULINT", "LONG": "DINT", "SHORT": "INT", "UNSIGNED": "UINT",
    "BOOLEAN": "BOOL", "BIT": "BOOL", "FLAG": "BOOL", "FLOAT": "REAL", "SINGLE": "REAL", "DOUBLE": "LREAL",
    "FLOAT32": "REAL", "FLOAT64": "LREAL", "NUMBER": "REAL", "TEXT": "STRING", "STR": "STRING", "TIMER": "TON",
    "DELAY": "TON", "COUNTER": "CTU", "DURATION": "TIME", "S5TIME": "TIME", "FLIPFLOP": "SR", "LATCH": "SR",
    "VOID": "BOOL, and give the function a result", "UXINT": "ULINT", "XINT": "LINT", "XWORD": "LWORD",
    "__UXINT": "ULINT", "__XINT": "LINT", "__XWORD": "LWORD", "B": "BYTE", "W": "WORD", "DW": "DWORD", "L": "DINT",
}  # fmt: skip

_ADDRESS = re.compile(r"(DB|[EIAQM])([BWD]?)(\d+)")
_AREAS = {"E": "I", "I": "I", "A": "Q", "Q": "Q", "M": "M"}
_NEVER_WAITS = "a program never waits: call a TON with PT := T#5s and go on when its Q is TRUE"
_TELLS = "a program has no screen: call an ALARM, or put the text into a VAR_OUTPUT"
_REFERS = "references come with a later version: pass the variable by VAR_IN_OUT for now"
_BCD = {"BYTE": "USINT", "WORD": "UINT", "DWORD": "UDINT", "LWORD": "ULINT"}
_FUNCTIONS = {
    **dict.fromkeys(("WAIT", "DELAY", "SLEEP", "PAUSE"), _NEVER_WAITS),
    **dict.fromkeys(("PRINT", "PRINTF", "ECHO", "LOG_MESSAGE", "MESSAGE", "MSG", "WRITE", "SHOW"), _TELLS),
    **dict.fromkeys(("SET", "SWITCH_ON", "TURN_ON", "S"), "write variable := TRUE;"),
    **dict.fromkeys(("RESET", "SWITCH_OFF", "TURN_OFF", "R"), "write variable := FALSE;"),
    **dict.fromkeys(("POW", "POWER"), "write a ** b, or EXPT(a, b)"),
    **dict.fromkeys(("ROUND", "INT", "CINT"), "write REAL_TO_INT(x), which rounds"),
    **dict.fromkeys(("FLOOR", "CEIL", "FIX"), "write TRUNC(x), which cuts the fraction off"),
    **dict.fromkeys(("SWITCH", "SELECT"), "write CASE x OF 1: ...; END_CASE;"),
    **dict.fromkeys(("ADR", "BITADR", "REF", "__ISVALIDREF", "__QUERYPOINTER", "__QUERYINTERFACE", "INDEXOF"), _REFERS),
    "EDGEPOS": "call an R_TRIG, and look at its Q",
    "EDGENEG": "call an F_TRIG, and look at its Q",
    **dict.fromkeys(("__NEW", "__DELETE"), "there is no memory to ask for: declare the variable in VAR"),
    **dict.fromkeys(("MEMCPY", "MEMMOVE", "MEMSET", "BLKMOV"), "assign the variable as a whole: a := b;"),
    **dict.fromkeys(("SIZEOF", "XSIZEOF"), "memory has no size here; an array ends at UPPER_BOUND(a, 1)"),
    "BCD_TO_INT": "write UINT_TO_INT(WORD_BCD_TO_UINT(x))",
    "INT_TO_BCD": "write UINT_TO_BCD_WORD(INT_TO_UINT(x))",
    "FLOAT": "write INT_TO_REAL(x)",
    "ISNAN": "write NOT IS_VALID(x)",
    "AVERAGE": "write AVG(a) for an array, (a + b) / 2.0 for two values",
    "MEAN": "write AVG(a) for an array, (a + b) / 2.0 for two values",
    "SQR": "write x * x, or SQRT(x) for the square root",
    "NOW": "Sys.Time is the time of this scan",
    "TIME": "Sys.Time is the time of this scan",
    "MILLIS": "Sys.Time is the time of this scan",
    "AND": "write a AND b",
    "OR": "write a OR b",
}


def meant_value(name: str) -> str:
    """``write TRUE`` for ON and the like, or nothing."""
    upper = name.upper()
    value = _VALUES.get(upper)
    if value:
        return f"write {value}"
    if upper in ("DEFAULT", "OTHERS", "OTHERWISE"):
        return "write ELSE, without a colon"
    if upper.startswith(("TC2_", "TC3_")) or upper in ("STANDARD", "UTIL"):
        return "write what follows without the name of its library"
    if upper.startswith("GVL"):
        return "write the global's own name, without the name of its list"
    address = _ADDRESS.fullmatch(upper)
    if address is None:
        return ""
    if address[1] == "DB":
        return "there are no data blocks: declare what it holds in VAR_GLOBAL, and write its name"
    return f"an address begins with %: write %{_AREAS[address[1]]}{address[2] or 'X'}{address[3]}" + ".0" * (
        not address[2]
    )


def meant_type(name: str) -> str:
    """``write REAL`` for FLOAT and the like, or nothing."""
    kind = _TYPES.get(name.upper())
    return f"write {kind}" if kind else ""


def meant_function(name: str) -> str:
    """What does here what that function does elsewhere, or nothing."""
    return _FUNCTIONS.get(name.upper(), "")


def meant_conversion(name: str, types: Iterable[str]) -> str:
    """``write REAL_TO_INT`` for REAL_TO_INTEGER and the like, or nothing."""
    source, middle, target = name.upper().rpartition("TO_")
    if source.endswith("_BCD_"):
        bits = source.removesuffix("_BCD_")
        return f"write {bits}_BCD_TO_{_BCD[bits]}, and convert its result" if bits in _BCD else ""
    if target.startswith("BCD_") and target.removeprefix("BCD_") in _BCD:
        bits = target.removeprefix("BCD_")
        return f"convert to {_BCD[bits]}, and write {_BCD[bits]}_TO_BCD_{bits}"
    known = list(types)
    if not middle or (source and not source.endswith("_")):
        return ""
    parts = [_TYPES.get(part) or nearest(part, known) for part in (source.rstrip("_"), target) if part]
    return f"write {'_TO_'.join(parts) if source else 'TO_' + parts[-1]}" if all(parts) else ""


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of ``names`` that is most likely meant, or nothing.

    First the same letters without underscores or a plural s, then the most similar; short names must be very similar.
    """
    spellings = {known.upper(): known for known in names if known}
    bare = {_bare(known): spelled for known, spelled in spellings.items()}
    wanted = name.upper()
    if _bare(wanted) in bare:
        return bare[_bare(wanted)]
    cutoff = 0.6 if len(wanted) > 3 else 0.75
    close = difflib.get_close_matches(wanted, spellings, n=1, cutoff=cutoff)
    if close:
        return spellings[close[0]]
    one_off = [known for known in spellings if len(wanted) in (2, 3) and _differ(known, wanted) == 1]
    if len(one_off) == 1:
        return spellings[one_off[0]]
    begins = [known for known in spellings if len(wanted) > 2 and known.startswith(wanted)]
    return spellings[begins[0]] if len(begins) == 1 else ""


def _differ(one: str, other: str) -> int:
    """In how many places two words of one length differ; many for others."""
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else 99


def _bare(name: str) -> str:
    letters = name.replace("_", "")
    return letters[:-1] if len(letters) > 3 and letters.endswith("S") else letters
