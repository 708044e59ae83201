"""The simulated plant in a process of its own, with no bus between: what a trial runs on.

    output segments --pipe--> python -m simulator.aside --pipe--> input segments, and the plant's truth

The layout of the segments is all that both sides know of each other (plc/core/segments.py).
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from plc.core.plan import Plan
from plc.core.segments import InputSegment, OutputSegment
from plc.core.site import Simulation

_ASKED, _TRUTH = struct.Struct("<qq"), struct.Struct("<I")


class TryError(Exception):
    """There is no trial; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class PlantTruth:
    """Each string's hottest block, and the names of the breakers that are open."""

    hottest_degc: dict[str, float]
    open: tuple[str, ...]


class PlantBeside:
    """A site's plant from its prepared state, seed and scenario. Raises TryError when it does not start."""

    def __init__(self, site: Path, simulation: Simulation, plan: Plan) -> None:
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            file.write(msgspec.json.encode(plan))
            file.flush()
            command = [sys.executable, "-P", "-m", "simulator.aside", str(site), "--plan", file.name]
            command += ["--seed", str(simulation.seed), "--scenario", simulation.scenario, "--start", simulation.start]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
            self._asked, self._answers = _open(self._process.stdin), _open(self._process.stdout)
            ready = self._answers.readline()
        if not ready:
            raise TryError(f"the simulated plant does not start: {self._complaint()}")
        self.faulty = str(json.loads(ready)["faulty"])

    def go_on(
        self, wall_ns: int, step_ns: int, outputs: Sequence[OutputSegment], inputs: Sequence[InputSegment]
    ) -> PlantTruth:
        """Let the commands act and the plant go on; new readings in ``inputs``. Raises TryError when it stopped."""
        try:
            self._asked.write(_ASKED.pack(wall_ns, step_ns) + b"".join(segment.memory for segment in outputs))
            self._asked.flush()
        except OSError as exc:
            raise TryError(f"the simulated plant stopped: {self._complaint()}") from exc
        truth = self._read(_TRUTH.unpack(self._read(_TRUTH.size))[0])
        for segment in inputs:
            segment.memory[:] = self._read(len(segment.memory))
        return msgspec.json.decode(truth, type=PlantTruth)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _read(self, size: int) -> bytes:
        found = self._answers.read(size)
        if len(found) < size:
            raise TryError(f"the simulated plant stopped: {self._complaint()}")
        return found

    def _complaint(self) -> str:
        self._process.kill()
        return self._process.communicate()[1].decode(errors="replace").strip()[-500:] or "it gives no reason"


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise TryError("the simulated plant has no pipes; try again")
    return pipe
