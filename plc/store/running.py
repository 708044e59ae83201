"""Finding the controller that runs on a state directory."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import msgspec

from plc.core.run_paths import ControllerFile, RunPaths, StatePaths


class NotRunning(Exception):
    """No controller runs there; the text says where was looked and how to start one."""


def state_base() -> Path:
    """The folder under which controllers keep their state when nobody says otherwise, one folder a site."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "cellkeeper"


def running_states() -> list[Path]:
    """The state directories under ``state_base`` on which a controller runs."""
    found = []
    for folder in sorted(state_base().glob("*")):
        try:
            find_running(folder)
        except NotRunning:
            continue
        found.append(folder)
    return found


def find_running(state: Path) -> RunPaths:
    """The RUN_DIR of the controller that runs on this state directory. Raises NotRunning."""
    paths = StatePaths(state)
    absent = NotRunning(f"no controller runs on {state}; start one with: plc run SITE --state {state}")
    try:
        controller = msgspec.json.decode(paths.controller.read_bytes(), type=ControllerFile)
        lock = os.open(paths.lock, os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, msgspec.DecodeError) as exc:
        raise absent from exc
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return RunPaths(Path(controller.run_dir))
    finally:
        os.close(lock)
    raise absent
