"""What the compiler hands over beside the objects: every program's layout, requests, outputs and fault sites.

    compile_set --manifest_of--> Manifest --JSON--> engine --load--> LoadedSet

Types are rows of one table that all areas share; a row refers to earlier rows by their number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from plc.core.plan import TaskPlan
from plc.lang.types import Array, Enumeration, Field, Role, Scalar, Struct, Text, Type
from plc.lang.types import Kind as ScalarKind


@dataclass(frozen=True, slots=True)
class FieldRow:
    name: str
    type: int
    offset: int
    role: str = Role.LOCAL.value
    retain: bool = False
    constant: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type. ``of`` says which: scalar, text, enumeration, array, struct; the other fields as that type has them."""

    of: str
    name: str = ""
    kind: str = ""
    size: int = 0
    alignment: int = 0
    element: int = 0
    values: tuple[tuple[str, int], ...] = ()
    dimensions: tuple[tuple[int, int], ...] = ()
    fields: tuple[FieldRow, ...] = ()
    initial: bytes = b""
    block: str = ""


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """A TRIP or ALARM instance: its path and offset in the program's area, the line of its call, and for an ALARM
    the attributes text and response."""

    path: str
    offset: int
    file: str
    line: int
    text: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """An output this program writes: ``Relays.fan``, ``Targets``, ``UpsCommands.ups.start_test``."""

    tag: str
    offset: int
    type: int


@dataclass(frozen=True, slots=True)
class FaultFacts:
    """Where the program can stop; ``text`` is the expression as written."""

    kind: str
    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """One program instance. ``object_file`` lies beside the manifest with bytes of that SHA-256 (``object_sha256``);
    ``object_hash`` is over all that decides them. All three are empty when the set runs on the reference back end.
    ``system`` programs fill SITE at the start of each scan."""

    instance: str
    type_name: str
    program_hash: str
    area: int
    entry: str
    trips: tuple[BlockFacts, ...] = ()
    alarms: tuple[BlockFacts, ...] = ()
    outputs: tuple[SlotFacts, ...] = ()
    faults: tuple[FaultFacts, ...] = ()
    reads: tuple[str, ...] = ()
    protective: bool = False
    system: bool = False
    object_file: str = ""
    object_hash: str = ""
    object_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole set. ``site`` and ``globals`` are rows of ``types``; programs stand in order of declaration."""

    set_hash: str
    site_hash: str
    types: tuple[TypeRow, ...]
    site: int
    globals: int
    programs: tuple[ProgramFacts, ...]

    def to_json(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Raises ManifestError for anything a compiler of this version did not write."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, msgspec.ValidationError) as exc:
            raise ManifestError(f"the manifest cannot be read ({exc}); compile the set again") from exc


class ManifestError(ValueError):
    """A manifest that does not fit: what is wrong, and the cure."""


def program_hash(source_hash: str, compiler: str, options: str, site_hash: str) -> str:
    """SHA-256 over all source text of the closure (``source_hash``), compiler version, options and site."""
    return _digest((source_hash, compiler, options, site_hash))


def set_hash(programs: Mapping[str, str], tasks: Iterable[TaskPlan], site_hash: str) -> str:
    """The one hash of a set: over {instance: program_hash}, the tasks and the site."""
    parts = [f"{name}={programs[name]}" for name in sorted(programs)]
    parts += [
        f"{t.name} {t.single or t.every_ns} {t.priority} {' '.join(t.programs)}"
        for t in sorted(tasks, key=lambda t: t.name)
    ]
    return _digest((*parts, site_hash))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class TypeTable:
    """Collects types as rows, each one once."""

    def __init__(self) -> None:
        self.rows: list[TypeRow] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[Type] = []

    def number(self, of: Type) -> int:
        """The row of a type, added with all it is made of where it is new."""
        known = self._numbers.get(id(of))
        if known is not None:
            return known
        row = self._row(of)
        self.rows.append(row)
        self._numbers[id(of)] = len(self.rows) - 1
        self._kept.append(of)
        return len(self.rows) - 1

    def _row(self, of: Type) -> TypeRow:
        match of:
            case Scalar():
                return TypeRow("scalar", of.name, of.kind.value, of.size, dimensions=(of.range,) if of.range else ())
            case Text():
                return TypeRow("text", size=of.length)
            case Enumeration():
                return TypeRow("enumeration", of.name, element=self.number(of.base), values=of.values)
            case Array():
                return TypeRow("array", element=self.number(of.element), dimensions=of.dimensions)
            case Struct():
                fields = tuple(
                    FieldRow(f.name, self.number(f.type), f.offset, f.role.value, f.retain, f.constant, f.unit)
                    for f in of.fields
                )
                return TypeRow(
                    "struct",
                    of.name,
                    size=of.size,
                    alignment=of.alignment,
                    fields=fields,
                    initial=of.initial,
                    block=of.block,
                )


def read_types(rows: Iterable[TypeRow]) -> list[Type]:
    """The types of the rows, in their order. Raises ManifestError."""
    types: list[Type] = []
    for row in rows:
        try:
            types.append(_type(row, types))
        except (IndexError, ValueError) as exc:
            raise ManifestError(f"type {len(types)} of the manifest is damaged ({exc}); compile the set again") from exc
    return types


def _type(row: TypeRow, types: list[Type]) -> Type:
    match row.of:
        case "scalar":
            return Scalar(row.name, ScalarKind(row.kind), row.size, row.dimensions[0] if row.dimensions else None)
        case "text":
            return Text(row.size)
        case "enumeration":
            base = types[row.element]
            if not isinstance(base, Scalar):
                raise ValueError(f"{row.name} has no base type")
            return Enumeration(row.name, base, row.values)
        case "array":
            return Array(types[row.element], row.dimensions)
        case "struct":
            fields = tuple(
                Field(f.name, types[f.type], f.offset, Role(f.role), f.retain, f.constant, f.unit) for f in row.fields
            )
            if len(row.initial) != row.size:
                raise ValueError(f"{row.name}: {len(row.initial)} bytes of initial image, {row.size} wanted")
            return Struct(row.name, fields, row.size, row.alignment, row.initial, row.block)
        case _:
            raise ValueError(f"unknown kind {row.of}")
