"""Compiled -> a set: the manifest with its hashes, the objects, and programs bound to either back end.

compile_set --compile_objects--> objects --manifest_of--> Manifest     (compiler process)
Manifest + object files --load_objects--> LoadedSet                    (engine process)
Compiled --load_compiled--> LoadedSet                                  (table tests, simulate, the reference)
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from plc.core.plan import Plan
from plc.engine.area import Area
from plc.engine.loaded import Bind, LoadedSet, load
from plc.engine.manifest import (
    BlockFacts,
    FaultFacts,
    Manifest,
    ManifestError,
    ProgramFacts,
    SlotFacts,
    TypeTable,
    program_hash,
    set_hash,
)
from plc.lang import ir, reference
from plc.lang.program import BlockInstance, Compiled, Program
from plc.lang.runner import Memory, Runner


class BackEnd(StrEnum):
    NATIVE = "native"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class ObjectFile:
    """The machine code of one program: bytes, and the hash over all that decides them."""

    bytes: bytes
    hash: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.bytes).hexdigest()

    @property
    def name(self) -> str:
        """Its file name: equal code has one file."""
        return f"{self.sha256[:24]}.o"


def compile_objects(compiled: Compiled, known: Mapping[str, ObjectFile] | None = None) -> dict[str, ObjectFile]:
    """Machine code of each program by instance. ``known``, by hash, saves compiling what did not change."""
    from plc.lang import native  # an engine on the reference back end has no llvmlite

    objects = {}
    for name, program in compiled.programs.items():
        text = native.emit(program.unit)
        code = native.object_hash(text)
        old = (known or {}).get(code)
        objects[name] = old or ObjectFile(native.compile_object(text), code)
    return objects


def manifest_of(compiled: Compiled, plan: Plan, objects: Mapping[str, ObjectFile] | None = None) -> Manifest:
    """What the engine needs to know of a set that compiled without an error. Raises ManifestError for another one."""
    if compiled.errors:
        raise ManifestError(f"the set has {len(compiled.errors)} errors; correct them first")
    options = f"loop budget {plan.loop_budget}"
    compiler = f"cellkeeper {importlib.metadata.version('cellkeeper')}"
    hashes = {
        name: program_hash(program.source_hash, compiler, options, plan.site_hash)
        for name, program in compiled.programs.items()
    }
    table = TypeTable()
    programs = tuple(
        _facts(program, hashes[name], table, (objects or {}).get(name)) for name, program in compiled.programs.items()
    )
    site, globals = table.number(compiled.site), table.number(compiled.globals)
    return Manifest(
        set_hash=set_hash(hashes, plan.tasks, plan.site_hash),
        site_hash=plan.site_hash,
        types=tuple(table.rows),
        site=site,
        globals=globals,
        programs=programs,
    )


def load_compiled(
    compiled: Compiled, plan: Plan, back_end: BackEnd = BackEnd.REFERENCE, site: Area | None = None
) -> LoadedSet:
    """Bind a compiled set in this process. Raises ManifestError, see `loaded.load`."""
    if back_end is BackEnd.NATIVE:
        objects = compile_objects(compiled)
        by_file = {found.name: found.bytes for found in objects.values()}
        return load_objects(manifest_of(compiled, plan, objects), plan, by_file.__getitem__, site)

    def bind(facts: ProgramFacts, area: Memory, site: Memory, globals: Memory, context: Memory) -> Runner:
        return reference.bind(compiled.programs[facts.instance].unit, area, site, globals, context)

    return load(manifest_of(compiled, plan), plan, bind, site)


def bind_unit(
    unit: ir.Unit, back_end: BackEnd, area: Memory, site: Memory, globals: Memory, context: Memory
) -> tuple[Runner, Callable[[], None]]:
    """A unit that belongs to no set, bound to its memory, and what unloads it."""
    if back_end is BackEnd.REFERENCE:
        return reference.bind(unit, area, site, globals, context), lambda: None
    from plc.lang import native

    loaded = native.load(native.compile_object(native.emit(unit)), unit.entry)
    return loaded.bind(area, site, globals, context), loaded.close


def load_objects(manifest: Manifest, plan: Plan, read: Callable[[str], bytes], site: Area | None = None) -> LoadedSet:
    """Bind a manifest's object files, each read by its name and checked against its SHA-256.

    Raises ManifestError where one is missing or damaged, OSError from ``read``.
    """
    from plc.lang import native

    opened: list[native.Loaded] = []

    def bind(facts: ProgramFacts, area: Memory, site: Memory, globals: Memory, context: Memory) -> Runner:
        code = read(facts.object_file) if facts.object_file else b""
        if hashlib.sha256(code).hexdigest() != facts.object_sha256:
            raise ManifestError(f"{facts.instance}: its object {facts.object_file} is damaged; compile the set again")
        opened.append(native.load(code, facts.instance))
        return opened[-1].bind(area, site, globals, context)

    def close() -> None:
        for loaded in opened:
            loaded.close()

    bound: Bind = bind
    try:
        return load(manifest, plan, bound, site, close)
    except BaseException:
        close()
        raise


def _facts(program: Program, digest: str, table: TypeTable, code: ObjectFile | None) -> ProgramFacts:
    return ProgramFacts(
        instance=program.name,
        type_name=program.type_name,
        program_hash=digest,
        area=table.number(program.area),
        entry=program.unit.entry,
        trips=tuple(map(_block, program.trips)),
        alarms=tuple(map(_block, program.alarms)),
        outputs=tuple(SlotFacts(slot.tag, slot.offset, table.number(slot.type)) for slot in program.outputs),
        faults=tuple(FaultFacts(f.kind.value, f.span.file, f.span.line, f.text) for f in program.unit.faults),
        reads=tuple(sorted(program.reads)),
        protective=program.protective,
        system=program.system,
        object_file=code.name if code else "",
        object_hash=code.hash if code else "",
        object_sha256=code.sha256 if code else "",
    )


def _block(instance: BlockInstance) -> BlockFacts:
    span = instance.span
    return BlockFacts(instance.path, instance.offset, span.file, span.line, instance.text, instance.response)
