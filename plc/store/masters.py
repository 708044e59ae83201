"""Relays with two masters: a program that writes them, and people or a schedule that may switch them.

site.yaml people:, schedules: + the outputs of the compiled programs --check_masters--> Y038

A program stands above people and schedules, so what these ask is without effect while it runs, and against its on_fault
once it has stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Severity
from plc.core.site import Action, Site
from plc.lang.program import Compiled
from plc.store.site_file import SITE_FILE
from plc.store.site_read import Report
from plc.store.site_sections import Places, Sections
from plc.store.site_yaml import Table, parse


@dataclass(frozen=True, slots=True)
class Overruled:
    """Who else may switch the relay that ``program`` writes: people (their states), and schedules by name."""

    relay: str
    program: str
    people: tuple[str, ...]
    schedules: tuple[str, ...]


def overruled(site: Site, compiled: Compiled) -> list[Overruled]:
    """The relays that have two masters, in the order of the site file."""
    writers = {
        slot.tag.upper(): name
        for name, program in compiled.programs.items()
        if not program.system
        for slot in program.outputs
    }
    found = []
    for relay in site.relays:
        switching = [s.name for s in site.schedules if s.action is Action.SWITCH and s.target == relay.name]
        writer = writers.get(f"RELAYS.{relay.name}".upper())
        if writer and (relay.people or switching):
            found.append(Overruled(relay.name, writer, relay.people, tuple(switching)))
    return found


def check_masters(folder: Path, site: Site, compiled: Compiled) -> list[Diagnostic]:
    """Advice on each of them, where the site file says who may switch it."""
    found = overruled(site, compiled)
    return list(_advice(found, _places(folder))) if found else []


def _advice(found: Iterable[Overruled], places: Places) -> Iterator[Diagnostic]:
    for each in found:
        takes_over = f"which program {each.program} writes: it does nothing while {each.program} runs"
        if each.people:
            what = f"people may switch relay {each.relay}, {takes_over}"
            cure = f"remove 'people:', or do not run {each.program}"
            yield Diagnostic("Y038", places.span("relays", each.relay, "people"), what, cure, Severity.ADVICE)
        for name in each.schedules:
            what = f"schedule {name} switches relay {each.relay}, {takes_over}"
            cure = f"remove the schedule, or do not run {each.program}"
            yield Diagnostic("Y038", places.span("schedules", name, "switch"), what, cure, Severity.ADVICE)


def _places(folder: Path) -> Places:
    """Where relays and schedules stand in the site file."""
    path = folder / SITE_FILE
    places, report = Places(), Report(str(path))
    root = parse(str(path), path.read_bytes()).root
    if isinstance(root, Table):
        sections = Sections(report, places)
        sections.relays(root.get("relays"))
        sections.schedules(root.get("schedules"))
    return places
