"""The programs of the contest, each with its C and with what comes in scan by scan."""

from __future__ import annotations

import random
import struct
from dataclasses import replace
from pathlib import Path

from _contest import C_FOLDER, Case, Frames, Write
from _relays import INPUTS, LEVELS, c_program, st_program
from _site510 import MODULES, PROGRAMS, STRINGS, sources

from plc.lang.check.chart.state import ACTION, STEP
from plc.lang.compile import compile_set
from plc.lang.program import Compiled, Program
from plc.lang.source import Source
from plc.lang.types import BOOL, INT, LTIME, REAL, UDINT, Array, Struct, Symbol, symbols

ST_FOLDER = Path(__file__).parent / "st"
COLUMNS = ("runaway_columns", "equalization_columns")
SMALL = ("machine", "texts", "timers")
CHARTS = ("chart", "long_chart")
FRAMES = 40
SAMPLED_EVERY = 10
"""Scans between two samples of a module: a bus needs about a second for 34 of them."""

_FORMS = {BOOL.name: "<B", INT.name: "<h", UDINT.name: "<I", LTIME.name: "<q", REAL.name: "<f"}


def site_cases() -> list[Case]:
    """The shipped programs at 510 modules, and their loops over columns alone."""
    found, plant = sources()
    texts = [*found, *(_st(name) for name in COLUMNS)]
    compiled = _compiled(texts, {name: name for name in (*PROGRAMS, *COLUMNS)}, plant)
    frames, site = _site_frames(compiled)
    return [_case(compiled.programs[name], _c(name), frames, site) for name in (*PROGRAMS, *COLUMNS)]


def small_case(name: str) -> Case:
    """One of ``SMALL``, which need no plant."""
    compiled = _compiled([_st(name)], None, None)
    program = compiled.programs[name]
    frames = {"machine": _machine_frames, "texts": _texts_frames, "timers": _timers_frames}[name](program)
    return _case(program, _c(name), frames, compiled.site.initial)


def chart_case(name: str) -> Case:
    """One of ``CHARTS``: the machine again, and a service of forty steps, as sequential function charts.

    Ours leaves .X and .T of each step in memory, for all who look; C keeps the number of the step and when it began.
    """
    compiled = _compiled([_st(name)], None, None)
    program = compiled.programs[name]
    column, frames = {"chart": ("sets", _machine_frames), "long_chart": ("strings", _service_frames)}[name]
    charts = program.area.field(column)
    if charts is None or not isinstance(charts.type, Array) or not isinstance(charts.type.element, Struct):
        raise ValueError(f"{name} has no ARRAY {column} of charts")
    hidden = {field.name for field in charts.type.element.fields if field.type in (STEP, ACTION) or " " in field.name}

    def of_a_step(path: str) -> bool:
        return path.startswith(f"{column}[") and path.partition("].")[2].partition(".")[0] in hidden

    return replace(_case(program, _c(name), frames(program), compiled.site.initial), own=of_a_step)


def relay_case(seed: int, lines: int) -> Case:
    """Relay logic of so many lines from a seed."""
    compiled = _compiled([Source("relays.st", st_program(seed, lines))], None, None)
    program = compiled.programs["relays"]
    return _case(program, c_program(seed, lines), relay_frames(program, seed), compiled.site.initial)


def relay_frames(program: Program, seed: int) -> Frames:
    """A tenth of the inputs and levels are set anew before each scan."""
    chance, places = random.Random(seed), _places(program.area)
    frames = []
    for _ in range(FRAMES):
        frame = [_set(places[f"X{chance.randrange(INPUTS)}"], chance.random() < 0.5) for _ in range(INPUTS // 10)]
        frame += [
            _set(places[f"V{chance.randrange(LEVELS)}"], chance.randrange(100) + 0.125) for _ in range(LEVELS // 10)
        ]
        frames.append(frame)
    return frames


def _compiled(texts: list[Source], instances: dict[str, str] | None, plant: Source | None) -> Compiled:
    compiled = compile_set(texts, plant, instances)
    if compiled.errors:
        raise ValueError("\n".join(map(str, compiled.errors)))
    return compiled


def _case(program: Program, c_text: str, frames: Frames, site: bytes) -> Case:
    return Case(program.name, program, c_text, frames, program.area.initial, site)


def _st(name: str) -> Source:
    return Source(f"{name}.st", (ST_FOLDER / f"{name}.st").read_text(encoding="utf-8"))


def _c(name: str) -> str:
    return (C_FOLDER / f"{name}.c").read_text(encoding="utf-8")


def _places(area: Struct) -> dict[str, Symbol]:
    return {symbol.path.upper(): symbol for symbol in symbols(area)}


def _set(place: Symbol, value: float, in_site: bool = False) -> Write:
    number = value if place.type is REAL else int(value)
    name = place.type.base.name if hasattr(place.type, "base") else place.type.name
    return Write(place.offset, struct.pack(_FORMS[name], number), in_site)


def _text(place: Symbol, value: bytes) -> Write:
    return Write(place.offset, (len(value).to_bytes(2, "little") + value).ljust(place.type.size, b"\0"))


# ---------------------------------------------------------------- a plant on float


def _site_frames(compiled: Compiled) -> tuple[Frames, bytes]:
    """All well; each module gives a new sample every ``SAMPLED_EVERY`` scans, three are not Ok, two run warm."""
    places = _places(compiled.site)
    site = bytearray(compiled.site.initial)
    for write in _standing(places):
        site[write.offset : write.offset + len(write.value)] = write.value
    return [_samples(places, frame) for frame in range(FRAMES)], bytes(site)


def _standing(places: dict[str, Symbol]) -> list[Write]:
    found = []
    for s in range(1, STRINGS + 1):
        found.append(_set(places[f"STRINGS[{s}].STATE"], 2))
        for one, value in (("CURRENT", 0.06), ("AMBIENT", 25.0)):
            found += [_set(places[f"STRINGS[{s}].{one}.VALUE"], value), _set(places[f"STRINGS[{s}].{one}.OK"], True)]
        for i in range(1, MODULES + 1):
            for column in ("VOLTAGE", "TEMPERATURE", "BYPASS"):
                ok = (s, i) not in ((1, 3), (7, 20), (9, 34))
                found.append(_set(places[f"STRINGS[{s}].{column}.OK[{i}]"], ok))
    return found


def _samples(places: dict[str, Symbol], frame: int) -> list[Write]:
    chance, found = random.Random(frame), []
    for s in range(1, STRINGS + 1):
        for i in range(1, MODULES + 1):
            if (s + i) % SAMPLED_EVERY != frame % SAMPLED_EVERY:
                continue
            warm = 9.0 if (s, i) in ((4, 5), (11, 30)) else 0.0
            values = (13.6 + chance.random() / 50, 25.5 + chance.random() + warm, 20.0 + chance.random() * 10)
            for column, value in zip(("VOLTAGE", "TEMPERATURE", "BYPASS"), values, strict=True):
                found.append(_set(places[f"STRINGS[{s}].{column}.VALUE[{i}]"], value, True))
                found.append(_set(places[f"STRINGS[{s}].{column}.SEQUENCE[{i}]"], frame + 1, True))
        if s % SAMPLED_EVERY == frame % SAMPLED_EVERY:
            found.append(_set(places[f"STRINGS[{s}].CURRENT.VALUE"], 0.05 + chance.random() / 50, True))
            found.append(_set(places[f"STRINGS[{s}].CURRENT.SEQUENCE"], frame + 1, True))
    return found


# ---------------------------------------------------------------- small programs


def _machine_frames(program: Program) -> Frames:
    """Some sets are wanted, run, get warm or are acknowledged anew before each scan."""
    chance, places = random.Random(1), _places(program.area)
    frames = []
    for _ in range(FRAMES):
        frame = []
        for name, share in (("WANTED", 0.7), ("RUNNING", 0.8), ("WARM", 0.5), ("ACKNOWLEDGE", 0.5)):
            for _ in range(2):
                frame.append(_set(places[f"{name}[{chance.randint(1, 40)}]"], chance.random() < share))
        frames.append(frame)
    return frames


_SERVICE_SHARES = (0.7, 0.08, 0.7, 0.6, 0.5, 0.5, 0.3, 0.5, 0.3, 0.6)
"""How often each of its inputs is TRUE. Every step is reached."""


def _service_frames(program: Program) -> Frames:
    """One string's Begin, another's Abort ... are set anew before each scan."""
    chance, places = random.Random(4), _places(program.area)
    return [
        [
            _set(places[f"INPUTS[{chance.randint(1, 20)}, {number}]"], chance.random() < share)
            for number, share in enumerate(_SERVICE_SHARES, 1)
        ]
        for _ in range(FRAMES * 10)
    ]


def _texts_frames(program: Program) -> Frames:
    """One message a scan, of eighty that differ late in the text."""
    chance, places = random.Random(2), _places(program.area)
    frames = []
    for _ in range(FRAMES * 4):
        number = chance.randrange(80)
        place, text = b"string %d" % (number % 15), b"module %d is warmer than its neighbours" % number
        frames.append([_text(places["PLACE"], place), _text(places["TEXT"], text)])
    return frames


def _timers_frames(program: Program) -> Frames:
    """Four inputs a scan change."""
    chance, places = random.Random(3), _places(program.area)
    return [
        [_set(places[f"INPUTS[{chance.randint(1, 100)}]"], chance.random() < 0.6) for _ in range(4)]
        for _ in range(FRAMES * 4)
    ]


__all__ = ["CHARTS", "COLUMNS", "SMALL", "chart_case", "relay_case", "relay_frames", "site_cases", "small_case"]
