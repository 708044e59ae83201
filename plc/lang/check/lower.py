"""Lowers one unit to its routine, with the facts the rules look at."""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ast, ir
from plc.lang.check.actions import lower_actions
from plc.lang.check.body import Body, Facts
from plc.lang.check.chart.judge import advise_unused
from plc.lang.check.chart.lower import chart_statements
from plc.lang.check.interface import Interface
from plc.lang.check.statements import statements
from plc.lang.check.world import Origin, World


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
        decisions=None if interface.unit.origin is Origin.PLANT else world.decisions,
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
