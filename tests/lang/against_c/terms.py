"""Expressions written twice at once: with as few parentheses as the precedence allows, and as calls in C.

    plus(a, times(b, c))   ->   a + b * c      ({T x = a; T y = ({...}); add_INT(x, y);})

C's own precedence and order of evaluation decide nothing: every operator is a call whose arguments were computed
before, from the left. ``@`` stands for the line of the Structured Text, which the statement fills in.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from tests.lang.against_c.kinds import Kind, widens

PRIMARY, SIGNED, POWER, PRODUCT, SUM, ORDER, AND, XOR, OR = range(9, 0, -1)
LEVELS = {"**": POWER, "*": PRODUCT, "/": PRODUCT, "MOD": PRODUCT, "+": SUM, "-": SUM, "AND": AND, "&": AND}
LEVELS |= {"AND_THEN": AND, "XOR": XOR, "OR": OR, "OR_ELSE": OR}
LEVELS |= dict.fromkeys(("<", ">", "<=", ">=", "=", "<>"), ORDER)
NAMES = {"*": "mul", "/": "div", "MOD": "mod", "+": "add", "-": "sub", "AND": "and", "&": "and", "XOR": "xor"}
NAMES |= {"OR": "or", "<": "lt", ">": "gt", "<=": "le", ">=": "ge", "=": "eq", "<>": "ne"}
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of a kind; ``level`` is that of its loosest operator, ``constant`` one that folds."""

    st: str
    c: str
    kind: Kind
    level: int = PRIMARY
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A variable, element, field. Of a sub-range, ``within`` is what it may hold; ``most`` cuts a STRING."""

    st: str
    c: str
    kind: Kind
    within: tuple[int, int] | None = None
    writable: bool = True

    def read(self) -> Term:
        return Term(self.st, self.c, self.kind)

    def store(self, value: str) -> str:
        """A C statement that stores what ``value`` computes: the value first, then where it goes."""
        name = fresh()
        if self.within:
            value = f"inside({value}, {self.within[0]}, {self.within[1]}, @)"
        if self.kind.group == "text":
            value = f"cut({value}, {self.kind.length})"
        return f"{{ {self.kind.c} {name} = {value}; {self.c} = {name}; }}"


def fresh() -> str:
    return f"t{next(_numbers)}"


def in_order(call: str, arguments: list[tuple[str, str]], more: str = "") -> str:
    """A C call whose arguments, pairs of type and expression, are computed from the left."""
    names = [fresh() for _ in arguments]
    before = " ".join(f"{c} {name} = {value};" for name, (c, value) in zip(names, arguments, strict=True))
    return f"({{ {before} {call}({', '.join(names)}{more}); }})"


def wrapped(term: Term, least: int, chance: random.Random) -> str:
    """The term's text, in parentheses where it binds looser than ``least``, and now and then where it does not."""
    return f"({term.st})" if term.level < least or chance.random() < 0.06 else term.st


def into(term: Term, kind: Kind) -> str:
    """The C of a term that widens to the kind."""
    if not widens(term.kind, kind):
        raise TypeError(f"{term.kind.name} does not become {kind.name}: {term.st}")
    return term.c if term.kind == kind or kind.group == "text" else f"(({kind.c}){term.c})"


def infix(op: str, left: Term, right: Term, kind: Kind, result: Kind, chance: random.Random) -> Term:
    """``left op right``, computed in ``kind``."""
    level = LEVELS[op]
    sides = wrapped(left, level + (op == "**" or level == ORDER), chance), wrapped(right, level + 1, chance)
    if op == "**" and left.level == SIGNED:
        sides = f"({left.st})", sides[1]
    if op in ("AND_THEN", "OR_ELSE"):
        c = f"({left.c} {'&&' if op == 'AND_THEN' else '||'} {right.c})"
    else:
        c = call(NAMES[op], [left, right], kind)
    return Term(f"{sides[0]} {op} {sides[1]}", c, result, level)


def call(name: str, terms: list[Term], kind: Kind) -> str:
    """The judge's function of that name on values that became the kind."""
    line = ", @" if name in ("div", "mod") else ""
    return in_order(f"{name}_{kind.name}", [(kind.c, into(term, kind)) for term in terms], line)


def sign(op: str, operand: Term, chance: random.Random) -> Term:
    """``-x`` and ``NOT x``. A sign before ** needs its parentheses; SIGNED binds tighter than all others."""
    text = wrapped(operand, SIGNED + (operand.level == POWER), chance)
    name = "neg" if op == "-" else "not"
    return Term(
        f"{op}{text}" if op == "-" else f"NOT {text}", call(name, [operand], operand.kind), operand.kind, SIGNED
    )


def function(name: str, terms: list[Term], c: str, kind: Kind) -> Term:
    return Term(f"{name}({', '.join(term.st for term in terms)})", c, kind)
