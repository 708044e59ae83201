"""`plc run` as a person starts it: what it says, what it refuses, what it leaves."""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plc.core.run_paths import RunPaths, StatePaths
from plc.processes.listen import Listen, read_listen
from plc.processes.runtime_dir import StartError
from plc.run import default_state
from plc.store.running import NotRunning, find_running
from plc.store.running_view import RunningView
from simulator.control import Control
from tests.processes.conftest import eventually, kill_group
from tests.processes.controller import ROOM

PR_CAPBSET_DROP = 24
CAP_IPC_LOCK, CAP_SYS_NICE = 14, 23

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    state = tmp_path / "state"
    yield state
    shutil.rmtree(StatePaths(state).run_dir(), ignore_errors=True)


@pytest.fixture
def plc_run(state: Path) -> Iterator[Run]:
    """``plc_run(site, *options)`` starts `plc run` on the test's state directory, in a group of its own."""
    started: list[subprocess.Popen[str]] = []

    def run(site: Path, *options: str, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "plc.cli", "run", str(site), "--state", str(state), *options]
        started.append(
            subprocess.Popen(command, stderr=subprocess.PIPE, text=True, process_group=0, preexec_fn=prepare)
        )
        return started[-1]

    yield run
    for process in started:
        kill_group(process.pid)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def runs(state: Path) -> bool:
    try:
        engine = RunningView(find_running(state)).engine()
    except NotRunning:
        return False
    return engine is not None


def said(process: subprocess.Popen[str]) -> str:
    """Everything it said until its end."""
    return process.communicate(timeout=30)[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, method: str, path: str, host: str = "127.0.0.1") -> tuple[int, Any]:
    """(status, JSON or text) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers={"Host": host})
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    return response.status, json.loads(text) if response.headers["Content-Type"] == "application/json" else text


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/status.json")[1]["engine"] is not None
    except OSError:
        return False


def test_it_runs_tells_its_status_to_this_machine_and_ends_on_ctrl_c(state: Path, plc_run: Run) -> None:
    port = free_port()
    process = plc_run(ROOM, "--http", f"127.0.0.1:{port}")
    eventually(lambda: answers(port), within_s=30)
    _, status = ask(port, "GET", "/status.json")
    assert status["engine"]["site"] == "test room"
    assert status["process"]["pid"] in {shown["pid"] for shown in status["processes"]}
    assert 0 <= status["age_ms"] < 2000
    _, events = ask(port, "GET", "/events.json?after=0")
    assert [event["sequence"] for event in events["events"]] == list(range(1, len(events["events"]) + 1))
    assert ask(port, "GET", "/events.json?after=-1")[0] == 400
    assert ask(port, "POST", "/status.json")[0] in (403, 405)
    assert ask(port, "GET", "/status.json", host="evil.example")[0] == 403
    process.send_signal(signal.SIGINT)
    assert "test room runs: 1 string, scan 100 ms, SIMULATED x1" in said(process)
    assert process.returncode == 0
    assert not StatePaths(state).run_dir().exists()


def give_up_real_time() -> None:
    """No CAP_SYS_NICE, no CAP_IPC_LOCK, and limits as on a laptop."""
    for capability in (CAP_SYS_NICE, CAP_IPC_LOCK):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (8 << 20, 8 << 20))


def test_without_real_time_permission_it_runs_and_says_what_is_missing_and_the_cure(state: Path, plc_run: Run) -> None:
    process = plc_run(ROOM, prepare=give_up_real_time)
    eventually(lambda: runs(state), within_s=30)
    engine = RunningView(find_running(state)).engine()
    assert engine is not None
    granted = {measure["name"]: measure["granted"] for measure in engine["process"]["measures"]}
    assert (granted["real-time priority"], granted["locked memory"]) == (False, False)
    process.terminate()
    text = said(process)
    assert process.returncode == 0
    assert "no real-time priority (Operation not permitted); give the user rtprio 80" in text
    assert text.count("no real-time priority") == 1


def test_a_second_controller_on_the_same_state_directory_is_refused_in_one_sentence(state: Path, plc_run: Run) -> None:
    first = plc_run(ROOM)
    eventually(lambda: runs(state), within_s=30)
    second = plc_run(ROOM)
    text = said(second)
    assert second.returncode == 1
    assert text.count("\n") == 1
    assert f"process number {first.pid}; stop it (kill {first.pid})" in text
    assert first.poll() is None


def test_it_ends_by_itself_after_the_given_time(state: Path, plc_run: Run) -> None:
    process = plc_run(ROOM, "--for", "2s")
    eventually(lambda: runs(state), within_s=30)
    asked = time.monotonic()
    said(process)
    assert process.returncode == 0
    assert time.monotonic() - asked < 5


def test_a_site_with_errors_is_refused_with_all_of_them_and_leaves_nothing(
    state: Path, plc_run: Run, tmp_path: Path
) -> None:
    site = tmp_path / "room"
    shutil.copytree(ROOM, site)
    text = (site / "site.yaml").read_text()
    (site / "site.yaml").write_text(text.replace("unit: 241", "unit: 300").replace("fail_state: energise", "x: y"))
    process = plc_run(site)
    shown = said(process)
    assert process.returncode == 1
    assert shown.count("site.yaml:") >= 2
    assert "error(s), see above" in shown
    assert not StatePaths(state).run_dir().exists()


def test_the_next_controller_takes_over_what_a_killed_one_left_latches_first(state: Path, plc_run: Run) -> None:
    first = plc_run(ROOM)
    eventually(lambda: runs(state), within_s=30)
    run: RunPaths = find_running(state)
    view = RunningView(run)
    eventually(lambda: settled(view), within_s=30)
    with Control(run.root) as simulator:
        simulator("set", smoke="S1", on=True)
        eventually(lambda: view.read("Breakers.Q1.Latched") == {"Breakers.Q1.Latched": True})
    engine = view.engine()
    assert engine is not None
    first.kill()
    first.wait()
    plc_run(ROOM)
    eventually(lambda: has_another_engine(view, engine["process"]["pid"]), within_s=30)
    assert find_running(state) == run
    assert view.read("Breakers.Q1.Latched") == {"Breakers.Q1.Latched": True}


def test_a_port_that_is_missing_is_told_once_with_the_cure_and_taken_when_it_is_there(
    state: Path, plc_run: Run, real_room: tuple[Path, Path]
) -> None:
    site, plant = real_room
    port, away = plant / "sim-battery", plant / "away"
    port.rename(away)
    process = plc_run(site)
    eventually(lambda: runs(state), within_s=30)
    view = RunningView(find_running(state))
    absent_until = time.monotonic() + 1.5
    eventually(lambda: time.monotonic() > absent_until)
    away.rename(port)
    eventually(lambda: settled(view), within_s=30)
    process.terminate()
    text = said(process)
    assert text.count(f"port {port} is not there; plug the adapter in, or correct `port`") == 1
    assert "starts again" not in text


@pytest.fixture
def real_room(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """(site, folder of the simulator): the room as a real site, which finds its bus at a path of this machine."""
    site, plant = tmp_path / "real", tmp_path / "plant"
    shutil.copytree(ROOM, site)
    text = (site / "site.yaml").read_text().replace("simulation: {plant: vrla, speed: 1, seed: 1}", "")
    (site / "site.yaml").write_text(text.replace("sim:battery", str(plant / "sim-battery")))
    command = [sys.executable, "-m", "simulator", str(site), "--run-dir", str(plant)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0)
    assert process.stdout is not None and process.stdout.readline().startswith(b"{")
    yield site, plant
    kill_group(process.pid)
    process.communicate()


def test_a_latch_and_the_program_time_of_a_real_site_outlive_an_orderly_end(
    state: Path, plc_run: Run, real_room: tuple[Path, Path]
) -> None:
    site, plant = real_room
    first = plc_run(site)
    eventually(lambda: runs(state), within_s=30)
    run = find_running(state)
    view = RunningView(run)
    eventually(lambda: settled(view), within_s=30)
    with Control(plant) as simulator:
        simulator("set", smoke="S1", on=True)
        eventually(lambda: view.read("Breakers.Q1.Latched") == {"Breakers.Q1.Latched": True})
    epoch = run.epoch.read_text()
    first.terminate()
    assert first.wait(timeout=5) == 0
    assert not runs(state)
    assert {path.name for path in run.root.iterdir()} >= {"latches", "epoch", "events"}
    plc_run(site)
    eventually(lambda: runs(state), within_s=30)
    assert RunningView(run).read("Breakers.Q1.Latched") == {"Breakers.Q1.Latched": True}
    assert run.epoch.read_text() == epoch


def has_another_engine(view: RunningView, pid: int) -> bool:
    engine = view.engine()
    return engine is not None and engine["process"]["pid"] != pid


def settled(view: RunningView) -> bool:
    engine = view.engine()
    return engine is not None and engine["engine"]["settled"] and engine["engine"]["breakers"][0]["state"] == "CLOSED"


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("0.0.0.0:8080", "use 127.0.0.1:8080"),
        ("192.168.1.5:8080", "use 127.0.0.1:8080"),
        ("example.com:80", "use 127.0.0.1:80"),
        ("8080", "write it as 127.0.0.1:8080"),
        ("127.0.0.1:99999", "write it as 127.0.0.1:8080"),
        ("127.0.0.1:http", "write it as 127.0.0.1:8080"),
    ],
)
def test_an_address_others_could_reach_is_refused_with_the_cure(text: str, cure: str) -> None:
    with pytest.raises(StartError) as refused:
        read_listen(text)
    assert cure in str(refused.value)


def test_a_port_in_use_is_refused_with_the_cure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StartError, match=r"cannot be used \(Address already in use\); name another with --http"):
            read_listen(f"127.0.0.1:{taken.getsockname()[1]}")


def test_a_free_loopback_port_is_taken() -> None:
    port = free_port()
    assert read_listen(f"localhost:{port}") == Listen("localhost", port)


def test_the_state_of_a_site_lies_in_the_users_state_folder(tmp_path: Path) -> None:
    code = "from pathlib import Path; from plc.run import default_state; print(default_state(Path('/x/ups_room')))"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.strip() == str(tmp_path / "cellkeeper" / "ups_room")
    assert default_state(Path("/x/ups_room")).name == "ups_room"
