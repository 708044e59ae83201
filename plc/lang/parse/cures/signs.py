"""Cures where one sign stands for another: ``=`` for ``:=``, a comma for a point, ``+=``, ``=<`` ..."""

from __future__ import annotations

from plc.lang.parse.tokens import STATEMENT_BORDERS, kinds
from plc.lang.parse.trouble import Repair, Trouble

_SPLIT_SIGNS = {
    "> =": ">=", "< =": "<=", "< >": "<>", "= >": ">=", "= <": "<=", "> <": "<>", ": =": ":=", "= =": "=",
    "= :": ":=", "& &": "&",
}  # fmt: skip
_BEFORE_VALUE = kinds(
    ":= = <> < > <= >= + - * / ** MOD & AND AND_THEN OR OR_ELSE XOR NOT ( [ , IF ELSIF WHILE UNTIL CASE"
)


def split_sign(trouble: Trouble) -> Repair | None:
    """``a > = b``, ``a =< b``, ``x : = 1``."""
    before, token, after = trouble.previous, trouble.token, trouble.following
    with_before, with_after = f"{before.kind} {token.kind}", f"{token.kind} {after.kind}"
    if with_before in _SPLIT_SIGNS and trouble.position:
        sign, second = _SPLIT_SIGNS[with_before], token
        return Repair("P017", before, f"{before.text} {second.text} is no sign here", f"write {sign}", drop=1)
    if with_after in _SPLIT_SIGNS and trouble.accepts(_SPLIT_SIGNS[with_after]):
        sign = _SPLIT_SIGNS[with_after]
        return Repair(
            "P017", token, f"{token.text} {after.text} is no sign here", f"write {sign}", drop=2, insert=(sign,)
        )
    return None


def foreign_step(trouble: Trouble) -> Repair | None:
    """``x += 1`` and ``x++``."""
    sign, after = trouble.token, trouble.following
    if sign.kind not in ("+", "-", "*", "/") or not trouble.touches_following or after.kind not in ("=", sign.kind):
        return None
    if trouble.previous.kind not in ("NAME", "]"):
        return None
    name = trouble.previous.text
    what = f"{sign.text}{after.text} is no operator of this language"
    operand = "..." if after.kind == "=" else "1"
    return Repair("P017", sign, what, f"write {name} := {name} {sign.text} {operand}", skip=True)


def equals_for_assignment(trouble: Trouble) -> Repair | None:
    """``x = 5;``: the sign that compares where a value is assigned."""
    if trouble.kind != "=" or not trouble.accepts(":="):
        return None
    return Repair("P011", trouble.token, "= compares, it does not assign", "write :=", drop=1, insert=(":=",))


def equals_in_case(trouble: Trouble) -> Repair | None:
    """``x = 5;`` in a CASE, where it looks like a label at first."""
    if trouble.kind != ";" or not trouble.accepts(":"):
        return None
    sign = next((token for token in trouble.behind(kinds("; : OF ELSE THEN DO")) if token.kind == "="), None)
    if sign is None:
        return None
    return Repair("P011", sign, "= compares, it does not assign", "write :=", skip=True)


def assignment_for_equals(trouble: Trouble) -> Repair | None:
    """``IF a := 5 THEN``: the sign that assigns where two values are compared."""
    if trouble.kind != ":=" or not trouble.accepts("="):
        return None
    what, cure = ":= assigns, it does not compare", "write = to compare"
    if any(token.kind == ":=" for token in trouble.behind(STATEMENT_BORDERS | kinds("( , IF ELSIF WHILE THEN DO"))):
        what, cure = "a statement assigns once", "write two statements, or = to compare"
    return Repair("P011", trouble.token, what, cure, drop=1, insert=("=",))


def arrow_for_comparison(trouble: Trouble) -> Repair | None:
    """``a => b`` in a comparison."""
    if trouble.kind != "=>" or not trouble.accepts(">="):
        return None
    what = "=> hands out a block's output, it does not compare"
    return Repair("P017", trouble.token, what, "write >=", drop=1, insert=(">=",))


def comma_in_number(trouble: Trouble) -> Repair | None:
    """``1,5``."""
    if (
        trouble.kind != ","
        or trouble.previous.kind != "INTEGER"
        or trouble.following.kind not in ("INTEGER", "LITERAL")
    ):
        return None
    before, after = trouble.previous, trouble.following
    if not after.text[:1].isdigit() or not trouble.touches_following:
        return None
    what = f"{before.text},{after.text} has a comma in the number"
    cure = f"write {before.text}.{after.text}"
    entries = trouble.entries_back("LITERAL", trouble.after_next.kind)
    if entries is None:
        return Repair("P010", before.to(after), what, cure, drop=2)
    return Repair("P010", before.to(after), what, cure, drop=2, insert=("LITERAL",), back=(0, entries), since=before)


def comma_in_parentheses(trouble: Trouble) -> Repair | None:
    """``NOT(a, b)`` and ``y := (a, b)``: parentheses around one value."""
    opener = trouble.innermost(kinds("( ["))
    if trouble.kind != "," or opener is None or opener.kind != "(" or not trouble.accepts(")"):
        return None
    if trouble.tokens[trouble.tokens.index(opener) - 1].kind not in _BEFORE_VALUE:
        return None
    what = f"{trouble.token.text} begins a second value in parentheses that hold one"
    cure = f"write an operator, such as AND or +, in place of {trouble.token.text}"
    more = _to_the_closing(trouble)
    return Repair("P024", trouble.token, what, cure, drop=more, since=opener, skip=more == 0)


def _to_the_closing(trouble: Trouble) -> int:
    """How many tokens stand from here to the ``)`` of the parentheses that are open; 0 where it is missing."""
    depth = 0
    for number, token in enumerate(trouble.ahead(STATEMENT_BORDERS)):
        depth += (token.kind == "(") - (token.kind == ")")
        if depth < 0:
            return number
    return 0


def bare_point(trouble: Trouble) -> Repair | None:
    """``.5`` and ``5.``."""
    if trouble.kind != ".":
        return None
    before, after = trouble.previous, trouble.following
    if after.kind == "INTEGER" and trouble.touches_following and trouble.accepts("LITERAL"):
        what = f".{after.text} has no digit before the point"
        return Repair("P009", trouble.token, what, f"write 0.{after.text}", drop=2, insert=("LITERAL",))
    if before.kind == "INTEGER" and trouble.touches_previous:
        return Repair("P009", before, f"{before.text}. has no digit after the point", f"write {before.text}.0", drop=1)
    return None


def comma_for_range(trouble: Trouble) -> Repair | None:
    """``ARRAY[1,3]`` and ``ARRAY[1:3]``."""
    if trouble.kind not in (",", ":", "-") or not trouble.accepts(".."):
        return None
    what = f"{trouble.token.text} stands between the first and the last index"
    return Repair("P013", trouble.token, what, "write ..", drop=1, insert=("..",))


def semicolon_for_comma(trouble: Trouble) -> Repair | None:
    """``(A; B)``, ``f(a; b)`` and ``delay(IN := hot; PT := T#2s)``."""
    if trouble.kind != ";" or not trouble.accepts(",") or not trouble.accepts(",", trouble.following.kind):
        return None
    if trouble.after_next.kind not in (",", ")", "]", ";", ":=", "=>") or trouble.following.line != trouble.token.line:
        return None
    return Repair("P024", trouble.token, "; stands inside brackets", "write ,", drop=1, insert=(",",))


def range_for_to(trouble: Trouble) -> Repair | None:
    """``FOR i := 1..5 DO``."""
    if trouble.kind not in ("..", ",", ":") or not trouble.accepts("TO"):
        return None
    if any(token.kind == "TO" for token in trouble.ahead(STATEMENT_BORDERS | {"DO"})):
        return None
    what = f"{trouble.token.text} stands between the first and the last value of a FOR"
    return Repair("P013", trouble.token, what, "write TO", drop=1, insert=("TO",))
