"""How the controller's own processes are: what the supervisor tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROCESSES_SIZE = 16 * 1024
"""Bytes of the ring `processes`: a JSON list of ProcessStatus, padded with spaces."""

STATUS_SIZE = 256 * 1024
"""Bytes of the ring `status`: JSON {"process": EngineFacts, "engine": the engine's Status}, padded with spaces."""


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


@dataclass(frozen=True, slots=True)
class Measure:
    """A real-time measure: ``text`` says what a process has, or what to do so that it gets it."""

    name: str
    granted: bool
    text: str


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """The engine as a process. ``started_ns`` is CLOCK_MONOTONIC, ``epoch`` its fence epoch, ``scan_ns`` the base
    interval; ``skipped`` scans were left out because one ran over."""

    pid: int
    started_ns: int
    epoch: int
    scan_ns: int
    skipped: int
    measures: tuple[Measure, ...]
    commands_taken: int
    commands_refused: int
