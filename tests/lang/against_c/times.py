"""Times, and dates that move by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lang.against_c.kinds import DATE, DT, INTEGERS, LREAL, REAL, TIME, TOD, ULINT, Kind
from tests.lang.against_c.terms import PRODUCT, SUM, Term, call, in_order, infix, sign, wrapped

if TYPE_CHECKING:
    from tests.lang.against_c.expressions import Expressions


def moment(maker: Expressions, kind: Kind, depth: int) -> Term:
    if kind == TIME:
        return time(maker, depth)
    if kind == DATE:
        day = maker.term(DT, depth - 1)
        return Term(f"DT_TO_DATE({day.st})", f"midnight_of({day.c})", DATE)
    if kind == TOD and maker.odds(0.3):
        day = maker.term(DT, depth - 1)
        return Term(f"TO_TOD({day.st})", f"clock_of({day.c})", TOD)
    if kind == DT and maker.odds(0.3):
        day, clock = maker.leaf(DATE), maker.term(TOD, depth - 1)
        c = in_order("add_TIME", [("int64_t", day.c), ("int64_t", clock.c)])
        return Term(f"CONCAT_DATE_TOD({day.st}, {clock.st})", c, DT)
    return moved(maker, kind, depth)


def moved(maker: Expressions, kind: Kind, depth: int) -> Term:
    """A TOD goes round the clock, a DT on and on."""
    start, by = maker.term(kind, depth - 1), maker.term(TIME, depth - 1)
    name, op = maker.random.choice((("add", "+"), ("sub", "-")))
    if kind == TOD:
        c = f"clock_of({in_order(f'{name}_TIME', [('int64_t', start.c), ('int64_t', f'({by.c} % DAY)')])})"
    else:
        c = in_order(f"{name}_TIME", [("int64_t", start.c), ("int64_t", by.c)])
    if maker.odds(0.2):
        return Term(f"{name.upper()}_{kind.name}_TIME({start.st}, {by.st})", c, kind)
    return Term(f"{wrapped(start, SUM, maker.random)} {op} {wrapped(by, SUM + 1, maker.random)}", c, kind, SUM)


def time(maker: Expressions, depth: int) -> Term:
    match maker.random.choice(("+", "-", "neg", "scaled", "scaled", "between", "MIN")):
        case "neg":
            return sign("-", maker.term(TIME, depth - 1), maker.random)
        case "scaled":
            return scaled(maker, depth)
        case "between":
            kind = maker.random.choice((TOD, DT, DATE))
            left, right = maker.term(kind, depth - 1), maker.term(kind, depth - 1)
            c = in_order("sub_TIME", [("int64_t", left.c), ("int64_t", right.c)])
            return Term(f"{wrapped(left, SUM, maker.random)} - {wrapped(right, SUM + 1, maker.random)}", c, TIME, SUM)
        case "MIN":
            terms = maker.pair(TIME, depth)
            return Term(f"MIN({terms[0].st}, {terms[1].st})", call("min", terms, TIME), TIME)
        case op:
            return infix(op, *maker.pair(TIME, depth), TIME, TIME, maker.random)


def scaled(maker: Expressions, depth: int) -> Term:
    """A time times or by a number; a REAL factor is computed in LREAL and rounded to the nanosecond."""
    span, number = maker.term(TIME, depth - 1), maker.term(maker.random.choice((*INTEGERS, REAL, LREAL)), depth - 1)
    op, name = maker.random.choice((("*", "mul"), ("/", "div")))
    line = ", @" if op == "/" else ""
    if op == "/" and number.kind.group != "real":
        one = maker.leaf(number.kind)
        number = Term(f"SEL({one.st} = 0, {one.st}, 3)", f"({one.c} == 0 ? 3 : {one.c})", number.kind)
    if number.kind.group == "real":
        c = f"round_TIME({in_order(f'{name}_LREAL', [('double', f'(double){span.c}'), ('double', number.c)], line)})"
    else:
        c = in_order(f"{name}_TIME", [("int64_t", span.c), ("int64_t", f"(int64_t){number.c}")], line)
        if op == "/" and number.kind == ULINT:
            c = in_order("div_TIME", [("int64_t", span.c), ("int64_t", f"fit_TIME({number.c})")], line)
    written = f"{wrapped(span, PRODUCT, maker.random)} {op} {wrapped(number, PRODUCT + 1, maker.random)}"
    return Term(written, c, TIME, PRODUCT)
