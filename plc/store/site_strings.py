"""The section ``strings:`` with its ``limits:``: every limit of the trip by the key that sets it."""

from __future__ import annotations

from dataclasses import dataclass

from plc.core import quantity
from plc.core.quantity import Dimension
from plc.core.site import SECOND_NS, BatteryString, Limits
from plc.store.site_read import Keys, Report, named, table_of
from plc.store.site_sections import DAY_NS, Places, Protection, Sections
from plc.store.site_yaml import Node, Table


@dataclass(frozen=True, slots=True)
class LimitKey:
    """A limit of dimension ``dimension``: the attribute of `Limits` it sets, and its bounds."""

    key: str
    attribute: str
    dimension: Dimension
    low: float
    high: float


_DT, _RATE = quantity.TEMPERATURE_DIFFERENCE, quantity.TEMPERATURE_RATE
_AH, _SHARE, _TIME = quantity.SPECIFIC_CURRENT, quantity.SHARE, quantity.TIME
_SECONDS_TO_DAY = (SECOND_NS, DAY_NS)

LIMIT_KEYS = (
    LimitKey("dt", "dt_k", _DT, 2, 38),
    LimitKey("dt_neighbour", "dt_neighbour_k", _DT, 1, 38),
    LimitKey("current_floor", "current_floor_ma_ah", _AH, 1, 500),
    LimitKey("baseline_max", "baseline_max_ma_ah", _AH, 0.1, 100),
    LimitKey("baseline_unlearnt", "baseline_unlearnt_ma_ah", _AH, 0.1, 100),
    LimitKey("baseline_dt", "baseline_dt_k", _DT, 1, 38),
    LimitKey("over_voltage", "over_voltage_pct", _SHARE, 0.5, 20),
    LimitKey("over_voltage_after", "over_voltage_after_ns", _TIME, *_SECONDS_TO_DAY),
    LimitKey("hot", "hot_degc", quantity.TEMPERATURE, 40, 80),
    LimitKey("hot_rise", "hot_rise_k", _DT, 0.1, 38),
    LimitKey("hot_rise_within", "hot_rise_within_ns", _TIME, *_SECONDS_TO_DAY),
    LimitKey("hot_after", "hot_after_ns", _TIME, *_SECONDS_TO_DAY),
    LimitKey("dt_rate", "dt_rate_k_h", _RATE, 0.1, 60),
    LimitKey("dt_rate_after", "dt_rate_after_ns", _TIME, 60 * SECOND_NS, DAY_NS),
    LimitKey("alarm_after", "alarm_after_ns", _TIME, *_SECONDS_TO_DAY),
    LimitKey("trip_after", "trip_after_ns", _TIME, *_SECONDS_TO_DAY),
    LimitKey("dt_alone_after", "dt_alone_after_ns", _TIME, *_SECONDS_TO_DAY),
    LimitKey("ok_share", "ok_share_pct", _SHARE, 50, 100),
    LimitKey("reset_dt", "reset_dt_k", _DT, 1, 38),
    LimitKey("thermal_lag", "thermal_lag_ns", _TIME, 60 * SECOND_NS, 2 * DAY_NS),
)
COUNT_KEYS = {"dt_modules": (1, 240), "hot_modules": (1, 240)}
LIMIT_NAMES = (*(limit.key for limit in LIMIT_KEYS), *COUNT_KEYS, "current_factor", "trip_on_dt_alone")


def read_strings(report: Report, places: Places, node: Node | None) -> tuple[BatteryString, ...]:
    """Every string of the section, numbered by its position."""
    sections = Sections(report, places)
    return tuple(_string(report, places, sections, *entry) for entry in named(report, "strings", node, 16))


def _string(report: Report, places: Places, sections: Sections, name: str, table: Table) -> BatteryString:
    optional = "smoke protection limits breaker current step_down"
    keys = places.keep("strings", name, Keys(report, f"string {name}", table, "room modules block", optional))
    return BatteryString(
        name,
        keys.text("room"),
        sections.module_groups(name, keys.node("modules")),
        sections.block(name, keys.node("block")),
        sections.current(name, keys.node("current")),
        keys.field("smoke"),
        keys.text("breaker"),
        keys.word("protection", Protection, Protection.ALARM_ONLY) is Protection.ARMED,
        keys.yes("step_down"),
        _limits(report, places, name, keys.node("limits")),
    )


def _limits(report: Report, places: Places, name: str, node: Node | None) -> Limits:
    table = table_of(report, f"limits of string {name}", node)
    if table is None:
        return Limits()
    of = f"limits of string {name}"
    keys = places.keep("limits", name, Keys(report, of, table, "", " ".join(LIMIT_NAMES)))
    default = Limits()
    values: dict[str, float | int | bool | None] = {
        limit.attribute: _limit(keys, limit, getattr(default, limit.attribute)) for limit in LIMIT_KEYS
    }
    for key, (low, high) in COUNT_KEYS.items():
        values[key] = keys.integer(key, getattr(default, key), low, high)
    values["current_factor"] = keys.number("current_factor", default.current_factor, 1.5, 20)
    values["trip_on_dt_alone"] = keys.yes("trip_on_dt_alone", default.trip_on_dt_alone)
    return Limits(**values)  # type: ignore[arg-type]


def _limit(keys: Keys, limit: LimitKey, default: float | int | None) -> float | int | None:
    if keys.node(limit.key) is None:
        return default
    return keys.quantity(limit.key, limit.dimension, default or 0, limit.low, limit.high)
