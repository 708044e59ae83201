"""What a name stands for inside a program organisation unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.types import Array, Struct, Type


class Lock(Enum):
    """Why a place cannot be written: the code, what it is, what to do instead."""

    CONSTANT = ("S020", "is a CONSTANT", "declare a variable for what changes")
    SITE = ("S021", "is an input of the plant", "programs write outputs and their own variables only")
    INPUT = ("S022", "is an input of this unit", "copy it into a variable of VAR and change that")
    REFERENCE = ("S023", "is passed read only", "take CONSTANT away from its VAR_IN_OUT, or pass the result out")
    CHART = ("S087", "is set by the chart alone", "write a transition that leads there, or an action of its own")
    BLOCK_OUTPUT = ("S024", "is an output of a block", "only the block itself sets its outputs")
    INTERNAL = ("S027", "is internal to a block", "a TEST reads it; set the block's inputs instead")
    OUTPUT_IN_BLOCK = (
        "S025",
        "is an output of the plant, which only a PROGRAM writes",
        "pass the value out by VAR_OUTPUT and assign it in the PROGRAM",
    )


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable and where it lies; ``output`` marks a plant output, ``number`` a VAR_IN_OUT's place."""

    name: str
    type: Type
    base: ir.Base
    offset: int
    span: Span
    lock: Lock | None = None
    number: int = 0
    output: bool = False
    external: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant that takes no memory."""

    name: str
    value: ir.Const
    span: Span
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A constant whose value nobody asked for yet; ``scope`` is where its text is read."""

    declaration: ast.Variable
    scope: Scope


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a plant's tag or of a marker's bit: ``expression``, whose names are found in ``scope``."""

    name: str
    expression: ast.Expression
    scope: Scope
    type: Type
    span: Span
    lock: Lock | None = None


Entry = Variable | Constant | Pending | Alias


@dataclass(slots=True, eq=False)
class Scope:
    """Names by their upper-case spelling; what is not here is looked for in ``outer``."""

    outer: Scope | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Entry | None:
        found = self.entries.get(name)
        return self.outer.find(name) if found is None and self.outer is not None else found

    def names(self) -> Iterator[str]:
        """Every visible name in its declared spelling."""
        for entry in self.entries.values():
            yield entry.declaration.name if isinstance(entry, Pending) else entry.name
        if self.outer is not None:
            yield from self.outer.names()


def type_at(scope: Scope, node: ast.Expression) -> Type | None:
    """The type of what a reference names in a scope, reporting nothing; None where it names no variable."""
    match node:
        case ast.Name():
            entry = scope.find(node.name.upper())
            return entry.type if isinstance(entry, Variable) else None
        case ast.Member():
            outer = type_at(scope, node.target)
            found = outer.field(node.name) if isinstance(outer, Struct) else None
            return None if found is None else found.type
        case ast.Index():
            array = type_at(scope, node.target)
            return array.element if isinstance(array, Array) else None
        case _:
            return None
