"""STRING_STATE: what a string does just now, by the numbers of the trip's specification."""

from __future__ import annotations

import pytest

from plc.engine.area import Area
from plc.lang import reference
from plc.lang.compile import compile_set
from plc.lang.runner import new_context
from plc.lang.source import Source

SECOND = 1_000_000_000
HOUR_S = 3600.0
STATES = ("UNKNOWN", "OPEN", "FLOAT", "RECHARGE", "DISCHARGE")
BREAKER_UNKNOWN, BREAKER_OPEN, BREAKER_CLOSED = 0, 1, 2

PROGRAM = Source(
    "trial.st",
    """
    PROGRAM trial
    VAR_INPUT
        Amps, Cell, Accuracy : REAL; Fresh, HasSensor, CellOk, OnBattery : BOOL; Breaker : BreakerState;
    END_VAR
    VAR_OUTPUT State : StringState; Late : BOOL; AhOut, AhIn : REAL; END_VAR
    VAR current : Measurement; block : STRING_STATE; END_VAR
    current.Value := Amps;
    current.Ok := Fresh;
    block(Current := current, HasSensor := HasSensor, CellVoltage := Cell, CellVoltageOk := CellOk, Capacity := 100.0,
          Accuracy := Accuracy, UpsOnBattery := OnBattery, Breaker := Breaker);
    State := block.State;
    Late := block.RechargeLate;
    AhOut := block.AhOut;
    AhIn := block.AhIn;
    END_PROGRAM
    """,
)


class Trial:
    """A string of 100 Ah with a sensor good to 0.2 A, fresh readings, closed breaker, unless told otherwise."""

    def __init__(self, **inputs: float | bool) -> None:
        compiled = compile_set([PROGRAM])
        program = compiled.programs["trial"]
        self.area = Area(program.area)
        self.site = Area(compiled.site)
        runner = reference.bind(program.unit, self.area.memory, self.site.memory, bytearray(8), new_context(10_000))
        self._runner = runner
        self._time_ns = SECOND
        defaults = {"Fresh": True, "HasSensor": True, "CellOk": True, "Cell": 2.25, "Accuracy": 0.2}
        for name, value in {**defaults, "Breaker": BREAKER_CLOSED, **inputs}.items():
            self.area.write(name, value)

    def after(self, seconds: float, step_s: float = 1.0, **inputs: float | bool) -> str:
        """Change inputs, scan on for that long, tell the state at the end."""
        for name, value in inputs.items():
            self.area.write(name, value)
        for _ in range(round(seconds / step_s)):
            self._time_ns += round(step_s * SECOND)
            self.site.write("Sys.Time", self._time_ns)
            assert self._runner() == 0
        return STATES[int(self.area.read("State"))]


def floating() -> Trial:
    trial = Trial(Amps=0.05)
    assert trial.after(62) == "FLOAT"
    return trial


def test_a_cold_start_is_unknown_for_60_seconds_and_then_float() -> None:
    trial = Trial(Amps=0.05)
    assert trial.after(60) == "UNKNOWN"
    assert trial.after(2) == "FLOAT"


def test_a_rising_current_never_ends_float() -> None:
    assert floating().after(3600, Amps=20.0) == "FLOAT"


@pytest.mark.parametrize(("accuracy", "just_not"), [(0.2, -0.99), (2.0, -3.99)])
def test_discharge_begins_at_1_percent_of_capacity_or_twice_the_accuracy(accuracy: float, just_not: float) -> None:
    trial = floating()
    assert trial.after(10, Amps=just_not, Accuracy=accuracy) == "FLOAT"
    assert trial.after(2, Amps=just_not - 0.02) == "FLOAT"
    assert trial.after(1) == "DISCHARGE"


def test_a_current_that_is_back_within_2_seconds_is_no_discharge() -> None:
    trial = floating()
    assert trial.after(2, Amps=-5.0) == "FLOAT"
    assert trial.after(60, Amps=0.05) == "FLOAT"


def test_a_ups_on_battery_is_discharge_at_once() -> None:
    assert floating().after(1, OnBattery=True) == "DISCHARGE"


def test_without_a_sensor_the_mean_cell_voltage_tells_a_discharge() -> None:
    trial = Trial(HasSensor=False, Fresh=False)
    assert trial.after(70) == "FLOAT"
    assert trial.after(10, Cell=2.11) == "FLOAT"
    assert trial.after(3, Cell=2.09) == "DISCHARGE"
    assert trial.after(3, Cell=2.20) == "RECHARGE"


def test_a_lost_sensor_is_no_discharge_and_falls_back_to_the_voltage() -> None:
    trial = floating()
    assert trial.after(60, Amps=-20.0, Fresh=False) == "FLOAT"
    assert trial.after(3, Cell=2.0) == "DISCHARGE"


def test_recharge_ends_when_105_percent_of_what_went_out_has_come_in() -> None:
    trial = floating()
    assert trial.after(HOUR_S, 10.0, Amps=-20.0) == "DISCHARGE"
    assert trial.after(10, Amps=20.0) == "RECHARGE"
    assert trial.area.read("AhOut") == pytest.approx(20.0, rel=0.01)
    assert trial.after(1.02 * HOUR_S, 10.0) == "RECHARGE"
    assert trial.after(0.04 * HOUR_S, 10.0) == "FLOAT"
    assert trial.area.read("AhIn") == pytest.approx(21.0, rel=0.01)


def test_a_second_discharge_adds_to_what_must_come_in() -> None:
    trial = floating()
    trial.after(HOUR_S, 10.0, Amps=-20.0)
    trial.after(0.5 * HOUR_S, 10.0, Amps=20.0)
    trial.after(HOUR_S, 10.0, Amps=-20.0)
    assert trial.after(1.5 * HOUR_S, 10.0, Amps=20.0) == "RECHARGE"
    assert trial.after(0.2 * HOUR_S, 10.0) == "FLOAT"


def test_recharge_also_ends_after_3_hours_below_2_ma_per_ah() -> None:
    trial = floating()
    trial.after(HOUR_S, 10.0, Amps=-20.0)
    assert trial.after(2.95 * HOUR_S, 10.0, Amps=0.19) == "RECHARGE"
    assert trial.after(0.1 * HOUR_S, 10.0) == "FLOAT"
    assert trial.area.read("Late") is False


def test_a_recharge_of_72_hours_ends_with_an_alarm_until_the_next_discharge() -> None:
    trial = floating()
    trial.after(10 * HOUR_S, 60.0, Amps=-10.0)
    assert trial.after(71.9 * HOUR_S, 60.0, Amps=0.5) == "RECHARGE"
    assert trial.after(0.2 * HOUR_S, 60.0) == "FLOAT"
    assert trial.area.read("Late") is True
    assert trial.after(10, Amps=-10.0) == "DISCHARGE"
    assert trial.area.read("Late") is False


def test_an_open_breaker_is_open_whatever_the_current_says() -> None:
    trial = floating()
    assert trial.after(1, Breaker=BREAKER_OPEN) == "OPEN"
    assert trial.after(10, Amps=-20.0, OnBattery=True) == "OPEN"
    assert trial.after(5, Amps=0.0, OnBattery=False, Breaker=BREAKER_CLOSED) == "FLOAT"


def test_a_breaker_nobody_knows_does_not_hide_the_state() -> None:
    assert floating().after(1, Breaker=BREAKER_UNKNOWN) == "FLOAT"


def test_hours_of_recharge_go_on_after_the_breaker_was_open() -> None:
    trial = floating()
    trial.after(HOUR_S, 10.0, Amps=-20.0)
    assert trial.after(HOUR_S, 10.0, Amps=0.0, Breaker=BREAKER_OPEN) == "OPEN"
    assert trial.after(10, Amps=20.0, Breaker=BREAKER_CLOSED) == "RECHARGE"


def test_a_fast_simulation_counts_the_same_ah() -> None:
    slow, fast = floating(), floating()
    slow.after(HOUR_S, 1.0, Amps=-20.0)
    fast.after(HOUR_S, 60.0, Amps=-20.0)
    assert fast.area.read("AhOut") == pytest.approx(float(slow.area.read("AhOut")), rel=0.05)
