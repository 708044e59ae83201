"""LLVM IR text while it is written: one module of functions, one function of basic blocks.

Values are SSA names or literals; a BOOL is an i1. Names are numbered, so equal units give equal text.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plc.lang import ir
from plc.lang.native.aliases import Aliases
from plc.lang.types import Enumeration, Kind, Scalar, Type, scalar_of

INSTRUCTIONS: Mapping[ir.BinaryOp, str] = {
    ir.BinaryOp.ADD: "add",
    ir.BinaryOp.SUB: "sub",
    ir.BinaryOp.MUL: "mul",
    ir.BinaryOp.AND: "and",
    ir.BinaryOp.OR: "or",
    ir.BinaryOp.XOR: "xor",
}
"""The integer instruction of each operator that is one; with an ``f`` before it, that of REAL."""


def integer(bits: int, value: int) -> str:
    """A literal of that width."""
    half = 1 << bits - 1
    return str(((value + half) & ((1 << bits) - 1)) - half)


def limits(scalar: Scalar) -> tuple[int, int]:
    """Least and greatest value of an integer type."""
    if scalar.signed:
        return -(1 << scalar.bits - 1), (1 << scalar.bits - 1) - 1
    return 0, (1 << scalar.bits) - 1


def literal(value: bool | int | float, scalar: Scalar) -> str:
    """A constant of the type; a REAL is written as the double of the same value."""
    if scalar.kind is Kind.BOOL:
        return "true" if value else "false"
    if scalar.kind is not Kind.REAL:
        return integer(scalar.bits, int(value))
    if value != value:
        return "0x7FF8000000000000"
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def scalar_type(scalar: Scalar) -> str:
    """A value's LLVM type."""
    if scalar.kind is Kind.BOOL:
        return "i1"
    if scalar.kind is Kind.REAL:
        return "float" if scalar.size == 4 else "double"
    return f"i{scalar.bits}"


def operand(type_: Type) -> Scalar:
    """The scalar behind an elementary type; TypeError for any other."""
    if not isinstance(type_, Scalar | Enumeration):
        raise TypeError(f"{type_} is no operand")
    return scalar_of(type_)


class Module:
    """What the functions of one unit share."""

    def __init__(
        self,
        unit: ir.Unit,
        instructions: Mapping[ir.BinaryOp, str],
        checked: bool,
        large: bool,
        standing_alone: frozenset[str],
    ) -> None:
        self.unit = unit
        self.instructions = instructions
        self.checked = checked
        self.large = large
        self.standing_alone = standing_alone
        self.aliases = Aliases(unit)
        self.symbols = {r.name: f"@r{number}" for number, r in enumerate(unit.routines)} | {unit.entry: "@run"}
        self.routines = {r.name: r for r in unit.routines}
        self._declarations: dict[str, str] = {}
        self._constants: dict[bytes, str] = {}
        self._type_tags: dict[str, str] = {}
        self._metadata: list[str] = ['!{!"branch_weights", i32 1, i32 1000000}']

    def declare(self, name: str, text: str) -> str:
        """Take up a declaration or a helper's definition, once a name; gives the name."""
        self._declarations.setdefault(name, text)
        return name

    def constant(self, content: bytes) -> str:
        """Read-only memory with that content."""
        return self._constants.setdefault(content, f"@c{len(self._constants)}")

    def metadata(self, text: str) -> str:
        """A numbered metadata node."""
        self._metadata.append(text)
        return f"!{len(self._metadata) - 1}"

    def type_tag(self, stored: str) -> str:
        """Of an access of that type: it never shares a byte with one of another."""
        if not self._type_tags:
            self._type_tags[""] = self.metadata('!{!"cellkeeper"}')
        if stored not in self._type_tags:
            kind = self.metadata(f'!{{!"{stored}", {self._type_tags[""]}, i64 0}}')
            self._type_tags[stored] = self.metadata(f"!{{{kind}, {kind}, i64 0}}")
        return self._type_tags[stored]

    def metadata_list(self, nodes: list[str]) -> str:
        """A node that lists others."""
        return self.metadata(f"!{{{', '.join(nodes)}}}")

    def scope_domain(self) -> str:
        """A metadata node of its own kind, for alias scopes to belong to."""
        return self.metadata(f"distinct !{{!{len(self._metadata)}}}")

    def scope(self, domain: str) -> str:
        """An alias scope."""
        return self.metadata(f"distinct !{{!{len(self._metadata)}, {domain}}}")

    def scalar_loop(self) -> str:
        """Metadata of a loop that is not worth vectors: the way out, where a program is about to stop."""
        no_vectors = self.metadata('!{!"llvm.loop.vectorize.enable", i1 false}')
        return self.metadata(f"distinct !{{!{len(self._metadata)}, {no_vectors}}}")

    def globals_text(self) -> list[str]:
        constants = [
            f'{name} = private unnamed_addr constant [{len(content)} x i8] c"{_escaped(content)}"'
            for content, name in self._constants.items()
        ]
        return [*constants, *self._declarations.values()]

    def metadata_text(self) -> list[str]:
        return [f"!{number} = {text}" for number, text in enumerate(self._metadata)]


def _escaped(content: bytes) -> str:
    return "".join(f"\\{byte:02X}" for byte in content)


@dataclass(slots=True)
class Counter:
    """The variable of a FOR while its body is written: what it is in registers; ``outer`` is that of the FOR around it.

    Where the checks were ``hoisted``, ``pasts`` holds how far past the first each index is that stays the same in all
    runs, by the identity of its step, and ``spans`` what variables hold at least and at most (remembered.py).
    """

    variable: ir.Place
    wide: str
    value: str
    hoisted: bool
    pasts: Mapping[int, str]
    spans: tuple[tuple[ir.Place, int, int], ...] = ()
    outer: Counter | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes of one base that the places of a loop share with no other region; ``tags`` says so to LLVM."""

    base: ir.Base
    start: int
    end: int
    tags: str = ""


Expressions = Mapping[type, Callable[["Code", Any], str]]
Statements = Mapping[type, Callable[["Code", Any], None]]


class Code:
    """The body of one routine, and the way to write its parts. ``returned`` is the status of a RETURN; where
    it no longer ``counts``, what is written was counted before."""

    def __init__(
        self,
        module: Module,
        routine: ir.Routine,
        expressions: Expressions,
        statements: Statements,
        returned: int = 0,
    ) -> None:
        self.module = module
        self.routine = routine
        self._expressions = expressions
        self._statements = statements
        self.lines: list[str] = []
        self.block = "entry"
        self.exits: list[tuple[str, str]] = []
        self.counter: Counter | None = None
        self.regions: tuple[Region, ...] = ()
        self.flat = False
        self.counts = True
        self.returned = returned
        self._names = 0
        self._stops: set[int] = set()

    def value(self, expression: ir.Expr | ir.MakeText) -> str:
        """Write what computes the expression, give its value."""
        return self._expressions[type(expression)](self, expression)

    def block_of(self, statements: tuple[ir.Stmt, ...]) -> None:
        """Write the statements in order."""
        for statement in statements:
            self._statements[type(statement)](self, statement)

    def counters(self) -> Iterator[Counter]:
        """Those of the FORs around what is being written, from the innermost."""
        counter = self.counter
        while counter is not None:
            yield counter
            counter = counter.outer

    def only_loaded(self, place: ir.Place) -> bool:
        """Whether nobody sees the bytes of a place but by its value: then any NaN will do."""
        return self.module.aliases.only_loaded(self.routine.name, place)

    @property
    def is_entry(self) -> bool:
        return self.routine.name == self.module.unit.entry

    def name(self) -> str:
        """A fresh SSA name."""
        self._names += 1
        return f"%v{self._names}"

    def label(self) -> str:
        """A fresh block label."""
        self._names += 1
        return f"b{self._names}"

    def let(self, instruction: str) -> str:
        """Write an instruction, give its value's name."""
        name = self.name()
        self.lines.append(f" {name} = {instruction}")
        return name

    def register(self, type_: str) -> str:
        """A place of this function's own that LLVM keeps in a register."""
        name = self.name()
        self.lines.insert(0, f" {name} = alloca {type_}")
        return name

    def do(self, instruction: str) -> None:
        """Write an instruction without a value."""
        self.lines.append(f" {instruction}")

    def begin(self, label: str) -> None:
        """Start a block; the one before must have ended."""
        self.lines.append(f"{label}:")
        self.block = label

    def jump(self, label: str) -> None:
        self.lines.append(f" br label %{label}")

    def branch(self, condition: str, yes: str, no: str, hints: str = "") -> None:
        self.lines.append(f" br i1 {condition}, label %{yes}, label %{no}{hints}")

    def leave(self, label: str) -> None:
        """Jump and go on in a block nothing reaches."""
        self.jump(label)
        self.begin(self.label())

    def stop_if(self, condition: str, site: int) -> None:
        """Return the site's number where the condition holds: a cold branch."""
        if condition == "false" or not self.module.checked:
            return
        self._stops.add(site)
        following = self.label()
        self.lines.append(f" br i1 {condition}, label %stop{site}, label %{following}, !prof !0")
        self.begin(following)

    def pass_on(self, status: str) -> None:
        """Return the status of a call that is not 0."""
        bad, failed, following = self.let(f"icmp ne i32 {status}, 0"), self.label(), self.label()
        self.lines.append(f" br i1 {bad}, label %{failed}, label %{following}, !prof !0")
        self.begin(failed)
        self.do(f"ret i32 {status}")
        self.begin(following)

    def finish(self) -> None:
        """The last return and the blocks that stop."""
        self.do("ret i32 0")
        for site in sorted(self._stops):
            self.begin(f"stop{site}")
            self.do(f"ret i32 {site}")
