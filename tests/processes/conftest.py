"""Real processes for tests, none of which outlives its test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """``start(script, *arguments)`` runs a script of this folder in a group of its own and waits for its first line."""
    started: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / script), *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process

    yield run
    for process in started:
        kill_group(process.pid)
        process.communicate()


def kill_group(group: int) -> None:
    """SIGKILL to whatever is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def eventually(check: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait until ``check`` holds; fail if it does not within the time."""
    pause = threading.Event()
    end = time.monotonic() + within_s
    while not check():
        assert time.monotonic() < end, f"still not so after {within_s} s"
        pause.wait(0.005)


def lives(pid: int) -> bool:
    """Whether a process still runs; one that waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
