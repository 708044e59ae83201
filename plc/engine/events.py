"""Events as the engine reports them: each change of state once, as a sentence with its numbers.

Request's values + its line --trip_sentence--> text --Reporter--> Events port
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from plc.core.command import Command
from plc.core.event import Event, EventKind
from plc.core.quantity import time_text
from plc.engine.ports import Events

MODULE, MODULE2 = "Module", "Module2"


@dataclass(slots=True)
class Moment:
    """This scan's number and its one time: ``wall_ns`` is CLOCK_MONOTONIC, ``program_ns`` what programs see."""

    scan: int = 0
    wall_ns: int = 0
    program_ns: int = 0


@dataclass(slots=True)
class Reporter:
    """Stamps events with this scan's time. ``calendar`` gives Unix time in ns."""

    port: Events
    moment: Moment
    calendar: Callable[[], int]
    set_hash: str = field(default="")

    def report(
        self,
        kind: EventKind,
        subject: str,
        text: str,
        priority: int = 0,
        values: Mapping[str, float] | None = None,
        response: str = "",
        by: Command | None = None,
    ) -> None:
        now = self.moment
        self.port.emit(
            Event(
                sequence=0,
                scan=now.scan,
                time_ns=now.program_ns,
                monotonic_ns=now.wall_ns,
                wall_ns=self.calendar(),
                kind=kind,
                subject=subject,
                text=text,
                set_hash=self.set_hash,
                priority=priority,
                values=dict(values or {}),
                response=response,
                who=by.who if by else "",
                role=by.role if by else "",
                reason=by.reason if by else "",
            )
        )


def trip_sentence(values: Mapping[str, float], lasted_ns: int, file: str, line: int) -> str:
    """What a TRIP says for itself, from its inputs; what is not known (NaN, 0) is left out.

    ``modules 7 and 8 at 52.3 degC, 12.3 K over 40.0 degC (limit 10 K) and 9.4 A (baseline 0.30 A) for 10 min;
    thermal_runaway.st line 88``
    """
    parts = [part for part in (_heat(values), _current(values)) if part]
    said = " and ".join(parts) or "requested"
    if lasted_ns > 0:
        said += f" for {duration_text(lasted_ns)}"
    return f"{said}; {PurePath(file).name} line {line}"


def _heat(values: Mapping[str, float]) -> str:
    where = _modules(int(values.get(MODULE, 0)), int(values.get(MODULE2, 0)))
    value, limit, reference = (values.get(name, math.nan) for name in ("Value", "Limit", "Reference"))
    if math.isnan(value):
        return where
    text = f"{where} at {value:.1f} degC".strip()
    if not math.isnan(reference):
        text += f", {value - reference:.1f} K over {reference:.1f} degC"
        return text if math.isnan(limit) else f"{text} (limit {limit:g} K)"
    return text if math.isnan(limit) else f"{text}, limit {limit:.1f} degC"


def _current(values: Mapping[str, float]) -> str:
    current, baseline = values.get("Current", math.nan), values.get("Baseline", math.nan)
    if math.isnan(current):
        return ""
    text = f"{amperes_text(current)} A"
    return text if math.isnan(baseline) else f"{text} (baseline {amperes_text(baseline)} A)"


def _modules(first: int, second: int) -> str:
    if first > 0 and second > 0:
        return f"modules {first} and {second}"
    return f"module {max(first, second)}" if max(first, second) > 0 else ""


def amperes_text(amperes: float) -> str:
    """``9.4`` above 1 A, ``0.062`` below: two digits that count."""
    return f"{amperes:.1f}" if abs(amperes) >= 1.0 else f"{amperes:.3f}" if abs(amperes) < 0.1 else f"{amperes:.2f}"


def duration_text(ns: int) -> str:
    """A duration to the second, as a person says it: ``10 min``, ``1 h 5 min``, ``30 s``, ``500 ms``."""
    if ns < 1_000_000_000:
        return time_text(ns)
    minutes, seconds = divmod(ns // 1_000_000_000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds if not hours else 0, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
