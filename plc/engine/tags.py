"""The tags of SITE that the engine itself writes: Sys and Breakers."""

from __future__ import annotations

from typing import Protocol

from plc.engine.area import Area
from plc.engine.breaker import Breaker, BreakerState, Phase
from plc.engine.events import Moment
from plc.lang.runner import read_context


class SystemTags:
    """``Sys``: the scan's time, number and counters."""

    def __init__(self, site: Area, speed: int) -> None:
        self._time, self._wall, self._epoch = (site.cell(f"Sys.{name}") for name in ("Time", "Wall", "Epoch"))
        self._scan, self._faults = site.cell("Sys.Scan"), site.cell("Sys.ConversionFaults")
        self._speed = speed
        site.write("Sys.Speed", speed)

    def write(self, now: Moment, context: bytearray) -> None:
        self._time.set(now.program_ns)
        self._wall.set(now.wall_ns)
        self._epoch.set(now.wall_ns - now.program_ns // self._speed)
        self._scan.set(now.scan & 0xFFFFFFFF)
        self._faults.set(read_context(context)[1] & 0xFFFFFFFF)


class _Flag(Protocol):
    def set(self, value: bool | int) -> None: ...


class BreakerTags:
    """``Breakers.<name>``: written when something changed."""

    def __init__(self, site: Area, breaker: Breaker) -> None:
        path = f"Breakers.{breaker.plan.name}"
        names = ("State", "Ok", "Latched", "Failed", "Resettable")
        self._cells: tuple[_Flag, ...] = tuple(site.cell(f"{path}.{name}") for name in names)
        self._breaker = breaker
        self._before: tuple[int, ...] = ()
        site.write(f"{path}.Number", breaker.plan.number)

    def write(self) -> None:
        sequence, state = self._breaker.sequence, self._breaker.state
        now = (
            int(state),
            state is not BreakerState.UNKNOWN,
            sequence.latched,
            sequence.failed,
            sequence.phase is Phase.RESETTABLE,
        )
        if now == self._before:
            return
        self._before = now
        for cell, value in zip(self._cells, now, strict=True):
            cell.set(value)
