"""The matrix's cells: one file each, with what it must compute written below its text by hand or from the standard.

    PROGRAM cell ... END_PROGRAM
    // r = -128                     after the first scan; a CSV beside tells more scans: t_ms, inputs, ?outputs,
                                    and `restart`: a controller that starts anew before this one
    // stops division by zero       the first scan stops with this fault
    // refuses S007 5:10            the text is not compiled: every error with its line and column
    // advises S052 5:4             it is, with this advice (and with other advice, of which the cell does not speak)

Both back ends run it: `gives` tells each place that holds something else.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.diagnostic import Severity
from plc.engine.area import Area
from plc.engine.retain import retained
from plc.engine.table_text import Case, Table, read_table
from plc.engine.value_text import read_value, show_value
from plc.lang import ir, native, reference
from plc.lang.compile import compile_set
from plc.lang.program import Compiled, Program
from plc.lang.runner import Runner, new_context, read_context
from plc.lang.source import Source
from plc.lang.types import Kind, Scalar

FOLDER = Path(__file__).parent / "matrix"
BEGIN_NS = 10**9
"""Program time of a cell's first scan; the t_ms of its table count from there."""
RESTART = "restart"
STOPS = "stops"
"""The column of a table for the fault of a scan with its line, empty where it runs to its end."""

_WANTED = re.compile(
    r"^// (?:(?P<path>[\w.\[\], ]+?) = (?P<value>.*)|(?P<word>stops|refuses|advises) (?P<what>.*))$", re.M
)


@dataclass(frozen=True, slots=True)
class Cell:
    """``values`` after the first scan by path; ``fault`` in words; ``errors`` and ``advice`` as CODE line:column."""

    name: str
    source: Source
    values: tuple[tuple[str, str], ...]
    fault: str
    errors: tuple[str, ...]
    advice: tuple[str, ...]
    table: Table | None


def cells() -> list[Cell]:
    return [read(path) for path in sorted(FOLDER.rglob("*.st"))]


def read(path: Path, folder: Path = FOLDER) -> Cell:
    text = path.read_text(encoding="utf-8")
    found = list(_WANTED.finditer(text))
    words = [(match["word"], match["what"]) for match in found if match["word"]]
    trace = path.with_suffix(".csv")
    return Cell(
        str(path.relative_to(folder).with_suffix("")),
        Source(path.name, text),
        tuple((match["path"], match["value"].strip()) for match in found if match["path"]),
        "".join(what for word, what in words if word == "stops"),
        tuple(sorted(what for word, what in words if word == "refuses")),
        tuple(sorted(what for word, what in words if word == "advises")),
        read_table(trace.name, trace.read_text(encoding="utf-8")) if trace.exists() else None,
    )


def said(compiled: Compiled, severity: Severity) -> tuple[str, ...]:
    """The diagnostics of a kind, as a cell writes them."""
    found = [d for d in compiled.diagnostics if d.severity is severity]
    return tuple(sorted(f"{d.code} {d.span.line}:{d.span.column}" for d in found))


def gives(cell: Cell, planted: Callable[[ir.Unit], ir.Unit] = lambda unit: unit) -> list[str]:
    """What differs from the cell's words, in either back end; ``planted`` puts a mistake into what was compiled."""
    compiled = compile_set([cell.source])
    errors, advice = said(compiled, Severity.ERROR), said(compiled, Severity.ADVICE)
    differs = [] if errors == cell.errors else [f"errors {list(map(str, compiled.errors))}"]
    differs += [] if set(cell.advice) <= set(advice) else [f"advice {advice}"]
    if differs or cell.errors:
        return differs
    program = list(compiled.programs.values())[-1]
    program = replace(program, unit=planted(program.unit))
    loaded = native.load(native.compile_object(native.emit(program.unit), 1), program.unit.entry)
    try:
        differs += [f"reference: {line}" for line in _run(cell, compiled, program, _reference(program))]
        differs += [f"native: {line}" for line in _run(cell, compiled, program, loaded.bind)]
    finally:
        loaded.close()
    return differs


Bind = Callable[[bytearray, bytearray, bytearray, bytearray], Runner]


def _reference(program: Program) -> Bind:
    return lambda *memory: reference.bind(program.unit, *memory)


class _Memory:
    """A program's areas with its clock at the first scan."""

    def __init__(self, compiled: Compiled, program: Program, bind: Bind) -> None:
        self.areas = [Area(layout) for layout in (program.area, compiled.globals, compiled.site)]
        self._context = new_context(100_000)
        own, shared, site = (area.memory for area in self.areas)
        self._runner = bind(own, site, shared, self._context)
        self._faults = program.unit.faults
        self.fault_line = 0

    def keep(self, before: _Memory) -> None:
        """Takes over what a restart keeps."""
        for mine, theirs in zip(self.areas, before.areas, strict=True):
            for _, offset, kind in retained(mine.layout):
                mine.memory[offset : offset + kind.size] = theirs.memory[offset : offset + kind.size]

    def find(self, path: str) -> Area:
        first = re.split(r"[.\[]", path, maxsplit=1)[0]
        return next((area for area in self.areas if area.has(first)), self.areas[0])

    def scan(self, now_ns: int) -> str:
        """Runs once; the fault's words, or nothing."""
        self.areas[2].write("Sys.Time", now_ns)
        self._context[:] = new_context(100_000)
        status = self._runner()
        counted = self.areas[2].cell("Sys.ConversionFaults")
        counted.set(int(counted.get()) + read_context(self._context)[1])
        self.fault_line = self._faults[status - 1].span.line if status else 0
        return self._faults[status - 1].kind if status else ""

    def differs(self, path: str, wanted: str) -> Iterator[str]:
        cell = self.find(path).cell(path)
        if not _same(cell.type, cell.get(), read_value(cell, wanted)):
            yield f"{path} = {show_value(cell)}, wanted {wanted}"


def _run(cell: Cell, compiled: Compiled, program: Program, bind: Bind) -> Iterator[str]:
    if cell.table is None:
        memory = _Memory(compiled, program, bind)
        fault = memory.scan(BEGIN_NS)
        if fault != cell.fault:
            yield f"stops: {fault or 'not'}"
        for path, wanted in cell.values:
            yield from memory.differs(path, wanted)
        return
    yield from map(str, cell.table.diagnostics)
    for case in cell.table.cases:
        yield from _trace(cell.table, case, lambda: _Memory(compiled, program, bind))


def _trace(table: Table, case: Case, started: Callable[[], _Memory]) -> Iterator[str]:
    memory = started()
    for row in case.rows:
        fields = list(zip(table.columns, row.fields, strict=True))
        if any(column.path == RESTART and field.text == "TRUE" for column, field in fields):
            before, memory = memory, started()
            memory.keep(before)
        wanted = "".join(field.text for column, field in fields if column.path == STOPS)
        fields = [(column, field) for column, field in fields if column.path not in (RESTART, STOPS)]
        for column, field in fields:
            if field.text and not column.expected:
                place = memory.find(column.path).cell(column.path)
                place.set(read_value(place, field.text))
        fault = memory.scan(BEGIN_NS + row.t_ns)
        found = f"{fault} in line {memory.fault_line}" if fault else ""
        if found != wanted:
            yield f"line {row.line}: stops: {found or 'not'}"
        for column, field in fields:
            if field.text and column.expected:
                yield from (f"line {row.line}: {text}" for text in memory.differs(column.path, field.text))


def _same(kind: object, found: object, wanted: object) -> bool:
    """Equal, and of REAL every bit: 0.0 is not -0.0, NaN is NaN."""
    if isinstance(kind, Scalar) and kind.kind is Kind.REAL:
        code = "<f" if kind.size == 4 else "<d"
        return struct.pack(code, found) == struct.pack(code, wanted)
    return found == wanted
