"""The two system programs of a site, as Structured Text: they fill SITE at the start of each scan.

plant_inputs   what the buses delivered -> columns, contacts, devices; judges Ok
plant_state    breakers and STRING_STATE -> Strings
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plc.core.catalogue import CATALOGUE, DeviceField, DeviceKind, FieldKind
from plc.core.site import MS_NS, Bus, Site
from plc.store.bus_time import cycle_ns, stale_after_ns
from plc.store.plan import COLUMNS, bus_inputs, module_name


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours in a bus's inputs that are neighbours in a column: place ``first + i`` is module ``module + i``."""

    string: int
    column: str
    first: int
    module: int
    count: int


def column_runs(site: Site, bus: Bus) -> list[Run]:
    """Every column of every string on that bus, in as few runs as its modules' order allows."""
    at = {(place.device, place.field): index for index, place in enumerate(bus_inputs(site, bus))}
    runs: list[Run] = []
    for number, string in enumerate(site.strings, 1):
        for column in COLUMNS:
            open_run: Run | None = None
            for module, group, _ in string.places():
                if group.bus != bus.name:
                    continue
                index = at[module_name(string.name, module), column]
                if open_run and open_run.module + open_run.count == module and open_run.first + open_run.count == index:
                    open_run = Run(number, column, open_run.first, open_run.module, open_run.count + 1)
                    runs[-1] = open_run
                else:
                    open_run = Run(number, column, index, module, 1)
                    runs.append(open_run)
    return runs


def plant_inputs(site: Site) -> Iterator[str]:
    """The program that judges and copies: first all places of a bus in one go, then each to where programs read it."""
    buses = [bus for bus in site.buses if bus_inputs(site, bus)]
    yield "{attribute 'system'}"
    yield "PROGRAM plant_inputs"
    yield "VAR"
    for bus in buses:
        last = len(bus_inputs(site, bus)) - 1
        yield f"    {bus.name}_value : ARRAY[0..{last}] OF REAL;    // the last good one"
        yield f"    {bus.name}_ok : ARRAY[0..{last}] OF BOOL;"
        yield f"    {bus.name}_sampled : ARRAY[0..{last}] OF LTIME;    // program time"
    yield from ("END_VAR", "VAR_TEMP", "    i : DINT;", "    oldest : LTIME;", "END_VAR")
    for bus in buses:
        yield ""
        yield from _judge(bus.name, len(bus_inputs(site, bus)) - 1, stale_after_ns(cycle_ns(site, bus)))
        for run in column_runs(site, bus):
            yield from _copy_run(bus.name, run)
        yield from _copy_devices(site, bus)
    yield ""
    yield from _copy_to_strings(site)
    yield "END_PROGRAM"


def _judge(bus: str, last: int, stale_ns: int) -> Iterator[str]:
    """Ok is good, read at least once, and not older than the bus may make it (in wall time)."""
    raw = f"{bus}_inputs"
    time = f"SEL({raw}.Sampled[i] > LTIME#0s, LTIME#0s, ({raw}.Sampled[i] - Sys.Epoch) * Sys.Speed)"
    fresh = f"{raw}.Good[i] AND {raw}.Sampled[i] > LTIME#0s AND {raw}.Sampled[i] >= oldest"
    yield f"oldest := Sys.Wall - LTIME#{stale_ns // MS_NS}ms;"
    for statement in (
        f"{bus}_value[i] := SEL({raw}.Good[i], {bus}_value[i], LREAL_TO_REAL({raw}.Value[i]));",
        f"{bus}_ok[i] := {fresh};",
        f"{bus}_sampled[i] := {time};",
    ):
        yield f"FOR i := 0 TO {last} DO {statement} END_FOR;"


def _copy_run(bus: str, run: Run) -> Iterator[str]:
    to = f"Strings[{run.string}].{run.column.capitalize()}"
    last, shift = run.module + run.count - 1, run.first - run.module
    at = f"[i {'+' if shift >= 0 else '-'} {abs(shift)}]" if shift else "[i]"
    yield f"FOR i := {run.module} TO {last} DO"
    yield f"    {to}.Value[i] := {bus}_value{at};"
    yield f"    {to}.Ok[i] := {bus}_ok{at};"
    yield f"    {to}.Sampled[i] := {bus}_sampled{at};"
    yield f"    {to}.Sequence[i] := {bus}_inputs.Sequence{at};"
    yield "END_FOR;"


def _copy_devices(site: Site, bus: Bus) -> Iterator[str]:
    at = {(place.device, place.field): index for index, place in enumerate(bus_inputs(site, bus))}
    for device in site.devices:
        if device.bus == bus.name:
            for field in CATALOGUE[device.type].fields:
                yield from _copy_field(bus.name, at[device.name, field.name], f"{device.name}.{field.name}", field)


def _copy_field(bus: str, index: int, to: str, field: DeviceField) -> Iterator[str]:
    if field.kind is FieldKind.CONTACT:
        yield f"{to}.Active := {bus}_value[{index}] >= 0.5;"
    else:
        yield f"{to}.Value := {bus}_value[{index}];"
    yield f"{to}.Ok := {bus}_ok[{index}];"
    yield f"{to}.Sampled := {bus}_sampled[{index}];"
    yield f"{to}.Sequence := {bus}_inputs.Sequence[{index}];"


def _copy_to_strings(site: Site) -> Iterator[str]:
    for number, string in enumerate(site.strings, 1):
        yield f"// string {string.name}"
        if string.current is not None:
            yield f"Strings[{number}].Current := {string.current.device}.current;"
        ambient = site.room(string.room).ambient
        if ambient is not None:
            yield f"Strings[{number}].Ambient := {ambient};"
        if string.smoke is not None:
            yield f"Strings[{number}].Smoke := {string.smoke};"


_STATE_HEAD = """\
{attribute 'system'}
PROGRAM plant_state
VAR
    states : ARRAY[1..STRING_COUNT] OF STRING_STATE;
    {attribute 'text' := 'the string has been recharging for 72 h and is not full'}
    {attribute 'response' := 'Look at the charger, its current limit and the strings in parallel; test the capacity.'}
    late : ARRAY[1..STRING_COUNT] OF ALARM;
END_VAR
VAR_TEMP
    s, i, ok : INT;
    sum : REAL;
    onBattery : BOOL;
END_VAR"""

_STATE_LOOP = """\
FOR s := 1 TO STRING_COUNT DO
    sum := 0.0;
    ok := 0;
    FOR i := 1 TO Strings[s].Count DO
        IF Strings[s].Voltage.Ok[i] THEN
            sum := sum + Strings[s].Voltage.Value[i];
            ok := ok + 1;
        END_IF;
    END_FOR;
    states[s](Current := Strings[s].Current, HasSensor := Strings[s].Settings.HasCurrentSensor,
              CellVoltage := sum / INT_TO_REAL(MAX(ok, 1) * Strings[s].Settings.Cells),
              CellVoltageOk := INT_TO_REAL(ok) * 100.0 >= INT_TO_REAL(Strings[s].Count) * Strings[s].Settings.OkShare,
              Capacity := Strings[s].Settings.Capacity, Accuracy := Strings[s].Settings.CurrentAccuracy,
              UpsOnBattery := onBattery, Breaker := Strings[s].Breaker.State);
    Strings[s].State := states[s].State;
    late[s](Cause := states[s].RechargeLate, Priority := 2, Index := s);
END_FOR;
END_PROGRAM"""


def plant_state(site: Site) -> Iterator[str]:
    """The program that gives every string its breaker's status and its state."""
    yield from _STATE_HEAD.splitlines()
    for number, string in enumerate(site.strings, 1):
        if string.breaker:
            yield f"Strings[{number}].Breaker := Breakers.{string.breaker};"
    units = [device.name for device in site.devices if CATALOGUE[device.type].kind is DeviceKind.UPS]
    on_battery = " OR ".join(f"({name}.on_battery.Ok AND {name}.on_battery.Active)" for name in units)
    yield f"onBattery := {on_battery or 'FALSE'};"
    yield from _STATE_LOOP.splitlines()
