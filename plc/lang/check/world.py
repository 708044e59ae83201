"""Everything the sources declare, found by name; what a name needs is resolved when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.foreign import nearest
from plc.lang.check.interface import Interface
from plc.lang.check.marks import Marks
from plc.lang.check.report import Report
from plc.lang.check.scope import Pending, Scope, Variable
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.values import Value
from plc.lang.types import ELEMENTARY, Enumeration, Field, Struct, Type

DEEPEST = 40
MOST_GUESSES = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """A type with the image of its initial value."""

    type: Type
    initial: bytes


@dataclass(slots=True, eq=False)
class World:
    """All declarations of one compilation.

    ``evaluate(body, expression, hint)`` checks an expression (expressions.py) and ``lay_out`` a unit's variables
    (interface_of.py): handed in, because a type may hold a constant expression or a block, and both hold types.
    ``markers`` is the memory of %M; ``completed`` holds the addresses VAR_CONFIG gives and the path of its source, by
    program type and variable in capitals. Told already: ``misnamed`` types and units, whose name was refused, and
    ``missing`` types, which nobody declares, with the enumerators of refused ones; all in capitals.
    """

    report: Report
    evaluate: Callable[..., Value]
    lay_out: Callable[[World, str], Interface | None]
    site: Scope = field(default_factory=Scope)
    globals: Scope = field(init=False)
    types: dict[str, tuple[ast.TypeDeclaration, Unit]] = field(default_factory=dict)
    pous: dict[str, tuple[ast.Pou, Unit]] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    enumerators: dict[str, list[str]] = field(default_factory=dict)
    misnamed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    shapes: dict[str, Shape | None] = field(default_factory=dict)
    interfaces: dict[str, Interface | None] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    markers: Variable | None = None
    completed: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    resolving: list[Pending] = field(default_factory=list)
    marks: Marks | None = None
    _fields: dict[int, tuple[Struct, dict[str, Field]]] = field(default_factory=dict)
    _used: list[set[str]] = field(default_factory=list)
    _guesses: int = 0
    _needs: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.globals = Scope(self.site)

    def scope_of(self, origin: Origin) -> Scope:
        """The outer names of a source: the plant and the library do not see the user's globals."""
        return self.globals if origin is Origin.USER else self.site

    def too_deep(self, span: Span) -> bool:
        """Whether declarations that need each other go down too far; reports it."""
        if len(self._used) + len(self.resolving) < DEEPEST:
            return False
        self.report.error("S019", span, f"more than {DEEPEST} declarations need each other in a row", "flatten them")
        return True

    def field(self, struct: Struct, name: str) -> Field | None:
        """The field of a structure, found by name without regard to case."""
        known = self._fields.get(id(struct))
        if known is None:
            known = struct, {f.name.upper(): f for f in struct.fields}
            self._fields[id(struct)] = known
        return known[1].get(name.upper())

    def number(self, of: Enumeration, name: str) -> int | None:
        """The number of an enumerator, found by name without regard to case."""
        known = self.numbers.get(of.name.upper())
        if known is None:
            known = self.numbers[of.name.upper()] = {spelling.upper(): value for spelling, value in of.values}
        return known.get(name.upper())

    def text(self, span: Span) -> str:
        """The source as written between two places, on one line."""
        if span.file not in self.lines:
            self.lines[span.file] = self.texts.get(span.file, "").splitlines()
        lines = self.lines[span.file][span.line - 1 : span.end_line]
        if not lines:
            return ""
        if span.line == span.end_line:
            return lines[0][span.column - 1 : span.end_column - 1]
        middle = [lines[0][span.column - 1 :], *lines[1:-1], lines[-1][: span.end_column - 1]]
        return " ".join(part.strip() for part in middle)

    # ------------------------------------------------ which sources something was made from

    def uses(self, path: str) -> None:
        """Notes that what is being resolved depends on a source."""
        if self._used:
            self._used[-1].add(path)

    def begin(self) -> None:
        self._used.append(set())

    def end(self, key: str) -> set[str]:
        """Closes what ``begin`` opened; ``again`` repeats its uses for whoever finds ``key`` already resolved."""
        used = self._used.pop()
        self._needs[key] = used
        self.again(key)
        return used

    def again(self, key: str) -> None:
        if self._used:
            self._used[-1].update(self._needs.get(key, ()))

    # ------------------------------------------------ names near a wrong one

    def near(self, name: str, names: Iterable[str]) -> str:
        """``did you mean X?`` for the nearest of ``names``, or an empty text; of many only for the first few."""
        self._guesses += 1
        if self._guesses > MOST_GUESSES:
            return ""
        meant = nearest(name, names)
        return f"did you mean {meant}?" if meant else ""

    def type_names(self) -> Iterable[str]:
        yield from ELEMENTARY
        yield "STRING"
        for declaration, _ in self.types.values():
            yield declaration.name
        for pou, _ in self.pous.values():
            if pou.kind is ast.PouKind.FUNCTION_BLOCK:
                yield pou.name
