"""A command: what a person, a schedule or a protocol asks of the engine, and what the engine answers.

person --plc/commands.py--> datagram --> engine (applied at one place in the scan) --> Answer, Event
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CommandKind(StrEnum):
    """RESET a breaker's latch; CONFIRM a trip the common-mode guard holds back; SWITCH a relay that people may
    switch (``state`` on/off, ``for_ns`` 0 = until further notice) or RELEASE it back to its program; START or ABORT
    a program with inputs Start and Abort; PAUSE a program with an input Pause for ``for_ns`` or RESUME it; SWAP to the
    prepared set ``subject``, which goes back by itself unless CONFIRM_SET names it within ``for_ns`` (0: nobody need
    confirm it) or REVERT_SET takes it back before; RESTART a faulted program warm; LEARN sets a string's baseline
    current (``value`` in A); START_AGAIN puts latches and programs back to how they began (simulated sites only).
    Acknowledging an alarm is the station's."""

    RESET = "reset"
    CONFIRM = "confirm"
    SWITCH = "switch"
    RELEASE = "release"
    START = "start"
    ABORT = "abort"
    PAUSE = "pause"
    RESUME = "resume"
    SWAP = "swap"
    CONFIRM_SET = "confirm set"
    REVERT_SET = "revert set"
    RESTART = "restart"
    LEARN = "learn"
    START_AGAIN = "start again"


@dataclass(frozen=True, slots=True)
class Command:
    """``id`` is unique for ever (a second one with it is refused as a duplicate, with the first answer).
    ``expires_ns`` is CLOCK_MONOTONIC."""

    id: str
    kind: CommandKind
    subject: str
    who: str
    role: str
    reason: str
    expires_ns: int
    state: str = ""
    for_ns: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """``accepted`` False comes with the reason and the cure in ``text``."""

    id: str
    accepted: bool
    text: str


MAX_DATAGRAM = 4096
