"""Random IR units: far from what any program means, but legal.

    python -m tests.lang.generator --count 10000 --seed 0

runs that many seeds from there on in both back ends (differential.py) and prints each that differs.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import sys

from plc.lang import ir
from plc.lang.types import (
    BOOL,
    DINT,
    ELEMENTARY,
    INT,
    REAL,
    SINT,
    USINT,
    Array,
    Kind,
    Scalar,
    scalar_of,
)
from tests.lang.random_values import Counter, ValueMaker
from tests.lang.shapes import (
    CATALOGUE,
    COLOR,
    COLUMNS,
    FAULTS,
    INTEGERS,
    Area,
    limits,
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


class RoutineMaker(ValueMaker):
    """One routine: statements over the values and places it can make."""

    unit: UnitMaker

    def make(self) -> ir.Routine:
        body = self.statements(self.unit.length if self.entry else self.random.randrange(1, 7))
        temp = self.temp.struct("temp")
        if self.chance(0.5):
            temp = dataclasses.replace(temp, initial=self.random.randbytes(temp.size))
        own = self.own.struct(self.name)
        own = dataclasses.replace(own, initial=self.random.randbytes(own.size), block=self.name)
        return ir.Routine(self.name, own, temp, self.refs, body, HERE)

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
        if choice < 0.72 and self.open_columns():
            return self.open_sweep()
        choices = [self.if_, self.case, self.for_, self.sweep, self.sweep, self.loop]
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

    def sweep(self, depth: int, loop: bool) -> ir.Stmt:
        """A loop along columns: a[i + 2] := b[i] * 0.5 ..., perhaps with a condition, perhaps one run too far."""
        type_ = self.random.choice((INT, INT, DINT, SINT, ELEMENTARY["LINT"], USINT))
        variable = self.place(type_, write=True, fixed=True)
        columns = [self.place(self.random.choice(COLUMNS), write=number == 0) for number in range(3)]
        arrays = [column.type for column in columns if isinstance(column.type, Array)]
        low = self.random.choice((0, 1, 1, 1, 2))
        most = limits(type_)[1]
        high = min(low + self.random.choice((5, 30, min(array.count for array in arrays) - 1)), most)
        counter = Counter(variable, low, high)
        source, other = (self.along(column, counter) for column in columns[1:])
        target = self.along(columns[0], counter)
        element = scalar_of(target.type)  # type: ignore[arg-type]
        body: tuple[ir.Stmt, ...] = (ir.Assign(target, self.mixed(element, source, other), HERE),)
        if self.chance(0.4):
            body += (self.move(self.along(columns[0], counter), self.along(columns[0], counter)),)
        if self.chance(0.4):
            test = ir.Compare(ir.CompareOp.GT, self.mixed(REAL, source, source), self.leaf(REAL))
            body = (ir.If(test, body, self.statements(self.random.randrange(2), 3, loop=True), HERE),)
        if self.risk(0.2):
            low, high = max(0, low - self.random.randrange(2)), min(high + self.random.randrange(3), most)
        up = self.chance(0.8) or not type_.signed
        ends = [self.hidden(ir.Const(number, type_)) for number in ((low, high, 1) if up else (high, low, -1))]
        return ir.For(variable, *ends, body, self.fault(), self.fault(), HERE)

    def open_columns(self) -> list[int]:
        """The numbers of open arrays of one dimension with elements that compute, which may be written."""
        return [
            number
            for number, ref in enumerate(self.refs)
            if isinstance(ref.type, Array) and ref.type.open and len(ref.type.dimensions) == 1 and not ref.constant
            and isinstance(ref.type.element, Scalar) and ref.type.element.kind is not Kind.BOOL
        ]  # fmt: skip

    def open_sweep(self) -> ir.Stmt:
        """A loop along an open array from bound to bound, perhaps one run too far."""
        number = self.random.choice(self.open_columns())
        array = self.refs[number].type
        if not isinstance(array, Array) or not isinstance(array.element, Scalar):
            raise TypeError(array)
        element, stride = array.element, array.stride
        variable = self.place(DINT, write=True, fixed=True)

        def at(by: int) -> ir.Place:
            step = ir.OpenStep(self.beside(variable, by), number, 0, stride, self.fault())
            return ir.Place(ir.Base.REF, 0, (step,), element, number)

        reach = (-1, 0, 0, 1) if self.risk(0.3) else (0,)
        value = self.mixed(element, at(self.random.choice(reach)), at(0))
        body: tuple[ir.Stmt, ...] = (ir.Assign(at(self.random.choice(reach)), value, HERE),)
        if self.chance(0.3):
            body += (self.move(self.place(REAL, write=True), None),)
        if self.chance(0.4):
            body = (
                ir.If(ir.Compare(ir.CompareOp.GT, self.mixed(REAL, at(0), at(0)), self.leaf(REAL)), body, (), HERE),
            )
        lower, upper = (ir.Bound(op, number, 0) for op in (ir.BoundOp.LOWER, ir.BoundOp.UPPER))
        ends = (lower, upper, ir.Const(1, DINT)) if self.chance(0.7) else (upper, lower, ir.Const(-1, DINT))
        return ir.For(variable, *ends, body, self.fault(), self.fault(), HERE)

    def along(self, column: ir.Place, counter: Counter) -> ir.Place:
        """The column at the loop's variable and a constant, such that it fits."""
        array = column.type
        if not isinstance(array, Array):
            raise TypeError(column)
        [(first, last)] = array.dimensions
        least = max(first - counter.low, -3)
        by = self.random.randint(least, max(least, min(last - counter.high, 3)))
        step = ir.Step(self.beside(counter.variable, by), first, last, array.stride, self.fault())
        return dataclasses.replace(column, steps=(*column.steps, step), type=array.element)

    def mixed(self, type_: Scalar, one: ir.Place, other: ir.Place) -> ir.Expr:
        """Something of two places' values, and perhaps one from anywhere."""
        rounding = ir.Rounding.WRAP if type_.kind is Kind.REAL else ir.Rounding.NEAREST
        left, right = (ir.Convert(ir.Load(p, p.type), type_, rounding) for p in (one, other))  # type: ignore[arg-type]
        op = self.random.choice((ir.BinaryOp.ADD, ir.BinaryOp.MUL, ir.BinaryOp.MAX))
        op = ir.BinaryOp.XOR if type_.kind is Kind.BOOL else op
        value = ir.Binary(op, left, right, type_)
        return value if self.chance(0.5) else ir.Binary(op, value, self.leaf(type_), type_)

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
