"""A file in shared memory, mapped: what rings, event rings and heartbeats stand on.

    writer --mmap--> /dev/shm/... <--mmap-- readers

The three word rules every user of this file keeps:

- A word is 8 bytes at an address that 8 divides, read and written by a ``memoryview`` of format ``Q``: one load or
  store, never torn.
- ``Barrier`` orders what stands before it against what stands after it, on processors that reorder (aarch64) too.
- A file appears under its name only when its header is complete, so that nobody opens half a file.
"""

from __future__ import annotations

import errno
import mmap
import os
import threading
from collections.abc import Callable
from pathlib import Path

WORD = 8
HEADER_SIZE = 4096


class SharedMemoryError(OSError):
    """A shared memory file cannot be made or is not what its name says; the text has the cure."""


class Barrier:
    """Calling it orders memory: no load or store crosses it.

    Taking and giving back one lock is a release and an acquire, between which neighbours may still meet; doing it
    twice puts a release before an acquire, which no load or store passes (ARMv8: a load-acquire after a store-release
    stays after it; x86: each is a locked instruction). 0.2 us, and no native code, so that a driver starts fast.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self) -> None:
        lock = self._lock
        lock.acquire()
        lock.release()
        lock.acquire()
        lock.release()


def map_new(path: Path, size: int, prepare: Callable[[memoryview], None]) -> mmap.mmap:
    """Make ``path`` anew with ``size`` zero bytes (0600), let ``prepare`` write the header, then give it its name.

    Raises SharedMemoryError if there is no room or no such folder.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise _refused(path, size, exc) from exc
    try:
        os.posix_fallocate(handle, 0, size)
        memory = mmap.mmap(handle, size)
        with memoryview(memory) as view:
            prepare(view)
        draft.replace(path)
    except OSError as exc:
        draft.unlink(missing_ok=True)
        raise _refused(path, size, exc) from exc
    finally:
        os.close(handle)
    return memory


def map_existing(path: Path) -> mmap.mmap:
    """Map all of an existing file for reading and writing. Raises SharedMemoryError."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as exc:
        raise _refused(path, 0, exc) from exc
    try:
        size = os.fstat(handle).st_size
        if size < HEADER_SIZE:
            raise SharedMemoryError(f"{path} has {size} bytes, expected at least {HEADER_SIZE}; remove it")
        return mmap.mmap(handle, size)
    finally:
        os.close(handle)


def _refused(path: Path, size: int, exc: OSError) -> SharedMemoryError:
    if exc.errno == errno.ENOENT:
        return SharedMemoryError(f"{path} is not there; is the controller running?")
    if exc.errno == errno.ENOSPC:
        return SharedMemoryError(f"no room for {size} bytes at {path}; enlarge /dev/shm (docker: --shm-size=256m)")
    if exc.errno in (errno.EACCES, errno.EPERM):
        return SharedMemoryError(f"no right to use {path}; run as the user who started the controller")
    return SharedMemoryError(f"cannot use {path}: {exc.strerror}; the controller needs a tmpfs at /dev/shm")
