"""Running a table on the whole scan: `plc test` checks what it expects, `plc simulate` writes what it watches.

Table + compiled set --Bench--> engine on a virtual clock, row by row --> failures, or watched values

Both run `Engine.scan`, with every reading Ok unless a column says otherwise (table_plant.py).
"""

from __future__ import annotations

import itertools
import math
import re
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from plc.core.diagnostic import Diagnostic, Span
from plc.core.plan import Plan, TaskPlan
from plc.engine.area import Cell, UnknownPath, Value
from plc.engine.assemble import BackEnd, load_compiled
from plc.engine.loaded import LoadedSet
from plc.engine.ports import EventList
from plc.engine.scan import Engine
from plc.engine.table_plant import TablePlant, reset
from plc.engine.table_text import Case, Column, Row, Table
from plc.engine.value_text import BadValue, read_real, read_value, show_value
from plc.lang.program import Compiled, Cover, Way
from plc.lang.types import Kind, Scalar

BEGIN_NS = 3600 * 10**9
"""Wall time at which a case begins; its program time begins at 0."""

_RANGE = re.compile(r"(\d+)\s*\.\.\s*(\d+)")
_RANGE_MOST = 4096


@dataclass(frozen=True, slots=True)
class Failure:
    """A field that does not hold what the row wants, or a program that stopped (``column`` empty)."""

    line: int
    t_ms: float
    column: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    name: str
    line: int
    rows: int
    failures: tuple[Failure, ...]
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TableResult:
    """``cases`` is empty when the table has diagnostics: nothing was run. ``gone`` are the ways that decisions went, in
    a set compiled to tell them."""

    path: str
    cases: tuple[CaseResult, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    gone: frozenset[Way] = frozenset()

    @property
    def passed(self) -> bool:
        return not self.diagnostics and not any(case.failures for case in self.cases)


@dataclass(frozen=True, slots=True)
class Simulated:
    """``rows`` hold t_ms and the watched values as text; ``fault`` is the sentence of a program that stopped, after
    whose row nothing ran any more."""

    rows: tuple[tuple[str, ...], ...]
    fault: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


def run_table(
    compiled: Compiled, plan: Plan, program: str, table: Table, back_end: BackEnd = BackEnd.NATIVE
) -> TableResult:
    """Run every case of a table for the program instance ``program``.

    Names without a program before them are the program's own, then globals, then SITE's. Rows are checked right
    after the scan at their time; between rows it scans at the base interval, inputs hold.
    """
    if table.diagnostics:
        return TableResult(table.path, (), table.diagnostics)
    loaded = load_compiled(compiled, bench_plan(plan, compiled), back_end)
    try:
        bench = Bench(loaded, program)
        problems = _Checker(bench, table).problems()
        if problems:
            return TableResult(table.path, (), problems)
        marks = Marks(compiled.cover, loaded)
        cases = []
        for case in table.cases:
            cases.append(run_case(loaded, program, table, case))
            marks.take()
        return TableResult(table.path, tuple(cases), gone=frozenset(marks.gone))
    finally:
        loaded.close()


def simulate(
    compiled: Compiled,
    plan: Plan,
    program: str,
    table: Table,
    watch: Sequence[str],
    back_end: BackEnd = BackEnd.NATIVE,
) -> Simulated:
    """One scan at the time of each row; the values of ``watch`` after each."""
    problems = list(table.diagnostics)
    if problems:
        return Simulated((), "", tuple(problems))
    loaded = load_compiled(compiled, _each_scan(bench_plan(plan, compiled), program), back_end)
    try:
        bench = Bench(loaded, program)
        checker = _Checker(bench, table)
        problems += [*checker.problems(), *checker.unwatchable(watch)]
        if problems:
            return Simulated((), "", tuple(problems))
        return _simulated(bench, table, watch)
    finally:
        loaded.close()


def bench_plan(plan: Plan, compiled: Compiled) -> Plan:
    """The site's plan for a table: no start grace, speed 1, the compiled programs in their tasks (one in no task runs
    each base scan)."""
    names = [name for name, program in compiled.programs.items() if not program.system]
    tasks = tuple(
        replace(task, programs=programs)
        for task in compiled.tasks or plan.tasks
        if (programs := tuple(name for name in task.programs if name in names))
    )
    free = tuple(name for name in names if not any(name in task.programs for task in tasks))
    if free:
        tasks += (TaskPlan("table", plan.scan_ns, free),)
    return replace(plan, tasks=tasks, start_grace_ns=0, speed=1)


def _each_scan(plan: Plan, program: str) -> Plan:
    """Each scan runs the program, however close the rows are."""
    return replace(plan, tasks=(TaskPlan("table", 1, (program,)),), scan_ns=1)


class Bench:
    """One case: a fresh engine over a loaded set."""

    def __init__(self, loaded: LoadedSet, program: str) -> None:
        reset(loaded)
        self.loaded = loaded
        self.events = EventList()
        self.plant = TablePlant(loaded.plan, loaded)
        self.engine = Engine(self.plant.overlaid, self.plant, self.plant, self.events)
        self._program = program
        self.t_ns = -1

    def look(self) -> None:
        """At time 0, fill the plant's readings and run no program."""
        self.engine.look(BEGIN_NS, 0)
        self.t_ns = 0

    def scan(self, t_ns: int) -> None:
        self.engine.scan(BEGIN_NS + t_ns, t_ns)
        self.t_ns = t_ns

    def advance(self, t_ns: int) -> None:
        """Scan at the base interval up to just before ``t_ns``."""
        step = self.loaded.plan.scan_ns
        while self.t_ns >= 0 and self.t_ns + step < t_ns:
            self.scan(self.t_ns + step)

    def cell(self, path: str) -> Cell:
        """A place of the program, of another one (``other.x``), a global or of SITE. Raises UnknownPath."""
        own = self.loaded.programs[self._program].area
        first = re.split(r"[.\[]", path, maxsplit=1)[0].upper()
        if own.layout.field(first) is not None:
            return own.cell(path)
        for name, program in self.loaded.programs.items():
            if name.upper() == first and "." in path:
                return program.area.cell(path.partition(".")[2])
        if self.loaded.globals.layout.field(first) is not None:
            return self.loaded.globals.cell(path)
        if self.loaded.site.layout.field(first) is not None:
            return self.loaded.site.cell(path)
        return own.cell(path)

    def setter(self, path: str) -> tuple[Cell, Callable[[Value], None]]:
        """How an input column is set. Raises UnknownPath."""
        cell = self.cell(path)
        first = re.split(r"[.\[]", path, maxsplit=1)[0]
        site = self.loaded.site.layout.field(first) is not None
        own = self.loaded.programs[self._program].area.layout.field(first) is not None
        return self.plant.setter(path) if site and not own else (cell, cell.set)

    def faults(self) -> Iterator[str]:
        running = self.engine.sets.running
        for run in (*running.system, *running.programs.values()):
            if run.fault is not None:
                yield run.fault.sentence


class Marks:
    """Gathers, case by case, which ways the decisions of a set went; GLOBAL begins anew with each case."""

    def __init__(self, cover: Cover | None, loaded: LoadedSet) -> None:
        self._ways = () if cover is None else cover.ways
        self._marks = loaded.globals.view[cover.first :] if cover is not None else memoryview(b"")
        self.gone: set[Way] = set()

    def take(self) -> None:
        self.gone.update(way for way, mark in zip(self._ways, self._marks, strict=False) if mark)


def spread(path: str) -> list[str]:
    """``Value[1..3]`` -> ``Value[1]``, ``Value[2]``, ``Value[3]``. Raises UnknownPath for a range that is none."""
    ranges = []
    for first, last in _RANGE.findall(path):
        if not 0 <= int(last) - int(first) < _RANGE_MOST:
            raise UnknownPath(f"{first}..{last} is no range", "write the lower index first")
        ranges.append(range(int(first), int(last) + 1))
    pieces = _RANGE.sub("{}", path)
    return [pieces.format(*indices) for indices in itertools.product(*ranges)] if ranges else [path]


@dataclass(slots=True)
class _Checker:
    """Finds all problems of a table before anything runs."""

    bench: Bench
    table: Table
    found: list[Diagnostic] = field(default_factory=list)

    def problems(self) -> tuple[Diagnostic, ...]:
        for number, column in enumerate(self.table.columns):
            cells = self._cells(column)
            if cells:
                self._values(number, column, cells[0])
        return tuple(self.found)

    def unwatchable(self, watch: Sequence[str]) -> Iterator[Diagnostic]:
        span = Span(self.table.path, 1, 1, 1, 1)
        for path in watch:
            try:
                self.bench.cell(path)
            except UnknownPath as exc:
                yield Diagnostic("T002", span, f"--watch {path}: {exc.what}", exc.cure)

    def _cells(self, column: Column) -> list[Cell]:
        try:
            if column.expected:
                return [self.bench.cell(path) for path in spread(column.path)]
            return [self.bench.setter(path)[0] for path in spread(column.path)]
        except UnknownPath as exc:
            self.found.append(Diagnostic("T002", column.span, exc.what, exc.cure))
            return []

    def _values(self, number: int, column: Column, cell: Cell) -> None:
        for case in self.table.cases:
            for row in case.rows:
                text = row.fields[number].text
                try:
                    if text:
                        _wanted(cell, text) if column.expected else read_value(cell, text)
                except BadValue as exc:
                    self.found.append(Diagnostic("T003", self.table.span(row, number), exc.what, exc.cure))


def _wanted(cell: Cell, text: str) -> tuple[Value, float]:
    """(value, tolerance) of an expectation. Raises BadValue."""
    value, tilde, tolerance = text.partition("~")
    if not tilde:
        return read_value(cell, text), 0.0
    if not (isinstance(cell.type, Scalar) and cell.type.kind is Kind.REAL):
        raise BadValue(f"'{text}' has a tolerance, the place is {cell.type}", "leave the ~ out")
    return read_real(value.strip()), abs(read_real(tolerance.strip()))


def _holds(cell: Cell, text: str) -> bool:
    value, tolerance = _wanted(cell, text)
    got = cell.get()
    if not (isinstance(cell.type, Scalar) and cell.type.kind is Kind.REAL):
        return got == value
    wanted, real = float(value), float(got)
    if math.isnan(wanted) or math.isnan(real):
        return math.isnan(wanted) and math.isnan(real)
    if tolerance:
        return abs(real - wanted) <= tolerance
    return real == (struct.unpack("<f", struct.pack("<f", wanted))[0] if cell.type.size == 4 else wanted)


class _Columns:
    """A table's columns on a bench: what each sets, what each compares."""

    def __init__(self, bench: Bench, table: Table) -> None:
        self._inputs = [
            [] if column.expected else [bench.setter(path) for path in spread(column.path)] for column in table.columns
        ]
        self._expected = [
            [(path, bench.cell(path)) for path in spread(column.path)] if column.expected else []
            for column in table.columns
        ]

    def apply(self, row: Row) -> None:
        """Set the row's inputs."""
        for places, given in zip(self._inputs, row.fields, strict=True):
            if given.text:
                for cell, take in places:
                    take(read_value(cell, given.text))

    def check(self, row: Row) -> Iterator[Failure]:
        for places, wanted in zip(self._expected, row.fields, strict=True):
            for path, cell in places if wanted.text else ():
                if not _holds(cell, wanted.text):
                    yield Failure(row.line, row.t_ns / 1e6, f"?{path}", wanted.text, show_value(cell))


def run_case(loaded: LoadedSet, program: str, table: Table, case: Case) -> CaseResult:
    """Run one case of a table without diagnostics on a set loaded with `bench_plan`."""
    bench = Bench(loaded, program)
    columns = _Columns(bench, table)
    failures: list[Failure] = []
    began = time.perf_counter()
    for row in case.rows:
        bench.advance(row.t_ns)
        columns.apply(row)
        bench.scan(row.t_ns)
        failures.extend(columns.check(row))
        stopped = next(bench.faults(), "")
        if stopped:
            failures.append(Failure(row.line, row.t_ns / 1e6, "", "every program runs", stopped))
            break
    return CaseResult(case.name, case.line, len(case.rows), tuple(failures), time.perf_counter() - began)


def _simulated(bench: Bench, table: Table, watch: Sequence[str]) -> Simulated:
    cells = [bench.cell(path) for path in watch]
    columns = _Columns(bench, table)
    rows: list[tuple[str, ...]] = []
    for row in (row for case in table.cases for row in case.rows):
        columns.apply(row)
        bench.scan(row.t_ns)
        t_ms = row.t_ns / 1e6
        rows.append((f"{t_ms:g}" if t_ms != int(t_ms) else str(int(t_ms)), *map(show_value, cells)))
        stopped = next(bench.faults(), "")
        if stopped:
            return Simulated(tuple(rows), f"at t_ms {rows[-1][0]}: {stopped}")
    return Simulated(tuple(rows))
