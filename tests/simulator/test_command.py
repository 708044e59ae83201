"""`python -m simulator` as a process: ready line, ports, control socket, its end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator import prepare
from simulator.control import Control, Refused

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(site: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts the simulator on the small room; kills what a test leaves."""
    began: list[subprocess.Popen[str]] = []

    def run(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "simulator", str(site), "--run-dir", str(tmp_path / "run"), *options]
        pipe = subprocess.PIPE
        began.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        return began[-1]

    yield run
    for process in began:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def ready(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    told: dict[str, object] = json.loads(process.stdout.readline())
    return told


def test_it_tells_its_ports_when_ready_and_ends_on_sigterm(start: Start, tmp_path: Path) -> None:
    process = start("--speed", "60", "--scenario", "dry_out", "--seed", "1")
    told = ready(process)
    assert told["ready"] is True
    assert told["faulty"] == "S2"
    assert (tmp_path / "run" / "sim-battery").resolve().is_char_device()
    lan = json.loads((tmp_path / "run" / "sim-lan.json").read_text(encoding="utf-8"))
    assert told["ports"] == {"battery": str(tmp_path / "run" / "sim-battery"), "lan": [lan["host"], lan["port"]]}
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
    assert list((tmp_path / "run").iterdir()) == []


def test_it_ends_when_its_stdin_closes(start: Start) -> None:
    process = start()
    ready(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(5) == 0


def test_it_ends_when_its_parent_is_killed(site: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulator", str(site), "--run-dir", str(tmp_path / "run")]
    told = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL).wait()"
    parent = subprocess.Popen([sys.executable, "-c", told, *command], stdout=subprocess.PIPE, text=True)
    ready(parent)
    parent.kill()
    parent.wait(5)
    assert parent.stdout is not None
    assert parent.stdout.read() == ""  # the simulator held the other end until it ended


def test_it_begins_from_a_warm_file_of_the_site_and_at_the_given_epoch(
    start: Start, site: Path, tmp_path: Path
) -> None:
    prepare.main([str(site)])
    epoch_ns = time.monotonic_ns() - 5_000_000_000
    process = start("--start", "warm.json", "--scenario", "dry_out", "--string", "S2", "--epoch", str(epoch_ns))
    assert ready(process)["epoch_ns"] == epoch_ns
    with Control(tmp_path / "run") as control:
        state = control("state")
    assert state["burning"] is True
    assert state["plant_s"] >= 5
    assert state["faulty"] == "S2"
    assert max(state["strings"]["S2"]["temperature_degc"]) > max(state["strings"]["S1"]["temperature_degc"])


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--scenario", "flood"), "there is no scenario 'flood'; it has dry_out"),
        (("--scenario", "dry_out", "--string", "S7"), "there is no string 'S7'; strings are S1, S2"),
        (("--start", "warm.json"), "a warm state belongs to a scenario; name it with --scenario"),
        (("--start", "warm.json", "--scenario", "dry_out"), "run: python -m simulator.prepare"),
        (("--epoch", "-1000000000000"), "in the past; give CLOCK_MONOTONIC ns"),
        (("--speed", "0"), "--speed goes from 0.1 to 1000"),
    ],
)
def test_what_it_cannot_begin_with_is_one_message(start: Start, options: tuple[str, ...], wanted: str) -> None:
    process = start(*options)
    _, error = process.communicate(timeout=10)
    assert process.returncode in (1, 2)
    assert wanted in error
    assert "Traceback" not in error


def test_a_run_dir_too_long_for_a_socket_is_told(start: Start, tmp_path: Path) -> None:
    process = start("--run-dir", str(tmp_path / ("x" * 100)))
    assert "choose a --run-dir" in process.communicate(timeout=10)[1]


def test_the_control_socket_opens_closes_burns_and_starts_again(start: Start, tmp_path: Path) -> None:
    ready(start("--scenario", "dry_out", "--calm"))
    with Control(tmp_path / "run") as control:
        assert control("state")["burning"] is False
        control("open", breaker="Q1")
        assert control("state")["boards"]["gx1"]["inputs"] == [True, False, False, True]
        control("close", breaker="Q1")
        assert control("state")["breakers"]["Q1"]["poles_closed"] is True
        assert control("burn", string="S2")["faulty"] == "S2"
        assert control("state")["burning"] is True
        control("set", ambient_degc=31.0, room="A", charger_v=2.3)
        assert control("state")["strings"]["S1"]["ambient_degc"] == 31.0
        control("start_again")
        assert control("state")["burning"] is False


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"do": "explode"}, "there is no request 'explode'"),
        ({"do": "open", "breaker": "Q9"}, "there is no breaker 'Q9'; breakers are Q1, Q2"),
        ({"do": "cut", "bus": "attic"}, "there is no bus 'attic'; buses are battery, lan"),
        ({"do": "cut"}, "bus is None; give text"),
        ({"do": "stick", "breaker": "Q1", "stuck": 1}, "stuck is 1; give true or false"),
        ({"do": "step_input", "bus": "battery", "unit": 241, "degc": 1}, "unit 241 is no module"),
        ({"do": "freeze", "bus": "battery", "unit": 99}, "there is no unit 99 on battery"),
        ({"do": "set", "weather": "fine"}, "weather means nothing here"),
        ({"do": "burn", "string": "S9"}, "there is no string 'S9'"),
        ({"do": "power_cycle", "board": "gx9"}, "there is no board 'gx9'"),
    ],
)
def test_the_control_socket_refuses_with_a_reason(control: Control, asked: dict[str, object], wanted: str) -> None:
    with pytest.raises(Refused, match=wanted):
        control(**asked)  # type: ignore[arg-type]


def test_text_that_is_not_json_is_refused_and_the_connection_stays(control: Control) -> None:
    control._socket.sendall(b"\xff{\n")
    assert b"not JSON" in control._lines.readline()
    assert control("state")["speed"] == 60


def test_a_module_s_faults_and_a_frozen_sensor_are_set_from_outside(control: Control) -> None:
    control("module", bus="battery", unit=1, sensor_fault=True, fuse_open=True)
    control("module", bus="battery", unit=217, sensor_fault=True)
    control("freeze", bus="battery", unit=201)
    control("stick", breaker="Q2", stuck=True)
    control("set", smoke="S2")
    control("power_cycle", board="gx2")
    state = control("state")
    assert state["breakers"]["Q2"]["stuck"] is True
    assert state["boards"]["gx2"]["inputs"] == [False, True, False, False]
