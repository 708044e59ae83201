"""A set ready to run: every program with its area and the code bound to it.

Manifest + Bind (reference closures, native objects, plain Python) --load--> LoadedSet --> Engine
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from plc.core.plan import Plan
from plc.engine.area import Area, Cell, UnknownPath
from plc.engine.manifest import Manifest, ManifestError, ProgramFacts, read_types
from plc.lang.runner import Memory, Runner, new_context
from plc.lang.types import Array, Struct, Type


class Bind(Protocol):
    """Binds the code of one program instance to its memory."""

    def __call__(self, facts: ProgramFacts, area: Memory, site: Memory, globals: Memory, context: Memory) -> Runner: ...


@dataclass(frozen=True, slots=True)
class LoadedProgram:
    """A program instance: what the compiler says of it, its own memory, its code."""

    facts: ProgramFacts
    area: Area
    runner: Runner

    @property
    def name(self) -> str:
        return self.facts.instance


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """All programs of one set over one SITE. ``system`` programs fill SITE, ``programs`` run in tasks (by name).

    ``close`` unloads the code; call it once no scan runs the set any more.
    """

    plan: Plan
    set_hash: str
    site: Area
    globals: Area
    context: bytearray
    system: tuple[LoadedProgram, ...]
    programs: dict[str, LoadedProgram]
    types: tuple[Type, ...]
    close: Callable[[], None]

    def shared_cell(self, path: str) -> Cell:
        """The place in GLOBAL, else in SITE, that a task waits for. Raises ManifestError where neither has it."""
        try:
            return (self.globals if self.globals.has(path) else self.site).cell(path)
        except UnknownPath as exc:
            raise ManifestError(f"a task waits for {path}, which is not in the set; compile it again") from exc


def load(
    manifest: Manifest, plan: Plan, bind: Bind, site: Area | None = None, close: Callable[[], None] | None = None
) -> LoadedSet:
    """Lay out the areas and bind each program. ``site`` is the running SITE a new set goes on with.

    Raises ManifestError when the manifest belongs to another site, lacks a program of a task, or does not fit SITE.
    """
    types = read_types(manifest.types)
    site_layout, globals_layout = _struct(types, manifest.site), _struct(types, manifest.globals)
    _check(manifest, plan)
    if site is None:
        site = Area(site_layout)
    elif not same_layout(site.layout, site_layout):
        raise ManifestError("the set was compiled for another site file; start the controller again with the new site")
    globals_area = Area(globals_layout)
    context = new_context(plan.loop_budget)
    loaded = []
    for facts in manifest.programs:
        area = Area(_struct(types, facts.area))
        runner = bind(facts, area.memory, site.memory, globals_area.memory, context)
        loaded.append(LoadedProgram(facts, area, runner))
    return LoadedSet(
        plan=plan,
        set_hash=manifest.set_hash,
        site=site,
        globals=globals_area,
        context=context,
        system=tuple(program for program in loaded if program.facts.system),
        programs={program.name: program for program in loaded if not program.facts.system},
        types=tuple(types),
        close=close or _nothing,
    )


def _nothing() -> None:
    """Plain Python needs no unloading."""


def _struct(types: list[Type], number: int) -> Struct:
    found = types[number] if 0 <= number < len(types) else None
    if not isinstance(found, Struct):
        raise ManifestError(f"type {number} of the manifest is no structure; compile the set again")
    return found


def _check(manifest: Manifest, plan: Plan) -> None:
    if manifest.site_hash != plan.site_hash:
        raise ManifestError("the set was compiled for another site file; compile it again")
    present = {facts.instance for facts in manifest.programs}
    for task in plan.tasks:
        for name in task.programs:
            if name not in present:
                raise ManifestError(f"task {task.name} runs {name}, which is not in the set; add it or take it out")


def same_layout(one: Type, other: Type) -> bool:
    """Whether two types place the same names at the same offsets (initial values do not count)."""
    match one, other:
        case Struct(), Struct():
            return (one.size, len(one.fields)) == (other.size, len(other.fields)) and all(
                (a.name, a.offset) == (b.name, b.offset) and same_layout(a.type, b.type)
                for a, b in zip(one.fields, other.fields, strict=True)
            )
        case Array(), Array():
            return one.dimensions == other.dimensions and same_layout(one.element, other.element)
        case _:
            return one == other
