"""How the controller's own processes are: what the supervisor tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROCESSES_SIZE = 16 * 1024
"""Bytes of the ring `processes`: a JSON list of ProcessStatus, padded with spaces."""


class ProcessState(StrEnum):
    """DOWN is WAITING (for its next start) after so many deaths that somebody should look."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process; ``pid`` 0 while it does not run, ``deaths`` since the start, ``reason`` of the last one."""

    name: str
    pid: int
    state: ProcessState
    deaths: int
    reason: str
