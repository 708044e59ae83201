"""Lowers one unit to its routine, with the facts the rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plc.lang import ast, ir
from plc.lang.check.actions import lower_actions
from plc.lang.check.body import Body, Facts
from plc.lang.check.chart.judge import advise_unused
from plc.lang.check.chart.lower import chart_statements
from plc.lang.check.interface import Interface
from plc.lang.check.members import method_key
from plc.lang.check.statements import statements
from plc.lang.check.unit import Origin
from plc.lang.check.world import World


@dataclass(frozen=True, slots=True)
class Lowered:
    """A routine whose fault sites are numbered from ``first_fault`` on, and the sources it was made from.

    ``actions`` are the routines of its ACTIONs, which only it calls.
    """

    interface: Interface
    routine: ir.Routine
    facts: Facts
    faults: tuple[ir.FaultSite, ...]
    sources: frozenset[str]
    actions: tuple[ir.Routine, ...] = ()


def lower(world: World, interface: Interface, first_fault: int) -> Lowered:
    """The routine of a unit's body."""
    key = "body " + interface.pou.name.upper()
    world.begin()
    body = Body(
        world,
        interface.scope,
        interface.temp.copy(),
        slots=interface.slots,
        may_write_site=interface.system,
        is_program=interface.pou.kind is ast.PouKind.PROGRAM,
        first_fault=first_fault,
        marks=None if interface.unit.origin is Origin.PLANT else world.marks,
        interface=interface,
    )
    pou = interface.pou
    actions = lower_actions(body, interface) if pou.actions else ()
    lowered = statements(body, pou.body) if pou.chart is None else chart_statements(body, interface, pou.chart)
    advise_unused(body, pou)
    sources = interface.sources | world.end(key)
    routine = ir.Routine(
        pou.name, interface.instance, body.temp.finish(f"{pou.name} frame"), interface.references, lowered, pou.span
    )
    return Lowered(interface, routine, body.facts, tuple(body.faults), frozenset(sources), actions)


def family(units: Mapping[str, Lowered], key: str) -> list[Lowered]:
    """A unit as lowered, with its methods; for a method the whole of its block."""
    root = key.partition(".")[0]
    found = units.get(root)
    if found is None:
        return [lowered for name, lowered in units.items() if name.partition(".")[0] == root]
    methods = () if found is None else found.interface.pou.methods
    keys = (root, *(method_key(root, method.name) for method in methods))
    return [units[name] for name in keys if name in units]
