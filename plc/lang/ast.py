"""The syntax tree: what the text says, and where it says it.

    text --parse--> File --check--> ir.Unit

Names keep the spelling of the text; the checker compares them without case.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.core.diagnostic import Span

# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant as written.

    ``value`` is bool, int, float or str (in which U+DC80 to U+DCFF stand for single bytes, written ``$80`` to
    ``$FF``); a TIME literal is an int of nanoseconds, DATE and DT count them from
    1970-01-01, TOD from midnight.
    ``type_name`` is the elementary type the text fixes: the prefix of ``INT#5``, ``BOOL`` for TRUE,
    ``TIME`` or ``LTIME`` for ``T#``/``LT#``, ``DATE``, ``TOD``, ``DT``, ``STRING`` for ``'text'``.
    None where the context decides (``5`` has kind int, ``1.5`` kind float).
    """

    value: bool | int | float | str
    type_name: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or a direct address in capitals: ``%IX0.0``."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class TypedEnumerator:
    """``Color#RED``."""

    type_name: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """``target.name``."""

    target: Expression
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """``target[i, j]``."""

    target: Expression
    indices: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BitAccess:
    """``target.3``: one bit of an integer or bit string."""

    target: Expression
    bit: int
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """``operator`` is NOT, - or +."""

    operator: str
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """``operator`` is one of ** * / MOD + - < > <= >= = <> AND XOR OR AND_THEN OR_ELSE (``&`` reads as AND)."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """``value``, ``name := value`` or, with ``output``, ``name => value`` (``inverted``: ``NOT name => value``)."""

    name: str | None
    value: Expression
    output: bool
    span: Span
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function in an expression, or a block instance called as a statement."""

    target: Expression
    arguments: tuple[Argument, ...]
    span: Span


Expression = Literal | Name | TypedEnumerator | Member | Index | BitAccess | Unary | Binary | Call


def root(node: Expression) -> str:
    """The name a reference begins with, in capitals; empty for what is no reference."""
    while isinstance(node, Member | Index | BitAccess):
        node = node.target
    return node.name.upper() if isinstance(node, Name) else ""


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Assign:
    target: Expression
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class CallStatement:
    call: Call
    span: Span


@dataclass(frozen=True, slots=True)
class Branch:
    condition: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[Branch, ...]
    otherwise: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Label:
    """One CASE label; ``last`` is None unless the label is a range ``first..last``."""

    first: Expression
    last: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Arm:
    labels: tuple[Label, ...]
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    selector: Expression
    arms: tuple[Arm, ...]
    otherwise: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    variable: Expression
    first: Expression
    last: Expression
    step: Expression | None
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class While:
    condition: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Repeat:
    body: tuple[Statement, ...]
    until: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Exit:
    span: Span


@dataclass(frozen=True, slots=True)
class Continue:
    span: Span


@dataclass(frozen=True, slots=True)
class Return:
    span: Span


@dataclass(frozen=True, slots=True)
class Empty:
    span: Span


Statement = Assign | CallStatement | If | Case | For | While | Repeat | Exit | Continue | Return | Empty

# ---------------------------------------------------------------- types and initial values


@dataclass(frozen=True, slots=True)
class TypeName:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class StringType:
    """``STRING`` (length None: 80) or ``STRING[n]``."""

    length: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class SubrangeType:
    base: str
    first: Expression
    last: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Dimension:
    first: Expression
    last: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class ArrayType:
    """``dimensions`` is empty for ``ARRAY[*, *]``; ``open_dimensions`` counts its stars."""

    dimensions: tuple[Dimension, ...]
    element: TypeText
    span: Span
    open_dimensions: int = 0


@dataclass(frozen=True, slots=True)
class Enumerator:
    name: str
    value: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class EnumType:
    enumerators: tuple[Enumerator, ...]
    base: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class StructType:
    fields: tuple[Variable, ...]
    span: Span


TypeText = TypeName | StringType | SubrangeType | ArrayType | EnumType | StructType


@dataclass(frozen=True, slots=True)
class Repeated:
    """``3(value)`` in an array's initial values; ``count`` None means once."""

    count: Expression | None
    value: Initial
    span: Span


@dataclass(frozen=True, slots=True)
class ArrayInitial:
    items: tuple[Repeated, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class FieldInitial:
    name: str
    value: Initial
    span: Span


@dataclass(frozen=True, slots=True)
class StructInitial:
    fields: tuple[FieldInitial, ...]
    span: Span


Initial = Expression | ArrayInitial | StructInitial

# ---------------------------------------------------------------- declarations


@dataclass(frozen=True, slots=True)
class Attribute:
    """``{attribute 'name'}`` or ``{attribute 'name' := 'value'}``, before what it describes."""

    name: str
    value: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Variable:
    """``address`` is the text after AT, without it None."""

    name: str
    type: TypeText
    initial: Initial | None
    address: str | None
    attributes: tuple[Attribute, ...]
    span: Span


class Section(StrEnum):
    """The kind of a variable block."""

    VAR = "VAR"
    INPUT = "VAR_INPUT"
    OUTPUT = "VAR_OUTPUT"
    IN_OUT = "VAR_IN_OUT"
    TEMP = "VAR_TEMP"
    GLOBAL = "VAR_GLOBAL"
    EXTERNAL = "VAR_EXTERNAL"


@dataclass(frozen=True, slots=True)
class VariableBlock:
    section: Section
    constant: bool
    retain: bool
    variables: tuple[Variable, ...]
    span: Span
    persistent: bool = False

    @property
    def kept(self) -> bool:
        """Whether its values outlive the engine: PERSISTENT says here what RETAIN says."""
        return self.retain or self.persistent


@dataclass(frozen=True, slots=True)
class TypeDeclaration:
    name: str
    type: TypeText
    initial: Initial | None
    attributes: tuple[Attribute, ...]
    span: Span


# ---------------------------------------------------------------- sequential function charts


@dataclass(frozen=True, slots=True)
class Association:
    """One line of a step: ``open_breaker(P);``, ``horn(L, T#5s);``. ``name`` is an ACTION of the POU or a BOOL
    variable, ``qualifier`` one of N S R L D P P0 P1 SD DS SL (N where the text gives none)."""

    name: str
    qualifier: str
    time: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    initial: bool
    associations: tuple[Association, ...]
    name_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Transition:
    """``TRANSITION name FROM sources TO targets := condition; END_TRANSITION``. Several sources converge, several
    targets start together. ``priority`` orders alternatives of one step, the least first; None takes the order of the
    text."""

    name: str | None
    priority: int | None
    sources: tuple[Name, ...]
    targets: tuple[Name, ...]
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Chart:
    steps: tuple[Step, ...]
    transitions: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """``ACTION name: ... END_ACTION`` of a POU, called by its chart's steps or as a statement ``name();``."""

    name: str
    body: tuple[Statement, ...]
    name_span: Span
    span: Span


# ---------------------------------------------------------------- units, configurations, tests


@dataclass(frozen=True, slots=True)
class Method:
    """``METHOD PRIVATE name : result`` of a FUNCTION_BLOCK: sees the block's variables; its own live for one call.

    ``access`` is PUBLIC, PRIVATE, PROTECTED, INTERNAL or, where the text gives none, empty.
    """

    name: str
    result: TypeText | None
    blocks: tuple[VariableBlock, ...]
    body: tuple[Statement, ...]
    attributes: tuple[Attribute, ...]
    name_span: Span
    span: Span
    access: str = ""


class PouKind(StrEnum):
    PROGRAM = "PROGRAM"
    FUNCTION = "FUNCTION"
    FUNCTION_BLOCK = "FUNCTION_BLOCK"


@dataclass(frozen=True, slots=True)
class Pou:
    """A program organisation unit. ``result`` is a FUNCTION's type, None otherwise. ``name_span`` is its name.

    With a ``chart``, ``body`` is empty.
    """

    kind: PouKind
    name: str
    result: TypeText | None
    blocks: tuple[VariableBlock, ...]
    body: tuple[Statement, ...]
    attributes: tuple[Attribute, ...]
    name_span: Span
    span: Span
    chart: Chart | None = None
    actions: tuple[Action, ...] = ()
    methods: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """``TASK name (INTERVAL := T#100ms, PRIORITY := 1);`` or ``SINGLE := condition``."""

    name: str
    interval: Expression | None
    single: Expression | None
    priority: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class ProgramInstance:
    """``PROGRAM name WITH task : type_name;``, or with ``(arguments)``."""

    name: str
    task: str | None
    type_name: str
    span: Span
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """``RESOURCE name ON kind``; a configuration without RESOURCE has one with empty names."""

    name: str
    kind: str
    globals: tuple[VariableBlock, ...]
    tasks: tuple[Task, ...]
    programs: tuple[ProgramInstance, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ConfiguredVariable:
    """One line of VAR_CONFIG: ``resource.program.variable AT %IX0.0 : BOOL := TRUE;``"""

    path: tuple[str, ...]
    address: str | None
    type: TypeText
    initial: Initial | None
    span: Span


@dataclass(frozen=True, slots=True)
class Configuration:
    name: str
    globals: tuple[VariableBlock, ...]
    resources: tuple[Resource, ...]
    configured: tuple[ConfiguredVariable, ...]
    span: Span

    @property
    def all_globals(self) -> tuple[VariableBlock, ...]:
        return (*self.globals, *(block for resource in self.resources for block in resource.globals))


@dataclass(frozen=True, slots=True)
class Test:
    """``TEST 'name' ... END_TEST``: variables and statements run on a virtual clock, among them ADVANCE_TIME and
    assertions."""

    name: str
    blocks: tuple[VariableBlock, ...]
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    """One source text, whole."""

    path: str
    types: tuple[TypeDeclaration, ...]
    globals: tuple[VariableBlock, ...]
    pous: tuple[Pou, ...]
    configurations: tuple[Configuration, ...] = ()
    tests: tuple[Test, ...] = ()

    @property
    def all_globals(self) -> tuple[VariableBlock, ...]:
        """Every VAR_GLOBAL, those of configurations and resources too."""
        inner = (block for each in self.configurations for block in each.all_globals)
        return (*self.globals, *inner)
