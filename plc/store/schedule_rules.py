"""What a schedule's entry must name: a time that comes, and a program or relay that can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from plc.core.cron import cron_comes
from plc.core.quantity import shortened
from plc.core.site import Action, Relay, Schedule
from plc.store.site_read import Keys, Report, did_you_mean


def check_schedule(
    report: Report, keys: Keys, schedule: Schedule, programs: Sequence[str] | None, relays: Sequence[Relay]
) -> None:
    """Note what is wrong with one schedule. ``programs`` is None where a CONFIGURATION names them (site_tasks.py)."""
    if schedule.cron and not cron_comes(schedule.cron):
        what = f"cron of {keys.of} is '{shortened(schedule.cron)}', which never comes"
        cure = 'write minute, hour, day, month, weekday: "30 2 1 * *" is 02:30 on the first of each month'
        report.refuse("Y025", keys.span("cron"), what, cure)
    if not schedule.target:
        return
    span = keys.span(schedule.action)
    if schedule.action is not Action.SWITCH:
        if programs is not None and schedule.target not in programs:
            what = f"program '{shortened(schedule.target)}' is in no task"
            report.refuse("Y013", span, what, did_you_mean(schedule.target, programs))
        if schedule.action is Action.PAUSE and not schedule.for_ns and keys.node("for") is None:
            report.refuse("Y007", span, f"{keys.of} has no end", "add 'for:', for example 'for: 4 h'")
        return
    relay = next((relay for relay in relays if relay.name == schedule.target), None)
    if relay is None:
        what = f"relay '{shortened(schedule.target)}' is not in relays"
        report.refuse("Y013", span, what, did_you_mean(schedule.target, [relay.name for relay in relays]))
        return
    state = "on" if schedule.on else "off"
    if keys.node("to") is None:
        report.refuse("Y007", span, f"{keys.of} has no to", "add 'to: on' or 'to: off'")
    elif state not in relay.people:
        what = f"relay {relay.name} lets nobody switch it {state}"
        report.refuse("Y025", span, what, f"add 'people: [{state}]' to the relay")
