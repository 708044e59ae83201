"""Cures of what stands at the head of a unit or a declaration: its pragma, its name, its result, its length."""

from __future__ import annotations

from plc.lang.parse.cures import strays
from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.trouble import Repair, Trouble


def misplaced_pragma(trouble: Trouble) -> Repair | None:
    """``{attribute 'x'}`` before something that has no attributes, and ``IF a { b(); }``."""
    if trouble.kind != "PRAGMA":
        return None
    if not trouble.token.text[1:].lstrip().lower().startswith("attribute"):
        if strays.among_variables(trouble):
            return Repair("P021", trouble.token, "this pragma means nothing here", "take it away", drop=1)
        what = "{ and } hold attributes here, not statements"
        cure = "write the statements between THEN and END_IF, DO and END_FOR, ..."
        return Repair("P021", trouble.token, what, cure, drop=1)
    what = "an attribute stands here, where it describes nothing"
    cure = "write it before a PROGRAM, FUNCTION, FUNCTION_BLOCK, TYPE or variable"
    return Repair("P021", trouble.token, what, cure, drop=1)


def string_in_parentheses(trouble: Trouble) -> Repair | None:
    """``STRING(20)``."""
    if trouble.previous.kind != "STRING" or trouble.kind != "(":
        return None
    inside = trouble.ahead(kinds("; ) END"))
    length, drop = "".join(token.text for token in inside[1:]), len(inside) + 1
    return Repair("P024", trouble.token, "the length of a STRING stands in ( )", f"write STRING[{length}]", drop=drop)


def missing_result_colon(trouble: Trouble) -> Repair | None:
    """``FUNCTION f REAL``."""
    values = trouble.machine.values
    if len(values) < 6 or values[-1] is not trouble.previous or trouble.previous.kind != "NAME":
        return None
    start, name = values[-6], values[-5]
    if not (isinstance(start, Token) and start.kind == "FUNCTION" and values[-4] is None):
        return None
    what = f": is missing after {name.text}"
    cure = f"write FUNCTION {name.text} : {trouble.previous.text}"
    return Repair("P024", trouble.previous, what, cure, insert=(":",), back=(1, 4))


def unquoted_test(trouble: Trouble) -> Repair | None:
    """``TEST breaker opens``: the name of a test without its quotes."""
    if trouble.token.text.upper() != "TEST" or not trouble.accepts("TEST"):
        return None
    rest = trouble.tokens[trouble.position + 1 :]
    name = [token for token in rest[:60] if token.line == trouble.token.line and token.kind not in (";", "END")]
    written = " ".join(token.text for token in name[:12]).rstrip("' ")
    cure = f"write TEST '{written or 'what it shows'}'"
    insert = ("TEST", "LITERAL")
    at = trouble.token.to(name[-1] if name else trouble.token)
    return Repair("P024", at, "the name of a TEST stands in quotes", cure, 1 + len(name), insert, alone=True)
