"""Random IR units: far from what any program means, but legal.

    python -m tests.lang.generator --count 10000 --seed 0

runs that many seeds from there on in both back ends (differential.py) and prints each that differs.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import sys
from collections.abc import Callable
from typing import Any

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
    SCALARS,
    SHAPES,
    Area,
    limits,
    parts,
    real,
)
from tests.lang.units import HERE


class UnitMaker:
    """A unit from a seed. Half of them are careful, and hardly stop at a fault.

    With ``length`` the entry has that many statements, few of them loops.
    """

    def __init__(self, seed: int, length: int | None = None) -> None:
        self.random = random.Random(seed)
        self.length = length or self.random.randrange(6, 18)
        self.long = length is not None
        self.careful = self.long or self.random.random() < 0.5
        self.system = self.random.random() < 0.2
        self.site, self.globals = Area(ir.Base.SITE), Area(ir.Base.GLOBAL)
        self.routines: list[ir.Routine] = []

    def make(self) -> ir.Unit:
        for number in range(self.random.randrange(4)):
            self.routines.append(RoutineMaker(self, f"r{number}").make())
        self.routines.append(RoutineMaker(self, "entry", entry=True).make())
        faults = tuple(ir.FaultSite(ir.FaultKind.INDEX, HERE, "") for _ in range(FAULTS))
        return ir.Unit("entry", tuple(self.routines), faults, self.site.struct("site"), self.globals.struct("globals"))


@dataclasses.dataclass(frozen=True, slots=True)
class Counter:
    """A loop's variable, and the least and greatest it is meant to be."""

    variable: ir.Place
    low: int
    high: int


class RoutineMaker:
    """One routine: statements over its areas, calls only of routines made before."""

    def __init__(self, unit: UnitMaker, name: str, entry: bool = False) -> None:
        self.unit = unit
        self.random = unit.random
        self.name = name
        self.entry = entry
        self.own = Area(ir.Base.SELF, tuple(self.random.sample(CATALOGUE, 20)))
        self.temp = Area(ir.Base.TEMP, tuple(self.random.sample(CATALOGUE, 20)))
        self.refs: tuple[ir.Reference, ...] = ()
        if not entry:
            types = self.random.choices(CATALOGUE, k=self.random.randrange(4))
            self.refs = tuple(ir.Reference(f"io{i}", t, self.chance(0.4)) for i, t in enumerate(types))
        self.instances = [
            self.random.choice((self.own, self.temp, unit.globals)).add(routine.instance)
            for routine in unit.routines
            for _ in range(2)
        ]
        self.counters: list[Counter] = []
        self.depth = 0

    def make(self) -> ir.Routine:
        body = self.statements(self.unit.length if self.entry else self.random.randrange(1, 7))
        temp = self.temp.struct("temp")
        if self.chance(0.5):
            temp = dataclasses.replace(temp, initial=self.random.randbytes(temp.size))
        own = self.own.struct(self.name)
        own = dataclasses.replace(own, initial=self.random.randbytes(own.size), block=self.name)
        return ir.Routine(self.name, own, temp, self.refs, body, HERE)

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
        offset, steps = root.offset, []
        for hop in hops:
            if isinstance(hop, int):
                offset += hop
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
            return makers
        makers += [self.binary, self.binary, self.binary, self.convert]
        if kind is Kind.BOOL:
            return [*makers, self.unary, self.compare, self.compare, self.text_compare, self.short_circuit]
        makers += [self.unary, self.fold, self.absolute]
        if kind is Kind.REAL:
            return [*makers, self.math, self.atan2]
        return [*makers, self.shift] if kind in (Kind.BITS, Kind.UNSIGNED) else makers

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
        rounding = self.random.choice(list(ir.Rounding))
        if scalar_of(source).kind is Kind.REAL:
            rounding = self.random.choice((ir.Rounding.NEAREST, ir.Rounding.TRUNCATE))
        return ir.Convert(self.value(source), type_, ir.Rounding.WRAP if type_.kind is Kind.REAL else rounding)

    def shift(self, type_: Scalar) -> ir.Expr:
        by: ir.Expr = ir.Const(self.random.choice((-1, 0, 1, 3, 7, 8, 31, 32, 63, 64, 70)), DINT)
        if self.chance(0.5):
            by = self.value(self.random.choice((DINT, DINT, USINT, SINT)))
        return ir.Shift(self.random.choice(list(ir.ShiftOp)), self.value(type_), by, type_)

    def compare(self, type_: Scalar) -> ir.Expr:
        side = self.random.choice((*SCALARS, COLOR))
        return ir.Compare(self.random.choice(list(ir.CompareOp)), self.value(side), self.value(side))

    def text_compare(self, type_: Scalar) -> ir.Expr:
        left, right = (self.place(self.random.choice((Text(5), Text(8)))) for _ in range(2))
        return ir.TextCompare(self.random.choice(list(ir.CompareOp)), left, right)

    def short_circuit(self, type_: Scalar) -> ir.Expr:
        return ir.ShortCircuit(self.chance(0.5), self.value(BOOL), self.value(BOOL))

    def fold(self, type_: Scalar) -> ir.Expr:
        arrays = [shape for shape in SHAPES if isinstance(shape, Array) and shape.element == type_]
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
        return tuple(self.place(ref.type, write=not ref.constant) for ref in routine.refs)

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

    def text(self) -> ir.Place | bytes:
        if self.chance(0.3):
            return self.random.randbytes(self.random.randrange(10))
        return self.place(self.random.choice((Text(5), Text(8))))

    # ------------------------------------------------------------ statements

    def statements(self, number: int, depth: int = 0, loop: bool = False) -> tuple[ir.Stmt, ...]:
        return tuple(self.statement(depth, loop) for _ in range(number))

    def statement(self, depth: int, loop: bool) -> ir.Stmt:
        choice = self.random.random()
        if choice < 0.06 and loop:
            leave = self.random.choice((ir.Exit, ir.Continue))(HERE)
            return leave if self.chance(0.3) else self.when(leave)
        if choice < 0.07 and depth > 1:
            return self.when(ir.Return(HERE))
        if choice < 0.55 or depth > 2:
            return self.assignment()
        if choice < 0.65:
            return self.call_statement()
        choices = [self.if_, self.case, self.for_, self.for_, self.loop]
        return self.random.choice(choices[:2] if self.entry and self.unit.long and self.chance(0.98) else choices)(
            depth, loop
        )

    def when(self, then: ir.Stmt) -> ir.Stmt:
        return ir.If(self.value(BOOL), (then,), (), HERE)

    def assignment(self) -> ir.Stmt:
        return self.move(self.place(self.random.choice(CATALOGUE), write=True), None)

    def call_statement(self) -> ir.Stmt:
        if not self.unit.routines:
            return self.assignment()
        routine = self.random.choice(self.unit.routines)
        if self.chance(0.2):
            return ir.Evaluate(self.call_function(routine, routine.instance.fields[0], routine.instance), HERE)
        instance = self.random.choice([place for place in self.instances if place.type is routine.instance])
        return ir.CallBlock(routine.name, instance, self.references(routine), HERE)

    def if_(self, depth: int, loop: bool) -> ir.Stmt:
        then, otherwise = (self.statements(self.random.randrange(3), depth + 1, loop) for _ in range(2))
        return ir.If(self.value(BOOL), then, otherwise, HERE)

    def case(self, depth: int, loop: bool) -> ir.Stmt:
        type_ = self.random.choice((*INTEGERS, COLOR))
        least, greatest = limits(scalar_of(type_))
        arms = []
        for _ in range(self.random.randrange(1, 4)):
            firsts = [self.random.choice((-1, 0, 5, least, greatest, greatest - 9)) for _ in range(2)]
            ranges = tuple((first, first + self.random.choice((0, 1, 10, 2**65))) for first in firsts)
            arms.append(ir.Arm(ranges, self.statements(1, depth + 1, loop)))
        return ir.Case(self.value(type_), tuple(arms), self.statements(1, depth + 1, loop), HERE)

    def for_(self, depth: int, loop: bool) -> ir.Stmt:
        type_ = self.random.choice((*INTEGERS, INT, INT, DINT))
        variable = self.place(type_, write=True, fixed=True)
        first, last, step = self.bounds(type_)
        self.counters.append(Counter(variable, min(first, last), max(first, last)))
        inner = depth + 1 if self.chance(0.4) else 3
        body = self.statements(self.random.randrange(1, 4), inner, loop=True)
        self.counters.pop()
        ends = [self.hidden(ir.Const(number, type_)) for number in (first, last, step)]
        if self.risk(0.02):
            ends[:2] = self.value(type_), self.value(type_)
        return ir.For(variable, *ends, body, self.fault(), self.fault(), HERE)

    def bounds(self, type_: Scalar) -> tuple[int, int, int]:
        """Mostly a few runs from a small number or from an edge."""
        least, greatest = limits(type_)
        first = self.random.choice((0, 1, 1, 1, 1, 2, 5, greatest - 3, least + 2))
        last = max(least, min(greatest, first + self.random.choice((-3, 0, 2, 5, 9, 12))))
        step = self.random.choice((1, 1, 1, 2, 200))
        if type_.signed:
            step = self.random.choice((1, 1, 1, 1, 2, 3, -1, -1, -2, 100))
        return first, last, 0 if self.risk(0.02) else step

    def hidden(self, const: ir.Const) -> ir.Expr:
        """A number, half the time computed from memory so that nobody can know it before."""
        if self.chance(0.5):
            return const
        type_ = const.type
        zero = ir.Binary(ir.BinaryOp.AND, ir.Load(self.place(type_, fixed=True), type_), ir.Const(0, type_), type_)  # type: ignore[arg-type]
        return ir.Binary(ir.BinaryOp.ADD, const, zero, type_)  # type: ignore[arg-type]

    def loop(self, depth: int, loop: bool) -> ir.Stmt:
        counter = self.place(INT, write=True, fixed=True)
        count = ir.Assign(counter, ir.Binary(ir.BinaryOp.ADD, ir.Load(counter, INT), ir.Const(1, INT), INT), HERE)
        condition: ir.Expr = self.value(BOOL)
        test_first = self.chance(0.5)
        if not self.risk(0.05):
            few = ir.Binary(ir.BinaryOp.AND, ir.Load(counter, INT), ir.Const(7, INT), INT)
            op = ir.CompareOp.NE if test_first else ir.CompareOp.EQ
            condition = ir.Compare(op, few, ir.Const(self.random.randrange(8), INT))
        body = (count, *self.statements(self.random.randrange(1, 3), depth + 1, loop=True))
        return ir.Loop(condition, body, test_first, self.fault(), HERE)


def main() -> int:
    from tests.lang import differential  # which needs this module

    parser = argparse.ArgumentParser(description="Run random units in both back ends and compare every byte.")
    parser.add_argument("--count", type=int, default=1000, help="how many units")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first")
    parser.add_argument("--opt", type=int, choices=(0, 1, 2), help="LLVM's level; without it the levels take turns")
    options = parser.parse_args()
    statuses: dict[bool, int] = {False: 0, True: 0}
    different = 0
    for seed in range(options.seed, options.seed + options.count):
        report = differential.compare(seed, seed % 4 % 3 if options.opt is None else options.opt)
        statuses[report.stopped] += 1
        if report.difference:
            different += 1
            print(f"seed {seed}: {report.difference}\n{report.smallest()}", flush=True)
    print(f"{options.count} units, {statuses[True]} of them stopped at a fault site, {different} differ")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
