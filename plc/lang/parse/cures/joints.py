"""Cures of what joins statements and their parts, lost or too many: ``THEN``, ``DO``, ``OF``, ``;`` and brackets."""

from __future__ import annotations

from plc.lang.parse.cures.parts import PART_ENDS, PART_STARTS
from plc.lang.parse.one_slip import touched
from plc.lang.parse.tokens import STATEMENT_BORDERS, STATEMENT_WORDS
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import shown

_STATEMENT_ENDS = STATEMENT_BORDERS | PART_STARTS | PART_ENDS
_CONNECTIVES = ("THEN", "DO", "OF")


def wrong_connective(trouble: Trouble) -> Repair | None:
    """``WHILE a THEN``, ``IF a DO``."""
    right = next((word for word in _CONNECTIVES if trouble.accepts(word)), None)
    if right is None or trouble.kind not in (*_CONNECTIVES, ":"):
        return None
    what = f"{trouble.token.text} stands where {right} belongs"
    return Repair("P013", trouble.token, what, f"write {right}", drop=1, insert=(right,))


def missing_connective(trouble: Trouble) -> Repair | None:
    """``IF a b := 1;``: THEN, DO or OF is missing."""
    for word in _CONNECTIVES:
        stops = trouble.kind in _STATEMENT_ENDS and trouble.kind != ";"
        if not trouble.accepts(word) or not (stops or trouble.fits_after(word)):
            continue
        rest = {token.kind for token in trouble.ahead(_STATEMENT_ENDS | STATEMENT_WORDS)}
        if stops or trouble.kind in STATEMENT_WORDS or trouble.starts_line or word not in rest:
            return Repair(
                "P013",
                trouble.gap(),
                f"{word} is missing after {shown(trouble.previous)}",
                f"write {word}",
                insert=(word,),
            )
    return None


def missing_semicolon(trouble: Trouble) -> Repair | None:
    """A statement or declaration without its ``;``."""
    if not trouble.fits_after(";"):
        return None
    begins = trouble.starts_line or trouble.kind in STATEMENT_WORDS | _STATEMENT_ENDS
    assigns = trouble.kind == "NAME" and trouble.following.kind in (":=", "(", ":")
    if not (begins or assigns):
        return None
    return Repair("P012", trouble.gap(), f"; is missing after {shown(trouble.previous)}", "write ;", insert=(";",))


def semicolon_before_end(trouble: Trouble) -> Repair | None:
    """``UNTIL a; END_REPEAT`` and ``END_PROGRAM;``: a semicolon where none belongs."""
    between_pous = trouble.accepts("PROGRAM") and trouble.position > 0
    if trouble.kind != ";" or not (between_pous or trouble.following.kind == "END_REPEAT"):
        return None
    what = f"no ; belongs between {shown(trouble.previous)} and {shown(trouble.following)}"
    return Repair("P024", trouble.token, what, "take it away", drop=1)


def open_bracket(trouble: Trouble) -> Repair | None:
    """``x := (a + b;``: a bracket without its partner."""
    closer = next((sign for sign in (")", "]") if trouble.accepts(sign)), None)
    if closer is None:
        return None
    stops = trouble.kind in _STATEMENT_ENDS | STATEMENT_WORDS | frozenset(_CONNECTIVES) | {"TO", "BY", "]", ")"}
    if not (stops or trouble.starts_line):
        return None
    insert = [closer]
    while len(insert) < 10 and trouble.accepts(*insert, closer):
        insert.append(closer)
    for count in range(1, len(insert) + 1):
        for ending in ((), (";",)):
            if trouble.fits_after(*insert[:count], *ending):
                opener = "(" if closer == ")" else "["
                what = f"a {opener} before this place has no {closer}"
                since = next((v for v in reversed(trouble.machine.values) if getattr(v, "kind", "") == opener), None)
                return Repair("P029", trouble.gap(), what, f"write {closer}", insert=(closer,) * count, since=since)
    return None


def surplus_bracket(trouble: Trouble) -> Repair | None:
    """``x := a);``."""
    if trouble.kind not in (")", "]") or not trouble.accepts(trouble.following.kind):
        return None
    if trouble.previous.kind in ("(", "["):
        return None
    what, since = f"this {trouble.kind} closes nothing", touched(trouble.previous, trouble.token)
    return Repair("P029", trouble.token, what, "take it away", drop=1, since=since)
