"""One controller on a state directory; what a killed one leaves is taken over, what is not ours is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plc.core.run_paths import RunPaths, StatePaths
from plc.processes.runtime_dir import StartError, claim
from plc.store.running import NotRunning, find_running


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    state = tmp_path / "state"
    yield state
    shutil.rmtree(StatePaths(state).run_dir(), ignore_errors=True)


def test_a_claimed_state_directory_names_its_controller(state: Path) -> None:
    run, lock = claim(state)
    assert run.root.stat().st_mode & 0o777 == 0o700
    assert find_running(state) == run
    os.close(lock)


def test_a_second_controller_is_refused_with_the_first_ones_number_and_the_cure(state: Path) -> None:
    _, lock = claim(state)
    with pytest.raises(StartError, match=rf"process number {os.getpid()}; stop it \(kill {os.getpid()}\) or name ano"):
        claim(state)
    os.close(lock)


def test_two_state_directories_have_two_run_directories(tmp_path: Path) -> None:
    assert StatePaths(tmp_path / "a").run_dir() != StatePaths(tmp_path / "b").run_dir()


def test_a_dead_controllers_run_directory_is_cleared_but_for_what_must_not_be_forgotten(state: Path) -> None:
    run, lock = claim(state)
    for path in (run.latches, run.retained, run.events, run.status, run.input("battery")):
        path.write_bytes(b"old")
    run.set("abc").mkdir(parents=True)
    os.close(lock)
    again, lock = claim(state)
    assert again == run
    assert sorted(path.name for path in run.root.iterdir()) == ["events", "latches", "retained"]
    os.close(lock)


def test_it_waits_until_the_last_process_of_a_dead_controller_has_gone(state: Path) -> None:
    run, lock = claim(state)
    os.close(lock)
    code = "import sys, time; print(flush=True); time.sleep(0.3)"
    left = subprocess.Popen([sys.executable, "-c", code, str(run.root)], stdout=subprocess.PIPE)
    assert left.stdout is not None
    left.stdout.readline()
    _, lock = claim(state)
    assert left.wait(timeout=0.2) == 0
    left.stdout.close()
    os.close(lock)


def test_a_run_directory_that_others_may_write_is_refused(state: Path) -> None:
    run_dir = StatePaths(state).run_dir()
    run_dir.mkdir()
    run_dir.chmod(0o777)
    with pytest.raises(StartError, match="belongs to somebody else"):
        claim(state)


def test_a_state_directory_that_cannot_be_made_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="name another with --state"):
        claim(tmp_path / "file" / "state")


def test_no_controller_is_found_where_none_ran_or_one_died(state: Path) -> None:
    with pytest.raises(NotRunning, match="start one with: plc run SITE --state"):
        find_running(state)
    _, lock = claim(state)
    os.close(lock)
    with pytest.raises(NotRunning):
        find_running(state)


def test_paths_of_a_run_directory_lie_in_it(tmp_path: Path) -> None:
    run = RunPaths(tmp_path)
    assert {run.input("b"), run.output("b"), run.frames("b"), run.status, run.events} <= {
        tmp_path / name for name in ("in-b", "out-b", "frames-b", "status", "events")
    }
