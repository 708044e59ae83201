"""Puts what is lowered together: programs that a back end can run, with the hash of all that decides what they do.

closure of a PROGRAM --callees first, TRIPs reset--> ir.Unit    paths of its sources --texts less their TESTs--> hash
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from plc.lang import ir
from plc.lang.check.closure import callees_first
from plc.lang.check.configurations import Configured
from plc.lang.check.decisions import PROBE
from plc.lang.check.instances import instances
from plc.lang.check.interface import Interface
from plc.lang.check.lower import Lowered
from plc.lang.check.tests import LoweredTest
from plc.lang.check.unit import Origin, Unit
from plc.lang.check.world import World
from plc.lang.program import BlockInstance, OutputSlot, Program
from plc.lang.program_text import without_tests
from plc.lang.script import Test
from plc.lang.types import BOOL, Struct


@dataclass(frozen=True, slots=True)
class Linker:
    """What all programs of a set share. ``units`` are its sources, ``shared`` the paths of those that ``site`` and
    ``globals`` were made from; ``begins`` holds the areas of instances to which VAR_CONFIG gives first values, by name
    in capitals."""

    world: World
    units: Sequence[Unit]
    site: Struct
    globals: Struct
    shared: set[str]
    configured: Configured | None
    begins: Mapping[str, Struct]

    def program(self, name: str, key: str, closure: dict[str, Lowered]) -> Program:
        """The program of an instance called ``name``; ``closure`` is all it calls, its own PROGRAM ``key`` included."""
        entry = closure[key]
        interface = entry.interface
        trips = instances(self.world, closure, interface.instance, "TRIP")
        unit = self._unit(entry, closure, trips)
        area = self.begins.get(name.upper(), interface.instance)
        sources = self._sources(closure, area is not interface.instance)
        attributes = {attribute.name.lower(): attribute.value or "" for attribute in interface.pou.attributes}
        return Program(
            name=name,
            type_name=interface.pou.name,
            unit=unit,
            area=area,
            outputs=_slots(interface),
            trips=trips,
            alarms=instances(self.world, closure, interface.instance, "ALARM"),
            reads=frozenset().union(*(lowered.facts.reads for lowered in closure.values())),
            protective="protective" in attributes,
            system=interface.system,
            attributes=attributes,
            closure=sources,
            source_hash=self._hash(sources),
        )

    def test(self, found: LoweredTest, closure: dict[str, Lowered]) -> Test:
        """The TEST of a lowered one; ``closure`` is all it calls, itself included."""
        unit = self._unit(found.lowered, closure, ())
        area = found.lowered.routine.instance
        return Test(found.test.name, found.test.span, unit, area, found.piece, found.programs, found.steps)

    def _unit(self, entry: Lowered, closure: dict[str, Lowered], trips: tuple[BlockInstance, ...]) -> ir.Unit:
        ordered = callees_first(closure, entry.routine.name.upper())
        routines = [routine for lowered in ordered[:-1] for routine in (*lowered.actions, lowered.routine)]
        if self.world.marks is not None:
            routines.insert(0, PROBE)
        body = (*self._resets(trips), *entry.routine.body)
        faults = tuple(fault for lowered in closure.values() for fault in lowered.faults)
        return ir.Unit(
            entry.routine.name,
            (*routines, *entry.actions, replace(entry.routine, body=body)),
            faults,
            self.site,
            self.globals,
        )

    def _resets(self, trips: tuple[BlockInstance, ...]) -> Iterable[ir.Assign]:
        """Before each run the Cause of every TRIP is FALSE: a TRIP not called requests nothing."""
        if not trips:
            return
        interface = self.world.lay_out(self.world, "TRIP")
        cause = None if interface is None else self.world.field(interface.instance, "Cause")
        if cause is None:
            raise LookupError("library/plant.st declares TRIP without Cause")
        for trip in trips:
            place = ir.Place(ir.Base.SELF, trip.offset + cause.offset, (), BOOL)
            yield ir.Assign(place, ir.Const(False, BOOL), trip.span)

    def _sources(self, closure: dict[str, Lowered], begun: bool) -> tuple[str, ...]:
        """The paths of every source that could change this program's code, or with what it begins."""
        paths = set(self.shared)
        if begun and self.configured is not None:
            paths.add(self.configured.unit.source.path)
        for lowered in closure.values():
            paths |= lowered.sources
        uses_globals = any(lowered.facts.uses_globals for lowered in closure.values())
        for unit in self.units:
            user = unit.origin is Origin.USER
            if unit.origin is Origin.PLANT or (user and uses_globals and unit.file.all_globals):
                paths.add(unit.source.path)
        return tuple(sorted(path for path in paths if path))

    def _hash(self, paths: Iterable[str]) -> str:
        """SHA-256 over the texts, wherever they lie: a text that moves to another folder is the same program. Tests do
        not count: what is armed stays what it is, whatever is shown of it."""
        tests = {unit.source.path: unit.file.tests for unit in self.units}
        texts = sorted(
            without_tests(self.world.texts[path], tests.get(path, ())).encode("utf-8", "surrogatepass")
            for path in paths
        )
        digest = hashlib.sha256()
        for text in texts:
            digest.update(len(text).to_bytes(8, "little"))
            digest.update(text)
        return digest.hexdigest()


def _slots(interface: Interface) -> tuple[OutputSlot, ...]:
    return tuple(
        OutputSlot(granule.tag, interface.slots[key].offset, granule.type)
        for key, granule in interface.granules.items()
    )
