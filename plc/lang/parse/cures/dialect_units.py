"""Units and their parts as other controllers write them: refused by name, read on.

FUNCTION_BLOCK PUBLIC f      END_FUNCTION_BLOCK METHOD m ...      DATA_BLOCK ...      REGION ...
"""

from __future__ import annotations

from collections.abc import Iterator

from plc.lang.parse.tokens import INHERITING, UNIT_CLOSERS, UNIT_WORDS, kinds
from plc.lang.parse.trouble import Repair, Trouble

_LATER = "P020"
_UNIT_BORDERS = UNIT_WORDS | UNIT_CLOSERS | kinds("TYPE TEST CONFIGURATION VAR_GLOBAL END")
_FOREIGN_UNITS = {
    "DATA_BLOCK": "declare what it holds in VAR_GLOBAL",
    "ORGANIZATION_BLOCK": "write PROGRAM and END_PROGRAM, and say in a CONFIGURATION when it runs",
}
_LINE = 200


def access_before_name(trouble: Trouble) -> Repair | None:
    """``FUNCTION_BLOCK PUBLIC f`` and ``FUNCTION_BLOCK ABSTRACT f``."""
    tokens, position = trouble.tokens, trouble.position
    word = tokens[max(position - 2, 0)]
    if word.kind != "ACCESS" or tokens[max(position - 3, 0)].kind not in UNIT_WORDS or trouble.previous.kind != "NAME":
        return None
    entries = trouble.entries_back("NAME", "VAR")
    if entries is None:
        return None
    what, cure = f"{word.text} stands before the name of a {tokens[position - 3].text}", "take it away"
    if word.text.upper() in INHERITING:
        what = f"{word.text}: classes and interfaces come with a later version"
    else:
        cure = "take it away: every unit is seen by all others"
    back = (2, entries)
    return Repair(_LATER, word, what, cure, drop=1, back=back)


def part_outside(trouble: Trouble) -> Repair | None:
    """``END_FUNCTION_BLOCK METHOD m ... END_METHOD``: a method or action behind the end of its unit."""
    tokens, position = trouble.tokens, trouble.position
    outside = trouble.accepts("PROGRAM") or trouble.previous.kind == "PRAGMA"
    if trouble.kind not in ("METHOD", "ACTION") or not outside:
        return None
    rest = trouble.ahead(kinds("END_METHOD END_ACTION END PROGRAM FUNCTION FUNCTION_BLOCK TYPE END_FUNCTION_BLOCK"))
    closed = tokens[position + len(rest)].kind in ("END_METHOD", "END_ACTION")
    ends = ("END_FUNCTION_BLOCK", "END_PROGRAM")
    end = next((token.kind for token in reversed(tokens[:position]) if token.kind in ends), "")
    cure = f"write {end} behind it, at the end of its unit" if end else "write FUNCTION_BLOCK and its name before it"
    what = f"this {trouble.token.text} stands outside any PROGRAM or FUNCTION_BLOCK"
    return Repair("P032", trouble.token, what, cure, drop=len(rest) + closed, loses=True)


def unit_inside(trouble: Trouble) -> Repair | None:
    """``PROGRAM p VAR .. END_VAR FUNCTION_BLOCK f .. END_FUNCTION_BLOCK f1(); END_PROGRAM``."""
    tokens, position = trouble.tokens, trouble.position
    if trouble.kind not in ("FUNCTION", "FUNCTION_BLOCK") or trouble.accepts("PROGRAM"):
        return None
    borders = [n for n in range(position + 1, len(tokens)) if tokens[n].kind in _UNIT_BORDERS]
    kinds_of = [tokens[n].kind for n in borders]
    opener = next((token for token in reversed(tokens[:position]) if token.kind in _UNIT_BORDERS), None)
    if opener is None or opener.kind not in UNIT_WORDS or kinds_of[:1] != [f"END_{trouble.kind}"]:
        return None
    next_kinds = iter(kinds_of[1:])
    after = next((kind for kind in next_kinds if not _inner(kind, next_kinds)), "")
    if after != f"END_{opener.kind}":
        return None
    what = f"this {trouble.token.text} stands inside a {opener.kind}"
    drop = borders[0] + 1 - position
    return Repair("P016", trouble.token, what, f"move it before the {opener.kind}", drop=drop, loses=True)


def _inner(kind: str, rest: Iterator[str]) -> bool:
    """Whether one more unit begins here and ends as it should."""
    return kind in ("FUNCTION", "FUNCTION_BLOCK") and next(rest, "") == f"END_{kind}"


def foreign_unit(trouble: Trouble) -> Repair | None:
    """``DATA_BLOCK "x" ... END_DATA_BLOCK`` and ``ORGANIZATION_BLOCK OB1 ... END_ORGANIZATION_BLOCK``."""
    said = trouble.token.text.upper()
    if said not in _FOREIGN_UNITS or not trouble.accepts("PROGRAM"):
        return None
    rest = trouble.tokens[trouble.position :]
    drop = next((n + 1 for n, token in enumerate(rest) if token.text.upper() == f"END_{said}"), 1)
    what = f"there is no {trouble.token.text} here"
    return Repair("P024", trouble.token, what, _FOREIGN_UNITS[said], drop=drop)


def region(trouble: Trouble) -> Repair | None:
    """``REGION name`` and ``END_REGION``, which fold a text in an editor."""
    word = trouble.previous
    said = word.text.upper()
    if said not in ("REGION", "END_REGION") or trouble.machine.values[-1:] != [word]:
        return None
    if trouble.kind in (":=", "(", "."):
        return None
    first = trouble.position - 1
    near = range(first, min(first + _LINE, len(trouble.tokens) - 1))
    drop = sum(1 for n in near if trouble.tokens[n].line == word.line) if said == "REGION" else 1
    what = f"{word.text} means nothing here"
    return Repair("P024", word, what, "write // before it", drop=drop, back=(1, 1))


CURES = (access_before_name, part_outside, unit_inside, foreign_unit, region)
