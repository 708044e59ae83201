"""Random places and expressions: every operation on every type, indices that mostly fit, calls."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any, Protocol

from plc.lang import ir
from plc.lang.types import (
    BOOL,
    DINT,
    ELEMENTARY,
    INT,
    SINT,
    UDINT,
    USINT,
    Array,
    Enumeration,
    Field,
    Kind,
    Scalar,
    Text,
    Type,
    scalar_of,
)
from tests.lang.shapes import (
    CATALOGUE,
    COLOR,
    FAULTS,
    FLOAT_EDGES,
    INTEGERS,
    OPEN_ARRAYS,
    SCALARS,
    SHAPES,
    Area,
    limits,
    parts,
    real,
)
from tests.lang.units import HERE

TEXT_OPERANDS = {
    ir.TextOp.LEFT: (1, 1), ir.TextOp.RIGHT: (1, 1), ir.TextOp.MID: (1, 2), ir.TextOp.CONCAT: (3, 0),
    ir.TextOp.INSERT: (2, 1), ir.TextOp.DELETE: (1, 2), ir.TextOp.REPLACE: (2, 2), ir.TextOp.CHOOSE: (3, 0),
    ir.TextOp.LEAST: (3, 0), ir.TextOp.GREATEST: (2, 0), ir.TextOp.TO_UPPER: (1, 0), ir.TextOp.TO_LOWER: (1, 0),
}  # fmt: skip
"""How many texts and numbers each takes."""


class Surroundings(Protocol):
    """What a routine shares with the others of its unit."""

    random: random.Random
    careful: bool
    system: bool
    site: Area
    globals: Area
    routines: list[ir.Routine]


@dataclasses.dataclass(frozen=True, slots=True)
class Counter:
    """A loop's variable, and the least and greatest it is meant to be."""

    variable: ir.Place
    low: int
    high: int


class ValueMaker:
    """Places, expressions and calls of one routine; it calls only routines made before."""

    def __init__(self, unit: Surroundings, name: str, entry: bool = False) -> None:
        self.unit = unit
        self.random = unit.random
        self.name = name
        self.entry = entry
        self.own = Area(ir.Base.SELF, tuple(self.random.sample(CATALOGUE, 20)))
        self.temp = Area(ir.Base.TEMP, tuple(self.random.sample(CATALOGUE, 20)))
        self.refs: tuple[ir.Reference, ...] = ()
        if not entry:
            types = self.random.choices((*CATALOGUE, *OPEN_ARRAYS), k=self.random.randrange(4))
            self.refs = tuple(ir.Reference(f"io{i}", t, self.chance(0.4)) for i, t in enumerate(types))
        self.instances = [
            self.random.choice((self.own, self.temp, unit.globals)).add(routine.instance)
            for routine in unit.routines
            for _ in range(2)
        ]
        self.counters: list[Counter] = []
        self.depth = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def risk(self, probability: float) -> bool:
        """Like ``chance``, for what may stop the unit."""
        return not self.unit.careful and self.chance(probability)

    def fault(self) -> int:
        return self.random.randrange(1, FAULTS + 1)

    # ------------------------------------------------------------ places

    def place(self, type_: Type, write: bool = False, fixed: bool = False) -> ir.Place:
        """Somewhere of that type; ``fixed`` without an index."""
        roots = [
            (field.type, ir.Place(area.base, field.offset, (), field.type))
            for area in self.areas(write)
            for field in area.fields
        ]
        roots += [
            (ref.type, ir.Place(ir.Base.REF, 0, (), ref.type, number))
            for number, ref in enumerate(self.refs)
            if not (write and ref.constant)
        ]
        found = [(root, hops) for root_type, root in roots for hops in parts(root_type, type_)]
        if fixed:
            found = [(root, hops) for root, hops in found if not any(isinstance(hop, Array) for hop in hops)]
        if not found:
            return self.temp.add(type_)
        root, hops = self.random.choice(found)
        offset, steps = root.offset, list[ir.Step | ir.OpenStep]()
        for hop in hops:
            if isinstance(hop, int):
                offset += hop
            elif hop.open:
                steps += self.open_steps(root.number, hop)
            else:
                steps += self.steps(hop)
        return ir.Place(root.base, offset, tuple(steps), type_, root.number)

    def areas(self, write: bool) -> list[Area]:
        areas = [self.own, self.own, self.temp, self.temp, self.unit.globals]
        return areas if write and not self.unit.system else [*areas, self.unit.site]

    def steps(self, array: Array) -> list[ir.Step]:
        strides, stride = [], array.stride
        for first, last in reversed(array.dimensions):
            strides.insert(0, stride)
            stride *= last - first + 1
        return [
            ir.Step(self.index(first, last), first, last, stride, self.fault())
            for (first, last), stride in zip(array.dimensions, strides, strict=True)
        ]

    def open_steps(self, number: int, array: Array) -> list[ir.OpenStep]:
        return [
            ir.OpenStep(self.open_index(number, dimension), number, dimension, array.stride, self.fault())
            for dimension, _ in enumerate(array.dimensions)
        ]

    def open_index(self, number: int, dimension: int) -> ir.Expr:
        """Mostly inside: a bound, or the lower one and anything MOD the length."""
        lower, upper = (ir.Bound(op, number, dimension) for op in (ir.BoundOp.LOWER, ir.BoundOp.UPPER))
        if self.chance(0.3) or self.depth > 4:
            return self.random.choice((lower, upper))
        if self.risk(0.05):
            return self.value(self.random.choice(INTEGERS))
        distance = ir.Binary(ir.BinaryOp.SUB, upper, lower, DINT)
        length = ir.Binary(ir.BinaryOp.ADD, distance, ir.Const(1, DINT), DINT)
        rest = ir.Binary(ir.BinaryOp.MOD, self.value(UDINT), ir.Convert(length, UDINT), UDINT, self.fault())
        return ir.Binary(ir.BinaryOp.ADD, ir.Convert(rest, DINT), lower, DINT)

    def index(self, first: int, last: int) -> ir.Expr:
        """Mostly inside: a constant, a loop's variable and a constant, anything MOD the length; rarely anything."""
        choice = self.random.random()
        if choice < 0.25 or self.depth > 4:
            return ir.Const(self.random.randint(first, last), DINT)
        if choice < 0.65 and self.counters:
            counter = self.random.choice(self.counters)
            fitting = range(max(-3, first - counter.low), min(3, last - counter.high) + 1)
            if self.risk(0.05):
                return self.beside(counter.variable, self.random.randrange(-4, 5))
            if fitting:
                return self.beside(counter.variable, self.random.choice(fitting))
        if self.risk(0.01):
            return self.value(self.random.choice(INTEGERS))
        return ir.Binary(ir.BinaryOp.ADD, self.below(last - first + 1), ir.Const(first, DINT), DINT)

    def below(self, end: int) -> ir.Expr:
        """A DINT from 0 to ``end`` - 1, from anything."""
        rest = ir.Binary(ir.BinaryOp.MOD, self.value(UDINT), ir.Const(end, UDINT), UDINT, self.fault())
        return ir.Convert(rest, DINT)

    def beside(self, counter: ir.Place, by: int) -> ir.Expr:
        """A loop's variable moved by a constant, perhaps widened before."""
        scalar = scalar_of(counter.type)  # type: ignore[arg-type]
        value: ir.Expr = ir.Load(counter, scalar)
        if self.chance(0.3):
            scalar = self.random.choice((DINT, DINT, INT, ELEMENTARY["LINT"]))
            value = ir.Convert(value, scalar, self.random.choice((ir.Rounding.WRAP, ir.Rounding.SATURATE)))
        if by < 0:
            return ir.Binary(ir.BinaryOp.SUB, value, ir.Const(-by, scalar), scalar)
        if by == 0 and self.chance(0.8):
            return value
        left, right = (value, ir.Const(by, scalar)) if self.chance(0.8) else (ir.Const(by, scalar), value)
        return ir.Binary(ir.BinaryOp.ADD, left, right, scalar)

    # ------------------------------------------------------------ expressions

    def value(self, type_: Scalar | Enumeration) -> ir.Expr:
        self.depth += 1
        try:
            if self.depth > 5 or self.chance(0.25):
                return self.leaf(type_)
            return self.random.choice(self.makers(type_))(type_)
        finally:
            self.depth -= 1

    def leaf(self, type_: Scalar | Enumeration) -> ir.Expr:
        if self.chance(0.4):
            return self.const(type_)
        return ir.Load(self.place(type_, fixed=self.depth > 5), type_)

    def const(self, type_: Scalar | Enumeration) -> ir.Const:
        scalar = scalar_of(type_)
        if scalar.kind is Kind.BOOL:
            return ir.Const(self.chance(0.5), type_)
        if scalar.kind is Kind.REAL:
            number = self.random.choice((*FLOAT_EDGES, self.random.uniform(-100, 100)))
            return ir.Const(real(number) if scalar.size == 4 else number, type_)
        least, greatest = limits(scalar)
        edges = (least, least + 1, greatest, 0, 1, min(greatest, 7), self.random.randint(least, greatest))
        return ir.Const(self.random.choice(edges), type_)

    def makers(self, type_: Scalar | Enumeration) -> list[Callable[[Any], ir.Expr]]:
        kind = Kind.TIME if isinstance(type_, Enumeration) else type_.kind
        makers: list[Callable[[Any], ir.Expr]] = [self.leaf, self.select, self.call]
        if isinstance(type_, Enumeration):
            return [*makers, self.checked]
        makers += [self.binary, self.binary, self.binary, self.convert]
        if kind not in (Kind.BOOL, Kind.REAL):
            makers.append(self.checked)
        if type_ is DINT and self.open_refs():
            makers += [self.bound]
        if kind is Kind.BOOL:
            return [*makers, self.unary, self.compare, self.compare, self.text_compare, self.short_circuit]
        if type_ in (INT, ELEMENTARY["LREAL"]):
            makers.append(self.read_text)
        makers += [self.unary, self.fold, self.absolute]
        if kind is Kind.REAL:
            return [*makers, self.math, self.atan2]
        return [*makers, self.shift] if kind in (Kind.BITS, Kind.UNSIGNED) else makers

    def open_refs(self, element: Type | None = None) -> list[int]:
        """The numbers of the routine's open arrays (of such elements)."""
        return [
            number
            for number, ref in enumerate(self.refs)
            if isinstance(ref.type, Array) and ref.type.open and element in (None, ref.type.element)
        ]

    def bound(self, type_: Scalar) -> ir.Expr:
        number = self.random.choice(self.open_refs())
        array = self.refs[number].type
        dimensions = len(array.dimensions) if isinstance(array, Array) else 1
        return ir.Bound(self.random.choice(list(ir.BoundOp)), number, self.random.randrange(dimensions))

    def select(self, type_: Scalar) -> ir.Expr:
        return ir.Select(self.value(BOOL), self.value(type_), self.value(type_), type_)

    def binary(self, type_: Scalar) -> ir.Expr:
        op = ir.BinaryOp
        ops = [op.ADD, op.SUB, op.MUL, op.DIV, op.MIN, op.MAX]
        if type_.kind is Kind.BOOL:
            ops = [op.AND, op.OR, op.XOR]
        elif type_.kind is not Kind.REAL:
            ops += [op.MOD, op.AND, op.OR, op.XOR]
        elif type_.size == 8:
            ops += [op.POW]
        chosen = self.random.choice(ops)
        left, right = self.value(type_), self.value(type_)
        if chosen in (op.DIV, op.MOD) and type_.kind is not Kind.REAL and not self.risk(0.02):
            right = ir.Binary(op.OR, right, ir.Const(1, type_), type_)
        return ir.Binary(chosen, left, right, type_, self.fault())

    def unary(self, type_: Scalar) -> ir.Expr:
        ops = [ir.UnaryOp.NOT] if type_.kind is not Kind.REAL else [ir.UnaryOp.NEG]
        if type_.kind not in (Kind.BOOL, Kind.REAL):
            ops.append(ir.UnaryOp.NEG)
        return ir.Unary(self.random.choice(ops), self.value(type_), type_)

    def absolute(self, type_: Scalar) -> ir.Expr:
        return ir.Math(ir.MathOp.ABS, self.value(type_), type_)

    def math(self, type_: Scalar) -> ir.Expr:
        return ir.Math(self.random.choice(list(ir.MathOp)), self.value(type_), type_)

    def atan2(self, type_: Scalar) -> ir.Expr:
        return ir.Atan2(self.value(type_), self.value(type_), type_)

    def convert(self, type_: Scalar) -> ir.Expr:
        source = self.random.choice((*SCALARS, COLOR))
        rounding = self.random.choice([way for way in ir.Rounding if way is not ir.Rounding.PATTERN])
        if scalar_of(source).kind is Kind.REAL:
            rounding = self.random.choice((ir.Rounding.NEAREST, ir.Rounding.TRUNCATE))
        pattern = {"REAL": "DWORD", "DWORD": "REAL", "LREAL": "LWORD", "LWORD": "LREAL"}.get(type_.name)
        if pattern and self.chance(0.3):
            return ir.Convert(self.value(ELEMENTARY[pattern]), type_, ir.Rounding.PATTERN)
        return ir.Convert(self.value(source), type_, ir.Rounding.WRAP if type_.kind is Kind.REAL else rounding)

    def checked(self, type_: Scalar | Enumeration) -> ir.Expr:
        least, greatest = limits(scalar_of(type_))
        first = self.random.choice((least, 0, 1, greatest - 100))
        ranges = [(first, first + 100), (first + 2, first + 2)] if self.chance(0.5) else [(least, greatest)]
        ranges = [(low, min(high, greatest)) for low, high in ranges]
        fault = self.fault() if self.risk(0.05) else 0
        operand = self.value(self.random.choice(INTEGERS))
        return ir.Check(operand, tuple(ranges), self.random.choice((least, greatest, 0)), fault, type_)

    def shift(self, type_: Scalar) -> ir.Expr:
        by: ir.Expr = ir.Const(self.random.choice((-1, 0, 1, 3, 7, 8, 31, 32, 63, 64, 70)), DINT)
        if self.chance(0.5):
            by = self.value(self.random.choice((DINT, DINT, USINT, SINT)))
        return ir.Shift(self.random.choice(list(ir.ShiftOp)), self.value(type_), by, type_)

    def compare(self, type_: Scalar) -> ir.Expr:
        side = self.random.choice((*SCALARS, COLOR))
        return ir.Compare(self.random.choice(list(ir.CompareOp)), self.value(side), self.value(side))

    def text_compare(self, type_: Scalar) -> ir.Expr:
        return ir.TextCompare(self.random.choice(list(ir.CompareOp)), self.text(), self.text())

    def read_text(self, type_: Scalar) -> ir.Expr:
        if type_.kind is Kind.REAL:
            return ir.ReadText(ir.ReadOp.NUMBER, (self.text(),), type_)
        if self.chance(0.4):
            return ir.ReadText(ir.ReadOp.LEN, (self.text(),), type_)
        return ir.ReadText(ir.ReadOp.FIND, (self.text(), self.text()), type_)

    def short_circuit(self, type_: Scalar) -> ir.Expr:
        return ir.ShortCircuit(self.chance(0.5), self.value(BOOL), self.value(BOOL))

    def fold(self, type_: Scalar) -> ir.Expr:
        arrays = [shape for shape in SHAPES if isinstance(shape, Array) and shape.element == type_]
        opened = self.open_refs(type_)
        if opened and self.chance(0.5):
            return self.open_fold(type_, self.random.choice(opened))
        if not arrays:
            return self.leaf(type_)
        array = self.random.choice(arrays)
        place, count = self.place(array), array.count
        start = self.random.randrange(count)
        place = dataclasses.replace(place, offset=place.offset + start * array.stride, type=type_)
        number: ir.Expr = ir.Const(self.random.randint(0, count - start), DINT)
        if self.chance(0.3):
            number = self.value(DINT) if self.risk(0.05) else self.below(count - start + 1)
        return ir.Fold(self.random.choice(list(ir.FoldOp)), place, number, count - start, type_, self.fault())

    def open_fold(self, type_: Scalar, number: int) -> ir.Expr:
        place, limit = ir.Place(ir.Base.REF, 0, (), type_, number), ir.Bound(ir.BoundOp.COUNT, number, 0)
        count: ir.Expr = self.random.choice((limit, ir.Const(1, DINT), ir.Const(0, DINT)))
        if self.risk(0.1):
            count = self.value(DINT)
        return ir.Fold(self.random.choice(list(ir.FoldOp)), place, count, limit, type_, self.fault())

    # ------------------------------------------------------------ calls

    def call(self, type_: Scalar | Enumeration) -> ir.Expr:
        for routine in self.unit.routines:
            ways = [field for field in routine.instance.fields if field.type == type_]
            if ways and self.chance(0.4):
                return self.call_function(routine, self.random.choice(ways), type_)
        return self.leaf(type_)

    def call_function(self, routine: ir.Routine, result: Field, type_: Type) -> ir.CallFunction:
        frame = self.temp.add(routine.instance)

        def inside(field: Field) -> ir.Place:
            return ir.Place(ir.Base.TEMP, frame.offset + field.offset, (), field.type)

        fields = self.random.sample(routine.instance.fields, 4)
        arguments = tuple(self.move(inside(field), None) for field in fields[:2])
        outputs = tuple(self.move(None, inside(field)) for field in fields[2:])
        return ir.CallFunction(routine.name, frame, arguments, self.references(routine), outputs, inside(result), type_)

    def references(self, routine: ir.Routine) -> tuple[ir.Place, ...]:
        return tuple(self.place(self.referable(ref), write=not ref.constant) for ref in routine.refs)

    def referable(self, wanted: ir.Reference) -> Type:
        """A type that a VAR_IN_OUT takes: its own, or for an open array any of that element and rank it can be."""
        if not isinstance(wanted.type, Array) or not wanted.type.open:
            return wanted.type
        element, rank = wanted.type.element, len(wanted.type.dimensions)
        arrays = [s for s in SHAPES if isinstance(s, Array) and s.element == element and len(s.dimensions) == rank]
        own = [ref.type for ref in self.refs if ref.type == wanted.type and (wanted.constant or not ref.constant)]
        return self.random.choice((*arrays, *own))

    def move(self, target: ir.Place | None, source: ir.Place | None) -> ir.Assign | ir.Copy | ir.CopyText:
        """Into ``target`` from anywhere, or from ``source`` to anywhere of its type."""
        type_ = (target or source).type  # type: ignore[union-attr]
        target = target or self.place(type_, write=True)
        match type_:
            case Scalar() | Enumeration():
                return ir.Assign(target, ir.Load(source, type_) if source else self.value(type_), HERE)
            case Text():
                return ir.CopyText(target, source or self.text(), HERE)
            case _:
                return ir.Copy(target, source or self.place(type_), HERE)

    def text(self) -> ir.TextExpr:
        if self.chance(0.3):
            return self.random.choice((b"", b"abc", b"ab", b" -1.5e3 ", b"1e", self.random.randbytes(9)))
        if self.depth > 4 or self.chance(0.5):
            return self.place(self.random.choice((Text(5), Text(8), Text(70), Text(150))))
        self.depth += 1
        made = self.function_text() if self.chance(0.2) else self.made_text()
        self.depth -= 1
        return made

    def function_text(self) -> ir.TextExpr:
        for routine in self.unit.routines:
            ways = [field for field in routine.instance.fields if isinstance(field.type, Text)]
            if ways:
                result = self.random.choice(ways)
                return self.call_function(routine, result, result.type)
        return self.made_text()

    def made_text(self) -> ir.MakeText:
        op = self.random.choice(list(ir.TextOp))
        lint = ELEMENTARY["LINT"]
        operands: list[ir.Expr | ir.TextExpr] = []
        if op is ir.TextOp.SHOW:
            operands = [self.value(self.random.choice([s for s in SCALARS if s.kind is not Kind.BOOL]))]
        else:
            if op is ir.TextOp.CHOOSE:
                operands.append(self.below(4))
                operands[0] = ir.Convert(ir.as_value(operands[0]), lint)
            texts, numbers = TEXT_OPERANDS[op]
            operands += [self.text() for _ in range(texts)]
            operands += [self.small(lint) for _ in range(numbers)]
        return ir.MakeText(op, tuple(operands), self.temp.room(Text(self.random.choice((1, 5, 8, 30, 90, 400)))))

    def small(self, type_: Scalar) -> ir.Expr:
        if self.chance(0.2):
            return self.value(type_)
        return ir.Const(self.random.choice((-1, 0, 1, 1, 2, 3, 4, 8, 9)), type_)
