"""Taking possession of a state directory and of its RUN_DIR, so that one controller has them and no second one.

claim: lock STATE_DIR -> wait for what a dead controller left running -> clear RUN_DIR, keep its latches
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path

import msgspec

from plc.core.run_paths import SHARED_MEMORY, ControllerFile, RunPaths, StatePaths

KEPT = frozenset({"latches", "retained", "epoch", "events", "events-supervisor"})
"""What a controller takes over from the one before: latches, RETAIN variables and the program time they stand in."""

LEFTOVERS_WITHIN_S = 3.0


class StartError(Exception):
    """The controller cannot start; the text says why and what to do."""


def claim(state: Path) -> tuple[RunPaths, int]:
    """Take a state directory, made if need be: its RUN_DIR, empty but for KEPT, and the descriptor of its lock (which
    holds as long as it stays open). Raises StartError: in use, no shared memory, no right."""
    paths = StatePaths(state)
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise StartError(f"{state} cannot be the state directory ({exc.strerror}); name another with --state") from exc
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise StartError(_in_use(paths)) from None
    run = RunPaths(paths.run_dir())
    _own(run.root)
    _await_leftovers(run.root)
    clear(run.root, KEPT)
    run.root.mkdir(mode=0o700, exist_ok=True)
    write_whole(paths.controller, msgspec.json.encode(ControllerFile(str(run.root), os.getpid())))
    return run, lock


def write_whole(path: Path, text: bytes) -> None:
    """Write a file so that a reader finds the old text or the new one, never half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_bytes(text)
    draft.replace(path)


def _in_use(paths: StatePaths) -> str:
    try:
        pid = msgspec.json.decode(paths.controller.read_bytes(), type=ControllerFile).pid
        holder, cure = f"the controller with process number {pid}", f"stop it (kill {pid})"
    except (OSError, msgspec.DecodeError):
        holder, cure = "another controller", "stop it"
    return f"the state directory {paths.root} belongs to {holder}; {cure} or name another with --state"


def _own(run_dir: Path) -> None:
    """Make RUN_DIR or see that the one there is ours alone."""
    try:
        run_dir.mkdir(mode=0o700, exist_ok=True)
        found = run_dir.lstat()
    except OSError as exc:
        raise StartError(
            f"no shared memory at {SHARED_MEMORY} ({exc.strerror}); mount a tmpfs there that this user may write"
        ) from exc
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise StartError(f"{run_dir} belongs to somebody else; have its owner remove it")


def _await_leftovers(run_dir: Path) -> None:
    """Drivers of a killed controller may still be applying fail states; two drivers on one bus must not meet."""
    end = time.monotonic() + LEFTOVERS_WITHIN_S
    while left := [process.name for process in Path("/proc").glob("[0-9]*") if _works_for(process, run_dir)]:
        if time.monotonic() > end:
            raise StartError(f"process {left[0]} of a dead controller still runs on {run_dir}; end it (kill {left[0]})")
        time.sleep(0.02)


def _works_for(process: Path, run_dir: Path) -> bool:
    try:
        arguments = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(run_dir) in arguments and process.name != str(os.getpid())


def clear(run_dir: Path, kept: frozenset[str]) -> None:
    """Remove what is in RUN_DIR but for these names, and the folder itself if nothing is left."""
    for path in run_dir.iterdir():
        if path.name in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        run_dir.rmdir()
