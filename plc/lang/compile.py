"""The one door of the language: sources in, programs out.

sources + plant + library --parse--> files --check--> names, layouts, routines --rules, link--> Compiled
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.lang import ast
from plc.lang.check.areas import declare_globals
from plc.lang.check.closure import Lowerings
from plc.lang.check.configurations import add_tasks, begun, configure
from plc.lang.check.declared import declare
from plc.lang.check.expressions import value
from plc.lang.check.interface_of import lay_out
from plc.lang.check.lower import Lowered
from plc.lang.check.marks import Marks
from plc.lang.check.report import Report
from plc.lang.check.tests import LoweredTest, lower_test, named_once
from plc.lang.check.types_of import named
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.world import World
from plc.lang.collector import paused
from plc.lang.echoes import without_echoes
from plc.lang.link import Linker
from plc.lang.parse import parse
from plc.lang.program import Compiled, Cover
from plc.lang.rules import all_rules
from plc.lang.rules.findings import Findings, Writer
from plc.lang.source import Source, read_source
from plc.lang.types import Struct
from plc.lang.undeclared import told_once

_LIBRARY = Path(__file__).parent / "library"


def compile_set(
    sources: Sequence[Source],
    plant: Source | None = None,
    instances: Mapping[str, str] | None = None,
    *,
    cover: bool = False,
    tests: Collection[Place] | None = None,
    whole: bool = False,
    meanwhile: Callable[[], None] | None = None,
) -> Compiled:
    """Checks and lowers a set of sources together; never raises on text.

    ``instances`` maps instance names to PROGRAM types; without it the CONFIGURATION of the sources says what runs, and
    without that each PROGRAM runs once under its own name.
    With ``cover`` the code marks which way each decision of the sources went; ``tests`` are the TESTs to compile, by
    path and line, whose files are then checked for all their tests. Both are for test runs, never for a plant.
    ``whole``: no other source belongs to these, so what none of them uses is advised against. ``meanwhile`` is called
    again and again; what it raises ends the compilation, whose result is then no longer wanted.
    """
    with paused():
        return _Compilation(sources, plant, cover, tests, whole, meanwhile or _go_on).compile(instances)


Place = tuple[str, int]
"""Path and line at which a TEST begins."""


@cache
def library() -> tuple[Unit, ...]:
    """The standard blocks, read and parsed once a process."""
    sources = [read_source(path) for path in sorted(_LIBRARY.glob("*.st"))]
    named = [Source(f"library/{Path(source.path).name}", source.text) for source in sources]
    return tuple(Unit(source, Origin.LIBRARY, parse(source).file) for source in named)


def library_file(path: str) -> Path | None:
    """The file of a library source by the name it goes by, as ``library/timers.st``; None for any other name."""
    name = Path(path)
    file = _LIBRARY / name.name
    return file if name.parent == Path("library") and file.is_file() else None


def _go_on() -> None:
    """Nobody waits for something else."""


class _Compilation:
    """One run of the compiler over one set of sources."""

    def __init__(
        self,
        sources: Sequence[Source],
        plant: Source | None,
        cover: bool,
        tests: Collection[Place] | None,
        whole: bool,
        meanwhile: Callable[[], None],
    ) -> None:
        self.meanwhile = meanwhile
        self.tests = frozenset(tests or ())
        self.whole = whole
        self.lost: set[str] = set()
        self.doubted: list[Span] = []
        self.world = World(Report(), value, lay_out)
        self.units = list(library())
        if plant is not None:
            self.units.append(self._parse(plant, Origin.PLANT))
        self.units.extend(self._parse(source, Origin.USER) for source in sources)
        declare(self.world, self.units)
        self.configured = configure(self.world, self.units)
        self.world.begin()
        self.site, self.globals = declare_globals(self.world, self.units)
        self.shared = self.world.end("areas")
        if self.configured is not None:
            add_tasks(self.world, self.configured)
        self.world.marks = Marks(self.globals.size) if cover else None
        self.lowerings = Lowerings(self.world, meanwhile)

    def _parse(self, source: Source, origin: Origin) -> Unit:
        self.meanwhile()
        parsed = parse(source)
        for diagnostic in parsed.diagnostics:
            self.world.report.add(diagnostic)
        self.lost |= parsed.lost
        self.doubted += parsed.doubted
        return Unit(source, origin, parsed.file)

    def compile(self, wanted: Mapping[str, str] | None) -> Compiled:
        begins: dict[str, Struct] = {}
        if wanted is None and self.configured is not None:
            wanted = self.configured.instances
            begins = begun(self.world, self.configured)
        chosen = self._instances(wanted)
        closures = {key: self.lowerings.closure(key) for key in dict.fromkeys(chosen.values())}
        self._check_the_rest()
        self._apply_rules(chosen)
        tests = [(test, self.lowerings.around(test.key, test.lowered)) for test in self._tests()]
        found = without_echoes(self.world.report.diagnostics, self.lost, self.doubted, self.world.texts)
        found = told_once(found, [pou.span for pou, _ in self.world.pous.values()], self.world.texts)
        diagnostics = tuple(sorted((d for d in found if not _is_ours(d)), key=_place))
        if any(diagnostic.is_error for diagnostic in diagnostics):
            return Compiled({}, self.site, self.globals, diagnostics)
        marks = self.world.marks
        if marks is not None:
            self.globals = marks.behind(self.globals)
        linker = Linker(self.world, self.units, self.site, self.globals, self.shared, self.configured, begins)
        programs = {name: linker.program(name, key, closures[key]) for name, key in chosen.items()}
        cover = None if marks is None else Cover(tuple(marks.ways), marks.first)
        tasks = () if self.configured is None else self.configured.plans
        compiled_tests = tuple(linker.test(*test) for test in tests)
        return Compiled(programs, self.site, self.globals, diagnostics, cover, compiled_tests, tasks)

    def _tests(self) -> list[LoweredTest]:
        """The tests to compile, after a look at every test of their files."""
        paths = {path for path, _ in self.tests}
        units = [unit for unit in self.units if unit.source.path in paths]
        named_once(self.world, units)
        lowered = [lower_test(self.world, unit, test) for unit in units for test in unit.file.tests]
        return [test for test in lowered if (test.test.span.file, test.test.span.line) in self.tests]

    def _instances(self, wanted: Mapping[str, str] | None) -> dict[str, str]:
        """Instance name -> upper-case PROGRAM name; the plant's own programs always run."""
        declared = {key: (pou, unit) for key, (pou, unit) in self.world.pous.items() if _is_program(pou)}
        if wanted is None:
            return {pou.name: key for key, (pou, _) in declared.items()}
        chosen = {pou.name: key for key, (pou, unit) in declared.items() if unit.origin is Origin.PLANT}
        for name, type_name in wanted.items():
            if type_name.upper() in declared:
                chosen[name] = type_name.upper()
            else:
                path = self.units[-1].source.path
                cure = self.world.near(type_name, (pou.name for pou, _ in declared.values())) or "declare it"
                self.world.report.error("S003", Span(path, 1, 1, 1, 1), f"there is no PROGRAM {type_name}", cure)
        return chosen

    def _check_the_rest(self) -> None:
        """Lowers what no program calls, for its problems alone; of the library only what is used is looked at."""
        for key, (_, unit) in self.world.pous.items():
            if unit.origin is not Origin.LIBRARY and key not in self.lowerings.first:
                self.lowerings.get(key, 1)
        for key, (declaration, unit) in self.world.types.items():
            if unit.origin is not Origin.LIBRARY:
                named(self.world, key, declaration.span)

    def _apply_rules(self, chosen: Mapping[str, str]) -> None:
        first = self.lowerings.first
        writers = [
            Writer(name, granule.tag, granule.span)
            for name, key in chosen.items()
            if key in first
            for granule in first[key].interface.granules.values()
        ]
        user = {key: lowered for key, lowered in first.items() if lowered.interface.unit.origin is not Origin.LIBRARY}
        findings = Findings(user, self._sound(user), first, writers, self.world.text, *self._globals_to_judge())
        for rule in all_rules():
            self.meanwhile()
            for diagnostic in rule(findings):
                self.world.report.add(diagnostic)

    def _globals_to_judge(self) -> tuple[list[ast.VariableBlock], list[object]]:
        """The globals of a whole set without an error, and what may name them outside any unit."""
        found = self.world.report.diagnostics
        if not self.whole or any(diagnostic.is_error for diagnostic in found):
            return [], []
        files = [unit.file for unit in self.units if unit.origin is Origin.USER]
        blocks = [block for file in files for block in file.all_globals]
        values = [(variable.type, variable.initial) for block in blocks for variable in block.variables]
        return blocks, [*values, *(file.types for file in files), *(file.configurations for file in files)]

    def _sound(self, units: Mapping[str, Lowered]) -> dict[str, Lowered]:
        """The user's units of texts without an error so far."""
        found = self.world.report.diagnostics
        wrong = {diagnostic.span.file for diagnostic in found if diagnostic.is_error}
        return {
            key: lowered
            for key, lowered in units.items()
            if lowered.interface.unit.origin is Origin.USER and lowered.interface.unit.source.path not in wrong
        }


def _is_program(pou: ast.Pou) -> bool:
    return pou.kind is ast.PouKind.PROGRAM


def _is_ours(diagnostic: Diagnostic) -> bool:
    """Advice on the library, which no user can follow."""
    return diagnostic.severity is Severity.ADVICE and diagnostic.span.file.startswith("library/")


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    return diagnostic.span.file, diagnostic.span.line, diagnostic.span.column, diagnostic.code
