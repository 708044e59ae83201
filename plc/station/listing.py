"""The runs to come, in words: when by the clock on the wall, what is done, and what they get in the way of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from plc.core.quantity import time_text
from plc.core.site import Action, Schedule
from plc.core.station import Entry, NextRun, Run
from plc.station.local_time import SECOND_NS, zoned

AT_LEAST_NS = 60 * SECOND_NS


def listed(runs: Sequence[Run], entries: Sequence[Entry], zone: tzinfo) -> tuple[NextRun, ...]:
    """The runs as the page shows them."""
    by_name = {entry.schedule.name: entry.schedule for entry in entries}
    return tuple(
        NextRun(run, local_text(run.due_ns, zone), does(by_name[run.entry]), _clashes(run, runs, by_name))
        for run in runs
        if run.entry in by_name
    )


def local_text(instant_ns: int, zone: tzinfo) -> str:
    """``2025-10-26 02:30 CEST (+02:00)``: a local time that no change of the clocks makes ambiguous."""
    at = zoned(instant_ns, zone)
    return f"{at:%Y-%m-%d %H:%M} {at.tzname()} ({at.isoformat()[-6:]})"


def does(schedule: Schedule) -> str:
    """An entry in words: ``pause equalization for 4 h``."""
    lasting = f" for {time_text(schedule.for_ns)}" if schedule.for_ns else ""
    match schedule.action:
        case Action.RUN:
            return f"start {schedule.target}"
        case Action.PAUSE:
            return f"pause {schedule.target}{lasting}"
        case Action.SWITCH:
            return f"switch {schedule.target} {'on' if schedule.on else 'off'}{lasting}"


def _clashes(run: Run, runs: Sequence[Run], by_name: dict[str, Schedule]) -> tuple[str, ...]:
    """Other entries that want the same relay or program while this run lasts, or that last while it begins."""
    own = by_name[run.entry]
    return tuple(
        sorted(
            {
                other.entry
                for other in runs
                if other.entry != run.entry
                and by_name[other.entry].target == own.target
                and _overlap(run, own, other, by_name[other.entry])
            }
        )
    )


def _overlap(one: Run, own: Schedule, other: Run, its: Schedule) -> bool:
    own_end_ns = one.due_ns + max(own.for_ns, AT_LEAST_NS)
    its_end_ns = other.due_ns + max(its.for_ns, AT_LEAST_NS)
    return one.due_ns < its_end_ns and other.due_ns < own_end_ns
