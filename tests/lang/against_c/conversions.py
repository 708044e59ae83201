"""Conversions: X_TO_Y and TO_Y, TRUNC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lang.against_c.kinds import BITS, BOOL, ENUMS, INTEGERS, LINT, LREAL, REAL, TIME, ULINT, Kind
from tests.lang.against_c.terms import Term

if TYPE_CHECKING:
    from tests.lang.against_c.expressions import Expressions

NUMBERS = (*INTEGERS, REAL, LREAL)


def sources(kind: Kind) -> tuple[Kind, ...]:
    """What is converted to the kind."""
    match kind.group:
        case "bool":
            return (*NUMBERS, *BITS)
        case "signed" | "unsigned":
            times = (TIME,) if kind in (LINT, ULINT) else ()
            return (*NUMBERS, *NUMBERS, *BITS, BOOL, *ENUMS, *times)
        case "bits":
            same = tuple(real for real in (REAL, LREAL) if real.bits == kind.bits)
            return (*INTEGERS, *BITS, BOOL, *same, *same)
        case "real":
            same = tuple(bits for bits in BITS if bits.bits == kind.bits)
            return (*NUMBERS, BOOL, TIME, *same, *same)
        case "time":
            return (LINT, ULINT, LREAL, REAL)
        case "enum":
            return INTEGERS
        case _:
            return ()


def conversion(maker: Expressions, kind: Kind, depth: int) -> Term | None:
    """A conversion to the kind, or none where nothing is."""
    found = [source for source in sources(kind) if source != kind]
    if not found:
        return None
    source = maker.random.choice(found)
    inner = maker.term(source, depth)
    if source.group == "real" and kind.group in ("signed", "unsigned") and maker.odds(0.3):
        return Term(f"{source.name}_TRUNC_{kind.name}({inner.st})", f"trunc_{kind.name}({inner.c})", kind)
    name = f"TO_{kind.name}" if maker.odds(0.4) else f"{source.name}_TO_{kind.name}"
    return Term(f"{name}({inner.st})", _c(inner.c, source, kind), kind)


def _c(value: str, source: Kind, target: Kind) -> str:
    match source.group, target.group:
        case "real", "bits":
            return f"bits_of_{source.name}({value})"
        case "bits", "real":
            return f"{target.name}_of_bits({value})"
        case _, "bool":
            return f"({value} != 0)"
        case "real", "signed" | "unsigned" | "time":
            return f"round_{target.name}({value})"
        case "signed" | "unsigned" | "time" | "enum", "signed" | "unsigned" | "time":
            return f"fit_{target.name}({value})"
        case _, "enum":
            known = " ".join(f"case {number}: n = {number}; break;" for _, number in target.names)
            first = target.names[0][1]
            # a switch on the exact number: what has no name is the first, and counts
            return f"({{ __int128 v = {value}; int64_t n; if (v < INT64_MIN || v > INT64_MAX) v = INT64_MAX; " + (
                f"switch ((int64_t)v) {{ {known} default: n = {first}; conversion_faults++; }} ({target.c})n; }})"
            )
        case _:
            return f"(({target.c}){value})"
