"""Wrong programs: each limit, comparison and connective of the protective programs changed by a hair. A table that
holds them all apart from the right one is a proof; one that lets a mutant live has a hole.

python -m tests.programs.mutants            all of them, some minutes
python -m tests.programs.mutants dt_alone   those whose text holds a word
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plc.core.plan import Plan
from plc.engine.assemble import BackEnd, load_compiled
from plc.engine.loaded import LoadedSet
from plc.engine.table import bench_plan, run_case
from plc.engine.table_text import Case, Table
from plc.lang.program import Compiled
from plc.store.gather import compile_gathered, gather
from plc.store.plan import make_plan
from plc.store.resolve import TEST_SITE, shipped_program
from tests.programs.tables import PROGRAMS, SITES, table_of

SHORT_S = 1500


@dataclass(frozen=True, slots=True)
class Mutant:
    """``old`` stands once in the file; ``new`` takes its place. ``program`` is whose tables must notice."""

    program: str
    file: str
    old: str
    new: str

    @property
    def name(self) -> str:
        return f"{self.file}: {self.old.strip()} -> {self.new.strip() or 'nothing'}"


def of(program: str, file: str, *changes: tuple[str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(program, file, old, new) for old, new in changes)


TRIP = "thermal_runaway"
MUTANTS: tuple[Mutant, ...] = (
    *of(
        TRIP,
        "thermal_runaway.st",
        ("onFloat := Battery.State = FLOAT;", "onFloat := Battery.State <> DISCHARGE;"),
        ("onCharge := onFloat OR Battery.State = RECHARGE;", "onCharge := onFloat;"),
        ("onCharge := onFloat OR Battery.State = RECHARGE;", "onCharge := TRUE;"),
        ("loaded := Battery.State = DISCHARGE;", "loaded := FALSE;"),
        ("okTemperatures := okTemperatures + 1;", "okTemperatures := okTemperatures + 2;"),
        ("IF offsets.Corrected.Ok[i] THEN", "IF TRUE THEN"),
        ("Second := Warmest;\n            Warmest := i;", "Warmest := i;"),
        ("> offsets.Corrected.Value[Warmest]", "< offsets.Corrected.Value[Warmest]"),
        ("> offsets.Corrected.Value[Second]", "< offsets.Corrected.Value[Second]"),
        ("WarmestValue - Reference;", "WarmestValue;"),
        ("INT_TO_REAL(okTemperatures) * 100.0 <", "INT_TO_REAL(okTemperatures) * 100.0 <="),
        ("Battery.Settings.OkShare;", "75.0;"),
        ("Limit := Reference + Battery.Settings.Dt,", "Limit := Battery.Ambient.Value + Battery.Settings.Dt,"),
        ("Limit := Reference + Battery.Settings.Dt,", "Limit := Reference + 10.0,"),
        ("Beside := Reference + Battery.Settings.DtNeighbour", "Beside := Reference + 5.0"),
        ("warm.Count >= Battery.Settings.DtModules", "warm.Count > Battery.Settings.DtModules"),
        ("warm.Count >= Battery.Settings.DtModules", "warm.Count >= 2"),
        ("warm.Count >= Battery.Settings.DtModules OR warm.NeighbourConfirms", "warm.NeighbourConfirms"),
        (" OR warm.NeighbourConfirms", ""),
        (
            "hot(Values := offsets.Corrected, Limit := Battery.Settings.Hot,",
            "hot(Values := offsets.Corrected, Limit := 60.0,",
        ),
        ("Window := Battery.Settings.HotRiseWithin", "Window := T#10m"),
        ("rising OR (hot.Counts[i] AND rise", "rising OR (rise"),
        ("rise.Rise[i] >= Battery.Settings.HotRise", "rise.Rise[i] >= 1.0"),
        ("rise.Rise[i] >= Battery.Settings.HotRise", "rise.Rise[i] < Battery.Settings.HotRise"),
        ("hot.Count >= Battery.Settings.HotModules OR rising", "hot.Count > Battery.Settings.HotModules OR rising"),
        ("hot.Count >= Battery.Settings.HotModules OR rising", "hot.Count >= 2 OR rising"),
        ("hot.Count >= Battery.Settings.HotModules OR rising", "hot.Count >= Battery.Settings.HotModules"),
        (
            "Valid := onCharge AND NOT Blind, Rate := Battery.Settings.DtRate",
            "Valid := TRUE, Rate := Battery.Settings.DtRate",
        ),
        ("Valid := onCharge AND NOT Blind", "Valid := onCharge"),
        ("Rate := Battery.Settings.DtRate,", "Rate := 2.0,"),
        ("Window := Battery.Settings.DtRateAfter", "Window := T#2h"),
        ("drawAway(Difference := warmestDifference", "drawAway(Difference := WarmestValue"),
        ("Learning := onFloat AND", "Learning := TRUE AND"),
        ("AND warmestDifference < Battery.Settings.BaselineDt", ""),
        ("warmestDifference < Battery.Settings.BaselineDt", "warmestDifference <= Battery.Settings.BaselineDt"),
        ("warmestDifference < Battery.Settings.BaselineDt", "warmestDifference < 5.0"),
        ("Battery.Settings.BaselineUnlearnt * Battery.Settings.Capacity", "0.001 * Battery.Settings.Capacity"),
        ("Battery.Settings.BaselineMax * Battery.Settings.Capacity", "0.002 * Battery.Settings.Capacity"),
        ("MAX(Battery.Settings.CurrentFactor", "MIN(Battery.Settings.CurrentFactor"),
        ("Battery.Settings.CurrentFactor * Baseline", "3.0 * Baseline"),
        ("Battery.Settings.CurrentFloor * Battery.Settings.Capacity", "0.01 * Battery.Settings.Capacity"),
        ("Battery.Settings.CurrentFloor * Battery.Settings.Capacity", "Battery.Settings.CurrentFloor * 100.0"),
        ("CurrentLimit >= 3.0 *", "CurrentLimit >= 6.0 *"),
        ("CurrentLimit >= 3.0 * Battery.Settings.CurrentAccuracy", "TRUE"),
        ("AND Battery.Current.Sequence <> currentSeen", ""),
        ("Battery.Current.Value >= CurrentLimit", "Battery.Current.Value > CurrentLimit"),
        ("AND BYTE#7;\nEND_IF;\nCurrent", "AND BYTE#15;\nEND_IF;\nCurrent"),
        ("B := onFloat AND CurrentMeasurable", "B := CurrentMeasurable"),
        ("B := onFloat AND CurrentMeasurable", "B := onFloat"),
        ("currentHistory = BYTE#3 OR currentHistory > BYTE#4", "currentHistory > BYTE#4"),
        ("currentHistory = BYTE#3 OR currentHistory > BYTE#4", "currentHistory = BYTE#3 OR currentHistory > BYTE#5"),
        ("currentHistory = BYTE#3 OR currentHistory > BYTE#4", "currentHistory = BYTE#3 OR currentHistory > BYTE#3"),
        ("INT_TO_REAL(Battery.Settings.Cells)", "6.0"),
        ("(LIMIT(5.0, Reference, 40.0) - 25.0)", "(LIMIT(4.0, Reference, 40.0) - 25.0)"),
        ("(LIMIT(5.0, Reference, 40.0) - 25.0)", "(LIMIT(5.0, Reference, 41.0) - 25.0)"),
        ("(LIMIT(5.0, Reference, 40.0) - 25.0)", "(LIMIT(5.0, Reference, 40.0) - 20.0)"),
        ("Battery.Settings.TempCompensation * (LIMIT", "-0.003 * (LIMIT"),
        ("overVoltage(IN := onFloat AND", "overVoltage(IN :="),
        ("Sight := NOT (onFloat AND meanVoltage.Blind)", "Sight := TRUE"),
        ("Sight := NOT (onFloat AND meanVoltage.Blind)", "Sight := NOT meanVoltage.Blind"),
        ("meanVoltage.Value >= floatVoltage", "meanVoltage.Value < floatVoltage"),
        ("1.0 + Battery.Settings.OverVoltage / 100.0", "1.02"),
        ("PT := Battery.Settings.OverVoltageAfter", "PT := T#600s"),
        ("alarmDelay(IN := A OR B OR V OR D", "alarmDelay(IN := A OR B OR V"),
        ("alarmDelay(IN := A OR B OR V OR D", "alarmDelay(IN := A OR B OR D"),
        ("alarmDelay(IN := A OR B OR V OR D", "alarmDelay(IN := A OR V OR D"),
        ("alarmDelay(IN := A OR B OR V OR D", "alarmDelay(IN := B OR V OR D"),
        ("alarmDelay(IN := A OR B OR V OR D", "alarmDelay(IN := A OR B OR V OR D OR C"),
        ("PT := Battery.Settings.AlarmAfter", "PT := T#60s"),
        ("StepDown := Alarm AND Battery.Settings.StepDown", "StepDown := Alarm"),
        ("StepDown := Alarm AND Battery.Settings.StepDown", "StepDown := FALSE"),
        ("trips := A AND (B OR V)", "trips := A OR (B OR V)"),
        ("trips := A AND (B OR V)", "trips := A AND B AND V"),
        ("trips := A AND (B OR V)", "trips := A AND B"),
        ("trips := A AND (B OR V)", "trips := A AND V"),
        ("trips := A AND (B OR V)", "trips := B OR V"),
        ("loaded OR (NOT Blind AND (Battery", "loaded OR ((Battery"),
        ("loaded OR (NOT Blind AND (Battery", "(NOT Blind AND (Battery"),
        ("(Battery.Current.Ok OR V OR NOT CurrentMeasurable)", "(V OR NOT CurrentMeasurable)"),
        ("(Battery.Current.Ok OR V OR NOT CurrentMeasurable)", "(Battery.Current.Ok OR NOT CurrentMeasurable)"),
        ("(Battery.Current.Ok OR V OR NOT CurrentMeasurable)", "TRUE"),
        ("PT := Battery.Settings.TripAfter", "PT := T#600s"),
        ("alone := A AND NOT CurrentMeasurable AND", "alone := A AND"),
        ("AND Battery.Settings.TripOnDtAlone AND", "AND"),
        ("TripOnDtAlone AND NOT loaded;", "TripOnDtAlone;"),
        ("aloneDelay(IN := alone, Sight := loaded OR NOT Blind", "aloneDelay(IN := alone, Sight := TRUE"),
        ("aloneDelay(IN := alone, Sight := loaded OR NOT Blind", "aloneDelay(IN := alone, Sight := NOT Blind"),
        ("PT := Battery.Settings.DtAloneAfter", "PT := T#3601s"),
        ("hot.Fresh > 0, PT := Battery.Settings.HotAfter)", "hot.Fresh > 0, PT := T#30s)"),
        ("Sight := NOT C OR hot.Fresh > 0", "Sight := TRUE"),
        ("Sight := NOT C OR hot.Fresh > 0", "Sight := hot.Fresh > 0"),
        ("hotDelay(IN := C,", "hotDelay(IN := C AND NOT loaded,"),
        ("hotDelay(IN := C,", "hotDelay(IN := C AND NOT Blind,"),
        ("Trip := tripDelay.Q OR", "Trip :="),
        ("OR aloneDelay.Q OR", "OR"),
        ("OR hotDelay.Q;", ";"),
        ("(((trips OR alone) AND NOT Blind) OR C) AND NOT Trip", "(((trips OR alone) AND NOT Blind) OR C)"),
        ("(((trips OR alone) AND NOT Blind) OR C)", "((trips OR alone) OR C)"),
        ("(((trips OR alone) AND NOT Blind) OR C)", "((alone AND NOT Blind) OR C)"),
        ("(((trips OR alone) AND NOT Blind) OR C)", "((trips AND NOT Blind) OR C)"),
        ("(((trips OR alone) AND NOT Blind) OR C)", "((trips OR alone) AND NOT Blind)"),
        ("(C AND hot.Count >= 2)", "(C AND hot.Count >= 3)"),
        ("(C AND hot.Count >= 2)", "C"),
        ("(Battery.Smoke.Ok AND Battery.Smoke.Active)", "Battery.Smoke.Active"),
        ("OR (Battery.Smoke.Ok AND Battery.Smoke.Active)", ""),
        ("Cool := NOT Blind AND", "Cool :="),
        ("warmestDifference < Battery.Settings.ResetDt", "warmestDifference <= Battery.Settings.ResetDt"),
        ("warmestDifference < Battery.Settings.ResetDt", "warmestDifference < 5.0"),
        ("AND NOT (A OR B OR V OR C OR D);", ";"),
        ("SEL(C, Never,", "SEL(TRUE, Never,"),
        ("SEL(trips, Never,", "SEL(TRUE, Never,"),
        ("SEL(alone, Never,", "SEL(TRUE, Never,"),
        ("MAX(tripDelay.ET, aloneDelay.ET, hotDelay.ET)", "MAX(aloneDelay.ET, hotDelay.ET)"),
        ("MAX(tripDelay.ET, aloneDelay.ET, hotDelay.ET)", "MAX(tripDelay.ET, hotDelay.ET)"),
        ("MAX(tripDelay.ET, aloneDelay.ET, hotDelay.ET)", "MAX(tripDelay.ET, aloneDelay.ET)"),
        ("IF NOT Strings[s].Ambient.Ok THEN", "IF Strings[s].Ambient.Ok THEN"),
        ("Room := Strings[s].Settings.Room", "Room := 1"),
        (
            "Cause := watch[s].Blind, Priority := 2, Delay := T#3m",
            "Cause := watch[s].Blind, Priority := 2, Delay := T#4m",
        ),
        ("Confirmed := watch[s].Confirmed", "Confirmed := FALSE"),
        ("Confirmed := watch[s].Confirmed", "Confirmed := TRUE"),
        ("MayReset := watch[s].Cool", "MayReset := TRUE"),
        (
            "Module := watch[s].Warmest, Module2 := watch[s].Second",
            "Module := watch[s].Second, Module2 := watch[s].Warmest",
        ),
    ),
    *of(
        TRIP,
        "modules_over.st",
        ("IF Values.Ok[i] AND Values.Sequence[i] <> seen[i] THEN", "IF Values.Ok[i] THEN"),
        ("IF Values.Ok[i] AND Values.Sequence[i] <> seen[i] THEN", "IF Values.Sequence[i] <> seen[i] THEN"),
        ("Values.Value[i] >= Limit", "Values.Value[i] > Limit"),
        ("AND BYTE#7", "AND BYTE#3"),
        ("AND BYTE#7", "AND BYTE#15"),
        ("Sys.Time - lastOk[i] <= Hold AND (", "("),
        ("Sys.Time - lastOk[i] <= Hold AND (", "Values.Ok[i] AND ("),
        ("        IF Values.Ok[i] THEN\n            Fresh", "        IF TRUE THEN\n            Fresh"),
        ("history[i] = BYTE#3 OR", ""),
        ("history[i] > BYTE#4", "history[i] > BYTE#5"),
        ("history[i] > BYTE#4", "history[i] > BYTE#3"),
        ("FOR i := 2 TO Values.Count DO", "FOR i := 3 TO Values.Count DO"),
        ("(Counts[i] AND Values.Ok[i - 1] AND Values.Value[i - 1] >= Beside)", "FALSE"),
        ("(Counts[i - 1] AND Values.Ok[i] AND Values.Value[i] >= Beside)", "FALSE"),
        ("Values.Ok[i - 1] AND Values.Value[i - 1] >= Beside", "Values.Value[i - 1] >= Beside"),
        ("AND Values.Ok[i] AND Values.Value[i] >= Beside", "AND Values.Value[i] >= Beside"),
        ("Values.Value[i - 1] >= Beside", "Values.Value[i - 1] > Beside"),
        ("Values.Value[i] >= Beside", "Values.Value[i] > Beside"),
    ),
    *of(
        TRIP,
        "lasts.st",
        ("IF Sight THEN", "IF TRUE THEN"),
        ("IF NOT IN THEN\n        ET := T#0s;", "IF NOT IN THEN"),
        ("ELSIF counting THEN", "ELSE"),
        ("IF blind < PT THEN", "IF TRUE THEN"),
        ("blind := blind + portion;", ""),
        ("        ET := T#0s;\n        Q := FALSE;", "        Q := FALSE;"),
        ("    counting := FALSE;", ""),
        ("Q := IN AND ET >= PT;", "Q := IN AND ET > PT;"),
    ),
    *of(
        TRIP,
        "draw_away.st",
        ("IF NOT Valid THEN\n    count := 0;", "IF NOT Valid THEN"),
        ("    Q := FALSE;\n    due", "    due"),
        ("ELSIF Sys.Time >= due THEN", "ELSIF Sys.Time > due THEN"),
        ("Window / 8", "Window / 9"),
        ("IF count = 9 THEN", "IF count >= 8 THEN"),
        (">= Rate * hours\n", "> Rate * hours\n"),
        (">= Rate * hours\n", ">= Rate * hours * 0.98\n"),
        ("AND Difference - past[(newest + 5) MOD 9] >= Rate * hours / 2.0", ""),
        ("past[(newest + 5) MOD 9] >= Rate * hours / 2.0", "past[(newest + 5) MOD 9] > Rate * hours / 2.0"),
        ("3.6E12", "3.7E12"),
    ),
    *of(
        TRIP,
        "module_rise.st",
        ("Window / 5", "Window / 4"),
        ("Window / 5", "Window / 6"),
        ("known[newest, i] := Values.Ok[i]", "known[newest, i] := TRUE"),
        ("IF known[oldest, i] THEN", "IF Values.Ok[i] AND known[oldest, i] THEN"),
        ("IF known[oldest, i] THEN", "IF TRUE THEN"),
        ("Values.Value[i] - earlier[oldest, i]", "Values.Value[i] - earlier[newest, i]"),
    ),
    *of(
        TRIP,
        "reference_temperature.st",
        ("IF Ambient.Ok THEN\n    target", "IF TRUE THEN\n    target"),
        ("MIN(Fallback, good + 5.0)", "Fallback"),
        ("MIN(Fallback, good + 5.0)", "MIN(Fallback, good + 6.0)"),
        ("MIN(Fallback, good + 5.0)", "MIN(Fallback, good + 4.0)"),
        ("MIN(Fallback, good + 5.0)", "good"),
        ("Known := Ambient.Ok OR FallbackOk", "Known := Ambient.Ok"),
        ("Known := Ambient.Ok OR FallbackOk", "Known := TRUE"),
        ("IF NOT begun OR target >= Value OR (Ambient.Ok AND NOT goodSeen) THEN", "IF TRUE THEN"),
        ("OR target >= Value OR (Ambient.Ok AND NOT goodSeen) THEN", "OR (Ambient.Ok AND NOT goodSeen) THEN"),
        ("OR (Ambient.Ok AND NOT goodSeen) THEN", "THEN"),
        ("TIME_TO_LREAL(Lag)", "TIME_TO_LREAL(T#5h)"),
        ("LREAL_TO_REAL(MIN(share, 1.0))", "LREAL_TO_REAL(MIN(share, 0.0))"),
        ("    good := Value;", "    good := 25.0;"),
    ),
    *of(
        TRIP,
        "coolest_quarter.st",
        ("IF Strings[s].Settings.Room = Room THEN", "IF TRUE THEN"),
        ("IF Strings[s].Temperature.Ok[i] THEN", "IF TRUE THEN"),
        ("Ok := total > 0", "Ok := TRUE"),
        ("below * 4 < total", "below * 2 < total"),
        ("below * 4 < total", "below < 1"),
        ("+ 40.0) * 2.0)", "+ 40.0) * 1.0)"),
        ("/ 2.0 - 40.0", "/ 2.0 - 39.0"),
    ),
    *of(
        TRIP,
        "sensor_offsets.st",
        ("IF Take AND Ambient.Ok THEN", "IF Take THEN"),
        ("IF Take AND Ambient.Ok THEN", "IF Ambient.Ok THEN"),
        ("<= 5.0 THEN", "< 5.0 THEN"),
        ("<= 5.0 THEN", "<= 6.0 THEN"),
        ("offset[i] := Values.Value[i] - Ambient.Value;", "offset[i] := 0.0;"),
        ("Refused := Refused + 1;", ""),
        ("Values.Value[i] - offset[i]", "Values.Value[i] + offset[i]"),
    ),
    *of(
        TRIP,
        "baseline_current.st",
        ("IF Learning AND Current.Ok AND NOT frozen THEN", "IF Current.Ok AND NOT frozen THEN"),
        ("IF elapsed >= 1.0 AND", "IF elapsed >= 0.9 AND"),
        ("Current.Value * portion", "Current.Value"),
        ("hours[place - 1] > mean", "hours[place - 1] < mean"),
        ("IF count = 168 THEN", "IF count = 169 THEN"),
        ("(hours[84] + hours[85]) / 2.0", "hours[168]"),
        ("/ 2.0;\n        frozen := TRUE;", "/ 2.0;"),
        ("IF Given > 0.0 THEN", "IF FALSE THEN"),
        ("median := Given;\n    frozen := TRUE;", "median := Given;"),
        ("MIN(SEL(frozen, Presumed, median), Ceiling)", "SEL(frozen, Presumed, median)"),
        ("3.6E12", "3.7E12"),
    ),
    *of(
        "hot_module",
        "hot_module.st",
        ("Over := 55.0", "Over := 54.9"),
        ("Over := 55.0", "Over := 55.1"),
        ("Lasting := T#2s", "Lasting := T#1s"),
        ("Lasting := T#2s", "Lasting := T#3s"),
        ("Samples := 2", "Samples := 1"),
        ("hot[s].Q OR Strings[s].Smoke.Active", "hot[s].Q"),
        ("hot[s].Q OR Strings[s].Smoke.Active", "Strings[s].Smoke.Active"),
        ("Module := hot[s].Index", "Module := 1"),
    ),
    *of(
        "equalization",
        "equalization.st",
        ("HotLimit : REAL := 50.0", "HotLimit : REAL := 49.9"),
        ("HotLimit : REAL := 50.0", "HotLimit : REAL := 50.1"),
        ("Saturated : REAL := 0.95", "Saturated : REAL := 0.94"),
        ("Within : REAL := 0.010", "Within : REAL := 0.009"),
        ("(Battery.State = FLOAT OR Battery.State = RECHARGE)", "(Battery.State = FLOAT)"),
        ("(Battery.State = FLOAT OR Battery.State = RECHARGE)", "TRUE"),
        ("Battery.Breaker.Number = 0 OR", ""),
        ("Battery.Breaker.State = BreakerState#CLOSED AND NOT", "NOT"),
        (" AND NOT Battery.Breaker.Latched", ""),
        ("mean.Blind OR tooHot.Q OR Paused", "tooHot.Q OR Paused"),
        ("mean.Blind OR tooHot.Q OR Paused", "mean.Blind OR Paused"),
        ("mean.Blind OR tooHot.Q OR Paused", "mean.Blind OR tooHot.Q"),
        ("IF Battery.Voltage.Ok[i] THEN", "IF TRUE THEN"),
        ("ABS(deviation)", "deviation"),
        ("Running AND deviation > Within", "deviation > Within"),
        ("AND Battery.Bypass.Ok[i]", ""),
        ("PT := T#24h", "PT := T#23h"),
        ("IF saturatedFor[i].Q AND NOT Error THEN", "IF saturatedFor[i].Q THEN"),
        ("Targets[s] := care[s].Target", "Targets[s] := care[1].Target"),
    ),
    *of(
        "ups_test",
        "ups_test.st",
        ("WarmLimit : REAL := 40.0", "WarmLimit : REAL := 40.1"),
        ("WarmLimit : REAL := 40.0", "WarmLimit : REAL := 39.8"),
        ("HotLimit : REAL := 50.0", "HotLimit : REAL := 50.1"),
        ("HotLimit : REAL := 50.0", "HotLimit : REAL := 49.8"),
        ("LowestCell : REAL := 1.67", "LowestCell : REAL := 1.68"),
        ("LowestCell : REAL := 1.67", "LowestCell : REAL := 1.66"),
        ("Rest : TIME := T#24h", "Rest : TIME := T#23h"),
        ("Rest : TIME := T#24h", "Rest : TIME := T#25h"),
        ("StartWithin : TIME := T#30s", "StartWithin : TIME := T#29s"),
        ("StartWithin : TIME := T#30s", "StartWithin : TIME := T#31s"),
        ("IF Strings[s].State = DISCHARGE THEN", "IF FALSE THEN"),
        (
            "hot := hot OR Strings[s].Temperature.Value[i] >= HotLimit",
            "hot := Strings[s].Temperature.Value[i] >= HotLimit",
        ),
        ("AND State = UpsTestState#TESTING THEN", "THEN"),
        ("IF LowestModule = 0 OR_ELSE Strings", "IF Strings"),
        ("blind := blind OR INT_TO_REAL", "blind := INT_TO_REAL"),
        ("< INT_TO_REAL(Strings[s].Count) * Strings[s].Settings.OkShare", "< 0.0"),
        (
            "NOT (ups.input_bad.Ok AND ups.on_battery.Ok AND ups.testing.Ok)",
            "NOT (ups.on_battery.Ok AND ups.testing.Ok)",
        ),
        (
            "NOT (ups.input_bad.Ok AND ups.on_battery.Ok AND ups.testing.Ok)",
            "NOT (ups.input_bad.Ok AND ups.testing.Ok)",
        ),
        (
            "NOT (ups.input_bad.Ok AND ups.on_battery.Ok AND ups.testing.Ok)",
            "NOT (ups.input_bad.Ok AND ups.on_battery.Ok)",
        ),
        (
            "ups.input_bad.Active OR ups.on_battery.Active OR ups.testing.Active",
            "ups.on_battery.Active OR ups.testing.Active",
        ),
        (
            "ups.input_bad.Active OR ups.on_battery.Active OR ups.testing.Active",
            "ups.input_bad.Active OR ups.testing.Active",
        ),
        (
            "ups.input_bad.Active OR ups.on_battery.Active OR ups.testing.Active",
            "ups.input_bad.Active OR ups.on_battery.Active",
        ),
        ("Strings[s].Breaker.State <> BreakerState#CLOSED", "Strings[s].Breaker.State = BreakerState#OPEN"),
        ("Strings[s].State <> FLOAT", "Strings[s].State = DISCHARGE"),
        ("IF Abort OR hot THEN", "IF Abort THEN"),
        ("IF Abort OR hot THEN", "IF hot THEN"),
        ("SEL(Abort, MODULE_HOT, OPERATOR)", "OPERATOR"),
        ("ELSIF waited.Q THEN", "ELSIF FALSE THEN"),
        ("Abort OR low OR hot OR blind OR NOT", "low OR hot OR blind OR NOT"),
        ("Abort OR low OR hot OR blind OR NOT", "Abort OR hot OR blind OR NOT"),
        ("Abort OR low OR hot OR blind OR NOT", "Abort OR low OR blind OR NOT"),
        ("Abort OR low OR hot OR blind OR NOT", "Abort OR low OR hot OR NOT"),
        ("OR NOT ups.testing.Ok OR ups.input_bad.Active THEN", "OR ups.input_bad.Active THEN"),
        ("OR NOT ups.testing.Ok OR ups.input_bad.Active THEN", "OR NOT ups.testing.Ok THEN"),
        ("IF ups.test_failed.Ok AND ups.test_failed.Active THEN", "IF FALSE THEN"),
        ("IF ups.testing.Ok AND NOT ups.testing.Active THEN", "IF NOT ups.testing.Active THEN"),
        ("IF ups.testing.Ok AND NOT ups.testing.Active THEN", "IF TRUE THEN"),
        ("start_test := State = STARTING", "start_test := State = TESTING"),
        ("abort_test := State = STOPPING", "abort_test := FALSE"),
    ),
    *of(
        "smoke_in_room",
        "smoke_in_room.st",
        ("TO emergency := Sure;", "TO emergency := FALSE;"),
        ("TO suspect := Smoke;", "TO suspect := Sure;"),
        ("Sure OR (Smoke AND (suspect.T >= T#5s))", "Smoke AND (suspect.T >= T#5s)"),
        ("suspect.T >= T#5s", "suspect.T >= T#6s"),
        ("TO watch := NOT Smoke;", "TO watch := FALSE;"),
        ("emergency.T >= T#2s", "emergency.T >= T#1s"),
        ("TO not_charging := NOT Charging;", "TO not_charging := FALSE;"),
        ("stop_charging.T >= T#30s", "stop_charging.T >= T#31s"),
        ("NOT Charging OR (charger_disobeys.T >= T#2m)", "NOT Charging"),
        ("NOT Charging OR (charger_disobeys.T >= T#2m)", "charger_disobeys.T >= T#2m"),
        ("FROM choose TO open_breaker := Next > 0;", "FROM choose TO open_breaker := Next > 1;"),
        ("TO choose := Opened;", "TO choose := FALSE;"),
        ("Failed OR (open_breaker.T >= T#15s)", "open_breaker.T >= T#15s"),
        ("Failed OR (open_breaker.T >= T#15s)", "Failed OR (open_breaker.T >= T#16s)"),
        ("FROM isolated TO choose := Next > 0;", "FROM isolated TO choose := FALSE;"),
        ("FROM cool_down TO emergency := Next > 0;", "FROM cool_down TO emergency := FALSE;"),
        ("calm.Q AND (cool_down.T >= T#30m)", "calm.Q"),
        ("calm.Q AND (cool_down.T >= T#30m)", "cool_down.T >= T#30m"),
        ("FROM hold TO emergency := Next > 0;", "FROM hold TO emergency := FALSE;"),
        ("TO cool_down := NOT (Clean AND Cool);", "TO cool_down := NOT Cool;"),
        ("TO cool_down := NOT (Clean AND Cool);", "TO cool_down := NOT Clean;"),
        ("NOT Latched AND (Reset OR Seen)", "Reset OR Seen"),
        ("NOT Latched AND (Reset OR Seen)", "NOT Latched AND Reset"),
        ("NOT Latched AND (Reset OR Seen)", "NOT Latched"),
        ("TO emergency := Sure OR Smoke;", "TO emergency := Sure;"),
        ("TO emergency := Sure OR Smoke;", "TO emergency := Smoke;"),
        ("recover.T >= T#10m", "recover.T >= T#11m"),
        ("Asked[Last] := TRUE;", ";"),
        ("IN := observe.Q AND Clean AND Cool", "IN := observe.Q AND Cool"),
        ("IN := observe.Q AND Clean AND Cool", "IN := observe.Q AND Clean"),
        ("Asked[s] := FALSE;", ";"),
        ("shows[s] := Strings[s].Smoke.Active;", "shows[s] := FALSE;"),
        ("CoolBelow : REAL := 40.0", "CoolBelow : REAL := 46.0"),
        ("HotAbove : REAL := 50.0", "HotAbove : REAL := 56.0"),
        ("Trickle : REAL := 0.01", "Trickle : REAL := 0.011"),
        ("NOT steps.Asked[s] AND (Strings[s].Breaker.Number > 0)", "(Strings[s].Breaker.Number > 0)"),
        ("NOT steps.Asked[s] AND (Strings[s].Breaker.Number > 0)", "NOT steps.Asked[s]"),
        ("warm[s].Q OR warm[s].Blind", "warm[s].Q"),
        ("warm[s].Q OR warm[s].Blind", "warm[s].Blind"),
        ("NOT Strings[s].Current.Ok OR (Strings[s].Current.Value > limit)", "Strings[s].Current.Value > limit"),
        ("Start OR (count > 1)", "count > 1"),
        ("Start OR (count > 1)", "Start"),
        ("Cause := steps.Asked[s] AND NOT steps.MayReset", "Cause := steps.Asked[s]"),
        ("MayReset := steps.MayReset OR NOT steps.Asked[s]", "MayReset := steps.MayReset"),
        ("MayReset := steps.MayReset OR NOT steps.Asked[s]", "MayReset := TRUE"),
        ("Confirmed := hot[s].Q", "Confirmed := FALSE"),
        ("Relays.charger_inhibit := steps.Inhibit;", "Relays.charger_inhibit := FALSE;"),
        ("Relays.fan := steps.Air;", "Relays.fan := steps.Inhibit;"),
    ),
)


def mutated(mutant: Mutant, site: Path) -> tuple[Compiled, Plan]:
    """The program with the mutant in it. Raises ValueError when it does not apply or does not compile."""
    gathered = gather([shipped_program(mutant.program) or PROGRAMS / f"{mutant.program}.st"], site)
    sources = []
    for source in gathered.sources:
        found = Path(source.path).name == mutant.file
        if found and source.text.count(mutant.old) != 1:
            raise ValueError(
                f"{mutant.name}: stands {source.text.count(mutant.old)} times, write a text that stands once"
            )
        sources.append(replace(source, text=source.text.replace(mutant.old, mutant.new)) if found else source)
    compiled = compile_gathered(replace(gathered, sources=tuple(sources)))
    if compiled.errors or gathered.site is None:
        raise ValueError(f"{mutant.name}: does not compile: {'; '.join(map(str, compiled.errors))}")
    return compiled, make_plan(gathered.site)


def killed_by(mutant: Mutant) -> str:
    """The first case that notices, empty when none does. Short cases go first: most mutants die there."""
    loaded: dict[Path, LoadedSet] = {}
    try:
        for table, site in _tables(mutant.program):
            if site not in loaded:
                compiled, plan = mutated(mutant, site)
                loaded[site] = load_compiled(compiled, bench_plan(plan, compiled), BackEnd.NATIVE)
            for case in sorted(table.cases, key=_seconds):
                if run_case(loaded[site], mutant.program, table, case).failures:
                    return case.name
    finally:
        for found in loaded.values():
            found.close()
    return ""


def _tables(program: str) -> Iterator[tuple[Table, Path]]:
    """The shipped table's short cases, the tables of other sites, the shipped table's long cases."""
    name = f"{program}.test.csv"
    path = shipped_program(program)
    shipped = table_of((path.parent if path else PROGRAMS) / name)
    yield replace(shipped, cases=tuple(case for case in shipped.cases if _seconds(case) <= SHORT_S)), TEST_SITE
    yield from ((table_of(path), path.parent) for path in sorted(SITES.glob(f"*/{name}")))
    yield replace(shipped, cases=tuple(case for case in shipped.cases if _seconds(case) > SHORT_S)), TEST_SITE


def _seconds(case: Case) -> float:
    return case.rows[-1].t_ns / 1e9


def main(words: Sequence[str]) -> int:
    alive = 0
    chosen = [mutant for mutant in MUTANTS if all(word in mutant.name for word in words)]
    for mutant in chosen:
        by = killed_by(mutant)
        alive += not by
        print(f"{'dead ' if by else 'ALIVE'} {mutant.name}" + (f"    [{by}]" if by else ""), flush=True)
    print(f"{len(chosen)} mutants, {alive} alive")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
