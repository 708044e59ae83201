"""Lowers one unit to its routine, with the facts the rules look at."""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ast, ir
from plc.lang.check.body import Body, Facts
from plc.lang.check.interface import Interface
from plc.lang.check.statements import statements
from plc.lang.check.world import Origin, World


@dataclass(frozen=True, slots=True)
class Lowered:
    """A routine whose fault sites are numbered from ``first_fault`` on, and the sources it was made from."""

    interface: Interface
    routine: ir.Routine
    facts: Facts
    faults: tuple[ir.FaultSite, ...]
    sources: frozenset[str]


def lower(world: World, interface: Interface, first_fault: int) -> Lowered:
    """The routine of a unit's body."""
    key = "body " + interface.pou.name.upper()
    _not_yet(world, interface.pou)
    world.begin()
    body = Body(
        world,
        interface.scope,
        interface.temp.copy(),
        slots=interface.slots,
        may_write_site=interface.system,
        is_program=interface.pou.kind is ast.PouKind.PROGRAM,
        first_fault=first_fault,
        decisions=world.decisions if interface.unit.origin is Origin.USER else None,
    )
    lowered = statements(body, interface.pou.body)
    sources = interface.sources | world.end(key)
    pou = interface.pou
    routine = ir.Routine(
        pou.name, interface.instance, body.temp.finish(f"{pou.name} frame"), interface.references, lowered, pou.span
    )
    return Lowered(interface, routine, body.facts, tuple(body.faults), frozenset(sources))


def _not_yet(world: World, pou: ast.Pou) -> None:
    """Refuses what is parsed and not lowered."""
    parts = [action.name_span for action in pou.actions] + [method.name_span for method in pou.methods]
    parts += [] if pou.chart is None else [step.name_span for step in pou.chart.steps]
    for span in parts[:1]:
        world.report.error("S017", span, "charts, actions and methods come later", "write statements for now")
