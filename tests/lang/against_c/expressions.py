"""Random expressions of every kind over the places in sight."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from tests.lang.against_c import texts, times
from tests.lang.against_c.conversions import conversion
from tests.lang.against_c.kinds import (
    BITS,
    BOOL,
    DINT,
    ENUMS,
    INTEGERS,
    LREAL,
    REAL,
    SHORT,
    TIME,
    UNSIGNED,
    Kind,
    literal,
    widens,
)  # fmt: skip
from tests.lang.against_c.terms import (
    ORDER,
    POWER,
    SIGNED,
    Place,
    Term,
    call,
    fresh,
    function,
    in_order,
    infix,
    into,
    sign,
)  # fmt: skip

MATHS = {"SQRT": "sqrt", "SIN": "sin", "COS": "cos", "EXP": "exp", "LN": "log", "LOG": "log10", "ATAN": "atan"}
MATHS |= {"TAN": "tan", "ASIN": "asin", "ACOS": "acos"}
ORDERS = ("<", ">", "<=", ">=", "=", "<>")
CALLED = {"GT": ">", "GE": ">=", "EQ": "=", "LE": "<=", "LT": "<", "NE": "<>"}
Caller = Callable[[Kind, int], Term | None]


class Expressions:
    """Makes terms; ``places`` are what may be read, ``caller`` makes a call of a FUNCTION of a kind, or none.

    With ``steady`` nothing is made that may differ between two C libraries.
    """

    def __init__(self, chance: random.Random, places: list[Place], caller: Caller, steady: bool) -> None:
        self.random, self.places, self.caller, self.steady = chance, places, caller, steady

    def odds(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, things: Sequence[Term | Place]) -> Term | Place:
        return self.random.choice(things)

    # ------------------------------------------------------------ leaves

    def leaf(self, kind: Kind) -> Term:
        """A variable of exactly that kind."""
        return self.random.choice([p for p in self.places if p.kind == kind]).read()

    def fixed(self, kind: Kind) -> Term:
        """A literal where the kind is known from beside it."""
        st, c = literal(kind, self.random)
        level = SIGNED if st.startswith("-") else 9
        return Term(st, c, kind, level, constant=True)

    def side(self, kind: Kind, depth: int) -> Term:
        """What may stand beside a term of the kind: one that widens to it, or a literal."""
        if self.odds(0.25) and kind.group not in ("bool", "enum"):
            return self.fixed(kind)
        return self.wider(kind, depth)

    def wider(self, kind: Kind, depth: int) -> Term:
        """A term that becomes the kind by itself."""
        fits = [p.kind for p in self.places if widens(p.kind, kind)]
        narrow = self.random.choice(fits) if self.odds(0.3) else kind
        return self.term(narrow, depth)

    def pair(self, kind: Kind, depth: int) -> list[Term]:
        """Two or three terms that are computed in the kind: the first is of it, or one of the others."""
        terms = [self.term(kind, depth - 1), self.side(kind, depth - 1)]
        if self.odds(0.3) and not terms[1].constant:
            terms.reverse()
        elif self.odds(0.15) and kind.group not in ("bool", "enum", "text"):
            terms[0], terms[1] = self.fixed(kind), self.term(kind, depth - 1)
        return terms

    # ------------------------------------------------------------ all kinds

    def term(self, kind: Kind, depth: int) -> Term:
        if depth <= 0 or self.odds(0.15):
            return self.leaf(kind)
        if self.odds(0.12) and (called := self.caller(kind, depth - 1)):
            return called
        if self.odds(0.1) and kind.group != "text":
            return self.chosen(kind, depth)
        if self.odds(0.15) and (converted := conversion(self, kind, depth - 1)):
            return converted
        return self.of_group(kind, depth)

    def of_group(self, kind: Kind, depth: int) -> Term:
        match kind.group:
            case "bool":
                return self.truth(depth)
            case "signed" | "unsigned":
                return self.whole(kind, depth)
            case "bits":
                return self.bits(kind, depth)
            case "real":
                return self.real(kind, depth)
            case "text":
                return texts.text(self, depth)
            case "enum":
                return self.leaf(kind) if self.odds(0.7) else self.fixed(kind)
            case _:
                return times.moment(self, kind, depth)

    def chosen(self, kind: Kind, depth: int) -> Term:
        """SEL, MUX, MOVE."""
        what = self.random.choice(("SEL", "SEL", "MUX", "MOVE"))
        if what == "MOVE":
            inner = self.term(kind, depth - 1)
            return function("MOVE", [inner], inner.c, kind)
        one, other = self.pair(kind, depth)
        if what == "SEL":
            gate = self.term(BOOL, depth - 1)
            arguments = [("bool", gate.c), (kind.c, into(one, kind)), (kind.c, into(other, kind))]
            return (
                function("SEL", [gate, one, other], in_order(f"sel_{kind.name}", arguments), kind)
                if not kind.names
                else function("SEL", [gate, one, other], self.by_number(gate, [one, other], kind), kind)
            )
        of = self.random.choice(INTEGERS)
        number = self.random.choice([p for p in self.places if p.kind == of and not calls(p.st)]).read()
        low = Term(f"LIMIT(0, {number.st}, 1)", f"limit_{number.kind.name}(0, {number.c}, 1)", number.kind)
        return function("MUX", [low, one, other], self.by_number(low, [one, other], kind), kind)

    def by_number(self, number: Term, terms: list[Term], kind: Kind) -> str:
        names = [fresh() for _ in terms]
        made = " ".join(f"{kind.c} {n} = {into(t, kind)};" for n, t in zip(names, terms, strict=True))
        return f"({{ int which = (int){number.c}; {made} which ? {names[1]} : {names[0]}; }})"

    # ------------------------------------------------------------ numbers

    def whole(self, kind: Kind, depth: int) -> Term:
        op = self.random.choice(
            ("+", "-", "*", "+", "-", "*", "/", "MOD", "MIN", "MAX", "LIMIT", "ABS", "neg", "ADD", "shift", "LEN")
        )
        if op == "shift" and kind in UNSIGNED:
            return self.shifted(kind, depth)
        if op == "LEN" and kind.name == "INT":
            return texts.count(self, depth)
        if op in ("/", "MOD"):
            return self.divided(op, kind, depth)
        return self.number(op, kind, depth)

    def number(self, op: str, kind: Kind, depth: int) -> Term:
        """Arithmetic of a whole or REAL kind."""
        if op in ("neg", "ABS"):
            inner = self.term(kind, depth - 1)
            if op == "neg" and kind.group != "unsigned":
                return sign("-", inner, self.random)
            return function("ABS", [inner], call("abs", [inner], kind), kind)
        if op == "LIMIT":
            terms = [self.term(kind, depth - 1), self.side(kind, depth - 1), self.side(kind, depth - 1)]
            if kind.group == "real" and calls(terms[2].st):
                terms[2] = self.leaf(kind)
            return function("LIMIT", terms, call("limit", terms, kind), kind)
        terms = self.pair(kind, depth)
        if op in ("MIN", "MAX"):
            return function(op, terms, call(op.lower(), terms, kind), kind)
        if op == "ADD":
            name, c = self.random.choice((("ADD", "add"), ("MUL", "mul"), ("SUB", "sub")))
            return function(name, terms, call(c, terms, kind), kind)
        return infix(op if op in "+-*" else "+", *terms, kind, kind, self.random)

    def divided(self, op: str, kind: Kind, depth: int) -> Term:
        left, right = self.term(kind, depth - 1), self.side(kind, depth - 1)
        if right.constant and int(_value(right)) == 0:
            right = Term("3", f"(({kind.c})3)", kind, constant=True)
        elif not right.constant and self.odds(0.9):
            one = self.leaf(kind)
            right = Term(f"SEL({one.st} = 0, {one.st}, 7)", f"({one.c} == 0 ? ({kind.c})7 : {one.c})", kind)
        return infix(op, left, right, kind, kind, self.random)

    def real(self, kind: Kind, depth: int) -> Term:
        op = self.random.choice(
            ("+", "-", "*", "/", "+", "-", "*", "MIN", "MAX", "LIMIT", "ABS", "neg", "maths", "**", "mix")
        )
        if op == "maths":
            name = self.random.choice(["SQRT"] if self.steady else list(MATHS))
            inner = self.term(kind, depth - 1)
            return function(name, [inner], f"(({kind.c}){MATHS[name]}((double){inner.c}))", kind)
        if op == "**" and not self.steady:
            return self.power(kind, depth)
        if op == "mix" and kind == LREAL:
            terms = [self.term(DINT, depth - 1), self.term(REAL, depth - 1)]
            self.random.shuffle(terms)
            return infix(self.random.choice("+-*/"), *terms, LREAL, LREAL, self.random)
        return (
            infix("/", *self.pair(kind, depth), kind, kind, self.random) if op == "/" else self.number(op, kind, depth)
        )

    def power(self, kind: Kind, depth: int) -> Term:
        """``**``, EXPT, ATAN2; a base of 8 or 16 bits gives REAL where no LREAL is wanted, a wider whole one LREAL."""
        if self.odds(0.2):
            pair = [self.term(kind, depth - 1), self.side(kind, depth - 1)]
            c = in_order("atan2", [("double", into(term, kind)) for term in pair])
            return function("ATAN2", pair, f"(({kind.c}){c})", kind)
        whole = self.odds(0.3)
        bases = [k for k in INTEGERS if (k.bits > 16) == (kind == LREAL)] if whole else [kind]
        base = self.random.choice(bases)
        terms = [self.term(base, depth - 1), self.term(self.random.choice((REAL, LREAL, DINT)), depth - 1)]
        c = in_order(f"pow_{kind.name}", [("double", f"(double){term.c}") for term in terms])
        if self.odds(0.3):
            made = function("EXPT", terms, c, kind)
        else:
            written = [term.st if term.level == 9 else f"({term.st})" for term in terms]
            made = Term(" ** ".join(written), c, kind, POWER)
        return Term(f"TO_REAL({made.st})", c, kind) if whole and kind == REAL else made

    # ------------------------------------------------------------ bits and BOOL

    def bits(self, kind: Kind, depth: int) -> Term:
        if self.odds(0.35):
            return self.shifted(kind, depth)
        if self.odds(0.2):
            return sign("NOT", self.term(kind, depth - 1), self.random)
        return infix(self.random.choice(("AND", "&", "OR", "XOR")), *self.pair(kind, depth), kind, kind, self.random)

    def shifted(self, kind: Kind, depth: int) -> Term:
        name = self.random.choice(("SHL", "SHR", "ROL", "ROR"))
        by = self.fixed_small() if self.odds(0.5) else self.wider(DINT, depth - 1)
        value = self.term(kind, depth - 1)
        c = in_order(f"{name.lower()}_{kind.name}", [(kind.c, value.c), ("int32_t", into(by, DINT))])
        return function(name, [value, by], c, kind)

    def fixed_small(self) -> Term:
        number = self.random.choice((0, 1, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, -1, 1000))
        return Term(str(number), f"(int32_t){number}", DINT, constant=True)

    def truth(self, depth: int) -> Term:
        choice = self.random.random()
        if choice < 0.4:
            return self.compared(depth)
        if choice < 0.5:
            return sign("NOT", self.term(BOOL, depth - 1), self.random)
        if choice < 0.6:
            places = [p for p in self.places if p.kind in (*BITS, *INTEGERS)]
            word = self.random.choice(places)
            bit = self.random.randrange(word.kind.bits)
            return Term(f"{word.st}.{bit}", f"((bool)(((uint64_t){word.c} >> {bit}) & 1))", BOOL)
        if choice < 0.65:
            inner = self.term(REAL, depth - 1)
            return function("IS_VALID", [inner], f"(!isnan({inner.c}))", BOOL)
        op = self.random.choice(("AND", "OR", "XOR", "&", "AND_THEN", "OR_ELSE"))
        terms = [self.term(BOOL, depth - 1), self.term(BOOL, depth - 1)]
        if "_" in op and (seen := self.caller(BOOL, depth - 1)):
            terms[1] = seen
        return infix(op, *terms, BOOL, BOOL, self.random)

    def compared(self, depth: int) -> Term:
        kind = self.random.choice((*INTEGERS, *BITS, REAL, LREAL, TIME, SHORT, BOOL, *ENUMS))
        ops = ("=", "<>") if kind.group in ("bool", "enum") else ORDERS
        if kind.group == "enum":
            one = self.leaf(kind)
            other = self.fixed(kind) if self.odds(0.5) else self.leaf(kind)
            op = self.random.choice(ops)
            return Term(f"{one.st} {op} {other.st}", f"({one.c} {'==' if op == '=' else '!='} {other.c})", BOOL, ORDER)
        terms = self.pair(kind, depth)
        if kind.group == "real" and any("NaN" in term.st for term in terms if term.constant):
            terms[1] = self.leaf(kind)
        if self.odds(0.15):
            name = self.random.choice([name for name, op in CALLED.items() if op in ops])
            return function(name, terms, call(name.lower(), terms, kind), BOOL)
        return infix(self.random.choice(ops), *terms, kind, BOOL, self.random)


def calls(st: str) -> bool:
    """Whether a FUNCTION of the program is called in the text."""
    return re.search(r"\bf\d\(", st) is not None


def _value(term: Term) -> int:
    base, _, digits = term.st.rpartition("#")
    return int(digits, int(base)) if base else int(digits)
