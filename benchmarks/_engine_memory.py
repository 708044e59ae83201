"""What an engine that scans 510 modules takes of memory: the process as the controller starts it, without its buses."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from _live import await_that
from _site510 import MODULES, STRINGS, compiled

from plc.bench import Row
from plc.core.run_paths import RunPaths
from plc.store.program_store import ProgramStore

MOST_MB = 120.0
SETTLED_S = 1.0


def rows() -> Iterator[Row]:
    """Resident memory of the engine process once it has scanned for a second, and what of it is its own."""
    with tempfile.TemporaryDirectory(prefix="plc-bench-") as folder:
        run = RunPaths(Path(folder) / "run")
        run.root.mkdir(mode=0o700)
        result, plan = compiled()
        run.armed.write_text(ProgramStore(run, Path(folder) / "cache").put(plan, result))
        command = [sys.executable, "-m", "plc.processes.engine", str(run.root), str(time.monotonic_ns())]
        engine = subprocess.Popen(command)
        try:
            await_that(run.status.exists, "the engine alone has not published")
            time.sleep(SETTLED_S)
            found = Path(f"/proc/{engine.pid}/smaps_rollup").read_text()
        finally:
            engine.kill()
            engine.wait()
    resident, shared = _mb(found, "Rss"), _mb(found, "Shared_Clean")
    name = f"engine process, {STRINGS * MODULES} modules"
    yield Row(f"{name}: resident", resident, "MB", goal=f"at most {MOST_MB:.0f} MB", holds=resident <= MOST_MB)
    yield Row(f"{name}: without files others share", resident - shared, "MB")


def _mb(text: str, what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
