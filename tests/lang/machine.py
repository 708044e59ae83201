"""One program on the reference back end with a virtual clock: set and read any variable by its path."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

from plc.lang import reference
from plc.lang.compile import Compiled, compile_set
from plc.lang.parse import parse
from plc.lang.program import Program
from plc.lang.reference.memory import form
from plc.lang.runner import new_context, read_context
from plc.lang.source import Source
from plc.lang.types import Symbol, Text, symbols
from tests.lang.sound import unsound
from tests.lang.units import Bind

PLANT = Source("plant.st", (Path(__file__).parent / "plant.st").read_text("utf-8"))
MS = 1_000_000


def long_plant(modules: int) -> Source:
    """The small plant with strings of that many modules."""
    return Source("plant.st", PLANT.text.replace("MODULES_MAX : INT := 4", f"MODULES_MAX  : INT := {modules}"))


IDLE = {"S091", "S092", "S093"}


def compiled(text: str, plant: bool | Source = False, idle: bool = False, whole: bool = False) -> Compiled:
    """The text with its TESTs compiled alone, against the small plant, or against another one.

    Advice on variables that nobody writes or reads is left out unless asked for: small programs are full of them.
    ``whole`` as in `compile_set`.
    """
    chosen = plant if isinstance(plant, Source) else PLANT if plant else None
    source = Source("test.st", text)
    tests = [(test.span.file, test.span.line) for test in parse(source).file.tests]
    found = compile_set([source], chosen, tests=tests, whole=whole)
    return found if idle else replace(found, diagnostics=tuple(d for d in found.diagnostics if d.code not in IDLE))


def problems(text: str, plant: bool | Source = False) -> list[str]:
    """Every diagnostic as ``line:column code``."""
    return [f"{d.span.line}:{d.span.column} {d.code}" for d in compiled(text, plant).diagnostics]


class Machine:
    """The program called ``name`` (else the text's last), its areas, and a clock that starts at 1 s.

    What was compiled has to be sound, too.
    """

    def __init__(
        self,
        text: str,
        name: str | None = None,
        plant: bool | Source = False,
        budget: int = 1_000_000,
        bind: Bind = reference.bind,
    ) -> None:
        found = compiled(text, plant)
        if found.errors:
            raise ValueError("\n".join(map(str, found.errors)))
        self.program: Program = found.programs[name] if name else list(found.programs.values())[-1]
        if broken := unsound(self.program.unit):
            raise AssertionError("\n".join(broken))
        self.budget = budget
        self.area = bytearray(self.program.area.initial)
        self.site = bytearray(found.site.initial)
        self.globals = bytearray(found.globals.initial)
        self.context = new_context(budget)
        self.runner = bind(self.program.unit, self.area, self.site, self.globals, self.context)
        self.places: dict[str, tuple[bytearray, Symbol]] = {}
        areas = ((found.site, self.site), (found.globals, self.globals), (self.program.area, self.area))
        for struct_type, memory in areas:
            for symbol in symbols(struct_type):
                self.places[symbol.path.upper()] = (memory, symbol)
        self["Sys.Time"] = 1_000 * MS

    def __getitem__(self, path: str) -> Any:
        memory, symbol = self.places[path.upper()]
        if isinstance(symbol.type, Text):
            (length,) = struct.unpack_from("<H", memory, symbol.offset)
            return bytes(memory[symbol.offset + 2 : symbol.offset + 2 + length]).decode("utf-8", "replace")
        return form(symbol.type).unpack_from(memory, symbol.offset)[0]

    def __setitem__(self, path: str, value: Any) -> None:
        memory, symbol = self.places[path.upper()]
        form(symbol.type).pack_into(memory, symbol.offset, value)

    def scan(self, after_ms: int = 0) -> int:
        """Runs once, ``after_ms`` later than the last scan; 0 or the number of the fault site."""
        self["Sys.Time"] += after_ms * MS
        self.context[:] = new_context(self.budget)
        return self.runner()

    def run(self, **inputs: Any) -> Machine:
        """Sets inputs and runs once; raises where the program stops."""
        for path, value in inputs.items():
            self[path] = value
        status = self.scan()
        if status:
            fault = self.program.unit.faults[status - 1]
            raise RuntimeError(f"{fault.span}: {fault.kind}: {fault.text}")
        return self

    @property
    def conversion_faults(self) -> int:
        return read_context(self.context)[1]
