"""The variables of one unit: declared in both languages, their leaves as places."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.lang.against_c.kinds import ALL, INTEGERS, SIGNED, Kind, limits
from tests.lang.against_c.shapes import (
    BOX,
    CELL,
    PARTS,
    ROWS,
    Record,
    Row,
    Shape,
    default,
    first_value,
    in_c,
    leaves,
    spelled,
)
from tests.lang.against_c.terms import Place


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    shape: Shape
    st: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Variables:
    """``prefix`` is what C writes before a name: of a block's fields ``me->``."""

    prefix: str
    places: list[Place] = field(default_factory=list)
    wholes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    declared: list[Variable] = field(default_factory=list)

    def declare(
        self, name: str, shape: Shape, chance: random.Random, initial: float = 0.5, writable: bool = True
    ) -> Variable:
        st, values = f"{name} : {spelled(shape)}", [default(leaf) for leaf in leaves(shape)]
        if chance.random() < initial:
            text, values = first_value(shape, chance)
            st += f" := {text}"
        variable = Variable(name, shape, f"{st};", tuple(values))
        self.declared.append(variable)
        self.add(name, f"{self.prefix}v_{name}", shape, writable)
        return variable

    def add(self, st: str, c: str, shape: Shape, writable: bool) -> None:
        self.places += [Place(st + leaf.st, c + leaf.c, leaf.kind, leaf.within, writable) for leaf in leaves(shape)]
        if writable:
            self.note_wholes(st, c, shape)

    def note_wholes(self, st: str, c: str, shape: Shape) -> None:
        """What may be copied whole, and passed by reference."""
        if isinstance(shape, Record | Row):
            self.wholes.setdefault(spelled(shape), []).append((st, c))
        if isinstance(shape, Record):
            for name, inner in shape.fields:
                self.note_wholes(f"{st}.{name}", f"{c}.f_{name}", inner)

    def fields(self) -> list[str]:
        return [f"{in_c(variable.shape, f'v_{variable.name}')};" for variable in self.declared]

    def starts(self) -> list[str]:
        """C that gives every leaf its first value."""
        return [
            f"{self.prefix}v_{variable.name}{leaf.c} = {value};"
            for variable in self.declared
            for leaf, value in zip(leaves(variable.shape), variable.values, strict=True)
        ]


def plain(chance: random.Random, count: int) -> list[Kind]:
    return [chance.choice(ALL) for _ in range(count)]


def any_shape(chance: random.Random) -> Shape:
    return chance.choice((*ROWS, *ROWS, *PARTS, CELL, CELL, BOX))


def indexed(variable: Variable, prefix: str, index: tuple[str, str, Kind], sure: bool) -> list[Place]:
    """The elements of an array of one dimension at a computed index, held within the bounds where ``sure``."""
    shape = variable.shape
    if not isinstance(shape, Row) or len(shape.bounds) > 1:
        return []
    low, high = shape.bounds[0]
    st, c, kind = index
    if sure:
        least, most = limits(kind)
        if low < least or high > most:
            return []
        st, c = f"LIMIT({low}, {st}, {high})", f"limit_{kind.name}({low}, {c}, {high})"
    place = f"{prefix}v_{variable.name}[at({c}, {low}, {high}, @)]"
    return [
        Place(f"{variable.name}[{st}]{leaf.st}", place + leaf.c, leaf.kind, leaf.within)
        for leaf in leaves(shape.element)
    ]


def counters(chance: random.Random, count: int) -> list[Kind]:
    return [chance.choice((*INTEGERS, *SIGNED)) for _ in range(count)]
