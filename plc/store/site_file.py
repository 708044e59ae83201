"""Reads and checks a site: one folder with a ``site.yaml``.

site.yaml --site_yaml--> nodes --site_sections--> Site --site_rules, string_rules--> Site | problems
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.core.site import Site
from plc.store.site_addresses import check_addresses, read_addresses
from plc.store.site_read import Keys, Report
from plc.store.site_rules import RULES, Case
from plc.store.site_sections import Places, Sections
from plc.store.site_strings import read_strings
from plc.store.site_yaml import Table, parse
from plc.store.string_rules import STRING_RULES

SITE_FILE = "site.yaml"


class SiteText(NamedTuple):
    """A site and what is to be said of it; ``site`` is None if any of the diagnostics is an error."""

    site: Site | None
    diagnostics: tuple[Diagnostic, ...]


def read_site(folder: Path) -> SiteText:
    """The site of a folder. Never raises on what stands in the file or on a file that cannot be read."""
    path = folder / SITE_FILE
    start = Span(str(path), 1, 1, 1, 1)
    try:
        with path.open("rb") as file:
            content = file.read((1 << 20) + 1)
    except FileNotFoundError:
        what = f"there is no {SITE_FILE} in {folder}"
        return SiteText(None, (Diagnostic("Y001", start, what, "name the folder of a site"),))
    except OSError as error:
        what = f"it cannot be read: {error.strerror or error}"
        return SiteText(None, (Diagnostic("Y001", start, what, "check the file and its permissions"),))
    return check_text(str(path), content)


def check_text(file: str, content: bytes) -> SiteText:
    """The site of a text, with all its problems in order of their place."""
    document = parse(file, content)
    report = Report(file)
    report.diagnostics.extend(document.diagnostics)
    site = None
    if isinstance(document.root, Table):
        site = _site(report, document.root)
    elif not report.failed:
        what = "the file is empty" if document.root is None else "a site file is a table"
        report.refuse("Y008", Span(file, 1, 1, 1, 1), what, "begin with 'site:', see docs/site.md")
    found = tuple(sorted(report.diagnostics, key=lambda d: (d.span.line, d.span.column, d.severity is Severity.ADVICE)))
    return SiteText(None if report.failed else site, found)


def _site(report: Report, root: Table) -> Site:
    places = Places()
    sections = Sections(report, places)
    optional = "tasks simulation rooms relays breakers schedules addresses"
    whole = Keys(report, "the site file", root, "site buses devices strings", optional)
    general = sections.general(whole.node("site"), root)
    addresses = read_addresses(report, whole.node("addresses"))
    site = Site(
        general.name,
        general.timezone,
        general.scan_ns,
        sections.buses(whole.node("buses")),
        sections.devices(whole.node("devices")),
        sections.rooms(whole.node("rooms")),
        read_strings(report, places, whole.node("strings")),
        sections.relays(whole.node("relays")),
        sections.breakers(whole.node("breakers")),
        sections.tasks(whole.node("tasks")),
        sections.schedules(whole.node("schedules")),
        sections.simulation(whole.node("simulation")),
        general.max_open_strings,
        general.max_open_per_hour,
        general.start_grace_ns,
        general.common_mode,
        tuple(tied for tied, _ in addresses),
    )
    case = Case(site, places, report)
    for rule in (*RULES, *STRING_RULES):
        rule(case)
    check_addresses(report, site, {tied.address: span for tied, span in addresses})
    return site
