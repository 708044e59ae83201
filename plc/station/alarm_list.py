"""Alarms as a person works with them, after ISA-18.2: acknowledging is not clearing.

    normal --raised--> unacknowledged --acknowledged--> acknowledged --cleared--> normal
                             |--cleared--> cleared, unacknowledged --acknowledged--> normal

One alarm gathers all sources of one key (34 modules of a string are one alarm). Alarms that come within a few seconds
are one flood, and the first of them is marked: the others are mostly its consequences.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from plc.core.station import Alarm, AlarmState

FLOOD_WITHIN_NS = 10 * 1_000_000_000
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Signal:
    """A source says that its alarm stands. ``momentary``: it has no end of its own and clears at once; ``again``: it
    has become worse, so that who acknowledged it is to look again."""

    key: str
    member: str
    subject: str
    priority: int
    text: str
    response: str
    momentary: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """A moment: Unix time for people, CLOCK_MONOTONIC to tell a flood by."""

    wall_ns: int
    monotonic_ns: int


class AlarmList:
    """All alarms that are not normal. ``changes`` gives what is to be stored since the last time."""

    def __init__(self, alarms: Iterable[Alarm] = ()) -> None:
        self._alarms = {alarm.key: alarm for alarm in alarms}
        self._changed: set[str] = set()
        self._flood = 0
        self._flood_first = ""
        self._raised_ns: int | None = None

    def alarms(self) -> tuple[Alarm, ...]:
        """Those not normal: unacknowledged before the others, then the most urgent, then the newest."""
        order = {AlarmState.UNACKNOWLEDGED: 0, AlarmState.CLEARED: 1, AlarmState.ACKNOWLEDGED: 2}
        return tuple(sorted(self._alarms.values(), key=lambda a: (order[a.state], a.priority, -a.raised_ns, a.key)))

    def get(self, key: str) -> Alarm | None:
        return self._alarms.get(key)

    def standing(self, prefix: str) -> tuple[tuple[str, str], ...]:
        """(key, member) of each source that stands, of the alarms whose key begins so."""
        return tuple((a.key, m) for a in self._alarms.values() if a.key.startswith(prefix) for m in a.members)

    def raised(self, signal: Signal, at: At) -> None:
        """A source stands. One that stood already changes the words only, unless it became worse."""
        known = self._alarms.get(signal.key)
        members = tuple(dict.fromkeys((*(known.members if known else ()), signal.member)))
        if known is None or not known.members:
            self._begin(signal, known, at)
        else:
            again = signal.again and (known.text, known.state) != (signal.text, AlarmState.UNACKNOWLEDGED)
            priority = min(known.priority, signal.priority)
            new = replace(known, members=members, priority=priority, text=signal.text, response=signal.response)
            if again:
                new = replace(new, state=AlarmState.UNACKNOWLEDGED, changed_ns=at.wall_ns, acknowledged_by="")
            if new != known:
                self._put(new)
        if signal.momentary:
            self.cleared(signal.key, signal.member, at)

    def cleared(self, key: str, member: str, at: At) -> None:
        """A source stands no longer; with the last one its alarm clears."""
        known = self._alarms.get(key)
        if known is None or member not in known.members:
            return
        members = tuple(other for other in known.members if other != member)
        if members:
            self._put(replace(known, members=members))
        elif known.state is AlarmState.ACKNOWLEDGED:
            self._forget(key)
        else:
            self._put(replace(known, members=(), state=AlarmState.CLEARED, changed_ns=at.wall_ns))

    def acknowledge(self, key: str, who: str, at: At) -> tuple[tuple[Alarm, AlarmState], ...]:
        """Acknowledge an alarm, or with ``*`` all; each that changed, as it was, with its new state."""
        asked = [alarm for alarm in self._alarms.values() if key in (EVERY, alarm.key)]
        done = []
        for alarm in asked:
            if alarm.state is AlarmState.UNACKNOWLEDGED:
                new = AlarmState.ACKNOWLEDGED
                self._put(replace(alarm, state=new, changed_ns=at.wall_ns, acknowledged_by=who))
            elif alarm.state is AlarmState.CLEARED:
                new = AlarmState.NORMAL
                self._forget(alarm.key)
            else:
                continue
            done.append((alarm, new))
        return tuple(done)

    def changes(self) -> tuple[tuple[Alarm, ...], tuple[str, ...]]:
        """(alarms to keep as they are now, keys that are normal again) since `stored`."""
        kept = tuple(self._alarms[key] for key in sorted(self._changed) if key in self._alarms)
        return kept, tuple(key for key in sorted(self._changed) if key not in self._alarms)

    def stored(self) -> None:
        self._changed.clear()

    # ------------------------------------------------------------ one alarm

    def _begin(self, signal: Signal, known: Alarm | None, at: At) -> None:
        """Raise it, anew or once more."""
        flood, first_out = self._join_flood(signal.key, at)
        self._put(
            Alarm(
                key=signal.key,
                state=AlarmState.UNACKNOWLEDGED,
                priority=signal.priority,
                subject=signal.subject,
                text=signal.text,
                response=signal.response,
                raised_ns=at.wall_ns,
                changed_ns=at.wall_ns,
                count=1 + (known.count if known else 0),
                members=(signal.member,),
                flood=flood,
                first_out=first_out,
            )
        )

    def _join_flood(self, key: str, at: At) -> tuple[int, bool]:
        """(the flood's number, whether this alarm is its first-out); the first is marked once a second one comes."""
        last_ns, self._raised_ns = self._raised_ns, at.monotonic_ns
        if last_ns is None or not 0 <= at.monotonic_ns - last_ns <= FLOOD_WITHIN_NS:
            self._flood, self._flood_first = at.wall_ns, key
            return at.wall_ns, False
        first = self._alarms.get(self._flood_first)
        if first is not None and first.key != key and not first.first_out:
            self._put(replace(first, first_out=True))
        return self._flood, key == self._flood_first and first is not None and first.first_out

    def _put(self, alarm: Alarm) -> None:
        self._alarms[alarm.key] = alarm
        self._changed.add(alarm.key)

    def _forget(self, key: str) -> None:
        del self._alarms[key]
        self._changed.add(key)
