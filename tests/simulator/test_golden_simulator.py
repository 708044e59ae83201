"""The simulated devices against tests/golden: each in the physical state a case tells answers its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from simulator.chemistry import VRLA_12V_100AH
from simulator.gx_r_aux import GxRAux
from simulator.modbus import Tables, answer, crc16
from simulator.modules import Module, ModuleBank
from simulator.plant import Plant
from simulator.sensors import ClimateSensor, CurrentSensor, Ghost, Sampled
from simulator.ups import Battery, Ups
from simulator.ups_registers import FIRST, UpsReading, encode

GOLDEN = Path(__file__).parents[1] / "golden"
MODULES = {"C20": 20, "C23": 23, "C30": 30, "C40": 40, "C41": 41}
FLAGS = {"on_battery": 116, "battery_low": 117, "input_bad": 120, "test_failed": 133, "testing": 138}
Case = dict[str, Any]


class Still:
    """A noise generator without noise."""

    def normal(self, mean: float, deviation: float, size: object = None) -> float:
        return 0.0


def cases(page: str, *, doing: bool) -> list[Any]:
    told = yaml.safe_load((GOLDEN / f"{page}.yaml").read_text(encoding="utf-8"))
    fit = [case for case in told if ("do" in case) == doing and case.get("device_says", True)]
    return [pytest.param(case, id=case["name"]) for case in fit]


def hexes(exchange: list[str]) -> tuple[bytes, bytes]:
    return bytes.fromhex(exchange[0]), bytes.fromhex(exchange[1])


def over_rtu(device: Tables, request: bytes) -> bytes:
    """The whole reply frame to a whole request frame."""
    assert crc16(request[:-2]) == request[-2:]
    reply = request[:1] + answer(device, request[1:-2], 0)
    return reply + crc16(reply)


def over_tcp(device: Tables, request: bytes) -> bytes:
    reply = answer(device, request[7:], 0)
    return request[:4] + (len(reply) + 1).to_bytes(2, "big") + request[6:7] + reply


def a_module(type_code: int) -> Module:
    plant = Plant(VRLA_12V_100AH, 1, 1)
    plant.noise = Still()  # type: ignore[assignment]
    return Module(ModuleBank(plant, type_code, 1), 0, 0)


def flags_told(case: Case) -> int:
    """The flag word of a case's reply: its last register before the checksum."""
    return int.from_bytes(hexes(case["exchanges"][0])[1][-4:-2], "big")


@pytest.mark.parametrize("case", cases("modules", doing=False))
def test_a_module_in_this_state_answers_these_bytes(case: Case) -> None:
    module = a_module(MODULES[case["device"]["type"]])
    if case["counter"] > 0:
        settle(module, case)
    request, reply = hexes(case["exchanges"][0])
    assert over_rtu(module, request).hex(" ") == reply.hex(" ")


def settle(module: Module, case: Case) -> None:
    """True values and faults as told; one conversion that measures the resistance, one more that leaves it."""
    bank, values, flags = module.bank, case["values"], flags_told(case)
    for name, key, factor in (
        ("voltage", "voltage", 1.0),
        ("temperature", "temperature", 1.0),
        ("now_ohm", "resistance", 1e-3),
        ("bypass_a", "bypass", 1e-3),
    ):
        setattr(bank.plant, name, np.full((1, 1), (values[key] if values[key] is not None else 1.0) * factor))
    bank.external[:], bank.sensor_fault[:], bank.fuse_open[:] = bool(flags & 1), bool(flags & 2), bool(flags & 64)
    bank.words[..., 6] = (case["counter"] - 2) % 65536
    for _ in range(2):
        bank.convert(np.ones((1, 1), dtype=np.bool_))


@pytest.mark.parametrize("case", cases("modules", doing=True))
def test_a_module_carries_out_these_broadcast_targets(case: Case) -> None:
    module = a_module(MODULES[case["device"]["type"]])
    for request, _ in map(hexes, case["exchanges"]):
        assert crc16(request[:-2]) == request[-2:]
        assert answer(module, request[1:-2], 0)[0] < 0x80
    told = {string: volts for string, volts in case["do"]["targets"].items() if string <= 16}
    held = {string: int(module.bank.target_mv[0, 0, string - 1]) for string in told}
    assert held == {string: round(volts * 1000) for string, volts in told.items()}
    assert np.count_nonzero(module.bank.target_mv) == sum(volts > 0 for volts in told.values())
    assert module.bank.expiry_s[0, 0] == 60


def converted(device: Sampled, case: Case) -> Sampled:
    """After the case's last conversion; a counter of 0 is before the first."""
    device.counter = case["counter"] - 1
    if case["counter"] > 0:
        device.convert()
    return device


@pytest.mark.parametrize("case", cases("csh", doing=False))
def test_a_csh_in_this_state_answers_these_bytes(case: Case) -> None:
    amps = case["values"]["current"]
    sensor = CurrentSensor(1, int(case["device"]["type"][3:]), lambda: amps, Still)  # type: ignore[arg-type]
    sensor.fault = amps is None
    request, reply = hexes(case["exchanges"][0])
    assert over_rtu(converted(sensor, case), request).hex(" ") == reply.hex(" ")


@pytest.mark.parametrize("case", cases("climate", doing=False))
def test_a_climate_sensor_in_this_state_answers_these_bytes(case: Case) -> None:
    values = case["values"]
    sensor = ClimateSensor(1, lambda: (values["temperature"], values["humidity"]), Still)  # type: ignore[arg-type]
    sensor.fault = values["temperature"] is None
    request, reply = hexes(case["exchanges"][0])
    assert over_rtu(converted(sensor, case), request).hex(" ") == reply.hex(" ")


@pytest.mark.parametrize("case", cases("ghost", doing=False))
def test_the_ghost_in_this_state_answers_these_bytes(case: Case) -> None:
    values = case["values"]
    ghost = Ghost(1, lambda: (values["temperature"], values["current"], values["hottest_module"]))
    request, reply = hexes(case["exchanges"][0])
    assert over_tcp(converted(ghost, case), request).hex(" ") == reply.hex(" ")


@pytest.mark.parametrize("case", cases("gx_r_aux", doing=False))
def test_a_gx_r_aux_in_this_state_answers_these_bytes(case: Case) -> None:
    board = GxRAux()
    values = case["values"]
    board.contacts = [lambda _now_ns, number=number: bool(values[f"input{number}"]) for number in (1, 2, 3, 4)]
    board.write_bits(0, [bool(values[f"relay{number}"]) for number in (1, 2, 3, 4)], 0)
    for request, reply in map(hexes, case["exchanges"]):
        assert over_rtu(board, request).hex(" ") == reply.hex(" ")


@pytest.mark.parametrize("case", cases("gx_r_aux", doing=True))
def test_a_gx_r_aux_carries_out_what_these_bytes_ask(case: Case) -> None:
    board = GxRAux()
    told = case["do"]
    number = int(told.get("relay", "relay1")[5:]) - 1
    board.relays[number] = not told.get("state", True)
    for request, reply in map(hexes, case["exchanges"]):
        assert over_rtu(board, request).hex(" ") == reply.hex(" ")
    watchdog = told.get("watchdog", {"after_s": 0, "states": ["release"] * 4})
    states = {"release": 0, "energise": 1, "hold": 2}
    assert board.relays[number] == bool(told.get("state", 0))
    assert board.holding == [round(watchdog["after_s"] * 10), *(states[state] for state in watchdog["states"])]


def a_ups() -> Ups:
    return Ups(20_000.0, 40_000.0, 600.0, lambda: Battery(463.1, 2.27, 1.0, True, 28_000.0), lambda: 0.0)


class UpsTelling(Ups):
    """A UPS that tells a given reading."""

    def __init__(self, told: UpsReading) -> None:
        super().__init__(1.0, 1.0, 1.0, lambda: Battery(0.0, 0.0, 0.0, True, 0.0), lambda: 0.0)
        self.told = told

    def reading(self) -> UpsReading:
        return self.told


@pytest.mark.parametrize("case", cases("cs141", doing=False))
def test_the_ups_registers_of_this_reading_are_these_bytes(case: Case) -> None:
    """Lines 2 and 3 and the status word stand in the reply alone and are taken from there."""
    (request, reply), (flag_request, flag_reply) = map(hexes, case["exchanges"])
    words = [int.from_bytes(reply[9 + 2 * i : 11 + 2 * i], "big") for i in range(14)]
    values = {key: 0 if value is None else value for key, value in case["values"].items()}
    lost = case["values"]["testing"] is None
    flags = frozenset({134}) if lost else frozenset(at for name, at in FLAGS.items() if values[name])
    reading = UpsReading(
        output_v=(values["output_voltage"], words[1], words[2]),
        load_percent=(values["load"], words[4], words[5]),
        charge_percent=values["charge"],
        input_v=(values["input_voltage"], words[8], words[9]),
        degc=values["temperature"],
        autonomy_min=values["autonomy"],
        status=words[12],
        battery_v=values["battery_voltage"],
        input_hz=(50.0, 50.0, 50.0),
        power_failures=0,
        flags=flags,
    )
    assert over_tcp(UpsTelling(reading), request).hex(" ") == reply.hex(" ")
    flag_words = encode(reading)[2 * (115 - FIRST) :]
    packed = sum(flag_words[2 * i + 1] << i for i in range(28)).to_bytes(4, "little")
    assert packed.hex(" ") == flag_reply[9:].hex(" ")
    assert flag_request[8:] == bytes.fromhex("0073001C")


@pytest.mark.parametrize("case", cases("cs141", doing=True))
def test_the_ups_carries_out_what_these_bytes_ask(case: Case) -> None:
    ups = a_ups()
    ups.mains_good = "refused" not in case
    ups.test_since_s = 0.0 if case["do"]["command"] == "abort_test" else None
    request, reply = hexes(case["exchanges"][0])
    assert over_tcp(ups, request).hex(" ") == reply.hex(" ")
    assert ups.testing == (case["do"]["command"] == "start_test" and "refused" not in case)
