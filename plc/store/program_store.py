"""Compiled sets in shared memory for the engine, and a cache of machine code on disk. The compiler alone writes both.

Compiled + Plan --ProgramStore.put--> RUN_DIR/set/<set_hash>/ manifest.json, plan.json, *.o
                            |--> STATE_DIR/cache/<object_hash>
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from plc.core.plan import Plan
from plc.core.run_paths import RunPaths
from plc.engine.assemble import ObjectFile, compile_objects, manifest_of
from plc.lang.program import Compiled

CACHED_MOST = 500
SETS_MOST = 8
_DIGEST = 32


class ObjectCache(Mapping[str, ObjectFile]):
    """Machine code by object_hash. A damaged file, or one of another code, is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, hash: str) -> ObjectFile:
        try:
            content = (self._folder / hash).read_bytes()
        except OSError:
            raise KeyError(hash) from None
        code = content[_DIGEST:]
        if hashlib.sha256(code).digest() != content[:_DIGEST]:
            raise KeyError(hash)
        return ObjectFile(code, hash)

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self._folder.iterdir())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keep(self, code: ObjectFile) -> None:
        """Write it, and drop the oldest files beyond CACHED_MOST. A full disk loses the cache, not the set."""
        path = self._folder / code.hash
        draft = path.with_name(f".{code.hash}.{os.getpid()}")
        try:
            draft.write_bytes(hashlib.sha256(code.bytes).digest() + code.bytes)
            draft.replace(path)
            _drop_oldest(self._folder, CACHED_MOST)
        except OSError:
            draft.unlink(missing_ok=True)


class ProgramStore:
    """Where the compiler of one controller puts what it made."""

    def __init__(self, run: RunPaths, cache: Path) -> None:
        self._run = run
        self._cache = ObjectCache(cache)

    def put(self, plan: Plan, compiled: Compiled) -> str:
        """Make the machine code and lay the set out for the engine; its set_hash. The folder appears whole or not
        at all. Raises OSError when shared memory is full."""
        objects = compile_objects(compiled, self._cache)
        for code in objects.values():
            if code.hash not in self._cache:
                self._cache.keep(code)
        manifest = manifest_of(compiled, plan, objects)
        folder = self._run.set(manifest.set_hash)
        if folder.exists():
            folder.touch()
            return manifest.set_hash
        draft = folder.with_name(f".{manifest.set_hash[:12]}.{os.getpid()}")
        try:
            draft.mkdir(parents=True)
            for code in objects.values():
                (draft / code.name).write_bytes(code.bytes)
            (draft / "plan.json").write_bytes(msgspec.json.encode(plan))
            (draft / "manifest.json").write_bytes(manifest.to_json())
            draft.rename(folder)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        self._forget()
        return manifest.set_hash

    def _forget(self) -> None:
        """Keep the last sets and the one an engine starts with."""
        armed = self._run.armed.read_text() if self._run.armed.exists() else ""
        sets = sorted(self._run.set("").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for folder in sets[:-SETS_MOST]:
            if folder.name != armed:
                shutil.rmtree(folder, ignore_errors=True)


def _drop_oldest(folder: Path, most: int) -> None:
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in files[: max(0, len(files) - most)]:
        path.unlink(missing_ok=True)
