"""Register encodings of the simulated devices against literal bytes of docs/devices."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from simulator.chemistry import VRLA_12V_100AH
from simulator.gx_r_aux import GxRAux
from simulator.modbus import Tables, answer, crc16
from simulator.modules import Module, ModuleBank
from simulator.plant import Plant
from simulator.sensors import ClimateSensor, CurrentSensor, Ghost
from simulator.ups import Battery, Ups

PAGES = Path(__file__).parents[2] / "docs" / "devices"
SECOND_NS = 1_000_000_000


class Still:
    """A noise generator without noise."""

    def normal(self, mean: float, deviation: float, size: object = None) -> float:
        return 0.0


def asked(device: Tables, pdu: str, now_ns: int = 0) -> str:
    return answer(device, bytes.fromhex(pdu), now_ns).hex(" ").upper()


def bank(type_code: int = 20, **values: float) -> ModuleBank:
    """One module without noise, its block at these true values."""
    plant = Plant(VRLA_12V_100AH, 1, 1)
    plant.noise = Still()  # type: ignore[assignment]
    told = {"voltage": 13.66, "temperature": 40.1, "now_ohm": 4.09e-3, "bypass_a": 0.0, **values}
    for name, value in told.items():
        setattr(plant, name, np.full((1, 1), value))
    return ModuleBank(plant, type_code, SECOND_NS // 2)


def registers(modules: ModuleBank, address: int, count: int) -> str:
    modules.convert(np.ones((1, 1), dtype=np.bool_))
    reply = asked(Module(modules, 0, 0), f"04 {address:04X} {count:04X}")
    return reply[6:]


def test_every_example_frame_of_the_pages_has_a_right_checksum() -> None:
    frames = [
        bytes.fromhex(line.strip()[2:])
        for page in ("modules.md", "csh.md", "climate.md", "gx_r_aux.md")
        for line in (PAGES / page).read_text(encoding="utf-8").splitlines()
        if re.fullmatch(r" {4}[<>] [0-9A-F ]+", line)
    ]
    assert len(frames) >= 24
    assert [crc16(frame[:-2]) for frame in frames] == [frame[-2:] for frame in frames]


def test_a_module_answers_all_its_registers_as_the_page_s_example() -> None:
    modules = bank(bypass_a=0.047)
    modules.words[..., 6], modules.words[..., 9], modules.words[..., 10] = 1233, 1, 0x86A3
    modules.measured_s[:], modules.plant.seconds, modules.measure[:] = 0.0, 12 * 3600.0, False
    modules.words[..., 4] = 4090
    wanted = "00 14 00 01 35 5C 01 91 0F FA 00 2F 04 D2 00 04 00 0C 00 01 86 A3"
    assert registers(modules, 0, 11) == wanted


@pytest.mark.parametrize(
    ("degc", "wanted"),
    [(-5.0, "FF CE"), (-0.1, "FF FF"), (0.0, "00 00"), (85.0, "03 52"), (104.0, "03 52"), (-60.0, "FE A2")],
)
def test_a_temperature_is_signed_tenths_and_ends_at_the_sensor_s_range(degc: float, wanted: str) -> None:
    assert registers(bank(temperature=degc), 3, 1) == wanted


def test_an_external_sensor_has_its_own_range_and_flag() -> None:
    modules = bank(temperature=120.0)
    modules.external[:] = True
    assert registers(modules, 3, 1) == "03 84"
    assert registers(modules, 7, 1) == "00 01"


def test_a_broken_temperature_sensor_is_not_available_and_flagged() -> None:
    modules = bank()
    modules.sensor_fault[:] = True
    modules.measure[:] = False
    assert registers(modules, 3, 5) == "80 00 FF FF 00 00 00 01 00 02"


@pytest.mark.parametrize(
    ("type_code", "low_mv", "high_mv", "low_uohm", "high_uohm"),
    [
        (20, 9700, 17000, 500, 60000),
        (23, 9700, 21000, 500, 60000),
        (30, 4800, 8000, 500, 60000),
        (41, 2400, 5000, 500, 30000),
        (40, 1250, 3200, 20, 6000),
    ],
)
def test_voltage_and_resistance_are_available_at_both_ends_of_a_type_s_range_and_not_beyond(
    type_code: int, low_mv: int, high_mv: int, low_uohm: int, high_uohm: int
) -> None:
    def read(millivolts: int, micro: int) -> str:
        words = registers(bank(type_code, voltage=millivolts / 1000, now_ohm=micro / 1e6, temperature=0.0), 2, 3)
        return words.replace(" ", "")

    assert read(low_mv, low_uohm) == f"{low_mv:04X}0000{low_uohm:04X}"
    assert read(high_mv, high_uohm) == f"{high_mv:04X}0000{high_uohm:04X}"
    assert read(low_mv - 1, low_uohm - 1) == "FFFF0000FFFF"
    assert read(high_mv + 1, high_uohm + 1) == "FFFF0000FFFF"


@pytest.mark.parametrize(
    ("bypass_a", "wanted"), [(0.0, "00 00"), (0.001, "00 04"), (0.1424, "00 04"), (0.143, "00 0C")]
)
def test_flags_tell_equalizing_and_saturated_at_95_percent(bypass_a: float, wanted: str) -> None:
    modules = bank(bypass_a=bypass_a)
    modules.measure[:] = False
    assert registers(modules, 7, 1) == wanted


def test_an_open_fuse_takes_voltage_and_resistance_away() -> None:
    modules = bank()
    modules.fuse_open[:] = True
    assert registers(modules, 2, 6) == "FF FF 01 91 FF FF 00 00 00 01 00 60"


def test_nothing_is_available_before_the_first_conversion() -> None:
    reply = asked(Module(bank(), 0, 0), "04 0002 0007")
    assert reply == "04 0E FF FF 80 00 FF FF FF FF 00 00 00 00 FF FF"


def test_the_sample_counter_follows_65535_with_0() -> None:
    modules = bank()
    modules.words[..., 6] = 65534
    assert [registers(modules, 6, 1) for _ in range(3)] == ["FF FF", "00 00", "00 01"]


def test_resistance_is_measured_by_command_1_and_ages_in_hours() -> None:
    modules = bank()
    module = Module(modules, 0, 0)
    assert registers(modules, 4, 5) == "0F FA 00 00 00 01 00 20 00 00"
    modules.plant.seconds = 5.5 * 3600
    modules.plant.now_ohm = np.full((1, 1), 5.0e-3)
    assert registers(modules, 4, 5) == "0F FA 00 00 00 02 00 00 00 05"
    assert asked(module, "06 003D 0001") == "06 00 3D 00 01"
    assert registers(modules, 4, 5) == "13 88 00 00 00 03 00 20 00 00"
    assert registers(modules, 7, 1) == "00 00"


def test_a_sleeping_module_answers_and_does_not_convert_until_woken() -> None:
    modules = bank(bypass_a=0.05)
    module = Module(modules, 0, 0)
    modules.advance(0)
    assert asked(module, "06 003D 0003") == "06 00 3D 00 03"
    modules.advance(5 * SECOND_NS)
    assert asked(module, "04 0005 0003") == "04 06 00 00 00 01 00 10"
    assert asked(module, "06 003D 0004") == "06 00 3D 00 04"
    modules.advance(6 * SECOND_NS)
    assert asked(module, "04 0006 0001") == "04 02 00 03"


def test_a_target_is_followed_for_its_expiry_and_then_reads_0() -> None:
    modules = bank()
    module = Module(modules, 0, 0)
    assert asked(module, "06 003E 0002") == "06 00 3E 00 02"
    assert asked(module, "06 0029 3534") == "06 00 29 35 34"
    modules.advance(SECOND_NS)
    assert modules.plant.target_v[0, 0] == 13.620
    assert asked(module, "03 0029 0001", SECOND_NS) == "03 02 35 34"
    modules.advance(2 * SECOND_NS)
    assert np.isnan(modules.plant.target_v[0, 0])
    assert asked(module, "03 0029 0001", 2 * SECOND_NS) == "03 02 00 00"


@pytest.mark.parametrize("millivolts", [0, 9699, 17001])
def test_a_target_outside_the_module_s_voltage_range_counts_as_off(millivolts: int) -> None:
    modules = bank()
    asked(Module(modules, 0, 0), f"06 0029 {millivolts:04X}")
    modules.advance(1)
    assert np.isnan(modules.plant.target_v[0, 0])


def test_a_module_follows_the_target_of_its_own_string_only() -> None:
    modules = bank()
    module = Module(modules, 0, 0)
    assert asked(module, "10 0029 0002 04 3534 3548") == "10 00 29 00 02"
    asked(module, "06 003C 0002")
    modules.advance(1)
    assert modules.plant.target_v[0, 0] == 13.640
    asked(module, "06 003C 0000")
    modules.advance(2)
    assert np.isnan(modules.plant.target_v[0, 0])


@pytest.mark.parametrize(
    ("request_pdu", "reply"),
    [
        ("04 0000 000C", "84 02"),
        ("04 000B 0001", "84 02"),
        ("03 0038 0002", "83 02"),
        ("03 0039 0001", "83 02"),
        ("03 003C 0003", "03 06 00 01 00 00 00 3C"),
        ("06 003C 0011", "86 03"),
        ("06 003D 0000", "86 03"),
        ("06 003D 0005", "86 03"),
        ("06 003E 0000", "86 03"),
        ("06 003E 0259", "86 03"),
        ("06 0028 0001", "86 02"),
        ("01 0000 0001", "81 01"),
        ("05 0000 FF00", "85 01"),
        ("08 0000 0000", "88 01"),
    ],
)
def test_a_module_refuses_what_its_page_does_not_have(request_pdu: str, reply: str) -> None:
    assert asked(Module(bank(), 0, 0), request_pdu) == reply


def test_a_refused_write_changes_nothing() -> None:
    modules = bank()
    module = Module(modules, 0, 0)
    assert asked(module, "10 003C 0003 06 0002 0009 0010") == "90 03"
    assert asked(module, "03 003C 0003") == "03 06 00 01 00 00 00 3C"


@pytest.mark.parametrize(
    ("amps", "wanted"),
    [
        (-24.0, "FF FF A2 40"),
        (0.107, "00 00 00 6B"),
        (-0.001, "FF FF FF FF"),
        (200.0, "00 03 0D 40"),
        (999.0, "00 03 0D 40"),
    ],
)
def test_a_csh_gives_signed_milliamps_high_word_first_up_to_its_rating(amps: float, wanted: str) -> None:
    sensor = CurrentSensor(1, 200, lambda: amps, Still)  # type: ignore[arg-type]
    sensor.counter = 0x1233
    sensor.convert()
    assert asked(sensor, "04 0000 0008") == f"04 10 00 C8 00 01 {wanted} 00 00 00 00 12 34 00 00"


def test_a_csh_with_a_fault_is_not_available() -> None:
    sensor = CurrentSensor(1, 50, lambda: 1.0, Still)  # type: ignore[arg-type]
    sensor.fault = True
    sensor.convert()
    assert asked(sensor, "04 0000 0008") == "04 10 00 32 00 01 80 00 00 00 00 00 00 00 00 01 00 02"


def test_a_climate_sensor_answers_as_the_page_s_example() -> None:
    sensor = ClimateSensor(1, lambda: (40.0, 45.0), Still)  # type: ignore[arg-type]
    sensor.counter = 6
    sensor.convert()
    assert asked(sensor, "04 0000 0008") == "04 10 00 0A 00 01 01 90 01 C2 00 00 00 00 00 07 00 00"


@pytest.mark.parametrize(("degc", "wanted"), [(-12.0, "FF 9C"), (95.0, "03 84"), (-0.5, "FF FB")])
def test_a_climate_sensor_ends_at_its_range(degc: float, wanted: str) -> None:
    sensor = ClimateSensor(1, lambda: (degc, 100.0), Still)  # type: ignore[arg-type]
    sensor.convert()
    assert asked(sensor, "04 0002 0002") == f"04 04 {wanted} 03 E8"


def test_a_climate_sensor_with_a_fault_has_neither_value() -> None:
    sensor = ClimateSensor(1, lambda: (20.0, 50.0), Still)  # type: ignore[arg-type]
    assert asked(sensor, "04 0002 0006") == "04 0C 80 00 FF FF 00 00 00 00 00 00 00 00"
    sensor.fault = True
    sensor.convert()
    assert asked(sensor, "04 0002 0006") == "04 0C 80 00 FF FF 00 00 00 00 00 01 00 02"


def test_the_ghost_answers_as_the_page_s_example() -> None:
    ghost = Ghost(1, lambda: (104.3, 20.0, 17))
    assert asked(ghost, "04 0000 0005") == "04 0A 80 00 80 00 00 01 00 00 FF FF"
    ghost.counter = 89
    ghost.convert()
    assert asked(ghost, "04 0000 0005") == "04 0A 04 13 00 C8 00 01 00 5A 00 11"


def test_a_gx_r_aux_answers_as_the_page_s_examples() -> None:
    board = GxRAux()
    board.contacts = [lambda _now_ns, closed=closed: closed for closed in (False, True, False, True)]
    assert asked(board, "05 0000 FF00") == "05 00 00 FF 00"
    assert asked(board, "05 0000 0000") == "05 00 00 00 00"
    assert asked(board, "0F 0000 0004 01 05") == "0F 00 00 00 04"
    assert asked(board, "01 0000 0004") == "01 01 05"
    assert asked(board, "02 0000 0004") == "02 01 0A"
    assert asked(board, "10 008E 0005 0A 0032 0002 0002 0001 0000") == "10 00 8E 00 05"
    assert asked(board, "03 008E 0005") == "03 0A 00 32 00 02 00 02 00 01 00 00"
    assert asked(board, "05 0000 1234") == "85 03"


def make_ups(**values: object) -> Ups:
    ups = Ups(20_000.0, 40_000.0, 600.0, lambda: Battery(463.1, 2.27, 1.0, True, 28_000.0), lambda: 0.0)
    for name, value in values.items():
        setattr(ups, name, value)
    return ups


def test_the_ups_answers_its_registers_in_the_page_s_scaling() -> None:
    ups = make_ups()
    wanted = "03 14 00 E6 00 E6 00 E6 00 32 00 32 00 32 00 64 00 E6 00 E6 00 E6"
    assert asked(ups, "03 0061 000A") == wanted
    assert asked(ups, "04 006B 0008") == "04 10 00 1B 00 54 00 04 12 17 01 F4 01 F4 01 F4 00 00"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "00 04"),
        ({"mains_good": False}, "00 0C"),
        ({"test_since_s": 0.0}, "00 44"),
        ({"bypass": True}, "00 05"),
        ({"comm_lost": True}, "00 00"),
    ],
)
def test_the_ups_status_word_is_4_12_68_5_and_0(values: dict[str, object], status: str) -> None:
    assert asked(make_ups(**values), "04 006D 0001") == f"04 02 {status}"


def test_the_ups_flags_are_both_discrete_inputs_and_registers() -> None:
    ups = make_ups(mains_good=False)
    assert asked(ups, "02 0073 001C") == "02 04 22 00 00 00"
    assert asked(ups, "04 0073 0006") == "04 0C 00 00 00 01 00 00 00 00 00 00 00 01"


def test_a_silent_ups_has_no_values_and_says_so() -> None:
    ups = make_ups(comm_lost=True)
    assert asked(ups, "04 0067 0008") == "04 10 FF FF FF FF FF FF FF FF 80 00 FF FF 00 00 FF FF"
    assert asked(ups, "02 0086 0001") == "02 01 01"


def test_the_ups_test_coils_start_and_abort_and_refuse_on_battery() -> None:
    ups = make_ups()
    assert asked(ups, "05 0000 FF00") == "05 00 00 FF 00"
    assert asked(ups, "01 0000 0002") == "01 01 01"
    assert asked(ups, "02 008A 0001") == "02 01 01"
    assert asked(ups, "05 0001 FF00") == "05 00 01 FF 00"
    assert asked(ups, "01 0000 0002") == "01 01 00"
    assert asked(make_ups(mains_good=False), "05 0000 FF00") == "85 04"


@pytest.mark.parametrize("pdu", ["04 0060 0001", "04 008E 0002", "02 0072 0001", "01 0000 0003", "05 0002 FF00"])
def test_the_ups_refuses_addresses_outside_its_page(pdu: str) -> None:
    assert asked(make_ups(), pdu) == f"{int(pdu[:2], 16) | 0x80:02X} 02"
