"""Drivers against the literal bytes of tests/golden, and every number of the maps against the drivers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from drivers.driver import WatchdogSetting
from drivers.errors import BadAnswer, DeviceRefused, WrongDevice
from drivers.frames import FrameLog
from drivers.map import DeviceMap, Field, load_maps
from drivers.master import Master, RtuMaster, TcpMaster, rtu_timing
from drivers.modbus import ModbusDriver
from drivers.outputs import runs
from plc.core.plan import DevicePlan, FailState
from tests.drivers.peer import MS, World, pty_line, tcp_line

GOLDEN = Path(__file__).parents[1] / "golden"
ANSWER_WITHIN = 200 * MS
ON_TCP = ("cs141", "ghost")

Case = dict[str, Any]
Maps = Mapping[str, DeviceMap]

CASES: list[Case] = [case for path in sorted(GOLDEN.glob("*.yaml")) for case in yaml.safe_load(path.read_text())]
MAPS = load_maps()


class Differs(Exception):
    """The driver does not do what the golden bytes say."""


def hold_to(case: Case, maps: Maps) -> None:
    """Run one case. Raises Differs."""
    requests: list[bytes] = []
    replies = iter([bytes.fromhex(reply) for _, reply in case["exchanges"]])

    def script(frame: bytes) -> list[tuple[int, bytes]]:
        requests.append(frame)
        reply = next(replies, b"")
        return [(MS, reply)] if reply else []

    driver = ModbusDriver(scripted_master(case["device"]["type"], script), maps)
    driver.open()
    try:
        outcome = what_happens(driver, case)
    finally:
        driver.close()
    compare("requests", requests, [bytes.fromhex(request) for request, _ in case["exchanges"]])
    wanted = {key: case[key] for key in ("values", "counter", "refused") if key in case}
    compare("outcome", {key: outcome.get(key) for key in wanted}, wanted)
    if "watchdog" in case.get("do", {}):
        compare("watchdog", outcome["watchdog"], watchdog(case))


def compare(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        raise Differs(f"{what}: {got}, golden {wanted}")


def scripted_master(type_name: str, script: Any) -> Master:
    world = World()
    frames = FrameLog.in_memory(0)
    if type_name in ON_TCP:
        return TcpMaster(lambda: tcp_line(world, script), ANSWER_WITHIN, world, frames)
    return RtuMaster(lambda: pty_line(world, script), rtu_timing(115_200, ANSWER_WITHIN), world, frames)


def what_happens(driver: ModbusDriver, case: Case) -> dict[str, Any]:
    device = DevicePlan("d", case["device"]["type"], case["device"]["unit"])
    try:
        return carry_out(driver, device, case)
    except DeviceRefused as exc:
        return {"refused": exc.code}
    except (BadAnswer, WrongDevice, TimeoutError) as exc:
        raise Differs(str(exc)) from exc


def carry_out(driver: ModbusDriver, device: DevicePlan, case: Case) -> dict[str, Any]:
    match case.get("do"):
        case None:
            readings = [driver.poll(device, part) for part in range(driver.parts(device))]
            values = {name: value for reading in readings for name, value in reading.values}
            return {"values": values, "counter": readings[0].counter}
        case {"relay": name, "state": state}:
            driver.relay(device, name, state == 1)
        case {"command": name}:
            driver.command(device, name)
        case {"targets": volts}:
            for run in runs(volts):
                driver.set_targets(run)
            driver.hold_targets()
        case {"watchdog": _}:
            driver.write_watchdog(device, watchdog(case))
            return {"watchdog": driver.read_watchdog(device)}
    return {}


def watchdog(case: Case) -> WatchdogSetting:
    asked = case["do"]["watchdog"]
    return WatchdogSetting(round(asked["after_s"] * 1e9), tuple(FailState(state) for state in asked["states"]))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['device']['type']}-{case['name']}" for case in CASES])
def test_the_driver_asks_and_understands_the_golden_bytes(case: Case) -> None:
    hold_to(case, MAPS)


def test_every_field_of_every_type_is_shown_with_and_without_a_value() -> None:
    polls = [case for case in CASES if "values" in case]
    for type_name, device_map in MAPS.items():
        shown = [case["values"] for case in polls if case["device"]["type"] == type_name]
        for name, field in device_map.fields.items():
            assert any(values[name] is not None for values in shown), f"{type_name}.{name} has no value anywhere"
            if field.missing is not None or field.bad_if:
                assert any(values[name] is None for values in shown), f"{type_name}.{name} is never not available"


OTHER_KIND = {"u16": "s16", "s16": "u16", "u32": "s32", "s32": "u32"}


def mutants(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The thing with one number, kind, word order or flag changed; each with the place of the change."""
    match thing:
        case bool() | str():
            return
        case int() | float():
            yield f"{path} + 1", thing + 1
        case tuple():
            for at, each in enumerate(thing):
                yield f"{path}[{at}] left out", (*thing[:at], *thing[at + 1 :])
                for place, mutant in mutants(each, f"{path}[{at}]"):
                    yield place, (*thing[:at], mutant, *thing[at + 1 :])
        case dict():
            for key, each in thing.items():
                for place, mutant in mutants(each, f"{path}.{key}"):
                    yield place, {**thing, key: mutant}
        case msgspec.Struct():
            if isinstance(thing, Field):
                yield from field_mutants(thing, path)
            for name in thing.__struct_fields__:
                for place, mutant in mutants(getattr(thing, name), f"{path}.{name}"):
                    yield place, msgspec.structs.replace(thing, **{name: mutant})


def field_mutants(field: Field, path: str) -> Iterator[tuple[str, Field]]:
    if field.kind in OTHER_KIND:
        yield f"{path} {field.kind}", msgspec.structs.replace(field, kind=OTHER_KIND[field.kind])
    if field.kind in ("u32", "s32"):
        yield f"{path} words", msgspec.structs.replace(field, words="low first")
    if field.missing is not None:
        yield f"{path} without missing", msgspec.structs.replace(field, missing=None)


def survives(mutant: DeviceMap, types: list[str]) -> bool:
    maps = {**MAPS, **dict.fromkeys(types, mutant)}
    cases = [case for case in CASES if case["device"]["type"] in types]
    try:
        for case in cases:
            hold_to(case, maps)
    except (Differs, IndexError, ValueError):
        return False
    return True


@pytest.mark.parametrize("type_name", ["C20", "CSH50", "climate", "GX_R_AUX", "cs141", "ghost"])
def test_no_number_of_a_map_can_change_unnoticed(type_name: str) -> None:
    device_map = MAPS[type_name]
    types = [name for name, each in MAPS.items() if each is device_map]
    changed = list(mutants(device_map, type_name))
    assert survives(device_map, types)
    assert len(changed) > 20
    assert [place for place, mutant in changed if survives(mutant, types)] == []
