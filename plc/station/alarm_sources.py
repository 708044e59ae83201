"""Where alarms come from: each event as a signal, and the engine's own account of what stands now.

events --take--> AlarmList <--agree-- engine status, process states

Events tell every edge at once; agreeing repairs what was lost: a ring overrun, an engine that started anew and does
not know what it had reported, a station that was away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from plc.core.event import Event, EventKind
from plc.core.process import ProcessState, ProcessStatus
from plc.engine.status import BreakerStatus, Status
from plc.station.alarm_list import AlarmList, At, Signal

INPUTS_SETTLE_NS = 3_000_000_000
"""A restarted engine has looked at every contact this long after its start grace."""

PROCESS_STANDS_NS = 2_000_000_000
"""A death is shown for this long at least, however quickly the process is back."""

_INDEX = re.compile(r"\[[^\]]*\]")

OPEN_BY_HAND = "Open the breaker by hand now; keep people away from the string."
TRIPPED = "Look at the string from outside the room; find the cause, then reset the trip and close by hand."
HELD = "Look for a cause common to several strings; confirm the trip if the string is really ill."
FAULT = "Restart the program; have its line looked at before it stops again."
BUS = "Check the bus adapter, its cable and the supply of its devices."
CONTACT = "Check the unit that reads this contact, and its wiring."
BREAKER = "Look at the breaker itself: which way does it stand?"
RELAY = "Check the relay's unit: a contact may be welded, or a write was lost."
PROCESS = "It was started again by itself; if it dies again, read its messages."
REVERTED = "The set before it runs again; correct the new one before arming it."
LOOK = "Look at the journal for what happened."
LOST = "Events are missing from alarms and journal; look at the plant itself."


@dataclass(frozen=True, slots=True)
class Edge:
    """A source that stands no longer."""

    key: str
    member: str


class AlarmSources:
    """Feeds one list. ``strings`` are the site's, in their order."""

    def __init__(self, alarms: AlarmList, strings: Sequence[str]) -> None:
        self._alarms, self._strings = alarms, strings
        self._seen_ns: dict[tuple[str, str], int] = {}
        self._doubtful: set[tuple[str, str]] = set(alarms.standing("input "))
        self._doubtful_since_ns: int | None = None

    # ------------------------------------------------------------ events

    def take(self, event: Event) -> None:
        """An event of the engine or the supervisor."""
        at = At(event.wall_ns, event.monotonic_ns)
        if event.kind is EventKind.STARTED:
            self._doubtful = set(self._alarms.standing("input "))
            self._doubtful_since_ns = None
        for found in self._judge(event):
            if isinstance(found, Signal):
                self._seen_ns[found.key, found.member] = event.monotonic_ns
                self._doubtful.discard((found.key, found.member))
                self._alarms.raised(found, at)
            else:
                self._seen_ns[found.key, found.member] = event.monotonic_ns
                self._alarms.cleared(found.key, found.member, at)

    def _judge(self, event: Event) -> Iterator[Signal | Edge]:
        kind, subject = event.kind, event.subject
        match kind:
            case EventKind.ALARM:
                text = event.text.removesuffix(f"; {event.response}") if event.response else event.text
                index = int(event.values.get("Index", 0.0))
                yield self._alarm(subject, index, event.priority, text, event.response)
            case EventKind.ALARM_CLEARED:
                standing = (*self._alarms.standing("alarm "), *self._alarms.standing("trip "))
                yield from (Edge(key, member) for key, member in standing if member == subject)
            case EventKind.TRIP_RESET:
                yield Edge(f"trip {subject}", subject)
            case EventKind.TRIP_REQUESTED if "." in subject:  # its string has no breaker: nothing tells its end
                yield Signal(f"trip {subject}", subject, subject, 1, event.text, TRIPPED, momentary=True)
            case (
                EventKind.TRIP_REQUESTED
                | EventKind.TRIP_HELD
                | EventKind.TRIP_PULSE
                | EventKind.TRIP_CONFIRMED
                | EventKind.TRIP_FAILED
                | EventKind.TRIP_RESETTABLE
            ):
                yield from self._trip(event)
            case EventKind.PROGRAM_RESTARTED:
                yield Edge(f"program {subject}", subject)
            case EventKind.PROGRAM_FAULT:
                yield Signal(f"program {subject}", subject, subject, event.priority, event.text, FAULT)
            case EventKind.BUS | EventKind.INPUT | EventKind.BREAKER | EventKind.RELAY | EventKind.PROCESS:
                yield from self._plain(event)
            case _ if event.priority > 0:
                response = REVERTED if kind is EventKind.SWAP_REVERTED else event.response or LOOK
                yield Signal(f"{kind} {subject}", subject, subject, event.priority, event.text, response, True)

    def _alarm(self, instance: str, index: int, priority: int, text: str, response: str) -> Signal:
        """An ALARM instance. Those of one array or loop that are about the same string are one alarm."""
        stem = _INDEX.sub("", instance)
        string = self._strings[index - 1] if 1 <= index <= len(self._strings) else ""
        key = f"alarm {stem} {string}".rstrip()
        return Signal(key, instance, string or stem, priority, text, response or LOOK)

    def _trip(self, event: Event) -> Iterator[Signal]:
        """One alarm a breaker, whose words follow its sequence."""
        responses = {EventKind.TRIP_FAILED: OPEN_BY_HAND, EventKind.TRIP_HELD: HELD}
        known = self._alarms.get(f"trip {event.subject}")
        if event.kind in (EventKind.TRIP_PULSE, EventKind.TRIP_RESETTABLE) and known is not None:
            return  # the alarm's sentence says more
        worse = event.kind in responses
        response = responses.get(event.kind, TRIPPED)
        yield Signal(f"trip {event.subject}", event.subject, event.subject, 1, event.text, response, again=worse)

    def _plain(self, event: Event) -> Iterator[Signal | Edge]:
        """What raises with a priority and clears without."""
        responses = {
            EventKind.BUS: BUS,
            EventKind.INPUT: CONTACT,
            EventKind.BREAKER: BREAKER,
            EventKind.RELAY: RELAY,
            EventKind.PROCESS: PROCESS,
        }
        key, subject = f"{event.kind} {event.subject}", event.subject
        if event.priority > 0:
            again = event.kind is EventKind.PROCESS and event.priority == 1
            yield Signal(key, subject, subject, event.priority, event.text, responses[event.kind], again=again)
        elif event.kind is not EventKind.RELAY:
            yield Edge(key, subject)

    def lost(self, source: str, count: int, at: At) -> None:
        """Events were overwritten before the station came to them."""
        text = f"{count} events of the {source} were lost before they could be read"
        self._alarms.raised(Signal(f"events {source}", source, source, 2, text, LOST, momentary=True), at)

    # ------------------------------------------------------------ what stands now

    def agree(self, status: Status, at: At) -> None:
        """Make the list say what the engine says of itself. Events up to that status have been taken already."""
        if not status.settled:
            return
        self._agree("alarm ", {a.key for a in status.alarms}, status, at)
        self._agree("trip ", {b.name for b in status.breakers if _asked(b)}, status, at)
        self._agree("program ", {p.name for p in status.programs if p.state != "running"}, status, at)
        self._agree("bus ", {b.name for b in status.buses if b.lost}, status, at)
        self._agree("breaker ", {b.name for b in status.breakers if _odd(b)}, status, at)
        self._agree("relay ", {r.name for r in status.relays if r.mismatch}, status, at)
        for signal in self._standing(status):
            source = (signal.key, signal.member)
            if source not in self._alarms.standing(signal.key) and self._seen_ns.get(source, 0) <= status.wall_ns:
                self._alarms.raised(signal, at)
        self._settle_inputs(status, at)

    def agree_processes(self, processes: Iterable[ProcessStatus], at: At) -> None:
        """A process that runs again is no alarm."""
        running = {process.name for process in processes if process.state is ProcessState.RUNNING}
        for key, member in self._alarms.standing("process "):
            if member in running and at.monotonic_ns - self._seen_ns.get((key, member), 0) > PROCESS_STANDS_NS:
                self._alarms.cleared(key, member, at)

    def _agree(self, prefix: str, standing: Collection[str], status: Status, at: At) -> None:
        """Clear what the engine does not know to stand, unless it was raised after the status was made."""
        for key, member in self._alarms.standing(prefix):
            if member not in standing and self._seen_ns.get((key, member), 0) <= status.wall_ns:
                self._alarms.cleared(key, member, at)

    def _standing(self, status: Status) -> Iterator[Signal]:
        """What the engine says stands, in the words of its status."""
        for alarm in status.alarms:
            yield self._alarm(alarm.key, alarm.index, max(1, alarm.priority), alarm.text or alarm.key, alarm.response)
        for breaker in status.breakers:
            if _asked(breaker):
                failed = f"{breaker.name} did not open {breaker.strings}; " if breaker.failed else ""
                text = f"{failed}{breaker.strings}: trip {breaker.phase}: {breaker.first_out}"
                response = OPEN_BY_HAND if breaker.failed else HELD if breaker.phase == "held" else TRIPPED
                yield Signal(f"trip {breaker.name}", breaker.name, breaker.name, 1, text, response)
        for program in status.programs:
            if program.state != "running":
                priority = 1 if program.protective else 2
                text = program.fault or f"{program.name} is {program.state}"
                yield Signal(f"program {program.name}", program.name, program.name, priority, text, FAULT)
        for bus in status.buses:
            if bus.lost:
                text = f"bus {bus.name} gives no reading any more"
                yield Signal(f"bus {bus.name}", bus.name, bus.name, 2, text, BUS)

    def _settle_inputs(self, status: Status, at: At) -> None:
        """A restarted engine tells anew which contacts are dark; those it does not tell of are well."""
        if not self._doubtful:
            return
        if self._doubtful_since_ns is None:
            self._doubtful_since_ns = status.wall_ns
        elif status.wall_ns - self._doubtful_since_ns > INPUTS_SETTLE_NS:
            for key, member in self._doubtful:
                self._alarms.cleared(key, member, at)
            self._doubtful.clear()


def _asked(breaker: BreakerStatus) -> bool:
    return breaker.latched or breaker.phase in ("requested", "held")


def _odd(breaker: BreakerStatus) -> bool:
    """Contacts that are dark or contradict, or a breaker closed upon its latch."""
    return breaker.state in ("UNKNOWN", "CONTRADICTORY", "MOVING") or (breaker.latched and breaker.state == "CLOSED")
