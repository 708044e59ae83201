"""An event: one change of state the plant or a person caused, as the engine saw it.

Events carry a sequence number without gaps, so that a reader knows when it lost some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class EventKind(StrEnum):
    STARTED = "started"
    TRIP_REQUESTED = "trip requested"
    TRIP_HELD = "trip held back"
    TRIP_PULSE = "trip pulse"
    TRIP_CONFIRMED = "trip confirmed"
    TRIP_FAILED = "trip failed"
    TRIP_RESETTABLE = "trip resettable"
    TRIP_RESET = "trip reset"
    BREAKER = "breaker"
    ALARM = "alarm"
    ALARM_CLEARED = "alarm cleared"
    PROGRAM_FAULT = "program fault"
    PROGRAM_RESTARTED = "program restarted"
    PAUSE = "pause"
    RELAY = "relay"
    STRING_STATE = "string state"
    COMMAND = "command"
    SWAPPED = "set swapped"
    SWAP_REVERTED = "set reverted"
    SET_WAITS = "set waits"
    SET_CONFIRMED = "set confirmed"
    BUS = "bus"
    INPUT = "input"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Event:
    """``subject`` names the breaker, relay, program, string or bus. ``text`` is the sentence for a person.

    ``time_ns`` is program time, ``monotonic_ns`` the wall's, ``wall_ns`` the calendar's (Unix time).
    ``values`` are the numbers behind the sentence, by name; ``priority`` 1 is the most urgent, 0 no alarm.
    ``response`` is what an alarm asks of the person who reads it, where the alarm says so (``text`` ends with it).
    ``who``, ``role`` and ``reason`` are those of the command that caused it; empty where none did.
    """

    sequence: int
    scan: int
    time_ns: int
    monotonic_ns: int
    wall_ns: int
    kind: EventKind
    subject: str
    text: str
    set_hash: str
    priority: int = 0
    values: dict[str, float] = field(default_factory=dict)
    response: str = ""
    who: str = ""
    role: str = ""
    reason: str = ""
