"""Relay logic of any length from a seed: one description, written as Structured Text, as C and as Python.

m12 := (x3 AND NOT m7) OR (m12 AND x9);      coils with their contacts, seals, limits, counters, interlocks
"""

from __future__ import annotations

import random
from dataclasses import dataclass

INPUTS, COILS, COUNTERS, LEVELS = 200, 400, 60, 60

Contact = tuple[str, bool]
"""A BOOL by name, and whether it is a break contact."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a language writes what relay logic is made of."""

    name: str
    no: str
    both: str
    either: str
    assign: str
    true: str
    false: str
    when: str
    or_when: str
    otherwise: str
    done: str
    add: str
    end: str


ST = Words("{}", "NOT {}", " AND ", " OR ", "{} := {};", "TRUE", "FALSE", "IF {} THEN", "ELSIF {} THEN", "ELSE",
           "END_IF;", "{0} := {0} + {1};", "")  # fmt: skip
C = Words("p->{}", "!{}", " && ", " || ", "{} = {};", "true", "false", "if ({}) {{", "}} else if ({}) {{", "} else {",
          "}", "{0} = (int16_t)({0} + {1});", "")  # fmt: skip
PYTHON = Words("p.{}", "not {}", " and ", " or ", "{} = {}", "True", "False", "if {}:", "elif {}:", "else:", "",
               "{0} = ({0} + {1} + 32768) % 65536 - 32768", "")  # fmt: skip


class Writer:
    """Writes the logic of one seed in one language, that many lines of Structured Text long."""

    def __init__(self, seed: int, words: Words, lines: int) -> None:
        self._chance = random.Random(seed)
        self._words = words
        self._wanted = lines
        self._counted = 0
        self.lines: list[str] = []
        while self._counted < lines:
            self._one()

    def _one(self) -> None:
        kinds = [self._coil, self._seal, self._limit, self._counter, self._interlock]
        self._chance.choices(kinds, weights=(50, 15, 10, 10, 15))[0]()

    def _line(self, text: str, indent: int = 0, counts: bool = True) -> None:
        self._counted += counts
        if text:
            self.lines.append("    " * indent + text)

    def _assign(self, target: str, value: str) -> str:
        return self._words.assign.format(self._words.name.format(target), value)

    def _contact(self) -> str:
        name = self._chance.choice((f"x{self._chance.randrange(INPUTS)}", f"m{self._chance.randrange(COILS)}"))
        plain = self._words.name.format(name)
        return self._words.no.format(plain) if self._chance.random() < 0.3 else plain

    def _row(self, most: int = 4) -> str:
        return self._words.both.join(self._contact() for _ in range(self._chance.randint(1, most)))

    def _network(self) -> str:
        rows = [self._row() for _ in range(self._chance.randint(1, 3))]
        return rows[0] if len(rows) == 1 else self._words.either.join(f"({row})" for row in rows)

    def _new_coil(self) -> str:
        return f"m{self._chance.randrange(COILS)}"

    def _coil(self) -> None:
        self._line(self._assign(self._new_coil(), self._network()))

    def _seal(self) -> None:
        coil = self._new_coil()
        held = self._words.name.format(coil)
        start, stop = self._row(2), self._contact()
        both, either = self._words.both, self._words.either
        self._line(self._assign(coil, f"(({start}){either}{held}){both}{stop}"))

    def _limit(self) -> None:
        level = self._words.name.format(f"v{self._chance.randrange(LEVELS)}")
        limit = self._chance.randint(10, 900) / 10
        number = f"{limit}f" if self._words is C else str(limit)
        self._line(self._assign(self._new_coil(), f"{level} > {number}{self._words.both}{self._row(2)}"))

    def _counter(self) -> None:
        counter = self._words.name.format(f"a{self._chance.randrange(COUNTERS)}")
        self._line(self._words.when.format(self._row(3)))
        self._line(self._words.add.format(counter, self._chance.randint(1, 3)), 1)
        self._line(self._words.done)

    def _interlock(self) -> None:
        one, other = self._new_coil(), self._new_coil()
        words = self._words
        self._line(words.when.format(self._row(2)))
        self._line(self._assign(one, words.true), 1)
        self._line(self._assign(other, words.false), 1)
        self._line(words.or_when.format(self._row(2)))
        self._line(self._assign(one, words.false), 1)
        self._line(self._assign(other, self._network()), 1)
        self._line(words.otherwise)
        self._line(self._assign(one, self._contact()), 1)
        self._line(words.done)


def st_program(seed: int, lines: int, name: str = "relays") -> str:
    """A PROGRAM whose body is that many lines long (a few more where its last network needs them)."""
    body = Writer(seed, ST, lines).lines
    kinds = (("x", INPUTS, "BOOL"), ("m", COILS, "BOOL"), ("a", COUNTERS, "INT"), ("v", LEVELS, "REAL"))
    declared = [f"    {_names(letter, count)} : {kind};" for letter, count, kind in kinds]
    return "\n".join([f"PROGRAM {name}", "VAR", *declared, "END_VAR", *body, "END_PROGRAM", ""])


def _names(letter: str, count: int) -> str:
    names = [f"{letter}{number}" for number in range(count)]
    return ",\n        ".join(", ".join(names[at : at + 15]) for at in range(0, count, 15))


def c_program(seed: int, lines: int, name: str = "relays") -> str:
    """The same logic as a C function over the same variables."""
    body = "\n".join("    " + line for line in Writer(seed, C, lines).lines)
    head = "    (void)site, (void)globals, (void)context;"
    signature = f"int32_t run({name} *p, void *site, void *globals, void *context) {{"
    return f'#include "layout.h"\n\n{signature}\n{head}\n{body}\n    return 0;\n}}\n'


def python_module(seed: int, lines: int) -> str:
    """The same logic as a Python module: a class of variables, and ``run(p)``."""
    names = [f"{letter}{n}" for letter, count in (("x", INPUTS), ("m", COILS)) for n in range(count)]
    plain = [*(f"p.{name} = False" for name in names), *(f"p.a{n} = 0" for n in range(COUNTERS))]
    plain += [f"p.v{n} = 0.0" for n in range(LEVELS)]
    fresh = "\n".join("    " + line for line in plain)
    body = "\n".join("    " + line for line in Writer(seed, PYTHON, lines).lines)
    return (
        f"class Relays:\n    pass\n\n\ndef fresh():\n    p = Relays()\n{fresh}\n    return p\n\n\ndef run(p):\n{body}\n"
    )
