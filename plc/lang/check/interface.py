"""What a unit is to its callers and to its own body: names, areas, what is passed, what it writes of the plant."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.layout import Layout
from plc.lang.check.scope import Scope
from plc.lang.check.unit import Origin, Unit
from plc.lang.types import Field, Struct, Type

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Granule:
    """One output a program writes: its tag in declared spelling, its place in SITE, where it is first written."""

    tag: str
    type: Type
    offset: int
    span: Span


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a caller passes: by value in ``field``, or by reference as VAR_IN_OUT ``number``."""

    name: str
    section: ast.Section
    type: Type
    field: Field | None
    number: int
    constant: bool
    has_initial: bool


@dataclass(slots=True, eq=False)
class Interface:
    """A unit as its callers and its own body see it; ``owner`` is the block whose METHOD it is."""

    pou: ast.Pou
    unit: Unit
    scope: Scope
    instance: Struct
    temp: Layout
    references: tuple[ir.Reference, ...]
    parameters: dict[str, Parameter]
    result: Field | None
    granules: dict[str, Granule]
    slots: dict[str, Field]
    sources: frozenset[str]
    owner: Interface | None = None
    actions: dict[str, ast.Action] = field(init=False)

    def __post_init__(self) -> None:
        self.actions = {}
        for action in self.pou.actions:
            self.actions.setdefault(action.name.upper(), action)

    @property
    def system(self) -> bool:
        """Whether this program fills SITE itself."""
        return is_system(self.pou, self.unit)


def is_system(pou: ast.Pou, unit: Unit) -> bool:
    """Whether a program fills SITE itself: the plant's own, marked so."""
    return unit.origin is Origin.PLANT and any(a.name.lower() == SYSTEM for a in pou.attributes)
