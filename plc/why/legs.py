"""A first "why" of a trip: each leg of its cause with value, limit and source line, read from one scan's image.

    TRIP call's line --Cause := watch[s].Trip--> watch[4] --its legs--> A: module 7 at 52.3 degC, limit 50.0 degC

A leg is a term of Cause (what OR joins); a term that is the trip of the thermal runaway block is told by that block's
own legs. Limits are what the block was called with, not what the site file says.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

import msgspec

from plc.core.quantity import time_text
from plc.core.run_paths import StatePaths
from plc.engine.area import UnknownPath, Value
from plc.engine.image import ImageReader
from plc.engine.manifest import BlockFacts, ProgramFacts
from plc.lang.types import Kind, Role, Scalar, Struct
from plc.store.sets import ArmedSets

LEGS = ("A", "B", "V", "C", "D")
_INDEX = re.compile(r"\[(\d+)\]$")
_NAME_IN_BRACKETS = re.compile(r"\[\s*[A-Za-z_]\w*\s*\]")
_PATH = re.compile(r"^[A-Za-z_]\w*(\[\d+\])*(\.[A-Za-z_]\w*(\[\d+\])*)*$")


class Leg(msgspec.Struct):
    """``holds`` None: the scan's image does not tell. ``since_s`` is plant time, None where nobody saw it begin."""

    name: str
    says: str
    holds: bool | None
    value: str = ""
    limit: str = ""
    since_s: float | None = None
    file: str = ""
    line: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """One TRIP call of a set. ``number`` is the index of its instance, 0 for one that is no array."""

    program: ProgramFacts
    call: BlockFacts

    @property
    def key(self) -> str:
        return f"{self.program.instance}.{self.call.path}"

    @property
    def number(self) -> int:
        found = _INDEX.search(self.call.path)
        return int(found[1]) if found else 0


def asking(image: ImageReader) -> Iterator[Asking]:
    """Every TRIP call of the set."""
    for program in image.manifest.programs:
        for call in program.trips:
            yield Asking(program, call)


def breaker_number(image: ImageReader, call: Asking) -> int:
    return int(image.read(f"{call.key}.Number"))


class Sources:
    """The texts a set was compiled from: those armed on this controller, else the files themselves."""

    def __init__(self, state: StatePaths) -> None:
        self._armed = ArmedSets(state)

    def lines(self, set_hash: str, file: str) -> list[str]:
        """Empty where the text is not there any more."""
        folder = self._armed.folder(set_hash)
        for path in (*([folder / PurePath(file).name] if folder else []), Path(file)):
            try:
                return path.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                continue
        return []


def watched(image: ImageReader, call: Asking, lines: list[str]) -> dict[str, str]:
    """{name of a leg: the path of the BOOL that says whether it holds}, in the order they are told."""
    found: dict[str, str] = {}
    for term in terms(cause(lines, call.call.line)):
        path = _resolve(image, call, term)
        block = path.rpartition(".")[0]
        if path and _is_thermal(image, block):
            found.update({leg: f"{block}.{leg}" for leg in LEGS})
        else:
            found[term] = path
    return found or {"Cause": f"{call.key}.Cause"}


def legs(image: ImageReader, call: Asking, lines: list[str], since: Callable[[str], float | None]) -> list[Leg]:
    """The legs as they stand in the image. ``since`` tells the plant time at which a path became TRUE."""
    found = []
    for name, path in watched(image, call, lines).items():
        holds = bool(image.read(path)) if path else None
        began = since(path) if path and holds else None
        block, _, field = path.rpartition(".")
        if field in LEGS and _is_thermal(image, block):
            value, limit = _THERMAL[field](image, block)
            line = _assigned(lines, field)
            leg = Leg(name, _SAYS[field], holds, value, limit, began)
        else:
            value, limit = _told(image, block)
            line = call.call.line
            leg = Leg(name, name, holds, value, limit, began)
        leg.file, leg.line = PurePath(call.call.file).name, line
        leg.code = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        found.append(leg)
    return found


def waits_for(image: ImageReader, call: Asking, lines: list[str]) -> str:
    """Why this call does not allow a reset yet, in the words of its source and with what stands now; empty if it
    does."""
    if image.read(f"{call.key}.MayReset"):
        return ""
    term = argument(lines, call.call.line, "MayReset")
    path = _resolve(image, call, term)
    block, _, field = path.rpartition(".")
    said = f"{call.program.instance} wants {term or 'MayReset'}"
    meant = _comment(lines, field)
    if meant:
        said += f": {meant}"
    if path and _is_thermal(image, block):
        reference, degc = _real(image, f"{block}.Reference"), _real(image, f"{block}.WarmestValue")
        said += (
            f". Now {_warmest(image, block)}, {_fixed(degc - reference, 1, 'K')} over {_fixed(reference, 1, 'degC')}"
        )
        standing = [leg for leg in LEGS if image.read(f"{block}.{leg}")]
        said += f"; leg {', '.join(standing)} holds" if standing else "; no leg holds"
    return said


# ------------------------------------------------------------ the source


def cause(lines: list[str], line: int) -> str:
    """The argument Cause of the call that begins in ``line`` (from 1); empty where it is not found."""
    return argument(lines, line, "Cause")


def argument(lines: list[str], line: int, name: str) -> str:
    """An argument of the call that begins in ``line`` (from 1); empty where it is not found."""
    text = " ".join(_without_comment(row) for row in lines[line - 1 : line + 40])
    found = re.search(rf"\b{name}\s*:=", text, re.IGNORECASE)
    if not found:
        return ""
    depth, start = 0, found.end()
    for at in range(start, len(text)):
        depth += (text[at] in "([") - (text[at] in ")]")
        if depth < 0 or (depth == 0 and text[at] == ","):
            return text[start:at].strip()
    return ""


def terms(text: str) -> list[str]:
    """What OR joins at the top; one term where AND, XOR or NOT stand there."""
    flat = re.sub(r"\([^()]*\)", lambda part: "#" * len(part[0]), text)
    if not text or re.search(r"\b(AND|XOR|NOT|AND_THEN)\b", flat, re.IGNORECASE):
        return [text] if text else []
    cuts = [0, *(at for found in re.finditer(r"\bOR(_ELSE)?\b", flat, re.IGNORECASE) for at in found.span()), len(text)]
    return [text[a:b].strip() for a, b in zip(cuts[::2], cuts[1::2], strict=True)]


def _without_comment(row: str) -> str:
    return row.split("//")[0]


def _comment(lines: list[str], name: str) -> str:
    """What its declaration says of a variable."""
    pattern = re.compile(rf"^[^/]*\b{name}\b[^/]*:\s*BOOL\s*;\s*//\s*(.+)$", re.IGNORECASE)
    found = (pattern.match(row) for row in lines) if name else iter(())
    return next((match[1].strip() for match in found if match), "")


def _assigned(lines: list[str], name: str) -> int:
    """The line that sets a variable, 0 where none does."""
    pattern = re.compile(rf"^\s*{name}\s*:=", re.IGNORECASE)
    return next((number for number, row in enumerate(lines, 1) if pattern.match(row)), 0)


# ------------------------------------------------------------ the image


def _resolve(image: ImageReader, call: Asking, term: str) -> str:
    """The path a term names for this instance; empty for an expression or a name the image does not have."""
    text = _NAME_IN_BRACKETS.sub(f"[{call.number}]", term).replace(" ", "")
    if not _PATH.match(text):
        return ""
    for path in (f"{call.program.instance}.{text}", text):
        try:
            of = image.spot(path).type
        except UnknownPath:
            continue
        if isinstance(of, Scalar) and of.kind is Kind.BOOL:
            return path
    return ""


def _is_thermal(image: ImageReader, block: str) -> bool:
    try:
        of = image.spot(block).type
    except UnknownPath:
        return False
    return isinstance(of, Struct) and all(of.field(leg) is not None for leg in (*LEGS, "CurrentLimit", "Warmest"))


def _told(image: ImageReader, block: str) -> tuple[str, str]:
    """(what a block says, what it was called with), each as ``name value``."""
    try:
        of = image.spot(block).type
    except UnknownPath:
        return "", ""
    if not isinstance(of, Struct) or not any(field.role is Role.INPUT for field in of.fields):
        return "", ""
    said = {Role.OUTPUT: [], Role.INPUT: []}  # type: dict[Role, list[str]]
    for field in of.fields:
        if field.role in said and isinstance(field.type, Scalar):
            said[field.role].append(f"{field.name} {_text(field.type, image.read(f'{block}.{field.name}'))}")
    return ", ".join(said[Role.OUTPUT]), ", ".join(said[Role.INPUT])


def _text(of: Scalar, value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if of.kind is Kind.TIME:
        return time_text(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------ the legs of thermal runaway

_SAYS = {
    "A": "modules run warm: over the reference temperature",
    "B": "the float current is high against its baseline",
    "V": "the mean voltage is high for the reference temperature",
    "C": "modules are hot",
    "D": "the warmest module draws away from the reference",
}


def _real(image: ImageReader, path: str) -> float:
    try:
        return float(image.read(path))
    except (UnknownPath, ValueError):
        return math.nan


def _fixed(value: float, digits: int, unit: str) -> str:
    return "not known" if math.isnan(value) else f"{value:.{digits}f} {unit}"


def _warm(image: ImageReader, block: str) -> tuple[str, str]:
    reference, limit = _real(image, f"{block}.Reference"), _real(image, f"{block}.warm.Limit")
    count = _real(image, f"{block}.warm.Count")
    over = _fixed(limit - reference, 1, "K")
    value = f"{_warmest(image, block)}; {count:.0f} modules over the limit"
    return value, f"{_fixed(limit, 1, 'degC')} ({over} over {_fixed(reference, 1, 'degC')})"


def _warmest(image: ImageReader, block: str) -> str:
    module, degc = _real(image, f"{block}.Warmest"), _real(image, f"{block}.WarmestValue")
    return f"module {module:.0f} at {_fixed(degc, 1, 'degC')}" if module > 0 else "no module"


def _current(image: ImageReader, block: str) -> tuple[str, str]:
    current, baseline = _real(image, f"{block}.Current"), _real(image, f"{block}.Baseline")
    value = f"{_fixed(current, 2, 'A')} (baseline {_fixed(baseline, 2, 'A')})"
    measurable = "" if image.read(f"{block}.CurrentMeasurable") else ", too small for the sensor"
    return value, _fixed(_real(image, f"{block}.CurrentLimit"), 2, "A") + measurable


def _voltage(image: ImageReader, block: str) -> tuple[str, str]:
    value = f"mean {_fixed(_real(image, f'{block}.meanVoltage.Value'), 3, 'V')} a module"
    after = time_text(int(image.read(f"{block}.overVoltage.PT")))
    return value, f"float voltage at the reference temperature and the site's over_voltage, for {after}"


def _hot(image: ImageReader, block: str) -> tuple[str, str]:
    count = _real(image, f"{block}.hot.Count")
    value = f"{_warmest(image, block)}; {count:.0f} modules over the limit"
    return value, _fixed(_real(image, f"{block}.hot.Limit"), 1, "degC")


def _away(image: ImageReader, block: str) -> tuple[str, str]:
    difference = _fixed(_real(image, f"{block}.drawAway.Difference"), 1, "K")
    window = time_text(int(image.read(f"{block}.drawAway.Window")))
    return (
        f"{difference} over the reference",
        f"{_fixed(_real(image, f'{block}.drawAway.Rate'), 1, 'K/h')} for {window}",
    )


_THERMAL = {"A": _warm, "B": _current, "V": _voltage, "C": _hot, "D": _away}
