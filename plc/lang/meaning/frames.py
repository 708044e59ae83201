"""Open brackets, what is called in them, and the value just read before one."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.lang import ast
from plc.lang.check.interface import Parameter
from plc.lang.check.values import is_real
from plc.lang.meaning.entity import Entity
from plc.lang.parse.tokens import kinds
from plc.lang.types import BOOL, Array, Struct, Type

_TRUTHS = kinds("SEL ASSERT")
"""Standard functions whose first argument is a BOOL."""
_ALIKE = kinds("ABS MIN MAX LIMIT SEL MUX MOVE ADD SUB MUL DIV MOD SQRT CONCAT LEFT RIGHT MID INSERT REPLACE")
"""Standard functions that give what their arguments are, in the main."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A value just read: ``Strings[s].Temperature``. ``of_type`` marks the name of a type, which a dot may follow.

    ``unit`` is its own, or that of the measurement of which it is the value.
    """

    type: Type | None
    entity: Entity | None = None
    of_type: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Callee:
    """What is called: a unit with its parameters, or a standard function, of which only the name is known."""

    name: str
    key: str
    parameters: tuple[Parameter, ...] = ()
    result: Type | None = None

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """What arguments without a name are for, in order."""
        return tuple(each for each in self.parameters if each.section is not ast.Section.OUTPUT)

    def parameter(self, name: str) -> Parameter | None:
        return next((each for each in self.parameters if each.name.upper() == name.upper()), None)


@dataclass(slots=True)
class Frame:
    """An open bracket, or the statement itself. ``wanted`` is the type that its next value should have, ``outer`` that
    of the call whose bracket it is."""

    sign: str = ""
    callee: Callee | None = None
    base: Chain | None = None
    record: Struct | None = None
    wanted: Type | None = None
    outer: Type | None = None
    position: int = 0
    named: str = ""
    given: set[str] = field(default_factory=set)


def positional(callee: Callee, position: int, outer: Type | None = None) -> Type | None:
    """The type that an argument without a name should have; ``outer`` is what is wanted of the call."""
    inputs = callee.inputs
    if not callee.parameters and callee.key in _TRUTHS and position == 0:
        return BOOL
    if not callee.parameters and callee.key in _ALIKE:
        return outer
    return inputs[position].type if position < len(inputs) else None


def element(kind: Type | None) -> Type | None:
    return kind.element if isinstance(kind, Array) else None


def unit_of(kind: Type | None, own: str, around: str) -> str:
    """The unit of a part: its own, else that of what it is a part of where it is a number with a fraction."""
    while isinstance(kind, Array):
        kind = kind.element
    return own or (around if kind is not None and is_real(kind) else "")


def holds_block(kind: Type | None) -> bool:
    while isinstance(kind, Array):
        kind = kind.element
    return isinstance(kind, Struct) and bool(kind.block)
