"""A site of 510 modules: fifteen strings of 34 on three buses, as text and compiled."""

from __future__ import annotations

from pathlib import Path

from plc.core.plan import Plan
from plc.core.site import Site
from plc.lang.compile import compile_set
from plc.lang.program import Compiled
from plc.lang.source import Source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.plan import make_plan
from plc.store.resolve import site_programs
from plc.store.site_file import check_text

STRINGS, MODULES = 15, 34
PROGRAMS = ("thermal_runaway", "equalization")


def site_text() -> str:
    """The site file: string n on bus (n-1) mod 3, one relay unit for four breakers' worth of strings."""
    lines = ["site: {name: Bench, timezone: UTC, scan: 100 ms}", "simulation: {plant: plant.yaml}", "buses:"]
    lines += [f'  bus{b}: {{driver: modbus_rtu, port: "sim:bus{b}"}}' for b in range(3)]
    lines.append("devices:")
    lines += [f"  csh{s}: {{type: CSH200, bus: bus{s % 3}, unit: {201 + s // 3}}}" for s in range(STRINGS)]
    lines.append("  room_a: {type: climate, bus: bus0, unit: 217}")
    lines.append("rooms: {A: {ambient: room_a.temperature}}")
    lines.append("strings:")
    for s in range(STRINGS):
        first = 1 + s // 3 * MODULES
        lines += [
            f"  S{s + 1}:",
            "    room: A",
            f"    modules: {{type: C20, bus: bus{s % 3}, units: {first}-{first + MODULES - 1}}}",
            "    block: {chemistry: VRLA, cells: 6, capacity: 100 Ah, float: 2.27 V/cell}",
            f"    current: {{device: csh{s}, accuracy: 0.2 A}}",
        ]
    lines.append("tasks: {protection: {every: 100 ms, programs: [thermal_runaway, equalization]}}")
    return "\n".join(lines) + "\n"


def compiled() -> tuple[Compiled, Plan]:
    """The shipped programs compiled for that site. Raises ValueError when either has an error."""
    found, plant = sources()
    result = compile_set(found, plant, {name: name for name in PROGRAMS})
    if result.errors:
        raise ValueError("\n".join(map(str, result.errors)))
    return result, make_plan(site())


def sources() -> tuple[list[Source], Source]:
    """The texts of the shipped programs, and the plant's."""
    found = site_programs(Path("/nonexistent"), PROGRAMS)
    return list(found.sources), Source(PLANT_PATH, plant_text(site()))


def site() -> Site:
    """The site, read from its text."""
    text = check_text("bench.yaml", site_text().encode())
    if text.site is None:
        raise ValueError("\n".join(map(str, text.diagnostics)))
    return text.site
