"""What the station keeps and tells: alarms, the schedule's entries and runs, and what it can be asked.

person --StationRequest--> RUN_DIR/station.sock --> StationAnswer          RUN_DIR/station: StationStatus

Times are Unix time in ns. ``calendar`` is the site's date and time: the clock's on a real site; on a simulated one it
began with the clock and runs ``speed`` times as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.core.site import Schedule

STATION_SIZE = 512 * 1024
"""Bytes of the ring `station`: StationStatus as JSON, padded with spaces."""

REQUEST_MAX = 16 * 1024


class NotStored(OSError):
    """The state directory takes nothing (full, gone, read only); the message says what to do."""


class AlarmState(StrEnum):
    """As ISA-18.2 has them. Acknowledging is not clearing: an alarm goes when it is both."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared, unacknowledged"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. ``subject`` is the string, breaker, program, bus or process it is about; ``response`` what to do, in
    one line. ``members`` are the sources of it that stand now (34 modules of a string make one alarm); ``count`` is
    how often it was raised since it was normal. Alarms of one ``flood`` came together; ``first_out`` is the one that
    came first. Priority 1 is the most urgent."""

    key: str
    state: AlarmState
    priority: int
    subject: str
    text: str
    response: str
    raised_ns: int
    changed_ns: int
    count: int = 1
    members: tuple[str, ...] = ()
    flood: int = 0
    first_out: bool = False
    acknowledged_by: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the schedule. What it named before ``since_ns`` (calendar) is not its affair; ``by`` is who changed
    it last, or "site file"."""

    schedule: Schedule
    enabled: bool
    since_ns: int
    by: str


class Dst(StrEnum):
    """How a run's local time lies to a change of the clocks."""

    NONE = ""
    REPEATED = "repeated hour"
    SKIPPED = "skipped hour"


class RunState(StrEnum):
    """PLANNED is stored, perhaps sent, not answered; UNANSWERED is a planned one that nobody will answer any more.
    Only a MISSED run may still be made, should its time come once more."""

    PLANNED = "planned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    MISSED = "missed"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an entry. ``nominal`` is its local date and time as the entry names it (``2025-10-26T02:30``),
    ``due_ns`` the instant at which it is made, ``note`` what a change of the clocks does to it."""

    entry: str
    nominal: str
    due_ns: int
    dst: Dst = Dst.NONE
    note: str = ""

    @property
    def id(self) -> str:
        return f"{self.entry}@{self.nominal}"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What became of a run. ``memory`` names the engine's memory of command ids at the time it was planned."""

    run: Run
    state: RunState
    at_ns: int
    memory: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class NextRun:
    """A run to come, as the page lists it. ``local`` is the local time at which it is really made, with its offset
    from UTC; ``does`` the entry in words; ``clashes`` are entries that want the same relay or program then."""

    run: Run
    local: str
    does: str
    clashes: tuple[str, ...] = ()


class RequestKind(StrEnum):
    """ACKNOWLEDGE the alarm ``subject`` (``*``: all); ADD or CHANGE the entry ``schedule``; REMOVE, ENABLE or DISABLE
    the entry ``subject``; NOTE what was done elsewhere, for the journal; LIST asks for nothing but the status."""

    ACKNOWLEDGE = "acknowledge"
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    ENABLE = "enable"
    DISABLE = "disable"
    NOTE = "note"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class StationRequest:
    """``text`` is a NOTE's sentence."""

    kind: RequestKind
    who: str = ""
    role: str = ""
    reason: str = ""
    subject: str = ""
    schedule: Schedule | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ClockStatus:
    """``synchronised`` is what the kernel says of the clock (None: it does not say); ``held`` why the schedule waits,
    or empty."""

    calendar_ns: int
    timezone: str
    synchronised: bool | None
    held: str = ""


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """``waiting`` rows are not stored yet; ``problem`` says why, or is empty."""

    rows: int
    waiting: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StationStatus:
    """``alarms`` are those not normal, the most urgent first; ``last_runs`` the newest first."""

    clock: ClockStatus
    alarms: tuple[Alarm, ...]
    entries: tuple[Entry, ...]
    next_runs: tuple[NextRun, ...]
    last_runs: tuple[RunRecord, ...]
    journal: JournalStatus


@dataclass(frozen=True, slots=True)
class StationAnswer:
    """``accepted`` False comes with the reason and the cure in ``text``; ``status`` is as after the request."""

    accepted: bool
    text: str
    status: StationStatus | None = None
