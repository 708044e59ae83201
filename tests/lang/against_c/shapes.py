"""Declared types: structures, arrays, sub-ranges; their leaves, first values and how a table shows them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.lang.against_c.kinds import (
    BITS,
    BOOL,
    COLOR,
    DINT,
    ENUMS,
    INT,
    LEVEL,
    LONG,
    REAL,
    SHORT,
    SINT,
    TIME,
    UNSIGNED,
    Kind,
    literal,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an integer type, ``INT (-5..100)``."""

    kind: Kind
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    fields: tuple[tuple[str, Shape], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An array of one or two dimensions."""

    element: Shape
    bounds: tuple[tuple[int, int], ...]


Shape = Kind | Part | Record | Row

CELL = Record("Cell", (("n", INT), ("r", REAL), ("on", BOOL), ("w", BITS[1]), ("small", Part(SINT, -5, 100))))
BOX = Record("Box", (("head", CELL), ("list", Row(DINT, ((-1, 2),))), ("name", SHORT), ("t", TIME), ("hue", COLOR)))
PARTS = (Part(INT, -5, 100), Part(UNSIGNED[0], 10, 20), Part(DINT, -100_000, -1))
ROWS = (
    Row(INT, ((-2, 3),)), Row(DINT, ((1, 4),)), Row(REAL, ((0, 3),)), Row(BITS[0], ((5, 8),)), Row(BOOL, ((0, 2),)),
    Row(SINT, ((1, 2), (-1, 1))), Row(UNSIGNED[1], ((0, 1), (2, 4))), Row(CELL, ((1, 2),)), Row(SHORT, ((1, 2),)),
    Row(PARTS[0], ((1, 3),)),
)  # fmt: skip

ST_TYPES = """\
TYPE
    Colour : INT (RED := -3, GREEN := 0, BLUE := 7);
    Level : USINT (LOW_L, MID_L, HIGH_L := 255);
    Cell : STRUCT n : INT; r : REAL; on : BOOL; w : WORD; small : SINT (-5..100); END_STRUCT
    Box : STRUCT head : Cell; list : ARRAY[-1..2] OF DINT; name : STRING[7]; t : TIME; hue : Colour; END_STRUCT
END_TYPE
"""
C_TYPES = """\
typedef struct { int16_t f_n; float f_r; bool f_on; uint16_t f_w; int8_t f_small; } Cell;
typedef struct { Cell f_head; int32_t f_list[4]; text f_name; int64_t f_t; int16_t f_hue; } Box;
"""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An elementary place inside a variable: what follows its name in both languages."""

    st: str
    c: str
    kind: Kind
    within: tuple[int, int] | None


def leaves(shape: Shape) -> Iterator[Leaf]:
    match shape:
        case Kind():
            yield Leaf("", "", shape, None)
        case Part():
            yield Leaf("", "", shape.kind, (shape.low, shape.high))
        case Record():
            for name, kind in shape.fields:
                for leaf in leaves(kind):
                    yield Leaf(f".{name}{leaf.st}", f".f_{name}{leaf.c}", leaf.kind, leaf.within)
        case Row():
            for indices in _indices(shape.bounds):
                c = "".join(f"[{i - low}]" for i, (low, _) in zip(indices, shape.bounds, strict=True))
                for leaf in leaves(shape.element):
                    st = f"[{', '.join(map(str, indices))}]"
                    yield Leaf(st + leaf.st, c + leaf.c, leaf.kind, leaf.within)


def _indices(bounds: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, ...]]:
    if not bounds:
        yield ()
        return
    for first in range(bounds[0][0], bounds[0][1] + 1):
        for rest in _indices(bounds[1:]):
            yield first, *rest


def spelled(shape: Shape) -> str:
    match shape:
        case Kind():
            return shape.spelled
        case Part():
            return f"{shape.kind.name} ({shape.low}..{shape.high})"
        case Record():
            return shape.name
        case Row():
            return f"ARRAY[{', '.join(f'{a}..{b}' for a, b in shape.bounds)}] OF {spelled(shape.element)}"


def in_c(shape: Shape, name: str) -> str:
    """A C declaration without its semicolon."""
    match shape:
        case Kind():
            return f"{shape.c} {name}"
        case Part():
            return f"{shape.kind.c} {name}"
        case Record():
            return f"{shape.name} {name}"
        case Row():
            return in_c(shape.element, name + "".join(f"[{b - a + 1}]" for a, b in shape.bounds))


def default(leaf: Leaf) -> str:
    """The C of the first value where none is written."""
    if leaf.within:
        low, high = leaf.within
        return str(0 if low <= 0 <= high else low)
    if leaf.kind.group == "text":
        return 'make("", 0)'
    return str(leaf.kind.names[0][1]) if leaf.kind.names else "0"


def first_value(shape: Shape, chance: random.Random) -> tuple[str, list[str]]:
    """An initial value as written, and the C of each leaf in order."""
    match shape:
        case Kind():
            st, c = literal(shape, chance)
            return st, [c]
        case Part():
            number = chance.choice((shape.low, shape.high))
            return str(number), [str(number)]
        case Record():
            texts, values = [], []
            for name, kind in shape.fields:
                if chance.random() < 0.3:
                    values += [default(leaf) for leaf in leaves(kind)]
                    continue
                st, c = first_value(kind, chance)
                texts.append(f"{name} := {st}")
                values += c
            return (f"({', '.join(texts)})", values) if texts else first_value(shape, chance)
        case Row():
            return _row(shape, chance)


def _row(shape: Row, chance: random.Random) -> tuple[str, list[str]]:
    count = len(list(_indices(shape.bounds)))
    given = chance.randint(1, count)
    st, c = first_value(shape.element, chance)
    last, end = first_value(shape.element, chance)
    rest = [default(leaf) for leaf in leaves(shape.element)] * (count - given)
    written = f"[{given - 1}({st}), {last}]" if given > 1 else f"[{last}]"
    return written, c * (given - 1) + end + rest


def shown(kind: Kind, value: str) -> str:
    """The C statement that prints one field."""
    match kind.group:
        case "signed" | "unsigned":
            return f"show_{kind.group}({value});"
        case "bits":
            return f"show_unsigned({value});"
        case "text":
            return f"show_text({value});"
        case "enum":
            cases = " ".join(f'case {n}: printf(",{name}"); break;' for name, n in kind.names)
            return f'switch ({value}) {{ {cases} default: printf(",nameless"); }}'
        case _:
            return f"show_{kind.name}({value});"


SCALARS = (LONG, LEVEL, *ENUMS)
