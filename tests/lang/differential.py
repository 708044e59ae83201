"""One unit, the same memory, two back ends: every byte they leave must be the same."""

from __future__ import annotations

import dataclasses
import random
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from plc.lang import ir, native, reference
from plc.lang.native.code import INSTRUCTIONS
from plc.lang.runner import Runner, new_context
from plc.lang.types import Enumeration, Kind, Scalar, Struct, Text, scalar_of, symbols
from tests.lang.generator import UnitMaker
from tests.lang.shapes import FLOAT_EDGES

SCANS = 3


@dataclass(frozen=True, slots=True)
class Images:
    """The bytes a trial starts from."""

    area: bytes
    site: bytes
    globals: bytes
    budget: int


@dataclass(frozen=True, slots=True)
class State:
    """What one scan left."""

    status: int
    area: bytes
    site: bytes
    globals: bytes
    context: bytes


def images(unit: ir.Unit, seed: int) -> Images:
    """Memory that is half plausible, half anything."""
    chance = random.Random(seed)
    parts = (unit.routine(unit.entry).instance, unit.site, unit.globals)
    budget = chance.choice((3, 300, 2_000, *[20_000] * 7))
    return Images(*(image(layout, chance) for layout in parts), budget)


def fresh(unit: ir.Unit) -> Images:
    """Memory as a controller has it at its first scan."""
    parts = (unit.routine(unit.entry).instance, unit.site, unit.globals)
    return Images(*(layout.initial for layout in parts), budget=1_000_000)


def image(layout: Struct, chance: random.Random) -> bytes:
    memory = bytearray(chance.randbytes(layout.size))
    for symbol in symbols(layout):
        if chance.random() < 0.7:
            value = plausible(symbol.type, chance)
            memory[symbol.offset : symbol.offset + len(value)] = value
    return bytes(memory)


def plausible(type_: Scalar | Text | Enumeration, chance: random.Random) -> bytes:
    if isinstance(type_, Text):
        return struct.pack("<H", chance.randrange(type_.length + 1)) + b"abcabc"[: type_.length]
    scalar = scalar_of(type_)
    if scalar.kind is not Kind.REAL:
        return chance.randrange(-2 if scalar.signed else 0, 9).to_bytes(scalar.size, "little", signed=scalar.signed)
    return struct.pack("<f" if scalar.size == 4 else "<d", chance.choice((*FLOAT_EDGES, chance.uniform(-50, 50))))


def scans(run: Callable[[bytearray, bytearray, bytearray, bytearray], Runner], start: Images) -> Iterator[State]:
    """The states after each scan; the budget is new at each."""
    area, site, globals_ = bytearray(start.area), bytearray(start.site), bytearray(start.globals)
    context = new_context(start.budget)
    runner = run(area, site, globals_, context)
    for _ in range(SCANS):
        context[:8] = struct.pack("<q", start.budget)
        status = runner()
        yield State(status, bytes(area), bytes(site), bytes(globals_), bytes(context))


@dataclass(frozen=True, slots=True)
class Report:
    """How a unit fared: whether it ever stopped, and the first difference in words, or nothing."""

    unit: ir.Unit
    start: Images
    opt: int
    stopped: bool
    difference: str

    def smallest(self) -> ir.Unit:
        """The unit without the statements the difference does not need."""
        unit = self.unit
        for name in [routine.name for routine in reversed(unit.routines)]:
            number = 0
            while number < len(unit.routine(name).body):
                less = without(unit, name, number)
                if run_both(less, self.start, self.opt).difference:
                    unit = less
                else:
                    number += 1
        return unit


def without(unit: ir.Unit, name: str, number: int) -> ir.Unit:
    """The unit less one statement of one routine."""
    routines = tuple(
        dataclasses.replace(r, body=r.body[:number] + r.body[number + 1 :]) if r.name == name else r
        for r in unit.routines
    )
    return dataclasses.replace(unit, routines=routines)


def run_both(unit: ir.Unit, start: Images, opt: int, instructions: Mapping[ir.BinaryOp, str] = INSTRUCTIONS) -> Report:
    """Scan by scan in both; ``instructions`` are the native back end's."""
    loaded = native.load(native.compile_object(native.emit(unit, instructions), opt), unit.entry)
    wanted = list(scans(lambda *memory: reference.bind(unit, *memory), start))
    found = list(scans(loaded.bind, start))
    loaded.close()
    difference = next((describe(n, a, b) for n, (a, b) in enumerate(zip(wanted, found, strict=True)) if a != b), "")
    return Report(unit, start, opt, any(state.status for state in wanted), difference)


def describe(scan: int, wanted: State, found: State) -> str:
    for name in State.__slots__:
        one, other = getattr(wanted, name), getattr(found, name)
        if isinstance(one, bytes) and one != other:
            at = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
            return f"scan {scan}: {name} from byte {at}: {one[at : at + 8].hex()}, native {other[at : at + 8].hex()}"
        if one != other:
            return f"scan {scan}: {name} {one}, native {other}"
    return ""


def compare(seed: int, opt: int, length: int | None = None) -> Report:
    """The seed's unit in both back ends."""
    unit = UnitMaker(seed, length).make()
    return run_both(unit, images(unit, seed), opt)
