"""The fields of StringSettings: what a program reads of a string's block, sensor and limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plc.core.catalogue import CATALOGUE
from plc.core.site import BatteryString, Limits, Site


@dataclass(frozen=True, slots=True)
class Setting:
    """One field: ``value`` gives its initial value as the language writes it, in ``unit``."""

    name: str
    type_name: str
    unit: str
    value: Callable[[Site, BatteryString], str]


def time_literal(ns: int) -> str:
    """``T#600s``; exact down to a microsecond."""
    for unit, factor in (("s", 1_000_000_000), ("ms", 1_000_000)):
        if ns % factor == 0:
            return f"T#{ns // factor}{unit}"
    return f"T#{ns // 1_000}us"


def real_literal(value: float) -> str:
    """The shortest text that reads back the same number; always with a point."""
    text = f"{value:.12f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _real(name: str, unit: str, value: Callable[[BatteryString], float]) -> Setting:
    return Setting(name, "REAL", unit, lambda _, string: real_literal(value(string)))


def _limit(name: str, unit: str, value: Callable[[Limits], float]) -> Setting:
    return Setting(name, "REAL", unit, lambda _, string: real_literal(value(string.limits)))


def _time(name: str, value: Callable[[Limits], int]) -> Setting:
    return Setting(name, "TIME", "", lambda _, string: time_literal(value(string.limits)))


def _count(name: str, value: Callable[[BatteryString], int]) -> Setting:
    return Setting(name, "INT", "", lambda _, string: str(value(string)))


def _flag(name: str, value: Callable[[BatteryString], bool]) -> Setting:
    return Setting(name, "BOOL", "", lambda _, string: "TRUE" if value(string) else "FALSE")


def _room_number(site: Site, string: BatteryString) -> str:
    return str(next(number for number, room in enumerate(site.rooms, 1) if room.name == string.room))


def _thermal_lag(site: Site, string: BatteryString) -> str:
    return time_literal(string.limits.thermal_lag_ns or site.room(string.room).thermal_lag_ns)


def _largest_bypass_ma(string: BatteryString) -> float:
    blocks = [CATALOGUE[group.type].blocks for group in string.modules]
    return min(known.bypass_ma for known in blocks if known is not None)


SETTINGS: tuple[Setting, ...] = (
    _real("Capacity", "Ah", lambda s: s.block.capacity_ah),
    _count("Cells", lambda s: s.block.cells),
    _count("Modules", lambda s: s.count),
    _real("FloatVoltage", "V/cell", lambda s: s.block.float_v),
    _real("TempCompensation", "V/K", lambda s: s.block.compensation_mv_k / 1000),
    _flag("HasCurrentSensor", lambda s: s.current is not None),
    _real("CurrentAccuracy", "A", lambda s: s.current.accuracy_a if s.current else 1e6),
    _real("BypassMax", "mA", _largest_bypass_ma),
    Setting("Room", "INT", "", _room_number),
    _flag("Armed", lambda s: s.armed),
    _flag("StepDown", lambda s: s.step_down),
    Setting("ThermalLag", "TIME", "", _thermal_lag),
    _limit("Dt", "K", lambda x: x.dt_k),
    _limit("DtNeighbour", "K", lambda x: x.dt_neighbour_k),
    _count("DtModules", lambda s: s.limits.dt_modules),
    _limit("CurrentFactor", "", lambda x: x.current_factor),
    _limit("CurrentFloor", "A/Ah", lambda x: x.current_floor_ma_ah / 1000),
    _limit("BaselineMax", "A/Ah", lambda x: x.baseline_max_ma_ah / 1000),
    _limit("BaselineUnlearnt", "A/Ah", lambda x: x.baseline_unlearnt_ma_ah / 1000),
    _limit("BaselineDt", "K", lambda x: x.baseline_dt_k),
    _limit("OverVoltage", "%", lambda x: x.over_voltage_pct),
    _time("OverVoltageAfter", lambda x: x.over_voltage_after_ns),
    _limit("Hot", "degC", lambda x: x.hot_degc),
    _count("HotModules", lambda s: s.limits.hot_modules),
    _limit("HotRise", "K", lambda x: x.hot_rise_k),
    _time("HotRiseWithin", lambda x: x.hot_rise_within_ns),
    _time("HotAfter", lambda x: x.hot_after_ns),
    _limit("DtRate", "K/h", lambda x: x.dt_rate_k_h),
    _time("DtRateAfter", lambda x: x.dt_rate_after_ns),
    _time("AlarmAfter", lambda x: x.alarm_after_ns),
    _time("TripAfter", lambda x: x.trip_after_ns),
    _flag("TripOnDtAlone", lambda s: s.limits.trip_on_dt_alone),
    _time("DtAloneAfter", lambda x: x.dt_alone_after_ns),
    _limit("OkShare", "%", lambda x: x.ok_share_pct),
    _limit("ResetDt", "K", lambda x: x.reset_dt_k),
)
"""In order of memory. Without a current sensor the accuracy is 1,000,000 A, so that leg B is not measurable."""
