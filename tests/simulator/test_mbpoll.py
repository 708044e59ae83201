"""A foreign master, Debian's mbpoll, reads simulated devices; what it prints is compared with the plant."""

from __future__ import annotations

import re
import struct
import subprocess

import pytest

from simulator.control import Control
from simulator.running import Running

MBPOLL = "/usr/bin/mbpoll"


def poll(*arguments: str) -> dict[int, int]:
    """Register and printed value of one mbpoll run; values above 32,767 as it prints them first."""
    ran = subprocess.run([MBPOLL, "-0", "-1", "-q", *arguments], capture_output=True, text=True, timeout=20, check=True)
    return {int(at): int(value) for at, value in re.findall(r"\[(\d+)\]:\s+(-?\d+)", ran.stdout)}


def module(running: Running, unit: int, first: int, count: int) -> dict[int, int]:
    port = str(running.run_dir / "sim-battery")
    wanted = ("-a", str(unit), "-t", "3", "-r", str(first), "-c", str(count))
    return poll("-m", "rtu", "-b", "115200", "-P", "even", "-o", "1", *wanted, port)


@pytest.mark.parametrize(("unit", "string", "place"), [(1, "S1", 0), (7, "S2", 2)])
def test_mbpoll_reads_a_module_s_voltage_temperature_and_resistance(
    running: Running, control: Control, unit: int, string: str, place: int
) -> None:
    read = module(running, unit, 0, 8)
    true = control("state")["strings"][string]
    assert read[0] == 20
    # the page's scaling; tolerances: 0.1 % and 0.05 % of voltage, 0.3 K and 0.1 K, 1.5 % of resistance, four times over
    assert read[2] / 1000 == pytest.approx(true["voltage_v"][place], rel=4 * 0.0012)
    assert read[3] / 10 == pytest.approx(true["temperature_degc"][place], abs=4 * 0.32)
    assert read[4] / 1e6 == pytest.approx(true["resistance_ohm"][place], rel=4 * 0.015)


def test_mbpoll_reads_a_cold_module_as_negative(running: Running, control: Control) -> None:
    control("step_input", bus="battery", unit=1, degc=-5.0)
    read = module(running, 1, 3, 1)[3]
    assert (read + 32768) % 65536 - 32768 == -50


def test_mbpoll_reads_the_discharge_current_as_two_words(running: Running, control: Control) -> None:
    control("set", mains_good=False, load_w=2000.0)
    counter = module(running, 201, 6, 1)[6]
    words = module(running, 201, 0, 8)
    while words[6] < counter + 2:
        words = module(running, 201, 0, 8)
    amps = struct.unpack(">i", struct.pack(">HH", words[2] % 65536, words[3] % 65536))[0] / 1000
    assert words[0] == 200
    assert amps == pytest.approx(control("state")["strings"]["S1"]["current_a"], abs=0.2)
    assert amps < -15


def test_mbpoll_switches_a_relay(running: Running, control: Control) -> None:
    port = str(running.run_dir / "sim-battery")
    line = ("-m", "rtu", "-b", "115200", "-P", "even", "-0", "-1", "-q", "-o", "1")
    subprocess.run([MBPOLL, *line, "-a", "241", "-t", "0", "-r", "0", port, "1"], check=True, timeout=20)
    assert control("state")["boards"]["gx1"]["relays"] == [True, False, False, False]


def test_mbpoll_reads_the_ups_over_tcp(running: Running) -> None:
    host, port = running.ports()["lan"]  # type: ignore[misc]
    read = poll("-m", "tcp", "-p", str(port), "-a", "1", "-t", "3", "-r", "97", "-c", "14", str(host))
    assert read[97] == read[104] == 230
    assert read[109] == 4
    # 4 blocks a string of about 13.6 V
    assert read[110] / 10 == pytest.approx(4 * 13.62, rel=0.01)
