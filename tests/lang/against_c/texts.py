"""Expressions of texts, and the numbers read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lang.against_c.kinds import BOOL, INT, INTEGERS, LINT, LONG, SHORT, ULINT, Kind, literal
from tests.lang.against_c.terms import Term, function, in_order, into

if TYPE_CHECKING:
    from tests.lang.against_c.expressions import Expressions

FORMS = {"LEFT": (1, 1), "RIGHT": (1, 1), "MID": (1, 2), "INSERT": (2, 1), "DELETE": (1, 2), "REPLACE": (2, 2)}
"""Texts and counts each takes."""
ANY = Kind("TEXT", "text", "text", length=1000)


def any_text(maker: Expressions, depth: int) -> Term:
    if depth <= 0:
        if maker.odds(0.25):
            st, c = literal(LONG, maker.random)
            return Term(st, c, LONG, constant=True)
        return maker.leaf(maker.random.choice((SHORT, LONG)))
    return text(maker, depth)


def text(maker: Expressions, depth: int) -> Term:
    name = maker.random.choice(
        (*FORMS, "CONCAT", "CONCAT", "TO_UPPER", "TO_LOWER", "SEL", "MIN", "MAX", "LIMIT", "TO_STRING")
    )
    if name in FORMS:
        return edited(maker, name, depth)
    if name == "TO_STRING":
        return spelled(maker, depth)
    if name in ("TO_UPPER", "TO_LOWER"):
        inner = variable(maker, depth)
        return function(name, [inner], f"{name[3:].lower()}({inner.c})", ANY)
    if name == "SEL":
        gate = maker.term(BOOL, depth - 1)
        terms = [variable(maker, depth), any_text(maker, depth - 1)]
        return function("SEL", [gate, *terms], in_order("sel_TEXT", [("bool", gate.c), *_c(terms)]), ANY)
    terms = [variable(maker, depth), any_text(maker, depth - 1)]
    if name == "LIMIT":
        terms.append(any_text(maker, depth - 1))
    return function(name, terms, in_order("join" if name == "CONCAT" else f"{name.lower()}_TEXT", _c(terms)), ANY)


def variable(maker: Expressions, depth: int) -> Term:
    """A text that is no literal."""
    return maker.leaf(maker.random.choice((SHORT, LONG))) if maker.odds(0.6) or depth <= 1 else text(maker, depth - 1)


def _c(terms: list[Term]) -> list[tuple[str, str]]:
    return [("text", term.c) for term in terms]


def number(maker: Expressions, depth: int) -> Term:
    """A count or position, often one that the text does not have."""
    if maker.odds(0.6):
        value = maker.random.choice((-1, 0, 1, 1, 2, 2, 3, 4, 7, 8, 20, 30000))
        return Term(str(value), f"INT64_C({value})", LINT, constant=True)
    kind = maker.random.choice([kind for kind in INTEGERS if kind != ULINT])
    return maker.term(kind, depth - 1)


def edited(maker: Expressions, name: str, depth: int) -> Term:
    texts, counts = FORMS[name]
    terms = [variable(maker, depth), *(any_text(maker, depth - 1) for _ in range(texts - 1))]
    numbers = [number(maker, depth) for _ in range(counts)]
    arguments = [*_c(terms), *(("int64_t", into(n, LINT)) for n in numbers)]
    return function(name, [*terms, *numbers], in_order(name.lower(), arguments), ANY)


def spelled(maker: Expressions, depth: int) -> Term:
    kind = maker.random.choice((*INTEGERS, BOOL))
    inner = maker.term(kind, depth - 1)
    way = {"bool": "text_of_bool", "signed": "text_of_signed", "unsigned": "text_of_unsigned"}[kind.group]
    name = "TO_STRING" if maker.odds(0.5) else f"{kind.name}_TO_STRING"
    return function(name, [inner], f"{way}({inner.c})", ANY)


def count(maker: Expressions, depth: int) -> Term:
    """LEN and FIND."""
    one = variable(maker, depth)
    if maker.odds(0.5):
        return function("LEN", [one], f"((int16_t)({one.c}).n)", INT)
    other = any_text(maker, depth - 1)
    return function("FIND", [one, other], in_order("find", _c([one, other])), INT)
