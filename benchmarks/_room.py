"""A small room for the live benchmarks: one string and one GX_R_AUX with a relay of each fail state.

One reading above the limit trips at once (k = 1, confirm time 0); the other relays stand against their fail states.
"""

from __future__ import annotations

from pathlib import Path

TRIP, FAN, LAMP, INHIBIT = range(4)

STANDING = [False, False, True, True]
"""The coils as steady.st commands them, each against its fail state."""

FAILED = [False, True, False, True]
"""The coils in their fail states: hold, energise, release, hold."""

BUS, BOARD, WRITE_COIL, TEMPERATURE = "battery", 241, 5, 3
"""The bus, the unit of gx1, the function that writes a coil, the register of a module's temperature."""

HOT_DEGC = 70.0

SITE = """\
site: {{name: bench room, timezone: UTC, scan: {scan_ms} ms, start_grace: 1 s}}
simulation: {{plant: vrla, speed: 1, seed: 1}}
buses: {{battery: {{driver: modbus_rtu, port: "sim:battery", baud: 115200, parity: even}}}}
devices: {{gx1: {{type: GX_R_AUX, bus: battery, unit: 241}}}}
rooms: {{A: {{thermal_lag: 4.6 h}}}}
strings:
  S1:
    room: A
    modules: {{type: C20, bus: battery, units: 1-{modules}}}
    block: {{chemistry: VRLA, cells: 6, capacity: 100 Ah, float: 2.27 V/cell}}
    protection: armed
    breaker: Q1
relays:
  Q1_trip: {{device: gx1, relay: 1, pulse: 500 ms, fail_state: hold}}
  fan: {{device: gx1, relay: 2, fail_state: energise}}
  lamp: {{device: gx1, relay: 3, fail_state: release}}
  inhibit: {{device: gx1, relay: 4, fail_state: hold}}
breakers:
  Q1: {{trip: Q1_trip, opens_when: energised, opened: gx1.input1, closed: gx1.input2, travel: 1 s, closes: by_hand}}
tasks:
  protection: {{every: {scan_ms} ms, programs: [hot_now, steady]}}
"""

PLANT = """\
buses: {{battery: {{line: serial, baud: 115200}}}}
blocks: {{module: C20, per_string: {modules}, seed: 1}}
rooms: {{A: {{ambient: 25 degC, humidity: 45 %, sensor: {{bus: battery, unit: 217}}}}}}
charger: {{float: 2.27 V/cell, limit: 20 A}}
gx_r_aux: {{gx1: {{bus: battery, unit: 241}}}}
breakers: {{Q1: {{trip: gx1.relay1, opened: gx1.input1, closed: gx1.input2, travel: 0.1 s, least_pulse: 50 ms}}}}
strings: {{S1: {{room: A, bus: battery, units: 1-{modules}, breaker: Q1}}}}
scenarios: {{}}
"""

PROGRAMS = {
    "hot_now": """\
// One reading above 55 degC opens the string; it confirms itself, so the common-mode guard lets every trial through.
{attribute 'protective'}
PROGRAM hot_now
VAR
    hot   : ANY_ABOVE;
    opens : TRIP;
END_VAR
hot(Values := Strings[1].Temperature, Over := 55.0, Lasting := T#0s, Samples := 1);
opens(Breaker := Strings[1].Breaker, Cause := hot.Q, Confirmed := hot.Q, Module := hot.Index);
END_PROGRAM
""",
    "steady": """\
// Each relay against its fail state, so that a lost engine moves what may move.
PROGRAM steady
Relays.fan := FALSE;
Relays.lamp := TRUE;
Relays.inhibit := TRUE;
END_PROGRAM
""",
}


def write_room(folder: Path, modules: int, scan_ms: int) -> Path:
    """The room as a site folder: that many modules on units 1 upwards, that base scan."""
    (folder / "programs").mkdir(parents=True)
    (folder / "site.yaml").write_text(SITE.format(modules=modules, scan_ms=scan_ms))
    (folder / "plant.yaml").write_text(PLANT.format(modules=modules))
    for name, text in PROGRAMS.items():
        (folder / "programs" / f"{name}.st").write_text(text)
    return folder
