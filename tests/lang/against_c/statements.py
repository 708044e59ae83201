"""Random statements, written line by line in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.lang.against_c.expressions import Expressions
from tests.lang.against_c.kinds import BITS, BOOL, ENUMS, INTEGERS, Kind, limits
from tests.lang.against_c.kinds import in_c as number_in_c
from tests.lang.against_c.terms import Place, Term, fresh, into


@dataclass(slots=True)
class Writer:
    """The two texts; ``@`` in a line of C is the number of the line of Structured Text beside it."""

    st: list[str] = field(default_factory=list)
    c: list[str] = field(default_factory=list)

    def both(self, st: str, c: str) -> None:
        self.st.append(st)
        self.c.append(c.replace("@", str(len(self.st))))


Copies = Sequence[tuple[str, str]]


class Statements:
    """Writes statements over the writable places; ``counters`` are free variables for loops of this unit.

    ``wholes`` are structures and arrays of one type, by pairs of texts; ``calls`` write a call each.
    """

    def __init__(self, out: Writer, make: Expressions, counters: list[Place], wholes: dict[str, Copies],
                 calls: list[Callable[[], None]], leave: str) -> None:  # fmt: skip
        self.out, self.make, self.random = out, make, make.random
        self.counters, self.wholes, self.calls, self.leave = counters, wholes, calls, leave
        self.loops = 0

    def write(self, number: int, depth: int = 0) -> None:
        for _ in range(number):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        choice = self.random.random()
        if self.loops and choice < 0.06:
            self.leave_loop()
        elif choice < 0.08 and depth:
            self.when("RETURN", self.leave)
        elif choice < 0.5 or depth > 2:
            self.assignment()
        elif choice < 0.6 and self.calls:
            self.random.choice(self.calls)()
        elif choice < 0.65:
            self.copy()
        else:
            self.random.choice((self.if_, self.if_, self.case, self.for_, self.for_, self.loop, self.bit))(depth)

    # ------------------------------------------------------------ plain ones

    def target(self) -> Place:
        return self.random.choice([place for place in self.make.places if place.writable])

    def assignment(self) -> None:
        target = self.target()
        value = self.value_for(target)
        self.out.both(f"{target.st} := {value.st};", target.store(into(value, target.kind)))

    def value_for(self, target: Place) -> Term:
        make = self.make
        if target.within and make.odds(0.93):
            low, high = target.within
            inner = make.term(target.kind, 2)
            return Term(
                f"LIMIT({low}, {inner.st}, {high})", f"limit_{target.kind.name}({low}, {inner.c}, {high})", target.kind
            )
        if make.odds(0.08) and not target.within:
            return make.fixed(target.kind)
        return make.wider(target.kind, self.random.choice((1, 2, 2, 3, 3, 4)))

    def copy(self) -> None:
        pairs = [names for names in self.wholes.values() if len(names) > 1]
        if not pairs:
            self.assignment()
            return
        one, other = self.random.sample(list(self.random.choice(pairs)), 2)
        self.out.both(f"{one[0]} := {other[0]};", f"memmove(&{one[1]}, &{other[1]}, sizeof {one[1]});")

    def bit(self, depth: int) -> None:
        words = [p for p in self.make.places if p.writable and p.kind in (*BITS, *INTEGERS) and not p.within]
        word = self.random.choice(words)
        bit, value, flag, where = self.random.randrange(word.kind.bits), self.make.term(BOOL, 2), fresh(), fresh()
        c = (
            f"{{ bool {flag} = {value.c}; {word.kind.c} *{where} = &{word.c}; *{where} = ({word.kind.c})({flag} ? "
            f"(uint64_t)*{where} | UINT64_C(1) << {bit} : (uint64_t)*{where} & ~(UINT64_C(1) << {bit})); }}"
        )
        self.out.both(f"{word.st}.{bit} := {value.st};", c)

    def when(self, word: str, c: str) -> None:
        test = self.make.term(BOOL, 2)
        self.out.both(f"IF {test.st} THEN", f"if ({test.c}) {{")
        self.out.both(f"{word};", f"{c};")
        self.out.both("END_IF;", "}")

    def leave_loop(self) -> None:
        word, c = self.random.choice((("EXIT", "break"), ("CONTINUE", "continue")))
        self.when(word, c)

    # ------------------------------------------------------------ branches

    def body(self, depth: int) -> None:
        self.write(self.random.randrange(1, 3), depth + 1)

    def if_(self, depth: int) -> None:
        test = self.make.term(BOOL, 3)
        self.out.both(f"IF {test.st} THEN", f"if ({test.c}) {{")
        self.body(depth)
        for _ in range(self.random.choice((0, 0, 1, 2))):
            test = self.make.term(BOOL, 2)
            self.out.both(f"ELSIF {test.st} THEN", f"}} else if ({test.c}) {{")
            self.body(depth)
        if self.make.odds(0.5):
            self.out.both("ELSE", "} else {")
            self.body(depth)
        self.out.both("END_IF;", "}")

    def case(self, depth: int) -> None:
        kind = self.random.choice((*INTEGERS, *INTEGERS, *BITS, *ENUMS))
        selector, name = self.make.term(kind, 2), fresh()
        self.out.both(f"CASE {selector.st} OF", f"{{ {kind.c} {name} = {selector.c};")
        word, free = "if", self.labels(kind)
        while free and (word == "if" or self.make.odds(0.6)):
            chosen = [free.pop() for _ in range(min(len(free), self.random.randrange(1, 4)))]
            test = " || ".join(f"({name} >= {low} && {name} <= {high})" for _, low, high in chosen)
            self.out.both(f"{', '.join(label for label, _, _ in chosen)}:", f"{word} ({test}) {{")
            self.body(depth)
            word = "} else if"
        if self.make.odds(0.5):
            self.out.both("ELSE", "} else {")
            self.body(depth)
        self.out.both("END_CASE;", "} }")

    def labels(self, kind: Kind) -> list[tuple[str, str, str]]:
        """Labels that do not overlap, in any order: the text, the least and the greatest value in C."""
        if kind.names:
            found = [(f"{kind.name}#{name}" if self.make.odds(0.5) else name, str(n), str(n)) for name, n in kind.names]
            return self.random.sample(found, len(found))
        low, high = limits(kind)
        edges = (low, low + 1, -100, -7, -3, -1, 0, 1, 2, 5, 9, 30, 77, 100, high - 1, high)
        cuts = sorted({cut for cut in edges if low <= cut <= high})
        found, at = [], 0
        while at < len(cuts):
            first = last = cuts[at]
            if at + 1 < len(cuts) and self.make.odds(0.4):
                at += 1
                last = cuts[at]
            found.append(
                (str(first) if first == last else f"{first}..{last}", number_in_c(first, kind), number_in_c(last, kind))
            )
            at += 1
        self.random.shuffle(found)
        return found[:8]

    # ------------------------------------------------------------ loops

    def inner(self, depth: int) -> None:
        self.loops += 1
        self.write(self.random.randrange(1, 3), depth + 1 if self.make.odds(0.6) else 3)
        self.loops -= 1

    def for_(self, depth: int) -> None:
        """A few runs from a small number or from an edge; the bounds literals, variables within limits, anything."""
        if not self.counters:
            self.assignment()
            return
        counter = self.counters.pop()
        kind = counter.kind
        low, high = limits(kind)
        first = self.random.choice((0, 1, 1, 5, high - 3, high, low + 2, low))
        last = max(low, min(high, first + self.random.choice((-9, -3, -1, 0, 2, 5, 9))))
        step = (
            self.random.choice((1, 1, 1, 2, 3, 100))
            if kind.group == "unsigned"
            else self.random.choice((1, 1, 2, 3, -1, -1, -2, -3, 100, -100))
        )
        ends = [self.end(number, kind) for number in (first, last)]
        by = self.end(step, kind, step=True)
        written = "" if step == 1 and by.constant else f" BY {by.st}"
        names = [fresh() for _ in range(5)]
        set_up = "".join(f"__int128 {n} = {into(t, kind)}; " for n, t in zip(names, (*ends, by), strict=False))
        runs, k = names[3:]
        c = (
            f"{{ {set_up}int64_t {runs} = trips({', '.join(names[:3])}, @); charge({runs}, @);"
            f" {counter.c} = ({kind.c}){names[0]};"
            f" for (int64_t {k} = 0; {k} < {runs}; {k}++) {{ {counter.c} = ({kind.c})({names[0]} + {k} * {names[2]});"
        )
        self.out.both(f"FOR {counter.st} := {ends[0].st} TO {ends[1].st}{written} DO", c)
        self.inner(depth)
        self.out.both("END_FOR;", "} }")
        if self.make.odds(0.5):
            self.counters.append(counter)

    def end(self, number: int, kind: Kind, step: bool = False) -> Term:
        literal = Term(str(number), number_in_c(number, kind), kind, constant=True)
        low, high = limits(kind)
        if self.make.odds(0.6):
            return literal
        inner = self.make.term(kind, 1)
        least, most = (max(low, number - 2), min(high, number + 2)) if not step else (number, number + (number < high))
        if step and self.make.odds(0.2):
            least, most = (0, 1) if number > 0 else (-1, 0)
        ends = number_in_c(least, kind), number_in_c(most, kind)
        return Term(f"LIMIT({least}, {inner.st}, {most})", f"limit_{kind.name}({ends[0]}, {inner.c}, {ends[1]})", kind)

    def loop(self, depth: int) -> None:
        if not self.counters:
            self.assignment()
            return
        counter, most = self.counters.pop(), self.random.randrange(1, 6)
        kind = counter.kind
        bound = f"{counter.st} < {most}"
        test = self.make.term(BOOL, 1)
        loose = test.st if test.level > 3 else f"({test.st})"
        count = f"{counter.st} := {counter.st} + 1;", f"{counter.c} = ({kind.c})({counter.c} + 1);"
        self.out.both(f"{counter.st} := 0;", f"{counter.c} = 0;")
        if self.make.odds(0.5):
            self.out.both(
                f"WHILE {bound} AND {loose} DO", f"while (({counter.c} < {most}) & {test.c}) {{ charge(1, @);"
            )
            self.out.both(*count)
            self.inner(depth)
            self.out.both("END_WHILE;", "}")
            return
        self.out.both("REPEAT", "for (bool go = true; go; ) {")
        start = len(self.out.c) - 1
        self.out.both(*count)
        self.loops += 1
        self.assignment()
        self.loops -= 1
        self.out.both(f"UNTIL NOT ({bound}) OR {loose}", f"go = !((!({counter.c} < {most})) | {test.c});")
        self.out.c[start] += f" charge(1, {len(self.out.st)});"
        self.out.both("END_REPEAT;", "}")
